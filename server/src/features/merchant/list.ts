import type { ObjectScope } from '@huiquan/domain/access.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { currentPlan, programmeScope } from '../programme/load-plan.ts';
import { reviewers, type Paper } from './application.ts';
import type { Shop } from './shop.ts';

const sql = twin(import.meta.url);

export const admissionStates = [
  'applied',
  'approved',
  'rejected',
  'suspended',
  'disqualified',
] as const;
export type AdmissionState = (typeof admissionStates)[number];

/** A merchant in a programme, as its reviewer sees it. */
export type ListedApplication = {
  readonly merchantId: string;
  readonly uscc: string;
  readonly name: string;
  readonly regionCode: string;
  readonly industry: string;
  readonly aboveQuota: boolean;
  readonly acceptanceMark: boolean;
  readonly merchantState: 'active' | 'suspended' | 'disqualified';
  readonly category: string;
  readonly state: AdmissionState;
  readonly documents: readonly Paper[];
  readonly contentHash: Buffer;
  readonly appliedAt: Instant;
  readonly reviewedAt: Instant | null;
  readonly reason: string | null;
  readonly shops: readonly { readonly name: string; readonly address: string }[];
};

/** A page of the merchants of a programme, in the order of their ids. */
export async function listApplications(
  tx: Tx,
  page: {
    readonly programmeId: string;
    readonly state: AdmissionState | undefined;
    readonly category: string | undefined;
    readonly after: string | undefined;
    readonly limit: number;
  },
): Promise<readonly ListedApplication[]> {
  const { programmeId, limit } = page;
  return tx.rows<ListedApplication>(sql('listApplications'), {
    programmeId,
    state: page.state ?? null,
    category: page.category ?? null,
    after: page.after ?? '00000000-0000-0000-0000-000000000000',
    limit,
  });
}

/** The shops of a merchant, in the order they were opened. */
export async function listShops(tx: Tx, merchantId: string): Promise<readonly Shop[]> {
  type Row = Omit<Shop, 'longitude' | 'latitude'> & {
    readonly longitude: number | null;
    readonly latitude: number | null;
  };
  const rows = await tx.rows<Row>(sql('listShops'), { merchantId });
  return rows.map(({ longitude, latitude, ...shop }) => ({
    ...shop,
    longitude: longitude ?? undefined,
    latitude: latitude ?? undefined,
  }));
}

/**
 * Where an application stands: with the organisations that play the party reviewing its category.
 * Refuses `not_found`.
 * @policy SM23 六, 十
 */
export async function reviewScope(
  tx: Tx,
  asked: { readonly programmeId: string; readonly merchantId: string },
): Promise<ObjectScope> {
  const { programmeId } = asked;
  const found = await tx.maybe<{ category: string }>(sql('findApplication'), asked);
  const { category } = found ?? refuse('not_found');
  const { plan } = await currentPlan(tx, programmeId);
  const parties = reviewers(plan, category);
  const rows = await tx.rows<{ organisationId: string }>(sql('organisationsOf'), {
    programmeId,
    parties,
  });
  const scope = await programmeScope(tx, programmeId);
  const namedOrganisationIds = rows.map((row) => row.organisationId);
  return { ...scope, industry: category, namedOrganisationIds };
}
