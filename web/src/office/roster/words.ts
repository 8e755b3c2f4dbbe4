import type * as tree from '../../../../server/src/features/people/organisation-tree.contract.ts';
import type * as api from '../../../../server/src/features/roster/roster.contract.ts';
import type { ReplyOf } from '../../api/call.ts';
import type { Key } from '../words.ts';

/** A roster as listed. */
export type ListedRoster = ReplyOf<typeof api.listRostersRoute>['items'][number];
/** A roster with its report, and what the reader may do with it. */
export type Roster = ReplyOf<typeof api.getRosterRoute>;
/** Something the plan issues by list. */
export type Source = ReplyOf<typeof api.listSourcesRoute>['items'][number];
/** An organisation in its tree. */
export type Organisation = ReplyOf<typeof tree.browseOrganisationsRoute>['items'][number];

/** The word of a roster's state. */
export const rosterWords = {
  importing: 'rosterStateImporting',
  imported: 'rosterStateImported',
  confirmed: 'rosterStateConfirmed',
  cancelled: 'rosterStateCancelled',
  failed: 'rosterStateFailed',
} as const satisfies Readonly<Record<Roster['state'], Key>>;

/** The word of an organisation's kind. */
export const kindWords = {
  province: 'orgKindProvince',
  province_union: 'orgKindProvinceUnion',
  city_union: 'orgKindCityUnion',
  county_union: 'orgKindCountyUnion',
  industry_union: 'orgKindIndustryUnion',
  branch_union: 'orgKindBranchUnion',
  county_government: 'orgKindCounty',
  commerce_bureau: 'orgKindCommerce',
  finance_bureau: 'orgKindFinance',
  industry_bureau: 'orgKindIndustry',
  audit_bureau: 'orgKindAudit',
  police: 'orgKindPolice',
  medical_insurance_bureau: 'orgKindMedical',
  central_bank: 'orgKindCentralBank',
  town: 'orgKindTown',
  enterprise: 'orgKindEnterprise',
  bank: 'orgKindBank',
  payment_provider: 'orgKindPayment',
  merchant_association: 'orgKindAssociation',
  platform: 'orgKindPlatform',
} as const satisfies Readonly<Record<Organisation['kind'], Key>>;

/** The word of an organisation's level. */
export const levelWords = {
  province: 'orgLevelProvince',
  city: 'orgLevelCity',
  county: 'orgLevelCounty',
  enterprise: 'orgLevelEnterprise',
} as const satisfies Readonly<Record<NonNullable<Organisation['level']>, Key>>;
