import { hkdfSync } from 'node:crypto';
import { makeMac, type Mac } from '../../mac.ts';

/** A secret of at least 32 bytes and the name under which tokens call for it. */
export type CaptchaSecret = { readonly id: string; readonly secret: Uint8Array };

/** What is derived from one secret: one half seals challenges, the other signs passes. */
type Derived = { readonly id: string; readonly challenge: Buffer; readonly pass: Mac };

/** Ready keys; the first seals and signs, all are good, so that no resident fails by a rotation. */
export type CaptchaKeys = { readonly current: Derived; readonly all: ReadonlyMap<string, Derived> };

/** Derives the keys once. `previous` secrets are good for what was made with them. */
export function makeCaptchaKeys(
  current: CaptchaSecret,
  previous: readonly CaptchaSecret[] = [],
): CaptchaKeys {
  const derived = derive(current);
  const all = [derived, ...previous.map(derive)].map((key) => [key.id, key] as const);
  return { current: derived, all: new Map(all) };
}

function derive({ id, secret }: CaptchaSecret): Derived {
  if (secret.length < 32) throw new RangeError('a captcha secret has at least 32 bytes');
  if (!/^[a-z0-9]{1,16}$/.test(id)) throw new RangeError(`not a key id: ${id}`);
  const half = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `huiquan captcha ${purpose}`, 32));
  return { id, challenge: half('challenge'), pass: makeMac(half('pass')) };
}
