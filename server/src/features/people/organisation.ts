import { newId } from '@huiquan/domain/ids.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';

const sql = twin(import.meta.url);

export const organisationKinds = [
  'province',
  'province_union',
  'city_union',
  'county_union',
  'industry_union',
  'branch_union',
  'county_government',
  'commerce_bureau',
  'finance_bureau',
  'industry_bureau',
  'audit_bureau',
  'police',
  'medical_insurance_bureau',
  'central_bank',
  'town',
  'enterprise',
  'bank',
  'payment_provider',
  'merchant_association',
  'platform',
] as const;
export type OrganisationKind = (typeof organisationKinds)[number];

export const organisationLevels = ['province', 'city', 'county', 'enterprise'] as const;
export type OrganisationLevel = (typeof organisationLevels)[number];

export type NewOrganisation = {
  readonly name: string;
  readonly kind: OrganisationKind;
  readonly parentId?: string | undefined;
  readonly level?: OrganisationLevel | undefined;
  readonly regionCode?: string | undefined;
};

export type Organisation = {
  readonly organisationId: string;
  readonly parentId: string | null;
  readonly kind: OrganisationKind;
  readonly level: OrganisationLevel | null;
  readonly name: string;
  readonly regionCode: string | null;
  /** Ids from the root down, '/a/b/'; a prefix is a subtree. */
  readonly path: string;
};

/** How many organisations or figures one call may carry. */
export const organisationsPerCallMax = 5_000;

/**
 * Adds organisations to the tree, each below a parent that stands there already, in the order
 * given. One record for all of them. Refuses `not_found` when a parent is missing.
 * @policy SX20, requirement O1
 */
export async function createOrganisations(
  tx: Tx,
  organisations: readonly NewOrganisation[],
): Promise<readonly string[]> {
  const rows = organisations.map((organisation) => ({ ...organisation, id: newId() }));
  const [first] = rows;
  if (first === undefined) return [];
  const inserted = await tx.execute(sql('insertOrganisations'), {
    organisationIds: rows.map((row) => row.id),
    parentIds: rows.map((row) => row.parentId ?? null),
    kinds: rows.map((row) => row.kind),
    levels: rows.map((row) => row.level ?? null),
    names: rows.map((row) => row.name),
    regionCodes: rows.map((row) => row.regionCode ?? null),
    now: tx.now,
  });
  if (inserted !== rows.length) refuse('not_found', { missingParents: rows.length - inserted });
  await record(tx, {
    kind: 'organisation.created',
    subject: { kind: 'organisation', id: first.id },
    items: rows.map(({ id, parentId, kind, level, regionCode }) => ({
      organisationId: id,
      parentId: parentId ?? null,
      kind,
      level: level ?? null,
      regionCode: regionCode ?? null,
    })),
  });
  return rows.map((row) => row.id);
}

/** Adds one organisation and answers its id. Refuses `not_found` for an unknown parent. */
export async function createOrganisation(tx: Tx, organisation: NewOrganisation): Promise<string> {
  const [id] = await createOrganisations(tx, [organisation]);
  return id ?? refuse('not_found');
}

/** The organisation with the names above it, root first. Refuses `not_found`. */
export async function getOrganisation(
  tx: Tx,
  organisationId: string,
): Promise<Organisation & { readonly above: readonly string[] }> {
  const found = await tx.maybe<Organisation & { above: string[] }>(sql('findOrganisation'), {
    organisationId,
  });
  return found ?? refuse('not_found');
}

/**
 * A page of the subtree of `rootId`, itself included unless `childrenOnly`. Refuses `not_found` for
 * an unknown root. `after` is the path of the last row seen.
 */
export async function listOrganisations(
  tx: Tx,
  page: {
    readonly rootId: string;
    readonly after?: string | undefined;
    readonly limit: number;
    readonly kind?: OrganisationKind | undefined;
    readonly childrenOnly?: boolean | undefined;
  },
): Promise<readonly Organisation[]> {
  const root = await getOrganisation(tx, page.rootId);
  return tx.rows<Organisation>(sql('listBelow'), {
    prefix: root.path,
    rootId: page.rootId,
    after: page.after ?? '',
    kind: page.kind ?? null,
    childrenOnly: page.childrenOnly ?? false,
    limit: page.limit,
  });
}

/** Changes the name or region; the place in the tree never moves. Refuses `not_found`. */
export async function renameOrganisation(
  tx: Tx,
  change: { readonly organisationId: string; readonly name: string; readonly regionCode?: string },
): Promise<void> {
  const { organisationId, name } = change;
  const regionCode = change.regionCode ?? (await getOrganisation(tx, organisationId)).regionCode;
  const renamed = await tx.execute(sql('renameOrganisation'), { organisationId, name, regionCode });
  if (renamed === 0) refuse('not_found');
  const subject = { kind: 'organisation', id: organisationId };
  await record(tx, { kind: 'organisation.renamed', subject, body: { regionCode } });
}

export type Figure = {
  readonly organisationId: string;
  /** members, fiscal_guarantee, … */
  readonly figure: string;
  /** 'YYYY-MM-DD' */
  readonly asOf: string;
  readonly value: number;
};

/**
 * Keeps what organisations report of themselves (members, fiscal guarantee), one value per
 * organisation, figure and day; a day already reported keeps its first value. Answers how many were
 * new.
 * @policy SX20E, requirement O1
 */
export async function reportFigures(tx: Tx, figures: readonly Figure[]): Promise<number> {
  const [first] = figures;
  if (first === undefined) return 0;
  const eventId = await record(tx, {
    kind: 'organisation.figures_reported',
    subject: { kind: 'organisation', id: first.organisationId },
    items: figures,
  });
  return tx.execute(sql('insertFigures'), {
    organisationIds: figures.map((one) => one.organisationId),
    figures: figures.map((one) => one.figure),
    asOf: figures.map((one) => one.asOf),
    values: figures.map((one) => one.value),
    eventId,
  });
}

export type RolledUp = {
  /** What the organisation itself reported, if it did. */
  readonly stated: number | undefined;
  /** The sum of those below it that report, each counted once. */
  readonly rolledUp: number | undefined;
  readonly reporting: number;
};

/** A figure of a subtree at a day: stated by its root, and added up from below. */
export async function rollUpFigure(
  tx: Tx,
  asked: { readonly organisationId: string; readonly figure: string; readonly asOf: string },
): Promise<RolledUp> {
  const { path } = await getOrganisation(tx, asked.organisationId);
  const row = await tx.one<{ stated: string | null; rolledUp: string | null; reporting: bigint }>(
    sql('rollUpFigure'),
    { prefix: path, figure: asked.figure, asOf: asked.asOf },
  );
  return {
    stated: row.stated === null ? undefined : Number(row.stated),
    rolledUp: row.rolledUp === null ? undefined : Number(row.rolledUp),
    reporting: Number(row.reporting),
  };
}
