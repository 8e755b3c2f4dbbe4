import { actZh } from './audit/acts/zh.ts';
import { auditZh } from './audit/zh.ts';
import { complaintZh } from './complaints/zh.ts';
import { dashboardZh } from './dashboard/zh.ts';
import { deskZh } from './desk/zh.ts';
import { evaluationZh } from './evaluation/zh.ts';
import { frameZh } from './frame/zh.ts';
import { issueZh } from './issuing/zh.ts';
import { merchantZh } from './merchants/zh.ts';
import { moneyZh } from './money/zh.ts';
import { planZh } from './plan/zh.ts';
import { rosterZh } from './roster/zh.ts';
import { roundZh } from './rounds/zh.ts';
import { settlementZh } from './settlement/zh.ts';
import { staffZh } from './staff/zh.ts';

/** The words of this face in Chinese; en.ts has the same keys. */
export const zh = {
  title: '惠券',
  loading: '正在加载……',
  offline: '网络不通，请检查网络后重试',
  unexpected: '系统出现意外错误，请稍后重试',
  noPermission: '您没有此项权限',
  retry: '重试',
  ...deskZh,
  ...frameZh,
  ...planZh,
  ...moneyZh,
  ...rosterZh,
  ...issueZh,
  ...roundZh,
  ...merchantZh,
  ...complaintZh,
  ...settlementZh,
  ...dashboardZh,
  ...evaluationZh,
  ...auditZh,
  ...actZh,
  ...staffZh,
} as const;
