import { isDeepStrictEqual } from 'node:util';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Plan, PlanValidity } from '@huiquan/domain/plan/effective-plan.ts';
import { normalizePlan } from '@huiquan/domain/plan/normalize.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { currentPlan, loadPlan } from './load-plan.ts';
import type { PreparedPlan } from './prepared-plan.ts';
import { getVersion, type Prepared, prepareVersion } from './programme.ts';

/** What an extension may move: the days, and with them rounds, deadlines and vouchers' ends. */
const datedFields = new Set<keyof Plan>([
  'document',
  'startsAt',
  'endsAt',
  'redeemUntil',
  'kinds',
  'rounds',
  'registrationDeadline',
  'issueUntil',
  'subsidies',
]);

function withoutDates(plan: Plan) {
  return {
    ...Object.fromEntries(
      Object.entries(plan).filter(([field]) => !datedFields.has(field as keyof Plan)),
    ),
    kinds: plan.kinds.map((kind) => ({ ...kind, validity: undefined })),
    subsidies: plan.subsidies.map((subsidy) => ({ ...subsidy, papersDueAt: undefined })),
  };
}

/** The parts of two plans that differ in more than dates. */
export function changesBeyondDates(before: Plan, after: Plan): readonly string[] {
  const [old, next]: Record<string, unknown>[] = [withoutDates(before), withoutDates(after)];
  const fields = new Set([...Object.keys(old ?? {}), ...Object.keys(next ?? {})]);
  return [...fields].filter((field) => !isDeepStrictEqual(old?.[field], next?.[field]));
}

/**
 * Prepares an extension: a version that differs from the one in force only in its days, and ends
 * later. Refuses `invalid_rule` naming what else differs, or when nothing ends later; otherwise as
 * `prepareVersion`.
 * @policy SX20E 延迟通知 6-30 → 7-10, XN23 二(二) “可延长”; requirement P4, inv-32
 */
export async function prepareExtension(
  tx: Tx,
  input: { readonly programmeId: string; readonly prepared: PreparedPlan },
): Promise<Prepared> {
  const { programmeId, prepared } = input;
  const { plan: before, versionId: extendsVersionId } = await currentPlan(tx, programmeId);
  const after = normalizePlan(prepared.file);
  const changed = changesBeyondDates(before, after);
  if (changed.length > 0) refuse('invalid_rule', { reason: 'more_than_dates', changed });
  const isShorter = after.endsAt < before.endsAt || after.redeemUntil < before.redeemUntil;
  const isSame = after.endsAt === before.endsAt && after.redeemUntil === before.redeemUntil;
  if (isShorter || isSame) refuse('invalid_rule', { reason: 'ends_no_later' });
  return prepareVersion(tx, { programmeId, prepared, extendsVersionId });
}

/** What an extension moves, for the act that moves the vouchers. */
export type Extension = {
  readonly programmeId: string;
  readonly versionId: string;
  readonly extendsVersionId: string;
  readonly state: 'prepared' | 'approved' | 'rejected' | 'superseded';
  readonly contentHash: Buffer;
  readonly before: { readonly endsAt: Instant; readonly redeemUntil: Instant };
  readonly after: { readonly endsAt: Instant; readonly redeemUntil: Instant };
  /** Per voucher kind, its rule of validity before and after. */
  readonly kinds: readonly {
    readonly kind: string;
    readonly before: PlanValidity;
    readonly after: PlanValidity;
  }[];
};

/** The extension that a version is. Refuses `not_found` for any other version. */
export async function getExtension(tx: Tx, versionId: string): Promise<Extension> {
  const version = await getVersion(tx, versionId);
  const { programmeId, extendsVersionId, state, contentHash } = version;
  if (extendsVersionId === null) refuse('not_found');
  const before = await loadPlan(tx, extendsVersionId);
  const after = await loadPlan(tx, versionId);
  const dates = ({ endsAt, redeemUntil }: Plan) => ({ endsAt, redeemUntil });
  const rules = new Map(before.kinds.map((kind) => [kind.id, kind.validity]));
  return {
    programmeId,
    versionId,
    extendsVersionId,
    state,
    contentHash,
    before: dates(before),
    after: dates(after),
    kinds: after.kinds.map(({ id, validity }) => ({
      kind: id,
      before: rules.get(id) ?? validity,
      after: validity,
    })),
  };
}
