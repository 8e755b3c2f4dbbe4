import { createCipheriv, createDecipheriv, randomFillSync, timingSafeEqual } from 'node:crypto';
import { makeMacText } from './mac.ts';

// A seal of a page: its kind, the page's nonce, the counter of its first block, the ciphertext, and
// a tag over all of that.
const kind = 2;
const nonceBytes = 12;
const blockBytes = 16;
const headBytes = 1 + blockBytes;
const tagBytes = 16;
const firstBytes = 8 * 1024;

/** The keys of page seals: one that encrypts, one that authenticates. */
export type PageKeys = { readonly cipher: Buffer; readonly tag: Buffer };

/** Seals texts by the page. */
export type PageSealing = {
  /** Takes a text whose seal is to stand at `at`; answers how many bytes it will have. */
  readonly add: (text: string, at: number) => number;
  readonly count: () => number;
  /** Writes the seals of all texts taken into `into`, each to its place; the page is empty then. */
  readonly sealInto: (into: Buffer) => void;
};

/**
 * Seals some dozen texts with one cipher: AES-256-CTR (NIST SP 800-38A), one random nonce for the
 * page and its blocks counted on from text to text, so that no two blocks share a counter; then
 * each text has a tag of its own, 16 bytes of HMAC-SHA-256 over counter and ciphertext
 * (encrypt-then-MAC), and is opened alone. As strong as a GCM seal each; of a list of a million
 * rows a cipher object of its own for each took a quarter of the time.
 */
export function pageSealing(keys: PageKeys): PageSealing {
  const tag = makeMacText(keys.tag);
  const counter = Buffer.alloc(blockBytes);
  let plain = Buffer.alloc(firstBytes);
  let end = 0;
  let texts: { readonly at: number; readonly from: number; readonly bytes: number }[] = [];
  return {
    count: () => texts.length,
    add: (text, at) => {
      // A character of UTF-16 takes three bytes at most.
      const most = end + text.length * 3 + blockBytes;
      if (most > plain.length) plain = Buffer.concat([plain, Buffer.alloc(most)]);
      const bytes = plain.write(text, end);
      texts.push({ at, from: end, bytes });
      end = Math.ceil((end + bytes) / blockBytes) * blockBytes;
      return headBytes + bytes + tagBytes;
    },
    sealInto: (into) => {
      randomFillSync(counter, 0, nonceBytes);
      counter.writeUInt32BE(0, nonceBytes);
      const cipher = createCipheriv('aes-256-ctr', keys.cipher, counter);
      const body = cipher.update(plain.subarray(0, end));
      for (const { at, from, bytes } of texts) {
        into[at] = kind;
        counter.writeUInt32BE(from / blockBytes, nonceBytes);
        counter.copy(into, at + 1);
        const tagAt = at + headBytes + bytes;
        body.copy(into, at + headBytes, from, from + bytes);
        into.write(tag.ofBytes(into, at, tagAt), tagAt, tagBytes, 'latin1');
      }
      texts = [];
      end = 0;
    },
  };
}

/**
 * Opens what `pageSealing` sealed. Undefined for what it did not seal, or not so: the tag decides,
 * since another kind of seal may begin with the same byte.
 */
export function pageOpening(keys: PageKeys): (sealed: Buffer) => string | undefined {
  const tag = makeMacText(keys.tag);
  return (sealed) => {
    const tagAt = sealed.length - tagBytes;
    if (sealed[0] !== kind || tagAt < headBytes) return undefined;
    const expected = Buffer.from(tag.ofBytes(sealed, 0, tagAt), 'latin1').subarray(0, tagBytes);
    if (!timingSafeEqual(expected, sealed.subarray(tagAt))) return undefined;
    const counter = sealed.subarray(1, headBytes);
    const decipher = createDecipheriv('aes-256-ctr', keys.cipher, counter);
    return decipher.update(sealed.subarray(headBytes, tagAt)).toString('utf8');
  };
}
