import { setTimeout as delay } from 'node:timers/promises';
import { instant } from '@huiquan/domain/instant.ts';
import { makeCaptchaService, type CaptchaService } from '../../server/src/ports/captcha/captcha.ts';
import { sealChallenge } from '../../server/src/ports/captcha/challenge.ts';
import { drawPuzzle, registerFont } from '../../server/src/ports/captcha/drawing.ts';
import { makeCaptchaKeys } from '../../server/src/ports/captcha/keys.ts';
import {
  defaultPoolRules,
  makePuzzlePool,
  type PuzzlePool,
} from '../../server/src/ports/captcha/pool.ts';
import { compared, peakRssMb, percentile, rounded, roundedOrNull, type Slice } from './figures.ts';
import { alternate, type Row, type Wish } from './row.ts';

const kinds = ['slider', 'picture'] as const;
const purpose = { subjectId: 'bench', action: 'claim:bench', form: 'standard' } as const;
const call = { timeoutMs: 10_000 };

async function untilFull(pool: PuzzlePool, high: number): Promise<void> {
  // The last few stay on order for ever: filling ends at the mark.
  while (kinds.some((kind) => pool.ready(kind) < high)) await delay(20);
}

async function timed(count: number, offer: (n: number) => Promise<unknown>): Promise<Slice> {
  const times: number[] = [];
  const startedAt = performance.now();
  for (let n = 0; n < count; n += 1) {
    const begunAt = performance.now();
    await offer(n);
    times.push(performance.now() - begunAt);
  }
  return {
    perSecond: (count * 1_000) / (performance.now() - startedAt),
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
  };
}

/** How fast puzzles come when they are taken as fast as they are painted. */
async function sustained(service: CaptchaService, wish: Wish): Promise<number> {
  const startedAt = performance.now();
  const until = startedAt + wish.seconds * 1_000;
  let taken = 0;
  const takeOne = async (n: number) => {
    const kind = kinds[n % kinds.length] ?? 'slider';
    while (performance.now() < until) {
      const now = instant(Date.now());
      const offer = await service.offer({ ...purpose, kind, now }, call);
      if (offer.outcome !== 'offered') throw new Error(offer.cause);
      taken += 1;
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, n) => takeOne(n)));
  return (taken * 1_000) / (performance.now() - startedAt);
}

/** Captcha images out of the prepared pool, against drawing each when it is asked for. */
export const captcha: Row = async (place, wish) => {
  const keys = makeCaptchaKeys({ id: '1', secret: place.keys.derive('captcha') });
  const high = wish.size ?? 500;
  const pool = makePuzzlePool({ ...defaultPoolRules, low: high, high });
  const service = makeCaptchaService(keys, pool);
  registerFont();
  const kindOf = (n: number) => kinds[n % kinds.length] ?? 'slider';
  try {
    const slices = await alternate(wish, [
      {
        name: 'ours',
        run: async () => {
          await untilFull(pool, high);
          return timed(high, async (n) => {
            const asked = { ...purpose, kind: kindOf(n), now: instant(Date.now()) };
            const offer = await service.offer(asked, call);
            if (offer.outcome !== 'offered') throw new Error(offer.cause);
          });
        },
      },
      {
        name: 'on_demand',
        run: () =>
          timed(Math.min(high, 200), async (n) => {
            const { answer } = drawPuzzle(kindOf(n));
            sealChallenge(keys, purpose, { answer, form: 'standard', now: instant(Date.now()) });
          }),
      },
    ]);
    const { figures, more } = compared(slices);
    const ours = slices.get('ours') ?? [];
    return {
      ...figures,
      p50_ms: roundedOrNull(
        percentile(
          ours.map((one) => one.p50Ms ?? 0),
          0.5,
        ),
      ),
      p99_ms: roundedOrNull(
        percentile(
          ours.map((one) => one.p99Ms ?? 0),
          0.5,
        ),
      ),
      rss_mb: peakRssMb(process.pid),
      more: { ...more, ready: high, painted_per_s: rounded(await sustained(service, wish)) },
    };
  } finally {
    await service.close();
  }
};
