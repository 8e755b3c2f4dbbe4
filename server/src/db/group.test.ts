import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { groupRules, makeGroup, type Settled } from './group.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

/** Work that ends when the test says so. */
function heldWork() {
  const groups: { items: readonly number[]; end: () => void }[] = [];
  const run = async (items: readonly number[]): Promise<Settled<number>[]> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    groups.push({ items, end: resolve });
    await promise;
    return items.map((item) => ({ result: item * 10 }));
  };
  return { groups, run };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('who comes alone goes alone, without waiting for others', async () => {
  const { groups, run } = heldWork();
  const answer = makeGroup({ run }).submit(7);
  await turn();
  assert.deepEqual(
    groups.map((one) => one.items),
    [[7]],
  );
  groups[0]?.end();
  assert.equal(await answer, 70);
});

test('beside two groups a third waits, and what waits rides together, 512 at most', async () => {
  const { groups, run } = heldWork();
  const group = makeGroup({ run }, { ...groupRules, inFlightMax: 2 });
  const answers = [group.submit(1)];
  await turn();
  answers.push(group.submit(2));
  await turn();
  answers.push(...numbers(600).map((n) => group.submit(1_000 + n)));
  await turn();
  await turn();
  assert.equal(groups.length, 2, 'a third group waits');
  groups[0]?.end();
  await turn();
  await turn();
  await turn();
  assert.deepEqual(
    groups.map((one) => one.items.length),
    [1, 1, groupRules.itemsMax],
  );
  groups[1]?.end();
  await turn();
  await turn();
  await turn();
  assert.equal(groups[3]?.items.length, 600 - groupRules.itemsMax);
  for (const { end } of groups) end();
  assert.equal((await Promise.all(answers)).at(-1), 15_990);
});

test('one poisoned item of 512 fails alone, at the cost of 20 transactions at most', async () => {
  let transactions = 0;
  const group = makeGroup<number, number>({
    run: async (items) => {
      transactions += 1;
      if (items.includes(300)) throw new Error('poison');
      return items.map((item) => ({ result: item }));
    },
  });
  const got = await Promise.allSettled(numbers(512).map((n) => group.submit(n)));
  const failed = got.flatMap((one, n) => (one.status === 'rejected' ? [n] : []));
  assert.deepEqual(failed, [300]);
  assert.ok(transactions <= 20, `${transactions} transactions`);
});

test('a database that is away is not asked again in halves', async () => {
  let transactions = 0;
  const group = makeGroup<number, number>({
    run: async () => {
      transactions += 1;
      throw new Refusal('busy', { retryAfterSeconds: 1 });
    },
  });
  const got = await Promise.allSettled(numbers(64).map((n) => group.submit(n)));
  assert.equal(got.filter((one) => one.status === 'rejected').length, 64);
  assert.equal(transactions, 1);
});

test('a group in which everything is poisoned ends after so many transactions', async () => {
  let transactions = 0;
  const group = makeGroup<number, number>({
    run: async () => {
      transactions += 1;
      throw new Error('poison');
    },
  });
  const got = await Promise.allSettled(numbers(512).map((n) => group.submit(n)));
  assert.equal(got.filter((one) => one.status === 'rejected').length, 512);
  assert.equal(transactions, groupRules.transactionsMax);
});

test('past its capacity a queue answers busy with Retry-After, and serves who waited', async () => {
  const { groups, run } = heldWork();
  const group = makeGroup({ run }, { ...groupRules, inFlightMax: 1, waitingMax: 3 });
  const first = group.submit(0);
  await turn();
  const waiting = [1, 2, 3].map((n) => group.submit(n));
  await assert.rejects(group.submit(4), (error) => {
    assert.ok(error instanceof Refusal);
    assert.deepEqual([error.code, error.details], ['busy', { retryAfterSeconds: 1 }]);
    return true;
  });
  groups[0]?.end();
  await first;
  await turn();
  await turn();
  groups[1]?.end();
  assert.deepEqual(await Promise.all(waiting), [10, 20, 30]);
});

test('two items of one name are never under way together', async () => {
  const { groups, run } = heldWork();
  const group = makeGroup<number, number>({ run, nameOf: (item) => String(item % 2) });
  const answers = [1, 3, 2, 5].map((n) => group.submit(n));
  await turn();
  assert.deepEqual(
    groups.map((one) => one.items),
    [[1, 2]],
  );
  for (let n = 0; n < 3; n += 1) {
    groups[n]?.end();
    await turn();
    await turn();
    await turn();
  }
  assert.deepEqual(
    groups.map((one) => one.items),
    [[1, 2], [3], [5]],
  );
  assert.deepEqual(await Promise.all(answers), [10, 30, 20, 50]);
});
