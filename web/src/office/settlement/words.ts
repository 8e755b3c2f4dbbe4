import type * as api from '../../../../server/src/features/settlement/settlement.contract.ts';
import type { ReplyOf } from '../../api/call.ts';
import type { Key } from '../words.ts';

/** A settlement run as listed. */
export type Run = ReplyOf<typeof api.listRunsRoute>['items'][number];

/** The word of a run's state. */
export const runWords = {
  prepared: 'settleRunPrepared',
  approved: 'settleRunApproved',
  sent: 'settleRunSent',
  finished: 'settleRunFinished',
  rejected: 'settleRunRejected',
} as const satisfies Readonly<Record<string, Key>>;

/** The word of a payout's state. */
export const payoutWords = {
  prepared: 'settlePayoutPrepared',
  approved: 'settlePayoutApproved',
  sent: 'settlePayoutSent',
  paid: 'settlePayoutPaid',
  failed: 'settlePayoutFailed',
  came_back: 'settlePayoutCameBack',
  rejected: 'settlePayoutRejected',
} as const satisfies Readonly<Record<string, Key>>;

/** What a redemption waits for. */
export const waitWords = {
  approval: 'settleWaitApproval',
  bank: 'settleWaitBank',
  payout_failed: 'settleWaitFailed',
  payout_hold: 'settleWaitHold',
  no_account: 'settleWaitNoAccount',
  account_changed: 'settleWaitChanged',
  not_due: 'settleWaitNotDue',
  next_run: 'settleWaitNext',
} as const satisfies Readonly<Record<string, Key>>;

/** Where the other side's word comes from. */
export const sourceWords = {
  bank_receipt: 'settleReceipt',
  bank_statement: 'settleBank',
  network_file: 'settleNetwork',
  network_notice: 'settleNotice',
} as const satisfies Readonly<Record<string, Key>>;

/** The word of a return's state. */
export const returnWords = {
  prepared: 'settleReturnPrepared',
  approved: 'settleReturnApproved',
  sent: 'settleReturnSent',
  returned: 'settleReturnReturned',
  failed: 'settleReturnFailed',
  rejected: 'settleReturnRejected',
} as const satisfies Readonly<Record<string, Key>>;

/** How an exception was resolved. */
export const resolutionWords = {
  explained: 'settleExplained',
  was_paid: 'settleWasPaid',
  was_not_paid: 'settleWasNotPaid',
} as const satisfies Readonly<Record<string, Key>>;
