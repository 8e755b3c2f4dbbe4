import { createCipheriv, randomFillSync } from 'node:crypto';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { RosterRow } from '@huiquan/domain/roster/row.ts';
import type { CopyType, CopyValue } from '../../db/copy.ts';
import type { Keys } from '../../keys.ts';
import { makeBlindIndex } from './blind-index.ts';

/** The columns of `roster_stage` in the order in which a sealed row carries them. */
export const stageColumns = {
  row_number: 'int4',
  entitlement_id: 'uuid',
  envelope: 'bytea',
  identity_index: 'bytea',
  phone_index: 'bytea',
  name_index: 'bytea',
  face_fen: 'int8',
  voucher_count: 'int2',
} as const satisfies Readonly<Record<string, CopyType>>;

const nonceBytes = 12;
const poolBytes = 48 * 1024;

/** Random bytes asked for by the page: one call for each row costs as much as its cipher. */
function randomPool(): (count: number) => Buffer {
  const pool = Buffer.alloc(poolBytes);
  let at = poolBytes;
  return (count) => {
    if (at + count > poolBytes) {
      randomFillSync(pool);
      at = 0;
    }
    at += count;
    return pool.subarray(at - count, at);
  };
}

/** A UUIDv7 as bytes: the milliseconds of `now`, then random. */
function idBytes(now: Instant, random: (count: number) => Buffer): Buffer {
  const id = Buffer.from(random(16));
  id.writeUIntBE(now, 0, 6);
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x70;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  return id;
}

/** What `keys.seal` gives, with a nonce from the pool. */
function sealer(keys: Keys, random: (count: number) => Buffer): (text: string) => Buffer {
  const key = keys.derive('envelope');
  return (text) => {
    const nonce = random(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    // The cipher is done with the nonce's place in the pool before the next one is taken.
    const body = cipher.update(text, 'utf8');
    cipher.final();
    return Buffer.concat([nonce, body, cipher.getAuthTag()]);
  };
}

/**
 * Makes of a row what is stored of it: the person sealed as `keys.seal` does, and indexed by ID
 * number, phone and name as `keys.index` does; `now` dates its id. Nothing of it is plain but the
 * money.
 * @policy X1
 */
export function rowSealing(
  keys: Keys,
  now: Instant,
): (rowNumber: number, row: RosterRow) => CopyValue[] {
  const random = randomPool();
  const seal = sealer(keys, random);
  const identityIndex = makeBlindIndex(keys.derive('identity-index'));
  const phoneIndex = makeBlindIndex(keys.derive('phone-index'));
  const nameIndex = makeBlindIndex(keys.derive('name-index'));
  return (rowNumber, { name, phone, idNumber, faceFen, voucherCount }) => [
    rowNumber,
    idBytes(now, random),
    seal(JSON.stringify({ name, phone, idNumber })),
    idNumber === undefined ? null : identityIndex(idNumber),
    phone === undefined ? null : phoneIndex(phone),
    nameIndex(name),
    faceFen,
    voucherCount,
  ];
}
