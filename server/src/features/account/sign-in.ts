import { refuse } from '@huiquan/domain/refusals.ts';
import { transact, type Tx } from '../../db/transact.ts';
import type { Context } from '../../http/context.ts';
import type { Till } from '../../http/principal.ts';
import { countGuess, countUse, demandOpen, forgetGuesses, type Attempted } from './attempt.ts';
import { passwordMatches } from './password.ts';
import { endSessionsAtTill, isKnownDevice, openSession, type OpenedSession } from './session.ts';
import { findStaffByLogin, hasTotp, spendTotp, type StaffSecrets } from './staff.ts';
import { isCashierOf } from './till.ts';

/** What a staff member types. */
export type StaffSignIn = {
  readonly loginName: string;
  readonly password: string;
  readonly totp: string | undefined;
  readonly address: string;
  readonly device: string | undefined;
};

const stranger = { kind: 'public', id: 'public' } as const;
// One password tried on many accounts shows at the address: more than an office full of people.
const perAddress = { usesMax: 50, windowMs: 15 * 60_000 };

type Looked = { readonly staff: StaffSecrets | undefined; readonly account: Attempted };

/** Counts the guess before it is judged, whether or not the account exists. */
async function look(context: Context, asked: StaffSignIn): Promise<Looked> {
  const { keys } = context;
  const { counted, staff, account } = await transact(context.db, stranger, async (tx) => {
    const staff = await findStaffByLogin(tx, asked.loginName);
    const { device } = asked;
    const isKnown =
      staff !== undefined &&
      device !== undefined &&
      (await isKnownDevice(tx, keys, { staffId: staff.staffId, device }));
    // The owner's own device has a count of its own: strangers cannot lock him out.
    const name = isKnown ? `${asked.loginName} ${device}` : asked.loginName;
    const account = { kind: 'sign_in', subject: keys.index('session', name) };
    const address = { kind: 'sign_in_address', subject: keys.index('session', asked.address) };
    const counted = [await countUse(tx, address, perAddress), await countGuess(tx, account)];
    return { counted, staff, account };
  });
  if (counted.some((one) => !one.isOpen)) context.metrics.securityEvents.inc({ kind: 'guessing' });
  demandOpen(counted);
  return { staff, account };
}

type Proved = { readonly staff: StaffSecrets; readonly account: Attempted };

async function provePassword(context: Context, asked: StaffSignIn): Promise<Proved> {
  const { staff, account } = await look(context, asked);
  const matches = await passwordMatches(asked.password, staff?.passwordHash);
  if (staff === undefined || !matches) return refuse('invalid_credentials');
  return { staff, account };
}

async function proveTotp(
  tx: Tx,
  context: Context,
  given: { readonly staff: StaffSecrets; readonly totp: string | undefined },
): Promise<boolean> {
  const { staff, totp } = given;
  if (!hasTotp(staff)) return false;
  if (totp === undefined) refuse('invalid_credentials');
  if (!(await spendTotp(tx, context.keys, { staff, code: totp }))) refuse('invalid_credentials');
  return true;
}

/**
 * Signs a staff member in with password and, once enrolled, the six digits of his app. Refuses
 * `invalid_credentials` alike and in like time for an unknown name, a wrong password, a missing or
 * used code; `too_many_attempts` after five guesses.
 */
export async function signInStaff(context: Context, asked: StaffSignIn): Promise<OpenedSession> {
  const { staff, account } = await provePassword(context, asked);
  const actor = { kind: 'staff', id: staff.staffId } as const;
  return transact(context.db, actor, async (tx) => {
    const hasSecondFactor = await proveTotp(tx, context, { staff, totp: asked.totp });
    await forgetGuesses(tx, account);
    const { staffId } = staff;
    const { device } = asked;
    return openSession(tx, context.keys, { kind: 'staff', staffId, device, hasSecondFactor });
  });
}

/**
 * Signs a cashier in at the bound till that signed the request; whoever was signed in there before
 * is signed out. Refuses `invalid_credentials`, also for staff of another shop, and
 * `too_many_attempts`.
 */
export async function signInCashier(
  context: Context,
  till: Till,
  asked: StaffSignIn,
): Promise<OpenedSession> {
  const { staff, account } = await provePassword(context, asked);
  const { staffId } = staff;
  const { terminalId, shopId } = till;
  return transact(context.db, { kind: 'terminal', id: terminalId }, async (tx) => {
    if (!(await isCashierOf(tx, { shopId, staffId }))) refuse('invalid_credentials');
    const hasSecondFactor = await proveTotp(tx, context, { staff, totp: asked.totp });
    await forgetGuesses(tx, account);
    await endSessionsAtTill(tx, terminalId);
    return openSession(tx, context.keys, { kind: 'till', staffId, terminalId, hasSecondFactor });
  });
}

/** Judges password and code of someone who is signed in already; refuses `invalid_credentials`. */
export async function proveAgain(
  context: Context,
  staff: StaffSecrets,
  given: { readonly password: string; readonly totp: string | undefined },
): Promise<boolean> {
  const account = { kind: 'proof', subject: context.keys.index('session', staff.staffId) };
  const actor = { kind: 'staff', id: staff.staffId } as const;
  demandOpen([await transact(context.db, actor, (tx) => countGuess(tx, account))]);
  if (!(await passwordMatches(given.password, staff.passwordHash))) refuse('invalid_credentials');
  return transact(context.db, actor, async (tx) => {
    const hasSecondFactor = await proveTotp(tx, context, { staff, totp: given.totp });
    await forgetGuesses(tx, account);
    return hasSecondFactor;
  });
}
