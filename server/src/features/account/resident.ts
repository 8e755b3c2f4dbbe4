import { randomInt, timingSafeEqual } from 'node:crypto';
import { normalizePhone } from '@huiquan/domain/identity/phone.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { Refusal, refuse } from '@huiquan/domain/refusals.ts';
import { makeGroup, type Settled } from '../../db/group.ts';
import { transact, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { wavesOf } from '../../db/waves.ts';
import type { Context } from '../../http/context.ts';
import { ensureAccounts } from '../people/person.ts';
import { countGuesses, countUses, forgetEach } from './attempt.ts';
import { openSessions, type OpenedSession } from './session.ts';

const sql = twin(import.meta.url);

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const codeMinutes = 5;
const providerMs = 5_000;
const stranger = { kind: 'public', id: 'public' } as const;

/** Where a resident's request comes from. */
export type Whence = { readonly address: string; readonly device: string | undefined };

type CodeWish = Whence & {
  readonly phone: string;
  readonly smsCodeId: string;
  readonly code: string;
};

/** What is counted before a message goes out, in this order: what is closed ends the counting. */
const limits: readonly {
  readonly kind: string;
  readonly of: (wish: CodeWish) => string | undefined;
  readonly usesMax: number;
  readonly windowMs: number;
}[] = [
  { kind: 'sms_phone_minute', of: (wish) => wish.phone, usesMax: 1, windowMs: minuteMs },
  { kind: 'sms_phone_day', of: (wish) => wish.phone, usesMax: 10, windowMs: dayMs },
  { kind: 'sms_address_day', of: (wish) => wish.address, usesMax: 200, windowMs: dayMs },
  { kind: 'sms_device_day', of: (wish) => wish.device, usesMax: 20, windowMs: dayMs },
];

const tooMany = (retryAfterSeconds: number) => ({
  error: new Refusal('too_many_attempts', { retryAfterSeconds }),
});

function codeHashOf({ keys }: Context, smsCodeId: string, code: string): Buffer {
  return keys.index('session', `${smsCodeId}:${code}`);
}

/** Counts the messages of `wishes`; those beyond a limit, with the wait until the next. */
async function countMessages(
  tx: Tx,
  { keys }: Context,
  wishes: readonly CodeWish[],
): Promise<ReadonlyMap<CodeWish, number>> {
  const closed = new Map<CodeWish, number>();
  for (const { kind, of, ...limit } of limits) {
    const counting = wishes.filter((wish) => !closed.has(wish) && of(wish) !== undefined);
    const subjects = counting.map((wish) => keys.index('phone-index', `${kind} ${of(wish)}`));
    const counted = await countUses(tx, { kind, subjects }, limit);
    for (const [index, wish] of counting.entries()) {
      const one = counted[index];
      if (one?.isOpen === false) closed.set(wish, one.retryAfterSeconds);
    }
  }
  return closed;
}

async function keepCodes(
  tx: Tx,
  context: Context,
  wishes: readonly CodeWish[],
): Promise<readonly Settled<true>[]> {
  const closed = await countMessages(tx, context, wishes);
  const open = wishes.filter((wish) => !closed.has(wish));
  await tx.execute(sql('insertSmsCodes'), {
    smsCodeIds: open.map((wish) => wish.smsCodeId),
    phoneIndexes: open.map((wish) => context.keys.index('phone-index', wish.phone)),
    codeHashes: open.map((wish) => codeHashOf(context, wish.smsCodeId, wish.code)),
    now: tx.now,
    expiresAt: tx.now + codeMinutes * minuteMs,
  });
  return wishes.map((wish) => {
    const wait = closed.get(wish);
    return wait === undefined ? { result: true } : tooMany(wait);
  });
}

async function sendCode(context: Context, { smsCodeId, phone, code }: CodeWish): Promise<void> {
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
 * Sends a sign-in code to a phone, whether or not anyone has an account with it. Refuses
 * `too_many_attempts` beyond one a minute and ten a day per phone, 20 a day per device, 200 per
 * address; `busy` while the provider does not answer. Who asks at once is counted together.
 */
export function makeCodeRequests(context: Context) {
  const group = makeGroup<CodeWish, true>(
    {
      run: (wishes) =>
        transact(context.db.lanes.signIn, stranger, (tx) => keepCodes(tx, context, wishes)),
    },
    context.groupRules,
  );
  return async (phoneAsWritten: string, { address, device }: Whence): Promise<void> => {
    const phone = normalizePhone(phoneAsWritten);
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const wish = { phone, address, device, smsCodeId: newId(), code };
    await group.submit(wish);
    await sendCode(context, wish);
  };
}

type Entry = {
  readonly phone: string;
  readonly phoneIndex: Buffer;
  readonly code: string;
  readonly device: string | undefined;
};

/** Those of `entries` whose code is the newest of their phone; each try is counted first. */
async function provedBy(
  tx: Tx,
  context: Context,
  entries: readonly Entry[],
): Promise<ReadonlyMap<Entry, string>> {
  if (entries.length === 0) return new Map();
  type Row = { readonly smsCodeId: string; readonly phoneIndex: Buffer; readonly codeHash: Buffer };
  const phoneIndexes = entries.map((one) => one.phoneIndex);
  const rows = await tx.rows<Row>(sql('trySmsCodes'), { phoneIndexes, now: tx.now });
  const found = new Map(rows.map((row) => [row.phoneIndex.toString('hex'), row]));
  const proved = new Map<Entry, string>();
  for (const entry of entries) {
    const row = found.get(entry.phoneIndex.toString('hex'));
    if (row === undefined) continue;
    const asked = codeHashOf(context, row.smsCodeId, entry.code);
    if (timingSafeEqual(asked, row.codeHash)) proved.set(entry, row.smsCodeId);
  }
  return proved;
}

const guessesAt = 'sms_code';

/** Judges entries of different phones. */
async function enter(
  tx: Tx,
  context: Context,
  entries: readonly Entry[],
): Promise<ReadonlyMap<Entry, Settled<OpenedSession>>> {
  const { keys } = context;
  const phoneIndexes = entries.map((one) => one.phoneIndex);
  const counted = await countGuesses(tx, guessesAt, phoneIndexes);
  const settled = new Map<Entry, Settled<OpenedSession>>();
  for (const [index, entry] of entries.entries()) {
    const one = counted[index];
    if (one?.isOpen === false) settled.set(entry, tooMany(one.retryAfterSeconds));
  }
  const open = entries.filter((entry) => !settled.has(entry));
  const codes = await provedBy(tx, context, open);
  for (const entry of open) {
    if (!codes.has(entry)) settled.set(entry, { error: new Refusal('invalid_credentials') });
  }
  if (codes.size === 0) return settled;
  const proved = [...codes.keys()];
  const [accountIds] = await Promise.all([
    ensureAccounts(
      tx,
      keys,
      proved.map((one) => one.phone),
    ),
    tx.execute(sql('useSmsCodes'), { smsCodeIds: [...codes.values()], now: tx.now }),
    forgetEach(
      tx,
      guessesAt,
      proved.map((one) => one.phoneIndex),
    ),
  ]);
  const holders = proved.map(({ device }, index) => ({
    kind: 'resident' as const,
    residentAccountId: accountIds[index] ?? '',
    hasSecondFactor: false,
    device,
  }));
  const opened = await openSessions(tx, keys, holders);
  for (const [index, entry] of proved.entries()) {
    const result = opened[index];
    if (result !== undefined) settled.set(entry, { result });
  }
  return settled;
}

async function enterEach(
  tx: Tx,
  context: Context,
  entries: readonly Entry[],
): Promise<readonly Settled<OpenedSession>[]> {
  const settled = new Map<Entry, Settled<OpenedSession>>();
  for (const wave of wavesOf(entries, (one) => [one.phone])) {
    for (const [entry, own] of await enter(tx, context, wave)) settled.set(entry, own);
  }
  return entries.map((entry) => settled.get(entry) ?? { error: new Error('nobody judged a code') });
}

/**
 * Signs a resident in by the newest code sent to his phone; the first sign-in makes the account.
 * Refuses `invalid_credentials` for a wrong, used or expired code, `too_many_attempts`. Who signs
 * in at once is judged together, those of one phone one after the other.
 */
export function makeResidentSignIn(context: Context) {
  const group = makeGroup<Entry, OpenedSession>(
    {
      run: (entries) =>
        transact(context.db.lanes.signIn, stranger, (tx) => enterEach(tx, context, entries)),
    },
    context.groupRules,
  );
  return async (
    given: { readonly phone: string; readonly code: string },
    { device }: Whence,
  ): Promise<OpenedSession> => {
    const phone = normalizePhone(given.phone);
    const phoneIndex = context.keys.index('phone-index', phone);
    return group.submit({ phone, phoneIndex, code: given.code, device });
  };
}
