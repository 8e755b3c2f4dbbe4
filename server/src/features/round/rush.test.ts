import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { newId } from '@huiquan/domain/ids.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { groupRules, type GroupRules } from '../../db/group.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenPersons } from '../../given/issuing.ts';
import { givenOpenRound } from '../../given/round.ts';
import { givenProcess } from '../../given/rush.ts';
import { givenProgramme, smallPlan } from '../../given/programme.ts';
import { setClock } from '../../given/voucher.ts';
import { issuePaymentCodes } from '../wallet/payment-code.ts';
import { makeKeys } from '../../keys.ts';
import { verify } from '../audit/verify.ts';
import { claimVouchers, type ClaimItem } from './claim.ts';
import { earlyHourRefusal, guardBandMs, makeEarlyWord } from './early.ts';

let database: TestDatabase;
let one: Db;
let other: Db;
let owner: pg.Client;

before(async () => {
  database = await testDatabase();
  one = openDb({ url: database.appUrl, max: 4 });
  other = openDb({ url: database.appUrl, max: 4 });
  owner = new pg.Client({ connectionString: database.migratorUrl });
  await owner.connect();
});
after(async () => {
  await setClock(owner, undefined);
  await owner.end();
  await closeDb(one);
  await closeDb(other);
  await database.drop();
});

async function openRound(quantity: number, planText = smallPlan): Promise<string> {
  await setClock(owner, '2023-08-30T09:00:00+08:00');
  const programme = await givenProgramme(one, { planText });
  const stock = [{ kind: 'retail_10', quantity }];
  const { roundId } = await givenOpenRound(one, { programme, stock });
  await setClock(owner, '2023-09-01T10:00:00+08:00');
  return roundId;
}

/** The claims of one server process. */
const claimsOf = (db: Db, rules: GroupRules = groupRules) =>
  givenProcess<ClaimItem, string>(db, {
    lane: 'claim',
    run: async (tx, items) =>
      (await claimVouchers(tx, items)).map((outcome) =>
        outcome.refused === undefined
          ? { result: outcome.voucher.voucherId }
          : { refused: outcome.refused },
      ),
    rules,
  });

const wish = (roundId: string, personId: string): ClaimItem => ({
  roundId,
  kind: 'retail_10',
  personId,
  deviceId: personId,
  captchaNonce: newId(),
});

type Rush = { readonly roundId: string; readonly people: number; readonly isKeyKept: boolean };

/** Everybody asks, every third twice, the second time at the other of two processes. */
async function rush({ roundId, people, isKeyKept }: Rush) {
  const rules = { ...groupRules, waitingMax: 2 * people };
  const processes = [claimsOf(one, rules), claimsOf(other, rules)] as const;
  const persons = await givenPersons(one, people);
  const heard = await Promise.all(
    persons.flatMap((personId, n) => {
      const key = randomUUID();
      const item = wish(roundId, personId);
      const [here, there] = n % 2 === 0 ? processes : processes.toReversed();
      const first = here?.({ personId, item, key });
      const again = n % 3 === 0 ? [isKeyKept ? key : randomUUID()] : [];
      const more = isKeyKept ? item : wish(roundId, personId);
      return [first, ...again.map((second) => there?.({ personId, item: more, key: second }))];
    }),
  );
  const { rows } = await owner.query<{ vouchers: number; owners: number }>(
    `select count(*)::int as vouchers, count(distinct person_id)::int as owners
     from voucher where origin_id = $1`,
    [roundId],
  );
  const ids = heard.flatMap((answer) => answer?.result ?? []);
  const codes = new Set(heard.flatMap((answer) => answer?.refused ?? []));
  return { ...rows[0], told: new Set(ids).size, codes };
}

/** `npm run test:only -- --slow` lets 50,000 people ask for 10,000 vouchers. */
const isFull = process.env['HUIQUAN_TEST_SIZE'] === 'full';
const [stock, people] = isFull ? [10_000, 50_000] : [500, 2_500];

test('a rush with duplicates on two processes gives exactly the stock, nobody twice', async () => {
  const roundId = await openRound(stock);
  const { vouchers, owners, told, codes } = await rush({ roundId, people, isKeyKept: true });
  assert.deepEqual({ vouchers, owners, told }, { vouchers: stock, owners: stock, told: stock });
  assert.deepEqual([...codes], ['sold_out']);
});

test('without keys and limits the same rush gives somebody two, and it is seen', async () => {
  const unlimited = smallPlan.replace(/limits:\n.*\n/, '');
  const roundId = await openRound(2_000, unlimited);
  const { vouchers, owners = 0 } = await rush({ roundId, people: 300, isKeyKept: false });
  assert.equal(vouchers, 400);
  assert.equal(owners, 300);
});

test('a key within a group, in another group and with other input', async () => {
  const roundId = await openRound(10);
  const claim = claimsOf(one);
  const [personId = ''] = await givenPersons(one, 1);
  const [key, item] = [randomUUID(), wish(roundId, personId)];
  const asked = { personId, item, key, input: 'this' };
  const [first, second] = await Promise.all([claim(asked), claim(asked)]);
  assert.notEqual(first.result, undefined);
  assert.deepEqual(second, { result: first.result, replayed: true });
  const otherProcess = await claimsOf(other)(asked);
  assert.deepEqual(otherProcess, { result: first.result, replayed: true });
  assert.equal((await claim({ ...asked, input: 'that' })).refused, 'idempotency_key_reused');
});

test('a poisoned item of a group fails alone', async () => {
  const roundId = await openRound(100);
  const claim = claimsOf(one);
  const persons = await givenPersons(one, 40);
  const heard = await Promise.allSettled(
    persons.map((personId, n) => {
      const item = wish(roundId, personId);
      // A flag that the database's JSON cannot hold breaks its whole statement.
      return claim({ personId, item: n === 17 ? { ...item, placeFlags: ['\u0000'] } : item });
    }),
  );
  assert.deepEqual(
    heard.flatMap((answer, n) => (answer.status === 'rejected' ? [n] : [])),
    [17],
  );
  const won = heard.filter((answer) => answer.status === 'fulfilled' && answer.value.result);
  assert.equal(won.length, 39);
});

test('a till is served while a flood of claims stands still', async () => {
  const roundId = await openRound(100);
  const persons = await givenPersons(one, 300);
  const claim = claimsOf(one, {
    itemsMax: 10,
    inFlightMax: 2,
    waitingMax: 280,
    transactionsMax: 9,
  });
  const holder = new pg.Client({ connectionString: database.migratorUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select from round_stock where round_id = $1 for update', [roundId]);
  const flood = persons.map((personId) => claim({ personId, item: wish(roundId, personId) }));
  let isOver = false;
  const all = Promise.all(flood).finally(() => (isOver = true));
  const keys = makeKeys(new Map([[1, Buffer.alloc(32, 7)]]));
  const codes = givenProcess(one, {
    lane: 'redeem',
    run: async (tx, requests: Parameters<typeof issuePaymentCodes>[2]) =>
      (await issuePaymentCodes(tx, keys, requests)).map((code) =>
        'refused' in code ? { result: 0 } : { result: code.digits.length },
      ),
  });
  const [personId = ''] = persons;
  const item = { personId, sessionId: newId(), requestId: newId() };
  assert.equal((await codes({ personId, item })).result, 19);
  assert.equal(isOver, false, 'the claims still wait');
  await holder.query('commit');
  await holder.end();
  const codesHeard = (await all).map((answer) => answer.refused ?? 'won');
  assert.equal(codesHeard.filter((code) => code === 'won').length, 100);
  assert.ok(codesHeard.includes('busy'), 'past its capacity the queue says so');
});

test('stock that comes back counts for the very next claim, in every process', async () => {
  const roundId = await openRound(1);
  const clock = () => instant(Date.parse('2023-09-01T10:00:00+08:00'));
  const words = [makeEarlyWord(one, clock), makeEarlyWord(other, clock)];
  const asked = { roundId, kind: 'retail_10' };
  const [winner = '', loser = ''] = await givenPersons(one, 2);
  const items = [wish(roundId, winner), wish(roundId, loser)];
  const outcomes = await transact(one, { kind: 'system', id: 'claims' }, (tx) =>
    claimVouchers(tx, items),
  );
  for (const word of words) {
    assert.equal(
      await word.refusal(asked),
      undefined,
      'nothing is believed before a group said so',
    );
    word.learn(items, outcomes);
    assert.equal((await word.refusal(asked))?.code, 'sold_out');
  }
  await owner.query('update round_stock set quantity = 2 where round_id = $1', [roundId]);
  for (const word of words) assert.equal(await word.refusal(asked), undefined);
  await owner.query('update round_stock set quantity = 1 where round_id = $1', [roundId]);
});

test('near the opening and the end only the clock of the database decides', () => {
  const round = { opensAt: instant(1_000_000), closesAt: instant(2_000_000) };
  const at = (now: number) => earlyHourRefusal(round, instant(now))?.code;
  assert.equal(at(1_000_000 - guardBandMs - 1), 'round_not_open');
  assert.equal(at(1_000_000 - guardBandMs), undefined);
  assert.equal(at(2_000_000 + guardBandMs - 1), undefined);
  assert.equal(at(2_000_000 + guardBandMs), 'round_closed');
});

test('after all of it the books prove', async () => {
  await setClock(owner, undefined);
  assert.equal((await verify(one)).firstBad, null);
});
