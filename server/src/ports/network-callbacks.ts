import { randomBytes } from 'node:crypto';
import { fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { signCallback } from './callback.ts';
import type { PaymentNotice } from './payment-network.ts';

/** A callback as it travels. */
export type SignedCallback = {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** Whoever signs: the id of the key, the key, and the seconds of the own clock. */
export type Signer = {
  readonly keyId: string;
  readonly secret: Uint8Array;
  readonly nowSeconds: () => number;
};

/** A callback that says `body`, with the headers that prove where it came from. */
export function signedCallback(signer: Signer, body: string): SignedCallback {
  const timestamp = String(signer.nowSeconds());
  const nonce = randomBytes(12).toString('base64url');
  const signature = signCallback(signer.secret, { timestamp, nonce, body: Buffer.from(body) });
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'huiquan-callback-key': signer.keyId,
      'huiquan-callback-timestamp': timestamp,
      'huiquan-callback-nonce': nonce,
      'huiquan-callback-signature': signature,
    },
  };
}

/** What the network sends for `notice`. */
export function signedNotice(signer: Signer, notice: PaymentNotice): SignedCallback {
  const { requestId, outcome, amountFen, currency, tradeNumber, at } = notice;
  const body = {
    event: `payment.${outcome}`,
    requestId,
    amountFen: fenOnWire(amountFen),
    currency,
    tradeNumber,
    at: instantText(at),
  };
  return signedCallback(signer, JSON.stringify(body));
}
