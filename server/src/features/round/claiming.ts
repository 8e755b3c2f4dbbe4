import { fenOnWire } from '@huiquan/domain/fen.ts';
import { type Instant, instantText } from '@huiquan/domain/instant.ts';
import { Refusal, refuse } from '@huiquan/domain/refusals.ts';
import { roundRefusal } from '@huiquan/domain/round/claim.ts';
import type { Outcome } from '../../db/group-command.ts';
import type { Context } from '../../http/context.ts';
import { groupCommand } from '../../http/group-command.ts';
import { handle, type Handled, type Request } from '../../http/handle.ts';
import { personOf, residentOf } from '../../http/principal.ts';
import { makePacer } from '../gate/pace.ts';
import { passGates, type Attempt } from '../gate/pass-gates.ts';
import { claimVouchers, type ClaimItem, type ClaimOutcome } from './claim.ts';
import { makeEarlyWord } from './early.ts';
import { getRound } from './list.ts';
import { lookAtRounds, type RoundsSeen } from './look.ts';
import { claimRoute } from './round.contract.ts';

/** Not open and over are told before a captcha is asked for, whoever stopped the round. */
async function demandOpen(request: Request, roundId: string): Promise<void> {
  await request.read(async (tx) => {
    const round = await getRound(tx, roundId);
    const code = roundRefusal(round, tx.now);
    const { opensAt, closesAt } = round;
    if (code !== undefined) {
      refuse(code, { opensAt: instantText(opensAt), closesAt: instantText(closesAt) });
    }
  });
}

/** What the claims of a group are told; vouchers of a kind end at the same instants. */
function claimsOnWire(outcomes: readonly ClaimOutcome[]): Outcome<ClaimWire>[] {
  const written = new Map<Instant, string>();
  const textOf = (at: Instant) => {
    const text = written.get(at) ?? instantText(at);
    written.set(at, text);
    return text;
  };
  return outcomes.map(({ voucher, refused }) => {
    if (refused !== undefined) return { refused };
    const { voucherId, kind, faceFen, validFrom, validTo } = voucher;
    const window = { validFrom: textOf(validFrom), validTo: textOf(validTo) };
    return { result: { voucherId, kind, faceFen: fenOnWire(faceFen), ...window } };
  });
}

type ClaimWire = {
  readonly voucherId: string;
  readonly kind: string;
  readonly faceFen: number;
  readonly validFrom: string;
  readonly validTo: string;
};

/** The claim of a resident: through the gates, then together with those of the same moment. */
export function claiming(context: Context): Handled {
  const early = makeEarlyWord(context.db, context.clock);
  const claims = groupCommand<ClaimItem, ClaimWire, RoundsSeen>(context, {
    name: 'claims',
    lane: 'claim',
    look: lookAtRounds,
    run: async (tx, items, seen) => {
      const outcomes = await claimVouchers(tx, items, seen);
      early.learn(items, outcomes);
      return claimsOnWire(outcomes);
    },
  });
  const pass = async (request: Request, attempt: Attempt, kind: string) => {
    const refusal = await early.refusal({ roundId: attempt.roundId, kind });
    if (refusal !== undefined) throw refusal;
    const { plan } = await early.calendarOf(attempt.roundId);
    try {
      return await passGates(context, plan, attempt);
    } catch (error) {
      await demandOpen(request, attempt.roundId);
      throw error;
    }
  };
  const pacer = makePacer(context.config.claimPace);
  return handle(claimRoute, async (request) => {
    const personId = personOf(request.principal);
    request.authorize({ personId });
    const { residentAccountId, agreed } = residentOf(request.principal);
    const { roundId } = request.params;
    const { kind, captchaPass, location } = request.body;
    const deviceId = request.device ?? residentAccountId;
    const waitSeconds = pacer.take([`person ${personId}`, `device ${deviceId}`], context.clock());
    if (waitSeconds !== undefined && !(await request.isRepeated())) {
      refuse('too_many_attempts', { retryAfterSeconds: waitSeconds });
    }
    if (!agreed.includes('real_name')) refuse('consent_required', { purpose: 'real_name' });
    const mayLocate = agreed.includes('location');
    const attempt = { roundId, residentAccountId, mayLocate, captchaPass, location };
    const passed = await pass(request, attempt, kind).catch(async (error: unknown) => {
      // A repeated request needs no fresh captcha: it gets the answer that was stored.
      if (!(error instanceof Refusal) || !(await request.isRepeated())) throw error;
      return { captchaNonce: undefined, placeFlags: [] };
    });
    return request.grouped(claims, { roundId, kind, personId, deviceId, ...passed });
  });
}
