import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { makeMac, type Mac } from './mac.ts';
import { pageOpening } from './page-seal.ts';

/**
 * What a derived key is for; a value sealed or indexed for one purpose means nothing to another.
 */
export type Purpose =
  | 'envelope'
  | 'page-cipher'
  | 'page-tag'
  | 'identity-index'
  | 'phone-index'
  | 'name-index'
  | 'command-input'
  | 'payment-code'
  | 'captcha'
  | 'session'
  | 'cursor'
  | 'head-signature';

/** The keys of one installation, all derived from its master keys. */
export type Keys = {
  /** The id of the key that seals new values. */
  readonly currentId: number;
  /** Keyed HMAC-SHA-256: the blind index and every other keyed hash. */
  readonly index: (purpose: Purpose, text: string) => Buffer;
  /** The same under the key that comes next, while a rotation is under way. */
  readonly nextIndex: ((purpose: Purpose, text: string) => Buffer) | undefined;
  /** Seals with AES-256-GCM: 12 bytes nonce, ciphertext, 16 bytes tag. */
  readonly seal: (text: string) => Buffer;
  /**
   * Opens what `seal` or a page made under the key `keyId`. Throws if it was altered or the key is
   * gone.
   */
  readonly open: (sealed: Uint8Array, keyId: number) => string;
  /** 32 bytes for `purpose`, for the modules that keep their own format. */
  readonly derive: (purpose: Purpose) => Buffer;
};

const nonceBytes = 12;
const tagBytes = 16;

function derive(master: Buffer, purpose: Purpose): Buffer {
  return Buffer.from(hkdfSync('sha256', master, 'huiquan', purpose, 32));
}

function openSealed(key: Buffer, bytes: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  const body = bytes.subarray(nonceBytes, -tagBytes);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}

/**
 * Makes the keys from master keys of 32 bytes by id. The first id given is the current one; a
 * `nextId` names the one a rotation moves to, indexed beside the current.
 */
export function makeKeys(masters: ReadonlyMap<number, Buffer>, nextId?: number): Keys {
  const [current] = masters;
  if (current === undefined) throw new Error('no master key');
  const [currentId, master] = current;
  const cache = new Map<string, Buffer>();
  const derived = (of: Buffer, id: number, purpose: Purpose) => {
    const name = `${id} ${purpose}`;
    const known = cache.get(name) ?? derive(of, purpose);
    cache.set(name, known);
    return known;
  };
  const indexWith = (of: Buffer, id: number) => {
    const macs = new Map<Purpose, Mac>();
    return (purpose: Purpose, text: string) => {
      const known = macs.get(purpose) ?? makeMac(derived(of, id, purpose));
      macs.set(purpose, known);
      return known(text);
    };
  };
  const pages = new Map<number, ReturnType<typeof pageOpening>>();
  const openPage = (of: Buffer, id: number) => {
    const [cipher, tag] = [derived(of, id, 'page-cipher'), derived(of, id, 'page-tag')];
    const known = pages.get(id) ?? pageOpening({ cipher, tag });
    pages.set(id, known);
    return known;
  };
  const next = nextId === undefined ? undefined : masters.get(nextId);
  return {
    currentId,
    index: indexWith(master, currentId),
    nextIndex: next === undefined || nextId === undefined ? undefined : indexWith(next, nextId),
    seal: (text) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', derived(master, currentId, 'envelope'), nonce);
      return Buffer.concat([
        nonce,
        cipher.update(text, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
    },
    open: (sealed, keyId) => {
      const of = masters.get(keyId);
      if (of === undefined) throw new Error(`the key ${keyId} of a sealed value is not configured`);
      const bytes = Buffer.from(sealed);
      return openPage(of, keyId)(bytes) ?? openSealed(derived(of, keyId, 'envelope'), bytes);
    },
    derive: (purpose) => derived(master, currentId, purpose),
  };
}
