import { consentTexts } from '@huiquan/domain/consent/texts.ts';

/** Words of consent; the texts themselves are those that the server keeps answers to. */
export const consentZh = {
  consentTitle: '信息授权',
  consentLead: '下面每一项由您单独决定。不同意也能使用其他功能，以后可随时在“我的”里更改。',
  consentRealName: consentTexts.real_name.title,
  consentRealNameText: consentTexts.real_name.text,
  consentLocation: consentTexts.location.title,
  consentLocationText: consentTexts.location.text,
  consentMessages: consentTexts.messages.title,
  consentMessagesText: consentTexts.messages.text,
  consentAgree: '同意',
  consentRefuse: '不同意',
  consentWithdraw: '撤回同意',
  consentAgreedAt: '{at} 已同意',
  consentRefusedAt: '{at} 未同意',
  consentChanged: '内容有更新，请重新确认',
  consentDone: '完成',
  consentAsk: '需要您的同意',
  consentGoOn: '同意并继续',
  consentNotNow: '暂不',
  consentLocationNeeded: '本活动只面向当地居民，没有您的位置授权不能领取。',
  consentRealNameNeeded: '没有您的实名信息授权不能领券。',
  consentLink: '去授权',
} as const;
