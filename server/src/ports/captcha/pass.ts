import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { CaptchaKind } from '@huiquan/domain/captcha/judge.ts';
import { instant, type Instant } from '@huiquan/domain/instant.ts';
import type { CaptchaPurpose } from './challenge.ts';
import type { CaptchaKeys } from './keys.ts';

/** How long a passed captcha can be waited with: a round opens while the resident looks on. */
export const passLifeMs = 120_000;

/** What a valid pass proves. Its nonce is ended by the claim, in the claim's transaction. */
export type Pass = {
  readonly kinds: readonly CaptchaKind[];
  readonly nonce: string;
  readonly expiresAt: Instant;
};

export type PassReading =
  | { readonly outcome: 'valid'; readonly pass: Pass }
  | {
      readonly outcome: 'invalid';
      /** `unproved`: not signed here for this subject and this act, or changed since. */
      readonly reason: 'unproved' | 'expired' | 'kind_missing';
    };

const kindLetters: Readonly<Record<string, CaptchaKind>> = {
  s: 'slider',
  p: 'picture',
  q: 'question',
};
const lettersOf = (kinds: readonly CaptchaKind[]) =>
  Object.entries(kindLetters)
    .filter(([, kind]) => kinds.includes(kind))
    .map(([letter]) => letter)
    .join('');

/** Key id, kinds, end, nonce, proof. */
const passText = /^([a-z0-9]{1,16})\.([spq]{1,3})\.(\d{1,15})\.([A-Za-z0-9_-]{22})\.(\S{43})$/;

/** What is signed: whom and what it is for does not travel, both sides know it. */
const signedText = ({ subjectId, action }: CaptchaPurpose, claims: string) =>
  JSON.stringify([subjectId, action, claims]);

/**
 * A token that says: this subject passed these kinds for this action. It keeps no secret and is
 * signed, not sealed: every claim of a rush reads one.
 */
export function issuePass(
  keys: CaptchaKeys,
  purpose: CaptchaPurpose,
  what: { readonly kinds: readonly CaptchaKind[]; readonly now: Instant },
): { readonly token: string; readonly expiresAt: Instant } {
  const expiresAt = instant(what.now + passLifeMs);
  const { id, pass: sign } = keys.current;
  const nonce = randomBytes(16).toString('base64url');
  const claims = `${id}.${lettersOf(what.kinds)}.${expiresAt}.${nonce}`;
  const proof = sign(signedText(purpose, claims)).toString('base64url');
  return { token: `${claims}.${proof}`, expiresAt };
}

/** Reads `token` for this purpose; all the kinds asked for must have been passed. */
export function readPass(
  keys: CaptchaKeys,
  purpose: CaptchaPurpose,
  what: { readonly token: string; readonly kinds: readonly CaptchaKind[]; readonly now: Instant },
): PassReading {
  const [, id = '', letters = '', end, nonce = '', proof = ''] = passText.exec(what.token) ?? [];
  const sign = keys.all.get(id)?.pass;
  if (sign === undefined) return { outcome: 'invalid', reason: 'unproved' };
  const claims = what.token.slice(0, -proof.length - 1);
  // Compared as written: spare bits of base64url would give one token many spellings.
  const expected = Buffer.from(sign(signedText(purpose, claims)).toString('base64url'));
  const given = Buffer.from(proof);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return { outcome: 'invalid', reason: 'unproved' };
  }
  const expiresAt = instant(Number(end));
  if (what.now >= expiresAt) return { outcome: 'invalid', reason: 'expired' };
  const kinds = Array.from(letters).flatMap((letter) => kindLetters[letter] ?? []);
  if (!what.kinds.every((kind) => kinds.includes(kind))) {
    return { outcome: 'invalid', reason: 'kind_missing' };
  }
  return { outcome: 'valid', pass: { kinds, nonce, expiresAt } };
}
