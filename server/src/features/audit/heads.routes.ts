import { findPublicKey } from '../../events/head-key.ts';
import { headWire, listHeads } from '../../events/heads.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { auditRoutes } from './audit.routes.ts';
import { listHeadsRoute } from './heads.contract.ts';

/** What anybody may hold the chain against, and what auditors read. */
export function headRoutes({ config }: Context): readonly Handled[] {
  return [
    handle(listHeadsRoute, async (request) =>
      request.read(async (tx) => {
        const publicKey = findPublicKey(config.headsFolder);
        const items = (await listHeads(tx)).map(headWire);
        return { ...(publicKey === undefined ? {} : { publicKey }), items };
      }),
    ),
    ...auditRoutes,
  ];
}
