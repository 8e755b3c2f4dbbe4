import { once } from 'node:events';
import { from } from 'pg-copy-streams';
import type { Tx } from './transact.ts';

/** A value of COPY's text format. */
export type CopyValue = string | number | bigint | Buffer | null;

const special: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function copyText(value: CopyValue): string {
  if (value === null) return '\\N';
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`;
  return String(value).replaceAll(/[\\\n\r\t]/g, (character) => special[character] ?? character);
}

/**
 * Copies `rows` into `target` (`table (column, …)`) in one go: for rows by the thousand. The target
 * is written by the programmer, never from input.
 */
export async function copyRows(
  tx: Tx,
  target: string,
  rows: readonly (readonly CopyValue[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const stream = tx.client.query(from(`copy ${target} from stdin`));
  const done = once(stream, 'finish');
  stream.end(rows.map((row) => `${row.map(copyText).join('\t')}\n`).join(''));
  await done;
}
