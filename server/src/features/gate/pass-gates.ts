import type { CaptchaKind } from '@huiquan/domain/captcha/judge.ts';
import type { Plan, PlanGate } from '@huiquan/domain/plan/effective-plan.ts';
import { findPlaceRule } from '@huiquan/domain/place/outlines.ts';
import { type PlaceVerdict } from '@huiquan/domain/place/verdict.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { transact } from '../../db/transact.ts';
import type { Context } from '../../http/context.ts';
import { readPass } from '../../ports/captcha/pass.ts';
import type { LocationReport } from '../../ports/location.ts';
import { type Gate, setGateState } from './gate.ts';

const locationCall = { timeoutMs: 2_000 };

/** What a resident brings to a claim, beside the wish itself. */
export type Attempt = {
  readonly roundId: string;
  readonly residentAccountId: string;
  /** Whether he agreed that his place is looked at. */
  readonly mayLocate: boolean;
  readonly captchaPass: string | undefined;
  readonly location: LocationReport | undefined;
};

/** What passing the gates leaves for the claim and its record. */
export type Passed = {
  readonly captchaNonce: string | undefined;
  readonly placeFlags: readonly string[];
};

/** Closes a gate for everybody: its service gave no answer, and nobody is let through unseen. */
export async function closeGate(context: Context, gate: Gate, cause: string): Promise<never> {
  const actor = { kind: 'system', id: 'gates' } as const;
  await transact(context.db, actor, (tx) => setGateState(tx, { gate, state: 'degraded', cause }));
  return refuse('risk_controls_degraded', { gates: [gate], retryAfterSeconds: 30 });
}

/** The captcha kinds that the plan asks for at a claim. */
export function captchaKinds(plan: Plan): readonly CaptchaKind[] {
  return plan.gates.flatMap((gate) =>
    (gate.gate === 'slider' || gate.gate === 'picture') && gate.at.includes('claim')
      ? [gate.gate]
      : [],
  );
}

/** What a captcha pass is bound to: this resident, this round. */
export const claimAction = (roundId: string) => `claim:${roundId}`;

function passCaptcha(context: Context, plan: Plan, attempt: Attempt): string | undefined {
  const kinds = captchaKinds(plan);
  if (kinds.length === 0) return undefined;
  if (attempt.captchaPass === undefined) refuse('captcha_required', { kinds });
  const purpose = { subjectId: attempt.residentAccountId, action: claimAction(attempt.roundId) };
  const what = { token: attempt.captchaPass, kinds: [], now: context.clock() };
  const reading = readPass(context.ports.captchaKeys, purpose, what);
  if (reading.outcome === 'invalid') refuse('captcha_invalid');
  // 长辈版 answers a question in place of both pictures.
  const { pass } = reading;
  const isComplete =
    pass.kinds.includes('question') || kinds.every((kind) => pass.kinds.includes(kind));
  if (!isComplete) refuse('captcha_required', { kinds });
  return pass.nonce;
}

function refuseStanding(verdict: PlaceVerdict): void {
  switch (verdict.standing) {
    case 'inside':
    case 'border':
      return;
    case 'outside':
      return refuse('location_not_eligible');
    case 'inaccurate':
    case 'stale':
      return refuse('location_inaccurate');
  }
}

type LocationGate = Extract<PlanGate, { gate: 'location' }>;

async function passLocation(
  context: Context,
  gate: LocationGate,
  { mayLocate, location: report }: Attempt,
): Promise<readonly string[]> {
  if (!mayLocate) refuse('consent_required', { purpose: 'location' });
  if (report === undefined) refuse('location_required');
  const rule = findPlaceRule(gate);
  // A region without an outline can let nobody through.
  if (rule === undefined) return closeGate(context, 'location', `no outline of ${gate.region}`);
  const answer = await context.ports.location.judge(report, rule, locationCall);
  if (answer.outcome === 'unavailable') return closeGate(context, 'location', answer.cause);
  refuseStanding(answer.verdict);
  return answer.verdict.flags;
}

/**
 * Lets a resident through every gate of the plan or refuses with the first that stays shut:
 * `consent_required` where he has not agreed to be located, `location_required`,
 * `location_inaccurate`, `location_not_eligible`, `captcha_required`, `captcha_invalid`;
 * `risk_controls_degraded` where a gate's service gives no answer, and from then on for everybody.
 * The session is in-app and the real name is verified: the route has seen to it. The captcha's
 * nonce is spent by the claim itself. Only the verdict of a place is kept.
 * @policy XN23 二(八), 四(一), 四(二); inv-16
 */
export async function passGates(context: Context, plan: Plan, attempt: Attempt): Promise<Passed> {
  const gate = plan.gates.find(
    (one): one is LocationGate => one.gate === 'location' && one.at.includes('claim'),
  );
  const placeFlags = gate === undefined ? [] : await passLocation(context, gate, attempt);
  return { captchaNonce: passCaptcha(context, plan, attempt), placeFlags };
}
