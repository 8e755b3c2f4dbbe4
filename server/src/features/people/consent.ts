import {
  type ConsentAnswer,
  type ConsentPurpose,
  consentTexts,
  isAgreed,
  type StandingAnswer,
} from '@huiquan/domain/consent/texts.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';

const sql = twin(import.meta.url);

/** An answer that stands, and when it was given. */
export type Consent = StandingAnswer & { readonly answeredAt: Instant };

/** What a resident answered last, purpose by purpose; a purpose never asked about is missing. */
export async function listConsents(tx: Tx, residentAccountId: string): Promise<readonly Consent[]> {
  return tx.rows<Consent>(sql('standingConsents'), { residentAccountId });
}

/**
 * Keeps a resident's answer to one purpose; it stands until the next, and `refused` withdraws what
 * was agreed. Refuses `content_changed` where the text he saw is not the one in force,
 * `session_ended` for an ended account. Locks the account.
 * @policy spec facts: separate consent for ID and location
 */
export async function answerConsent(
  tx: Tx,
  given: {
    readonly residentAccountId: string;
    readonly purpose: ConsentPurpose;
    readonly version: number;
    readonly answer: ConsentAnswer;
  },
): Promise<void> {
  const { residentAccountId, purpose, version, answer } = given;
  if (version !== consentTexts[purpose].version) refuse('content_changed', { purpose });
  const locked = await tx.maybe(sql('lockAccountOfConsents'), { residentAccountId });
  if (locked === undefined) refuse('session_ended');
  const values = { residentAccountId, purpose, version, answer, now: tx.now };
  await tx.execute(sql('endConsent'), values);
  await tx.execute(sql('insertConsent'), { ...values, consentId: newId(tx.now) });
  await record(tx, {
    kind: `consent.${answer}`,
    subject: { kind: 'resident_account', id: residentAccountId },
    body: { purpose, version },
  });
}

/** Refuses `consent_required` unless the resident agreed to `purpose` under the text in force. */
export async function requireConsent(
  tx: Tx,
  residentAccountId: string,
  purpose: ConsentPurpose,
): Promise<void> {
  const found = await listConsents(tx, residentAccountId);
  if (!isAgreed(found.find((one) => one.purpose === purpose))) {
    refuse('consent_required', { purpose });
  }
}
