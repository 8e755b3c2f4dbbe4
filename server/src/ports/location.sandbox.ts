import { replyWithin, waitFor } from './call.ts';
import { makeLocationService, type LocationAnswer, type LocationService } from './location.ts';

/** How the service behaves from now on. */
export type LocationMode =
  | { readonly kind: 'up' }
  | { readonly kind: 'down' }
  | { readonly kind: 'slow'; readonly delayMs: number };

/** The house's own service with a switch to make it slow or take it down. */
export type LocationSandbox = LocationService & {
  readonly become: (mode: LocationMode) => void;
};

/** A service that judges as the real one does. */
export function makeLocationSandbox(): LocationSandbox {
  const service = makeLocationService();
  let mode: LocationMode = { kind: 'up' };
  return {
    async judge(report, rule, call) {
      const reply = await replyWithin(call, async (signal): Promise<LocationAnswer> => {
        if (mode.kind === 'down') return { outcome: 'unavailable', cause: 'unreachable' };
        if (mode.kind === 'slow') await waitFor(mode.delayMs, signal);
        return service.judge(report, rule, call);
      });
      return reply.isAnswered ? reply.answer : { outcome: 'unavailable', cause: reply.cause };
    },
    become: (next) => void (mode = next),
  };
}
