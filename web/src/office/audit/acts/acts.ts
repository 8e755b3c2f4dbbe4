import type { Translate } from '../../../i18n/language.tsx';
import type { Key } from '../../words.ts';
import { actZh } from './zh.ts';

const isNamed = (key: string): key is keyof typeof actZh => Object.hasOwn(actZh, key);

/** A part of an act's name in words; what has none yet is told as it is recorded. */
function named(t: Translate<Key>, part: 'thing' | 'deed', name: string): string {
  const key = `${part}.${name}`;
  return isNamed(key) ? t(key) : name;
}

/** An act in plain words: 结算批次 批准. */
export function actText(kind: string, t: Translate<Key>): string {
  const [thing = '', deed = ''] = kind.split('.');
  return `${named(t, 'thing', thing)} ${named(t, 'deed', deed)}`;
}

/** What an event is about, in plain words. */
export function thingText(kind: string, t: Translate<Key>): string {
  return named(t, 'thing', kind);
}
