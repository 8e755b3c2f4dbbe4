import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from './run.ts';

test('the same seed does the same again', async () => {
  const wish = { seed: 42, commands: 400 };
  const [first, second] = [await simulate(wish), await simulate(wish)];
  assert.equal(first.violations, 0, first.history.join('\n'));
  assert.equal(second.trace, first.trace);
  const other = await simulate({ seed: 43, commands: 400 });
  assert.notEqual(other.trace, first.trace);
});

test('eight clients at once leave nothing that does not prove', async () => {
  const report = await simulate({ seed: 5, commands: 1_500, clients: 8 });
  assert.deepEqual(report.history, []);
  assert.ok((report.byCommand['claim']?.['ok'] ?? 0) > 0);
});
