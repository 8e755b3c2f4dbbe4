import { zh as bind } from './bind/zh.ts';
import { zh as owner } from './owner/zh.ts';
import { zh as pay } from './pay/zh.ts';
import { zh as today } from './today/zh.ts';

/** The words of this face in Chinese; en.ts has the same keys. */
export const zh = {
  loading: '正在加载……',
  offline: '网络不通，请检查网络后重试',
  unexpected: '系统出现意外错误，请稍后重试',
  noPermission: '您没有此项权限',
  retry: '重试',
  yuan: '元',
  cancel: '取消',
  close: '关闭',
  menuPay: '收款',
  menuToday: '今日',
  menuTotals: '合计',
  menuTill: '本机',
  online: '已连接',
  cutOff: '网络不通',
  ...bind,
  ...pay,
  ...today,
  ...owner,
} as const;
