import { once } from 'node:events';
import { from } from 'pg-copy-streams';
import type { Tx } from './transact.ts';

/** The type of a column in COPY's binary format; a `uuid` is written as its 16 bytes. */
export type CopyType = 'int2' | 'int4' | 'int8' | 'uuid' | 'bytea';
export type CopyValue = number | bigint | Uint8Array | null;

/** What COPY is told first: the signature, no flags, no further header. */
const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const fieldBytes = { int2: 2, int4: 4, int8: 8 } as const;

function sizeOf(type: CopyType, value: CopyValue): number {
  if (value === null) return 0;
  if (type === 'uuid' || type === 'bytea') {
    if (!(value instanceof Uint8Array)) throw new TypeError(`no bytes for a ${type}`);
    return value.length;
  }
  return fieldBytes[type];
}

function writeNumber(into: Buffer, at: number, type: CopyType, value: number | bigint) {
  if (type === 'int8') into.writeBigInt64BE(BigInt(value), at);
  else if (type === 'int4') into.writeInt32BE(Number(value), at);
  else into.writeInt16BE(Number(value), at);
}

function writeField(into: Buffer, at: number, type: CopyType, value: CopyValue): number {
  const size = sizeOf(type, value);
  into.writeInt32BE(value === null ? -1 : size, at);
  if (value === null) return at + 4;
  if (value instanceof Uint8Array) into.set(value, at + 4);
  else writeNumber(into, at + 4, type, value);
  return at + 4 + size;
}

/** `rows` in COPY's binary format, whole. */
function encoded(types: readonly CopyType[], rows: readonly (readonly CopyValue[])[]): Buffer {
  let bytes = signature.length + 2;
  for (const row of rows) {
    bytes += 2;
    for (const [at, type] of types.entries()) bytes += 4 + sizeOf(type, row[at] ?? null);
  }
  const into = Buffer.allocUnsafe(bytes);
  signature.copy(into);
  let at = signature.length;
  for (const row of rows) {
    at = into.writeInt16BE(types.length, at);
    for (let field = 0; field < types.length; field += 1) {
      const type = types[field];
      if (type !== undefined) at = writeField(into, at, type, row[field] ?? null);
    }
  }
  into.writeInt16BE(-1, at);
  return into;
}

/**
 * Copies `rows` into `table` in one go, each row's values in the order of `columns` (name → type):
 * for rows by the thousand. Table and columns are written by the programmer, never from input.
 */
export async function copyRows(
  tx: Tx,
  target: { readonly table: string; readonly columns: Readonly<Record<string, CopyType>> },
  rows: readonly (readonly CopyValue[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(target.columns).join(', ');
  const text = `copy ${target.table} (${names}) from stdin (format binary)`;
  // COPY has the connection for itself: nothing is under way on it now, and nothing may follow.
  const connection: { pipeline: boolean } = tx.client;
  connection.pipeline = false;
  try {
    const stream = tx.client.query(from(text));
    const done = once(stream, 'finish');
    stream.end(encoded(Object.values(target.columns), rows));
    await done;
  } finally {
    connection.pipeline = true;
  }
}
