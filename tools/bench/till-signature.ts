import { createHmac } from 'node:crypto';

/** What a till signs towards the baseline: its nonce and what it asks. */
export function signatureFor(secret: Buffer, nonce: string, asked: string): string {
  return createHmac('sha256', secret).update(`${nonce}\n${asked}\n`).digest('hex');
}
