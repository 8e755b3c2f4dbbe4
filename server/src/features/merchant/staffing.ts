import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { Keys } from '../../keys.ts';
import { staffName } from '../account/staff-name.ts';
import { createStaff, resetStaff } from '../account/staff.ts';
import { listProgrammes } from '../programme/list.ts';
import { currentPlan } from '../programme/load-plan.ts';
import type { Paper } from './application.ts';
import type { AdmissionState } from './list.ts';
import { addCashier, type Shop } from './shop.ts';

const sql = twin(import.meta.url);

/** The tills and cashiers of a shop, as its owner keeps them. */
export type Staffing = {
  readonly terminals: readonly {
    readonly terminalId: string;
    readonly label: string;
    readonly state: 'bound' | 'released';
    readonly boundAt: Instant;
    readonly pausedUntil: Instant | null;
  }[];
  readonly cashiers: readonly {
    readonly staffId: string;
    readonly loginName: string;
    readonly name: string;
    readonly state: 'active' | 'ended';
    readonly since: Instant;
    readonly hasSecondFactor: boolean;
  }[];
};

type CashierRow = Omit<Staffing['cashiers'][number], 'name'> & {
  readonly envelope: Buffer;
  readonly keyId: number;
};

/** The tills and cashiers of a shop, those at work first. */
export async function shopStaffing(tx: Tx, keys: Keys, shopId: string): Promise<Staffing> {
  const terminals = await tx.rows<Staffing['terminals'][number]>(sql('listTerminals'), { shopId });
  const rows = await tx.rows<CashierRow>(sql('listCashiers'), { shopId });
  const cashiers = rows.map(({ envelope, keyId, ...row }) => ({
    ...row,
    name: staffName(keys, { envelope, keyId }),
  }));
  return { terminals, cashiers };
}

/**
 * Opens an account for a new cashier of the shop. Refuses `already_registered` for a login name
 * that was ever taken, `not_found`.
 * @policy access 32: a merchant's owner opens accounts for cashiers, no others
 */
export async function hireCashier(
  tx: Tx,
  keys: Keys,
  given: {
    readonly shopId: string;
    readonly loginName: string;
    readonly name: string;
    readonly passwordHash: string;
  },
): Promise<{ readonly staffId: string }> {
  const { shopId, ...account } = given;
  const { staffId } = await createStaff(tx, keys, account);
  await addCashier(tx, { shopId, staffId });
  return { staffId };
}

/**
 * Gives a cashier of the shop a new first password; sessions end, a second factor is enrolled
 * again. Refuses `not_found`, `forbidden` for an account that is more than this merchant's cashier.
 */
export async function resetCashier(
  tx: Tx,
  given: {
    readonly shop: Pick<Shop, 'shopId' | 'merchantId'>;
    readonly staffId: string;
    readonly passwordHash: string;
  },
): Promise<void> {
  const { staffId, shop } = given;
  const values = { staffId, shopId: shop.shopId, merchantId: shop.merchantId };
  const { isOnlyCashier } = await tx.one<{ isOnlyCashier: boolean }>(
    sql('isOnlyCashierHere'),
    values,
  );
  if (!isOnlyCashier) refuse('forbidden');
  await resetStaff(tx, staffId, given.passwordHash);
}

/** An application of a merchant, as its owner follows it. */
export type OwnApplication = {
  readonly programmeId: string;
  readonly title: string;
  readonly category: string;
  readonly categoryName: string;
  readonly state: AdmissionState;
  readonly reason: string | null;
  readonly appliedAt: Instant;
  readonly reviewedAt: Instant | null;
  readonly documents: readonly Paper[];
};

/** What became of the applications of a merchant, newest first. */
export async function listOwnApplications(
  tx: Tx,
  merchantId: string,
): Promise<readonly OwnApplication[]> {
  type Row = Omit<OwnApplication, 'categoryName'>;
  const rows = await tx.rows<Row>(sql('listOwnApplications'), { merchantId });
  const found: OwnApplication[] = [];
  for (const row of rows) {
    const { plan } = await currentPlan(tx, row.programmeId);
    const known = plan.merchants.categories.find((one) => one.id === row.category);
    found.push({ ...row, categoryName: known?.name ?? row.category });
  }
  return found;
}

/** A programme that takes applications of merchants, and what it asks of them. */
export type OpenProgramme = {
  readonly programmeId: string;
  readonly title: string;
  readonly region: string;
  readonly conditions: readonly string[];
  readonly categories: readonly { readonly id: string; readonly name: string }[];
};

const openMax = 50;

/** The published programmes to which merchants can apply, newest first. */
export async function listOpenProgrammes(tx: Tx): Promise<readonly OpenProgramme[]> {
  const programmes = await listProgrammes(tx, { state: 'published', limit: openMax });
  const found: OpenProgramme[] = [];
  for (const { programmeId, title } of programmes) {
    const { plan } = await currentPlan(tx, programmeId);
    const { region, conditions, categories } = plan.merchants;
    const named = categories.map(({ id, name }) => ({ id, name }));
    found.push({ programmeId, title, region, conditions, categories: named });
  }
  return found;
}
