import type * as api from '../../../../server/src/features/merchant/merchant.contract.ts';
import type { ReplyOf } from '../../api/call.ts';
import type { Key } from '../words.ts';

/** A merchant's application in a programme. */
export type Application = ReplyOf<typeof api.listApplicationsRoute>['items'][number];

/** The word of an application's state. */
export const admissionWords = {
  applied: 'merchantStateApplied',
  approved: 'merchantStateApproved',
  rejected: 'merchantStateRejected',
  suspended: 'merchantStateSuspended',
  disqualified: 'merchantStateDisqualified',
} as const satisfies Readonly<Record<string, Key>>;
