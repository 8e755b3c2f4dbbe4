import { sumFen, type Fen } from '@huiquan/domain/fen.ts';
import { instant, instantText, type Instant } from '@huiquan/domain/instant.ts';
import { limitCounters, type LimitCounter } from '@huiquan/domain/limit/counters.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { validityOf, type ValidityWindow } from '@huiquan/domain/plan/validity.ts';
import { Refusal, refuse, type RefusalCode } from '@huiquan/domain/refusals.ts';
import { claimTurn, excludedBy, roundRefusal } from '@huiquan/domain/round/claim.ts';
import { giveFrom, type StockRow } from '@huiquan/domain/round/stock.ts';
import { returnNonces, spendNonces } from '../../db/nonce.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record, reserveEventId } from '../../events/record.ts';
import { post, type Transfer } from '../../ledger/post.ts';
import {
  giveBackLimits,
  limitRefusal,
  limitWaves,
  takeLimits,
  type LimitWaves,
} from '../limit/limit.ts';
import { currentPlan, requireRunning, type CurrentPlan } from '../programme/load-plan.ts';
import { insertVouchers, issueRecord, newVoucherId, type Voucher } from '../voucher/voucher.ts';
import { lookAtRounds, stockName, type RoundRow, type RoundsSeen } from './look.ts';

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

/** A claim on its way through the steps: a refusal, once there, stays. */
type Claim = {
  readonly item: ClaimItem;
  readonly counters: readonly LimitCounter[];
  /** Where nothing else makes the person's claims wait for each other. */
  readonly turn: LimitCounter | undefined;
  refused: Refusal | undefined;
  /** Its counters are taken: to be given back where it is refused after all. */
  isCounted: boolean;
  stock?: StockRow;
};

/** The items of one round. */
type Group = { readonly items: readonly ClaimItem[]; readonly seen: RoundsSeen };

const retryAfterSeconds = 30;
/** Longer than a pass can be used. */
const passKeptMs = 600_000;
const refusesAll: ReadonlySet<RefusalCode> = new Set([
  'invalid_rule',
  'programme_closed',
  'programme_not_running',
  'risk_controls_degraded',
]);
const isOpen = (claim: Claim) => claim.refused === undefined;
const nameOf = (one: { readonly personId: string; readonly kind: string }) =>
  `${one.personId} ${one.kind}`;

function makeClaim({ programmeId, plan }: CurrentPlan, item: ClaimItem, now: Instant): Claim {
  const kind = plan.kinds.find((one) => one.id === item.kind);
  const refused = kind?.face.type === 'fixed' ? undefined : new Refusal('not_found');
  const act = {
    programmeId,
    action: 'claim',
    kind: item.kind,
    count: 1,
    faceFen: kind?.face.type === 'fixed' ? kind.face.faceFen : sumFen([]),
    at: now,
    roundId: item.roundId,
    entities: { person: item.personId, device: item.deviceId, phone: item.personId },
  } as const;
  const counters = limitCounters(plan.limits, act);
  const turn = claimTurn(plan, { programmeId, ...item }, counters);
  return { item, counters, turn, refused, isCounted: false };
}

/** The degraded controls that the plan's claims depend on: one is enough to close the round. */
function closedGates(plan: Plan, degraded: readonly string[]): readonly string[] {
  return degraded.filter((name) =>
    plan.gates.some((gate) => gate.gate === name && gate.at.includes('claim')),
  );
}

/** Spends the passes of `claims`; refuses those whose pass was spent before. */
async function spendPassesOf(tx: Tx, claims: readonly Claim[]): Promise<void> {
  const bearing = claims.filter((claim) => claim.item.captchaNonce !== undefined);
  const nonces = bearing.map((claim) => claim.item.captchaNonce ?? '');
  const isSpent = await spendNonces(
    tx,
    { purpose: 'captcha-pass', nonces },
    instant(tx.now + passKeptMs),
  );
  for (const [index, claim] of bearing.entries()) {
    if (isSpent[index] !== true) claim.refused = new Refusal('captcha_invalid');
  }
}

const countersOf = ({ turn, counters }: Claim) =>
  turn === undefined ? counters : [turn, ...counters];

/** Takes the limits of `claims`, each all or none; refuses those that stood at one. */
async function takeLimitsOf(tx: Tx, claims: readonly Claim[], waves?: LimitWaves): Promise<void> {
  const full = await takeLimits(tx, claims.map(countersOf), waves);
  for (const [index, claim] of claims.entries()) {
    const counter = full[index];
    claim.isCounted = counter === undefined;
    if (counter !== undefined) claim.refused ??= limitRefusal(counter);
  }
}

/** What those who claim hold of kinds that rule out the one they claim. */
async function heldAgainst(tx: Tx, plan: Plan, programmeId: string, claims: readonly Claim[]) {
  const concerned = claims.filter(({ item }) => excludedBy(plan.kinds, item.kind).length > 0);
  if (concerned.length === 0) return new Set<string>();
  const rows = await tx.rows<{ personId: string; kind: string }>(sql('exclusiveVouchers'), {
    programmeId,
    personIds: concerned.map((claim) => claim.item.personId),
    kinds: concerned.flatMap((claim) => excludedBy(plan.kinds, claim.item.kind)),
  });
  return new Set(rows.map(nameOf));
}

function refuseExcluded(plan: Plan, claims: readonly Claim[], held: Set<string>): void {
  if (plan.kinds.every((kind) => kind.exclusiveWith.length === 0)) return;
  for (const claim of claims.filter(isOpen)) {
    const { personId, kind } = claim.item;
    const excluded = excludedBy(plan.kinds, kind);
    const clash = excluded.find((one) => held.has(nameOf({ personId, kind: one })));
    if (clash !== undefined) claim.refused = new Refusal('kinds_exclusive', { kind: clash });
    else held.add(nameOf(claim.item));
  }
}

/** The stock of the kinds of `claims`, locked in the order it is given out; undefined once over. */
async function lockStock(tx: Tx, roundId: string, claims: readonly Claim[]) {
  const kinds = [...new Set(claims.map((claim) => claim.item.kind))];
  const [rows, { isOpen: isStillOpen }] = await Promise.all([
    tx.rows<StockRow>(sql('lockStock'), { roundId, kinds }),
    tx.one<{ isOpen: boolean }>(sql('isStillOpen'), { roundId }),
  ]);
  return isStillOpen ? rows : undefined;
}

/** How many vouchers of the round each person has of the kind he claims, by `nameOf`. */
async function lastNumbers(tx: Tx, roundId: string, claims: readonly Claim[]) {
  const rows = await tx.rows<{ personId: string; kind: string; n: number }>(sql('lastNumbers'), {
    roundId,
    personIds: claims.map((claim) => claim.item.personId),
    kinds: claims.map((claim) => claim.item.kind),
  });
  return new Map(rows.map((row) => [nameOf(row), row.n]));
}

/** Gives each open claim its voucher's stock while there is some; `rows` is locked. */
function giveStock(rows: readonly StockRow[] | undefined, claims: readonly Claim[]): void {
  const open = claims.filter(isOpen);
  const given = giveFrom(
    rows ?? [],
    open.map((claim) => claim.item.kind),
  );
  for (const [index, claim] of open.entries()) {
    const row = given[index];
    if (row !== undefined) claim.stock = row;
    else claim.refused = new Refusal(rows === undefined ? 'round_closed' : 'sold_out');
  }
}

async function takeStock(tx: Tx, roundId: string, claims: readonly Claim[]): Promise<void> {
  const rows = [...Map.groupBy(claims.filter(isOpen), (claim) => claim.stock)].flatMap(
    ([row, own]) => (row === undefined ? [] : [{ ...row, taken: own.length }]),
  );
  if (rows.length === 0) return;
  await tx.execute(sql('takeStock'), {
    roundId,
    kinds: rows.map((row) => row.kind),
    fundIds: rows.map((row) => row.fundId),
    counts: rows.map((row) => row.taken),
  });
}

/**
 * Undoes what refused claims took on their way: their limits, and their passes, so that they may
 * ask again with them. A turn stays taken: it counts nothing.
 */
async function giveBack(tx: Tx, claims: readonly Claim[]): Promise<void> {
  const refused = claims.filter((claim) => !isOpen(claim));
  const counters = refused.flatMap((claim) => (claim.isCounted ? claim.counters : []));
  const nonces = refused.flatMap(({ refused: why, item }) =>
    why?.code === 'captcha_invalid' ? [] : (item.captchaNonce ?? []),
  );
  await Promise.all([
    giveBackLimits(tx, counters),
    returnNonces(tx, { purpose: 'captcha-pass', nonces }),
  ]);
}

/**
 * Takes for each of `claims` its pass, its limits and its stock, or refuses it. Answers how many
 * vouchers of the round each person had before, and the id for the event of the issue. Claims that
 * share no counter are judged each for itself: all is asked in one go, in the order of the locks.
 */
async function takeAll(tx: Tx, round: RoundRow, plan: Plan, claims: readonly Claim[]) {
  const { roundId, programmeId } = round;
  const passing = spendPassesOf(tx, claims);
  const waves = limitWaves(claims.map(countersOf));
  const areApart = waves.length <= 1;
  if (!areApart) await passing;
  const passed = areApart ? claims : claims.filter(isOpen);
  const counting = takeLimitsOf(tx, passed, areApart ? waves : undefined);
  if (!areApart) await counting;
  const [held, numbers, stock, eventId] = await Promise.all([
    heldAgainst(tx, plan, programmeId, passed),
    lastNumbers(tx, roundId, passed),
    lockStock(tx, roundId, passed),
    reserveEventId(tx),
    passing,
    counting,
  ]);
  refuseExcluded(plan, passed, held);
  giveStock(stock, passed);
  return { numbers, eventId };
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

/** The vouchers of the claims that were given stock, numbered on from `numbers`. */
function outcomesOf(
  current: CurrentPlan,
  claims: readonly Claim[],
  numbers: Map<string, number>,
  now: Instant,
): ClaimOutcome[] {
  const validity = validityFor(current.plan, now);
  const { programmeId, versionId } = current;
  return claims.map(({ item, refused, stock }) => {
    if (refused !== undefined) return { refused };
    if (stock === undefined) throw new Error('a claim has neither stock nor refusal');
    const { personId, kind, roundId: originId } = item;
    const n = (numbers.get(nameOf(item)) ?? 0) + 1;
    numbers.set(nameOf(item), n);
    const { fundId, faceFen } = stock;
    const own = {
      personId,
      voucherId: newVoucherId(n),
      originId,
      kind,
      n,
      fundId,
      faceFen,
      channel: '',
    };
    return { voucher: { ...own, programmeId, versionId, ...validity(kind) } };
  });
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

type Issue = {
  readonly eventId: bigint;
  readonly vouchers: readonly Voucher[];
  readonly flags: Flags;
};

async function issue(tx: Tx, round: RoundRow, { eventId, vouchers, flags }: Issue): Promise<void> {
  if (vouchers.length === 0) return;
  const { lines, items } = issueRecord(vouchers);
  const recording = record(tx, {
    eventId,
    kind: 'voucher.claimed',
    subject: { kind: 'round', id: round.roundId },
    programmeId: round.programmeId,
    body: Object.keys(flags).length === 0 ? { lines } : { lines, flags },
    items,
  });
  const byFund = Map.groupBy(vouchers, (voucher) => voucher.fundId);
  const transfers = [...byFund].map(([fundId, own]): Transfer => ({
    fundId,
    from: 'committed',
    to: 'outstanding',
    amountFen: sumFen(own.map((voucher): Fen => voucher.faceFen)),
    kind: 'claimed',
    reference: { kind: 'round', id: round.roundId },
  }));
  await Promise.all([
    recording,
    insertVouchers(tx, eventId, vouchers),
    post(tx, eventId, transfers),
  ]);
}

async function claimInRound(tx: Tx, round: RoundRow, { items, seen }: Group) {
  const { roundId, programmeId } = round;
  const current = seen.plans.get(programmeId) ?? (await currentPlan(tx, programmeId));
  requireRunning(current);
  const gates = closedGates(current.plan, seen.degraded);
  if (gates.length > 0) refuse('risk_controls_degraded', { gates, retryAfterSeconds });
  const claims = items.map((item) => makeClaim(current, item, tx.now));
  for (const claim of claims) {
    const isEmpty = seen.empty.has(stockName(claim.item));
    if (isOpen(claim) && isEmpty) claim.refused = new Refusal('sold_out');
  }
  const wanting = claims.filter(isOpen);
  if (wanting.length === 0) return outcomesOf(current, claims, new Map(), tx.now);
  const { numbers, eventId } = await takeAll(tx, round, current.plan, wanting);
  const outcomes = outcomesOf(current, claims, numbers, tx.now);
  const vouchers = outcomes.flatMap((outcome) => outcome.voucher ?? []);
  const flags = flagsOf(claims, outcomes);
  // What the claims get is known: their answers are stored in one breath with what is written here.
  tx.trail(
    Promise.all([
      takeStock(tx, roundId, wanting),
      giveBack(tx, wanting),
      issue(tx, round, { eventId, vouchers, flags }),
    ]),
  );
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
 * out is told before a captcha pass is spent. Exactly the stock is given: never one too many, none
 * stranded. `view` is what `lookAtRounds` saw in this transaction. Locks the persons' counters, the
 * stock, the balances.
 * @policy XN23 三(二), 三(三), 四(一); inv-10, inv-12, inv-15, inv-16, inv-18
 */
export async function claimVouchers(
  tx: Tx,
  items: readonly ClaimItem[],
  view?: RoundsSeen,
): Promise<readonly ClaimOutcome[]> {
  const seen = view ?? (await lookAtRounds(tx, items));
  const roundIds = [...new Set(items.map((item) => item.roundId))];
  const outcomes = new Map<ClaimItem, ClaimOutcome>();
  for (const roundId of roundIds.toSorted()) {
    const own = items.filter((item) => item.roundId === roundId);
    const results = await outcomesOfRound(tx, seen.rounds.get(roundId), { items: own, seen });
    for (const [index, item] of own.entries()) {
      const outcome = results[index];
      if (outcome !== undefined) outcomes.set(item, outcome);
    }
  }
  return items.map((item) => outcomes.get(item) ?? { refused: new Refusal('not_found') });
}
