import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMasked } from './masks.ts';
import { normalizeName } from './person-name.ts';
import { codePointLength, isCommon, paragraphProblem, textProblem } from './text.ts';

test('ordinary text, markup and template strings are kept as they are', () => {
  for (const text of ['乡宁县', "'; drop table", '${7*7}', '<script>', '{{}}', '𬭩', '😀']) {
    assert.equal(textProblem(text, 20), undefined, text);
  }
});

test('NUL, half surrogates, direction marks, zero-width and control characters are refused', () => {
  const refused = ['a\0', 'a\uD800', '\uDC00a', 'a\u202Eb', 'a\u200Bb', 'a\uFEFFb', 'a\u0007b'];
  for (const text of [...refused, 'a\u2028b', 'a\u2066b', 'a\nb', 'a\tb', 'a\u00ADb']) {
    assert.equal(textProblem(text, 20), 'text_invalid', JSON.stringify(text));
  }
});

test('a text of several lines may hold line breaks and tabs but nothing else unseen', () => {
  assert.equal(paragraphProblem('第一行\r\n第二行\n\t第三行', 50), undefined);
  assert.equal(paragraphProblem('a\rb', 50), 'text_invalid');
  assert.equal(paragraphProblem('a\0b', 50), 'text_invalid');
});

test('length counts code points and the limit itself is allowed', () => {
  assert.equal(codePointLength('𬭩a'), 2);
  assert.equal(textProblem('𬭩'.repeat(5), 5), undefined);
  assert.equal(textProblem('𬭩'.repeat(6), 5), 'text_too_long');
  assert.equal(textProblem('x'.repeat(10_000_000), 5), 'text_too_long');
  assert.equal(textProblem('  ', 5), 'text_blank');
});

test('whatever is accepted is well-formed text that PostgreSQL can store', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff)), (units) => {
      const text = String.fromCharCode(...units);
      if (textProblem(text, 1000) !== undefined) return;
      assert.ok(text.isWellFormed());
      assert.ok(!text.includes('\0'));
    }),
  );
});

test('a letter that is not looked at twice stands for itself wherever it is looked at', () => {
  const letters = Array.from({ length: 0x1_0000 }, (_, unit) => String.fromCharCode(unit));
  const common = letters.filter(isCommon);
  assert.equal(common.length, 94 + 0x5200);
  // Beside another letter each of them is looked at like any text.
  const strange = common.filter((letter) => {
    const text = `${letter}é`;
    const isKept = normalizeName(text) === text && textProblem(text, 9) === undefined;
    return !isKept || letter.trim() !== letter || isMasked(text) !== isMasked(letter);
  });
  assert.deepEqual(strange, []);
});
