import { newId } from '@huiquan/domain/ids.ts';
import { type Instant, instant, instantText } from '@huiquan/domain/instant.ts';
import { findPlaceRule, regionCodes } from '@huiquan/domain/place/outlines.ts';
import { isPlaceEligible } from '@huiquan/domain/place/verdict.ts';
import { Refusal, refuse } from '@huiquan/domain/refusals.ts';
import type { Context } from '../../http/context.ts';
import { groupCommand } from '../../http/group-command.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { personOf, residentOf } from '../../http/principal.ts';
import type { LocationReport } from '../../ports/location.ts';
import { issueCodeRoute, scanShopRoute } from './code.contract.ts';
import {
  anyRegion,
  codeDigits,
  codeRefreshMs,
  issuePaymentCodes,
  type CodeRequest,
} from './payment-code.ts';

/** How exact and how fresh a fix must be where the plan's own gate is not known yet. */
const usualFix = { borderKm: 2, accuracyM: 1_000, ageSeconds: 60 };
const locationTimeoutMs = 2_000;

/**
 * The known regions that `report` lies in. While the location service is down, any: claims are
 * closed then, but wallet and redemption go on.
 * @policy G5, XN23 四(一); fault-37
 */
async function regionsOf(
  context: Context,
  report: LocationReport | undefined,
): Promise<readonly string[] | undefined> {
  if (report === undefined) return undefined;
  const regions: string[] = [];
  for (const region of regionCodes) {
    const rule = findPlaceRule({ region, ...usualFix });
    if (rule === undefined) continue;
    const call = { timeoutMs: locationTimeoutMs };
    const answer = await context.ports.location.judge(report, rule, call);
    if (answer.outcome === 'unavailable') return [anyRegion];
    if (isPlaceEligible(answer.verdict)) regions.push(region);
  }
  return regions;
}

/** What is stored of a code: never its digits, only what they are derived from. */
type MadeCode = {
  readonly requestId: string;
  readonly validFrom: Instant;
  readonly expiresAt: Instant;
};

/** The payment code of the wallet. */
export function paymentCodeRoutes(context: Context): readonly Handled[] {
  const codes = groupCommand<CodeRequest, MadeCode>(context, {
    name: 'payment_codes',
    lane: 'redeem',
    run: async (tx, requests) =>
      (await issuePaymentCodes(tx, context.keys, requests)).map((code, index) => {
        if ('refused' in code) return { refused: new Refusal(code.refused) };
        const { validFrom, expiresAt } = code;
        return { result: { requestId: requests[index]?.requestId ?? '', validFrom, expiresAt } };
      }),
  });
  return [
    handle(issueCodeRoute, async (request) => {
      const personId = personOf(request.principal);
      const { session, agreed } = residentOf(request.principal);
      const { sessionId } = session;
      request.authorize({ personId });
      const { voucherId, location } = request.body;
      // Where he has not agreed to be located, he stands nowhere: the till says what is missing.
      const place = agreed.includes('location') ? location : undefined;
      const regions = await regionsOf(context, place);
      const wanted = { personId, sessionId, requestId: newId(), voucherId, regions };
      const made = await request.grouped(codes, wanted);
      return {
        code: codeDigits(context.keys, personId, made.requestId),
        validFrom: instantText(made.validFrom),
        expiresAt: instantText(made.expiresAt),
        refreshAfter: instantText(instant(made.validFrom + codeRefreshMs)),
      };
    }),
    // XN23 四(三): only the merchant scans; what the resident scans never redeems.
    handle(scanShopRoute, async () => refuse('mode_not_supported')),
  ];
}
