import { fen, zeroFen, type Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { atTime, instant, type Instant } from '@huiquan/domain/instant.ts';
import type { Actor } from '../../server/src/db/transact.ts';
import { releaseDue } from '../../server/src/features/expiry/expiry.ts';
import { listFunds, openPlannedFunds } from '../../server/src/features/fund/fund.ts';
import { claimVouchers } from '../../server/src/features/round/claim.ts';
import { approveRound, closeRound, prepareRound } from '../../server/src/features/round/round.ts';
import type { Voucher } from '../../server/src/features/voucher/voucher.ts';
import { bringMoney, settleDay } from './money.ts';
import { settleIn, somebody } from './people.ts';
import { movePlan, publish, type Published } from './programme.ts';
import { admit, openShop, payAt, type Till } from './shops.ts';
import { hire, pick, type Step, type World } from './world.ts';

const regionCode = '141029';
const peopleCount = 48;
const dayMs = 86_400_000;
/** Rounds that have been when the demo begins; the next ones are still to come. */
const roundsBefore = 13;

const shopNames = [
  ['xn-1', '乡宁县惠民购物广场', 'retail', '昌宁镇迎旭大街12号'],
  ['xn-2', '乡宁县万家福超市', 'retail', '昌宁镇振兴路8号'],
  ['xn-3', '乡宁县金阳家电城', 'appliance', '昌宁镇新城路3号'],
  ['xn-4', '乡宁县鄂邑大酒店', 'catering', '昌宁镇滨河路1号'],
  ['xn-5', '乡宁县老字号面馆', 'catering', '管头镇正街22号'],
] as const;

type Cast = {
  readonly world: World;
  programme: Published | undefined;
  commerce: Actor | undefined;
  finance: Actor | undefined;
  tills: Till[];
  readonly persons: string[];
  /** Vouchers in wallets that may still be used. */
  wallets: Voucher[];
  readonly rounds: Map<number, string>;
};

type Ready = Cast & { programme: Published; commerce: Actor; finance: Actor };

function ready(cast: Cast): Ready {
  const { programme, commerce, finance } = cast;
  if (programme === undefined || commerce === undefined || finance === undefined) {
    throw new Error('the programme is not published yet');
  }
  return Object.assign(cast, { programme, commerce, finance });
}

async function begin(cast: Cast, planText: string): Promise<void> {
  const { world } = cast;
  const bureau = (loginName: string, title: string, role: 'COM' | 'FIN') => (id: string) =>
    hire(world, {
      loginName,
      title,
      organisationId: id,
      role,
      scope: { scopeKind: 'organisation', scopeId: id },
    });
  cast.programme = await publish(world, {
    planText,
    code: 'xiangning-2023',
    organiserKind: 'county_government',
    level: 'county',
    regionCode,
    kinds: {
      industry_bureau: 'commerce_bureau',
      finance_bureau: 'finance_bureau',
      central_bank: 'central_bank',
      unionpay_shanxi: 'payment_provider',
    },
    preparer: bureau('xn-gov', '乡宁县政府办（活动经办）', 'COM'),
    approver: (organiserId, named) =>
      bureau('xn-lead', '乡宁县领导小组（活动审批）', 'FIN')(named['leading_group'] ?? organiserId),
  });
  const { parties, programmeId } = cast.programme;
  const industry = parties['industry_bureau'] ?? '';
  const treasury = parties['finance_bureau'] ?? '';
  cast.commerce = await bureau('xn-commerce', '乡宁县工信局经办', 'COM')(industry);
  cast.finance = await bureau('xn-finance', '乡宁县财政局审批', 'FIN')(treasury);
  for (const { loginName, title, id } of [
    { loginName: 'xn-commerce-party', title: '乡宁县工信局（按方案授权）', id: industry },
    { loginName: 'xn-finance-party', title: '乡宁县财政局（按方案授权）', id: treasury },
  ]) {
    const role = id === industry ? 'COM' : 'FIN';
    const scope = { scopeKind: 'party', scopeId: '' } as const;
    await hire(world, { loginName, title, organisationId: id, role, scope });
  }
  for (const [code, name, category, address] of shopNames) {
    const till = await openShop(world, { code, name, category, regionCode, address });
    const reviewer = cast.commerce;
    await admit(world, till, { programmeId, reviewer, organisationId: industry });
    cast.tills.push(till);
  }
  for (let n = 1; n <= peopleCount; n += 1) {
    const one = somebody(regionCode, n);
    cast.persons.push(await settleIn(world, one));
    if (n <= 3) world.residents.push({ ...one, note: '乡宁居民，钱包里有券' });
  }
}

/** 600万 from the county's treasury: 汽车50、零售300、家电180、餐饮70. */
async function fund(cast: Cast): Promise<void> {
  const { world, programme, commerce, finance } = ready(cast);
  const { programmeId, plan } = programme;
  const { keys } = world.installation;
  await world.act(commerce, (tx) => openPlannedFunds(tx, { programmeId, keys }));
  const funds = await world.act(commerce, (tx) => listFunds(tx, { programmeId, limit: 100 }));
  const lines = funds.map(({ fundId, pool }) => ({
    fundId,
    amountFen: plan.pools.find((one) => one.id === pool)?.amountFen ?? zeroFen,
  }));
  await bringMoney(world, {
    programmeId,
    lines: lines.filter((line) => line.amountFen > 0n),
    payer: { name: '乡宁县财政局', account: '0400123456789' },
    payTo: { name: '乡宁县促消费专户', number: '6200141029000018', bank: '农业银行乡宁县支行' },
    preparer: commerce,
    approver: finance,
  });
}

async function stock(cast: Cast, number: number): Promise<void> {
  const { world, programme, commerce, finance, rounds } = ready(cast);
  const { programmeId } = programme;
  const round = await world.act(commerce, (tx) => prepareRound(tx, { programmeId, number }));
  await world.act(finance, (tx) => approveRound(tx, round));
  rounds.set(number, round.roundId);
}

async function rush(cast: Cast, number: number): Promise<void> {
  const { world, programme, persons, rounds } = ready(cast);
  const kinds = programme.plan.rounds[number - 1]?.stock.map((one) => one.kind) ?? [];
  const roundId = rounds.get(number) ?? '';
  const items = persons
    .filter((person) => pick(`asks ${number} ${person}`, 3) > 0)
    .map((personId) => ({
      roundId,
      personId,
      kind: kinds[pick(`kind ${number} ${personId}`, kinds.length)] ?? '',
      deviceId: personId,
      captchaNonce: newId(),
    }));
  const crowd: Actor = { kind: 'system', id: 'claims' };
  const outcomes = await world.act(crowd, (tx) => claimVouchers(tx, items));
  for (const { voucher } of outcomes) if (voucher !== undefined) cast.wallets.push(voucher);
}

async function shop(cast: Cast, number: number): Promise<void> {
  const { world, programme, tills } = ready(cast);
  const { plan } = programme;
  for (const voucher of cast.wallets.splice(0)) {
    if (pick(`uses ${number} ${voucher.voucherId}`, 10) < 3) continue;
    const kind = plan.kinds.find((one) => one.id === voucher.kind);
    const fitting = tills.filter((till) => kind?.categories.includes(till.category) === true);
    const till = fitting[pick(`till ${voucher.voucherId}`, fitting.length || 1)];
    if (kind === undefined || till === undefined) continue;
    const extra = pick(`order ${voucher.voucherId}`, 8_000);
    const orderFen: Fen = fen(kind.threshold.amountFen + BigInt(extra));
    await payAt(world, till, { ...voucher, orderFen });
  }
}

function stepsOfRound(cast: Cast, number: number, opensAt: Instant): Step[] {
  const later = (days: number, hours = 0) => instant(opensAt + days * dayMs + hours * 3_600_000);
  const { world } = cast;
  const robot: Actor = { kind: 'system', id: 'schedule' };
  return [
    { at: later(-2), run: () => stock(cast, number) },
    { at: opensAt, run: () => rush(cast, number) },
    { at: later(2, 3), run: () => shop(cast, number) },
    {
      at: later(3),
      run: async () => {
        const { programme, commerce, finance, rounds } = ready(cast);
        const { programmeId } = programme;
        const roundId = rounds.get(number) ?? '';
        await world.act(robot, (tx) => closeRound(tx, { roundId }));
        await settleDay(world, { programmeId, preparer: commerce, approver: finance });
      },
    },
    { at: later(6, 14), run: async () => void (await releaseDue(world.installation.db, robot)) },
  ];
}

/**
 * Xiangning 2023 in its thirteenth week: twelve rounds are over, the last ones still come, the car
 * pool of 50万 stands funded and unissued.
 */
export function xiangning(world: World, now: Instant): Step[] {
  const last = instant(atTime('2023-09-01', '10:00') + (roundsBefore - 1) * 7 * dayMs);
  const { planText, moved } = movePlan('xiangning-2023', last, now);
  const opens = (number: number) =>
    instant(moved(atTime('2023-09-01', '10:00')) + (number - 1) * 7 * dayMs);
  const empty = { programme: undefined, commerce: undefined, finance: undefined };
  const cast: Cast = {
    ...empty,
    world,
    tills: [],
    persons: [],
    wallets: [],
    rounds: new Map(),
  };
  const numbers = Array.from({ length: roundsBefore + 1 }, (_, index) => index + 1);
  return [
    { at: moved(atTime('2023-08-22', '09:00')), run: () => begin(cast, planText) },
    { at: moved(atTime('2023-08-28', '10:00')), run: () => fund(cast) },
    ...numbers.flatMap((number) => stepsOfRound(cast, number, opens(number))),
  ];
}
