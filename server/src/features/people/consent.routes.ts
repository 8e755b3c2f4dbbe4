import { consentPurposes, consentTexts, isAgreed } from '@huiquan/domain/consent/texts.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import type { Context } from '../../http/context.ts';
import { groupCommand } from '../../http/group-command.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { residentOf } from '../../http/principal.ts';
import { answerConsentRoute, listConsentsRoute } from './consent.contract.ts';
import { answerConsents, listConsents, type GivenAnswer } from './consent.ts';

/** What a resident agreed to: asked, told, withdrawn. */
export function consentRoutes(context: Context): readonly Handled[] {
  const answers = groupCommand<GivenAnswer, object>(context, {
    name: 'consents',
    lane: 'signIn',
    run: answerConsents,
  });
  return [
    handle(listConsentsRoute, async (request) => {
      const { residentAccountId } = residentOf(request.principal);
      const found = await request.read((tx) => listConsents(tx, residentAccountId));
      return {
        items: consentPurposes.map((purpose) => {
          const standing = found.find((one) => one.purpose === purpose);
          const told = { purpose, ...consentTexts[purpose], isAgreed: isAgreed(standing) };
          if (standing === undefined) return told;
          const { answer, version, answeredAt } = standing;
          return { ...told, answered: { answer, version, at: instantText(answeredAt) } };
        }),
      };
    }),
    handle(answerConsentRoute, async (request) => {
      const { residentAccountId } = residentOf(request.principal);
      await request.grouped(answers, { residentAccountId, ...request.body });
      return {};
    }),
  ];
}
