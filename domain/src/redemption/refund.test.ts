import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fen } from '../fen.ts';
import { atTime, instant } from '../instant.ts';
import {
  isWholeRefund,
  refundRefusal,
  refundShare,
  restorationOf,
  reversalRefusal,
  type Refundable,
} from './refund.ts';

function sale(order: bigint, deduction: bigint, refunded = 0n, refundedCash = 0n): Refundable {
  return {
    orderFen: fen(order),
    deductionFen: fen(deduction),
    cashFen: fen(order - deduction),
    refundedFen: fen(refunded),
    refundedCashFen: fen(refundedCash),
  };
}

test('half the goods of 180-40 bring back 70元 cash and 20元 of the voucher', () => {
  assert.deepEqual(refundShare(sale(18_000n, 4_000n), fen(9_000n)), {
    voucherFen: 2_000n,
    cashFen: 7_000n,
  });
});

test('a half 分 is rounded up for the person, and the last part takes what is left', () => {
  assert.deepEqual(refundShare(sale(4n, 2n), fen(1n)), { voucherFen: 0n, cashFen: 1n });
  assert.deepEqual(refundShare(sale(4n, 2n, 1n, 1n), fen(1n)), { voucherFen: 0n, cashFen: 1n });
  assert.deepEqual(refundShare(sale(4n, 2n, 2n, 2n), fen(1n)), { voucherFen: 1n, cashFen: 0n });
  assert.deepEqual(refundShare(sale(4n, 2n, 2n, 2n), fen(2n)), { voucherFen: 2n, cashFen: 0n });
});

test('nothing more than was sold goes back, and nothing after everything has', () => {
  assert.equal(refundRefusal(sale(100n, 40n), fen(100n)), undefined);
  assert.equal(refundRefusal(sale(100n, 40n), fen(101n)), 'refund_exceeds');
  assert.equal(refundRefusal(sale(100n, 40n), fen(0n)), 'refund_exceeds');
  assert.equal(refundRefusal(sale(100n, 40n, 60n, 30n), fen(41n)), 'refund_exceeds');
  assert.equal(refundRefusal(sale(100n, 40n, 100n, 60n), fen(1n)), 'already_reversed');
});

test('refunds in any parts add up to exactly the voucher and the cash', () => {
  fc.assert(
    fc.property(
      fc.bigInt(1n, 100_000n),
      fc.bigInt(1n, 100_000n),
      fc.array(fc.bigInt(1n, 30_000n), { maxLength: 8 }),
      (deduction, cash, parts) => {
        let state = sale(deduction + cash, deduction);
        let voucherBack = 0n;
        const giveBack = (part: bigint) => {
          const share = refundShare(state, fen(part));
          assert.equal(share.voucherFen + share.cashFen, part);
          assert.ok(share.voucherFen >= 0n && share.cashFen >= 0n);
          voucherBack += share.voucherFen;
          state = sale(
            state.orderFen,
            deduction,
            state.refundedFen + part,
            state.refundedCashFen + share.cashFen,
          );
        };
        for (const part of parts) {
          if (refundRefusal(state, fen(part)) === undefined) giveBack(part);
        }
        if (state.refundedFen < state.orderFen) giveBack(state.orderFen - state.refundedFen);
        assert.equal(voucherBack, deduction);
        assert.equal(state.refundedCashFen, cash);
      },
    ),
  );
});

test('only a refund of the whole order in one act can give the voucher back', () => {
  assert.equal(isWholeRefund(sale(100n, 40n), fen(100n)), true);
  assert.equal(isWholeRefund(sale(100n, 40n), fen(99n)), false);
  assert.equal(isWholeRefund(sale(100n, 40n, 50n, 30n), fen(50n)), false);
});

const friday = atTime('2023-09-01', '10:00');

test('restore if valid: until the last instant, with the original end, never after closing', () => {
  const at = (validTo: number, isRunning = true) =>
    restorationOf('restore_if_valid', { validTo: instant(validTo), isRunning }, friday);
  assert.deepEqual(at(friday + 1), { restored: true, usableFrom: undefined });
  assert.deepEqual(at(friday), { restored: false });
  assert.deepEqual(at(friday + 1, false), { restored: false });
});

test('restore next day: usable from 00:00, unless it has ended by then', () => {
  const midnight = atTime('2023-09-01', '24:00');
  const at = (validTo: number) =>
    restorationOf('restore_next_day', { validTo: instant(validTo), isRunning: true }, friday);
  assert.deepEqual(at(midnight + 1), { restored: true, usableFrom: midnight });
  assert.deepEqual(at(midnight), { restored: false });
});

test('forfeit and pro rata never give the voucher back', () => {
  const voucher = { validTo: instant(friday + 1), isRunning: true };
  assert.deepEqual(restorationOf('forfeit', voucher, friday), { restored: false });
  assert.deepEqual(restorationOf('pro_rata', voucher, friday), { restored: false });
});

test('the cashier undoes on the same day, the owner for a week, another cashier never', () => {
  const midnight = atTime('2023-09-01', '24:00');
  const week = atTime('2023-09-08', '24:00');
  assert.equal(reversalRefusal(friday, 'same_cashier', instant(midnight - 1)), undefined);
  assert.equal(reversalRefusal(friday, 'same_cashier', midnight), 'reversal_window');
  assert.equal(reversalRefusal(friday, 'owner', instant(week - 1)), undefined);
  assert.equal(reversalRefusal(friday, 'owner', week), 'reversal_window');
  assert.equal(reversalRefusal(friday, 'other_cashier', friday), 'forbidden');
});
