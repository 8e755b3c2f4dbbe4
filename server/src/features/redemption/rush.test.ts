import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { groupRules } from '../../db/group.ts';
import { closeDb, openDb, type Db } from '../../db/pool.ts';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { transact } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { givenPersons } from '../../given/issuing.ts';
import { givenMerchant } from '../../given/merchant.ts';
import { givenProgramme } from '../../given/programme.ts';
import { givenClaimedVouchers } from '../../given/redemption.ts';
import { givenProcess } from '../../given/rush.ts';
import { makeKeys } from '../../keys.ts';
import { verify } from '../audit/verify.ts';
import { issuePaymentCodes } from '../wallet/payment-code.ts';
import { decideRedemptions, type Decision } from './decide.ts';
import { tryRedemptions, type Tried, type TryOrder } from './try.ts';

/** `npm run test:only -- --slow` lets 50 tills scan each of 1,000 codes. */
const vouchersWanted = process.env['HUIQUAN_TEST_SIZE'] === 'full' ? 1_000 : 60;
const tillsWanted = 50;
const keys = makeKeys(new Map([[1, Buffer.alloc(32, 9)]]));

let database: TestDatabase;
let one: Db;
let other: Db;

before(async () => {
  database = await testDatabase();
  one = openDb({ url: database.appUrl, max: 6 });
  other = openDb({ url: database.appUrl, max: 6 });
});
after(async () => {
  await closeDb(one);
  await closeDb(other);
  await database.drop();
});

/** What the till hears: the redemption, or why not. */
const triesOf = (db: Db) =>
  givenProcess<TryOrder, Tried>(db, {
    lane: 'redeem',
    rules: { ...groupRules, waitingMax: vouchersWanted * tillsWanted },
    run: async (tx, orders) =>
      (await tryRedemptions(tx, keys, orders)).map((outcome) =>
        outcome.refused === undefined
          ? { result: outcome.tried }
          : { refused: new Refusal(outcome.refused, outcome.details) },
      ),
  });
const decisionsOf = (db: Db) =>
  givenProcess<Decision, boolean>(db, {
    lane: 'redeem',
    run: async (tx, decisions) =>
      (await decideRedemptions(tx, decisions)).map((outcome) =>
        outcome.refused === undefined
          ? { result: !outcome.already }
          : { refused: new Refusal(outcome.refused, outcome.details) },
      ),
  });

/** A terminal of the merchant's shop for every scan: one that scans badly eleven times pauses. */
async function moreTerminals(terminalId: string, count: number): Promise<readonly string[]> {
  const { rows } = await one.pool.query<{ terminal_id: string }>(
    `insert into terminal (terminal_id, shop_id, label, secret, key_id, state, bound_at)
     select new_id(), shop_id, label, secret, key_id, state, bound_at
     from terminal, generate_series(1, $2) where terminal_id = $1 returning terminal_id`,
    [terminalId, count],
  );
  return rows.map((row) => row.terminal_id);
}

async function codesOf(personIds: readonly string[]) {
  const actor = { kind: 'system', id: 'test' } as const;
  const made = await transact(one, actor, (tx) =>
    issuePaymentCodes(
      tx,
      keys,
      personIds.map((personId) => ({ personId, sessionId: newId(), requestId: newId() })),
    ),
  );
  return made.map((code) => ('refused' in code ? assert.fail(code.refused) : code.digits));
}

test('of many tills that scan one code, on two processes, one redeems', async () => {
  const { programmeId, versionId } = await givenProgramme(one, {});
  const amountFen = fen(BigInt(vouchersWanted) * 1_000n);
  const { fundId } = await givenFund(one, { programmeId, pool: 'retail', amountFen });
  const personIds = await givenPersons(one, vouchersWanted);
  const given = { programmeId, versionId, fundId, kind: 'retail_10', faceFen: 1_000n, personIds };
  await givenClaimedVouchers(one, given);
  const merchant = await givenMerchant(one, { programmeId, category: 'retail', keys });
  const { cashierId } = merchant;
  const codes = await codesOf(personIds);
  const tills = [triesOf(one), triesOf(other)];
  const terminals = await moreTerminals(merchant.terminalId, vouchersWanted * tillsWanted);
  const terminalOf = new Map<string, string>();
  const heard = await Promise.all(
    codes.flatMap((code, row) =>
      Array.from({ length: tillsWanted }, async (_, n) => {
        const terminalId = terminals[row * tillsWanted + n] ?? '';
        const order = { terminalId, cashierId, code, orderFen: fen(6_000n) };
        const item: TryOrder = { ...order, payment: 'merchant' };
        const answer = await tills[n % 2]?.({ personId: terminalId, item });
        const redemptionId = answer?.result?.redemptionId;
        if (redemptionId !== undefined) terminalOf.set(redemptionId, terminalId);
        return answer;
      }),
    ),
  );
  const tried = heard.flatMap((answer) => answer?.result ?? []);
  assert.equal(tried.length, vouchersWanted);
  assert.equal(new Set(tried.map((each) => each.voucherId)).size, vouchersWanted);
  const reasons = new Set(heard.flatMap((answer) => answer?.refused ?? []));
  assert.deepEqual([...reasons], ['code_used']);

  const tellers = [decisionsOf(one), decisionsOf(other)];
  const decided = await Promise.all(
    tried.flatMap(({ redemptionId }) =>
      tellers.map((decide, n) => {
        const terminalId = terminalOf.get(redemptionId) ?? '';
        const asked = { redemptionId, terminalId, orderFen: fen(6_000n) };
        const item: Decision = { ...asked, to: 'committed', by: 'till' };
        return decide({ personId: `${redemptionId} ${n}`, item });
      }),
    ),
  );
  const first = decided.filter((answer) => answer.result === true);
  const repeated = decided.filter((answer) => answer.result === false);
  assert.deepEqual([first.length, repeated.length], [vouchersWanted, vouchersWanted]);
  assert.equal((await verify(one)).firstBad, null);
});
