import { randomBytes } from 'node:crypto';
import type { CaptchaKind } from '@huiquan/domain/captcha/judge.ts';
import { instant, type Instant } from '@huiquan/domain/instant.ts';
import { Type } from 'typebox';
import type { CaptchaPurpose } from './challenge.ts';
import type { CaptchaKeys } from './keys.ts';
import { seal, unseal } from './seal.ts';

const kinds = Type.Union([
  Type.Literal('slider'),
  Type.Literal('picture'),
  Type.Literal('question'),
]);
const sealedPass = Type.Object({
  subjectId: Type.String(),
  action: Type.String(),
  kinds: Type.Array(kinds),
  expiresAt: Type.Integer(),
  nonce: Type.String(),
});

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
      readonly reason: 'tampered' | 'expired' | 'other_subject' | 'other_action' | 'kind_missing';
    };

/** A token that says: this subject passed these kinds for this action. */
export function issuePass(
  keys: CaptchaKeys,
  purpose: CaptchaPurpose,
  what: { readonly kinds: readonly CaptchaKind[]; readonly now: Instant },
): { readonly token: string; readonly expiresAt: Instant } {
  const expiresAt = instant(what.now + passLifeMs);
  const token = seal(keys, 'pass', {
    subjectId: purpose.subjectId,
    action: purpose.action,
    kinds: [...new Set(what.kinds)],
    expiresAt,
    nonce: randomBytes(16).toString('base64url'),
  });
  return { token, expiresAt };
}

/** Reads `token` for this purpose; all the kinds asked for must have been passed. */
export function readPass(
  keys: CaptchaKeys,
  purpose: CaptchaPurpose,
  what: { readonly token: string; readonly kinds: readonly CaptchaKind[]; readonly now: Instant },
): PassReading {
  const opened = unseal(keys, { token: what.token, purpose: 'pass' }, sealedPass);
  if (opened === undefined) return { outcome: 'invalid', reason: 'tampered' };
  if (opened.subjectId !== purpose.subjectId)
    return { outcome: 'invalid', reason: 'other_subject' };
  if (opened.action !== purpose.action) return { outcome: 'invalid', reason: 'other_action' };
  if (what.now >= opened.expiresAt) return { outcome: 'invalid', reason: 'expired' };
  if (!what.kinds.every((kind) => opened.kinds.includes(kind))) {
    return { outcome: 'invalid', reason: 'kind_missing' };
  }
  const expiresAt = instant(opened.expiresAt);
  return { outcome: 'valid', pass: { kinds: opened.kinds, nonce: opened.nonce, expiresAt } };
}
