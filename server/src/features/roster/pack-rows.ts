import { createHash } from 'node:crypto';
import { fen, type Fen } from '@huiquan/domain/fen.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { RosterRow } from '@huiquan/domain/roster/row.ts';
import { copyEnd, copyStart } from '../../db/copy.ts';
import type { Keys } from '../../keys.ts';
import { personSealing, risingIds } from './seal-rows.ts';

/** The roster that rows are packed for: what each of them repeats. */
export type PackTarget = {
  readonly rosterId: string;
  readonly programmeId: string;
  readonly source: string;
  readonly keyId: number;
};

/** The columns of `entitlement`, and of `roster_stage`, in the order in which a row has them. */
export const packedColumns = [
  'roster_id',
  'programme_id',
  'source',
  'state',
  'key_id',
  'entitlement_id',
  'row_number',
  'face_fen',
  'voucher_count',
  'amount_fen',
  'identity_index',
  'phone_index',
  'name_index',
  'envelope',
] as const;

/** Rows as COPY takes them, whole. */
export type PackedRows = {
  readonly bytes: Buffer;
  readonly count: number;
  readonly amountFen: Fen;
  readonly firstRow: number;
  readonly lastRow: number;
  /** Whether each of them has an ID number. */
  readonly allIdentified: boolean;
};

const lengthBytes = 4;
const idBytes = 16;
const numberBytes = 4;
const indexBytes = 32;
/** Beside the front of a row and its person: three indexes, what a seal adds, lengths, the end. */
const fixedBytes = 160;
/** Rows that are sealed at once. */
const pageRows = 64;
const firstBytes = 64 * 1024;
/** Of each row the hash of a list is over: its number, three indexes, face and amount. */
const contentBytes = 4 + 3 * indexBytes + 16;

function uuidBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function field(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** What all rows of a roster begin with: the number of fields and the first five of them. */
function beginningOf(target: PackTarget): Buffer {
  const [count, keyId] = [Buffer.alloc(2), Buffer.alloc(2)];
  count.writeInt16BE(packedColumns.length);
  keyId.writeInt16BE(target.keyId);
  const { rosterId, programmeId, source } = target;
  const texts = [source, 'imported'].map((text) => field(Buffer.from(text)));
  const ids = [rosterId, programmeId].map((id) => field(uuidBytes(id)));
  return Buffer.concat([count, ...ids, ...texts, field(keyId)]);
}

/** What the rows of one face and number begin with; id and row number are yet to be written. */
type Front = {
  readonly row: Pick<RosterRow, 'faceFen' | 'voucherCount'>;
  readonly amountFen: bigint;
  readonly bytes: Buffer;
  /** Face and amount, as the hash of the list takes them. */
  readonly money: Buffer;
};

function frontOf(beginning: Buffer, row: Front['row']): Front {
  const { faceFen, voucherCount } = row;
  const amountFen = faceFen * BigInt(voucherCount);
  const [face, amount, count] = [Buffer.alloc(8), Buffer.alloc(8), Buffer.alloc(2)];
  face.writeBigInt64BE(faceFen);
  amount.writeBigInt64BE(amountFen);
  count.writeInt16BE(voucherCount);
  const fields = [Buffer.alloc(idBytes), Buffer.alloc(numberBytes), face, count, amount].map(field);
  const bytes = Buffer.concat([beginning, ...fields]);
  return { row: { faceFen, voucherCount }, amountFen, bytes, money: Buffer.concat([face, amount]) };
}

/** The keyed hashes of a person, in latin1. */
type Indexes = {
  readonly identity: string | undefined;
  readonly phone: string | undefined;
  readonly name: string;
};

function putIndex(into: Buffer, at: number, index: string | undefined): number {
  const start = into.writeInt32BE(index === undefined ? -1 : indexBytes, at);
  return index === undefined ? start : start + into.write(index, start, indexBytes, 'latin1');
}

/**
 * Takes rows one by one and gives them out by the chunk, as COPY writes them: sealed, in the order
 * of the file, their ids rising. `contentHash` is over all rows taken so far, as `finishImport`
 * counts them.
 */
export function rowPacking(keys: Keys, target: PackTarget, now: Instant) {
  const { page, indexesOf } = personSealing(keys);
  const nextId = risingIds(now);
  const beginning = beginningOf(target);
  const idAt = beginning.length + lengthBytes;
  const numberAt = idAt + idBytes + lengthBytes;
  const content = contentHashing();
  let front = frontOf(beginning, { faceFen: fen(1n), voucherCount: 1 });
  let rows = Buffer.allocUnsafe(firstBytes);
  let end = copyStart.copy(rows);
  let count = 0;
  let amountFen = 0n;
  let unidentified = 0;
  let firstRow = 0;
  let lastRow = 0;

  function roomFor(more: number) {
    if (end + more <= rows.length) return;
    const larger = Buffer.allocUnsafe(Math.max(rows.length * 2, end + more));
    rows.copy(larger, 0, 0, end);
    rows = larger;
  }

  function add(rowNumber: number, row: RosterRow) {
    const { name, phone, idNumber, faceFen, voucherCount } = row;
    if (front.row.faceFen !== faceFen || front.row.voucherCount !== voucherCount) {
      front = frontOf(beginning, row);
    }
    const person = JSON.stringify({ name, phone, idNumber });
    roomFor(front.bytes.length + fixedBytes + person.length * 3);
    front.bytes.copy(rows, end);
    nextId(rows, end + idAt);
    rows.writeInt32BE(rowNumber, end + numberAt);
    const indexes = indexesOf(row);
    let at = putIndex(rows, end + front.bytes.length, indexes.identity);
    at = putIndex(rows, at, indexes.phone);
    at = putIndex(rows, at, indexes.name);
    const sealedBytes = page.add(person, at + lengthBytes);
    end = rows.writeInt32BE(sealedBytes, at) + sealedBytes;
    if (page.count() === pageRows) page.sealInto(rows);
    amountFen += front.amountFen;
    if (idNumber === undefined) unidentified += 1;
    if (count === 0) firstRow = rowNumber;
    count += 1;
    lastRow = rowNumber;
    content.add(rowNumber, indexes, front.money);
  }

  function take(): PackedRows {
    page.sealInto(rows);
    end += copyEnd.copy(rows, end);
    const range = { firstRow, lastRow, allIdentified: unidentified === 0 };
    const packed = { bytes: rows.subarray(0, end), count, amountFen: fen(amountFen), ...range };
    rows = Buffer.allocUnsafe(rows.length);
    end = copyStart.copy(rows);
    [count, amountFen, unidentified] = [0, 0n, 0];
    return packed;
  }

  return { add, take, count: () => count, contentHash: content.digest };
}

/** Collects what the hash of a list is over and hashes it page by page. */
function contentHashing() {
  const hash = createHash('sha256');
  const page = Buffer.allocUnsafe(contentBytes * 256);
  let end = 0;
  const flush = () => {
    hash.update(page.subarray(0, end));
    end = 0;
  };
  const put = (index: string) => {
    end += page.write(index, end, indexBytes, 'latin1');
  };
  return {
    add: (rowNumber: number, { name, identity, phone }: Indexes, money: Buffer) => {
      if (end + contentBytes > page.length) flush();
      end = page.writeInt32BE(rowNumber, end);
      put(name);
      if (identity !== undefined) put(identity);
      if (phone !== undefined) put(phone);
      end += money.copy(page, end);
    },
    digest: () => {
      flush();
      return hash.copy().digest();
    },
  };
}
