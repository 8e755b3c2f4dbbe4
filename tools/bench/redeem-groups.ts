import { fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { transact } from '../../server/src/db/transact.ts';
import { decideRedemptions } from '../../server/src/features/redemption/decide.ts';
import { tryRedemptions } from '../../server/src/features/redemption/try.ts';
import { issuePaymentCodes } from '../../server/src/features/wallet/payment-code.ts';
import type { GivenMerchant } from '../../server/src/given/merchant.ts';
import type { Place } from './place.ts';

/** Where people redeem. */
export type Shops = { readonly merchants: readonly GivenMerchant[] };

const system = { kind: 'system', id: 'bench' } as const;

/** Codes, tries and commits of a whole group of people, as they ride together under load. */
export async function redeemGroup(
  place: Place,
  { merchants }: Shops,
  wanted: { readonly personIds: readonly string[]; readonly orderFen: bigint },
): Promise<void> {
  const { db, keys } = place;
  const { redeem: lane } = db.lanes;
  const codes = await transact(lane, system, (tx) =>
    issuePaymentCodes(
      tx,
      keys,
      wanted.personIds.map((personId) => ({ personId, sessionId: newId(), requestId: newId() })),
    ),
  );
  const orderFen = fen(wanted.orderFen);
  const orders = codes.map((code, n) => {
    const merchant = merchants[n % merchants.length];
    if ('refused' in code || merchant === undefined) throw new Error('no code or no merchant');
    const { terminalId, cashierId } = merchant;
    return { terminalId, cashierId, code: code.digits, orderFen, payment: 'merchant' as const };
  });
  const tried = await transact(lane, system, (tx) => tryRedemptions(tx, keys, orders));
  const decisions = tried.map((one, n) => {
    const terminalId = orders[n]?.terminalId;
    if (one.refused !== undefined || terminalId === undefined) throw new Error(one.refused);
    const { redemptionId } = one.tried;
    return { redemptionId, terminalId, orderFen, to: 'committed', by: 'till' } as const;
  });
  await transact(lane, system, (tx) => decideRedemptions(tx, decisions));
}
