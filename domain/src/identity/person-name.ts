import { isCommon, textProblem } from './text.ts';
import type { TextProblem } from './text.ts';

/** The longest name kept, in code points; names of 30 and more occur. */
export const personNameMax = 50;

/** Dots that people and keyboards use inside a name: all of them mean `·`. */
const middleDots = /[·•‧∙⋅・･․᛫●]/gu;
const variationSelectors = /[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]/gu;

/**
 * `text` as names are kept and compared: NFKC, every middle dot `·`, no glyph variants, single
 * spaces only between letters of other scripts (`王 小明` is 王小明).
 */
export function normalizeName(text: string): string {
  if (isCommon(text)) return text;
  return text
    .normalize('NFKC')
    .replaceAll(middleDots, '·')
    .replaceAll(variationSelectors, '')
    .replaceAll(/ *· */gu, '·')
    .replaceAll(/ +/gu, ' ')
    .replaceAll(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '')
    .replaceAll(/^ +| +$/gu, '');
}

/**
 * What is wrong with the normalized `name`: blank, over 50 code points, holding unseen characters,
 * or a masked name sent back.
 */
export function nameProblem(name: string): TextProblem | undefined {
  const problem = textProblem(name, personNameMax);
  if (problem !== undefined) return problem;
  return name.includes('*') ? 'text_invalid' : undefined;
}
