import { createHash } from 'node:crypto';
import type { Column } from '@huiquan/domain/files/header.ts';
import { matchHeader } from '@huiquan/domain/files/header.ts';
import type { RowProblem } from '@huiquan/domain/files/row-problems.ts';
import { type Fen, fen, fenFromYuanText } from '@huiquan/domain/fen.ts';
import { type Instant, instantFromText } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { readRecords, type TableRecord } from '../../files/read-records.ts';
import { readTable } from '../../files/read-table.ts';
import type { TableRow } from '../../files/table-row.ts';

/** One movement on a bank account as the bank wrote it. */
export type StatementLine = {
  readonly rowNumber: number;
  /** The bank's serial number; where it gives none, a fingerprint of the line. */
  readonly serial: string;
  /** Counts honest lines that are alike in everything; 1 where there is a serial number. */
  readonly occurrence: number;
  readonly postedAt: Instant;
  readonly direction: 'in' | 'out';
  readonly amountFen: Fen;
  readonly balanceFen: Fen | undefined;
  readonly remark: string;
  /** Our own number, where the bank repeats it: of a payout or return we asked for. */
  readonly orderNumber: string;
  readonly counterpartyName: string;
  readonly counterpartyNumber: string;
};

export type Statement = {
  readonly lines: readonly StatementLine[];
  /** Known where every line carries its balance. */
  readonly openingFen: Fen | undefined;
  readonly closingFen: Fen | undefined;
};

/** Lines of one file: a year of a busy special account. */
export const statementLinesMax = 100_000;
const headerSearchRows = 20;
const problemsMax = 100;

type Key =
  | 'account'
  | 'serial'
  | 'orderNumber'
  | 'day'
  | 'bookedDay'
  | 'time'
  | 'bookedTime'
  | 'income'
  | 'expense'
  | 'direction'
  | 'amount'
  | 'balance'
  | 'postscript'
  | 'summary'
  | 'purpose'
  | 'note'
  | 'counterpartyName'
  | 'counterpartyNumber';

const columns: readonly Column<Key>[] = [
  { key: 'account', names: ['账号', '本方账号', '账户号'], identifier: true },
  {
    key: 'serial',
    names: ['流水号', '交易流水号', '资金流水单号', '银行流水号'],
    identifier: true,
  },
  { key: 'orderNumber', names: ['业务单号', '业务订单号'], identifier: true },
  { key: 'day', names: ['交易日期'] },
  { key: 'bookedDay', names: ['记账日期', '入账日期'] },
  { key: 'time', names: ['交易时间'] },
  { key: 'bookedTime', names: ['记账时间', '入账时间'] },
  { key: 'income', names: ['收入', '收入金额', '贷方发生额', '贷方金额', '存入'] },
  { key: 'expense', names: ['支出', '支出金额', '借方发生额', '借方金额', '支取'] },
  { key: 'direction', names: ['收支类型', '借贷标志', '借贷方向', '收付方向'] },
  { key: 'amount', names: ['金额', '交易金额', '收支金额', '发生额'] },
  { key: 'balance', names: ['余额', '账户余额', '账户结余'] },
  { key: 'postscript', names: ['附言', '交易附言'] },
  { key: 'summary', names: ['摘要', '交易摘要'] },
  { key: 'purpose', names: ['用途'] },
  { key: 'note', names: ['备注'] },
  { key: 'counterpartyName', names: ['对方户名', '对方名称', '对方账户名称'] },
  { key: 'counterpartyNumber', names: ['对方账号', '对方账户'], identifier: true },
];

/**
 * Reads a bank's statement of `accountNumber`: CSV (UTF-8, GB18030) or XLSX, columns found by name,
 * amounts as income and expense or as amount and direction. Every line must be readable and, where
 * balances stand, each must follow from the one before it. Refuses `bank_file_invalid` with the
 * rows
 * that are wrong, or because it is another account's, a serial number stands for two different
 * lines
 * or the balances do not follow; `already_imported` is decided when it is stored.
 * @policy requirement S3; fault-34, inv-35
 */
export async function readStatement(
  path: string,
  options: { readonly name: string; readonly accountNumber: string },
): Promise<Statement> {
  const rows = fromHeader(readTable(path, { name: options.name }));
  const lines: DraftLine[] = [];
  const problems: { rowNumber: number; problems: readonly RowProblem[] }[] = [];
  for await (const record of readRecords(rows, columns, 'bank_file_invalid')) {
    // The bill layout ends with a header of totals and a row of their values.
    if (firstCells(record).startsWith('总笔数')) break;
    if (isSummary(record)) continue;
    const { account } = record.values;
    if (account !== '' && account !== options.accountNumber) {
      refuse('bank_file_invalid', { reason: 'other_account', rowNumber: record.rowNumber });
    }
    const line = lineOf(record);
    if ('problems' in line) problems.push(line);
    else lines.push(line);
    if (problems.length >= problemsMax) break;
    if (lines.length > statementLinesMax) refuse('sheet_limits', { rowsMax: statementLinesMax });
  }
  if (problems.length > 0) refuse('bank_file_invalid', { reason: 'rows', rows: problems });
  if (lines.length === 0) refuse('bank_file_invalid', { reason: 'empty' });
  return { lines: numbered(lines), ...balancesOf(lines) };
}

type DraftLine = Omit<StatementLine, 'serial' | 'occurrence'> & { readonly serial: string };

/** Titles and account data stand above the header: it is the row with a time and an amount. */
async function* fromHeader(rows: AsyncIterable<TableRow>): AsyncGenerator<TableRow> {
  let hasHeader = false;
  let looked = 0;
  let missing: readonly string[] = ['记账时间', '金额'];
  for await (const row of rows) {
    if (!hasHeader) {
      looked += 1;
      const lacks = lacking(row);
      if (lacks.length < missing.length) missing = lacks;
      hasHeader = lacks.length === 0;
      if (!hasHeader && looked >= headerSearchRows) break;
      if (!hasHeader) continue;
    }
    yield row;
  }
  if (!hasHeader) refuse('bank_file_invalid', { reason: 'header', missing });
}

function lacking(row: TableRow): readonly string[] {
  const { positions } = matchHeader(row.cells, columns);
  const has = (...keys: readonly Key[]) => keys.every((key) => positions.has(key));
  const lacks: string[] = [];
  const moments = ['day', 'bookedDay', 'time', 'bookedTime'] as const;
  if (!moments.some((key) => has(key))) lacks.push('记账时间');
  if (!has('amount', 'direction') && !has('income', 'expense')) lacks.push('金额');
  return lacks;
}

function firstCells({ values }: TableRecord<Key>): string {
  return values.day + values.bookedDay + values.time + values.bookedTime + values.serial;
}

function isSummary(record: TableRecord<Key>): boolean {
  const first = firstCells(record);
  return /^(?:$|合计|总|本页|收入(?:合计|笔数|金额)|支出(?:合计|笔数|金额)|期初|期末)/u.test(first);
}

function lineOf(
  record: TableRecord<Key>,
): DraftLine | { readonly rowNumber: number; readonly problems: readonly RowProblem[] } {
  const { rowNumber, values } = record;
  const problems: RowProblem[] = [...record.problems];
  const postedAt = postedAtOf(
    dayOfRow(values),
    values.bookedTime === '' ? values.time : values.bookedTime,
  );
  if (postedAt === undefined) problems.push({ code: 'invalid_date', column: '记账时间' });
  const moved = movedOf(values);
  if (moved === undefined) problems.push({ code: 'invalid_amount', column: '金额' });
  const balanceFen = values.balance === '' ? undefined : fenFromYuanText(values.balance);
  if (values.balance !== '' && balanceFen === undefined) {
    problems.push({ code: 'invalid_amount', column: '余额' });
  }
  if (postedAt === undefined || moved === undefined || problems.length > 0) {
    return { rowNumber, problems };
  }
  const { postscript, summary, purpose, note } = values;
  const remark = [postscript, summary, purpose, note].filter((text) => text !== '').join(' ');
  const { serial, orderNumber, counterpartyName, counterpartyNumber } = values;
  const texts = { serial, remark, orderNumber, counterpartyName, counterpartyNumber };
  return { rowNumber, postedAt, ...moved, balanceFen, ...texts };
}

const momentPattern =
  /^(\d{4})[-/.年]?(\d\d?)[-/.月]?(\d\d?)日?[ T]?(?:(\d\d?):?(\d{2})(?::?(\d{2}))?(?:\.\d+)?)?$/u;

/** A line traded one day and booked the next belongs to the day it was booked. */
function dayOfRow(values: Readonly<Record<Key, string>>): string {
  return values.bookedDay === '' ? values.day : values.bookedDay;
}

/** `2023-09-01`, `2023/9/1 10:00:05`, `20230901100005`; day and clock may stand in two columns. */
function postedAtOf(day: string, time: string): Instant | undefined {
  const text = /^\d{1,2}:|^\d{6}$/.test(time) && day !== '' ? `${day} ${time}` : time || day;
  const match = momentPattern.exec(text.normalize('NFKC').trim());
  if (match === null) return undefined;
  const [year = '', month = '', date = '', hour = '0', minute = '00', second = '00'] =
    match.slice(1);
  const two = (part: string) => part.padStart(2, '0');
  const on = `${year}-${two(month)}-${two(date)}`;
  return instantFromText(`${on}T${two(hour)}:${minute}:${second}+08:00`);
}

type Moved = Pick<StatementLine, 'direction' | 'amountFen'>;

function directed(amountFen: Fen | undefined, direction: 'in' | 'out'): Moved | undefined {
  if (amountFen === undefined || amountFen === 0n) return undefined;
  if (amountFen > 0n) return { direction, amountFen };
  // A bank takes back a booking in red figures: the money goes the other way.
  return { direction: direction === 'in' ? 'out' : 'in', amountFen: fen(0n - amountFen) };
}

function movedOf(values: Readonly<Record<Key, string>>): Moved | undefined {
  if (values.amount !== '') {
    const direction = directionOf(values.direction);
    return direction && directed(fenFromYuanText(values.amount), direction);
  }
  const isBlank = (text: string) => /^(?:|-|0(?:\.0+)?)$/.test(text);
  const [income, expense] = [values.income, values.expense];
  if (isBlank(income) === isBlank(expense)) return undefined;
  return isBlank(expense)
    ? directed(fenFromYuanText(income), 'in')
    : directed(fenFromYuanText(expense), 'out');
}

function directionOf(text: string): 'in' | 'out' | undefined {
  if (/^(?:收入?|贷方?|入|入账|C|CR)$/iu.test(text)) return 'in';
  return /^(?:支出?|借方?|出|付|出账|D|DR)$/iu.test(text) ? 'out' : undefined;
}

/** Serial numbers and occurrences: the same line twice by serial is one, honest twins are two. */
function numbered(drafts: readonly DraftLine[]): readonly StatementLine[] {
  const bySerial = new Map<string, string>();
  const occurrences = new Map<string, number>();
  const lines: StatementLine[] = [];
  for (const draft of drafts) {
    const fingerprint = fingerprintOf(draft);
    if (draft.serial === '') {
      const occurrence = (occurrences.get(fingerprint) ?? 0) + 1;
      occurrences.set(fingerprint, occurrence);
      lines.push({ ...draft, serial: fingerprint, occurrence });
      continue;
    }
    const known = bySerial.get(draft.serial);
    if (known === fingerprint) continue;
    const { rowNumber } = draft;
    if (known !== undefined) refuse('bank_file_invalid', { reason: 'serial_twice', rowNumber });
    bySerial.set(draft.serial, fingerprint);
    lines.push({ ...draft, occurrence: 1 });
  }
  return lines;
}

function fingerprintOf(line: DraftLine): string {
  const { postedAt, direction, amountFen, balanceFen, remark } = line;
  const fields = [postedAt, direction, amountFen, balanceFen ?? '', remark].map(String);
  const parts = [...fields, line.counterpartyName, line.counterpartyNumber];
  return `sha256:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}

const signed = (line: DraftLine) =>
  line.direction === 'in' ? line.amountFen : 0n - line.amountFen;

/** Opening + lines = closing, oldest first or newest first, as banks please. */
function balancesOf(lines: readonly DraftLine[]): Pick<Statement, 'openingFen' | 'closingFen'> {
  const unknown = { openingFen: undefined, closingFen: undefined };
  if (lines.some((line) => line.balanceFen === undefined)) return unknown;
  const backwards = lines.toReversed();
  const wrong = firstBreak(lines);
  const order = wrong === undefined ? lines : backwards;
  if (wrong !== undefined && firstBreak(backwards) !== undefined) {
    refuse('bank_file_invalid', { reason: 'balances', rowNumber: wrong });
  }
  const [first] = order;
  const last = order.at(-1);
  if (first?.balanceFen === undefined || last === undefined) return unknown;
  return { openingFen: fen(first.balanceFen - signed(first)), closingFen: last.balanceFen };
}

/** The row at which a balance does not follow from the one before it. */
function firstBreak(lines: readonly DraftLine[]): number | undefined {
  const index = lines.findIndex((line, at) => {
    const before = lines[at - 1];
    if (before?.balanceFen === undefined || line.balanceFen === undefined) return false;
    return before.balanceFen + signed(line) !== line.balanceFen;
  });
  return lines[index]?.rowNumber;
}
