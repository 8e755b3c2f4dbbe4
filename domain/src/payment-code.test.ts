import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { normalizePaymentCode, paymentCodeFrom, paymentCodeProblem } from './payment-code.ts';

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('a payment code is 99, sixteen digits and a Luhn digit, the same for the same bytes', () => {
  assert.equal(paymentCodeFrom(new Uint8Array(32)), '9900000000000000002');
  fc.assert(
    fc.property(bytes, (random) => {
      const code = paymentCodeFrom(random);
      assert.match(code, /^99\d{17}$/);
      assert.equal(paymentCodeProblem(code), undefined);
      assert.equal(paymentCodeFrom(random), code);
    }),
  );
});

test('bytes that would favour low digits are skipped', () => {
  const random = new Uint8Array(32).fill(0xff, 0, 8);
  assert.equal(paymentCodeFrom(random), '9900000000000000002');
  assert.throws(() => paymentCodeFrom(new Uint8Array(32).fill(0xff)), RangeError);
  assert.throws(() => paymentCodeFrom(new Uint8Array(31)), RangeError);
});

test('spaces, full-width digits and the line end of a scanner do not matter', () => {
  assert.equal(normalizePaymentCode(' 9900 0000 ００00 0000 002\r\n'), '9900000000000000002');
});

test('a code read with one wrong digit, a lost digit or a letter is invalid', () => {
  assert.equal(paymentCodeProblem('9900000000000000005'), 'code_invalid');
  assert.equal(paymentCodeProblem('990000000000000002'), 'code_invalid');
  assert.equal(paymentCodeProblem('99000000000000000O2'), 'code_invalid');
  assert.equal(paymentCodeProblem('000004'), 'code_invalid');
  assert.equal(paymentCodeProblem(''), 'code_invalid');
});

test("another network's code is told apart from a badly read one", () => {
  assert.equal(paymentCodeProblem('134567890123456789'), 'code_unknown');
  assert.equal(paymentCodeProblem('2867890123456789012'), 'code_unknown');
});
