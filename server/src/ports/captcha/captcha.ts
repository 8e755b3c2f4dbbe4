import { randomInt } from 'node:crypto';
import type { CaptchaForm, CaptchaKind } from '@huiquan/domain/captcha/judge.ts';
import { makeQuestion } from '@huiquan/domain/captcha/question.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Call } from '../call.ts';
import { sealChallenge, type CaptchaPurpose } from './challenge.ts';
import type { CaptchaKeys } from './keys.ts';
import type { PuzzleAnswer, PuzzlePool } from './pool.ts';
import type { PictureView, SliderView } from './puzzle.ts';

/** What the client may see of a question: its words, to be shown or read aloud. */
export type QuestionView = { readonly kind: 'question'; readonly text: string };

export type CaptchaOffer =
  | {
      readonly outcome: 'offered';
      readonly challenge: string;
      readonly expiresAt: Instant;
      readonly view: SliderView | PictureView | QuestionView;
    }
  | Extract<PuzzleAnswer, { outcome: 'unavailable' }>;

/** What a challenge is asked for. */
export type CaptchaRequest = CaptchaPurpose & {
  readonly kind: CaptchaKind;
  readonly form: CaptchaForm;
  readonly now: Instant;
};

/**
 * Offers challenges; they are judged by `judgeChallenge`, in this process or any other. When it
 * is unavailable no pass comes into being and so no voucher is claimed: the gate fails closed.
 */
export type CaptchaService = {
  readonly offer: (request: CaptchaRequest, call: Call) => Promise<CaptchaOffer>;
  readonly close: () => Promise<void>;
};

/** A service that takes its images from `pool` and closes the pool with itself. */
export function makeCaptchaService(keys: CaptchaKeys, pool: PuzzlePool): CaptchaService {
  return {
    async offer(request, call) {
      const { kind, form, now } = request;
      if (kind === 'question') {
        const { text, answer } = makeQuestion(randomInt);
        const sealed = sealChallenge(keys, request, { answer, form, now });
        return { outcome: 'offered', ...sealed, view: { kind, text } };
      }
      const taken = await pool.take(kind, call);
      if (taken.outcome === 'unavailable') return taken;
      const { answer, view } = taken.puzzle;
      return { outcome: 'offered', ...sealChallenge(keys, request, { answer, form, now }), view };
    },
    close: () => pool.close(),
  };
}
