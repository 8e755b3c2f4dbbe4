import type {
  cancelRoute,
  commitRoute,
  getRedemptionRoute,
  tryRoute,
} from '../../../../server/src/features/redemption/redemption.contract.ts';
import type { ReplyOf } from '../../api/call.ts';
import { Offline, Problem } from '../../api/problem.ts';
import { clockNow } from '../../ui/clock.ts';
import { tillCall } from '../call.ts';

/** What the server holds for a payment. */
export type Held = Pick<
  ReplyOf<typeof tryRoute>,
  'redemptionId' | 'voucherName' | 'deductionFen' | 'cashFen' | 'voidAt'
>;

/** How a payment ended, and the words of a refusal. */
export type Outcome =
  | { readonly kind: 'paid' | 'declined' | 'expired' | 'cancelled' | 'reversed' }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly text: string;
      readonly facts: Readonly<Record<string, unknown>>;
    };

/** One payment from the scan to its end. It names no customer. */
export type Payment = {
  /** The key of the try: however often it is sent, it happens once. */
  readonly id: string;
  readonly orderFen: number;
  readonly payment: 'network' | 'merchant';
  /** What was scanned, until the server has answered it. */
  readonly code?: string;
  readonly phase: 'trying' | 'collecting' | 'committing' | 'cancelling' | 'done';
  /** The cashier gave up before the try was answered. */
  readonly isGivenUp: boolean;
  readonly decisionKey: string;
  readonly held?: Held;
  /** The network has not said whether it took the money. */
  readonly isUnknown: boolean;
  readonly outcome?: Outcome;
};

type State = ReplyOf<typeof getRedemptionRoute>['state'];

/** A step, and how long to wait before the next; undefined waits for the cashier or for good. */
export type Step = { readonly payment: Payment; readonly waitMs: number | undefined };

const once = { attemptsMax: 1 } as const;
const firstQueryMs = 5_000;
const laterQueryMs = 10_000;
const unsentMs = 2_000;

const ended = (payment: Payment, outcome: Outcome): Step => {
  const { code: _, ...rest } = payment;
  return { payment: { ...rest, phase: 'done', isUnknown: false, outcome }, waitMs: undefined };
};

function refusedBy(problem: Problem): Outcome {
  const { cashier } = problem.facts;
  const text = typeof cashier === 'string' ? cashier : problem.message;
  const { retryAfterSeconds } = problem;
  const facts = { ...problem.facts, retryAfterSeconds };
  return { kind: 'refused', code: problem.code, text, facts };
}

const outcomeOf = {
  committed: 'paid',
  cancelled: 'declined',
  voided: 'expired',
  reversed: 'reversed',
} as const;

/** Where `state` leaves the payment. */
function after(payment: Payment, state: State): Step {
  switch (state) {
    case 'committed':
    case 'voided':
    case 'reversed':
      return ended(payment, { kind: outcomeOf[state] });
    case 'cancelled': {
      const kind = payment.phase === 'cancelling' ? 'cancelled' : 'declined';
      return ended(payment, { kind });
    }
    case 'sent': {
      const waitMs = payment.isUnknown ? laterQueryMs : firstQueryMs;
      return { payment: { ...payment, isUnknown: true }, waitMs };
    }
    case 'tried': {
      const isOver = isVoid(payment);
      return isOver ? ended(payment, { kind: 'expired' }) : { payment, waitMs: unsentMs };
    }
  }
}

/** Whether the time of the try is over: then it ends by itself, and nothing was paid. */
function isVoid({ held }: Payment): boolean {
  return held !== undefined && clockNow() >= Date.parse(held.voidAt);
}

async function tryIt(payment: Payment): Promise<Step> {
  const { id: key, code = '', orderFen } = payment;
  const body = { code, orderFen, payment: payment.payment };
  try {
    const got = await tillCall<typeof tryRoute>('POST /api/redemptions', { body, key, ...once });
    const { redemptionId, voucherName, deductionFen, cashFen, voidAt } = got;
    const { code: _, ...rest } = payment;
    const held = { redemptionId, voucherName, deductionFen, cashFen, voidAt };
    const isCollected = got.payment === 'merchant' && cashFen > 0;
    const goesOn = isCollected ? 'collecting' : 'committing';
    const phase = payment.isGivenUp ? 'cancelling' : goesOn;
    return { payment: { ...rest, payment: got.payment, held, phase }, waitMs: 0 };
  } catch (error) {
    if (isFinal(error)) return ended(payment, refusedBy(error));
    throw error;
  }
}

async function ask(held: Held): Promise<State> {
  const params = { redemptionId: held.redemptionId };
  const name = 'GET /api/redemptions/{redemptionId}';
  return (await tillCall<typeof getRedemptionRoute>(name, { params, ...once })).state;
}

/** The truth, after a decision was refused: an earlier one may have been carried out. */
async function truth(payment: Payment, held: Held, problem: Problem): Promise<Step> {
  if (problem.code === 'hold_expired') return ended(payment, { kind: 'expired' });
  try {
    const state = await ask(held);
    return state === 'tried' ? ended(payment, refusedBy(problem)) : after(payment, state);
  } catch (error) {
    if (isFinal(error)) return ended(payment, refusedBy(problem));
    throw error;
  }
}

async function decide(payment: Payment, held: Held): Promise<Step> {
  const params = { redemptionId: held.redemptionId };
  const { decisionKey: key, orderFen } = payment;
  try {
    if (payment.isUnknown) return after(payment, await ask(held));
    if (payment.phase === 'cancelling') {
      const name = 'POST /api/redemptions/{redemptionId}/cancel';
      const done = await tillCall<typeof cancelRoute>(name, { params, key, ...once });
      return after(payment, done.state);
    }
    const name = 'POST /api/redemptions/{redemptionId}/commit';
    const body = { orderFen };
    const done = await tillCall<typeof commitRoute>(name, { params, body, key, ...once });
    return after(payment, done.state);
  } catch (error) {
    if (isFinal(error)) return truth(payment, held, error);
    throw error;
  }
}

function isFinal(error: unknown): error is Problem {
  if (!(error instanceof Problem)) return false;
  const isPassing = error.status >= 500 || error.code === 'idempotency_in_progress';
  return !isPassing;
}

/** Whether the same request should simply be sent again. */
export function isPassing(error: unknown): boolean {
  return error instanceof Offline || (error instanceof Problem && !isFinal(error));
}

/**
 * The next step of a payment; sent again after a failure it does nothing twice. Waits for the
 * cashier while he collects, and until the hold is over at most.
 * @throws Offline, Problem of a server that is away, TillClosed
 */
export async function step(payment: Payment): Promise<Step> {
  const { phase, held } = payment;
  if (phase === 'done') return { payment, waitMs: undefined };
  if (phase === 'trying' || held === undefined) return tryIt(payment);
  if (phase !== 'collecting') return decide(payment, held);
  if (isVoid(payment)) return ended(payment, { kind: 'expired' });
  return { payment, waitMs: Math.max(200, Date.parse(held.voidAt) - clockNow()) };
}
