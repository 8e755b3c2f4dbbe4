import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { CaptchaKeys } from './keys.ts';

/** A token longer than this was not made here. */
const tokenCharactersMax = 2_000;
const ivBytes = 12;
const tagBytes = 16;
const boundTo = (id: string) => Buffer.from(`challenge ${id}`);

const compiled = new WeakMap<TSchema, (content: unknown) => boolean>();

/** Compiled once: a schema that is interpreted takes longer than the cipher. */
function isOf<Schema extends TSchema>(schema: Schema, content: unknown): content is Static<Schema> {
  let fits = compiled.get(schema);
  if (fits === undefined) {
    const validator = Compile(schema as TSchema);
    fits = (value) => validator.Check(value);
    compiled.set(schema, fits);
  }
  return fits(content);
}

/** `content` as a token nobody can read or change: key id, then AES-256-GCM in base64url. */
export function seal(keys: CaptchaKeys, content: unknown): string {
  const { id, challenge: key } = keys.current;
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(boundTo(id));
  const sealed = [iv, cipher.update(JSON.stringify(content), 'utf8'), cipher.final()];
  return `${id}.${Buffer.concat([...sealed, cipher.getAuthTag()]).toString('base64url')}`;
}

/** What `token` holds, if it was sealed here and nobody touched it since. */
export function unseal<Schema extends TSchema>(
  keys: CaptchaKeys,
  token: string,
  schema: Schema,
): Static<Schema> | undefined {
  const match = /^([a-z0-9]{1,16})\.([A-Za-z0-9_-]+)$/.exec(token);
  if (match === null || token.length > tokenCharactersMax) return undefined;
  const [, id = '', text = ''] = match;
  const key = keys.all.get(id)?.challenge;
  const bytes = Buffer.from(text, 'base64url');
  // spare bits at the end of base64url would give one token many spellings
  if (key === undefined || bytes.toString('base64url') !== text) return undefined;
  const plain = decrypt(key, bytes, boundTo(id));
  if (plain === undefined) return undefined;
  const content: unknown = JSON.parse(plain);
  return isOf(schema, content) ? content : undefined;
}

function decrypt(key: Buffer, bytes: Buffer, bound: Buffer): string | undefined {
  if (bytes.length <= ivBytes + tagBytes) return undefined;
  const options = { authTagLength: tagBytes };
  const iv = bytes.subarray(0, ivBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, options)
    .setAAD(bound)
    .setAuthTag(bytes.subarray(-tagBytes));
  try {
    return (
      decipher.update(bytes.subarray(ivBytes, -tagBytes), undefined, 'utf8') +
      decipher.final('utf8')
    );
  } catch {
    return undefined;
  }
}
