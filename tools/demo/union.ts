import { fen, yuan } from '@huiquan/domain/fen.ts';
import { atTime, dayOf, instant, type Instant } from '@huiquan/domain/instant.ts';
import type { Actor } from '../../server/src/db/transact.ts';
import { openFund } from '../../server/src/features/fund/fund.ts';
import { issueWaiting } from '../../server/src/features/issuing/run.ts';
import {
  createOrganisation,
  reportFigures,
} from '../../server/src/features/people/organisation.ts';
import { bringMoney, settleDay } from './money.ts';
import { settleIn, somebody } from './people.ts';
import { movePlan, publish } from './programme.ts';
import { handInRoster, issueRoster } from './rosters.ts';
import { openShop, type Till } from './shops.ts';
import { goShopping } from './wallets.ts';
import { hire, installer, type Step, type World } from './world.ts';

const regionCode = '140105';
const weekMs = 7 * 86_400_000;
/** Members per branch; every sixth does not register in time and his money goes back. */
const branches = [
  ['branch-1', '太原第一机床厂工会', 24],
  ['branch-2', '山西晋阳中学工会', 18],
] as const;

async function play(world: World, planText: string) {
  const union = (loginName: string, title: string) => (id: string) =>
    hire(world, {
      loginName,
      title,
      organisationId: id,
      role: 'UNI',
      scope: { scopeKind: 'organisation', scopeId: id },
    });
  const programme = await publish(world, {
    planText,
    code: 'shanxi-union-2020',
    organiserKind: 'province_union',
    level: 'province',
    regionCode: '140000',
    kinds: {
      provincial_finance: 'finance_bureau',
      central_bank: 'central_bank',
      higher_union: 'city_union',
      branch_union: 'branch_union',
      unionpay: 'payment_provider',
    },
    preparer: union('sx-union', '山西省总工会经办'),
    approver: union('sx-union-lead', '山西省总工会审批'),
  });
  const higher = await union(
    'ty-union',
    '太原市总工会审批',
  )(programme.parties['higher_union'] ?? '');
  return { programme, higher };
}

type Cast = Awaited<ReturnType<typeof play>>;

/** A branch pays for its members with the remark 1400, hands its list in, and it is issued. */
async function branch(
  world: World,
  { programme, higher }: Cast,
  [code, name, count]: (typeof branches)[number],
): Promise<string[]> {
  const { programmeId } = programme;
  const parentId = programme.parties['higher_union'] ?? programme.organiserId;
  const organisationId = await world.act(installer, (tx) =>
    createOrganisation(tx, { name, kind: 'branch_union', level: 'city', parentId, regionCode }),
  );
  const asOf = dayOf(world.now());
  await world.act(installer, (tx) =>
    reportFigures(tx, [{ organisationId, figure: 'members', asOf, value: count }]),
  );
  const clerk = await hire(world, {
    loginName: code,
    title: `${name}经办`,
    organisationId,
    role: 'BUC',
    scope: { scopeKind: 'organisation', scopeId: organisationId },
  });
  const pool = programme.plan.pools[0]?.id ?? '';
  const channel = programme.plan.channels[0]?.id ?? '';
  const { fundId } = await world.act(clerk, (tx) =>
    openFund(tx, { programmeId, pool, funderId: organisationId, funder: 'dues', channel }),
  );
  await bringMoney(world, {
    programmeId,
    lines: [{ fundId, amountFen: fen(yuan(300) * BigInt(count)) }],
    payer: { name, account: '0502123456789' },
    preparer: clerk,
    approver: higher,
  });
  const offset = code === 'branch-1' ? 0 : 100;
  const people = Array.from({ length: count }, (_, n) => somebody(regionCode, offset + n + 1));
  const persons: string[] = [];
  for (const [index, one] of people.entries()) {
    if (index % 6 === 5) continue;
    persons.push(await settleIn(world, one));
    if (index < 2) world.residents.push({ ...one, note: `${name}会员，300 元券` });
  }
  const rosterId = await handInRoster(world, {
    programmeId,
    organisationId,
    source: 'electronic',
    fileName: `${name}消费券发放名单.csv`,
    rows: [
      ['姓名', '手机号', '消费券面值', '发放金额'],
      ...people.map((one) => [one.name, one.phone, '300', '300']),
    ],
    clerk,
    approver: higher,
  });
  await issueRoster(world, { rosterId, clerk, approver: higher });
  for (const personId of persons) {
    await world.act({ kind: 'system', id: 'issue' }, (tx) => issueWaiting(tx, personId));
  }
  return persons;
}

/** The union voucher of 2020 in its fifth week: issued, being spent, some members never came. */
export function union(world: World, now: Instant): Step[] {
  const { planText, moved } = movePlan('shanxi-union-2020', atTime('2020-06-08', '09:00'), now);
  let cast: Cast | undefined;
  const persons: string[] = [];
  const tills: Till[] = [];
  const ready = (): Cast => {
    if (cast === undefined) throw new Error('the programme is not published yet');
    return cast;
  };
  const week = (n: number): Step => ({
    at: instant(moved(atTime('2020-05-21', '16:00')) + n * weekMs),
    run: async () => {
      const { programme, higher } = ready();
      const { programmeId, plan } = programme;
      const day = dayOf(world.now());
      await goShopping(world, { plan, persons, tills, day });
      const robot: Actor = { kind: 'system', id: 'schedule' };
      await settleDay(world, { programmeId, preparer: robot, approver: higher });
    },
  });
  return [
    {
      at: moved(atTime('2020-04-26', '09:00')),
      run: async () => void (cast = await play(world, planText)),
    },
    {
      at: moved(atTime('2020-05-06', '09:00')),
      run: async () => {
        for (const [code, name, category] of [
          ['sx-1', '太原市并州百货', 'department_store'],
          ['sx-2', '太原市双合成餐饮', 'catering'],
        ] as const) {
          const place = { code, name, category, regionCode, address: '太原市小店区长风街' };
          tills.push(await openShop(world, { ...place, acceptanceMark: true }));
        }
      },
    },
    {
      at: moved(atTime('2020-05-12', '09:00')),
      run: async () => {
        for (const one of branches) persons.push(...(await branch(world, ready(), one)));
      },
    },
    ...[0, 1, 2].map(week),
  ];
}
