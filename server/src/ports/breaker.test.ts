import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  afterCall,
  askBreaker,
  closedBreaker,
  isDegraded,
  makeBreaker,
  type BreakerChange,
  type BreakerRules,
  type BreakerState,
} from './breaker.ts';

const rules: BreakerRules = {
  failuresToOpen: 3,
  windowMs: 10_000,
  coolMs: 5_000,
  successesToClose: 2,
};

function failures(...times: readonly number[]): BreakerState {
  return times.reduce<BreakerState>(
    (state, now) => afterCall(state, { outcome: 'failure', now }, rules),
    closedBreaker,
  );
}

test('three failures within ten seconds degrade the gate, two do not', () => {
  assert.equal(isDegraded(failures(0, 1)), false);
  assert.deepEqual(failures(0, 1, 2), { kind: 'open', until: 5_002 });
});

test('a failure exactly ten seconds old no longer counts', () => {
  assert.equal(isDegraded(failures(0, 5_000, 9_999)), true);
  assert.equal(isDegraded(failures(0, 5_000, 10_000)), false);
});

test('an open breaker lets nothing through until it has cooled, then one probe at a time', () => {
  const open = failures(0, 1, 2);
  assert.equal(askBreaker(open, 5_001, rules).mayCall, false);
  const probe = askBreaker(open, 5_002, rules);
  assert.equal(probe.mayCall, true);
  assert.equal(isDegraded(probe.state), true);
  assert.equal(askBreaker(probe.state, 5_003, rules).mayCall, false);
  // a probe that never came back does not block the next one for ever
  assert.equal(askBreaker(probe.state, 10_002, rules).mayCall, true);
});

test('one good probe is not enough: the gate opens to claims after the second', () => {
  const probing = askBreaker(failures(0, 1, 2), 5_002, rules).state;
  const once = afterCall(probing, { outcome: 'success', now: 5_100 }, rules);
  assert.equal(isDegraded(once), true);
  const again = askBreaker(once, 5_100, rules);
  assert.equal(again.mayCall, true);
  const twice = afterCall(again.state, { outcome: 'success', now: 5_200 }, rules);
  assert.deepEqual(twice, closedBreaker);
});

test('a failed probe starts the cooling time again, and its first success is forgotten', () => {
  const probing = askBreaker(failures(0, 1, 2), 5_002, rules).state;
  const once = afterCall(probing, { outcome: 'success', now: 5_100 }, rules);
  const reopened = afterCall(once, { outcome: 'failure', now: 5_200 }, rules);
  assert.deepEqual(reopened, { kind: 'open', until: 10_200 });
  const next = askBreaker(reopened, 10_200, rules).state;
  assert.equal(isDegraded(afterCall(next, { outcome: 'success', now: 10_300 }, rules)), true);
});

test('a success that arrives while the breaker is open changes nothing', () => {
  const open = failures(0, 1, 2);
  assert.equal(afterCall(open, { outcome: 'success', now: 10 }, rules), open);
});

test('whatever happens, a degraded gate needs two successes in a row to be trusted', () => {
  const step = fc.record({
    outcome: fc.constantFrom('success' as const, 'failure' as const),
    wait: fc.nat(6_000),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let state = failures(0, 1, 2);
      let now = 2;
      let run = 0;
      for (const { outcome, wait } of steps) {
        now += wait;
        const asked = askBreaker(state, now, rules);
        if (!asked.mayCall) continue;
        state = afterCall(asked.state, { outcome, now }, rules);
        run = outcome === 'success' ? run + 1 : 0;
        if (!isDegraded(state)) return assert.ok(run >= rules.successesToClose);
      }
    }),
  );
});

test('opening, probing and closing are each reported once, with the time', () => {
  let now = 0;
  const changes: BreakerChange[] = [];
  const breaker = makeBreaker('identity', rules, {
    now: () => now,
    onChange: (change) => changes.push(change),
  });
  for (now of [1, 2, 3, 4]) breaker.report('failure');
  assert.equal(breaker.mayCall(), false);
  assert.equal(breaker.isDegraded(), true);
  for (now of [5_010, 5_020]) {
    assert.equal(breaker.mayCall(), true);
    breaker.report('success');
  }
  assert.equal(breaker.isDegraded(), false);
  assert.deepEqual(changes, [
    { name: 'identity', from: 'closed', to: 'open', at: 3 },
    { name: 'identity', from: 'open', to: 'half_open', at: 5_010 },
    { name: 'identity', from: 'half_open', to: 'closed', at: 5_020 },
  ]);
});
