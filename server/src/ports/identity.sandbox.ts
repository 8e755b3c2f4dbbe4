import { isPhone } from '@huiquan/domain/identity/phone.ts';
import { residentIdProblem } from '@huiquan/domain/identity/resident-id.ts';
import { replyWithin, waitFor } from './call.ts';
import type { IdentityAnswer, IdentityClaim, IdentityService } from './identity.ts';

/** How the service behaves from now on. */
export type IdentityMode =
  | { readonly kind: 'up' }
  | { readonly kind: 'down' }
  | { readonly kind: 'slow'; readonly delayMs: number };

/** The real-name service as tests and the demo play it. */
export type IdentitySandbox = IdentityService & {
  readonly become: (mode: IdentityMode) => void;
  /** Every claim on this ID number is a mismatch from now on. */
  readonly mismatch: (idNumber: string) => void;
};

/**
 * A service that knows everybody: every valid ID number matches, unless it is on the mismatch
 * list or the name contains 不; a phone that is none matches nobody.
 */
export function makeIdentitySandbox(): IdentitySandbox {
  let mode: IdentityMode = { kind: 'up' };
  const mismatches = new Set<string>();
  return {
    async verify(claim, call) {
      const reply = await replyWithin(call, async (signal): Promise<IdentityAnswer> => {
        if (mode.kind === 'down') return { outcome: 'unavailable', cause: 'unreachable' };
        if (mode.kind === 'slow') await waitFor(mode.delayMs, signal);
        return judge(claim, mismatches);
      });
      return reply.isAnswered ? reply.answer : { outcome: 'unavailable', cause: reply.cause };
    },
    become: (next) => void (mode = next),
    mismatch: (idNumber) => void mismatches.add(idNumber),
  };
}

function judge(claim: IdentityClaim, mismatches: ReadonlySet<string>): IdentityAnswer {
  if (residentIdProblem(claim.idNumber) !== undefined || mismatches.has(claim.idNumber)) {
    return { outcome: 'mismatch', part: 'unspecified' };
  }
  if (claim.name.includes('不')) return { outcome: 'mismatch', part: 'name' };
  return isPhone(claim.phone) ? { outcome: 'match' } : { outcome: 'mismatch', part: 'phone' };
}
