/** A value to write: text, a number of things, nothing. Money is text made by `yuanText`. */
export type CellValue = string | number | null;

/**
 * `text` as an exported cell may hold it. A spreadsheet runs what begins with = + - @, tab or a
 * line
 * end, also in full width, as a formula; an apostrophe before it makes it text. Characters that no
 * file can carry (NUL, half surrogates, other controls) are dropped.
 */
export function guardedText(text: string): string {
  const clean = text.toWellFormed().replaceAll(/[\0-\x08\x0B\x0C\x0E-\x1F\x7F\uFFFE\uFFFF]/gu, '');
  return /^[=+\-@\t\r\n＝＋－＠]/u.test(clean) ? `'${clean}` : clean;
}
