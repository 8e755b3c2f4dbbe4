import { refusals } from '@huiquan/domain/refusals.ts';
import type * as api from '../../../../server/src/features/issuing/issuing.contract.ts';
import type { ReplyOf } from '../../api/call.ts';
import type { Key } from '../words.ts';

/** A batch as listed. */
export type Batch = ReplyOf<typeof api.listBatchesRoute>['items'][number];
/** A batch with how far it is. */
export type Progress = ReplyOf<typeof api.getBatchRoute>;
/** What issuing would do now. */
export type Forecast = ReplyOf<typeof api.dryRunRoute>;
/** A recall of a batch. */
export type Recall = ReplyOf<typeof api.listRecallsRoute>['items'][number];

/** The word of a batch's state. */
export const batchWords = {
  prepared: 'issueStatePrepared',
  approved: 'issueStateApproved',
  issuing: 'issueStateIssuing',
  issued: 'issueStateIssued',
  cancelled: 'issueStateCancelled',
  recalling: 'issueStateRecalling',
  recalled: 'issueStateRecalled',
} as const satisfies Readonly<Record<Batch['state'], Key>>;

/** The colour of a batch's state: what waits for somebody stands out. */
export const batchColours: Readonly<Partial<Record<Batch['state'], string>>> = {
  prepared: 'gold',
  approved: 'gold',
  issuing: 'blue',
  issued: 'green',
  recalling: 'blue',
};

/** The word of a recall's state. */
export const recallWords = {
  prepared: 'issueRecallPrepared',
  approved: 'issueRecallApproved',
  rejected: 'issueRecallRejected',
  done: 'issueRecallDone',
} as const satisfies Readonly<Record<Recall['state'], Key>>;

/** Why a row gets nothing, in the words of the catalogue. */
export function refusalText(code: string): string {
  const known: Readonly<Record<string, { readonly text: string }>> = refusals;
  return known[code]?.text ?? code;
}
