import type { RandomBelow } from './random.ts';

/** A question that can be read aloud: for 长辈版 and for those who do not see the pictures. */
export type Question = { readonly text: string; readonly answer: QuestionAnswer };

/** The digits of the answer, without leading zeros where it is a number. */
export type QuestionAnswer = { readonly kind: 'question'; readonly digits: string };

const numerals = '零一二三四五六七八九';

/**
 * Either a sum up to 58 or four digits to be copied, told in words so that it can be spoken.
 * A guess is right in less than 1 of 30 tries.
 */
export function makeQuestion(below: RandomBelow): Question {
  if (below(2) === 0) {
    const large = 10 + below(40);
    const small = 1 + below(9);
    const text = `${numeral(large)}加${numeral(small)}等于多少？`;
    return { text, answer: { kind: 'question', digits: String(large + small) } };
  }
  const digits = Array.from({ length: 4 }, () => below(10));
  const spoken = digits.map(numeral).join('、');
  return {
    text: `请输入这四个数字：${spoken}`,
    answer: { kind: 'question', digits: digits.join('') },
  };
}

/** What speaks against `text`; full-width digits, spaces and Chinese numerals are understood. */
export function questionFinding(text: string, answer: QuestionAnswer): 'missed' | undefined {
  const plain = text.normalize('NFKC').replaceAll(/[\s、，。.]/g, '');
  const number = /十/.test(plain)
    ? tensOf(plain)
    : plain.replaceAll(/[〇零一二三四五六七八九]/g, digit);
  return number === answer.digits ? undefined : 'missed';
}

/** 0 to 99 as it is spoken: 七, 十, 十二, 四十, 五十八. */
export function numeral(value: number): string {
  const tens = Math.floor(value / 10);
  const ones = value % 10;
  if (tens === 0) return numerals.charAt(ones);
  return `${tens === 1 ? '' : numerals.charAt(tens)}十${ones === 0 ? '' : numerals.charAt(ones)}`;
}

function digit(character: string): string {
  return character === '〇' ? '0' : String(numerals.indexOf(character));
}

function tensOf(text: string): string | undefined {
  const match = /^([一二三四五六七八九]?)十([一二三四五六七八九]?)$/.exec(text);
  if (match === null) return undefined;
  return `${digit(match[1] || '一')}${match[2] ? digit(match[2]) : '0'}`;
}
