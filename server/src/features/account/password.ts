import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);
// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;

async function tagOf(password: string, salt: Buffer): Promise<Buffer> {
  const message = Buffer.from(password.normalize('NFKC'));
  return Buffer.from(await derive('argon2id', { ...cost, message, nonce: salt }));
}

/** The hash to keep: `argon2id$salt$tag`. Takes about 30 ms; never call it in a transaction. */
export async function passwordHash(password: string): Promise<string> {
  const salt = randomBytes(16);
  const tag = await tagOf(password, salt);
  return `argon2id$${salt.toString('base64')}$${tag.toString('base64')}`;
}

/**
 * Whether `password` is the one that was hashed. Without a hash (nobody has the login name, no
 * password was set) it takes as long and answers false.
 */
export async function passwordMatches(
  password: string,
  hash: string | undefined,
): Promise<boolean> {
  const [, salt, tag] = /^argon2id\$([^$]+)\$([^$]+)$/.exec(hash ?? '') ?? [];
  const made = await tagOf(password, Buffer.from(salt ?? 'nobody-has-this-', 'base64'));
  const kept = Buffer.from(tag ?? '', 'base64');
  return kept.length === made.length && timingSafeEqual(kept, made);
}
