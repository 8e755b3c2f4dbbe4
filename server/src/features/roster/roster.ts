import type { Reach } from '@huiquan/domain/access.ts';
import type { Fen } from '@huiquan/domain/fen.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { ensureListedPersons } from '../people/listed-persons.ts';
import { currentPlan, requireRunning } from '../programme/load-plan.ts';
import { recountRoster, removeRows } from './import.ts';
import { requirePayment } from './payment.ts';

const sql = twin(import.meta.url);

export type RosterState = 'importing' | 'imported' | 'confirmed' | 'cancelled' | 'failed';

/** A roster as its row says, with its report. */
export type Roster = {
  readonly rosterId: string;
  readonly programmeId: string;
  readonly organisationId: string;
  readonly organisationPath: string;
  readonly organisationName: string;
  readonly source: string;
  readonly fileName: string;
  readonly state: RosterState;
  readonly rowsTotal: number;
  readonly rowsAccepted: number;
  readonly rowsFailed: number;
  readonly rowsDuplicate: number;
  readonly rowsExisting: number;
  readonly rowsQuestioned: number;
  readonly amountFen: Fen;
  readonly contentHash: Buffer | null;
  readonly preparedBy: string;
  readonly confirmedBy: string | null;
  readonly createdAt: Instant;
  readonly openTasks: bigint;
};

type Locked = Pick<
  Roster,
  'rosterId' | 'programmeId' | 'organisationId' | 'source' | 'state' | 'amountFen' | 'preparedBy'
> & { readonly contentHash: Buffer | null };

/** The roster with its report; refuses `not_found`. */
export async function getRoster(tx: Tx, rosterId: string): Promise<Roster> {
  return (await tx.maybe<Roster>(sql('findRoster'), { rosterId })) ?? refuse('not_found');
}

/** A page of a programme's rosters, newest first, from before the id `before`. */
export async function listRosters(
  tx: Tx,
  asked: {
    readonly programmeId: string;
    readonly reach: Pick<Reach, 'everything' | 'organisationPaths' | 'programmeIds'>;
    readonly before: string | undefined;
    readonly limit: number;
  },
): Promise<Roster[]> {
  const { programmeId, before = null, limit } = asked;
  const { everything, programmeIds, organisationPaths: paths } = asked.reach;
  const values = { programmeId, everything, programmeIds, paths, before, limit };
  return tx.rows<Roster>(sql('listRosters'), values);
}

async function lockImported(tx: Tx, rosterId: string): Promise<Locked> {
  const roster = await tx.maybe<Locked>(sql('lockRoster'), { rosterId });
  if (roster === undefined) refuse('not_found');
  if (roster.state !== 'imported') refuse('already_decided', { state: roster.state });
  return roster;
}

/**
 * Organisations whose lists of ID numbers are lists of record: whoever stands there is a person.
 */
const authorities: ReadonlySet<string> = new Set([
  'province',
  'county_government',
  'commerce_bureau',
  'finance_bureau',
  'industry_bureau',
  'medical_insurance_bureau',
  'town',
]);
/** Rows per statement: well within the time a statement has. */
const rangeRows = 50_000;

type Confirmed = { readonly rows: number; readonly newPersons: number };

async function confirmRows(tx: Tx, roster: Locked, namesByNumber: boolean): Promise<Confirmed> {
  const { rosterId, organisationId } = roster;
  const { kind } = await tx.one<{ kind: string }>(sql('kindOfOrganisation'), { organisationId });
  const { last } = await tx.one<{ last: number }>(sql('lastRowOfRoster'), { rosterId });
  let rows = 0;
  let newPersons = 0;
  for (let from = 1; from <= last; from += rangeRows) {
    const range = { rosterId, from, to: from + rangeRows };
    if (namesByNumber && authorities.has(kind)) newPersons += await ensureListedPersons(tx, range);
    const values = { ...range, now: tx.now, namesByNumber };
    rows += await tx.execute(sql('confirmEntitlements'), values);
  }
  return { rows, newPersons };
}

/**
 * Confirms an imported roster as it was seen (`contentHash` in hex), by another person than the one
 * who handed it in: its rows become entitlements that may be issued. A roster must fit its payment
 * (`requirePayment`). The people on an authority's list of record become persons, and rows whose
 * persons are known are bound, at once. Refuses `already_decided`, `content_changed`,
 * `separation_of_duties`, `fund_not_confirmed`, `payment_differs` and `insufficient_funds` (with
 * both
 * figures), `state_conflict` while duplicates are undecided, `nothing_to_issue` for a roster
 * without
 * rows. Locks the roster.
 * @policy SX20 一(二)1–2, SM23 五(二), 七(一), 十(五); requirements O3, O7
 */
export async function confirmRoster(
  tx: Tx,
  input: { readonly rosterId: string; readonly contentHash: string },
): Promise<void> {
  const roster = await lockImported(tx, input.rosterId);
  const { rosterId, programmeId } = roster;
  if (roster.contentHash?.toString('hex') !== input.contentHash) refuse('content_changed');
  if (roster.preparedBy === tx.actor.id) refuse('separation_of_duties');
  const { openTasks } = await getRoster(tx, rosterId);
  if (openTasks > 0n) refuse('state_conflict', { openTasks: Number(openTasks) });
  if (roster.amountFen === 0n) refuse('nothing_to_issue', { rosterId });
  const current = await currentPlan(tx, programmeId);
  requireRunning(current);
  await requirePayment(tx, current.plan, roster);
  const values = { rosterId, confirmedBy: tx.actor.id, now: tx.now };
  await tx.execute(sql('confirmRoster'), values);
  const namesByNumber = current.plan.rosterIdentity === 'id_number';
  const { rows, newPersons } = await confirmRows(tx, roster, namesByNumber);
  await record(tx, {
    kind: 'roster.confirmed',
    subject: { kind: 'roster', id: rosterId },
    programmeId,
    body: { contentHash: input.contentHash, rows, newPersons, amountFen: roster.amountFen },
  });
}

/**
 * Withdraws a roster that nobody confirmed: its rows go, its people may stand on another list and
 * its file may be uploaded again. Refuses `not_found`, `already_decided`. Locks the roster.
 */
export async function cancelRoster(tx: Tx, input: { readonly rosterId: string }): Promise<void> {
  const { rosterId, programmeId } = await lockImported(tx, input.rosterId);
  await tx.execute(sql('cancelRoster'), { rosterId });
  await removeRows(tx, rosterId);
  await record(tx, {
    kind: 'roster.cancelled',
    subject: { kind: 'roster', id: rosterId },
    programmeId,
  });
}

/** One wrong row of a file; `cells` are sealed. */
export type Problem = {
  readonly rowNumber: number;
  readonly code: string;
  readonly details: {
    readonly column?: string;
    readonly capFen?: number;
    readonly clause?: string;
    readonly row?: number;
    readonly rosterId?: string;
  };
  readonly cells: Buffer | null;
  readonly keyId: number | null;
};

/** A page of what was wrong with a roster's rows, after a row and code. */
export async function listProblems(
  tx: Tx,
  asked: {
    readonly rosterId: string;
    readonly after: { readonly rowNumber: number; readonly code: string } | undefined;
    readonly limit: number;
  },
): Promise<Problem[]> {
  const { rosterId, after, limit } = asked;
  const values = { rosterId, afterRow: after?.rowNumber ?? 0, afterCode: after?.code ?? '', limit };
  return tx.rows<Problem>(sql('listProblems'), values);
}

/** The header of the file a roster was read from, as written. */
export async function headerOf(tx: Tx, rosterId: string): Promise<readonly string[]> {
  return (await tx.one<{ header: string[] }>(sql('headerOfRoster'), { rosterId })).header;
}

/** A questioned row. */
export type DuplicateTask = {
  readonly duplicateTaskId: string;
  readonly rowNumber: number;
  readonly reason: 'same_phone_other_name' | 'same_identity_other_name';
  readonly state: 'open' | 'same_person' | 'two_persons';
};

/**
 * Decides whether a questioned row is the same person as another or a second one; a second one is
 * taken into the roster, whose hash changes. Refuses `not_found`, `already_decided`, and
 * `state_conflict` for two persons of one ID number, or one whom another list has taken by now.
 * @policy requirement O2
 */
export async function decideDuplicate(
  tx: Tx,
  input: {
    readonly rosterId: string;
    readonly duplicateTaskId: string;
    readonly decision: 'same_person' | 'two_persons';
  },
): Promise<void> {
  const { duplicateTaskId, decision } = input;
  type Task = Pick<Roster, 'rosterId' | 'programmeId' | 'source'> & DuplicateTask;
  const task = await tx.maybe<Task & { rosterState: RosterState }>(sql('lockTask'), {
    duplicateTaskId,
  });
  if (task?.rosterId !== input.rosterId) refuse('not_found');
  if (task.state !== 'open' || task.rosterState !== 'imported') {
    refuse('already_decided', { state: task.state });
  }
  const { reason } = task;
  // Of one ID number there are no two persons: one of the rows must be corrected and handed in
  // again.
  if (decision === 'two_persons' && reason === 'same_identity_other_name') {
    refuse('state_conflict', { reason });
  }
  const values = { duplicateTaskId, state: decision, decidedBy: tx.actor.id, now: tx.now };
  await tx.execute(sql('decideTask'), values);
  if (decision === 'two_persons') {
    const { programmeId, source } = task;
    const admitted = await tx.execute(sql('admitTask'), { duplicateTaskId, programmeId, source });
    if (admitted === 0) refuse('state_conflict', { reason: 'exists' });
  }
  await recountRoster(tx, task.rosterId);
  await record(tx, {
    kind: 'roster.duplicate_decided',
    subject: { kind: 'roster', id: task.rosterId },
    programmeId: task.programmeId,
    body: { duplicateTaskId, decision },
  });
}
