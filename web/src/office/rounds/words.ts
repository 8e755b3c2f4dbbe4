import type * as adjustment from '../../../../server/src/features/round/adjustment.contract.ts';
import type * as api from '../../../../server/src/features/round/office.contract.ts';
import type { ReplyOf } from '../../api/call.ts';
import type { Key } from '../words.ts';

/** The rounds of a programme, and what its pools have. */
export type Rounds = ReplyOf<typeof api.officeRoundsRoute>;
/** A round, planned or made ready. */
export type Round = Rounds['items'][number];
/** A move of stock between rounds. */
export type Adjustment = ReplyOf<typeof adjustment.listAdjustmentsRoute>['items'][number];

/** How a round stands now: what was decided, and what the clock says. */
export type Standing = 'planned' | 'prepared' | 'waiting' | 'open' | 'over' | 'stopped' | 'closed';

/** How a round stands at `now` (epoch milliseconds). */
export function standingOf(round: Round, now: number): Standing {
  if (round.state === 'planned' || round.state === 'prepared' || round.state === 'closed') {
    return round.state;
  }
  if (now >= Date.parse(round.closesAt)) return 'over';
  if (round.state === 'stopped') return 'stopped';
  return now < Date.parse(round.opensAt) ? 'waiting' : 'open';
}

/** The word of how a round stands. */
export const standingWords = {
  planned: 'roundStatePlanned',
  prepared: 'roundStatePrepared',
  waiting: 'roundStateWaiting',
  open: 'roundStateOpen',
  over: 'roundStateOver',
  stopped: 'roundStateStopped',
  closed: 'roundStateClosed',
} as const satisfies Readonly<Record<Standing, Key>>;

/** The colour of how a round stands. */
export const standingColours: Readonly<Partial<Record<Standing, string>>> = {
  prepared: 'gold',
  waiting: 'blue',
  open: 'green',
  over: 'gold',
  stopped: 'red',
};

/** The word of what an adjustment takes. */
export const takesWords = {
  available: 'adjustTakesAvailable',
  stock: 'adjustTakesStock',
  residual: 'adjustTakesResidual',
  expired: 'adjustTakesExpired',
} as const satisfies Readonly<Record<Adjustment['takes'], Key>>;

/** The word of an adjustment's state. */
export const adjustmentWords = {
  prepared: 'adjustStatePrepared',
  approved: 'adjustStateApproved',
  cancelled: 'adjustStateCancelled',
} as const satisfies Readonly<Record<Adjustment['state'], Key>>;

/** What some kinds of a round come to, in 分. */
export function costOf(
  stock: Round['stock'],
  countOf: (one: Round['stock'][number]) => number,
): number {
  return stock.reduce((sum, one) => sum + one.faceFen * countOf(one), 0);
}
