import {
  type ConsentAnswer,
  type ConsentPurpose,
  consentTexts,
  isAgreed,
  type StandingAnswer,
} from '@huiquan/domain/consent/texts.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import type { Outcome } from '../../db/group-command.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { wavesOf } from '../../db/waves.ts';
import { recordEach } from '../../events/record.ts';

const sql = twin(import.meta.url);

/** An answer that stands, and when it was given. */
export type Consent = StandingAnswer & { readonly answeredAt: Instant };

/** What residents answered last, purpose by purpose, in the order of `residentAccountIds`. */
async function standingConsents(
  tx: Tx,
  residentAccountIds: readonly string[],
): Promise<readonly (readonly Consent[])[]> {
  type Row = Consent & { readonly residentAccountId: string };
  const rows = await tx.rows<Row>(sql('standingConsents'), { residentAccountIds });
  const byAccount = new Map<string, Consent[]>();
  for (const { residentAccountId, ...consent } of rows) {
    byAccount.set(residentAccountId, [...(byAccount.get(residentAccountId) ?? []), consent]);
  }
  return residentAccountIds.map((id) => byAccount.get(id) ?? []);
}

/** What a resident answered last, purpose by purpose; a purpose never asked about is missing. */
export async function listConsents(tx: Tx, residentAccountId: string): Promise<readonly Consent[]> {
  const [own = []] = await standingConsents(tx, [residentAccountId]);
  return own;
}

/** An answer to one purpose, under the version of the text that was seen. */
export type GivenAnswer = {
  readonly residentAccountId: string;
  readonly purpose: ConsentPurpose;
  readonly version: number;
  readonly answer: ConsentAnswer;
};

/** Keeps answers of different residents; answers those whose account has ended. */
async function keepAnswers(tx: Tx, wave: readonly GivenAnswer[]): Promise<readonly GivenAnswer[]> {
  const locked = await tx.rows<{ residentAccountId: string }>(sql('lockAccountsOfConsents'), {
    residentAccountIds: wave.map((one) => one.residentAccountId),
  });
  const live = new Set(locked.map((row) => row.residentAccountId));
  const kept = wave.filter((one) => live.has(one.residentAccountId));
  const values = {
    residentAccountIds: kept.map((one) => one.residentAccountId),
    purposes: kept.map((one) => one.purpose),
    now: tx.now,
  };
  await Promise.all([
    tx.execute(sql('endConsents'), values),
    tx.execute(sql('insertConsents'), {
      ...values,
      consentIds: kept.map(() => newId(tx.now)),
      versions: kept.map((one) => one.version),
      answers: kept.map((one) => one.answer),
    }),
    recordEach(
      tx,
      kept.map(({ residentAccountId, purpose, version, answer }) => ({
        kind: `consent.${answer}`,
        subject: { kind: 'resident_account', id: residentAccountId },
        body: { purpose, version },
        actor: { kind: 'resident', id: residentAccountId },
      })),
    ),
  ]);
  return wave.filter((one) => !live.has(one.residentAccountId));
}

/**
 * Keeps residents' answers to a purpose each; an answer stands until the next, and `refused`
 * withdraws what was agreed. `content_changed` where the text he saw is not the one in force,
 * `session_ended` for an ended account. Locks the accounts; two answers of one resident are kept
 * one after the other.
 * @policy spec facts: separate consent for ID and location
 */
export async function answerConsents(
  tx: Tx,
  given: readonly GivenAnswer[],
): Promise<readonly Outcome<object>[]> {
  const isOld = ({ purpose, version }: GivenAnswer) => version !== consentTexts[purpose].version;
  const current = given.filter((one) => !isOld(one));
  const gone = new Set<GivenAnswer>();
  for (const wave of wavesOf(current, (one) => [one.residentAccountId])) {
    for (const one of await keepAnswers(tx, wave)) gone.add(one);
  }
  return given.map((one) => {
    if (gone.has(one)) return { refused: new Refusal('session_ended') };
    if (!isOld(one)) return { result: {} };
    return { refused: new Refusal('content_changed', { purpose: one.purpose }) };
  });
}

/** Of these residents those who agreed to `purpose` under the text in force. */
export async function agreedTo(
  tx: Tx,
  purpose: ConsentPurpose,
  residentAccountIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await standingConsents(tx, residentAccountIds);
  const agreed = residentAccountIds.filter((_, index) =>
    isAgreed(found[index]?.find((one) => one.purpose === purpose)),
  );
  return new Set(agreed);
}
