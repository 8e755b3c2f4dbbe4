import { randomInt, timingSafeEqual } from 'node:crypto';
import { normalizePhone } from '@huiquan/domain/identity/phone.ts';
import { normalizeName } from '@huiquan/domain/identity/person-name.ts';
import { normalizeResidentId } from '@huiquan/domain/identity/resident-id.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { transact, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { Context } from '../../http/context.ts';
import { requireConsent } from '../people/consent.ts';
import { ensureAccount, getAccount, verifyPerson } from '../people/person.ts';
import { countGuess, countUse, demandOpen, forgetGuesses } from './attempt.ts';
import { openSession, type OpenedSession } from './session.ts';

const sql = twin(import.meta.url);

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const codeMinutes = 5;
const providerMs = 5_000;
const limits = {
  sms_phone_minute: { usesMax: 1, windowMs: minuteMs },
  sms_phone_day: { usesMax: 10, windowMs: dayMs },
  sms_device_day: { usesMax: 20, windowMs: dayMs },
  sms_address_day: { usesMax: 200, windowMs: dayMs },
} as const;
const realNameTries = { usesMax: 5, windowMs: dayMs };
const stranger = { kind: 'public', id: 'public' } as const;

/** Where a resident's request comes from. */
export type Whence = { readonly address: string; readonly device: string | undefined };

async function countMessages(tx: Tx, context: Context, phone: string, whence: Whence) {
  const subjects: [keyof typeof limits, string][] = [
    ['sms_phone_minute', phone],
    ['sms_phone_day', phone],
    ['sms_address_day', whence.address],
  ];
  if (whence.device !== undefined) subjects.push(['sms_device_day', whence.device]);
  const counted = [];
  for (const [kind, text] of subjects) {
    const subject = context.keys.index('phone-index', `${kind} ${text}`);
    const one = await countUse(tx, { kind, subject }, limits[kind]);
    counted.push(one);
    if (!one.isOpen) break;
  }
  return counted;
}

function codeHashOf(context: Context, smsCodeId: string, code: string): Buffer {
  return context.keys.index('session', `${smsCodeId}:${code}`);
}

/**
 * Sends a sign-in code to a phone, whether or not anyone has an account with it. Refuses
 * `too_many_attempts` beyond one a minute and ten a day per phone, 20 a day per device, 200 per
 * address; `busy` while the provider does not answer.
 */
export async function requestSmsCode(
  context: Context,
  phoneAsWritten: string,
  whence: Whence,
): Promise<void> {
  const phone = normalizePhone(phoneAsWritten);
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const smsCodeId = newId();
  const counted = await transact(context.db, stranger, async (tx) => {
    const counted = await countMessages(tx, context, phone, whence);
    if (counted.some((one) => !one.isOpen)) return counted;
    await tx.execute(sql('insertSmsCode'), {
      smsCodeId,
      phoneIndex: context.keys.index('phone-index', phone),
      codeHash: codeHashOf(context, smsCodeId, code),
      now: tx.now,
      expiresAt: tx.now + codeMinutes * minuteMs,
    });
    return counted;
  });
  demandOpen(counted);
  const answer = await context.ports.sms.send(
    {
      messageId: smsCodeId,
      phone,
      template: 'sign_in_code',
      params: { code, minutes: String(codeMinutes) },
    },
    { timeoutMs: providerMs },
  );
  if (answer.outcome === 'unavailable') {
    // Nobody who turns away ends the service for all.
    if (answer.cause !== 'aborted') await context.onIdentityDown(answer.cause);
    refuse('busy', { retryAfterSeconds: 60 });
  }
}

/**
 * Signs a resident in by the newest code sent to his phone; the first sign-in makes the account.
 * Refuses `invalid_credentials` for a wrong, used or expired code, `too_many_attempts`.
 */
export async function signInResident(
  context: Context,
  given: { readonly phone: string; readonly code: string },
  whence: Whence,
): Promise<OpenedSession> {
  const { keys } = context;
  const phone = normalizePhone(given.phone);
  const phoneIndex = keys.index('phone-index', phone);
  const guesses = { kind: 'sms_code', subject: phoneIndex };
  const { counted, opened } = await transact(context.db, stranger, async (tx) => {
    const counted = await countGuess(tx, guesses);
    if (!counted.isOpen) return { counted };
    const values = { phoneIndex, now: tx.now };
    const found = await tx.maybe<{ smsCodeId: string; codeHash: Buffer }>(
      sql('trySmsCode'),
      values,
    );
    if (found === undefined) return { counted };
    const asked = codeHashOf(context, found.smsCodeId, given.code);
    if (!timingSafeEqual(asked, found.codeHash)) return { counted };
    await tx.execute(sql('useSmsCode'), { smsCodeId: found.smsCodeId, now: tx.now });
    await forgetGuesses(tx, guesses);
    const residentAccountId = await ensureAccount(tx, keys, phone);
    const holder = { kind: 'resident', residentAccountId, hasSecondFactor: false } as const;
    return { counted, opened: await openSession(tx, keys, { ...holder, device: whence.device }) };
  });
  demandOpen([counted]);
  return opened ?? refuse('invalid_credentials');
}

/**
 * Proves who a resident is: name, ID number and his phone are asked of the identity service, then
 * the account is linked to the natural person. Refuses `consent_required` before he agreed to the
 * use of his name and number, `identity_mismatch`, `too_many_attempts`
 * after five tries a day, `state_conflict` for an account linked to someone else, `busy` while the
 * service does not answer (nobody is turned away or let in by silence).
 */
export async function verifyRealName(
  context: Context,
  residentAccountId: string,
  given: { readonly name: string; readonly residentId: string },
): Promise<{ personId: string }> {
  const { keys } = context;
  const identity = {
    name: normalizeName(given.name),
    idNumber: normalizeResidentId(given.residentId),
  };
  const actor = { kind: 'resident', id: residentAccountId } as const;
  const tries = { kind: 'real_name', subject: keys.index('session', residentAccountId) };
  const { counted, phone } = await transact(context.db, actor, async (tx) => {
    const { phone } = await getAccount(tx, keys, residentAccountId);
    await requireConsent(tx, residentAccountId, 'real_name');
    return { phone, counted: await countUse(tx, tries, realNameTries) };
  });
  demandOpen([counted]);
  const claim = { ...identity, phone };
  const answer = await context.ports.identity.verify(claim, { timeoutMs: providerMs });
  if (answer.outcome === 'mismatch') refuse('identity_mismatch');
  if (answer.outcome === 'unavailable') {
    // Nobody who turns away ends the service for all.
    if (answer.cause !== 'aborted') await context.onIdentityDown(answer.cause);
    refuse('busy', { retryAfterSeconds: 60 });
  }
  const onVerified = context.onVerified;
  const personId = await transact(context.db, actor, (tx) =>
    verifyPerson(tx, keys, { residentAccountId, identity, onVerified }),
  );
  return { personId };
}
