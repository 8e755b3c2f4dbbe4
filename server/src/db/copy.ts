import { once } from 'node:events';
import { from } from 'pg-copy-streams';
import type { Tx } from './transact.ts';

/** What COPY's binary format begins with (no flags, no further header) and ends with. */
export const copyStart = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
export const copyEnd = Buffer.from([0xff, 0xff]);

/** A table and its columns, written by the programmer, never from input. */
export type CopyTarget = { readonly table: string; readonly columns: readonly string[] };

/**
 * Copies rows into a table in one go: `bytes` are all of them in COPY's binary format, each row's
 * values in the order of `columns`. For rows by the thousand. They go as one message, so that the
 * server has read all of it before it can refuse any of it, and the connection stays in step.
 */
export async function copyRows(tx: Tx, target: CopyTarget, bytes: Buffer): Promise<void> {
  const { table, columns } = target;
  const text = `copy ${table} (${columns.join(', ')}) from stdin (format binary)`;
  // COPY has the connection for itself: nothing is under way on it now, and nothing may follow.
  const connection: { pipeline: boolean } = tx.client;
  connection.pipeline = false;
  try {
    const stream = tx.client.query(from(text));
    const done = once(stream, 'finish');
    stream.end(bytes);
    await done;
  } finally {
    connection.pipeline = true;
  }
}
