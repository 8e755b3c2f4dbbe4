import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where heads of the chain are laid down, and what signs them. */
export type HeadPlace = {
  /** Outside the database: best a folder that is copied elsewhere every day. */
  readonly folder: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
};

/** The name under which the public key stands beside the heads. */
const publicKeyFile = 'public-key.pem';

function makeKey(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  const text = privateKey.export({ type: 'pkcs8', format: 'pem' });
  // Of two processes that start at once one makes the key, and both read it.
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!existsSync(file)) throw error;
  }
}

/**
 * The Ed25519 key that signs heads, made on the first use: `head-key` of the data folder, readable
 * by its owner only. The public key is laid beside the heads for everybody. Throws where another
 * key lies there: heads of one folder are signed by one key.
 */
export function openHeadPlace(at: { readonly data: string; readonly heads: string }): HeadPlace {
  const file = join(at.data, 'head-key');
  if (!existsSync(file)) makeKey(file);
  chmodSync(file, 0o600);
  const privateKey = createPrivateKey(readFileSync(file));
  const publicKey = createPublicKey(privateKey);
  mkdirSync(at.heads, { recursive: true });
  const shown = join(at.heads, publicKeyFile);
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  if (!existsSync(shown)) writeFileSync(shown, pem);
  if (readFileSync(shown, 'utf8') !== pem) {
    throw new Error(`${shown} is not the public key of ${file}: one of the two was replaced`);
  }
  return { folder: at.heads, privateKey, publicKey };
}

/** The public key as it lies beside the heads; undefined where none was published yet. */
export function findPublicKey(heads: string): string | undefined {
  const file = join(heads, publicKeyFile);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
