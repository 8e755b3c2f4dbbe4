import type { Column } from '@huiquan/domain/files/header.ts';
import { fenFromYuanText, zeroFen, type Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instantFromText, type Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { readRecords } from '../../files/read-records.ts';
import { readTable } from '../../files/read-table.ts';

const sql = twin(import.meta.url);

/** One payment or refund as the payment network booked it. */
export type NetworkLine = {
  readonly tradeKind: 'payment' | 'refund';
  /** The number we gave it: the redemption's or the network refund's id. */
  readonly reference: string;
  readonly amountFen: Fen;
  readonly at: Instant;
};

/** Lines of one file: a very busy day of a county. */
export const networkLinesMax = 200_000;
const problemsMax = 100;

type Key = 'payment' | 'refund' | 'amount' | 'kind' | 'time';
const columns: readonly Column<Key>[] = [
  { key: 'payment', names: ['支付单号', '商户订单号'], required: true, identifier: true },
  { key: 'refund', names: ['退款单号', '商户退款单号'], identifier: true },
  { key: 'amount', names: ['金额', '交易金额', '用户实付金额'], required: true },
  { key: 'kind', names: ['交易类型', '业务类型'] },
  { key: 'time', names: ['交易时间', '消耗时间', '记账时间'], required: true },
];

function lineOf(values: Readonly<Record<Key, string>>): NetworkLine | string {
  const isRefund = values.refund !== '' || /退/u.test(values.kind);
  const reference = (isRefund ? values.refund : values.payment).toLowerCase();
  const amountFen = fenFromYuanText(values.amount);
  const [, date, time] = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})/.exec(values.time) ?? [];
  const at = date === undefined ? undefined : instantFromText(`${date}T${time}+08:00`);
  if (reference === '' || reference.length > 64) return '单号';
  if (amountFen === undefined || amountFen <= zeroFen) return '金额';
  if (at === undefined) return '交易时间';
  return { tradeKind: isRefund ? 'refund' : 'payment', reference, amountFen, at };
}

/**
 * Reads the payment network's daily file: CSV or XLSX, columns found by name, UTF-8 or GB18030,
 * with or without backticks; the summary below is passed over. Refuses `bank_file_invalid` with the
 * rows that are wrong, or for one number with two amounts, `sheet_limits`.
 * @policy S3
 */
export async function readNetworkFile(
  path: string,
  options: { readonly name: string },
): Promise<readonly NetworkLine[]> {
  const lines = new Map<string, NetworkLine>();
  const wrong: { rowNumber: number; column: string }[] = [];
  for await (const row of readRecords(readTable(path, options), columns, 'bank_file_invalid')) {
    if (/^(?:总|合计)/u.test(row.values.payment)) break;
    const line = lineOf(row.values);
    const { rowNumber } = row;
    if (typeof line === 'string') wrong.push({ rowNumber, column: line });
    else {
      const key = `${line.tradeKind} ${line.reference}`;
      const known = lines.get(key);
      const isOther = known !== undefined && known.amountFen !== line.amountFen;
      if (isOther) refuse('bank_file_invalid', { reason: 'serial_twice', rowNumber });
      lines.set(key, line);
    }
    if (wrong.length >= problemsMax) break;
    if (lines.size > networkLinesMax) refuse('sheet_limits', { rowsMax: networkLinesMax });
  }
  if (wrong.length > 0) refuse('bank_file_invalid', { reason: 'rows', rows: wrong });
  return [...lines.values()];
}

/**
 * Stores a network file for the reconciliation of `day`; overlapping files bring only new lines.
 * Refuses `not_found`, `already_imported` for the same file, `bank_file_invalid` where a number
 * stood for another amount before. Locks the programme.
 * @policy S3; fault-34
 */
export async function importNetworkFile(
  tx: Tx,
  input: {
    readonly programmeId: string;
    readonly day: string;
    readonly fileName: string;
    readonly digest: Buffer;
    readonly lines: readonly NetworkLine[];
  },
): Promise<{ readonly networkFileId: string; readonly lines: number; readonly newLines: number }> {
  const { programmeId, day, digest, fileName, lines } = input;
  if ((await tx.maybe(sql('lockProgramme'), { programmeId })) === undefined) refuse('not_found');
  const known = await tx.one<{ known: boolean }>(sql('isKnownFile'), { programmeId, digest });
  if (known.known) refuse('already_imported');
  const values = {
    programmeId,
    networkFileId: newId(tx.now),
    tradeKinds: lines.map((line) => line.tradeKind),
    references: lines.map((line) => line.reference),
    amounts: lines.map((line) => line.amountFen),
    ats: lines.map((line) => line.at),
  };
  const wrong = await tx.rows<{ reference: string }>(sql('contradictedLines'), values);
  if (wrong.length > 0) {
    const serials = wrong.map((row) => row.reference);
    refuse('bank_file_invalid', { reason: 'serial_contradicts', serials });
  }
  const { count: newLineCount } = await tx.one<{ count: number }>(sql('countNew'), values);
  const { networkFileId } = values;
  const eventId = await record(tx, {
    kind: 'network_file.imported',
    subject: { kind: 'network_file', id: networkFileId },
    programmeId,
    body: { day, lines: lines.length, newLines: newLineCount },
  });
  const file = { ...values, day, digest, fileName, uploadedBy: tx.actor.id, now: tx.now, eventId };
  await tx.maybe(sql('insertFile'), { ...file, lineCount: lines.length, newLineCount });
  await tx.execute(sql('insertLines'), values);
  return { networkFileId, lines: lines.length, newLines: newLineCount };
}
