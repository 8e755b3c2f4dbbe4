import { type Role, roles } from '@huiquan/domain/access.ts';
import type { Translate } from '../../i18n/language.tsx';
import type { Key } from '../words.ts';
import { staffZh } from './zh.ts';

const isRole = (role: string): role is Role => roles.some((one) => one === role);
const isNamed = (key: string): key is keyof typeof staffZh => Object.hasOwn(staffZh, key);

/** A role in plain words. */
export function roleName(role: string, t: Translate<Key>): string {
  return isRole(role) ? t(`role.${role}`) : role;
}

/** The kind of a scope in plain words. */
export function scopeName(kind: string, t: Translate<Key>): string {
  const key = `scope.${kind}`;
  return isNamed(key) ? t(key) : kind;
}
