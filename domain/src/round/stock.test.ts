import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fen, yuan } from '../fen.ts';
import { costByFund, divideStock, giveFrom, type StockRow } from './stock.ts';

const line = (quantity: number, kind = 'r40', pool = 'retail') => ({
  kind,
  pool,
  faceFen: yuan(40),
  quantity,
});
const fund = (fundId: string, amount: number, pool = 'retail') => ({
  fundId,
  pool,
  availableFen: yuan(amount),
});

test('the first fund in order pays until it cannot pay another whole voucher', () => {
  const divided = divideStock([line(5)], [fund('a', 100), fund('b', 500)]);
  assert.ok('shares' in divided);
  assert.deepEqual(
    divided.shares.map((share) => [share.fundId, share.position, share.quantity]),
    [
      ['a', 1, 2],
      ['b', 2, 3],
    ],
  );
});

test('a pool never pays for a kind of another pool', () => {
  assert.deepEqual(divideStock([line(1)], [fund('car', 500_000, 'car')]), {
    shortage: { kind: 'r40', missing: 1 },
  });
});

test('one 分 too little is one voucher too few', () => {
  const short = { ...fund('a', 80), availableFen: fen(7_999n) };
  assert.deepEqual(divideStock([line(2)], [short]), { shortage: { kind: 'r40', missing: 1 } });
});

test('two kinds of one pool share its money', () => {
  const divided = divideStock([line(2), line(2, 'r40b')], [fund('a', 160)]);
  assert.ok('shares' in divided);
  assert.equal(costByFund(divided.shares).get('a'), yuan(160));
  assert.deepEqual(divideStock([line(2), line(3, 'r40b')], [fund('a', 160)]), {
    shortage: { kind: 'r40b', missing: 1 },
  });
});

const row = (kind: string, fundId: string, remaining: number): StockRow => ({
  kind,
  fundId,
  faceFen: yuan(40),
  remaining,
});

test('vouchers are given in the order of requests until the kind is gone', () => {
  const rows = [row('x', 'a', 1), row('y', 'a', 1), row('x', 'b', 1)];
  const given = giveFrom(rows, ['x', 'y', 'x', 'x', 'y', 'z']);
  assert.deepEqual(
    given.map((one) => one?.fundId),
    ['a', 'a', 'b', undefined, undefined, undefined],
  );
});

test('never one too many and none stranded, whatever is asked', () => {
  const rows = fc.array(
    fc.record({ kind: fc.constantFrom('x', 'y'), remaining: fc.integer({ min: 0, max: 5 }) }),
    { maxLength: 6 },
  );
  const asked = fc.array(fc.constantFrom('x', 'y'), { maxLength: 40 });
  fc.assert(
    fc.property(rows, asked, (stock, kinds) => {
      const stocked = stock.map((one, index) => row(one.kind, `f${index}`, one.remaining));
      const given = giveFrom(stocked, kinds);
      for (const kind of ['x', 'y']) {
        const has = stocked.filter((r) => r.kind === kind).reduce((s, r) => s + r.remaining, 0);
        const wanted = kinds.filter((one) => one === kind).length;
        const got = given.filter((one) => one?.kind === kind).length;
        assert.equal(got, Math.min(has, wanted));
      }
    }),
  );
});
