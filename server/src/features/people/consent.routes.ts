import { consentPurposes, consentTexts, isAgreed } from '@huiquan/domain/consent/texts.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { residentOf } from '../../http/principal.ts';
import { answerConsentRoute, listConsentsRoute } from './consent.contract.ts';
import { answerConsent, listConsents } from './consent.ts';

/** What a resident agreed to: asked, told, withdrawn. */
export const consentRoutes: readonly Handled[] = [
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
    const given = { residentAccountId, ...request.body };
    return request.transact(async (tx) => {
      await answerConsent(tx, given);
      return {};
    });
  }),
];
