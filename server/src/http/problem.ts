import {
  type Refusal,
  type RefusalDetails,
  type RefusalKind,
  refusals,
} from '@huiquan/domain/refusals.ts';

/** The only place where a kind of refusal becomes a status code. */
const statusOfKind: Readonly<Record<RefusalKind, number>> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  absent: 404,
  wrong_method: 405,
  conflict: 409,
  version_stale: 412,
  too_large: 413,
  unsupported: 415,
  invalid: 422,
  version_missing: 428,
  too_many: 429,
  unavailable: 503,
};

const titles: Readonly<Record<number, string>> = {
  400: '请求有误',
  401: '需要登录',
  403: '不允许',
  404: '未找到',
  405: '方法不允许',
  409: '状态冲突',
  412: '版本已变',
  413: '内容过大',
  415: '类型不支持',
  422: '内容有误',
  428: '缺少版本',
  429: '过于频繁',
  500: '系统错误',
  503: '暂不可用',
};

/** An answer of RFC 9457, ready to be sent. */
export type Problem = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
};

type Where = { readonly publicUrl: string; readonly requestId: string };

function problem(code: string, status: number, where: Where, rest: RefusalDetails): Problem {
  const { detail, retryAfterSeconds, ...facts } = rest;
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  if (typeof retryAfterSeconds === 'number') {
    headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterSeconds)));
  }
  if (status === 401) headers['www-authenticate'] = 'Bearer, HUIQUAN-HMAC-SHA256';
  const body = {
    ...facts,
    type: `${where.publicUrl}/problems/${code}`,
    title: titles[status],
    status,
    detail,
    instance: `urn:uuid:${where.requestId}`,
    code,
  };
  return { status, headers, body };
}

/** The status that a refusal of `code` has. */
export function statusOf(code: keyof typeof refusals): number {
  return statusOfKind[refusals[code].kind];
}

/** What a refusal answers; its figures stand beside `code`. */
export function problemOfRefusal(refusal: Refusal, where: Where): Problem {
  const status = statusOfKind[refusal.kind];
  const retry = status === 503 || status === 429 ? { retryAfterSeconds: 1 } : {};
  const facts = { ...retry, ...refusal.details, detail: refusal.message };
  return problem(refusal.code, status, where, facts);
}

/** What an unexpected error answers: nothing about itself. */
export function problemOfError(where: Where): Problem {
  return problem('internal_error', 500, where, { detail: '系统出现意外错误，已记录' });
}
