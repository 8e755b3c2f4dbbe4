import { type Instant, instant, startOfDay } from '@huiquan/domain/instant.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { hasErrors } from '@huiquan/domain/plan/check.ts';
import type { Finding } from '@huiquan/domain/plan/findings.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { loadPlan, type Party, type ProgrammeState } from './load-plan.ts';
import type { PreparedPlan } from './prepared-plan.ts';

const sql = twin(import.meta.url);

export type VersionState = 'prepared' | 'approved' | 'rejected' | 'superseded';

/** A version of a programme's plan as its approver sees it; the text is read apart. */
export type Version = {
  readonly versionId: string;
  readonly programmeId: string;
  readonly number: number;
  readonly state: VersionState;
  readonly contentHash: Buffer;
  /** The version whose dates this one moves, where it was prepared as an extension. */
  readonly extendsVersionId: string | null;
  readonly preparedBy: string;
  readonly approvedBy: string | null;
  readonly createdAt: Instant;
  readonly effectiveFrom: Instant | null;
  readonly parties: readonly Party[];
  readonly findings: readonly Finding[];
  /** The organisations whose people prepared and approved it. */
  readonly preparedAtName: string | null;
  readonly approvedAtName: string | null;
};

export type Prepared = {
  readonly programmeId: string;
  readonly versionId: string;
  readonly number: number;
};

/**
 * Creates a programme as a draft with its first version waiting for approval. Refuses `not_found`
 * for an organiser or party that is no organisation, `invalid_rule` for a party the plan does not
 * know, `state_conflict` for a code that is taken.
 * @policy requirements P1, P6
 */
export async function createProgramme(
  tx: Tx,
  input: {
    readonly prepared: PreparedPlan;
    readonly organiserId: string;
    /** The plan's own id where nothing else is said. */
    readonly code?: string | undefined;
  },
): Promise<Prepared> {
  const { prepared, organiserId } = input;
  const programmeId = newId();
  const code = input.code ?? prepared.file.id;
  const values = { programmeId, code, title: prepared.file.name, organiserId, now: tx.now };
  const row = await tx.maybe(sql('insertProgramme'), values);
  if (row === undefined) {
    const { taken } = await tx.one<{ taken: boolean }>(sql('codeIsTaken'), { code });
    refuse(taken ? 'state_conflict' : 'not_found', taken ? { code } : { organiserId });
  }
  return storeVersion(tx, { programmeId, prepared, act: 'programme.created' });
}

/**
 * Prepares the next version of a programme; one at a time may wait for approval. While the
 * programme is a draft the parties may still change; later the version may only add some. Refuses
 * `not_found`, `programme_closed`, `state_conflict` while another version waits.
 * @policy requirement P4
 */
export async function prepareVersion(
  tx: Tx,
  input: {
    readonly programmeId: string;
    readonly prepared: PreparedPlan;
    /** Set by an extension: the version whose dates are moved. */
    readonly extendsVersionId?: string;
  },
): Promise<Prepared> {
  const { programmeId } = input;
  const found = await tx.maybe<{ state: ProgrammeState }>(sql('lockProgramme'), { programmeId });
  if (found === undefined) refuse('not_found');
  if (found.state === 'closing' || found.state === 'closed') refuse('programme_closed');
  if (found.state === 'draft') await tx.execute(sql('clearParties'), { programmeId });
  const { extendsVersionId } = input;
  const act =
    extendsVersionId === undefined ? 'programme.prepared' : 'programme.extension_prepared';
  return storeVersion(tx, { ...input, act, isDraft: found.state === 'draft' });
}

async function storeVersion(
  tx: Tx,
  input: {
    readonly programmeId: string;
    readonly prepared: PreparedPlan;
    readonly act: string;
    readonly extendsVersionId?: string;
    readonly isDraft?: boolean;
  },
): Promise<Prepared> {
  const { programmeId, prepared } = input;
  const versionId = newId();
  const { parties, sourceText, contentHash, findings } = prepared;
  await requireKnownParties(tx, prepared);
  const inserted = await tx.maybe<{ number: number }>(sql('insertVersion'), {
    versionId,
    programmeId,
    sourceText,
    plan: prepared.file,
    contentHash,
    parties,
    findings,
    extendsVersionId: input.extendsVersionId ?? null,
    preparedBy: tx.actor.id,
    now: tx.now,
  });
  if (inserted === undefined) refuse('state_conflict', { waiting: 'version' });
  if (input.isDraft !== false) await addParties(tx, programmeId, parties);
  await record(tx, {
    kind: input.act,
    subject: { kind: 'programme_version', id: versionId },
    programmeId,
    body: {
      number: inserted.number,
      contentHash: contentHash.toString('hex'),
      parties,
      findings: findings.map((one) => one.code),
    },
  });
  return { programmeId, versionId, number: inserted.number };
}

/** Parties are those of the plan, played by organisations that exist. */
async function requireKnownParties(tx: Tx, { file, parties }: PreparedPlan): Promise<void> {
  const known = new Set(file.parties.map((one) => one.id));
  const strange = parties.filter((one) => !known.has(one.party));
  if (strange.length > 0) refuse('invalid_rule', { unknownParties: strange.map((p) => p.party) });
  const organisationIds = [...new Set(parties.map((one) => one.organisationId))];
  const { found } = await tx.one<{ found: bigint }>(sql('countOrganisations'), { organisationIds });
  if (Number(found) !== organisationIds.length) refuse('not_found', { what: 'organisation' });
}

async function addParties(tx: Tx, programmeId: string, parties: readonly Party[]): Promise<void> {
  await tx.execute(sql('insertParties'), {
    programmeId,
    parties: parties.map((one) => one.party),
    organisationIds: parties.map((one) => one.organisationId),
  });
}

/** A version with its findings. Refuses `not_found`. */
export async function getVersion(tx: Tx, versionId: string): Promise<Version> {
  return (await tx.maybe<Version>(sql('findVersion'), { versionId })) ?? refuse('not_found');
}

/** The plan file of a version as it was written. Refuses `not_found`. */
export async function getVersionText(tx: Tx, versionId: string): Promise<string> {
  const row = await tx.maybe<{ sourceText: string }>(sql('findVersionText'), { versionId });
  return row?.sourceText ?? refuse('not_found');
}

/**
 * Approves a version, by another person than prepared it, as the text whose hash that person saw.
 * The first approval publishes the programme. It takes effect now, or on the day its document names
 * when that is later and another version is in force; of two in force the later wins. Locks the
 * programme. Refuses `plan_has_errors` with the findings' codes, `content_changed`,
 * `already_decided`, `separation_of_duties`; `state_conflict` for an extension, which moves
 * vouchers and is approved as one.
 * @policy requirements P4, P6; inv-45
 */
export async function approveVersion(
  tx: Tx,
  input: {
    readonly versionId: string;
    readonly seenHash: Buffer;
    readonly as?: 'publication' | 'extension';
  },
): Promise<{ readonly programmeId: string; readonly effectiveFrom: Instant }> {
  const { versionId, seenHash } = input;
  const version = await getVersion(tx, versionId);
  const { programmeId } = version;
  const locked = await tx.one<{ state: ProgrammeState }>(sql('lockProgramme'), { programmeId });
  if (locked.state === 'closing' || locked.state === 'closed') refuse('programme_closed');
  const kind = version.extendsVersionId === null ? 'publication' : 'extension';
  if (kind !== (input.as ?? 'publication')) refuse('state_conflict', { version: kind });
  if (hasErrors(version.findings)) refuse('plan_has_errors', { codes: errorCodes(version) });
  const plan = await loadPlan(tx, versionId);
  const effectiveFrom = effectFrom(tx.now, locked.state, plan.document.effective_from);
  const values = { versionId, seenHash, approvedBy: tx.actor.id, effectiveFrom };
  const approved = await tx.maybe(sql('approveVersion'), values);
  if (approved === undefined) await refuseDecision(tx, versionId);
  await addParties(tx, programmeId, version.parties);
  if (effectiveFrom <= tx.now) {
    await tx.execute(sql('supersedeEarlier'), { programmeId, versionId, effectiveFrom });
    await tx.execute(sql('putInForce'), { programmeId, versionId, title: plan.name });
  }
  const subject = { kind: 'programme_version', id: versionId };
  const body = { contentHash: seenHash.toString('hex'), effectiveFrom };
  await record(tx, { kind: `programme.${kind}_approved`, subject, programmeId, body });
  return { programmeId, effectiveFrom };
}

function errorCodes(version: Version): readonly string[] {
  return version.findings.filter((one) => one.severity === 'error').map((one) => one.code);
}

/**
 * When a version approved at `now` takes effect: at once, or on the day its document names when
 * that is later and another version is in force.
 */
export function effectFrom(now: Instant, state: ProgrammeState, day: string | undefined): Instant {
  if (state === 'draft' || day === undefined) return now;
  return instant(Math.max(now, startOfDay(day)));
}

async function refuseDecision(tx: Tx, versionId: string): Promise<never> {
  const { state } = await getVersion(tx, versionId);
  refuse(state === 'prepared' ? 'content_changed' : 'already_decided', { state });
}

/** Rejects a waiting version with a reason. Refuses `not_found`, `already_decided`. */
export async function rejectVersion(
  tx: Tx,
  input: { readonly versionId: string; readonly reason: string },
): Promise<void> {
  const { versionId, reason } = input;
  const row = await tx.maybe<{ programmeId: string }>(sql('rejectVersion'), { versionId });
  if (row === undefined) {
    const { state } = await getVersion(tx, versionId);
    refuse('already_decided', { state });
  }
  const subject = { kind: 'programme_version', id: versionId };
  const { programmeId } = row;
  await record(tx, { kind: 'programme.rejected', subject, programmeId, body: { reason } });
}

/**
 * Shows in the programmes' lists the versions whose day has come. Which plan is in force never
 * waits for it: `currentPlan` compares. Answers how many programmes moved on, 100 at most.
 */
export async function bringVersionsIntoForce(tx: Tx): Promise<number> {
  type Due = { programmeId: string; versionId: string; effectiveFrom: Instant };
  const due = await tx.rows<Due>(sql('dueVersions'), { now: tx.now });
  for (const { programmeId, versionId, effectiveFrom } of due) {
    const plan = await loadPlan(tx, versionId);
    await tx.execute(sql('supersedeEarlier'), { programmeId, versionId, effectiveFrom });
    await tx.execute(sql('putInForce'), { programmeId, versionId, title: plan.name });
    const subject = { kind: 'programme_version', id: versionId };
    await record(tx, { kind: 'programme.version_in_force', subject, programmeId });
  }
  return due.length;
}
