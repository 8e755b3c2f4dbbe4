import { createHash } from 'node:crypto';
import { fen, type Fen } from '@huiquan/domain/fen.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { RosterRow } from '@huiquan/domain/roster/row.ts';
import { copyEnd, copyStart } from '../../db/copy.ts';
import type { Keys } from '../../keys.ts';
import { personSealing, risingIds, sealedLength, type SealedPerson } from './seal-rows.ts';

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

/** Rows as COPY takes them: sorted, whole. */
export type PackedRows = {
  readonly bytes: Buffer;
  readonly count: number;
  readonly amountFen: Fen;
  readonly firstRow: number;
  readonly lastRow: number;
  /** Whether each of them has an ID number. */
  readonly allIdentified: boolean;
};

const idBytes = 16;
const indexBytes = 32;
/** Beside the envelope: three indexes, four numbers, the id, each with its length. */
const fixedBytes = 300;
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

function putIndex(into: Buffer, at: number, index: Buffer | undefined): number {
  if (index === undefined) return into.writeInt32BE(-1, at);
  into.set(index, into.writeInt32BE(indexBytes, at));
  return at + 4 + indexBytes;
}

function putEnvelope(into: Buffer, at: number, person: SealedPerson): number {
  let end = into.writeInt32BE(sealedLength(person), at);
  for (const part of [person.nonce, person.body, person.tag]) {
    into.set(part, end);
    end += part.length;
  }
  return end;
}

type Placed = { readonly from: number; readonly to: number; readonly order: number };

/**
 * Takes rows one by one and gives them out by the chunk, as COPY writes them: sealed, and in the
 * order of the lists' keys, so that two imports at once wait for each other and never in a circle.
 * `contentHash` is over all rows taken so far, in their order, as `finishImport` counts them.
 */
export function rowPacking(keys: Keys, target: PackTarget, now: Instant) {
  const sealed = personSealing(keys);
  const nextId = risingIds(now);
  const beginning = beginningOf(target);
  const idAt = beginning.length + 4;
  const content = contentHashing();
  let rows = Buffer.allocUnsafe(firstBytes);
  let end = 0;
  let placed: Placed[] = [];
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
    const person = sealed(row);
    const { identityIndex, phoneIndex, nameIndex } = person;
    const rowFen = row.faceFen * BigInt(row.voucherCount);
    roomFor(beginning.length + fixedBytes + sealedLength(person));
    const from = end;
    rows.set(beginning, from);
    let at = rows.writeInt32BE(idBytes, idAt - 4 + from) + idBytes;
    at = rows.writeInt32BE(rowNumber, rows.writeInt32BE(4, at));
    at = rows.writeBigInt64BE(row.faceFen, rows.writeInt32BE(8, at));
    at = rows.writeInt16BE(row.voucherCount, rows.writeInt32BE(2, at));
    at = rows.writeBigInt64BE(rowFen, rows.writeInt32BE(8, at));
    at = putIndex(rows, at, identityIndex);
    at = putIndex(rows, at, phoneIndex);
    at = putIndex(rows, at, nameIndex);
    end = putEnvelope(rows, at, person);
    const order = (identityIndex ?? phoneIndex ?? nameIndex).readUIntBE(0, 6);
    placed.push({ from, to: end, order });
    amountFen += rowFen;
    if (identityIndex === undefined) unidentified += 1;
    if (placed.length === 1) firstRow = rowNumber;
    lastRow = rowNumber;
    content.add(rowNumber, row, person);
  }

  function take(): PackedRows {
    const bytes = Buffer.allocUnsafe(copyStart.length + end + copyEnd.length);
    let at = copyStart.copy(bytes);
    placed.sort((a, b) => a.order - b.order);
    for (const { from, to } of placed) {
      rows.copy(bytes, at, from, to);
      nextId(bytes, at + idAt);
      at += to - from;
    }
    copyEnd.copy(bytes, at);
    const range = { firstRow, lastRow, allIdentified: unidentified === 0 };
    const packed = { bytes, count: placed.length, amountFen: fen(amountFen), ...range };
    [end, placed, amountFen, unidentified] = [0, [], 0n, 0];
    return packed;
  }

  return { add, take, count: () => placed.length, contentHash: content.digest };
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
  return {
    add: (rowNumber: number, row: RosterRow, person: SealedPerson) => {
      if (end + contentBytes > page.length) flush();
      end = page.writeInt32BE(rowNumber, end);
      for (const index of [person.nameIndex, person.identityIndex, person.phoneIndex]) {
        if (index === undefined) continue;
        page.set(index, end);
        end += indexBytes;
      }
      end = page.writeBigInt64BE(row.faceFen, end);
      end = page.writeBigInt64BE(row.faceFen * BigInt(row.voucherCount), end);
    },
    digest: () => {
      flush();
      return hash.copy().digest();
    },
  };
}
