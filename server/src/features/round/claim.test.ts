import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instantFromText, type Instant, instant } from '@huiquan/domain/instant.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { givenPersons } from '../../given/issuing.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenProgramme, smallPlan, type GivenProgramme } from '../../given/programme.ts';
import { setClock } from '../../given/voucher.ts';
import { verify } from '../audit/verify.ts';
import { claimVouchers, type ClaimItem } from './claim.ts';
import { approveRound, closeRound, prepareRound, stopRound } from './round.ts';

let database: TestDatabase;
let db: Db;
let other: Db;
let owner: pg.Client;

before(async () => {
  database = await testDatabase();
  db = openDb({ url: database.appUrl, max: 8 });
  other = openDb({ url: database.appUrl, max: 8 });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
});
after(async () => {
  await setClock(owner, undefined);
  const report = await verify(db);
  assert.equal(report.firstBad, null);
  await owner.end();
  await closeDb(db);
  await closeDb(other);
  await database.drop();
});

const at = (text: string): Instant => instantFromText(text) ?? instant(0);
const opening = '2023-09-01T10:00:00+08:00';

type Opened = { readonly programme: GivenProgramme; readonly roundId: string };

/** Round 1 of the small plan, approved: retail_10 in `quantity`, its money 10元 each. */
async function givenRound(quantity: number, planText = smallPlan): Promise<Opened> {
  await setClock(owner, '2023-08-30T09:00:00+08:00');
  const programme = await givenProgramme(db, { planText });
  const { programmeId } = programme;
  await givenFund(db, { programmeId, pool: 'retail', amountFen: fen(BigInt(quantity) * 1_000n) });
  const stock = [{ kind: 'retail_10', quantity }];
  const { roundId, contentHash } = await transact(db, someStaff(), (tx) =>
    prepareRound(tx, { programmeId, number: 1, stock }),
  );
  await transact(db, someStaff(), (tx) => approveRound(tx, { roundId, contentHash }));
  await setClock(owner, opening);
  return { programme, roundId };
}

const item = (roundId: string, personId: string, options: Partial<ClaimItem> = {}): ClaimItem => ({
  roundId,
  kind: 'retail_10',
  personId,
  deviceId: personId,
  captchaNonce: newId(),
  ...options,
});

async function claim(items: readonly ClaimItem[], from: Db = db): Promise<string[]> {
  const outcomes = await transact(from, { kind: 'system', id: 'claims' }, (tx) =>
    claimVouchers(tx, items),
  );
  return outcomes.map((outcome) => outcome.refused?.code ?? 'won');
}

const countOf = (codes: readonly string[], code: string) => codes.filter((c) => c === code).length;

test(
  '200 people ask for 50 vouchers, some twice: exactly 50 win and nobody wins ' + 'twice',
  async () => {
    const { roundId } = await givenRound(50);
    const persons = await givenPersons(db, 200);
    const asked = persons.flatMap((person, index) =>
      index % 4 === 0 ? [person, person] : [person],
    );
    const groups = Array.from({ length: 25 }, (_, group) =>
      asked.slice(group * 10, group * 10 + 10).map((person) => item(roundId, person)),
    );
    const codes = (
      await Promise.all(groups.map((group, index) => claim(group, index % 2 === 0 ? db : other)))
    ).flat();
    assert.equal(countOf(codes, 'won'), 50);
    assert.equal(countOf(codes, 'sold_out') + countOf(codes, 'limit_reached'), 200);
    const { rows } = await owner.query(
      `select count(*)::int as n, count(distinct person_id)::int as people from voucher
       where origin_id = $1`,
      [roundId],
    );
    assert.deepEqual(rows[0], { n: 50, people: 50 });
  },
);

test(
  'a round opens at 10:00:00.000 and not a millisecond before, and ends as ' + 'sharply',
  async () => {
    const { roundId } = await givenRound(5);
    const [early, first, last, late] = await givenPersons(db, 4);
    const asks: [string, string | undefined][] = [
      ['2023-09-01T09:59:59.999+08:00', early],
      ['2023-09-01T10:00:00.000+08:00', first],
      ['2023-09-01T21:59:59.999+08:00', last],
      ['2023-09-01T22:00:00.000+08:00', late],
    ];
    const codes: string[] = [];
    for (const [clock, person] of asks) {
      await setClock(owner, clock);
      codes.push(...(await claim([item(roundId, person ?? '')])));
    }
    assert.deepEqual(codes, ['round_not_open', 'won', 'won', 'round_closed']);
  },
);

test('a voucher of Friday 10:00 ends next Thursday at 23:00', async () => {
  const { roundId } = await givenRound(1);
  const [person] = await givenPersons(db, 1);
  const [outcome] = await transact(db, someStaff(), (tx) =>
    claimVouchers(tx, [item(roundId, person ?? '')]),
  );
  assert.equal(outcome?.voucher?.validFrom, at(opening));
  assert.equal(outcome?.voucher?.validTo, at('2023-09-07T23:00:00+08:00'));
});

test('a captcha pass buys one claim, whoever brings it second', async () => {
  const { roundId } = await givenRound(5);
  const [one, two, three] = await givenPersons(db, 3);
  const captchaNonce = newId();
  const group = [
    item(roundId, one ?? '', { captchaNonce }),
    item(roundId, two ?? '', { captchaNonce }),
  ];
  assert.deepEqual(await claim(group), ['won', 'captcha_invalid']);
  assert.deepEqual(await claim([item(roundId, three ?? '', { captchaNonce })]), [
    'captcha_invalid',
  ]);
});

test(
  'while a risk control is degraded nothing is issued, and what it held back is ' + 'not spent',
  async () => {
    const { roundId } = await givenRound(5, `${smallPlan}\ngates: [{ gate: slider }]\n`);
    const [person] = await givenPersons(db, 1);
    const captchaNonce = newId();
    await owner.query(`insert into gate_state (gate, state, detail, changed_at)
    values ('slider', 'degraded', '{}', now())`);
    assert.deepEqual(await claim([item(roundId, person ?? '', { captchaNonce })]), [
      'risk_controls_degraded',
    ]);
    await owner.query('delete from gate_state');
    assert.deepEqual(await claim([item(roundId, person ?? '', { captchaNonce })]), ['won']);
  },
);

test(
  'a stopped round gives nothing more, and its leftovers come back when it is ' + 'closed',
  async () => {
    const { roundId, programme } = await givenRound(5);
    const [one, two] = await givenPersons(db, 2);
    assert.deepEqual(await claim([item(roundId, one ?? '')]), ['won']);
    await transact(db, someStaff(), (tx) => stopRound(tx, { roundId, reason: '异常' }));
    assert.deepEqual(await claim([item(roundId, two ?? '')]), ['round_closed']);
    await setClock(owner, '2023-09-01T22:00:00+08:00');
    await transact(db, someStaff(), (tx) => closeRound(tx, { roundId }));
    const { rows } = await owner.query(
      `select f.kind, f.balance_fen::int as fen from account_fold f join fund using (fund_id)
     where programme_id = $1 and f.kind in ('available', 'committed', 'outstanding')`,
      [programme.programmeId],
    );
    const balances = Object.fromEntries(rows.map((row) => [row.kind, row.fen]));
    assert.deepEqual(balances, { available: 4_000, committed: 0, outstanding: 1_000 });
  },
);

/** An open round of two kinds that rule each other out. */
async function givenExclusive(): Promise<string> {
  const exclusive = smallPlan
    .replace('pool: retail, face: 10,', 'pool: retail, face: 10, exclusive_with: [retail_40],')
    .replace('kinds: [retail_10, catering_20]', 'kinds: [retail_10, retail_40]')
    .replace('retail_10: 100, catering_20: 50', 'retail_10: 100, retail_40: 50');
  await setClock(owner, '2023-08-30T09:00:00+08:00');
  const programme = await givenProgramme(db, { planText: exclusive });
  const { programmeId } = programme;
  await givenFund(db, { programmeId, pool: 'retail', amountFen: fen(50_000n) });
  const stock = [
    { kind: 'retail_10', quantity: 5 },
    { kind: 'retail_40', quantity: 5 },
  ];
  const { roundId, contentHash } = await transact(db, someStaff(), (tx) =>
    prepareRound(tx, { programmeId, number: 1, stock }),
  );
  await transact(db, someStaff(), (tx) => approveRound(tx, { roundId, contentHash }));
  await setClock(owner, opening);
  return roundId;
}

test('kinds that rule each other out are not both given to one person', async () => {
  const roundId = await givenExclusive();
  const [one = ''] = await givenPersons(db, 1);
  const both = [item(roundId, one), item(roundId, one, { kind: 'retail_40' })];
  assert.deepEqual(await claim(both), ['won', 'kinds_exclusive']);
});

test('nor are they when both are asked for at the same time', async () => {
  const roundId = await givenExclusive();
  const [one = ''] = await givenPersons(db, 1);
  let second: Promise<unknown> | undefined;
  await transact(db, someStaff(), async (tx) => {
    await claimVouchers(tx, [item(roundId, one)]);
    second = claim([item(roundId, one, { kind: 'retail_40' })]);
    await delay(200);
  });
  assert.deepEqual(await second, ['kinds_exclusive']);
});

test(
  'the stock check of the database stands behind the count: without room nothing ' + 'is issued',
  async () => {
    const { roundId } = await givenRound(1);
    await assert.rejects(
      owner.query('update round_stock set issued = quantity + 1 where round_id = $1', [roundId]),
      /stock_is_never_exceeded/,
    );
  },
);
