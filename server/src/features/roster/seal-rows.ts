import { randomFillSync } from 'node:crypto';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { RosterRow } from '@huiquan/domain/roster/row.ts';
import type { Keys } from '../../keys.ts';
import { makeMacText } from '../../mac.ts';
import { pageSealing } from '../../page-seal.ts';

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

/**
 * Seals persons by the page, and indexes ID number, phone and name as `keys.index` does, in latin1.
 * @policy X1
 */
export function personSealing(keys: Keys) {
  const identityIndex = makeMacText(keys.derive('identity-index')).ofText;
  const phoneIndex = makeMacText(keys.derive('phone-index')).ofText;
  const nameIndex = makeMacText(keys.derive('name-index')).ofText;
  return {
    page: pageSealing({ cipher: keys.derive('page-cipher'), tag: keys.derive('page-tag') }),
    indexesOf: ({ name, phone, idNumber }: RosterRow) => ({
      identity: idNumber === undefined ? undefined : identityIndex(idNumber),
      phone: phone === undefined ? undefined : phoneIndex(phone),
      name: nameIndex(name),
    }),
  };
}
