import { hash } from 'node:crypto';

/** A keyed hash of a text: HMAC-SHA-256 under the key it was made for. */
export type Mac = (text: string) => Buffer;

const blockBytes = 64;
const hashBytes = 32;
const usualBytes = 1_024;

/**
 * HMAC-SHA-256 under `key`, by its definition (RFC 2104): a redemption takes fourteen of them, and
 * the two hashes alone cost a third of an HMAC object of the library's. Each made Mac keeps its own
 * place for the text, so nothing is allocated but the answer.
 */
export function makeMac(key: Uint8Array): Mac {
  const short = key.length > blockBytes ? hash('sha256', key, 'buffer') : key;
  let inner = Buffer.alloc(usualBytes);
  const outer = Buffer.alloc(blockBytes + hashBytes);
  for (let index = 0; index < blockBytes; index += 1) {
    inner[index] = (short[index] ?? 0) ^ 0x36;
    outer[index] = (short[index] ?? 0) ^ 0x5c;
  }
  return (text) => {
    // A character of UTF-16 takes three bytes at most.
    if (blockBytes + text.length * 3 > inner.length) {
      const head = inner.subarray(0, blockBytes);
      inner = Buffer.concat([head, Buffer.alloc(text.length * 3)]);
    }
    const bytes = inner.write(text, blockBytes);
    const first = hash('sha256', inner.subarray(0, blockBytes + bytes), 'latin1');
    outer.write(first, blockBytes, 'latin1');
    return Buffer.from(hash('sha256', outer, 'latin1'), 'latin1');
  };
}
