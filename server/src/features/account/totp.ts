import { createHmac, randomBytes } from 'node:crypto';
import type { Instant } from '@huiquan/domain/instant.ts';

const stepMs = 30_000;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The 30-second step that holds `at`. */
export function totpStep(at: Instant): number {
  return Math.floor(at / stepMs);
}

/** The six digits of a step (RFC 6238, HMAC-SHA-1 as every authenticator app has it). */
export function totpCode(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = mac.readUInt8(19) & 0x0f;
  return String((mac.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, '0');
}

/** The step that `code` belongs to: this one or one on either side, and after `lastStep`. */
export function totpStepOf(
  secret: Buffer,
  code: string,
  at: { readonly now: Instant; readonly lastStep: number },
): number | undefined {
  const now = totpStep(at.now);
  return [now, now - 1, now + 1].find(
    (step) => step > at.lastStep && totpCode(secret, step) === code,
  );
}

/** A new secret of 160 bits. */
export function newTotpSecret(): Buffer {
  return randomBytes(20);
}

/** The secret as people type it and apps scan it. */
export function totpSecretText(secret: Buffer): string {
  let bits = '';
  for (const byte of secret) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{5}/g) ?? [])
    .map((five) => alphabet.charAt(Number.parseInt(five, 2)))
    .join('');
}
