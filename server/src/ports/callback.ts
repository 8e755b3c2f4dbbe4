import { createHmac, timingSafeEqual } from 'node:crypto';

/** What an outside party puts beside the bytes of a callback. */
export type CallbackHeaders = {
  readonly keyId?: string | undefined;
  /** Seconds since 1970, as text. */
  readonly timestamp?: string | undefined;
  readonly nonce?: string | undefined;
  /** Hexadecimal HMAC-SHA256. */
  readonly signature?: string | undefined;
};

/** `genuine` says who sent it and when; whether the nonce was seen before is for the caller. */
export type CallbackVerdict =
  | { readonly outcome: 'genuine'; readonly nonce: string; readonly sentAtSeconds: number }
  | {
      readonly outcome: 'refused';
      readonly reason: 'unsigned' | 'unknown_key' | 'bad_signature' | 'too_old';
    };

/** A callback older or further ahead than this is refused; its nonce is kept for as long. */
export const callbackAgeMaxSeconds = 300;

const noncePattern = /^[A-Za-z0-9_-]{8,64}$/;

/** The signature over exactly these bytes: what a parser made of them is not what was signed. */
export function signCallback(
  secret: Uint8Array,
  callback: { readonly timestamp: string; readonly nonce: string; readonly body: Uint8Array },
): string {
  return createHmac('sha256', secret)
    .update(`${callback.timestamp}\n${callback.nonce}\n`)
    .update(callback.body)
    .update('\n')
    .digest('hex');
}

/** Judges the headers over the raw `body` at `nowSeconds`, with the secrets by key id. */
export function verifyCallback(
  secrets: ReadonlyMap<string, Uint8Array>,
  headers: CallbackHeaders,
  arrived: { readonly body: Uint8Array; readonly nowSeconds: number },
): CallbackVerdict {
  const { keyId, timestamp, nonce, signature } = headers;
  if (!keyId || !timestamp || !nonce || !signature) return refused('unsigned');
  const secret = secrets.get(keyId);
  if (secret === undefined) return refused('unknown_key');
  const isFormed = /^\d{1,12}$/.test(timestamp) && noncePattern.test(nonce);
  if (!isFormed || !/^[0-9a-f]{64}$/.test(signature)) return refused('bad_signature');
  const expected = signCallback(secret, { timestamp, nonce, body: arrived.body });
  if (!timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(signature, 'hex'))) {
    return refused('bad_signature');
  }
  const sentAtSeconds = Number(timestamp);
  if (Math.abs(arrived.nowSeconds - sentAtSeconds) > callbackAgeMaxSeconds) {
    return refused('too_old');
  }
  return { outcome: 'genuine', nonce, sentAtSeconds };
}

type Refused = Extract<CallbackVerdict, { outcome: 'refused' }>;

function refused(reason: Refused['reason']): Refused {
  return { outcome: 'refused', reason };
}
