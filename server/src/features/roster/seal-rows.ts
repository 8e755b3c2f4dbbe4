import { createCipheriv, randomFillSync } from 'node:crypto';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { RosterRow } from '@huiquan/domain/roster/row.ts';
import type { Keys } from '../../keys.ts';
import { makeMac } from '../../mac.ts';

const nonceBytes = 12;
const tagBytes = 16;
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

/** Ids made of one beginning differ in their last three bytes: more than a list may have rows. */
const countedBytes = 3;

/**
 * UUIDv7s as bytes, each greater than the one before, so that their index only grows at its end:
 * the milliseconds of `now`, 50 random bits that they share, and their number.
 */
export function risingIds(now: Instant): (into: Buffer, at: number) => void {
  const id = randomFillSync(Buffer.alloc(16));
  id.writeUIntBE(now, 0, 6);
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x70;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  let number = 0;
  return (into, at) => {
    id.writeUIntBE((number += 1), id.length - countedBytes, countedBytes);
    id.copy(into, at);
  };
}

/** What is kept of a person: nothing of it is plain. */
export type SealedPerson = {
  readonly nonce: Buffer;
  readonly body: Buffer;
  readonly tag: Buffer;
  readonly identityIndex: Buffer | undefined;
  readonly phoneIndex: Buffer | undefined;
  readonly nameIndex: Buffer;
};

/** The length of what `keys.seal` would give. */
export const sealedLength = ({ body }: SealedPerson) => nonceBytes + body.length + tagBytes;

/**
 * Seals the person of a row as `keys.seal` does, and indexes the ID number, phone and name as
 * `keys.index` does. The nonce lies in a pool: it is to be copied before the next row.
 * @policy X1
 */
export function personSealing(keys: Keys): (row: RosterRow) => SealedPerson {
  const random = randomPool();
  const key = keys.derive('envelope');
  const identityIndex = makeMac(keys.derive('identity-index'));
  const phoneIndex = makeMac(keys.derive('phone-index'));
  const nameIndex = makeMac(keys.derive('name-index'));
  return ({ name, phone, idNumber }) => {
    const nonce = random(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const body = cipher.update(JSON.stringify({ name, phone, idNumber }), 'utf8');
    cipher.final();
    return {
      nonce,
      body,
      tag: cipher.getAuthTag(),
      identityIndex: idNumber === undefined ? undefined : identityIndex(idNumber),
      phoneIndex: phone === undefined ? undefined : phoneIndex(phone),
      nameIndex: nameIndex(name),
    };
  };
}
