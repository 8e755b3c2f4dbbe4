import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Compared, compareWithArticle } from '@huiquan/domain/evaluation/article.ts';
import type { Evaluation } from '@huiquan/domain/evaluation/evaluation.ts';
import { rounded } from '@huiquan/domain/evaluation/exact.ts';
import { figuresOf } from '@huiquan/domain/evaluation/figures.ts';
import { fen } from '@huiquan/domain/fen.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { closeDb, type Db, openDb } from '../server/src/db/pool.ts';
import { testDatabase, type TestDatabase } from '../server/src/db/test-database.ts';
import { snapshot } from '../server/src/db/transact.ts';
import { verify } from '../server/src/features/audit/verify.ts';
import { articleOf } from '../server/src/features/evaluation/article-of.ts';
import { evaluateCommand } from '../server/src/features/evaluation/evaluate-command.ts';
import { evaluateProgramme } from '../server/src/features/evaluation/evaluate.ts';
import { someKeys } from '../server/src/given/fund.ts';
import { someStaff } from '../server/src/given/organisation.ts';
import { enlarged } from './sx20e-enlarge.ts';
import { loadPublished, planFile } from './sx20e-load.ts';
import { sampleDose } from './sx20e-volumes.ts';

let database: TestDatabase;
let db: Db;
let owner: Db;
let folder: string;
let evaluation: Evaluation;
let compared: ReadonlyMap<string, Compared>;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl });
  owner = openDb({ url: database.migratorUrl, max: 1 });
  folder = await mkdtemp(join(tmpdir(), 'sx20e-'));
  const article = await articleOf(planFile);
  assert.ok(article !== undefined, 'the article stands beside its plan');
  const stage = { db, owner: owner.pool, keys: someKeys, folder };
  const programmeId = await loadPublished(stage, article, sampleDose);
  const sample = await snapshot(db, someStaff(), (tx) => evaluateProgramme(tx, programmeId));
  // One of a hundred was loaded; counties are counties at any dose.
  evaluation = enlarged(sample, sampleDose.divisor);
  const lines = compareWithArticle(figuresOf(evaluation), article);
  compared = new Map(lines.map((one) => [one.id, one]));
});

after(async () => {
  await closeDb(owner);
  await closeDb(db);
  await database.drop();
  await rm(folder, { recursive: true });
});

function line(id: string): Compared {
  const found = compared.get(id);
  assert.ok(found !== undefined, id);
  return found;
}

function shown(id: string, decimals: number): string | undefined {
  const value = figuresOf(evaluation).find((one) => one.id === id)?.value;
  return value && rounded(value, decimals);
}

test('成效（二）: 电子券1.5亿元由省0.48、市0.62、县0.4亿元相加', () => {
  for (const level of ['total', 'province', 'city', 'county']) {
    assert.ok(line(`electronic.${level}`).agrees, level);
  }
});

test('成效（二）: 纸质券7.2亿元、合计8.7亿元与账上登记一致', () => {
  assert.ok(line('paper.total').agrees);
  assert.ok(line('issued.total').agrees);
  assert.ok(line('paper.city').agrees);
  assert.ok(line('paper.county').agrees);
});

test('成效（二）: 电子券1.5亿元拉动消费1.9亿元，拉动效应1.27倍', () => {
  assert.ok(line('spending').agrees);
  assert.equal(shown('leverage.issued', 2), '1.27');
  assert.equal(shown('leverage.redeemed', 2), '1.33');
});

test('成效（二）: 消费分布于日用百货、粮油果蔬、超市便利加油、宾馆餐娱及其他', () => {
  assert.deepEqual(
    evaluation.categories.map((one) => one.industry),
    ['日用百货', '粮油果蔬', '超市便利加油', '宾馆餐娱', '其他（医药、交通、缴费等）'],
  );
});

test('成效（二）: 旅游年卡本系统尚不能办理，报告照实说明', () => {
  const cards = line('travel_cards');
  assert.deepEqual([cards.ledger, cards.printed, cards.agrees], [undefined, '近17', false]);
  assert.deepEqual(evaluation.notBuilt, ['旅游年卡']);
});

test('问题（二）: 776万会员预计23.3亿元，实际8.7亿元', () => {
  assert.ok(line('members.total').agrees);
  assert.ok(line('planned.total').agrees);
  assert.equal(line('planned.total').ledger, '23.28');
});

test('问题（二）: 省级分项合2.78亿元为每人309元，账上守住300元，为2.70亿元', () => {
  const issued = line('issued.province');
  assert.deepEqual([issued.ledger, issued.agrees], ['2.70', true]);
  assert.match(issued.reason ?? '', /0\.48\+2\.3=2\.78亿元，四舍五入为2\.8，文章印作2\.7/);
  assert.match(issued.reason ?? '', /每人308\.89元，超过每人300元/);
  const paper = line('paper.province');
  assert.deepEqual([paper.ledger, paper.difference], ['2.22', '-0.08']);
  assert.match(paper.reason ?? '', /0\.08亿元超出.*2\.30亿元，与文章一致/);
});

test('问题（二）: 市级比预计少2.46亿元，文章印作2.48亿元是用取整后的4.3亿元相减', () => {
  const city = line('shortfall.city');
  assert.deepEqual([city.ledger, city.agrees, city.difference], ['2.46', false, '-0.02']);
  assert.match(city.reason ?? '', /6\.78-4\.3=2\.48.*6\.78-4\.32=2\.46亿元/);
});

test('问题（二）: 县级比预计少12.2亿元', () => {
  assert.ok(line('shortfall.county').agrees);
});

test('问题（二）: 117个县中财政保障100%的20个，50%到100%的22个，不足50%的68个，为0的7个', () => {
  for (const id of ['total', 'full', 'upper', 'lower', 'none']) {
    assert.ok(line(`counties.${id}`).agrees, id);
  }
});

test('问题（三）: 纸质券占82.8%,电子券占17.2%', () => {
  assert.equal(shown('share.paper', 1), '82.8');
  assert.equal(shown('share.electronic', 1), '17.2');
});

test('一(三): 逾期未用的钱全部退回，账上没有剩余', () => {
  const { money } = evaluation;
  assert.equal(money.expiredFen, fen(2_500n * 30_000n * 10n));
  assert.deepEqual([money.returnedFen, money.returnDueFen], [money.expiredFen, 0n]);
  assert.deepEqual([money.availableFen, money.committedFen, money.outstandingFen], [0n, 0n, 0n]);
});

test('文章与账上不一致的每一项都有原因', () => {
  const unexplained = [...compared.values()].filter(
    (one) => !one.agrees && (one.reason === undefined || one.reason.includes('不能解释')),
  );
  assert.deepEqual(unexplained, []);
});

test('命令打印报告、给出JSON、写成表格；别的文件类型和未知活动被拒绝', async () => {
  const written: string[] = [];
  const write = (text: string) => void written.push(text);
  await evaluateCommand(db, planFile, {}, write);
  assert.match(written[0] ?? '', /拉动效应（消费÷电子券发放额） +1\.27/);
  assert.match(written[0] ?? '', /取舍规则/);
  await evaluateCommand(db, planFile, { json: true }, write);
  const told: unknown = JSON.parse(written[1] ?? '');
  assert.equal(Reflect.get(Object(told), 'evaluation').levels.length, 5);
  const out = join(folder, '评估.csv');
  await evaluateCommand(db, planFile, { out }, write);
  assert.match(await readFile(out, 'utf8'), /财政保障100%的县,20/);
  await evaluateCommand(db, planFile, { out: join(folder, '评估.xlsx') }, write);
  const refused = (code: string) => (error: unknown) =>
    error instanceof Refusal && error.code === code;
  await assert.rejects(
    evaluateCommand(db, planFile, { out: 'a.pdf' }, write),
    refused('file_type_not_allowed'),
  );
  await assert.rejects(evaluateCommand(db, 'nobody', {}, write), refused('not_found'));
});

test('账本、消费券与证据链核验通过', async () => {
  const report = await verify(db);
  assert.equal(report.firstBad, null);
  assert.ok(report.invariants.some((one) => one.lookedAt >= 5_000));
});
