import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { captchaFinding } from './judge.ts';
import { layOutPicture, layOutSlider, pictureCharacters } from './layout.ts';
import { pictureFinding, type PictureAnswer } from './picture.ts';
import { makeQuestion, numeral, questionFinding } from './question.ts';

const answer: PictureAnswer = {
  kind: 'picture',
  spots: [
    { x: 40, y: 40 },
    { x: 200, y: 120 },
    { x: 120, y: 40 },
  ],
  reachPx: 26,
};

test('the characters must be clicked all, in order, and nothing else', () => {
  const [one, two, three] = answer.spots;
  assert.ok(one && two && three);
  assert.equal(pictureFinding([one, two, three], answer), undefined);
  assert.equal(pictureFinding([two, one, three], answer), 'missed');
  assert.equal(pictureFinding([one, two], answer), 'wrong_count');
  assert.equal(pictureFinding([one, two, three, three], answer), 'wrong_count');
  assert.equal(pictureFinding([], answer), 'wrong_count');
});

test('a click 26 px beside the middle of a character is on it, 26.1 px is not', () => {
  const [, two, three] = answer.spots;
  assert.ok(two && three);
  assert.equal(pictureFinding([{ x: 66, y: 40 }, two, three], answer), undefined);
  assert.equal(pictureFinding([{ x: 66.1, y: 40 }, two, three], answer), 'missed');
  assert.equal(pictureFinding([{ x: Number.NaN, y: 40 }, two, three], answer), 'missed');
});

test('an answer of one kind never passes for another', () => {
  assert.equal(captchaFinding(answer, { kind: 'question', text: '1' }), 'wrong_kind');
  assert.equal(captchaFinding(answer, { kind: 'slider', trail: [] }), 'wrong_kind');
  const slider = layOutSlider(randomInt).answer;
  assert.equal(captchaFinding(slider, { kind: 'picture', clicks: [] }), 'wrong_kind');
  const question = makeQuestion(randomInt).answer;
  assert.equal(captchaFinding(question, { kind: 'picture', clicks: [] }), 'wrong_kind');
});

test('the gap of the slider is anywhere it can be, no place more likely than another', () => {
  const draws = 18_300;
  const tens = new Map<number, number>();
  for (let n = 0; n < draws; n += 1) {
    const { answer: slider, topPx, heightPx, pieceSizePx } = layOutSlider(randomInt);
    assert.ok(slider.gapPx >= 60 && slider.gapPx + pieceSizePx <= slider.widthPx - 10);
    assert.ok(topPx >= 10 && topPx + pieceSizePx <= heightPx - 10);
    const ten = Math.floor((slider.gapPx - 60) / 10);
    tens.set(ten, (tens.get(ten) ?? 0) + 1);
  }
  // ten places should hold 1,000 draws; six standard deviations are 190
  for (let ten = 0; ten < 18; ten += 1) {
    const count = tens.get(ten) ?? 0;
    assert.ok(Math.abs(count - 1_000) < 190, `${count} gaps from ${60 + ten * 10} px`);
  }
});

test('the characters to click are anywhere in the picture, none covering another', () => {
  const draws = 8_000;
  const cells = new Map<string, number>();
  const firsts = new Map<string, number>();
  for (let n = 0; n < draws; n += 1) {
    const layout = layOutPicture(randomInt);
    assert.equal(new Set(layout.characters.map(({ character }) => character)).size, 6);
    const [spot] = layout.answer.spots;
    const cell = `${Math.floor((spot?.x ?? 0) / 80)},${Math.floor((spot?.y ?? 0) / 80)}`;
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
    const [first = ''] = layout.wanted;
    firsts.set(first, (firsts.get(first) ?? 0) + 1);
  }
  assert.equal(cells.size, 8);
  // a cell should be first 1,000 times; six standard deviations are 180
  for (const count of cells.values()) assert.ok(Math.abs(count - 1_000) < 180, `${count}`);
  assert.equal(firsts.size, pictureCharacters.length);
});

test('no click can be on two characters at once', () => {
  for (let n = 0; n < 2_000; n += 1) {
    const { characters, answer: picture, widthPx, heightPx } = layOutPicture(randomInt);
    for (const [index, one] of characters.entries()) {
      assert.ok(one.x > 20 && one.x < widthPx - 20 && one.y > 20 && one.y < heightPx - 20);
      for (const other of characters.slice(index + 1)) {
        const apart = Math.hypot(one.x - other.x, one.y - other.y);
        assert.ok(apart > picture.reachPx * 2, `${apart} px apart`);
      }
    }
  }
});

test('a question can be answered in digits, in full-width digits and in Chinese numerals', () => {
  const digits = (text: string) => ({ kind: 'question' as const, digits: text });
  for (const text of ['23', ' 23 ', '２３', '二十三']) {
    assert.equal(questionFinding(text, digits('23')), undefined, text);
  }
  assert.equal(questionFinding('十', digits('10')), undefined);
  assert.equal(questionFinding('十七', digits('17')), undefined);
  assert.equal(questionFinding('四十', digits('40')), undefined);
  assert.equal(questionFinding('三、零、八、五', digits('3085')), undefined);
  for (const text of ['', '22', '二十十', '0x17', '23.0']) {
    assert.equal(questionFinding(text, digits('23')), 'missed', text);
  }
});

test('every number is spoken so that it is understood again', () => {
  fc.assert(
    fc.property(fc.nat(99), (value) => {
      const spoken = numeral(value);
      assert.equal(questionFinding(spoken, { kind: 'question', digits: String(value) }), undefined);
    }),
  );
});

test('questions are of both forms and no answer is common', () => {
  const answers = new Map<string, number>();
  let sums = 0;
  for (let n = 0; n < 4_000; n += 1) {
    const question = makeQuestion(randomInt);
    if (question.text.includes('加')) sums += 1;
    const { digits } = question.answer;
    answers.set(digits, (answers.get(digits) ?? 0) + 1);
  }
  assert.ok(sums > 1_800 && sums < 2_200, `${sums} sums`);
  const commonest = Math.max(...answers.values());
  assert.ok(commonest < 4_000 / 30, `${commonest} of one answer`);
});
