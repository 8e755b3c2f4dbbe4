import { hash } from 'node:crypto';

/** A keyed hash of a text: HMAC-SHA-256 under the key it was made for. */
export type Mac = (text: string) => Buffer;

/** The same as text of one character a byte (latin1), for those who write it somewhere at once. */
export type MacText = {
  readonly ofText: (text: string) => string;
  /** Of `bytes` from `from` to before `to`. */
  readonly ofBytes: (bytes: Buffer, from: number, to: number) => string;
};

const blockBytes = 64;
const hashBytes = 32;
const usualBytes = 1_024;

/** The views of `inner` that end after so many bytes of text: most texts are of a few lengths. */
function placeFor(inner: Buffer) {
  const views: Buffer[] = [];
  const viewOf = (bytes: number) => (views[bytes] ??= inner.subarray(0, blockBytes + bytes));
  return { inner, viewOf, room: inner.length - blockBytes };
}

/**
 * HMAC-SHA-256 under `key`, by its definition (RFC 2104): a redemption takes fourteen of them, and
 * the two hashes alone cost a third of an HMAC object of the library's. Each keeps its own place
 * for the text, so nothing is allocated but the answer.
 */
export function makeMacText(key: Uint8Array): MacText {
  const short = key.length > blockBytes ? hash('sha256', key, 'buffer') : key;
  let place = placeFor(Buffer.alloc(usualBytes));
  const outer = Buffer.alloc(blockBytes + hashBytes);
  for (let index = 0; index < blockBytes; index += 1) {
    place.inner[index] = (short[index] ?? 0) ^ 0x36;
    outer[index] = (short[index] ?? 0) ^ 0x5c;
  }
  const roomFor = (bytes: number) => {
    if (bytes <= place.room) return;
    const head = place.inner.subarray(0, blockBytes);
    place = placeFor(Buffer.concat([head, Buffer.alloc(bytes)]));
  };
  const ofPlace = (bytes: number) => {
    outer.write(hash('sha256', place.viewOf(bytes), 'latin1'), blockBytes, hashBytes, 'latin1');
    return hash('sha256', outer, 'latin1');
  };
  return {
    ofText: (text) => {
      // A character of UTF-16 takes three bytes at most.
      roomFor(text.length * 3);
      return ofPlace(place.inner.write(text, blockBytes));
    },
    ofBytes: (bytes, from, to) => {
      roomFor(to - from);
      return ofPlace(bytes.copy(place.inner, blockBytes, from, to));
    },
  };
}

/** As `makeMacText`, in bytes. */
export function makeMac(key: Uint8Array): Mac {
  const { ofText } = makeMacText(key);
  return (text) => Buffer.from(ofText(text), 'latin1');
}
