import { randomUUID } from 'node:crypto';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { passwordHash } from '../../server/src/features/account/password.ts';
import { issueCodeRoute } from '../../server/src/features/wallet/code.contract.ts';
import { givenFund } from '../../server/src/given/fund.ts';
import { givenMerchant } from '../../server/src/given/merchant.ts';
import { givenProgramme } from '../../server/src/given/programme.ts';
import { givenClaimedVouchers } from '../../server/src/given/redemption.ts';
import type { TestResident } from '../../server/src/http/test-app.ts';
import { phone, servedApp, type Opened } from './served-app.ts';

const password = '柜台测试口令足够长';

type Served = Awaited<ReturnType<typeof servedApp>>;

/** Gives a staff account a name and a password to sign in with. */
async function withPassword(served: Served, staffId: string, loginName: string) {
  await served.sql('update staff set password_hash = $1, login_name = $2 where staff_id = $3', [
    await passwordHash(password),
    loginName,
    staffId,
  ]);
}

async function makeStaff(served: Served, loginName: string, name: string): Promise<string> {
  const staffId = randomUUID();
  const { keys } = served;
  await served.sql(
    `insert into staff (staff_id, login_name, envelope, key_id, password_hash, state, created_by,
       created_at) values ($1, $2, $3, $4, '', 'active', 'test', business_now())`,
    [staffId, loginName, keys.seal(JSON.stringify({ name })), keys.currentId],
  );
  await withPassword(served, staffId, loginName);
  return staffId;
}

async function makeCashier(
  served: Served,
  shopId: string,
  who: { readonly loginName: string; readonly name: string },
): Promise<string> {
  const staffId = await makeStaff(served, who.loginName, who.name);
  await served.sql(
    `insert into cashier (shop_id, staff_id, state, since)
     values ($1, $2, 'active', business_now())`,
    [shopId, staffId],
  );
  return staffId;
}

async function signIn(page: Page, loginName: string): Promise<void> {
  await page.getByLabel('登录名').fill(loginName);
  await page.getByLabel('口令').fill(password);
  await page.getByRole('button', { name: /^(?:登录|开始收款)$/ }).click();
}

/**
 * A running programme with money, a merchant whose owner can sign in, and cashiers; tills are bound
 * and opened through the page, as people do it.
 */
export async function givenCounter(options: Parameters<typeof servedApp>[0] = {}) {
  const served = await servedApp(options);
  const programme = await givenProgramme(served.db);
  const { programmeId, versionId } = programme;
  const money = { programmeId, pool: 'retail', amountFen: 1_000_000n, keys: served.keys };
  const { fundId } = await givenFund(served.db, money);
  const given = { programmeId, category: 'retail', keys: served.keys };
  const merchant = await givenMerchant(served.db, given);
  const owner = await served.signInStaff('MOW', { kind: 'merchant', id: merchant.merchantId });
  await withPassword(served, owner.staffId, 'owner');
  const hire = (loginName: string, name: string) =>
    makeCashier(served, merchant.shopId, { loginName, name });
  const cashierId = await hire('cashier', '李小梅');
  return {
    ...served,
    programme,
    merchant,
    owner,
    cashierId,
    hire,
    signIn,
    /** The owner of a merchant that is yet to be registered. */
    newOwner: async (loginName: string) => {
      const staffId = await makeStaff(served, loginName, '王店主');
      const merchantId = randomUUID();
      await served.grant(staffId, 'MOW', { kind: 'merchant', id: merchantId });
      return { staffId, merchantId };
    },
    /** A till of the shop with a cashier signed in, bound by its owner in this very browser. */
    openTill: async (
      how: BrowserContextOptions = phone,
      loginName = 'cashier',
    ): Promise<Opened> => {
      const opened = await served.open('/till', how);
      const { page } = opened;
      await signIn(page, 'owner');
      await page.getByRole('radio', { name: /惠民百货总店/ }).click();
      await page.getByLabel('给本机起个名字').fill('一号收银台');
      await page.getByRole('button', { name: '绑定到此门店' }).click();
      await page.getByRole('heading', { name: '收银员登录' }).waitFor();
      await signIn(page, loginName);
      await page.getByTestId('amount').waitFor();
      return opened;
    },
    /** A resident with one voucher of 40元 from 180元. */
    resident: async () => {
      const as = await served.signInResident();
      const kind = { kind: 'retail_40', faceFen: 4_000n, personIds: [as.personId] };
      await givenClaimedVouchers(served.db, { programmeId, versionId, fundId, ...kind });
      return as;
    },
    /** A fresh payment code of the resident's wallet. */
    code: async (as: TestResident): Promise<string> => {
      const got = await served.request(issueCodeRoute, { body: {} }, as);
      return String(got.json.code);
    },
    /** The redemptions so far and their states, oldest first. */
    redemptions: async (as: TestResident) => {
      const { rows } = await served.sql(
        'select state, order_fen, payment from redemption where person_id = $1 order by tried_at',
        [as.personId],
      );
      return rows.map((row) => `${row.state} ${row.order_fen} ${row.payment}`);
    },
  };
}

export type Counter = Awaited<ReturnType<typeof givenCounter>>;

/** Types an amount on the keypad. */
export async function enterAmount(page: Page, text: string): Promise<void> {
  for (const key of text) await page.getByRole('button', { name: key, exact: true }).click();
}

/**
 * Types a code as a keyboard-wedge scanner does: a key every two milliseconds, with Enter. The keys
 * carry the scanner's own times, so a busy machine cannot tear them apart.
 */
export async function wedge(page: Page, code: string): Promise<void> {
  const scanner = await page.context().newCDPSession(page);
  const startSeconds = Date.now() / 1_000;
  const keys = code.split('').map((key) => ({ key, text: key, code: keyNameOf(key) }));
  const enter = { key: 'Enter', text: '\r', code: 'Enter', windowsVirtualKeyCode: 13 };
  for (const [index, key] of [...keys, enter].entries()) {
    const timestamp = startSeconds + index * 0.002;
    await scanner.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key, timestamp });
    await scanner.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key, timestamp });
  }
  await scanner.detach();
}

const keyNameOf = (key: string) => (/\d/.test(key) ? `Digit${key}` : `Key${key.toUpperCase()}`);

/** What the till says in the end. */
export async function resultOf(page: Page): Promise<string> {
  return page.getByTestId('result').innerText({ timeout: 20_000 });
}
