import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isBankCard, normalizeBankCard } from './bank-card.ts';
import { creditCodeCheck, creditCodeProblem, normalizeCreditCode } from './credit-code.ts';
import { hasLuhnDigit, luhnDigit } from './luhn.ts';
import { isMasked, maskBankCard, maskName, maskPhone, maskResidentId } from './masks.ts';
import { nameProblem, normalizeName } from './person-name.ts';
import { isPhone, normalizePhone } from './phone.ts';
import { normalizeVin, vinProblem } from './vehicle.ts';

test('known unified social credit codes pass and a wrong check character is told apart', () => {
  assert.equal(creditCodeProblem('91350100M000100Y43'), undefined);
  assert.equal(creditCodeProblem(normalizeCreditCode('９1110108397173806m')), undefined);
  assert.equal(creditCodeProblem('91350100M000100Y44'), 'credit_code_check');
  assert.equal(creditCodeProblem('91350100I000100Y43'), 'credit_code_malformed');
  assert.equal(creditCodeProblem('91350100M000100Y4'), 'credit_code_malformed');
});

test('any one mistyped character of a credit code is caught', () => {
  const valid = '91350100M000100Y43';
  const characters = '0123456789ABCDEFGHJKLMNPQRTUWXY'.split('');
  fc.assert(
    fc.property(fc.nat(16), fc.constantFrom(...characters), (at, character) => {
      const other = valid.slice(0, at) + character + valid.slice(at + 1);
      assert.equal(creditCodeCheck(other.slice(0, 17)) === '3', other === valid);
    }),
  );
});

test('known vehicle identification numbers pass', () => {
  assert.equal(vinProblem('1M8GDM9AXKP042788'), undefined);
  assert.equal(vinProblem(normalizeVin('lsvaa4182e2184847')), undefined);
  assert.equal(vinProblem('1M8GDM9A1KP042788'), 'vin_check_digit');
  assert.equal(vinProblem('1M8GDM9AXKP04278O'), 'vin_malformed');
});

test('a bank card is 16 to 19 digits ending in their Luhn digit', () => {
  assert.ok(isBankCard('4111111111111111'));
  assert.ok(isBankCard(normalizeBankCard('４111 1111-1111 1111')));
  assert.ok(!isBankCard('4111111111111112'));
  assert.ok(!isBankCard('79927398713'));
  assert.ok(!isBankCard('**** **** **** 1111'));
});

test('the Luhn digit catches any single wrong digit', () => {
  assert.equal(luhnDigit('7992739871'), '3');
  const body = fc.stringMatching(/^\d{15,18}$/);
  fc.assert(
    fc.property(body, fc.nat(18), fc.integer({ min: 1, max: 9 }), (digits, at, by) => {
      const valid = digits + luhnDigit(digits);
      const place = at % valid.length;
      const wrong = String((Number(valid[place]) + by) % 10);
      assert.ok(hasLuhnDigit(valid));
      assert.ok(!hasLuhnDigit(valid.slice(0, place) + wrong + valid.slice(place + 1)));
    }),
  );
});

test('phones are read with +86, spaces, hyphens and full-width digits', () => {
  for (const text of ['+86 138 0013 8000', '0086-13800138000', '８613800138000', '138-0013-8000']) {
    assert.equal(normalizePhone(text), '13800138000', text);
  }
  assert.ok(isPhone('13800138000'));
  assert.ok(!isPhone('12800138000'));
  assert.ok(!isPhone('1380013800'));
  assert.ok(!isPhone(normalizePhone('1.38E+10')));
  assert.ok(!isPhone('138****8000'));
});

test('rare characters and long minority names are accepted and all middle dots are one', () => {
  for (const dot of ['·', '•', '‧', '・', '･']) {
    assert.equal(normalizeName(`阿依古丽${dot}买买提`), '阿依古丽·买买提');
  }
  assert.equal(nameProblem('𬭩'), undefined);
  assert.equal(nameProblem('阿'.repeat(50)), undefined);
  assert.equal(nameProblem('𬭩'.repeat(51)), 'text_too_long');
  assert.equal(normalizeName(' 王　小明 '), '王小明');
  assert.equal(normalizeName('John  Smith'), 'John Smith');
});

test('names with unseen characters or stars are refused', () => {
  for (const name of ['王\u200B小明', '王\u202E小明', '王\0小明', '王\uD800', '张*']) {
    assert.equal(nameProblem(normalizeName(name)), 'text_invalid', JSON.stringify(name));
  }
  assert.equal(nameProblem(normalizeName(' \u3000 ')), 'text_blank');
});

test('normalizing a name twice changes nothing more', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      const once = normalizeName(name);
      assert.equal(normalizeName(once), once);
    }),
  );
});

test('masks show 张*, the last four of ID and card, three and four of a phone', () => {
  assert.equal(maskName('张三丰'), '张*');
  assert.equal(maskName('𬭩三'), '𬭩*');
  assert.equal(maskName('张'), '*');
  assert.equal(maskResidentId('11010519491231002X'), '**************002X');
  assert.equal(maskPhone('13800138000'), '138****8000');
  assert.equal(maskBankCard('4111111111111111'), '************1111');
  assert.equal(maskPhone('123'), '***');
});

test('a masked value sent back is recognised and never passes as a real one', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      const masked = [maskName(text), maskPhone(text), maskResidentId(text), maskBankCard(text)];
      for (const answer of masked) assert.ok(isMasked(answer), answer);
    }),
  );
  assert.ok(isMasked('张＊'));
  assert.ok(!isMasked('张三'));
});
