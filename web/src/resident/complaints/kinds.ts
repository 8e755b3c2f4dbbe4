import type * as contract from '../../../../server/src/features/complaint/complaint.contract.ts';
import type { ReplyOf } from '../../api/call.ts';
import type { Key } from '../words.ts';

/** One of one's own complaints. */
export type Complaint = ReplyOf<typeof contract.listOwnComplaintsRoute>['items'][number];

/** What one can complain about, in the order in which it is offered. */
export const kindWords = {
  price: 'complaintKindPrice',
  refused: 'complaintKindRefused',
  payment: 'complaintKindPayment',
  refund: 'complaintKindRefund',
  claim: 'complaintKindClaim',
  misuse: 'complaintKindMisuse',
  other: 'complaintKindOther',
} as const satisfies Readonly<Record<Complaint['kind'], Key>>;

/** How a complaint was decided. */
export const decisionWords = {
  upheld: 'complaintUpheld',
  dismissed: 'complaintDismissed',
  explained: 'complaintExplained',
} as const satisfies Readonly<Record<NonNullable<Complaint['answer']>['decision'], Key>>;
