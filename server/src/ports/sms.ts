import type { Call } from './call.ts';

/** The texts the operator has had approved; each names the parameters it is filled with. */
export const smsTemplates = {
  sign_in_code: '您的登录验证码为{code},{minutes}分钟内有效，请勿告知他人。',
  voucher_received: '您收到{count}张消费券，共{yuan}元，请于{until}前使用。',
  voucher_expiring: '您有{count}张消费券将于{until}到期，请及时使用。',
  case_message: '您的事项{number}有新进展，请登录查看。',
} as const;
export type SmsTemplate = keyof typeof smsTemplates;

/** One message. `messageId` is ours: sent again it is delivered once. */
export type Sms = {
  readonly messageId: string;
  readonly phone: string;
  readonly template: SmsTemplate;
  readonly params: Readonly<Record<string, string>>;
};

/**
 * `accepted` means taken, not delivered. `unavailable` with the cause `timeout` may have been
 * taken; the same messageId can be sent again in any case.
 */
export type SmsAnswer =
  | { readonly outcome: 'accepted'; readonly providerId: string }
  | { readonly outcome: 'rejected'; readonly reason: 'bad_phone' | 'bad_params' | 'blocked' }
  | { readonly outcome: 'unavailable'; readonly cause: 'timeout' | 'aborted' | 'unreachable' };

export type SmsProvider = {
  readonly send: (sms: Sms, call: Call) => Promise<SmsAnswer>;
};

/** The text of `sms`; undefined where a parameter of its template is missing. */
export function smsText({
  template,
  params,
}: Pick<Sms, 'template' | 'params'>): string | undefined {
  let isComplete = true;
  const text = smsTemplates[template].replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) isComplete = false;
    return value ?? '';
  });
  return isComplete ? text : undefined;
}
