import type { Reach } from '@huiquan/domain/access.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { Party, ProgrammeState } from './load-plan.ts';
import type { VersionState } from './programme.ts';

const sql = twin(import.meta.url);

export type Programme = {
  readonly programmeId: string;
  readonly code: string;
  readonly title: string;
  readonly organiserId: string;
  readonly organiserName: string;
  readonly state: ProgrammeState;
  readonly currentVersionId: string | null;
  readonly createdAt: Instant;
};

/** A page of the programmes within `reach`, newest first; `before` is the last id seen. */
export async function listProgrammes(
  tx: Tx,
  asked: {
    readonly reach?: Pick<Reach, 'everything' | 'organisationPaths' | 'programmeIds'>;
    readonly state?: ProgrammeState | undefined;
    readonly before?: string | undefined;
    readonly limit: number;
  },
): Promise<readonly Programme[]> {
  return tx.rows<Programme>(sql('listProgrammes'), {
    everything: asked.reach === undefined || asked.reach.everything,
    programmeIds: asked.reach?.programmeIds ?? [],
    paths: asked.reach?.organisationPaths ?? [],
    state: asked.state ?? null,
    before: asked.before ?? null,
    limit: asked.limit,
  });
}

/** A programme. Refuses `not_found`. */
export async function getProgramme(tx: Tx, programmeId: string): Promise<Programme> {
  return (await tx.maybe<Programme>(sql('findProgramme'), { programmeId })) ?? refuse('not_found');
}

/** The id of the programme with this code, as command lines name it. Refuses `not_found`. */
export async function getProgrammeIdByCode(tx: Tx, code: string): Promise<string> {
  const row = await tx.maybe<{ programmeId: string }>(sql('findByCode'), { code });
  return row?.programmeId ?? refuse('not_found', { code });
}

export type VersionSummary = {
  readonly versionId: string;
  readonly number: number;
  readonly state: VersionState;
  readonly contentHash: Buffer;
  readonly extendsVersionId: string | null;
  readonly preparedBy: string;
  readonly approvedBy: string | null;
  readonly createdAt: Instant;
  readonly effectiveFrom: Instant | null;
  readonly findingCount: number;
  readonly preparedAtName: string | null;
  readonly approvedAtName: string | null;
};

/** Parties with the names of the organisations that play them. */
export type NamedParty = Party & { readonly organisationName: string };

/** `parties` with the names of their organisations, in the same order. */
export async function withNames(tx: Tx, parties: readonly Party[]): Promise<NamedParty[]> {
  type Row = { readonly organisationId: string; readonly name: string };
  const organisationIds = [...new Set(parties.map((one) => one.organisationId))];
  const rows = await tx.rows<Row>(sql('namesOf'), { organisationIds });
  const names = new Map(rows.map((row) => [row.organisationId, row.name]));
  return parties.map((one) => ({
    ...one,
    organisationName: names.get(one.organisationId) ?? '',
  }));
}

/** The versions of a programme, newest first. */
export async function listVersions(
  tx: Tx,
  programmeId: string,
): Promise<readonly VersionSummary[]> {
  return tx.rows<VersionSummary>(sql('listVersions'), { programmeId });
}

/** A page of the programmes that anybody may read, newest first. */
export async function listPublicProgrammes(
  tx: Tx,
  asked: { readonly before?: string | undefined; readonly limit: number },
): Promise<readonly Pick<Programme, 'programmeId' | 'code' | 'state'>[]> {
  return tx.rows(sql('listPublic'), { before: asked.before ?? null, limit: asked.limit });
}
