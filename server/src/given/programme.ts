import { readFileSync } from 'node:fs';
import { newId } from '@huiquan/domain/ids.ts';
import type { PartyRole, Plan } from '@huiquan/domain/plan/effective-plan.ts';
import type { Db } from '../db/pool.ts';
import { type Actor, transact } from '../db/transact.ts';
import type { OrganisationKind } from '../features/people/organisation.ts';
import { loadPlan, type Party } from '../features/programme/load-plan.ts';
import { checkPlanFile } from '../features/programme/plan-file.ts';
import { preparePlan } from '../features/programme/prepared-plan.ts';
import { approveVersion, createProgramme } from '../features/programme/programme.ts';
import { givenOrganisation, someStaff } from './organisation.ts';

/** A small plan without findings of weight error: directed packs and weekly rounds, two pools. */
export const smallPlan = `
format: 1
id: small-plan
name: 乐购活动
document: { number: 测试〔2023〕1号, title: 乐购活动方案, issuer: 乡宁县人民政府办公室, issued_on: "2023-08-22" }
region: { code: "141029", name: 乡宁县, level: county }
dates: { from: "2023-09-01", to: "2023-12-08", redeem_until: "2023-12-14 23:00" }
parties:
  - { id: government, name: 乡宁县人民政府, roles: [organiser] }
  - { id: commerce, name: 县工信局, roles: [executor] }
  - { id: finance, name: 县财政局, roles: [finance] }
approvals: []
funders:
  - { id: fiscal, party: finance, source: fiscal, order_of_use: 1, return_account: payer,
      pay_to: { name: 乡宁县消费券专户, number: "6200001234567890", bank: 农业银行乡宁县支行 } }
pools:
  - { id: retail, name: 通用零售, funders: [fiscal] }
  - { id: catering, name: 餐饮住宿, funders: [fiscal] }
kinds:
  - { id: retail_10, name: 零售10元券, pool: retail, face: 10, threshold: { amount: 50 } }
  - { id: retail_40, name: 零售40元券, pool: retail, face: 40, threshold: { amount: 180 } }
  - { id: catering_20, name: 餐饮20元券, pool: catering, face: 20, threshold: { amount: 100 } }
packs:
  - { id: pack_200, name: 200元券包, contents: [{ kind: retail_40, count: 5 }] }
validity: { weeks_after: 1, weekday: thursday, time: "23:00" }
eligibility:
  who: 乡宁县居民
  list: { name: 居民名单, provided_by: [commerce], identity: id_number }
issuing:
  - { id: resident, mode: directed, pack: pack_200, per_person: 200 }
  - id: weekly
    mode: first_come
    kinds: [retail_10, catering_20]
    calendar: { weekday: friday, time: "10:00", from: "2023-09-01", to: "2023-12-08" }
    round_ends: { time: "22:00" }
    quantities: { retail_10: 100, catering_20: 50 }
limits:
  - { action: claim, period: round, entity: person, of: each_kind, max: 1 }
merchants:
  admission: apply
  conditions: [registered_in_region, not_on_dishonesty_list]
  categories:
    - { id: retail, name: 商场百货, reviewed_by: commerce }
    - { id: catering, name: 餐饮住宿, reviewed_by: commerce }
redemption: { presentation: merchant_scans, one_voucher_per_payment: true }
refund: { policy: restore_if_valid }
unspent: { to: finance_account, within_working_days: 10 }
`;

const kindOfRole: Readonly<Partial<Record<PartyRole, OrganisationKind>>> = {
  organiser: 'county_government',
  executor: 'commerce_bureau',
  finance: 'finance_bureau',
  operator: 'payment_provider',
  reviewer: 'industry_bureau',
  union: 'county_union',
  branch_union: 'branch_union',
  enterprise: 'enterprise',
  police: 'police',
  audit: 'audit_bureau',
  central_bank: 'central_bank',
  data_provider: 'medical_insurance_bureau',
  service_point: 'town',
};

export type GivenProgramme = {
  readonly programmeId: string;
  readonly versionId: string;
  readonly code: string;
  readonly plan: Plan;
  readonly organiserId: string;
  /** The organisation of each party of the plan; the organiser stands above all of them. */
  readonly parties: Readonly<Record<string, string>>;
  readonly preparer: Actor;
  readonly approver: Actor;
};

/** The text of a file in `programmes/`: `xiangning-2023`. */
export function programmeText(name: string): string {
  const file = new URL(`../../../programmes/${name}.yaml`, import.meta.url);
  return readFileSync(file, 'utf8');
}

/**
 * A programme made through the real commands: `smallPlan`, another plan text, or a file of
 * `programmes/` by name. Published unless `approved` is false. Every party of the plan is an
 * organisation below the organiser's, unless `parties` names one.
 */
export async function givenProgramme(
  db: Db,
  given: {
    readonly planText?: string;
    readonly file?: string;
    readonly approved?: boolean;
    readonly code?: string;
    readonly organiserId?: string;
    readonly parties?: Readonly<Record<string, string>>;
    readonly amendments?: number;
  } = {},
): Promise<GivenProgramme> {
  const fromFile = given.file === undefined ? smallPlan : programmeText(given.file);
  const sourceText = given.planText ?? fromFile;
  const file = checkPlanFile(sourceText).file ?? preparePlan({ sourceText, parties: [] }).file;
  const organiserId =
    given.organiserId ??
    (await givenOrganisation(db, { name: '主办单位', kind: 'county_government', level: 'county' }));
  const parties: Record<string, string> = {};
  for (const party of file.parties) {
    const [role = 'organiser'] = party.roles;
    const kind = kindOfRole[role] ?? 'platform';
    parties[party.id] =
      given.parties?.[party.id] ??
      (await givenOrganisation(db, { name: party.name, kind, parentId: organiserId }));
  }
  const pairs: Party[] = Object.entries(parties).map(([party, organisationId]) => ({
    party,
    organisationId,
  }));
  const prepared = preparePlan({ sourceText, parties: pairs, amendments: given.amendments });
  const [preparer, approver] = [someStaff(), someStaff()];
  const code = given.code ?? `${file.id}-${newId().slice(-8)}`;
  const { programmeId, versionId } = await transact(db, preparer, (tx) =>
    createProgramme(tx, { prepared, organiserId, code }),
  );
  if (given.approved !== false) {
    const seenHash = prepared.contentHash;
    await transact(db, approver, (tx) => approveVersion(tx, { versionId, seenHash }));
  }
  const plan = await transact(db, preparer, (tx) => loadPlan(tx, versionId));
  return { programmeId, versionId, code, plan, organiserId, parties, preparer, approver };
}
