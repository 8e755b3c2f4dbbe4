import type { Fen } from '@huiquan/domain/fen.ts';
import { endOfDay, instant, startOfDay, type Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import {
  parkedMs,
  reconcile,
  shortageOf,
  type Difference,
} from '@huiquan/domain/settlement/match.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { raiseException } from './exception.ts';
import type { NetworkLine } from './network-file.ts';
import { writeDay, type ReconciliationDay } from './reconciliation-day.ts';

const sql = twin(import.meta.url);

type Payment = {
  readonly tradeKind: NetworkLine['tradeKind'];
  readonly reference: string;
  readonly amountFen: Fen;
  readonly state: string;
  readonly at: Instant;
};

const moved = new Set(['committed', 'reversed', 'refunded']);
const keyOf = ({ tradeKind, reference }: Pick<NetworkLine, 'tradeKind' | 'reference'>) =>
  `${tradeKind} ${reference}`;

async function raise(
  tx: Tx,
  programmeId: string,
  found: { readonly difference: Difference; readonly ours: Payment | undefined },
): Promise<void> {
  const { difference, ours } = found;
  const { verdict, key, theirs } = difference;
  const isAlone = verdict === 'ours_only' || verdict === 'theirs_only';
  const isPayment = key.startsWith('payment ');
  await raiseException(tx, {
    programmeId,
    source: 'network_file',
    verdict,
    subjectKey: `network ${key}: ${verdict}`,
    redemptionId: ours !== undefined && isPayment ? ours.reference : undefined,
    details: {
      number: key,
      ...(ours === undefined ? {} : { ours: ours.state, oursFen: ours.amountFen }),
      ...(theirs === undefined ? {} : { theirs: 'paid', theirsFen: theirs.amountFen }),
      ...(isAlone ? { shortage: shortageOf(verdict, isPayment ? 'in' : 'out') } : {}),
    },
  });
}

/**
 * Holds the payment network's file of `day` against our redemptions and refunds through it: count
 * and sum first, then each by our number. What differs is an exception, once; what stands alone in
 * the last half hour is looked at again with the next day. May be done again. Refuses
 * `state_conflict` where no file reaches the day.
 * @policy S2, S3, R4
 */
export async function reconcileNetwork(
  tx: Tx,
  asked: { readonly programmeId: string; readonly day: string },
): Promise<ReconciliationDay> {
  const { programmeId, day } = asked;
  const start = startOfDay(day);
  const span = { programmeId, from: instant(start - parkedMs), before: endOfDay(day) };
  const reached = await tx.one<{ known: boolean }>(sql('hasFile'), { ...span, from: start, day });
  if (!reached.known) refuse('state_conflict', { reason: 'no_statement', day });
  const theirs = await tx.rows<NetworkLine>(sql('theirLines'), span);
  const references = theirs.map((line) => line.reference);
  const payments = await tx.rows<Payment>(sql('ourPayments'), { ...span, references });
  const ours = new Map(payments.map((payment) => [keyOf(payment), payment]));
  const earlier = await alreadyMatched(tx, span, ours);
  const result = reconcile(day, {
    ours: [...ours]
      .filter(([key]) => !earlier.has(key))
      .map(([key, one]) => ({ ...one, key, moved: moved.has(one.state) })),
    theirs: theirs.map((line) => ({ ...line, key: keyOf(line), moved: true })),
  });
  for (const difference of result.differences) {
    await raise(tx, programmeId, { difference, ours: ours.get(difference.key) });
  }
  return writeDay(tx, { programmeId, day, source: 'network_file', result });
}

/** Ours from the edge of the day before whose line came in an earlier file: they agreed then. */
async function alreadyMatched(
  tx: Tx,
  span: { readonly programmeId: string; readonly from: Instant },
  ours: ReadonlyMap<string, Payment>,
): Promise<ReadonlySet<string>> {
  const references = [...ours.values()].map((one) => one.reference);
  const rows = await tx.rows<NetworkLine>(sql('earlierLines'), { ...span, references });
  return new Set(rows.map(keyOf));
}
