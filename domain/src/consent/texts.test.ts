import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { consentPurposes, consentTexts, isAgreed } from './texts.ts';

/** The words of each version ever in force: a changed text is a new line, never a new digest. */
const digests: Readonly<Record<string, string>> = {
  'real_name 1': 'fdeade2376986f93',
  'location 1': 'b3c087a0e1590f10',
  'messages 1': '610d39218cc9965d',
};

test('a version of a consent text never changes its words', () => {
  for (const purpose of consentPurposes) {
    const { version, title, text } = consentTexts[purpose];
    const digest = createHash('sha256').update(`${title}\n${text}`).digest('hex');
    assert.equal(digest.slice(0, 16), digests[`${purpose} ${version}`], `${purpose} ${version}`);
  }
});

test('only an agreement to the text in force counts; silence and older texts do not', () => {
  const { version } = consentTexts.location;
  const of = { purpose: 'location', version } as const;
  assert.equal(isAgreed(undefined), false);
  assert.equal(isAgreed({ ...of, answer: 'agreed' }), true);
  assert.equal(isAgreed({ ...of, answer: 'refused' }), false);
  assert.equal(isAgreed({ ...of, version: version - 1, answer: 'agreed' }), false);
});
