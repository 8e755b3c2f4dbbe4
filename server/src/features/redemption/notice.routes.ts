import { transact, type Actor } from '../../db/transact.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { networkNoticeRoute } from './notice.contract.ts';
import { takeCallback } from './notice.ts';

const network: Actor = { kind: 'system', id: 'payment_network' };

/** What the payment network tells of its own accord. */
export const noticeRoutes = ({ db }: Context): readonly Handled[] => [
  handle(networkNoticeRoute, async (request) => {
    const callback = { ...request.callback(), body: request.body };
    const taken = await transact(db, network, (tx) => takeCallback(tx, callback));
    return { taken };
  }),
];
