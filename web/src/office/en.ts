import { actEn } from './audit/acts/en.ts';
import { auditEn } from './audit/en.ts';
import { complaintEn } from './complaints/en.ts';
import { dashboardEn } from './dashboard/en.ts';
import { deskEn } from './desk/en.ts';
import { evaluationEn } from './evaluation/en.ts';
import { frameEn } from './frame/en.ts';
import { issueEn } from './issuing/en.ts';
import { merchantEn } from './merchants/en.ts';
import { moneyEn } from './money/en.ts';
import { planEn } from './plan/en.ts';
import { rosterEn } from './roster/en.ts';
import { roundEn } from './rounds/en.ts';
import { settlementEn } from './settlement/en.ts';
import { staffEn } from './staff/en.ts';
import type { Key } from './words.ts';

/** The words of this face in English. */
export const en: Readonly<Record<Key, string>> = {
  title: 'Huiquan',
  loading: 'Loading…',
  offline: 'No connection. Check the network and try again',
  unexpected: 'Something went wrong. Please try again later',
  noPermission: 'You may not do this',
  retry: 'Try again',
  ...deskEn,
  ...frameEn,
  ...planEn,
  ...moneyEn,
  ...rosterEn,
  ...issueEn,
  ...roundEn,
  ...merchantEn,
  ...complaintEn,
  ...settlementEn,
  ...dashboardEn,
  ...evaluationEn,
  ...auditEn,
  ...actEn,
  ...staffEn,
};
