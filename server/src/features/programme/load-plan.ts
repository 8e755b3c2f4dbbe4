import type { ObjectScope } from '@huiquan/domain/access.ts';
import type { ActName, Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { normalizePlan } from '@huiquan/domain/plan/normalize.ts';
import type { PlanFile } from '@huiquan/domain/plan/plan.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Asking, Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';

const sql = twin(import.meta.url);

export type ProgrammeState = 'draft' | 'published' | 'stopped' | 'closing' | 'closed';

/** A programme with the plan that is in force now. */
export type CurrentPlan = {
  readonly programmeId: string;
  readonly code: string;
  readonly state: ProgrammeState;
  readonly versionId: string;
  readonly plan: Plan;
};

/** Plans kept in memory; a version never changes, so its hash is asked only to be sure of that. */
const cacheMax = 200;
const cache = new Map<string, Plan>();

async function planOf(asking: Asking, versionId: string, contentHash: Buffer): Promise<Plan> {
  const key = `${versionId} ${contentHash.toString('hex')}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const row = await asking.one<{ plan: PlanFile }>(sql('findVersionFile'), { versionId });
  const plan = normalizePlan(row.plan);
  const [oldest] = cache.keys();
  if (cache.size >= cacheMax && oldest !== undefined) cache.delete(oldest);
  cache.set(key, plan);
  return plan;
}

/** The effective plan of a version, whatever its state. Refuses `not_found`. */
export async function loadPlan(tx: Tx, versionId: string): Promise<Plan> {
  const row = await tx.maybe<{ contentHash: Buffer }>(sql('findVersionHash'), { versionId });
  return row === undefined ? refuse('not_found') : planOf(tx, versionId, row.contentHash);
}

/**
 * The plan in force now: of the approved versions the one that took effect last (P4).
 * Refuses `not_found` for an unknown programme and `programme_not_running` for one without an
 * approved version. The state is told, not judged: see `requireRunning`.
 */
export async function currentPlan(asking: Asking, programmeId: string): Promise<CurrentPlan> {
  type Row = Omit<CurrentPlan, 'plan' | 'versionId'> & {
    readonly versionId: string | null;
    readonly contentHash: Buffer | null;
  };
  const row = await asking.maybe<Row>(sql('findCurrentVersion'), { programmeId });
  if (row === undefined) refuse('not_found');
  const { code, state, versionId, contentHash } = row;
  if (versionId === null || contentHash === null) refuse('programme_not_running', { state });
  return {
    programmeId,
    code,
    state,
    versionId,
    plan: await planOf(asking, versionId, contentHash),
  };
}

/**
 * Refuses `programme_closed` once closing has begun, and `programme_not_running` while the
 * programme
 * is a draft or stopped.
 */
export function requireRunning(current: { readonly state: ProgrammeState }): void {
  const { state } = current;
  if (state === 'closing' || state === 'closed') refuse('programme_closed', { state });
  if (state !== 'published') refuse('programme_not_running', { state });
}

/** Which side of an act with two persons. */
export type Side = 'prepare' | 'approve';

/** The ids of the plan's parties that it names for `act`; undefined where it is silent. */
export function namedParties(plan: Plan, act: ActName, side: Side): readonly string[] | undefined {
  const named = plan.approvals.filter((approval) => approval.act === act);
  if (named.length === 0) return undefined;
  return named.flatMap((one) => (side === 'prepare' ? one.preparedBy : one.approvedBy));
}

/** Parties that many organisations play, each for its own people or its own part of the tree. */
const branchRoles: ReadonlySet<string> = new Set(['branch_union', 'enterprise', 'union']);

/**
 * Where an act on a programme stands, for `request.authorize`: its programme, its organiser's place
 * in the tree, and the organisations that the plan in force names for this side of the act, which
 * then decide in place of the matrix. `ownerPath` is the place of the organisation whose thing it
 * is
 * (a branch union's order): of unions and enterprises only itself and those above it are named
 * then,
 * never its neighbours.
 * @policy requirement P6; XN23 五(一), SM23 十, SX20 一(二); att-Z4
 */
export async function actScope(
  tx: Tx,
  asked: {
    readonly programmeId: string;
    readonly act: ActName;
    readonly side: Side;
    readonly ownerPath?: string | undefined;
    /** The plan that names the parties, where it is not the one in force. */
    readonly plan?: Plan;
  },
): Promise<ObjectScope> {
  const { programmeId, ownerPath } = asked;
  const scope = await programmeScope(tx, programmeId);
  const plan = asked.plan ?? (await currentPlan(tx, programmeId)).plan;
  const parties = namedParties(plan, asked.act, asked.side);
  const place = ownerPath === undefined ? scope : { ...scope, organisationPath: ownerPath };
  if (parties === undefined) return place;
  const isBranch = (id: string) =>
    plan.parties.some((party) => party.id === id && party.roles.some((r) => branchRoles.has(r)));
  const rows = await tx.rows<{ organisationId: string }>(sql('partiesAmong'), {
    programmeId,
    parties: ownerPath === undefined ? parties : parties.filter((id) => !isBranch(id)),
    branches: ownerPath === undefined ? [] : parties.filter(isBranch),
    ownerPath: ownerPath ?? '',
  });
  return { ...place, namedOrganisationIds: rows.map((row) => row.organisationId) };
}

/** A programme's place for `request.authorize`. Refuses `not_found`. */
export async function programmeScope(tx: Tx, programmeId: string): Promise<ObjectScope> {
  const row = await tx.maybe<{ path: string }>(sql('findOrganiserPath'), { programmeId });
  if (row === undefined) refuse('not_found');
  return { programmeId, organisationPath: row.path };
}

/** Which organisations play which party. */
export type Party = { readonly party: string; readonly organisationId: string };

/** The parties of a programme, in the order of their ids. */
export async function partiesOf(tx: Tx, programmeId: string): Promise<readonly Party[]> {
  return tx.rows<Party>(sql('findParties'), { programmeId });
}

/** The place of an organisation in the tree, if there is such an organisation. */
export async function findOrganisationPath(
  tx: Tx,
  organisationId: string,
): Promise<string | undefined> {
  const row = await tx.maybe<{ path: string }>(sql('findOrganisationPath'), { organisationId });
  return row?.path;
}
