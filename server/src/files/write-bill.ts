import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { yuanText } from '@huiquan/domain/fen.ts';
import type { Fen } from '@huiquan/domain/fen.ts';
import { inPieces, quoted } from './write-csv.ts';

/** One field of a bill: text, a count, or an amount, which is written in 元 with two decimals. */
export type BillField = string | number | Fen;

/** A bill: its rows under a header and, after the last row, the summary under its own. */
export type Bill = {
  readonly header: readonly string[];
  readonly rows: Iterable<readonly BillField[]> | AsyncIterable<readonly BillField[]>;
  readonly summaryHeader: readonly string[];
  /** Asked after the last row, so that it can be summed while writing. */
  readonly summary: () => readonly BillField[];
};

/** What is given beside a bill so that its receiver can prove it whole: hex, over all its bytes. */
export type BillDigests = { readonly sha1: string; readonly sm3: string; readonly bytes: number };

/**
 * A bill in the layout that banks and payment networks trade: UTF-8 with byte order mark, CRLF, a
 * header row, a backtick before every field of a row (so no program takes a long number for a
 * quantity or a text for a formula), two summary lines. `digests` are there once `content` has been
 * read to its end, and fail when it breaks off.
 */
export function writeBill(bill: Bill): {
  readonly content: Readable;
  readonly digests: Promise<BillDigests>;
} {
  const { promise, resolve, reject } = Promise.withResolvers<BillDigests>();
  const content = Readable.from(digested(bill, resolve), { objectMode: false });
  content.once('close', () => reject(new Error('the bill was not read to its end')));
  // Whoever only wants the content need not look at the digests.
  promise.catch(() => {});
  return { content, digests: promise };
}

async function* digested(bill: Bill, done: (digests: BillDigests) => void): AsyncGenerator<Buffer> {
  const sha1 = createHash('sha1');
  const sm3 = createHash('sm3');
  let bytes = 0;
  for await (const piece of inPieces(billLines(bill))) {
    sha1.update(piece);
    sm3.update(piece);
    bytes += piece.length;
    yield piece;
  }
  done({ sha1: sha1.digest('hex'), sm3: sm3.digest('hex'), bytes });
}

async function* billLines(bill: Bill): AsyncGenerator<string> {
  yield `\uFEFF${line(bill.header)}`;
  for await (const row of bill.rows) yield line(row.map(billField));
  yield line(bill.summaryHeader);
  yield line(bill.summary().map(billField));
}

function billField(field: BillField): string {
  const text = typeof field === 'bigint' ? yuanText(field) : String(field);
  return `\`${text.toWellFormed().replaceAll(/[\p{Cc}\uFFFE\uFFFF]/gu, ' ')}`;
}

function line(fields: readonly string[]): string {
  return `${fields.map(quoted).join(',')}\r\n`;
}
