import { isCommon } from './text.ts';

/** 张\*: the first character of a name. A name of one character shows nothing. */
export function maskName(name: string): string {
  const [first, second] = name;
  return second === undefined ? '*' : `${first}*`;
}

/** `**************002X`: the last four of a resident ID number. */
export function maskResidentId(id: string): string {
  return maskAllBut(id, { head: 0, tail: 4 });
}

/** `138****5678`: the first three and last four digits of a phone. */
export function maskPhone(phone: string): string {
  return maskAllBut(phone, { head: 3, tail: 4 });
}

/** `***************1234`: the last four digits of a bank card. */
export function maskBankCard(card: string): string {
  return maskAllBut(card, { head: 0, tail: 4 });
}

/**
 * Whether `text` looks like the answer of a mask. A form that sends back what it was shown must be
 * refused (`masked_value`), or the stars would overwrite the truth.
 */
export function isMasked(text: string): boolean {
  return (isCommon(text) ? text : text.normalize('NFKC')).includes('*');
}

function maskAllBut(text: string, shown: { readonly head: number; readonly tail: number }): string {
  const characters = Array.from(text);
  const hidden = characters.length - shown.head - shown.tail;
  if (hidden < 4) return '*'.repeat(Math.max(characters.length, 1));
  const head = characters.slice(0, shown.head).join('');
  return head + '*'.repeat(hidden) + characters.slice(-shown.tail).join('');
}
