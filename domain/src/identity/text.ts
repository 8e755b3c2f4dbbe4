/** Why a text from outside may not be kept. */
export type TextProblem = 'text_blank' | 'text_too_long' | 'text_invalid';

/**
 * Characters no one types on purpose and no one can see: controls and NUL, zero-width and bidi
 * marks (every format character), line and paragraph separators, half surrogates, noncharacters.
 * PostgreSQL refuses NUL and lone surrogates; the others make one text look like another.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u034F\u115F\u1160\u3164\uFFA0\uFFFE\uFFFF]/u;

/** Unseen characters other than the line breaks and tabs of a longer text. */
const unseenInParagraphs =
  /(?![\n\t])(?!\r\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u034F\u115F\u1160\u3164\uFFA0\uFFFE\uFFFF]/u;

/**
 * Whether `text` has only letters that stand for themselves: printable ASCII without the blank, and
 * the common Chinese characters. NFKC leaves them as they are, none is unseen, none is a blank.
 * Most cells of a list are such, and need none of the slower looks.
 */
export function isCommon(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const isAscii = unit > 0x20 && unit < 0x7f;
    if (!isAscii && (unit < 0x4e00 || unit > 0x9fff)) return false;
  }
  return true;
}

/** How many characters people would count in `text`: code points, so `𬭩` is one. */
export function codePointLength(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/**
 * What is wrong with `text` as one line of at most `max` code points: blank, too long, or holding
 * NUL, lone surrogates, control, zero-width or direction characters. Undefined when it may be kept.
 * Markup, quotes and formulas are text like any other; whoever prints them escapes them.
 */
export function textProblem(text: string, max: number): TextProblem | undefined {
  return problemBy(unseen, text, max);
}

/** As `textProblem`, for a text of several lines: line breaks and tabs are allowed. */
export function paragraphProblem(text: string, max: number): TextProblem | undefined {
  return problemBy(unseenInParagraphs, text, max);
}

function problemBy(refused: RegExp, text: string, max: number): TextProblem | undefined {
  if (text !== '' && text.length <= max && isCommon(text)) return undefined;
  if (text.trim() === '') return 'text_blank';
  // A code point is one or two units: only lengths between `max` and its double need counting.
  if (text.length > max * 2) return 'text_too_long';
  if (text.length > max && codePointLength(text) > max) return 'text_too_long';
  return refused.test(text) ? 'text_invalid' : undefined;
}
