import type { Call } from './call.ts';

/** A person as they name themselves, all three normalized. */
export type IdentityClaim = {
  readonly name: string;
  readonly idNumber: string;
  readonly phone: string;
};

/**
 * Whether the three belong to one person. `mismatch` names what does not fit where the service
 * says it. `unavailable` is no answer: nobody is let in and nobody is turned away by it.
 */
export type IdentityAnswer =
  | { readonly outcome: 'match' }
  | { readonly outcome: 'mismatch'; readonly part: 'name' | 'phone' | 'unspecified' }
  | { readonly outcome: 'unavailable'; readonly cause: 'timeout' | 'aborted' | 'unreachable' };

/** The real-name service (公安, 运营商). Asking again is safe; nothing is kept of the question. */
export type IdentityService = {
  readonly verify: (claim: IdentityClaim, call: Call) => Promise<IdentityAnswer>;
};
