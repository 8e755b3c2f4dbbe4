/** When a breaker opens and when it trusts the other side again. */
export type BreakerRules = {
  /** Opens at this many failures … */
  readonly failuresToOpen: number;
  /** … no older than this. */
  readonly windowMs: number;
  /** Stays open this long before it lets one probe through. */
  readonly coolMs: number;
  /** Closes only after this many probes in a row went well: the hysteresis. */
  readonly successesToClose: number;
};

/**
 * What is known about the other side. `open` and `half_open` both mean degraded; in `half_open`
 * one call at a time may probe, and a probe that never reports is given up after the cooling time.
 */
export type BreakerState =
  | { readonly kind: 'closed'; readonly failedAt: readonly number[] }
  | { readonly kind: 'open'; readonly until: number }
  | { readonly kind: 'half_open'; readonly successes: number; readonly probeUntil: number };

/** A breaker that has seen nothing. */
export const closedBreaker: BreakerState = { kind: 'closed', failedAt: [] };

/** Whether what stands behind the breaker must not be relied on: no voucher is claimed then. */
export function isDegraded(state: BreakerState): boolean {
  return state.kind !== 'closed';
}

/** Whether a call may be made at `now`, and the state that counts it; times in milliseconds. */
export function askBreaker(
  state: BreakerState,
  now: number,
  rules: BreakerRules,
): { readonly mayCall: boolean; readonly state: BreakerState } {
  if (state.kind === 'closed') return { mayCall: true, state };
  const blockedUntil = state.kind === 'open' ? state.until : state.probeUntil;
  if (now < blockedUntil) return { mayCall: false, state };
  const successes = state.kind === 'open' ? 0 : state.successes;
  return {
    mayCall: true,
    state: { kind: 'half_open', successes, probeUntil: now + rules.coolMs },
  };
}

/** The state after a call that ended at `now`. A late success never closes an open breaker. */
export function afterCall(
  state: BreakerState,
  call: { readonly outcome: 'success' | 'failure'; readonly now: number },
  rules: BreakerRules,
): BreakerState {
  const { outcome, now } = call;
  switch (state.kind) {
    case 'open':
      return state;
    case 'half_open': {
      if (outcome === 'failure') return { kind: 'open', until: now + rules.coolMs };
      const successes = state.successes + 1;
      if (successes >= rules.successesToClose) return closedBreaker;
      return { kind: 'half_open', successes, probeUntil: now };
    }
    case 'closed': {
      if (outcome === 'success') return state;
      const recent = state.failedAt.filter((at) => at > now - rules.windowMs);
      const failedAt = [...recent, now];
      if (failedAt.length < rules.failuresToOpen) return { kind: 'closed', failedAt };
      return { kind: 'open', until: now + rules.coolMs };
    }
    default:
      return state satisfies never;
  }
}

/** A change worth a line in the log and on the status page. */
export type BreakerChange = {
  readonly name: string;
  readonly from: BreakerState['kind'];
  readonly to: BreakerState['kind'];
  readonly at: number;
};

/** One breaker shared by all that call the same party. */
export type Breaker = {
  readonly name: string;
  readonly isDegraded: () => boolean;
  readonly mayCall: () => boolean;
  readonly report: (outcome: 'success' | 'failure') => void;
};

/**
 * A breaker that keeps its state and tells `onChange` when it opens, probes and closes. It guards
 * one process; each process learns of an outage from its own calls.
 */
export function makeBreaker(
  name: string,
  rules: BreakerRules,
  watch: { readonly now: () => number; readonly onChange: (change: BreakerChange) => void },
): Breaker {
  let state = closedBreaker;
  const become = (next: BreakerState, at: number): void => {
    const from = state.kind;
    state = next;
    if (from !== next.kind) watch.onChange({ name, from, to: next.kind, at });
  };
  return {
    name,
    isDegraded: () => isDegraded(state),
    mayCall() {
      const now = watch.now();
      const asked = askBreaker(state, now, rules);
      become(asked.state, now);
      return asked.mayCall;
    },
    report(outcome) {
      const now = watch.now();
      become(afterCall(state, { outcome, now }, rules), now);
    },
  };
}
