import { sumFen, type Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instantText, type Instant } from '@huiquan/domain/instant.ts';
import { limitCounters, type LimitCounter } from '@huiquan/domain/limit/counters.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { validityOf, type ValidityWindow } from '@huiquan/domain/plan/validity.ts';
import { Refusal, refuse, type RefusalCode } from '@huiquan/domain/refusals.ts';
import {
  claimSequence,
  excludedBy,
  roundRefusal,
  type ClaimableRound,
} from '@huiquan/domain/round/claim.ts';
import { giveFrom, type StockRow } from '@huiquan/domain/round/stock.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { post } from '../../ledger/post.ts';
import { countLimits, giveBackLimits, limitRefusal } from '../limit/limit.ts';
import { currentPlan, requireRunning, type CurrentPlan } from '../programme/load-plan.ts';
import { insertVouchers, voucherItem, type Voucher } from '../voucher/voucher.ts';

const sql = twin(import.meta.url);

/** One person's wish for one voucher, with the gates it has passed outside the transaction. */
export type ClaimItem = {
  readonly roundId: string;
  readonly kind: string;
  readonly personId: string;
  readonly deviceId: string;
  /** The nonce of its captcha pass; undefined where the plan asks for none. */
  readonly captchaNonce: string | undefined;
  /** What the verdict on its place is worth a second look for; kept with the voucher's event. */
  readonly placeFlags?: readonly string[];
};

/** What became of a claim. */
export type ClaimOutcome =
  | { readonly voucher: Voucher; readonly refused?: undefined }
  | { readonly refused: Refusal; readonly voucher?: undefined };

type RoundRow = ClaimableRound & { readonly roundId: string; readonly programmeId: string };

/** A claim on its way through the steps: a refusal, once there, stays. */
type Claim = {
  readonly item: ClaimItem;
  readonly sequence: LimitCounter;
  readonly counters: readonly LimitCounter[];
  refused: Refusal | undefined;
  stock?: StockRow;
  n: number;
};

/** The items of one round, and the risk controls that are degraded now. */
type Group = { readonly items: readonly ClaimItem[]; readonly degraded: readonly string[] };

const retryAfterSeconds = 30;
const refusesAll: ReadonlySet<RefusalCode> = new Set([
  'invalid_rule',
  'programme_closed',
  'programme_not_running',
  'risk_controls_degraded',
]);
const isOpen = (claim: Claim) => claim.refused === undefined;

function makeClaim(current: CurrentPlan, item: ClaimItem, now: Instant): Claim {
  const kind = current.plan.kinds.find((one) => one.id === item.kind);
  const refused = kind?.face.type === 'fixed' ? undefined : new Refusal('not_found');
  const act = {
    programmeId: current.programmeId,
    action: 'claim',
    kind: item.kind,
    count: 1,
    faceFen: kind?.face.type === 'fixed' ? kind.face.faceFen : sumFen([]),
    at: now,
    roundId: item.roundId,
    entities: { person: item.personId, device: item.deviceId, phone: item.personId },
  } as const;
  const sequence = claimSequence(current.programmeId, item.personId);
  return { item, sequence, counters: limitCounters(current.plan.limits, act), refused, n: 0 };
}

/** The degraded controls that the plan's claims depend on: one is enough to close the round. */
function closedGates(plan: Plan, degraded: readonly string[]): readonly string[] {
  return degraded.filter((name) =>
    plan.gates.some((gate) => gate.gate === name && gate.at.includes('claim')),
  );
}

async function refuseSoldOut(tx: Tx, roundId: string, claims: readonly Claim[]): Promise<void> {
  const kinds = [...new Set(claims.filter(isOpen).map((claim) => claim.item.kind))];
  const rows = await tx.rows<{ kind: string }>(sql('emptyKinds'), { roundId, kinds });
  const empty = new Set(rows.map((row) => row.kind));
  for (const claim of claims) {
    if (isOpen(claim) && empty.has(claim.item.kind)) claim.refused = new Refusal('sold_out');
  }
}

async function spendPasses(tx: Tx, claims: readonly Claim[]): Promise<void> {
  const bearing = claims.filter((claim) => isOpen(claim) && claim.item.captchaNonce !== undefined);
  if (bearing.length === 0) return;
  const nonces = [...new Set(bearing.map((claim) => claim.item.captchaNonce))];
  const rows = await tx.rows<{ nonce: string }>(sql('spendNonces'), { nonces, now: tx.now });
  const fresh = new Set(rows.map((row) => row.nonce));
  for (const claim of bearing) {
    if (!fresh.delete(claim.item.captchaNonce ?? ''))
      claim.refused = new Refusal('captcha_invalid');
  }
}

/** A claim that was refused after all has not used its pass: it may ask again with it. */
async function returnPasses(tx: Tx, claims: readonly Claim[]): Promise<void> {
  const nonces = claims.flatMap((claim) =>
    isOpen(claim) || claim.refused?.code === 'captcha_invalid'
      ? []
      : (claim.item.captchaNonce ?? []),
  );
  if (nonces.length > 0) await tx.execute(sql('returnNonces'), { nonces, now: tx.now });
}

/**
 * Takes the limits of every open claim. The number of a claim is how far its person's sequence went
 * with it.
 */
async function takeNumbers(tx: Tx, claims: readonly Claim[]): Promise<void> {
  const open = claims.filter(isOpen);
  const taken = await countLimits(
    tx,
    open.map((claim) => [claim.sequence, ...claim.counters]),
  );
  for (const [index, claim] of open.entries()) {
    const own = taken[index];
    if (own === undefined) throw new Error('a claim has no limits');
    if (own.full === undefined) claim.n = Number(own.used(claim.sequence));
    else claim.refused = limitRefusal(own.full);
  }
}

/**
 * Gives the limits of refused claims back; their numbers stay spent, so none is ever used twice.
 */
async function giveBack(tx: Tx, claims: readonly Claim[]): Promise<void> {
  await giveBackLimits(
    tx,
    claims.flatMap((claim) => claim.counters),
  );
}

async function refuseExcluded(tx: Tx, plan: Plan, programmeId: string, claims: readonly Claim[]) {
  const concerned = claims.filter(
    (claim) => isOpen(claim) && excludedBy(plan.kinds, claim.item.kind).length > 0,
  );
  if (concerned.length === 0) return;
  const rows = await tx.rows<{ personId: string; kind: string }>(sql('exclusiveVouchers'), {
    programmeId,
    personIds: concerned.map((claim) => claim.item.personId),
    kinds: concerned.flatMap((claim) => excludedBy(plan.kinds, claim.item.kind)),
  });
  const held = new Set(rows.map((row) => `${row.personId} ${row.kind}`));
  for (const claim of concerned) {
    const { personId, kind } = claim.item;
    const clash = excludedBy(plan.kinds, kind).find((one) => held.has(`${personId} ${one}`));
    if (clash !== undefined) claim.refused = new Refusal('kinds_exclusive', { kind: clash });
    else held.add(`${personId} ${kind}`);
  }
  await giveBack(
    tx,
    concerned.filter((claim) => !isOpen(claim)),
  );
}

async function takeStock(tx: Tx, roundId: string, claims: readonly Claim[]): Promise<void> {
  const open = claims.filter(isOpen);
  if (open.length === 0) return;
  const kinds = open.map((claim) => claim.item.kind);
  const rows = await tx.rows<StockRow>(sql('lockStock'), { roundId, kinds: [...new Set(kinds)] });
  const { isOpen: isStillOpen } = await tx.one<{ isOpen: boolean }>(sql('isStillOpen'), {
    roundId,
  });
  const given = giveFrom(isStillOpen ? rows : [], kinds);
  const taken = new Map<StockRow, number>();
  for (const [index, claim] of open.entries()) {
    const row = given[index];
    if (row === undefined) {
      claim.refused = new Refusal(isStillOpen ? 'sold_out' : 'round_closed');
    } else {
      claim.stock = row;
      taken.set(row, (taken.get(row) ?? 0) + 1);
    }
  }
  await giveBack(
    tx,
    open.filter((claim) => !isOpen(claim)),
  );
  const [stock, counts] = [[...taken.keys()], [...taken.values()]];
  await tx.execute(sql('takeStock'), {
    roundId,
    kinds: stock.map((row) => row.kind),
    fundIds: stock.map((row) => row.fundId),
    counts,
  });
}

type Validity = (kind: string) => ValidityWindow;

/** When each kind issued now may be used, reckoned once for the whole group. */
function validityFor(plan: Plan, now: Instant): Validity {
  const known = new Map<string, ValidityWindow>();
  return (kind) => {
    const window = known.get(kind) ?? validityOf(plan, kind, now);
    known.set(kind, window);
    return window;
  };
}

function voucherOf(
  current: CurrentPlan,
  claim: Claim,
  stock: StockRow,
  validity: Validity,
): Voucher {
  return {
    personId: claim.item.personId,
    voucherId: newId(),
    programmeId: current.programmeId,
    versionId: current.versionId,
    kind: claim.item.kind,
    fundId: stock.fundId,
    faceFen: stock.faceFen,
    originId: claim.item.roundId,
    n: claim.n,
    channel: '',
    ...validity(claim.item.kind),
  };
}

type Flags = Readonly<Record<string, readonly string[]>>;

/** The flags of the places from which vouchers were claimed, by voucher; never the places. */
function flagsOf(claims: readonly Claim[], outcomes: readonly ClaimOutcome[]): Flags {
  return Object.fromEntries(
    claims.flatMap(({ item }, index) => {
      const voucherId = outcomes[index]?.voucher?.voucherId;
      const flags = item.placeFlags ?? [];
      return voucherId === undefined || flags.length === 0 ? [] : [[voucherId, flags]];
    }),
  );
}

type Issue = { readonly vouchers: readonly Voucher[]; readonly flags: Flags };

async function issue(tx: Tx, round: RoundRow, { vouchers, flags }: Issue): Promise<void> {
  if (vouchers.length === 0) return;
  const eventId = await record(tx, {
    kind: 'voucher.claimed',
    subject: { kind: 'round', id: round.roundId },
    programmeId: round.programmeId,
    body: Object.keys(flags).length === 0 ? {} : { flags },
    items: vouchers.map(voucherItem),
  });
  await insertVouchers(tx, eventId, vouchers);
  const byFund = Map.groupBy(vouchers, (voucher) => voucher.fundId);
  await post(
    tx,
    eventId,
    [...byFund].map(([fundId, own]) => ({
      fundId,
      from: 'committed',
      to: 'outstanding',
      amountFen: sumFen(own.map((voucher): Fen => voucher.faceFen)),
      kind: 'claimed',
      reference: { kind: 'round', id: round.roundId },
    })),
  );
}

async function claimInRound(tx: Tx, round: RoundRow, group: Group) {
  const current = await currentPlan(tx, round.programmeId);
  requireRunning(current);
  const gates = closedGates(current.plan, group.degraded);
  if (gates.length > 0) refuse('risk_controls_degraded', { gates, retryAfterSeconds });
  const claims = group.items.map((item) => makeClaim(current, item, tx.now));
  await refuseSoldOut(tx, round.roundId, claims);
  const bearers = new Set(claims.filter(isOpen));
  await spendPasses(tx, claims);
  await takeNumbers(tx, claims);
  await refuseExcluded(tx, current.plan, round.programmeId, claims);
  await takeStock(tx, round.roundId, claims);
  await returnPasses(
    tx,
    claims.filter((claim) => bearers.has(claim)),
  );
  const validity = validityFor(current.plan, tx.now);
  const outcomes = claims.map((claim): ClaimOutcome => {
    if (claim.refused !== undefined) return { refused: claim.refused };
    if (claim.stock === undefined) throw new Error('a claim has neither stock nor refusal');
    return { voucher: voucherOf(current, claim, claim.stock, validity) };
  });
  const vouchers = outcomes.flatMap((outcome) => outcome.voucher ?? []);
  await issue(tx, round, { vouchers, flags: flagsOf(claims, outcomes) });
  return outcomes;
}

async function outcomesOfRound(tx: Tx, round: RoundRow | undefined, group: Group) {
  const all = (refused: Refusal) => group.items.map((): ClaimOutcome => ({ refused }));
  if (round === undefined) return all(new Refusal('not_found'));
  const code = roundRefusal(round, tx.now);
  if (code !== undefined) {
    const { opensAt, closesAt } = round;
    return all(
      new Refusal(code, { opensAt: instantText(opensAt), closesAt: instantText(closesAt) }),
    );
  }
  try {
    return await claimInRound(tx, round, group);
  } catch (error) {
    // Programme stopped or closed, a risk control degraded: known before anything was taken.
    if (error instanceof Refusal && refusesAll.has(error.code)) return all(error);
    throw error;
  }
}

/**
 * Claims one voucher for each item, in their order: the first valid requests win. Each item learns
 * its own outcome: its voucher, or `round_not_open`, `round_closed`, `sold_out`, `limit_reached`,
 * `kinds_exclusive`, `captcha_invalid` (pass already spent), `not_found`. While a risk control of
 * the plan is degraded all are refused `risk_controls_degraded` and nothing is taken; what is sold
 * out is told before a captcha pass is spent. Exactly the stock is
 * given: never one too many, none stranded. Locks the persons' counters, the stock, the balances.
 * @policy XN23 三(二), 三(三), 四(一); inv-10, inv-12, inv-15, inv-16, inv-18
 */
export async function claimVouchers(
  tx: Tx,
  items: readonly ClaimItem[],
): Promise<readonly ClaimOutcome[]> {
  const closed = await tx.rows<{ gate: string }>(sql('degradedGates'));
  const degraded = closed.map((row) => row.gate);
  const roundIds = [...new Set(items.map((item) => item.roundId))];
  const rounds = await tx.rows<RoundRow>(sql('findRounds'), { roundIds });
  const outcomes = new Map<ClaimItem, ClaimOutcome>();
  for (const roundId of roundIds.toSorted()) {
    const own = items.filter((item) => item.roundId === roundId);
    const round = rounds.find((one) => one.roundId === roundId);
    const results = await outcomesOfRound(tx, round, { items: own, degraded });
    for (const [index, item] of own.entries()) {
      const outcome = results[index];
      if (outcome !== undefined) outcomes.set(item, outcome);
    }
  }
  return items.map((item) => outcomes.get(item) ?? { refused: new Refusal('not_found') });
}
