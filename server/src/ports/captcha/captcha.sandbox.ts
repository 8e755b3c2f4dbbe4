import { randomInt } from 'node:crypto';
import type { CaptchaResponse } from '@huiquan/domain/captcha/judge.ts';
import { layOutPicture, layOutSlider } from '@huiquan/domain/captcha/layout.ts';
import type { TrailPoint } from '@huiquan/domain/captcha/slider.ts';
import { makeCaptchaService, type CaptchaService } from './captcha.ts';
import { openChallenge } from './challenge.ts';
import type { CaptchaKeys } from './keys.ts';
import type { PuzzlePool } from './pool.ts';
import type { PaintedKind, Puzzle } from './puzzle.ts';

/** The captcha service without its images, with a switch to take it down. */
export type CaptchaSandbox = CaptchaService & {
  readonly become: (mode: 'up' | 'down') => void;
};

/** Offers what the real service offers, sealed and judged alike, but paints nothing. */
export function makeCaptchaSandbox(keys: CaptchaKeys): CaptchaSandbox {
  let mode: 'up' | 'down' = 'up';
  const pool: PuzzlePool = {
    take: async (kind) => ({ outcome: 'puzzle', puzzle: unpainted(kind) }),
    ready: () => 0,
    close: async () => undefined,
  };
  const service = makeCaptchaService(keys, pool);
  return {
    offer: async (request, call) =>
      mode === 'up'
        ? service.offer(request, call)
        : { outcome: 'unavailable', cause: 'painter_gone' },
    close: () => service.close(),
    become: (next) => void (mode = next),
  };
}

function unpainted(kind: PaintedKind): Puzzle {
  const nothing = new Uint8Array();
  if (kind === 'slider') {
    const { answer, ...layout } = layOutSlider(randomInt);
    const { widthPx } = answer;
    return { answer, view: { kind, widthPx, ...layout, background: nothing, piece: nothing } };
  }
  const { answer, widthPx, heightPx } = layOutPicture(randomInt);
  const clicks = answer.spots.length;
  return { answer, view: { kind, widthPx, heightPx, clicks, image: nothing } };
}

/**
 * The answer a careful person would give to `challenge`; undefined if it was not sealed with
 * `keys`. Whoever holds the keys can do this, which is why they never leave the server.
 */
export function solveForTests(challenge: string, keys: CaptchaKeys): CaptchaResponse | undefined {
  const answer = openChallenge(keys, challenge)?.answer;
  switch (answer?.kind) {
    case undefined:
      return undefined;
    case 'slider':
      return { kind: 'slider', trail: drag(answer.gapPx) };
    case 'picture': {
      const near = (px: number): number => px + randomInt(9) - 4;
      const clicks = answer.spots.map(({ x, y }) => ({ x: near(x), y: near(y) }));
      return { kind: 'picture', clicks };
    }
    case 'question':
      return { kind: 'question', text: answer.digits };
    default:
      return answer satisfies never;
  }
}

/** A drag of 40 points that trembles, is quick at first and slows down before the gap. */
function drag(gapPx: number): TrailPoint[] {
  const count = 40;
  let atMs = 0;
  return Array.from({ length: count }, (_, n) => {
    const part = n / (count - 1);
    const x = Math.round(gapPx * (1 - (1 - part) ** 2));
    const point = { x, y: n % 7 === 3 ? 1 : 0, atMs };
    atMs += 8 + randomInt(4) + (part > 0.65 ? 12 : 0);
    return point;
  });
}
