import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { verify } from '../server/src/features/audit/verify.ts';
import { makePlace, type Place } from './bench/place.ts';
import type { Wish } from './bench/row.ts';
import { rows } from './bench/rows.ts';

/** So little that nothing is measured: only that every row still runs and verifies. */
const sizes: Readonly<Record<string, number>> = {
  'claim-http': 600,
  'redeem-http': 64,
  'claim-core': 600,
  captcha: 10,
  issue: 50,
  import: 300,
  close: 100,
  evaluate: 20,
  growth: 5,
  start: 1,
};
const wish = { seconds: 0.2, slices: 1, profile: undefined, say: () => undefined };
/** The kernel tells what processes use. */
const elsewhere = { skip: process.platform !== 'linux' };

let place: Place;

before(async () => {
  place = await makePlace(mkdtempSync(path.join(tmpdir(), 'huiquan-bench-')));
});
after(async () => {
  await place.close();
});

for (const [name, row] of rows) {
  test(`the bench can still measure ${name} and its baselines`, elsewhere, async () => {
    const wanted: Wish = { ...wish, size: sizes[name] };
    const measured = await row(place, wanted);
    assert.ok((measured.ours_per_s ?? measured.ours_s ?? 0) > 0, JSON.stringify(measured));
    for (const [baseline, ratio] of Object.entries(measured.ratios ?? {})) {
      assert.ok(ratio > 0, baseline);
    }
  });
}

test('what the rows and their baselines wrote verifies', elsewhere, async () => {
  const { firstBad } = await verify(place.db);
  assert.equal(firstBad, null);
});
