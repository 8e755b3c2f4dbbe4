import type { Fen } from '@huiquan/domain/fen.ts';
import { endOfDay, startOfDay, type Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import {
  reconcile,
  shortageOf,
  type Difference,
  type Entry,
} from '@huiquan/domain/settlement/match.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import {
  hasStatementFrom,
  lockPaymentLines,
  matchPaymentLines,
  type PaymentLine,
} from '../fund/payment-lines.ts';
import { raiseException } from './exception.ts';
import { writeDay, type ReconciliationDay } from './reconciliation-day.ts';

const sql = twin(import.meta.url);

type Payment = {
  readonly payoutId: string | null;
  readonly returnId: string | null;
  readonly amountFen: Fen;
  readonly state: string;
  readonly at: Instant;
};
type Pair = { readonly line: PaymentLine; readonly payment: Payment | undefined };

const moved = new Set(['paid', 'returned', 'came_back']);
const undecided = new Set(['prepared', 'approved', 'sent']);
const keyOf = ({ payoutId, returnId }: Payment) => payoutId ?? returnId ?? '';
const ourEntry = (payment: Payment): Entry => ({
  key: keyOf(payment),
  amountFen: payment.amountFen,
  at: payment.at,
  moved: moved.has(payment.state),
});

/** The lines with the payments they name; a line whose payment has no answer yet waits for it. */
async function pairsOf(
  tx: Tx,
  asked: { readonly programmeId: string; readonly day: string },
): Promise<readonly Pair[]> {
  const { programmeId, day } = asked;
  const lines = await lockPaymentLines(tx, { programmeId, before: endOfDay(day) });
  const rows = await tx.rows<Payment & { bankLineId: string }>(sql('paymentsOfLines'), {
    programmeId,
    bankLineIds: lines.map((line) => line.bankLineId),
    orderNumbers: lines.map((line) => line.orderNumber),
    serials: lines.map((line) => line.serial),
  });
  const payments = new Map(rows.map((row) => [row.bankLineId, row]));
  const from = startOfDay(day);
  return lines
    .map((line) => ({ line, payment: payments.get(line.bankLineId) }))
    .filter(({ line, payment }) => {
      const waits = payment !== undefined && undecided.has(payment.state);
      return !(waits && line.postedAt >= from);
    });
}

/** The first line of each payment; a second one in the same direction is somebody's mistake. */
function theirBook(pairs: readonly Pair[]): ReadonlyMap<string, Pair> {
  const book = new Map<string, Pair>();
  for (const pair of pairs) {
    const { line, payment } = pair;
    const named = payment === undefined ? '' : keyOf(payment);
    const key = named === '' || book.has(named) ? `line ${line.bankLineId}` : named;
    book.set(key, key === named ? pair : { line, payment: undefined });
  }
  return book;
}

const kindOf = (payment: Payment) => (payment.payoutId === null ? 'fund_return' : 'payout');
const matchOf = ({ line, payment }: Pair) =>
  payment === undefined
    ? []
    : [{ bankLineId: line.bankLineId, kind: kindOf(payment), id: keyOf(payment) } as const];

/** Money that came back under our number: it agrees where we know it came back. */
async function matchComeBacks(tx: Tx, programmeId: string, pairs: readonly Pair[]): Promise<void> {
  const known = pairs.filter(({ payment }) => payment?.state === 'came_back');
  await matchPaymentLines(tx, known.flatMap(matchOf));
  for (const { line, payment } of pairs) {
    if (payment === undefined || payment.state === 'came_back') continue;
    const { bankLineId, amountFen } = line;
    await raiseException(tx, {
      programmeId,
      source: 'bank_statement',
      verdict: 'state_differs',
      subjectKey: `bank line ${bankLineId}`,
      bankLineId,
      payoutId: payment.payoutId ?? undefined,
      returnId: payment.returnId ?? undefined,
      details: { ours: payment.state, theirs: 'came_back', theirsFen: amountFen },
    });
  }
}

async function raiseDifference(
  tx: Tx,
  programmeId: string,
  found: {
    readonly difference: Difference;
    readonly payment: Payment | undefined;
    readonly line: PaymentLine | undefined;
  },
): Promise<void> {
  const { difference, payment, line } = found;
  const { verdict, ours, theirs } = difference;
  const isAlone = verdict === 'ours_only' || verdict === 'theirs_only';
  await raiseException(tx, {
    programmeId,
    source: 'bank_statement',
    verdict,
    subjectKey:
      line === undefined ? `${difference.key} without line` : `bank line ${line.bankLineId}`,
    bankLineId: line?.bankLineId,
    payoutId: payment?.payoutId ?? undefined,
    returnId: payment?.returnId ?? undefined,
    details: {
      ...(ours === undefined ? {} : { oursFen: ours.amountFen }),
      ...(theirs === undefined ? {} : { theirsFen: theirs.amountFen }),
      ...(payment === undefined ? {} : { ours: payment.state }),
      ...(verdict === 'state_differs' ? { theirs: 'paid' } : {}),
      ...(isAlone ? { shortage: shortageOf(verdict, 'out') } : {}),
    },
  });
}

/**
 * Holds the bank's statement of `day` (and what stood open before it) against our payouts and
 * returns: count and sum first, then each by our number or the bank's serial. Agreeing lines are
 * matched; what differs is an exception, once; what stands alone near midnight waits a day. May be
 * done again. Refuses `not_found`, and `state_conflict` where no statement reaches the day.
 * @policy S2, S3; fault-33
 */
export async function reconcileBank(
  tx: Tx,
  asked: { readonly programmeId: string; readonly day: string },
): Promise<ReconciliationDay> {
  const { programmeId, day } = asked;
  if (!(await hasStatementFrom(tx, { programmeId, from: startOfDay(day) }))) {
    refuse('state_conflict', { reason: 'no_statement', day });
  }
  const pairs = await pairsOf(tx, asked);
  await matchComeBacks(
    tx,
    programmeId,
    pairs.filter(({ line }) => line.direction === 'in'),
  );
  const theirs = theirBook(pairs.filter(({ line }) => line.direction === 'out'));
  const before = endOfDay(day);
  const unproven = await tx.rows<Payment>(sql('unprovenPayments'), { programmeId, before });
  const named = [...theirs.values()].flatMap(({ payment }) => payment ?? []);
  const ours = new Map([...unproven, ...named].map((payment) => [keyOf(payment), payment]));
  const result = reconcile(day, {
    ours: [...ours.values()].map(ourEntry),
    theirs: [...theirs].map(([key, { line }]) => ({
      key,
      amountFen: line.amountFen,
      at: line.postedAt,
      moved: true,
    })),
  });
  const agreeing = result.matched.flatMap((key) => theirs.get(key) ?? []);
  await matchPaymentLines(tx, agreeing.flatMap(matchOf));
  for (const difference of result.differences) {
    const line = theirs.get(difference.key)?.line;
    const payment = ours.get(difference.key);
    await raiseDifference(tx, programmeId, { difference, payment, line });
  }
  return writeDay(tx, { programmeId, day, source: 'bank_statement', result });
}
