import { createHash } from 'node:crypto';
import { fen, yuanText, type Fen } from '@huiquan/domain/fen.ts';
import { endOfDay, instant, instantText, startOfDay } from '@huiquan/domain/instant.ts';
import iconv from 'iconv-lite';
import {
  balanceFen,
  linesBetween,
  type AccountFact,
  type BankBook,
  type LineFact,
} from './bank.book.ts';
import type { StatementAnswer, StatementRequest } from './bank.ts';

/** A line as printed: with the running balance after it. */
type Printed = { readonly line: LineFact; readonly serial: string; readonly balanceFen: Fen };

/** The pages of a statement before they become bytes. */
type Pages = {
  readonly account: AccountFact;
  readonly request: StatementRequest;
  readonly openingFen: Fen;
  readonly closingFen: Fen;
  readonly lines: readonly Printed[];
};

/** Prints the statement as of `now`: lines booked later do not exist yet. */
export function printStatement(
  book: BankBook,
  request: StatementRequest,
  now: number,
): StatementAnswer {
  const account = book.accounts.get(request.account);
  if (account === undefined) return { outcome: 'unknown_account' };
  const from = startOfDay(request.fromDay);
  if (from > now || startOfDay(request.toDay) > now || request.fromDay > request.toDay) {
    return { outcome: 'not_ready' };
  }
  const to = Math.min(endOfDay(request.toDay), now + 1);
  const openingFen = balanceFen(book, account.account, from);
  let balance: bigint = openingFen;
  const lines = linesBetween(book, account.account, { from, to }).flatMap((line) => {
    balance += BigInt(line.amountFen);
    const serial = account.serials === 'given' ? line.serial : '';
    const printed = { line, serial, balanceFen: fen(balance) };
    return book.repeats.has(line.serial) ? [printed, printed] : [printed];
  });
  const pages = { account, request, openingFen, closingFen: fen(balance), lines };
  const rows = request.layout === 'direction' ? directionRows(pages) : debitCreditRows(pages);
  const bytes = encode(rows, request);
  return {
    outcome: 'statement',
    fileName: `${account.account}_${request.fromDay}_${request.toDay}.csv`,
    bytes,
    sha1: createHash('sha1').update(bytes).digest('hex'),
    sm3: createHash('sm3').update(bytes).digest('hex'),
  };
}

type Column = readonly [title: string, cell: (printed: Printed) => string];

const debitCreditColumns: readonly Column[] = [
  ['交易日期', ({ line }) => wallClock(line.tradedAt)[0]],
  ['交易时间', ({ line }) => wallClock(line.tradedAt)[1]],
  ['借方发生额', ({ line }) => (line.amountFen > 0 ? '' : yuanText(magnitude(line)))],
  ['贷方发生额', ({ line }) => (line.amountFen > 0 ? yuanText(magnitude(line)) : '')],
  ['余额', ({ balanceFen }) => yuanText(balanceFen)],
  ['对方户名', ({ line }) => line.partyName],
  ['对方账号', ({ line }) => line.partyAccount],
  ['摘要', ({ line }) => line.summary],
  ['附言', ({ line }) => line.remark],
  ['流水号', ({ serial }) => serial],
  ['业务单号', ({ line }) => line.instructionId ?? ''],
  ['记账日期', ({ line }) => wallClock(line.bookedAt)[0]],
];

const directionColumns: readonly Column[] = [
  ['记账时间', ({ line }) => wallClock(line.bookedAt).join(' ')],
  ['资金流水单号', ({ serial }) => serial],
  ['业务单号', ({ line }) => line.instructionId ?? ''],
  ['业务类型', ({ line }) => line.summary],
  ['收支类型', ({ line }) => (line.amountFen > 0 ? '收入' : '支出')],
  ['收支金额(元)', ({ line }) => yuanText(magnitude(line))],
  ['账户结余(元)', ({ balanceFen }) => yuanText(balanceFen)],
  ['对方户名', ({ line }) => line.partyName],
  ['对方账号', ({ line }) => line.partyAccount],
  ['附言', ({ line }) => line.remark],
  ['交易时间', ({ line }) => wallClock(line.tradedAt).join(' ')],
];

function table(columns: readonly Column[], lines: readonly Printed[]): string[][] {
  const header = columns.map(([title]) => title);
  return [header, ...lines.map((line) => columns.map(([, cell]) => cell(line)))];
}

function debitCreditRows({ account, request, openingFen, closingFen, lines }: Pages): string[][] {
  return [
    ['账号', account.account, '户名', account.name],
    ['起止日期', request.fromDay, request.toDay],
    ['期初余额', yuanText(openingFen)],
    ...table(debitCreditColumns, lines),
    ['期末余额', yuanText(closingFen)],
  ];
}

function directionRows({ openingFen, closingFen, lines }: Pages): string[][] {
  const moneyIn = lines.filter(({ line }) => line.amountFen > 0);
  const moneyOut = lines.filter(({ line }) => line.amountFen <= 0);
  const summary = [
    ['总笔数', String(lines.length)],
    ['收入笔数', String(moneyIn.length)],
    ['收入金额', sumText(moneyIn)],
    ['支出笔数', String(moneyOut.length)],
    ['支出金额', sumText(moneyOut)],
    ['期初余额', yuanText(openingFen)],
    ['期末余额', yuanText(closingFen)],
  ];
  const titles = summary.map(([title]) => title ?? '');
  const values = summary.map(([, value]) => value ?? '');
  const rows = [...table(directionColumns, lines), titles, values];
  return rows.map((row) => row.map((cell) => `\`${cell}`));
}

function magnitude(line: LineFact): bigint {
  return BigInt(Math.abs(line.amountFen));
}

function sumText(lines: readonly Printed[]): string {
  return yuanText(lines.reduce((sum, { line }) => sum + magnitude(line), 0n));
}

/** Day and time in Asia/Shanghai, to the second, as banks print them. */
function wallClock(at: number): [string, string] {
  const text = instantText(instant(at));
  return [text.slice(0, 10), text.slice(11, 19)];
}

function encode(rows: readonly string[][], { encoding }: StatementRequest): Uint8Array {
  const text = rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
  return iconv.encode(text, encoding, { addBOM: encoding === 'utf-8' });
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
