import { yuan } from '@huiquan/domain/fen.ts';
import { atTime, dayOf, instant, type Instant } from '@huiquan/domain/instant.ts';
import type { Actor } from '../../server/src/db/transact.ts';
import { listFunds, openPlannedFunds } from '../../server/src/features/fund/fund.ts';
import { ensurePerson } from '../../server/src/features/people/person.ts';
import { bringMoney, settleDay } from './money.ts';
import { settleIn, somebody } from './people.ts';
import { movePlan, publish } from './programme.ts';
import { handInRoster, issueRoster } from './rosters.ts';
import { admit, openShop, type Till } from './shops.ts';
import { goShopping } from './wallets.ts';
import { hire, installer, type Step, type World } from './world.ts';

const regionCode = '610881';
const listed = 120;
const weekMs = 7 * 86_400_000;

const shopNames = [
  ['sm-1', '神木市东兴百货', 'department_store', 'industry_trade_bureau'],
  ['sm-2', '神木市塞上饭店', 'catering_lodging', 'market_regulator'],
  ['sm-3', '神木市二郎山文旅', 'culture_tourism', 'culture_tourism_bureau'],
] as const;

async function play(world: World, planText: string) {
  const bureau = (loginName: string, title: string, role: 'COM' | 'FIN') => (id: string) =>
    hire(world, {
      loginName,
      title,
      organisationId: id,
      role,
      scope: { scopeKind: 'organisation', scopeId: id },
    });
  const programme = await publish(world, {
    planText,
    code: 'shenmu-2023',
    organiserKind: 'county_government',
    level: 'county',
    regionCode,
    kinds: {
      industry_trade_bureau: 'commerce_bureau',
      finance_bureau: 'finance_bureau',
      medical_insurance_bureau: 'medical_insurance_bureau',
      spd_bank: 'bank',
      abc_bank: 'bank',
      enterprises: 'enterprise',
    },
    preparer: bureau('sm-gov', '神木市政府办（活动经办）', 'COM'),
    approver: bureau('sm-lead', '神木市政府（活动审批）', 'FIN'),
  });
  const of = (party: string) => programme.parties[party] ?? '';
  const commerce = await bureau(
    'sm-commerce',
    '神木市工贸局经办',
    'COM',
  )(of('industry_trade_bureau'));
  const finance = await bureau('sm-finance', '神木市财政局审批', 'FIN')(of('finance_bureau'));
  await hire(world, {
    loginName: 'sm-spd',
    title: '浦发银行神木市支行（本行渠道）',
    organisationId: of('spd_bank'),
    role: 'BNK',
    scope: { scopeKind: 'channel', scopeId: 'spd' },
  });
  return { programme, commerce, finance };
}

type Cast = Awaited<ReturnType<typeof play>>;

/** 1亿 paid ahead into the two banks' special accounts, half each. */
async function fund(world: World, { programme, commerce, finance }: Cast): Promise<void> {
  const { programmeId } = programme;
  const { keys } = world.installation;
  await world.act(commerce, (tx) => openPlannedFunds(tx, { programmeId, keys }));
  const funds = await world.act(commerce, (tx) =>
    listFunds(tx, { programmeId, pool: 'residents', limit: 10 }),
  );
  for (const { fundId, channel } of funds) {
    const bank = channel === 'abc' ? '农业银行神木市支行' : '浦发银行神木市支行';
    const number = channel === 'abc' ? '6200610881000011' : '6200610881000029';
    await bringMoney(world, {
      programmeId,
      lines: [{ fundId, amountFen: yuan(100_000_000 / funds.length) }],
      payer: { name: '神木市财政局', account: '2600123456789' },
      payTo: { name: `${bank}消费券专户`, number, bank },
      preparer: commerce,
      approver: finance,
    });
  }
}

async function issue(world: World, { programme, commerce, finance }: Cast): Promise<string[]> {
  const { programmeId, parties } = programme;
  const people = Array.from({ length: listed }, (_, index) => somebody(regionCode, index + 1));
  const rows = [
    ['姓名', '身份证号', '手机号'],
    ...people.map((one) => [one.name, one.idNumber, one.phone]),
  ];
  const rosterId = await handInRoster(world, {
    programmeId,
    organisationId: parties['medical_insurance_bureau'] ?? '',
    source: 'residents',
    fileName: '神木市医保参保人员名单.csv',
    rows,
    clerk: commerce,
    approver: finance,
  });
  await issueRoster(world, { rosterId, clerk: commerce, approver: finance });
  const { keys } = world.installation;
  const persons: string[] = [];
  for (const [index, one] of people.entries()) {
    if (index < 3) {
      persons.push(await settleIn(world, one));
      world.residents.push({ ...one, note: '神木居民，券包 5×40 元' });
    } else {
      const identity = { name: one.name, idNumber: one.idNumber };
      const basis = 'list_of_record' as const;
      persons.push(await world.act(installer, (tx) => ensurePerson(tx, keys, { identity, basis })));
    }
  }
  return persons;
}

/** Shenmu 2023 two weeks before its end: packs of 5 × 40元 in the wallets, some of them used. */
export function shenmu(world: World, now: Instant): Step[] {
  const { planText, moved } = movePlan('shenmu-2023', atTime('2023-05-17', '09:00'), now);
  let cast: Cast | undefined;
  const tills: Till[] = [];
  let persons: string[] = [];
  const ready = (): Cast => cast ?? fail();
  const robotDay = (week: number): Step => ({
    at: instant(moved(atTime('2023-01-30', '15:00')) + week * weekMs),
    run: async () => {
      const { programme, commerce, finance } = ready();
      const { programmeId, plan } = programme;
      const day = dayOf(world.now());
      await goShopping(world, { plan, persons, tills, day });
      await settleDay(world, { programmeId, preparer: commerce, approver: finance });
    },
  });
  return [
    {
      at: moved(atTime('2023-01-18', '09:00')),
      run: async () => void (cast = await play(world, planText)),
    },
    { at: moved(atTime('2023-01-19', '10:00')), run: () => fund(world, ready()) },
    {
      at: moved(atTime('2023-01-20', '10:00')),
      run: async () => {
        const { programme } = ready();
        for (const [code, name, category, party] of shopNames) {
          const place = { code, name, category, regionCode, address: '神木市东兴街' };
          const till = await openShop(world, place);
          const organisationId = programme.parties[party] ?? '';
          const reviewer: Actor = await hire(world, {
            loginName: `${code}-reviewer`,
            title: `${name}的审核部门`,
            organisationId,
            role: 'IND',
            scope: { scopeKind: 'industry', scopeId: category },
          });
          const { programmeId } = programme;
          await admit(world, till, { programmeId, reviewer, organisationId });
          tills.push(till);
        }
      },
    },
    {
      at: moved(atTime('2023-01-21', '10:00')),
      run: async () => void (persons = await issue(world, ready())),
    },
    ...Array.from({ length: 15 }, (_, week) => robotDay(week)),
  ];
}

function fail(): never {
  throw new Error('the programme is not published yet');
}
