import type { CaptchaResponse } from '@huiquan/domain/captcha/judge.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { personOf, residentOf } from '../../http/principal.ts';
import { challengeNonce, judgeChallenge } from '../../ports/captcha/challenge.ts';
import type { CaptchaOffer } from '../../ports/captcha/captcha.ts';
import { issuePass, readPass } from '../../ports/captcha/pass.ts';
import * as contract from './gate.contract.ts';
import { makeChallenges } from './challenges.ts';
import { type Gate, listGates } from './gate.ts';
import { claimAction, closeGate } from './pass-gates.ts';

const captchaCall = { timeoutMs: 3_000 };

type View = Extract<CaptchaOffer, { outcome: 'offered' }>['view'];

/** Images travel as base64 within the JSON answer. */
function viewWire(view: View): unknown {
  return Object.fromEntries(
    Object.entries(view).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ]),
  );
}

type Answered = {
  readonly trail?: readonly { x: number; y: number; atMs: number }[] | undefined;
  readonly clicks?: readonly { x: number; y: number }[] | undefined;
  readonly text?: string | undefined;
};

function responseOf({ trail, clicks, text }: Answered): CaptchaResponse {
  if (trail !== undefined) return { kind: 'slider', trail };
  if (clicks !== undefined) return { kind: 'picture', clicks };
  return { kind: 'question', text: text ?? '' };
}

/** Captchas of a claim, and the state of the risk controls for everybody to see. */
export function gateRoutes(context: Context): readonly Handled[] {
  const { ports } = context;
  const challenges = makeChallenges(context.db);
  return [
    handle(contract.listGatesRoute, async (request) =>
      request.read(async (tx) => {
        const items = await listGates(tx);
        return {
          items: items.map(({ gate, state, since }) => ({
            gate,
            state,
            ...(since === undefined ? {} : { since: instantText(since) }),
          })),
        };
      }),
    ),
    handle(contract.offerCaptchaRoute, async (request) => {
      request.authorize({ personId: personOf(request.principal) });
      await challenges.requireRound(request.params.roundId);
      const subjectId = residentOf(request.principal).residentAccountId;
      const action = claimAction(request.params.roundId);
      const { kind, form } = request.body;
      const wanted = { subjectId, action, kind, form, now: context.clock() };
      const offer = await ports.captcha.offer(wanted, captchaCall);
      if (offer.outcome === 'unavailable') {
        const gate: Gate = kind === 'picture' ? 'picture' : 'slider';
        return closeGate(context, gate, offer.cause);
      }
      const { challenge, expiresAt, view } = offer;
      return { challenge, expiresAt: instantText(expiresAt), view: viewWire(view) };
    }),
    handle(contract.answerCaptchaRoute, async (request) => {
      request.authorize({ personId: personOf(request.principal) });
      await challenges.requireRound(request.params.roundId);
      const subjectId = residentOf(request.principal).residentAccountId;
      const purpose = { subjectId, action: claimAction(request.params.roundId) };
      const { challenge, pass } = request.body;
      const now = context.clock();
      const nonce = challengeNonce(ports.captchaKeys, challenge);
      if (nonce === undefined) refuse('captcha_invalid');
      const what = { challenge, response: responseOf(request.body), now };
      const verdict = judgeChallenge(ports.captchaKeys, purpose, what);
      // A challenge of somebody else is not ended by a stranger's try.
      const isOwn = verdict.outcome === 'passed' || !verdict.reason.startsWith('other_');
      const isFirst = isOwn && (await challenges.spend(nonce));
      if (verdict.outcome === 'failed' || !isFirst) refuse('captcha_invalid');
      const before =
        pass === undefined
          ? undefined
          : readPass(ports.captchaKeys, purpose, { token: pass, kinds: [], now });
      const earlier = before?.outcome === 'valid' ? before.pass.kinds : [];
      const kinds = [...new Set([...earlier, verdict.kind])];
      const issued = issuePass(ports.captchaKeys, purpose, { kinds, now });
      return { pass: issued.token, kinds, expiresAt: instantText(issued.expiresAt) };
    }),
  ];
}
