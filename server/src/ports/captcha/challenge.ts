import { randomBytes } from 'node:crypto';
import {
  captchaFinding,
  captchaLifeMs,
  type CaptchaAnswer,
  type CaptchaFinding,
  type CaptchaForm,
  type CaptchaKind,
  type CaptchaResponse,
} from '@huiquan/domain/captcha/judge.ts';
import { instant, type Instant } from '@huiquan/domain/instant.ts';
import { Type, type Static } from 'typebox';
import type { CaptchaKeys } from './keys.ts';
import { seal, unseal } from './seal.ts';

const spot = Type.Object({ x: Type.Number(), y: Type.Number() });
const sealedChallenge = Type.Object({
  subjectId: Type.String(),
  action: Type.String(),
  answer: Type.Union([
    Type.Object({
      kind: Type.Literal('slider'),
      widthPx: Type.Number(),
      gapPx: Type.Number(),
    }),
    Type.Object({
      kind: Type.Literal('picture'),
      spots: Type.Array(spot),
      reachPx: Type.Number(),
    }),
    Type.Object({ kind: Type.Literal('question'), digits: Type.String() }),
  ]),
  issuedAt: Type.Integer(),
  expiresAt: Type.Integer(),
  nonce: Type.String(),
});

/** Who asks for what: a challenge and a pass are good for this alone. */
export type CaptchaPurpose = { readonly subjectId: string; readonly action: string };

/** Allows for the time a trail began before the client had finished loading the challenge. */
const clockSlackMs = 1_000;

/**
 * The secret of a challenge, sealed into the text the client sends back: any server process can
 * judge it and none has to remember it. What it cannot tell by itself is whether it was used
 * before: the caller ends the nonce on the first try, passed or not.
 */
export function sealChallenge(
  keys: CaptchaKeys,
  purpose: CaptchaPurpose,
  what: { readonly answer: CaptchaAnswer; readonly form: CaptchaForm; readonly now: Instant },
): { readonly challenge: string; readonly expiresAt: Instant } {
  const expiresAt = instant(what.now + captchaLifeMs[what.form]);
  const challenge = seal(keys, {
    subjectId: purpose.subjectId,
    action: purpose.action,
    answer: what.answer,
    issuedAt: what.now,
    expiresAt,
    nonce: randomBytes(16).toString('base64url'),
  });
  return { challenge, expiresAt };
}

export function openChallenge(
  keys: CaptchaKeys,
  challenge: string,
): Static<typeof sealedChallenge> | undefined {
  return unseal(keys, challenge, sealedChallenge);
}

/** What makes `challenge` single, and until when it must be remembered; undefined if tampered. */
export function challengeNonce(
  keys: CaptchaKeys,
  challenge: string,
): { readonly nonce: string; readonly expiresAt: Instant } | undefined {
  const opened = openChallenge(keys, challenge);
  return opened && { nonce: opened.nonce, expiresAt: instant(opened.expiresAt) };
}

export type CaptchaVerdict =
  | { readonly outcome: 'passed'; readonly kind: CaptchaKind }
  | {
      readonly outcome: 'failed';
      readonly reason:
        | CaptchaFinding
        | 'tampered'
        | 'expired'
        | 'other_subject'
        | 'other_action'
        | 'faster_than_clock';
    };

/**
 * Judges one try. A verdict counts only for the caller who was the first to end the nonce, and it
 * ends it whatever the verdict, unless the challenge is another's. The reason is for the log only.
 */
export function judgeChallenge(
  keys: CaptchaKeys,
  purpose: CaptchaPurpose,
  what: {
    readonly challenge: string;
    readonly response: CaptchaResponse;
    readonly now: Instant;
  },
): CaptchaVerdict {
  const opened = openChallenge(keys, what.challenge);
  if (opened === undefined) return { outcome: 'failed', reason: 'tampered' };
  if (opened.subjectId !== purpose.subjectId) return { outcome: 'failed', reason: 'other_subject' };
  if (opened.action !== purpose.action) return { outcome: 'failed', reason: 'other_action' };
  if (what.now >= opened.expiresAt) return { outcome: 'failed', reason: 'expired' };
  const finding = captchaFinding(opened.answer, what.response);
  if (finding !== undefined) return { outcome: 'failed', reason: finding };
  if (trailMs(what.response) > what.now - opened.issuedAt + clockSlackMs) {
    return { outcome: 'failed', reason: 'faster_than_clock' };
  }
  return { outcome: 'passed', kind: opened.answer.kind };
}

/** A trail that says it took longer than the challenge exists was made up. */
function trailMs(response: CaptchaResponse): number {
  return response.kind === 'slider' ? (response.trail.at(-1)?.atMs ?? 0) : 0;
}
