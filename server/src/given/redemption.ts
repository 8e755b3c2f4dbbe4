import { fen, sumFen, type Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instant, type Instant } from '@huiquan/domain/instant.ts';
import type { Db } from '../db/pool.ts';
import { transact, type Actor, type Tx } from '../db/transact.ts';
import { record } from '../events/record.ts';
import { commitRedemption, type Redemption } from '../features/redemption/decide.ts';
import { tryRedemptions, type TryOrder, type TryOutcome } from '../features/redemption/try.ts';
import {
  insertVouchers,
  issueRecord,
  newVoucherId,
  type Voucher,
} from '../features/voucher/voucher.ts';
import { issuePaymentCode, type PaymentCode } from '../features/wallet/payment-code.ts';
import type { Keys } from '../keys.ts';
import { post } from '../ledger/post.ts';
import { givenFund, someKeys } from './fund.ts';
import { givenPersons } from './issuing.ts';
import { givenMerchant, type GivenMerchant } from './merchant.ts';
import { givenProgramme, type GivenProgramme } from './programme.ts';

const issuer: Actor = { kind: 'system', id: 'given' };

type VoucherChoices = {
  readonly programmeId: string;
  readonly versionId: string;
  readonly fundId: string;
  readonly kind: string;
  readonly faceFen: Fen | bigint;
  /** One voucher each; a person may stand here several times. */
  readonly personIds: readonly string[];
  /** From now until a day from now, unless told. */
  readonly validFrom?: Instant;
  readonly validTo?: Instant;
};

/**
 * Vouchers out of a round that is over, with their money moved from available to outstanding and
 * their events: what a round leaves behind, without its rush.
 */
export async function givenClaimedVouchers(
  db: Db,
  choices: VoucherChoices,
): Promise<readonly Voucher[]> {
  return transact(db, issuer, async (tx) => {
    const roundId = newId();
    const vouchers = choices.personIds.map((personId, index) =>
      voucherOf(tx, choices, { personId, roundId, n: index + 1 }),
    );
    await insertRound(tx, choices, roundId);
    const { lines, items } = issueRecord(vouchers);
    const eventId = await record(tx, {
      kind: 'voucher.claimed',
      subject: { kind: 'round', id: roundId },
      programmeId: choices.programmeId,
      body: { lines },
      items,
    });
    await insertVouchers(tx, eventId, vouchers);
    const { fundId } = choices;
    const amountFen = sumFen(vouchers.map((one) => one.faceFen));
    const reference = { kind: 'round', id: roundId };
    const base = { fundId, amountFen, reference };
    await post(tx, eventId, [{ ...base, from: 'available', to: 'committed', kind: 'committed' }]);
    await post(tx, eventId, [{ ...base, from: 'committed', to: 'outstanding', kind: 'issued' }]);
    return vouchers;
  });
}

function voucherOf(
  tx: Tx,
  choices: VoucherChoices,
  own: { readonly personId: string; readonly roundId: string; readonly n: number },
): Voucher {
  const { programmeId, versionId, fundId, kind } = choices;
  return {
    personId: own.personId,
    voucherId: newVoucherId(own.n),
    programmeId,
    versionId,
    kind,
    fundId,
    faceFen: fen(choices.faceFen),
    originId: own.roundId,
    n: own.n,
    channel: '',
    validFrom: choices.validFrom ?? tx.now,
    validTo: choices.validTo ?? instant(tx.now + 86_400_000),
  };
}

async function insertRound(tx: Tx, choices: VoucherChoices, roundId: string): Promise<void> {
  // Round numbers have no gap: tests that give vouchers at once wait for each other.
  await tx.client.query('select 1 from programme where programme_id = $1 for update', [
    choices.programmeId,
  ]);
  const { rows } = await tx.client.query<{ number: number }>(
    `select coalesce(max(number), 0) + 1 as number from round where programme_id = $1`,
    [choices.programmeId],
  );
  await tx.client.query(
    `insert into round (round_id, programme_id, version_id, number, opens_at, closes_at, state,
       content_hash, approved_hash, prepared_by, approved_by, created_at)
     values ($1, $2, $3, $4, business_now(), business_now() + interval '1 hour', 'closed',
       ''::bytea, ''::bytea, $5, $6, business_now())`,
    [roundId, choices.programmeId, choices.versionId, rows[0]?.number, newId(), newId()],
  );
  await tx.client.query(
    `insert into round_stock (round_id, kind, fund_id, position, face_fen, quantity, issued)
     values ($1, $2, $3, 1, $4, $5, $5)`,
    [roundId, choices.kind, choices.fundId, choices.faceFen, choices.personIds.length],
  );
}

/** A fresh code of the person's wallet. */
export function givenCode(
  db: Db,
  given: {
    readonly personId: string;
    readonly keys: Keys;
    readonly voucherId?: string;
    readonly regions?: readonly string[];
  },
): Promise<PaymentCode> {
  const { keys, ...request } = given;
  const actor: Actor = { kind: 'resident', id: given.personId };
  return transact(db, actor, (tx) =>
    issuePaymentCode(tx, keys, { ...request, sessionId: newId(), requestId: newId() }),
  );
}

/** The actor that a merchant's till is. */
export function tillActor(merchant: GivenMerchant): Actor {
  return { kind: 'terminal', id: merchant.terminalId };
}

/** One scan at the merchant's till; paid by the merchant's own means unless told. */
export async function givenTry(
  db: Db,
  given: { readonly merchant: GivenMerchant; readonly keys: Keys } & Partial<TryOrder> &
    Pick<TryOrder, 'code' | 'orderFen'>,
): Promise<TryOutcome> {
  const { merchant, keys, ...order } = given;
  const { terminalId, cashierId } = merchant;
  const [outcome] = await transact(db, tillActor(merchant), (tx) =>
    tryRedemptions(tx, keys, [{ terminalId, cashierId, payment: 'merchant', ...order }]),
  );
  if (outcome === undefined) throw new Error('no outcome');
  return outcome;
}

/** A committed redemption: a fresh code, a try and a commit. */
export async function givenRedemption(
  db: Db,
  given: {
    readonly merchant: GivenMerchant;
    readonly keys: Keys;
    readonly personId: string;
    readonly orderFen: Fen | bigint;
    readonly voucherId?: string;
  },
): Promise<Redemption> {
  const { merchant } = given;
  const orderFen = fen(given.orderFen);
  const { digits: code } = await givenCode(db, given);
  const outcome = await givenTry(db, { ...given, orderFen, code });
  if (outcome.refused !== undefined) throw new Error(`not redeemed: ${outcome.refused}`);
  const { redemptionId } = outcome.tried;
  const { terminalId } = merchant;
  return transact(db, tillActor(merchant), (tx) =>
    commitRedemption(tx, { redemptionId, terminalId, orderFen }),
  );
}

/** A published programme with money in its retail pool and a merchant that takes its vouchers. */
export type Shopping = {
  readonly programme: GivenProgramme;
  readonly fundId: string;
  readonly merchant: GivenMerchant;
  readonly keys: Keys;
  /** Wallets with one retail_40 voucher each (40元 from 180元), or of another kind and face. */
  readonly wallets: (
    count: number,
    choices?: Partial<VoucherChoices>,
  ) => Promise<readonly Voucher[]>;
};

/** Opens the shop: 100,000 元 are available in the retail pool. */
export async function givenShopping(
  db: Db,
  given: Parameters<typeof givenProgramme>[1] = {},
  keys: Keys = someKeys,
): Promise<Shopping> {
  const programme = await givenProgramme(db, given);
  const { programmeId, versionId } = programme;
  const amountFen = 10_000_000n;
  const { fundId } = await givenFund(db, { programmeId, pool: 'retail', amountFen, keys });
  const merchant = await givenMerchant(db, { programmeId, category: 'retail', keys });
  const usual = { programmeId, versionId, fundId, kind: 'retail_40', faceFen: 4_000n };
  return {
    programme,
    fundId,
    merchant,
    keys,
    wallets: async (count, choices = {}) => {
      const personIds = choices.personIds ?? (await givenPersons(db, count));
      return givenClaimedVouchers(db, { ...usual, personIds, ...choices });
    },
  };
}
