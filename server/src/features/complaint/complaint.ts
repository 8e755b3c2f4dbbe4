import { maskPhone } from '@huiquan/domain/identity/masks.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instant, type Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { Keys } from '../../keys.ts';
import { countUse, demandOpen } from '../account/attempt.ts';
import { getShop } from '../merchant/shop.ts';
import { currentPlan } from '../programme/load-plan.ts';

const sql = twin(import.meta.url);
const dayMs = 86_400_000;

/** How long the offices have to answer: the documents name no time, seven days is our choice. */
const answerMs = 7 * dayMs;

/** More in a day is a flood, not a resident. */
const filings = { usesMax: 10, windowMs: dayMs };

export type ComplaintKind =
  | 'claim'
  | 'payment'
  | 'refund'
  | 'price'
  | 'refused'
  | 'misuse'
  | 'other';
export type ComplaintDecision = 'upheld' | 'dismissed' | 'explained';

type Complainant = {
  readonly residentAccountId: string;
  /** Undefined before the real name is verified. */
  readonly personId: string | undefined;
};

/** What a resident complains about. */
export type NewComplaint = Complainant & {
  readonly programmeId: string;
  readonly kind: ComplaintKind;
  readonly text: string;
  readonly shopId?: string | undefined;
  readonly redemptionId?: string | undefined;
};

/** Where a complaint stands: the programme, and the shop it is about if any. */
async function placeOf(tx: Tx, asked: NewComplaint) {
  const { programmeId, redemptionId, personId, shopId } = asked;
  const { state } = await currentPlan(tx, programmeId);
  if (state === 'draft') refuse('not_found');
  if (redemptionId === undefined) {
    return shopId === undefined ? null : (await getShop(tx, shopId)).shopId;
  }
  type Row = { readonly programmeId: string; readonly shopId: string };
  const values = { personId: personId ?? null, redemptionId };
  const found = await tx.maybe<Row>(sql('findOwnRedemption'), values);
  const isIt = found?.programmeId === programmeId && (shopId ?? found.shopId) === found.shopId;
  return isIt ? found.shopId : refuse('not_found');
}

/**
 * Files a resident's complaint about a published programme, to be answered in seven days; about
 * one's own payment it stands at the shop that took it. Also who could not prove his name may
 * complain, and about a programme that has ended. Refuses `not_found` for a draft, an unknown shop
 * and a payment that is not his or not of this programme, `too_many_attempts` beyond ten a day.
 * @policy XN23 四(四), 四(五); requirements H1, M5
 */
export async function fileComplaint(
  tx: Tx,
  keys: Keys,
  asked: NewComplaint,
): Promise<{ readonly complaintId: string; readonly dueAt: Instant }> {
  const { programmeId, residentAccountId, kind, text } = asked;
  const shopId = await placeOf(tx, asked);
  const subject = keys.index('session', residentAccountId);
  demandOpen([await countUse(tx, { kind: 'complaint', subject }, filings)]);
  const complaintId = newId(tx.now);
  const dueAt = instant(tx.now + answerMs);
  await tx.execute(sql('insertComplaint'), {
    complaintId,
    programmeId,
    residentAccountId,
    personId: asked.personId ?? null,
    kind,
    shopId,
    redemptionId: asked.redemptionId ?? null,
    envelope: keys.seal(text),
    keyId: keys.currentId,
    now: tx.now,
    dueAt,
  });
  await record(tx, {
    kind: 'complaint.filed',
    subject: { kind: 'complaint', id: complaintId },
    programmeId,
    body: { complaint: kind, ...(shopId === null ? {} : { shopId }) },
  });
  return { complaintId, dueAt };
}

/** A complaint with its answer, opened. */
export type Complaint = {
  readonly complaintId: string;
  readonly programmeId: string;
  readonly kind: ComplaintKind;
  readonly shopName: string | null;
  readonly redemptionId: string | null;
  readonly text: string;
  readonly filedAt: Instant;
  readonly dueAt: Instant;
  readonly answer: ComplaintAnswer | undefined;
};

type ComplaintAnswer = {
  readonly decision: ComplaintDecision;
  readonly text: string;
  readonly at: Instant;
  /** The organisation of whoever answered. */
  readonly by: string | null;
};

type Row = Omit<Complaint, 'text' | 'answer'> & {
  readonly envelope: Buffer;
  readonly keyId: number;
  readonly decision?: ComplaintDecision | null;
  readonly answerEnvelope?: Buffer | null;
  readonly answerKeyId?: number | null;
  readonly answeredAt?: Instant | null;
  readonly answeredBy?: string | null;
};

function answerOf(keys: Keys, row: Row): ComplaintAnswer | undefined {
  const { decision, answerEnvelope, answerKeyId, answeredAt, answeredBy = null } = row;
  // The row has all of them or none: a check constraint says so.
  if (!decision || !answerEnvelope || !answeredAt || typeof answerKeyId !== 'number') {
    return undefined;
  }
  const text = keys.open(answerEnvelope, answerKeyId);
  return { decision, text, at: answeredAt, by: answeredBy };
}

function opened(keys: Keys, row: Row): Complaint {
  const { complaintId, programmeId, kind, shopName, redemptionId, filedAt, dueAt } = row;
  const text = keys.open(row.envelope, row.keyId);
  const facts = { complaintId, programmeId, kind, shopName, redemptionId, filedAt, dueAt };
  return { ...facts, text, answer: answerOf(keys, row) };
}

type PageAsked = { readonly after?: string | undefined; readonly limit: number };

/** A page of one's own complaints with their answers, newest first, after the one named. */
export async function listOwnComplaints(
  tx: Tx,
  keys: Keys,
  page: Complainant & PageAsked,
): Promise<readonly (Complaint & { readonly programmeTitle: string })[]> {
  const { residentAccountId, personId = null, after: before = null, limit } = page;
  const values = { residentAccountId, personId, before, limit };
  const rows = await tx.rows<Row & { programmeTitle: string }>(sql('listOwnComplaints'), values);
  return rows.map((row) => ({ ...opened(keys, row), programmeTitle: row.programmeTitle }));
}

/** A complaint as the offices see it: the complainant is a masked phone. */
export type ProgrammeComplaint = Complaint & { readonly phone: string; readonly isLate: boolean };

function phoneIn(envelope: string): string {
  return String(Reflect.get(Object(JSON.parse(envelope)), 'phone') ?? '');
}

/** A page of a programme's complaints, open (first due first) or answered (newest first). */
export async function listComplaints(
  tx: Tx,
  keys: Keys,
  page: PageAsked & { readonly programmeId: string; readonly state: 'open' | 'answered' },
): Promise<readonly ProgrammeComplaint[]> {
  const { state, programmeId, after = null, limit } = page;
  type Listed = Row & { readonly accountEnvelope: Buffer; readonly accountKeyId: number };
  const statement = state === 'open' ? sql('listOpenComplaints') : sql('listAnsweredComplaints');
  const rows = await tx.rows<Listed>(statement, { programmeId, after, limit });
  return rows.map((row) => ({
    ...opened(keys, row),
    phone: maskPhone(phoneIn(keys.open(row.accountEnvelope, row.accountKeyId))),
    isLate: (row.answeredAt ?? tx.now) > row.dueAt,
  }));
}

/** How many complaints of a programme wait for an answer, and how many of them are late. */
export async function countOpenComplaints(
  tx: Tx,
  programmeId: string,
): Promise<{ readonly openCount: number; readonly lateCount: number }> {
  type Counts = { readonly openCount: bigint; readonly lateCount: bigint };
  const counts = await tx.one<Counts>(sql('countOpenComplaints'), { programmeId, now: tx.now });
  return { openCount: Number(counts.openCount), lateCount: Number(counts.lateCount) };
}

/** The programme a complaint is about. Refuses `not_found`. */
export async function programmeOfComplaint(tx: Tx, complaintId: string): Promise<string> {
  const found = await tx.maybe<{ programmeId: string }>(sql('findComplaint'), { complaintId });
  return found?.programmeId ?? refuse('not_found');
}

/**
 * Answers a complaint and closes it, with a decision; the complainant sees both. Refuses
 * `not_found`, `already_decided` where somebody was first.
 * @policy requirement H1
 */
export async function answerComplaint(
  tx: Tx,
  keys: Keys,
  given: {
    readonly complaintId: string;
    readonly decision: ComplaintDecision;
    readonly text: string;
    readonly staffId: string;
  },
): Promise<Instant> {
  const { complaintId, decision, text, staffId } = given;
  const programmeId = await programmeOfComplaint(tx, complaintId);
  const sealed = { envelope: keys.seal(text), keyId: keys.currentId };
  const values = { complaintId, decision, ...sealed, staffId, now: tx.now };
  if ((await tx.execute(sql('answerComplaint'), values)) === 0) refuse('already_decided');
  await record(tx, {
    kind: 'complaint.answered',
    subject: { kind: 'complaint', id: complaintId },
    programmeId,
    body: { decision },
  });
  return tx.now;
}
