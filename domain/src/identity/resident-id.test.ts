import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  normalizeResidentId,
  residentIdCheckDigit,
  residentIdFacts,
  residentIdProblem,
} from './resident-id.ts';

test('the two sample numbers of GB 11643 are valid', () => {
  assert.equal(residentIdProblem('11010519491231002X'), undefined);
  assert.equal(residentIdProblem('440524188001010014'), undefined);
});

test('lower-case x, full-width digits and spaces are normalized before judging', () => {
  assert.equal(normalizeResidentId(' 11010519491231002x '), '11010519491231002X');
  assert.equal(normalizeResidentId('１１０１０５ 19491231 ００２ｘ'), '11010519491231002X');
});

test('a wrong check digit, an impossible birth date and a wrong length are refused', () => {
  assert.equal(residentIdProblem('110105194912310021'), 'id_check_digit');
  const leap = `14102920230229001`;
  assert.equal(residentIdProblem(leap + residentIdCheckDigit(leap)), 'id_birth_date');
  const real = `14102920240229001`;
  assert.equal(residentIdProblem(real + residentIdCheckDigit(real)), undefined);
  assert.equal(residentIdProblem('110105491231002'), 'id_malformed');
  assert.equal(residentIdProblem('1101051949123100X2'), 'id_malformed');
  assert.equal(residentIdProblem('**************002X'), 'id_malformed');
});

test('a birth date after today is refused, today itself is not', () => {
  const id = `14102920230601001${residentIdCheckDigit('14102920230601001')}`;
  assert.equal(residentIdProblem(id, '2023-05-31'), 'id_birth_date');
  assert.equal(residentIdProblem(id, '2023-06-01'), undefined);
});

test('an unknown or abolished region is flagged and never a reason to refuse', () => {
  assert.equal(residentIdFacts('440524188001010014').regionKnown, false);
  assert.equal(residentIdFacts('141029199001010011').regionKnown, true);
  assert.equal(residentIdFacts('610881199001010011').regionKnown, true);
  assert.equal(residentIdFacts('810000199408230021').regionKnown, true);
  assert.equal(residentIdProblem('810000199408230021'), undefined);
  const id = `99010519900101001${residentIdCheckDigit('99010519900101001')}`;
  assert.equal(residentIdProblem(id), undefined);
  assert.equal(residentIdFacts(id).regionKnown, false);
});

test('the 17th digit is odd for men and even for women', () => {
  assert.deepEqual(residentIdFacts('11010519491231002X'), {
    regionCode: '110105',
    regionKnown: true,
    birthDate: '1949-12-31',
    sex: 'female',
  });
  assert.equal(residentIdFacts('440524188001010014').sex, 'male');
});

test('any single wrong digit in a valid number is caught', () => {
  const valid = '440524188001010014';
  fc.assert(
    fc.property(fc.nat(17), fc.nat(9), (at, digit) => {
      const other = valid.slice(0, at) + String(digit) + valid.slice(at + 1);
      assert.equal(residentIdProblem(other) === undefined, other === valid);
    }),
  );
});
