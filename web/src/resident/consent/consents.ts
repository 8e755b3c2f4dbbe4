import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  type ConsentAnswer,
  type ConsentPurpose,
  consentTexts,
} from '@huiquan/domain/consent/texts.ts';
import type * as contract from '../../../../server/src/features/people/consent.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import type { Key } from '../words.ts';

/** A purpose with what this person answered to it. */
export type Consent = ReplyOf<typeof contract.listConsentsRoute>['items'][number];

/** What each purpose is called, what is asked, and what cannot be done without it. */
export const purposeWords = {
  real_name: {
    title: 'consentRealName',
    text: 'consentRealNameText',
    needed: 'consentRealNameNeeded',
  },
  location: {
    title: 'consentLocation',
    text: 'consentLocationText',
    needed: 'consentLocationNeeded',
  },
  messages: {
    title: 'consentMessages',
    text: 'consentMessagesText',
    needed: 'consentMessagesText',
  },
} as const satisfies Readonly<Record<ConsentPurpose, Readonly<Record<string, Key>>>>;

/** The query of the answers. */
export const consentsKey = ['consents'] as const;

/** The answers of whoever is signed in. */
export async function fetchConsents(): Promise<readonly Consent[]> {
  const { items } = await call<typeof contract.listConsentsRoute>('GET /api/me/consents', {});
  return items;
}

/** The answers of whoever is signed in; asked for only where somebody is. */
export function useConsents(enabled: boolean) {
  return useQuery({ queryKey: consentsKey, queryFn: fetchConsents, enabled });
}

/** Answers a purpose under the text that this page shows. */
export function useAnswer() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (given: { readonly purpose: ConsentPurpose; readonly answer: ConsentAnswer }) =>
      call<typeof contract.answerConsentRoute>('POST /api/me/consents', {
        body: { ...given, version: consentTexts[given.purpose].version },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: consentsKey }),
  });
}
