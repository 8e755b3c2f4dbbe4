import { fenFromYuanText } from '@huiquan/domain/fen.ts';

/** Digits before the point: up to 999,999.99 元 in one order. */
const wholeDigitsMax = 6;

/** The amount on the keypad after `key`: a digit, '.', 'back' or 'clear'. */
export function pressed(text: string, key: string): string {
  if (key === 'clear') return '';
  if (key === 'back') return text.slice(0, -1);
  if (key === '.') return text.includes('.') ? text : `${text === '' ? '0' : text}.`;
  if (!/^\d$/.test(key)) return text;
  const [whole = '', cents] = text.split('.');
  if (cents !== undefined) return cents.length < 2 ? text + key : text;
  if (whole === '0') return key === '0' ? text : key;
  return whole.length < wholeDigitsMax ? text + key : text;
}

/** The amount in 分; zero while nothing has been entered. */
export function fenOf(text: string): number {
  return Number(fenFromYuanText(text === '' ? '0' : text.replace(/\.$/, '')) ?? 0n);
}
