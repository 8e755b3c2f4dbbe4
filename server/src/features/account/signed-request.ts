import { createHmac, timingSafeEqual } from 'node:crypto';
import { uuidPattern } from '@huiquan/domain/ids.ts';
import { type Instant, instant, instantText } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { Credentials } from '../../http/credentials.ts';
import type { Till } from '../../http/principal.ts';
import type { Keys } from '../../keys.ts';

const sql = twin(import.meta.url);

/** How far a till's clock may be off. */
const driftMaxMs = 300_000;
const scheme = 'HUIQUAN-HMAC-SHA256';
const header = new RegExp(
  `^${scheme} terminal="(${uuidPattern.slice(1, -1)})",timestamp="(\\d{13})",` +
    'nonce="([A-Za-z0-9_-]{16,64})",signature="([0-9a-f]{64})"$',
);

/** What a till signs. */
export type Signable = Pick<Credentials, 'method' | 'url' | 'body'> & {
  readonly timestamp: Instant;
  readonly nonce: string;
};

function signatureOf(secret: Buffer, request: Signable): Buffer {
  const text = `${request.method}\n${request.url}\n${request.timestamp}\n${request.nonce}\n`;
  return createHmac('sha256', secret).update(text).update(request.body).update('\n').digest();
}

/**
 * The `Authorization` header of a till's request: HMAC-SHA-256 with the till's secret over method,
 * path with query, timestamp (epoch milliseconds), nonce and body, each followed by a line feed.
 */
export function signRequest(terminalId: string, secret: Buffer, request: Signable): string {
  return (
    `${scheme} terminal="${terminalId}",timestamp="${request.timestamp}",` +
    `nonce="${request.nonce}",signature="${signatureOf(secret, request).toString('hex')}"`
  );
}

type TillRow = Till & {
  readonly secret: Buffer;
  readonly keyId: number;
  readonly state: 'bound' | 'released';
};

/**
 * The till that signed the request. Refuses `signature_invalid` for an unknown or released till, a
 * wrong signature, a timestamp more than 300 s off, a nonce seen before. Only who has the till's
 * secret is told the reason: `terminal_released`, or `clock` with the time it should be.
 */
export async function signedTill(tx: Tx, keys: Keys, request: Credentials): Promise<Till> {
  const match = header.exec(request.authorization ?? '');
  const [, terminalId, timestamp, nonce, signature] = match ?? [];
  if (
    terminalId === undefined ||
    timestamp === undefined ||
    nonce === undefined ||
    signature === undefined
  ) {
    return refuse('signature_invalid');
  }
  const row = await tx.maybe<TillRow>(sql('findTill'), { terminalId });
  if (row === undefined) return refuse('signature_invalid');
  const secret = Buffer.from(keys.open(row.secret, row.keyId), 'base64');
  const signed = { ...request, timestamp: instant(Number(timestamp)), nonce };
  const expected = signatureOf(secret, signed);
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) refuse('signature_invalid');
  if (row.state !== 'bound') refuse('signature_invalid', { reason: 'terminal_released' });
  if (Math.abs(tx.now - signed.timestamp) > driftMaxMs) {
    refuse('signature_invalid', { reason: 'clock', now: instantText(tx.now) });
  }
  const spent = await tx.execute(sql('spendNonce'), {
    nonce: `${terminalId}:${nonce}`,
    now: tx.now,
    expiresAt: signed.timestamp + 2 * driftMaxMs,
  });
  if (spent === 0) refuse('signature_invalid');
  return { terminalId, shopId: row.shopId, merchantId: row.merchantId };
}
