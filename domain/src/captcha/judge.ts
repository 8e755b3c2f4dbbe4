import { pictureFinding, type PictureAnswer, type PictureFinding, type Spot } from './picture.ts';
import { questionFinding, type QuestionAnswer } from './question.ts';
import { sliderFinding, type SliderAnswer, type SliderFinding, type TrailPoint } from './slider.ts';

/** The three kinds of captcha; a plan's gate names those it asks for. */
export type CaptchaKind = 'slider' | 'picture' | 'question';

/** What the server knows and the client does not. */
export type CaptchaAnswer = SliderAnswer | PictureAnswer | QuestionAnswer;

/** What the client sends back. */
export type CaptchaResponse =
  | { readonly kind: 'slider'; readonly trail: readonly TrailPoint[] }
  | { readonly kind: 'picture'; readonly clicks: readonly Spot[] }
  | { readonly kind: 'question'; readonly text: string };

/** Why a response does not answer its challenge; for the log, never for the client. */
export type CaptchaFinding = SliderFinding | PictureFinding | 'wrong_kind';

/** 标准版 or 长辈版: the latter has twice the time. */
export type CaptchaForm = 'standard' | 'elder';

/** How long a challenge can be answered. */
export const captchaLifeMs: Readonly<Record<CaptchaForm, number>> = {
  standard: 60_000,
  elder: 120_000,
};

/** What speaks against `response`; undefined when it answers the challenge. */
export function captchaFinding(
  answer: CaptchaAnswer,
  response: CaptchaResponse,
): CaptchaFinding | undefined {
  switch (answer.kind) {
    case 'slider':
      return response.kind === 'slider' ? sliderFinding(response.trail, answer) : 'wrong_kind';
    case 'picture':
      return response.kind === 'picture' ? pictureFinding(response.clicks, answer) : 'wrong_kind';
    case 'question':
      return response.kind === 'question' ? questionFinding(response.text, answer) : 'wrong_kind';
    default:
      return answer satisfies never;
  }
}
