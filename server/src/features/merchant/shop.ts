import { randomBytes } from 'node:crypto';
import { newId } from '@huiquan/domain/ids.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { Keys } from '../../keys.ts';
import { endSessionsAtTill } from '../account/session.ts';

const sql = twin(import.meta.url);

export type NewShop = {
  readonly name: string;
  readonly address: string;
  readonly regionCode: string;
  /** WGS-84, degrees. */
  readonly longitude?: number | undefined;
  readonly latitude?: number | undefined;
};

export type Shop = NewShop & {
  readonly shopId: string;
  readonly merchantId: string;
  readonly state: 'open' | 'closed';
};

/** Writes shops for the act of another command. Answers their ids in order. */
export async function insertShops(
  tx: Tx,
  merchantId: string,
  shops: readonly NewShop[],
): Promise<readonly string[]> {
  const shopIds = shops.map(() => newId(tx.now));
  await tx.execute(sql('insertShops'), {
    merchantId,
    shopIds,
    names: shops.map((one) => one.name),
    addresses: shops.map((one) => one.address),
    regionCodes: shops.map((one) => one.regionCode),
    longitudes: shops.map((one) => one.longitude ?? null),
    latitudes: shops.map((one) => one.latitude ?? null),
    now: tx.now,
  });
  return shopIds;
}

/** The shop. Refuses `not_found`. */
export async function getShop(tx: Tx, shopId: string): Promise<Shop> {
  return (await tx.maybe<Shop>(sql('findShop'), { shopId })) ?? refuse('not_found');
}

/** Opens one more shop of a merchant. */
export async function addShop(
  tx: Tx,
  input: NewShop & { readonly merchantId: string },
): Promise<{ readonly shopId: string }> {
  const [shopId = ''] = await insertShops(tx, input.merchantId, [input]);
  await record(tx, {
    kind: 'shop.added',
    subject: { kind: 'shop', id: shopId },
    body: { merchantId: input.merchantId, regionCode: input.regionCode },
  });
  return { shopId };
}

/**
 * Closes or reopens a shop; its tills stop and start with it. Refuses `not_found`, `state_conflict`
 * where it already is so. Takes the merchant's lock.
 */
export async function setShopState(
  tx: Tx,
  input: { readonly shopId: string; readonly state: 'open' | 'closed' },
): Promise<void> {
  const { merchantId } = await getShop(tx, input.shopId);
  await tx.rows(sql('lockMerchant'), { merchantId });
  if ((await tx.execute(sql('setShopState'), input)) === 0) refuse('state_conflict');
  const kind = input.state === 'open' ? 'shop.reopened' : 'shop.closed';
  await record(tx, { kind, subject: { kind: 'shop', id: input.shopId }, body: { merchantId } });
}

/**
 * Binds a till to a shop. Its secret (32 bytes) is kept sealed and told once, by
 * `terminalSecret`. Refuses `not_found`.
 * @policy M3, R7
 */
export async function bindTerminal(
  tx: Tx,
  keys: Keys,
  input: { readonly shopId: string; readonly label: string },
): Promise<{ readonly terminalId: string }> {
  const { shopId, label } = input;
  const { merchantId } = await getShop(tx, shopId);
  const terminalId = newId(tx.now);
  await tx.execute(sql('insertTerminal'), {
    terminalId,
    shopId,
    label,
    secret: keys.seal(randomBytes(32).toString('base64')),
    keyId: keys.currentId,
    now: tx.now,
  });
  const subject = { kind: 'terminal', id: terminalId };
  await record(tx, { kind: 'terminal.bound', subject, body: { shopId, merchantId } });
  return { terminalId };
}

export type Terminal = {
  readonly terminalId: string;
  readonly shopId: string;
  readonly merchantId: string;
  readonly state: 'bound' | 'released';
};

/** The terminal. Refuses `not_found`. */
export async function getTerminal(tx: Tx, terminalId: string): Promise<Terminal> {
  return (await tx.maybe<Terminal>(sql('findTerminal'), { terminalId })) ?? refuse('not_found');
}

/** The secret of a till for the answer that binds it, base64; never part of a stored outcome. */
export async function terminalSecret(tx: Tx, keys: Keys, terminalId: string): Promise<string> {
  const row = await tx.one<{ secret: Buffer; keyId: number }>(sql('findTerminal'), { terminalId });
  return keys.open(row.secret, row.keyId);
}

/** Releases a till for good, at its next scan. Refuses `not_found`, `state_conflict`. */
export async function releaseTerminal(tx: Tx, terminalId: string): Promise<void> {
  const { merchantId } = await getTerminal(tx, terminalId);
  await tx.rows(sql('lockMerchant'), { merchantId });
  if ((await tx.execute(sql('releaseTerminal'), { terminalId })) === 0) refuse('state_conflict');
  await endSessionsAtTill(tx, terminalId);
  const subject = { kind: 'terminal', id: terminalId };
  await record(tx, { kind: 'terminal.released', subject, body: { merchantId } });
}

/** A staff account works at a shop's tills from now on. Refuses `not_found` for an unknown shop. */
export async function addCashier(
  tx: Tx,
  input: { readonly shopId: string; readonly staffId: string },
): Promise<void> {
  await getShop(tx, input.shopId);
  await tx.execute(sql('addCashier'), { ...input, now: tx.now });
  const subject = { kind: 'shop', id: input.shopId };
  await record(tx, { kind: 'cashier.added', subject, body: { staffId: input.staffId } });
}

/** The cashier no longer works at the shop, from the next scan on. Refuses `not_found`. */
export async function endCashier(
  tx: Tx,
  input: { readonly shopId: string; readonly staffId: string },
): Promise<void> {
  const { merchantId } = await getShop(tx, input.shopId);
  await tx.rows(sql('lockMerchant'), { merchantId });
  if ((await tx.execute(sql('endCashier'), input)) === 0) refuse('not_found');
  const subject = { kind: 'shop', id: input.shopId };
  await record(tx, { kind: 'cashier.ended', subject, body: { staffId: input.staffId } });
}
