import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { instantFromText } from '@huiquan/domain/instant.ts';
import { transact } from '../../db/transact.ts';
import { givenOrganisation } from '../../given/organisation.ts';
import { givenProgramme } from '../../given/programme.ts';
import { handInRoster } from '../../given/roster.ts';
import { testApp, type TestApp } from '../../http/test-app.ts';
import { recordDisclosureOfPersonalData } from '../account/personal-data.ts';
import { bindEntitlements } from '../issuing/bind.ts';
import { confirmRoster } from '../roster/roster.ts';
import { givenFund } from '../../given/fund.ts';
import { someStaff } from '../../given/organisation.ts';
import { ensureAccount, verifyPerson } from './person.ts';
import * as contract from './profile.contract.ts';
import { profileRoutes } from './profile.routes.ts';
import { getProfile, listOwnEntitlements } from './profile.ts';

let app: TestApp;

before(async () => {
  app = await testApp([{ name: 'profile', routes: profileRoutes }]);
});
after(() => app.drop());

const idNumber = '11010519491231002X';

async function register(name: string, phone: string) {
  const { db, keys } = app;
  const actor = { kind: 'resident', id: phone } as const;
  return transact(db, actor, async (tx) => {
    const residentAccountId = await ensureAccount(tx, keys, phone);
    const identity = { name, idNumber };
    const onVerified = [bindEntitlements];
    const personId = await verifyPerson(tx, keys, { residentAccountId, identity, onVerified });
    return { residentAccountId, personId };
  });
}

test('a resident recognises himself on his page, and nobody could copy him from it', async () => {
  const { residentAccountId } = await register('阿依·古丽', '13812345678');
  const actor = { kind: 'resident', id: residentAccountId } as const;
  const profile = await transact(app.db, actor, (tx) =>
    getProfile(tx, app.keys, residentAccountId),
  );
  assert.deepEqual(
    [profile.name, profile.phone, profile.idNumber],
    ['阿*', '138****5678', '**************002X'],
  );
});

test('a resident reads who was shown his data, and only his', async () => {
  const [me, other] = [await app.signInResident(), await app.signInResident()];
  const organisationId = await app.organisation({ name: '市审计局' });
  const auditor = await app.signInStaff('AUD', { kind: 'everything' }, organisationId);
  const actor = { kind: 'staff', id: auditor.staffId } as const;
  await transact(app.db, actor, (tx) =>
    recordDisclosureOfPersonalData(tx, [me.personId, other.personId], '抽查'),
  );
  await transact(app.db, actor, (tx) =>
    recordDisclosureOfPersonalData(tx, [other.personId], '投诉核实'),
  );
  const seen = await app.request(contract.listAccessesRoute, {}, me);
  assert.deepEqual(
    seen.json.items.map((one: { by: string; reason: string }) => [one.by, one.reason]),
    [['市审计局', '抽查']],
  );
  const page = { query: { limit: 1 } };
  const first = await app.request(contract.listAccessesRoute, page, other);
  assert.equal(first.json.items[0].reason, '投诉核实');
  const next = { query: { limit: 1, cursor: first.json.next } };
  const second = await app.request(contract.listAccessesRoute, next, other);
  assert.equal(second.json.items[0].reason, '抽查');
  assert.equal((await app.request(contract.listAccessesRoute, {}, auditor)).code, 'forbidden');
  assert.equal((await app.request(contract.getProfileRoute, {}, me)).status, 200);
});

test(
  'SX20 一(二): who registers after the deadline is told so; who was in time is ' + 'bound',
  async (t) => {
    t.after(() => app.setClock(undefined));
    await app.setClock(instantFromText('2020-05-10T10:00:00+08:00'));
    const { db, keys } = app;
    const union = await givenProgramme(db, { file: 'shanxi-union-2020' });
    const parentId = union.organiserId;
    const branch = await givenOrganisation(db, { name: '一矿', kind: 'branch_union', parentId });
    const { programmeId } = union;
    const money = { programmeId, pool: 'voucher', channel: 'unionpay_app', funderId: branch };
    await givenFund(db, { ...money, amountFen: 60_000n, keys });
    const report = await handInRoster(db, {
      programme: union,
      source: 'electronic',
      organisationId: branch,
      keys,
      content:
        '姓名,手机号,消费券面值,发放金额\n陈一,13900000001,300,300\n陈二,13900000002,300,300',
    });
    const contentHash = report.contentHash.toString('hex');
    const { rosterId } = report;
    await transact(db, someStaff(), (tx) => confirmRoster(tx, { rosterId, contentHash }));
    const stateFor = async (personId: string) => {
      const actor = { kind: 'resident', id: personId } as const;
      const found = await transact(db, actor, (tx) => listOwnEntitlements(tx, personId));
      return found.map((one) => [one.state, one.amountFen]);
    };
    const early = await register('陈一', '13900000001');
    assert.deepEqual(await stateFor(early.personId), [['bound', 30_000n]]);
    await app.setClock(instantFromText('2020-05-21T00:00:00+08:00'));
    const actor = { kind: 'resident', id: 'late' } as const;
    const late = await transact(db, actor, async (tx) => {
      const residentAccountId = await ensureAccount(tx, keys, '13900000002');
      const identity = { name: '陈二', idNumber: '610881199001010011' };
      const onVerified = [bindEntitlements];
      return verifyPerson(tx, keys, { residentAccountId, identity, onVerified });
    });
    assert.deepEqual(await stateFor(late), [['registration_closed', 30_000n]]);
  },
);
