import type { FastifyRequest } from 'fastify';
import { type Instant, instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { callbackAgeMaxSeconds, verifyCallback } from '../ports/callback.ts';
import type { Context } from './context.ts';

/** What marks a genuine call of an outside party: it counts once, while its nonce is kept. */
export type CallbackMark = { readonly nonce: string; readonly keptUntil: Instant };

/** The headers of a callback; the signature is over timestamp, nonce and the bytes of the body. */
export const callbackHeaders = {
  keyId: 'huiquan-callback-key',
  timestamp: 'huiquan-callback-timestamp',
  nonce: 'huiquan-callback-nonce',
  signature: 'huiquan-callback-signature',
} as const;

/** Refuses `signature_invalid` unless a known party signed exactly the bytes that came, lately. */
export function demandCallback(context: Context, request: FastifyRequest): CallbackMark {
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const verdict = verifyCallback(
    context.callbackSecrets,
    {
      keyId: header(callbackHeaders.keyId),
      timestamp: header(callbackHeaders.timestamp),
      nonce: header(callbackHeaders.nonce),
      signature: header(callbackHeaders.signature),
    },
    {
      body: Buffer.from(request.sentBody ?? '', 'utf8'),
      nowSeconds: Math.floor(context.clock() / 1_000),
    },
  );
  if (verdict.outcome === 'refused') refuse('signature_invalid', { reason: verdict.reason });
  const { nonce, sentAtSeconds } = verdict;
  return { nonce, keptUntil: instant((sentAtSeconds + callbackAgeMaxSeconds) * 1_000) };
}
