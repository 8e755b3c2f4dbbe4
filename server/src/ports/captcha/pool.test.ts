import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layOutPicture, layOutSlider } from '@huiquan/domain/captcha/layout.ts';
import { captchaFinding } from '@huiquan/domain/captcha/judge.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { makeCaptchaService } from './captcha.ts';
import { solveForTests } from './captcha.sandbox.ts';
import { openChallenge } from './challenge.ts';
import { makeCaptchaKeys } from './keys.ts';
import type { PainterEvents } from './painter.ts';
import { makePuzzlePool, type PoolRules } from './pool.ts';
import type { PaintedKind, Puzzle } from './puzzle.ts';

const call = { timeoutMs: 1_000 };
const rules: PoolRules = { low: 4, high: 10, waitersMax: 2, restartMs: 5 };

/** A painter that paints only when it is told to. */
function studio(poolRules = rules) {
  const painters: { events: PainterEvents; orders: PaintedKind[]; asked: number }[] = [];
  const pool = makePuzzlePool(poolRules, (events) => {
    const painter = { events, orders: [] as PaintedKind[], asked: 0 };
    painters.push(painter);
    return {
      ask(kind) {
        painter.orders.push(kind);
        if (kind === 'slider') painter.asked += 1;
      },
      close: async () => undefined,
    };
  });
  const paint = (count: number): void => {
    for (let n = 0; n < count; n += 1) {
      const painter = painters.at(-1);
      const kind = painter?.orders.shift();
      if (kind !== undefined) painter?.events.onPuzzle(blank(kind));
    }
  };
  return { pool, painters, paint, die: () => painters.at(-1)?.events.onEnd() };
}

function blank(kind: PaintedKind): Puzzle {
  const image = new Uint8Array();
  const below = () => 0;
  if (kind === 'picture') {
    const { answer, widthPx, heightPx } = layOutPicture(below);
    return { answer, view: { kind, widthPx, heightPx, clicks: 3, image } };
  }
  const { answer, heightPx, pieceSizePx, topPx } = layOutSlider(below);
  const sizes = { widthPx: answer.widthPx, heightPx, pieceSizePx, topPx };
  return { answer, view: { kind, ...sizes, background: image, piece: image } };
}

test('the pool fills to its high mark, and again only below its low one', async () => {
  const { pool, painters, paint } = studio();
  assert.equal(pool.ready('slider'), 0);
  paint(100);
  assert.equal(pool.ready('slider'), 10);
  assert.equal(pool.ready('picture'), 10);
  assert.equal(painters[0]?.asked, 10);
  for (let n = 0; n < 6; n += 1) await pool.take('slider', call);
  assert.equal(painters[0]?.asked, 10);
  await pool.take('slider', call);
  paint(100);
  assert.equal(pool.ready('slider'), 10);
  await pool.close();
});

test('a puzzle is given to one resident only', async () => {
  const { pool, paint } = studio();
  paint(100);
  const taken = await Promise.all(Array.from({ length: 10 }, () => pool.take('slider', call)));
  const puzzles = taken.map((one) => one.outcome === 'puzzle' && one.puzzle);
  assert.equal(new Set(puzzles).size, 10);
  await pool.close();
});

test('a few wait in order when nothing is ready; the rest hear that it is crowded', async () => {
  const { pool, paint } = studio();
  const order: string[] = [];
  const waiting = ['first', 'second'].map((name) =>
    pool.take('slider', call).then(({ outcome }) => order.push(`${name} ${outcome}`)),
  );
  const third = await pool.take('slider', call);
  assert.deepEqual(third, { outcome: 'unavailable', cause: 'crowded' });
  paint(100);
  await Promise.all(waiting);
  assert.deepEqual(order, ['first puzzle', 'second puzzle']);
  await pool.close();
});

test('who gives up waiting takes no puzzle from the next', async () => {
  const { pool, paint } = studio();
  const gaveUp = await pool.take('slider', { timeoutMs: 5 });
  assert.deepEqual(gaveUp, { outcome: 'unavailable', cause: 'timeout' });
  const next = pool.take('slider', call);
  paint(100);
  assert.equal((await next).outcome, 'puzzle');
  assert.equal(pool.ready('slider'), 10);
  await pool.close();
});

test('when the painter dies those who wait hear it, and what is ready is good', async () => {
  const { pool, painters, paint, die } = studio({ ...rules, restartMs: 60_000 });
  paint(1);
  const [kind] = ['slider', 'picture'] as const;
  const empty = pool.take('picture', call);
  die();
  assert.deepEqual(await empty, { outcome: 'unavailable', cause: 'painter_gone' });
  assert.equal((await pool.take(kind, call)).outcome, 'puzzle');
  const none = await pool.take(kind, call);
  assert.deepEqual(none, { outcome: 'unavailable', cause: 'painter_gone' });
  assert.equal(painters.length, 1);
  await pool.close();
});

test('a painter that died is replaced, unless the pool is closed', async () => {
  const { pool, painters, paint, die } = studio();
  die();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(painters.length, 2);
  paint(100);
  assert.equal(pool.ready('slider'), 10);
  await pool.close();
  die();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(painters.length, 2);
});

test('the real painter draws a JPEG and a PNG whose sealed answer is the right one', async () => {
  const small = { low: 1, high: 2, waitersMax: 10, restartMs: 1_000 };
  const keys = makeCaptchaKeys({ id: 'k1', secret: new Uint8Array(32).fill(7) });
  const service = makeCaptchaService(keys, makePuzzlePool(small));
  const request = { subjectId: 'p', action: 'a', form: 'standard' as const, now: instant(0) };
  const slow = { timeoutMs: 20_000 };
  const slider = await service.offer({ ...request, kind: 'slider' }, slow);
  assert.ok(slider.outcome === 'offered' && slider.view.kind === 'slider');
  assert.deepEqual(Array.from(slider.view.background.slice(0, 3)), [0xff, 0xd8, 0xff]);
  assert.deepEqual(Array.from(slider.view.piece.slice(0, 4)), [0x89, 0x50, 0x4e, 0x47]);
  assert.ok(!('answer' in slider.view) && !('gapPx' in slider.view));
  const picture = await service.offer({ ...request, kind: 'picture' }, slow);
  assert.ok(picture.outcome === 'offered' && picture.view.kind === 'picture');
  assert.deepEqual(Array.from(picture.view.image.slice(0, 3)), [0xff, 0xd8, 0xff]);
  assert.ok(picture.view.image.length > 4_000);
  for (const { challenge } of [slider, picture]) {
    const opened = openChallenge(keys, challenge);
    const response = solveForTests(challenge, keys);
    assert.ok(opened && response);
    assert.equal(captchaFinding(opened.answer, response), undefined);
  }
  await service.close();
});
