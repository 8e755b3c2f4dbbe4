import { fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { personOf, residentOf } from '../../http/principal.ts';
import * as contract from './profile.contract.ts';
import { getProfile, listAccesses, listOwnEntitlements } from './profile.ts';

const pageSize = 50;
const byOthers: Readonly<Record<string, string>> = { system: '系统', staff: '工作人员' };

/** What a resident sees of himself. */
export const profileRoutes = ({ keys }: Context): readonly Handled[] => [
  handle(contract.getProfileRoute, async (request) => {
    const { residentAccountId } = residentOf(request.principal);
    const profile = await request.read((tx) => getProfile(tx, keys, residentAccountId));
    const { phone, name, idNumber, verifiedAt } = profile;
    return {
      phone,
      ...(name === undefined ? {} : { name }),
      ...(idNumber === undefined ? {} : { idNumber }),
      ...(verifiedAt === undefined ? {} : { verifiedAt: instantText(verifiedAt) }),
    };
  }),
  handle(contract.listAccessesRoute, async (request) => {
    const personId = personOf(request.principal);
    const { limit = pageSize } = request.query;
    const position = request.position<string>();
    const before = position === undefined ? undefined : BigInt(position);
    const found = await request.read((tx) => listAccesses(tx, { personId, before, limit }));
    const last = found.length === limit ? found.at(-1) : undefined;
    return {
      items: found.map(({ at, actorKind, organisation, reason }) => ({
        at: instantText(at),
        by: organisation ?? byOthers[actorKind] ?? actorKind,
        ...(reason === null ? {} : { reason }),
      })),
      ...(last === undefined ? {} : { next: request.cursor(last.eventId.toString()) }),
    };
  }),
  handle(contract.listOwnEntitlementsRoute, async (request) => {
    const personId = personOf(request.principal);
    const found = await request.read((tx) => listOwnEntitlements(tx, personId));
    return { items: found.map((one) => ({ ...one, amountFen: fenOnWire(one.amountFen) })) };
  }),
];
