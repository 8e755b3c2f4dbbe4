import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { residentIdCheckDigit } from '@huiquan/domain/identity/resident-id.ts';
import { verifyRealNameRoute } from '../server/src/features/account/account.contract.ts';
import { walletRoute } from '../server/src/features/voucher/voucher.contract.ts';
import { probeGates } from '../server/src/features/gate/probe.ts';
import { tryRoute } from '../server/src/features/redemption/redemption.contract.ts';
import * as gate from '../server/src/features/gate/gate.contract.ts';
import {
  claimRoute,
  listRoundsRoute,
  stopRoundRoute,
} from '../server/src/features/round/round.contract.ts';
import { issueCodeRoute, scanShopRoute } from '../server/src/features/wallet/code.contract.ts';
import { inXiangning } from '../server/src/given/place.ts';
import type { TestResident } from '../server/src/http/test-app.ts';
import {
  at,
  claim,
  closeXiangning,
  office,
  openRound,
  openXiangning,
  passCaptchas,
  pay,
  scan,
  tillOf,
  type Xiangning,
} from './xn23-stage.ts';

let stage: Xiangning;
let roundId: string;
let walletHolder: TestResident;
const kind = 'retail_10';

before(async () => {
  stage = await openXiangning();
  await at(stage.t, '2023-08-30T10:00:00');
  roundId = await openRound(stage, 1);
  await at(stage.t, '2023-09-01T10:00:00');
  walletHolder = await stage.t.signInResident();
  for (const wanted of [kind, 'catering_20']) {
    assert.equal((await claim(stage, walletHolder, { roundId, kind: wanted })).status, 201);
  }
});
after(() => closeXiangning(stage));

const first17 = '14102919900101001';
const idNumber = first17 + residentIdCheckDigit(first17);

async function issued(): Promise<number> {
  const { rows } = await stage.t.sql('select count(*)::int as n from voucher');
  return rows[0]?.n ?? -1;
}

test('二（八）补贴对象：当前地理位置定位为临汾市即可，市外、模拟定位、不准的都不行', async () => {
  const { t } = stage;
  const told = async (location: object) => {
    const resident = await t.signInResident();
    return (await claim(stage, resident, { roundId, kind, location })).code;
  };
  assert.equal(await told(inXiangning), undefined);
  const inLinfen = { ...inXiangning, longitude: 111.519, latitude: 36.088 };
  assert.equal(await told(inLinfen), undefined, '临汾市区也在范围内');
  const inTaiyuan = { ...inXiangning, longitude: 112.549, latitude: 37.857 };
  assert.equal(await told(inTaiyuan), 'location_not_eligible');
  assert.equal(await told({ ...inXiangning, isMocked: true }), 'location_not_eligible');
  assert.equal(await told({ ...inXiangning, accuracyM: 1_001 }), 'location_inaccurate');
});

test('四（一）不得将发券链接外放：没有在APP内登录的、收银机和工作人员都领不到', async () => {
  const { t } = stage;
  const sent = { params: { roundId }, body: { kind, location: inXiangning } };
  const before = await issued();
  assert.equal((await t.request(claimRoute, sent)).status, 401);
  const bureau = await office(stage, 'industry_bureau');
  assert.equal((await t.request(claimRoute, sent, bureau)).code, 'forbidden');
  const till = await tillOf(stage, 'retail');
  assert.equal((await t.request(claimRoute, sent, till)).code, 'forbidden');
  assert.equal(await issued(), before);
});

test('四（二）双重方式核验：未实名认证的不能领', async () => {
  const { t } = stage;
  const resident = await t.signInResident();
  await t.sql(
    `update resident_account set person_id = null, verified_at = null
     where resident_account_id = $1`,
    [resident.accountId],
  );
  const sent = { params: { roundId }, body: { kind, location: inXiangning } };
  assert.equal((await t.request(claimRoute, sent, resident)).code, 'real_name_required');
});

test('四（二）综合采用滑块验证码和图形验证码：缺一种都不行，一次验证只能领一次', async () => {
  const { t } = stage;
  const resident = await t.signInResident();
  const ask = async (captchaPass?: string, wanted = kind) => {
    const pass = captchaPass === undefined ? {} : { captchaPass };
    const body = { kind: wanted, location: inXiangning, ...pass };
    return (await t.request(claimRoute, { params: { roundId }, body }, resident)).code;
  };
  assert.equal(await ask(), 'captcha_required');
  for (const one of ['slider', 'picture'] as const) {
    const half = await passCaptchas(stage, resident, { roundId, kinds: [one] });
    assert.equal(await ask(half), 'captcha_required');
  }
  const whole = await passCaptchas(stage, resident, { roundId, kinds: ['slider', 'picture'] });
  assert.equal(await ask(whole), undefined);
  assert.equal(await ask(whole, 'retail_40'), 'captcha_invalid');
});

test('四（一）不得在降级的风控环境下发消费券：定位停用时一张不发，付款照常，恢复后再领', async () => {
  const { t } = stage;
  const holder = await t.signInResident();
  assert.equal((await claim(stage, holder, { roundId, kind })).status, 201);
  const before = await issued();
  t.sandboxes.location.become({ kind: 'down' });
  const other = await t.signInResident();
  const refused = await claim(stage, other, { roundId, kind });
  assert.deepEqual([refused.status, refused.code], [503, 'risk_controls_degraded']);
  assert.ok(Number(refused.headers['retry-after']) > 0);
  const { json } = await t.request(gate.listGatesRoute);
  const states = json.items.filter((one: { state: string }) => one.state === 'degraded');
  assert.deepEqual(
    states.map((one: { gate: string }) => one.gate),
    ['location'],
  );
  const paid = await pay(stage, holder, { till: await tillOf(stage, 'retail'), orderFen: 5_000 });
  assert.equal(paid.status, 200, 'a voucher in the wallet stays usable');
  assert.equal(await issued(), before);
  t.sandboxes.location.become({ kind: 'up' });
  for (let probe = 0; probe < 3; probe += 1) await probeGates(t.context);
  assert.equal((await claim(stage, other, { roundId, kind })).status, 201);
});

test('四（一）不得在降级的风控环境下发消费券：验证码停用时同样一张不发', async () => {
  const { t } = stage;
  const resident = await t.signInResident();
  const captchaPass = await passCaptchas(stage, resident, {
    roundId,
    kinds: ['slider', 'picture'],
  });
  const before = await issued();
  t.sandboxes.captcha.become('down');
  const params = { roundId };
  const asked = { params, body: { kind: 'slider', form: 'standard' } };
  const offer = await t.request(gate.offerCaptchaRoute, asked, resident);
  assert.equal(offer.code, 'risk_controls_degraded');
  // Even who passed both before the outage is told to wait.
  const body = { kind, captchaPass, location: inXiangning };
  const got = await t.request(claimRoute, { params, body }, resident);
  assert.equal(got.code, 'risk_controls_degraded');
  assert.equal(await issued(), before);
  t.sandboxes.captcha.become('up');
  for (let probe = 0; probe < 3; probe += 1) await probeGates(t.context);
  assert.equal((await t.request(claimRoute, { params, body }, resident)).status, 201);
});

test('四（一）不得在降级的风控环境下发消费券：实名核验停用时同样一张不发', async () => {
  const { t } = stage;
  const newcomer = await t.signInResident();
  await t.sql(
    `update resident_account set person_id = null, verified_at = null
     where resident_account_id = $1`,
    [newcomer.accountId],
  );
  t.sandboxes.identity.become({ kind: 'down' });
  const body = { name: '张三', residentId: idNumber };
  const asked = await t.request(verifyRealNameRoute, { body }, newcomer);
  assert.deepEqual([asked.status, asked.code], [503, 'busy']);
  const before = await issued();
  const verified = await t.signInResident();
  const refused = await claim(stage, verified, { roundId, kind });
  assert.deepEqual([refused.code, refused.json.gates], ['risk_controls_degraded', ['real_name']]);
  await probeGates(t.context);
  assert.equal((await claim(stage, verified, { roundId, kind })).code, 'risk_controls_degraded');
  assert.equal(await issued(), before);
  t.sandboxes.identity.become({ kind: 'up' });
  for (let probe = 0; probe < 3; probe += 1) await probeGates(t.context);
  assert.equal((await claim(stage, verified, { roundId, kind })).status, 201);
});

test('四（三）仅限“被扫支付”：主扫收款码、付款码截图、用过的码都不能核销', async () => {
  const { t } = stage;
  const resident = await t.signInResident();
  assert.equal((await claim(stage, resident, { roundId, kind })).status, 201);
  const content = { content: 'https://qr.95516.com/00010000/0123456789' };
  const active = await t.request(scanShopRoute, { body: content }, resident);
  assert.equal(active.code, 'mode_not_supported');
  const till = await tillOf(stage, 'retail');
  const { json } = await t.request(issueCodeRoute, { body: {} }, resident);
  await at(t, '2023-09-01T10:01:00.000');
  const order = { orderFen: 5_000, payment: 'merchant' };
  const screenshot = await t.request(tryRoute, { body: { code: json.code, ...order } }, till);
  assert.equal(screenshot.code, 'code_expired');
  const fresh = await t.request(issueCodeRoute, { body: {} }, resident);
  const scanned = { body: { code: fresh.json.code, ...order } };
  assert.equal((await t.request(tryRoute, scanned, till)).status, 201);
  assert.equal((await t.request(tryRoute, scanned, till)).code, 'code_used');
});

test('五（一）发现异常一人即可立即停发：此后一张不发，轮次列表上看得见', async () => {
  const { t, programme } = stage;
  const before = await issued();
  const bureau = await office(stage, 'industry_bureau');
  const sent = { params: { roundId }, body: { reason: '疑似黄牛软件抢券' } };
  const stopped = await t.request(stopRoundRoute, sent, bureau);
  assert.equal(stopped.status, 200, stopped.text);
  const resident = await t.signInResident();
  assert.equal((await claim(stage, resident, { roundId, kind })).code, 'round_closed');
  assert.equal(await issued(), before);
  const params = { programmeId: programme.programmeId };
  const { json } = await t.request(listRoundsRoute, { params });
  assert.equal(json.items[0].state, 'stopped');
  const refused = await scan(stage, resident, { till: await tillOf(stage, 'retail'), orderFen: 1 });
  assert.equal(refused.code, 'no_usable_voucher');
});

test('四（二）区分“未使用”“已使用”“已过期”，每张券明示起止时间', async () => {
  const { t } = stage;
  const resident = walletHolder;
  const tab = async (name: string) => {
    const got = await t.request(walletRoute, { query: { tab: name } }, resident);
    return got.json.items.map((one: { kind: string; usableFrom: string; validTo: string }) => [
      one.kind,
      one.usableFrom.slice(0, 16),
      one.validTo.slice(0, 16),
    ]);
  };
  const term = ['2023-09-01T10:00', '2023-09-07T23:00'];
  assert.equal((await tab('unused')).length, 2);
  const order = { till: await tillOf(stage, 'retail'), orderFen: 5_000 };
  assert.equal((await pay(stage, resident, order)).status, 200);
  assert.deepEqual(await tab('used'), [[kind, ...term]]);
  assert.deepEqual(await tab('unused'), [['catering_20', ...term]]);
  await at(t, '2023-09-07T23:00:00');
  assert.deepEqual(await tab('expired'), [['catering_20', ...term]]);
  assert.deepEqual(await tab('unused'), []);
});
