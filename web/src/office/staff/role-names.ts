import type { Role } from '@huiquan/domain/access.ts';
import type { Language } from '../../i18n/language.tsx';

const names: Readonly<Record<Role, readonly [zh: string, en: string]>> = {
  RES: ['居民', 'Resident'],
  CSH: ['收银员', 'Cashier'],
  MOW: ['商户负责人', 'Merchant owner'],
  BUC: ['基层工会经办', 'Branch union clerk'],
  UNI: ['工会', 'Union'],
  COM: ['商务主管部门', 'Commerce bureau'],
  FIN: ['财政部门', 'Finance bureau'],
  IND: ['行业审核', 'Industry reviewer'],
  BNK: ['银行', 'Bank'],
  AUD: ['审计', 'Auditor'],
  POL: ['公安联络', 'Police liaison'],
  CSA: ['客服', 'Customer service'],
  SYS: ['系统管理员', 'Administrator'],
};
const scopes: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  organisation: ['单位及下级', 'organisation and below'],
  programme: ['一个活动', 'a programme'],
  party: ['本单位参与的活动', 'programmes of the own organisation'],
  merchant: ['一家商户', 'a merchant'],
  shop: ['一家门店', 'a shop'],
  channel: ['一个渠道', 'a channel'],
  industry: ['一个行业', 'an industry'],
  everything: ['全部', 'everything'],
};

/** A role in plain words. */
export function roleName(role: string, language: Language): string {
  const found = Object.entries(names).find(([code]) => code === role);
  return found?.[1][language === 'en' ? 1 : 0] ?? role;
}

/** The kind of a scope in plain words. */
export function scopeName(kind: string, language: Language): string {
  return scopes[kind]?.[language === 'en' ? 1 : 0] ?? kind;
}
