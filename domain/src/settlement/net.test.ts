import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fen } from '../fen.ts';
import { netOf, type OpenEvent } from './net.ts';

const event = (amount: bigint, options: Partial<OpenEvent> = {}): OpenEvent => ({
  merchantId: 'm',
  fundId: 'f',
  amountFen: fen(amount),
  fromReceivable: false,
  ...options,
});
const owes = (amount: bigint, fundId = 'f') => ({ merchantId: 'm', fundId, owedFen: fen(amount) });

test('a merchant is paid its redemptions less the refunds of the same run', () => {
  assert.deepEqual(netOf([event(4000n), event(4000n), event(-1000n)], []), [
    { merchantId: 'm', fundId: 'f', paidFen: 7000n, offsetFen: 0n },
  ]);
});

test('what a merchant owes from refunds after settlement is taken from its next run', () => {
  const events = [event(4000n), event(-4000n, { fromReceivable: true })];
  assert.deepEqual(netOf(events, [owes(1500n)]), [
    { merchantId: 'm', fundId: 'f', paidFen: 2500n, offsetFen: 1500n },
  ]);
});

test('a run never pays less than nothing: what it cannot cover stays receivable', () => {
  assert.deepEqual(netOf([event(4000n)], [owes(9000n)]), [
    { merchantId: 'm', fundId: 'f', paidFen: 0n, offsetFen: 4000n },
  ]);
});

test("one fund's money never covers what is owed to another", () => {
  const events = [event(4000n), event(2000n, { fundId: 'g' })];
  assert.deepEqual(netOf(events, [owes(9000n, 'g')]), [
    { merchantId: 'm', fundId: 'f', paidFen: 4000n, offsetFen: 0n },
    { merchantId: 'm', fundId: 'g', paidFen: 0n, offsetFen: 2000n },
  ]);
});

test('redemptions that were all refunded before the run leave nothing to pay', () => {
  assert.deepEqual(netOf([event(4000n), event(-4000n)], [owes(100n)]), []);
});

test('whatever the events, paid and kept add up to what became payable', () => {
  const amounts = fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { maxLength: 30 });
  fc.assert(
    fc.property(amounts, fc.bigInt({ min: 0n, max: 10n ** 13n }), (list, debt) => {
      const [net] = netOf(
        list.map((amount) => event(amount)),
        [owes(debt)],
      );
      const total = list.reduce((sum, amount) => sum + amount, 0n);
      assert.equal((net?.paidFen ?? 0n) + (net?.offsetFen ?? 0n), total);
      assert.ok((net?.paidFen ?? 0n) >= 0n && (net?.offsetFen ?? 0n) <= debt);
    }),
  );
});
