import { randomBytes, randomInt } from 'node:crypto';
import { creditCodeCheck } from '@huiquan/domain/identity/credit-code.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Db } from '../db/pool.ts';
import type { Keys } from '../keys.ts';

/** A merchant with one open shop, one bound terminal and one active cashier. */
export type GivenMerchant = {
  readonly merchantId: string;
  readonly uscc: string;
  readonly ownerId: string;
  readonly shopId: string;
  readonly terminalId: string;
  /** What the terminal signs its requests with. */
  readonly terminalSecret: Buffer;
  readonly cashierId: string;
};

type Choices = {
  readonly programmeId: string;
  readonly category: string;
  readonly keys: Keys;
  /** Where merchant and shop are registered; 乡宁县 unless told. */
  readonly regionCode?: string;
  readonly name?: string;
  readonly state?: 'applied' | 'approved' | 'rejected' | 'suspended' | 'disqualified';
};

/** A credit code with a right check character that no other merchant of the test has. */
export function givenCreditCode(): string {
  const first17 = `91141029${String(randomInt(1e9)).padStart(9, '0')}`;
  return first17 + creditCodeCheck(first17);
}

/** A merchant approved in `programmeId` for `category`, ready to scan payment codes. */
export async function givenMerchant(db: Db, choices: Choices): Promise<GivenMerchant> {
  const { programmeId, category, keys } = choices;
  const regionCode = choices.regionCode ?? '141029';
  const name = choices.name ?? '乡宁县惠民百货';
  const terminalSecret = randomBytes(32);
  const made = {
    merchantId: newId(),
    uscc: givenCreditCode(),
    ownerId: newId(),
    shopId: newId(),
    terminalId: newId(),
    terminalSecret,
    cashierId: newId(),
  };
  const account = JSON.stringify({ name, number: '6228480402564890018', bank: '乡宁农商行' });
  await db.pool.query(
    `insert into merchant (merchant_id, uscc, name, region_code, industry, above_quota, owner_id,
       settlement_account, key_id, state, created_at)
     values ($1, $2, $3, $4, $5, true, $6, $7, $8, 'active', business_now())`,
    [
      made.merchantId,
      made.uscc,
      name,
      regionCode,
      category,
      made.ownerId,
      keys.seal(account),
      keys.currentId,
    ],
  );
  await db.pool.query(
    `insert into programme_merchant (programme_id, merchant_id, category, state, applied_at,
       applied_by, reviewed_by, reviewed_at, content_hash)
     values ($1, $2, $3, $4, business_now(), $5, $6, business_now(), sha256(''::bytea))`,
    [programmeId, made.merchantId, category, choices.state ?? 'approved', made.ownerId, newId()],
  );
  await db.pool.query(
    `insert into shop (shop_id, merchant_id, name, address, region_code, state, created_at)
     values ($1, $2, $3, '昌宁镇迎旭大街1号', $4, 'open', business_now())`,
    [made.shopId, made.merchantId, `${name}总店`, regionCode],
  );
  await db.pool.query(
    `insert into terminal (terminal_id, shop_id, label, secret, key_id, state, bound_at)
     values ($1, $2, '1号收银台', $3, $4, 'bound', business_now())`,
    [made.terminalId, made.shopId, keys.seal(terminalSecret.toString('base64')), keys.currentId],
  );
  await db.pool.query(
    `insert into cashier (shop_id, staff_id, state, since)
     values ($1, $2, 'active', business_now())`,
    [made.shopId, made.cashierId],
  );
  return made;
}
