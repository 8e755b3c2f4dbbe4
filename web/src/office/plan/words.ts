import type * as api from '../../../../server/src/features/programme/programme.contract.ts';
import type { ReplyOf } from '../../api/call.ts';
import type { Key } from '../words.ts';

/** A programme with its versions. */
export type Programme = ReplyOf<typeof api.getProgrammeRoute>;
/** A version as listed. */
export type VersionRow = Programme['versions'][number];
/** A version with its text and findings. */
export type Version = ReplyOf<typeof api.getVersionRoute>;
/** What a version changes. */
export type Changes = ReplyOf<typeof api.versionChangesRoute>;

/** The word of a programme's state. */
export const programmeWords = {
  draft: 'planStateDraft',
  published: 'planStatePublished',
  stopped: 'planStateStopped',
  closing: 'planStateClosing',
  closed: 'planStateClosed',
} as const satisfies Readonly<Record<string, Key>>;

/** The colour of a programme's state. */
export const programmeColours = {
  draft: 'gold',
  published: 'success',
  stopped: 'error',
  closing: 'default',
  closed: 'default',
} as const;

/** The word of a version's state. */
export const versionWords = {
  prepared: 'planVersionPrepared',
  approved: 'planVersionApproved',
  rejected: 'planVersionRejected',
  superseded: 'planVersionSuperseded',
} as const satisfies Readonly<Record<string, Key>>;

/** The colour of a version's state. */
export const versionColours = {
  prepared: 'gold',
  approved: 'success',
  rejected: 'default',
  superseded: 'default',
} as const;
