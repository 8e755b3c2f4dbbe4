/** What residents are asked to agree to, each by itself. */
export const consentPurposes = ['real_name', 'location', 'messages'] as const;

/** A purpose of the use of personal data. */
export type ConsentPurpose = (typeof consentPurposes)[number];

/** What a resident answered: `refused` is also how an agreement is withdrawn. */
export type ConsentAnswer = 'agreed' | 'refused';

/** The text in force for a purpose. Who agreed to an earlier version is asked again. */
export type ConsentText = {
  readonly version: number;
  readonly title: string;
  readonly text: string;
};

/**
 * The texts in force. A text that says something else gets the next version: the test beside it
 * holds each version to its words.
 * @policy spec facts: separate consent for ID and location; requirement X1
 */
export const consentTexts = {
  real_name: {
    version: 1,
    title: '实名信息',
    text:
      '领券须实名。您的姓名、身份证号和手机号只用于向身份核验服务核对本人，加密保存，' +
      '不向商户提供。不同意就不能实名和领券，其他功能不受影响。',
  },
  location: {
    version: 1,
    title: '位置信息',
    text:
      '部分活动只面向当地居民：领券时读取一次手机位置，只判断您是否在活动地区内，' +
      '不保存具体位置。不同意就不能领取这类活动的券，已领的券照常使用。',
  },
  messages: {
    version: 1,
    title: '短信提醒',
    text: '券到账和到期前，向您的手机号发送短信提醒，不发送广告。不同意则不发送，券不受影响。',
  },
} as const satisfies Readonly<Record<ConsentPurpose, ConsentText>>;

/** The newest answer to a purpose. */
export type StandingAnswer = {
  readonly purpose: ConsentPurpose;
  readonly version: number;
  readonly answer: ConsentAnswer;
};

/** Whether `answer` allows its purpose under the text in force: silence is no consent. */
export function isAgreed(answer: StandingAnswer | undefined): boolean {
  if (answer === undefined || answer.answer !== 'agreed') return false;
  return answer.version === consentTexts[answer.purpose].version;
}
