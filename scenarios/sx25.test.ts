import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import { instant, instantFromText, instantText } from '@huiquan/domain/instant.ts';
import { shanxiUnionCaps } from '@huiquan/domain/plan/legal-caps.ts';
import { Refusal, type RefusalCode } from '@huiquan/domain/refusals.ts';
import { features } from '../server/src/app.ts';
import { transact, type Tx } from '../server/src/db/transact.ts';
import { verify } from '../server/src/features/audit/verify.ts';
import { listRefusals } from '../server/src/features/issuing/batch.ts';
import { forecastIssue } from '../server/src/features/issuing/forecast.ts';
import { currentPlan } from '../server/src/features/programme/load-plan.ts';
import { checkPlanFile } from '../server/src/features/programme/plan-file.ts';
import { preparePlan } from '../server/src/features/programme/prepared-plan.ts';
import { approveVersion, prepareVersion } from '../server/src/features/programme/programme.ts';
import { givenFund } from '../server/src/given/fund.ts';
import { givenIssuedBatch, givenPersons, givenRoster } from '../server/src/given/issuing.ts';
import { someStaff } from '../server/src/given/organisation.ts';
import { givenProgramme, programmeText } from '../server/src/given/programme.ts';
import { testApp, type TestApp } from '../server/src/http/test-app.ts';

const checked = checkPlanFile(programmeText('shanxi-union-2025'));
const text = (amount: number) => BigInt(amount) * 100n;
let t: TestApp;

before(async () => {
  t = await testApp(features);
  await at('2025-07-01T09:00:00');
});
after(async () => {
  const report = await verify(t.db);
  await t.drop();
  assert.equal(report.firstBad, null);
});

const at = (moment: string) =>
  t.setClock(instantFromText(`${moment}+08:00`) ?? instant(Number.NaN));
const act = <T>(work: (tx: Tx) => Promise<T>) => transact(t.db, someStaff(), work);
const is = (code: RefusalCode) => (error: unknown) =>
  error instanceof Refusal && error.code === code;

/** 一: what a branch union makes of the measure — its own plan, which quotes the cap. */
const branchPlan = (faceYuan: number) => `
format: 1
id: branch-2025
name: 基层工会2025年消费券
document: { number: 测试工会〔2025〕1号, title: 消费券发放细则, issuer: 某基层工会, issued_on: "2025-06-25" }
region: { code: "140106", name: 太原市迎泽区, level: county }
dates: { from: "2025-07-01", to: "2026-06-30" }
parties:
  - { id: union, name: 某基层工会, roles: [organiser, executor] }
  - { id: higher, name: 上级工会, roles: [supervisor, finance] }
approvals: []
funders:
  - { id: dues, party: higher, source: dues, order_of_use: 1, return_account: payer,
      pay_to: { name: 工会专户, number: "6200001234567890", bank: 农商行 } }
pools: [{ id: voucher, name: 工会消费券, funders: [dues] }]
kinds:
  - { id: daily, name: 日用消费品券, pool: voucher, face: ${faceYuan},
      threshold: { amount: face } }
packs: [{ id: one, name: 消费券, contents: [{ kind: daily, count: 1 }] }]
validity: { until_programme_end: true }
eligibility: { who: 本单位会员, list: { name: 会员名单, provided_by: [union], identity: id_number } }
issuing: [{ id: resident, mode: directed, pack: one, per_person: ${faceYuan} }]
limits: [{ action: issue, period: programme, entity: person, of: all_kinds, max: 1 }]
merchants:
  admission: apply
  conditions: [not_on_dishonesty_list]
  categories: [{ id: daily, name: 日用消费品, reviewed_by: union }]
redemption: { presentation: merchant_scans, one_voucher_per_payment: true, excluded_uses: [cash] }
refund: { policy: restore_if_valid }
unspent: { to: funder, within_working_days: 10 }
benefits:
  - { id: voucher, benefit: voucher, name: 工会消费券, per: member, period: year, max_amount: 300,
      max_count: 1, effective_from: "2025-06-20", clause: 一 }
`;

async function givenBranch(faceYuan: number) {
  const programme = await givenProgramme(t.db, { planText: branchPlan(faceYuan) });
  const { programmeId, organiserId: organisationId } = programme;
  const money = { programmeId, pool: 'voucher', amountFen: text(10_000) };
  await givenFund(t.db, { ...money, keys: t.keys });
  const listOf = async (persons: readonly string[]) => {
    const rows = { programmeId, organisationId, persons, voucherCount: 1 };
    const roster = await givenRoster(t.db, { ...rows, faceFen: text(faceYuan) });
    return roster.rosterId;
  };
  return { programmeId, listOf };
}

async function countOf(personId: string): Promise<number> {
  const { rows } = await t.sql('select count(*)::int as n from voucher where person_id = $1', [
    personId,
  ]);
  return rows[0]?.n ?? -1;
}

test('一、发放工会消费券:每人每年不超过300元,301元的细则不能公布', () => {
  const codes = (faceYuan: number) =>
    checkPlanFile(branchPlan(faceYuan)).findings.map((one) => [one.code, one.severity]);
  assert.ok(!codes(300).some(([code]) => code === 'over_legal_cap'));
  assert.deepEqual(
    codes(301).find(([code]) => code === 'over_legal_cap'),
    ['over_legal_cap', 'error'],
  );
});

test('一、每年为会员发放一次:同一会员在别处已领的,第二次拒绝并写明条款', async () => {
  const [both = '', other = ''] = await givenPersons(t.db, 2);
  const first = await givenBranch(200);
  const second = await givenBranch(100);
  await givenIssuedBatch(t.db, await first.listOf([both]));
  const rosterId = await second.listOf([both, other]);
  const forecast = await act((tx) => forecastIssue(tx, { rosterId, mode: 'read' }));
  assert.deepEqual(forecast.refusals, [{ code: 'cap_exceeded', count: 1 }]);
  const batchId = await givenIssuedBatch(t.db, rosterId);
  const [refused] = await act((tx) => listRefusals(tx, { batchId, size: 10 }));
  assert.deepEqual([refused?.code, refused?.details['clause']], ['cap_exceeded', '一']);
  assert.deepEqual([await countOf(both), await countOf(other)], [1, 1]);
});

test('一、每年一次:12月31日最后一毫秒仍是当年,1月1日零时起是下一年', async () => {
  const [member = ''] = await givenPersons(t.db, 1);
  const branches = [await givenBranch(300), await givenBranch(300), await givenBranch(300)];
  const issue = async (n: number) => {
    const rosterId = await branches[n]?.listOf([member]);
    await givenIssuedBatch(t.db, rosterId ?? '').catch((error: unknown) => {
      if (!is('cap_exceeded')(error) && !is('nothing_to_issue')(error)) throw error;
    });
    return countOf(member);
  };
  assert.equal(await issue(0), 1);
  await at('2025-12-31T23:59:59.999');
  assert.equal(await issue(1), 1);
  await at('2026-01-01T00:00:00.000');
  assert.equal(await issue(2), 2);
});

/** What the measure prints: benefit, 元 a person, how often. */
const measures = [
  ['三、丰富职工文体活动', 'culture', 500, undefined],
  ['四、拓展职工春秋游', 'outing', undefined, 4],
  ['四、拓展职工春秋游(文旅年卡、普惠册)', 'travel_card', 300, undefined],
  ['四、拓展职工春秋游(2天1晚)', 'outing_length', undefined, 2],
  ['七、适当提高慰问标准(节日)', 'festival', 2_200, undefined],
  ['七、适当提高慰问标准(生日)', 'birthday', 500, undefined],
  ['七、适当提高慰问标准(一孩)', 'birth_first', 1_500, undefined],
  ['七、适当提高慰问标准(二孩)', 'birth_second', 2_000, undefined],
  ['七、适当提高慰问标准(三孩以上)', 'birth_third', 2_500, undefined],
] as const;

for (const [heading, benefit, most, times] of measures) {
  test(`${heading}:标准与条款记入方案,超过一分或一次即查出`, () => {
    const found = checked.plan?.benefits.find((one) => one.benefit === benefit);
    assert.deepEqual(
      [found?.maxFen, found?.maxCount],
      [most === undefined ? undefined : fen(text(most)), times],
    );
    assert.equal(found?.effectiveFrom, '2025-06-20');
    const id = `benefit: ${benefit},`;
    const line = programmeText('shanxi-union-2025')
      .split('\n')
      .find((one) => one.includes(id));
    assert.ok(line, benefit);
    const more =
      most === undefined
        ? line.replace(`max_count: ${times}`, `max_count: ${(times ?? 0) + 1}`)
        : line.replace(`max_amount: ${most}`, `max_amount: ${most}.01`);
    const raised = checkPlanFile(programmeText('shanxi-union-2025').replace(line, more));
    const over = raised.findings.filter((one) => one.code === 'over_legal_cap');
    assert.equal(over.length, 1, more);
    assert.match(over[0]?.clause ?? '', /^晋工办发〔2025〕26号 [三四七]$/);
  });
}

test('三、补助额度最高不超过会费收入的四倍', () => {
  const cap = shanxiUnionCaps.find((one) => one.benefit === 'fee_top_up');
  assert.deepEqual([cap?.maxTimes, cap?.clause], [4, '三']);
  const planText = programmeText('shanxi-union-2025').replace('times: 4', 'times: 5');
  const codes = checkPlanFile(planText).findings.map((one) => one.code);
  assert.ok(codes.includes('over_legal_cap'));
});

test('二至十项:支出的办理尚未建成,检查程序如实列出,其余照常运行', () => {
  const notBuilt = checked.findings.filter((one) => one.code === 'feature_not_built');
  assert.deepEqual(
    notBuilt.map((one) => one.figures['feature']),
    ['benefit_spending'],
  );
  assert.ok(checked.findings.every((one) => one.severity !== 'error'));
  const covered = new Set(checked.plan?.benefits.map((one) => one.clause));
  assert.deepEqual([...covered], ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十']);
});

test('末段 自印发之日起执行;出台新标准的,按新规定执行,此前的仍按旧标准', async () => {
  await at('2026-02-01T09:00:00');
  const programme = await givenProgramme(t.db, { file: 'shanxi-union-2025' });
  const { programmeId, versionId } = programme;
  const sourceText = programmeText('shanxi-union-2025')
    .replace('effective_from: 2025-06-20 # 自印发之日起执行', 'effective_from: 2026-03-01')
    .replace('max_amount: 2200', 'max_amount: 2000');
  const parties = Object.entries(programme.parties).map(([party, organisationId]) => ({
    party,
    organisationId,
  }));
  const prepared = preparePlan({ sourceText, parties });
  const made = await act((tx) => prepareVersion(tx, { programmeId, prepared }));
  const seen = { versionId: made.versionId, seenHash: prepared.contentHash };
  const { effectiveFrom } = await act((tx) => approveVersion(tx, seen));
  assert.equal(instantText(effectiveFrom), '2026-03-01T00:00:00+08:00');
  const festival = async () => {
    const current = await act((tx) => currentPlan(tx, programmeId));
    const cap = current.plan.benefits.find((one) => one.benefit === 'festival');
    return [current.versionId, cap?.maxFen];
  };
  await at('2026-02-28T23:59:59.999');
  assert.deepEqual(await festival(), [versionId, text(2_200)]);
  await at('2026-03-01T00:00:00.000');
  assert.deepEqual(await festival(), [made.versionId, text(2_000)]);
});
