import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from } from 'pg-copy-streams';
import type { Tx } from './transact.ts';

/** What COPY's binary format begins with (no flags, no further header) and ends with. */
export const copyStart = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
export const copyEnd = Buffer.from([0xff, 0xff]);

/** A table and its columns, written by the programmer, never from input. */
export type CopyTarget = { readonly table: string; readonly columns: readonly string[] };

/** So that the server works on the first rows while the last are under way. */
const pieceBytes = 128 * 1024;

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/**
 * Copies rows into a table in one go: `bytes` are all of them in COPY's binary format, each row's
 * values in the order of `columns`. For rows by the thousand.
 */
export async function copyRows(tx: Tx, target: CopyTarget, bytes: Buffer): Promise<void> {
  const { table, columns } = target;
  const text = `copy ${table} (${columns.join(', ')}) from stdin (format binary)`;
  // COPY has the connection for itself: nothing is under way on it now, and nothing may follow.
  const connection: { pipeline: boolean } = tx.client;
  connection.pipeline = false;
  try {
    await pipeline(Readable.from(piecesOf(bytes)), tx.client.query(from(text)));
  } finally {
    connection.pipeline = true;
  }
}
