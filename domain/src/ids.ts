/** Text form of a UUID, lower case. */
export const uuidPattern =
  '^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$';

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

// Random bytes are asked for by the page: one call for each id costs more than the rest of it.
const page = new Uint8Array(4_096);
let unused = page.length;

/** The next random byte, never given before. */
function randomByte(): number {
  if (unused === page.length) {
    crypto.getRandomValues(page);
    unused = 0;
  }
  return page[unused++] ?? 0;
}

const hex = (byte: number): string => hexOf[byte] ?? '';
const randomHex = (): string => hex(randomByte());

/**
 * A new UUIDv7: ordered by the millisecond it was made in, so keys land at the end of an index;
 * 74 random bits, from the platform's secure source.
 */
export function newId(now: number = Date.now()): string {
  const time = Math.floor(now).toString(16).padStart(12, '0');
  const version = hex((randomByte() & 0x0f) | 0x70) + randomHex();
  const variant = hex((randomByte() & 0x3f) | 0x80) + randomHex();
  const tail = randomHex() + randomHex() + randomHex() + randomHex() + randomHex() + randomHex();
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}-${tail}`;
}
