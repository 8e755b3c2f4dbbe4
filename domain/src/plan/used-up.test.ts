import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fen } from '../fen.ts';
import { cleanPlan } from './clean-plan.ts';
import { normalizePlan } from './normalize.ts';
import { isUsedUp } from './used-up.ts';

test('a pool is used up when it is one 分 short of its smallest voucher', () => {
  const plan = normalizePlan(cleanPlan);
  const [kind] = plan.kinds;
  assert.ok(kind?.face.type === 'fixed');
  const own = plan.kinds.flatMap(({ pool, face }) =>
    pool === kind.pool && face.type === 'fixed' ? [face.faceFen] : [],
  );
  const smallest = own.toSorted((a, b) => Number(a - b))[0] ?? assert.fail('no face');
  assert.equal(isUsedUp(plan, kind.pool, smallest), false);
  assert.equal(isUsedUp(plan, kind.pool, fen(smallest - 1n)), true);
});
