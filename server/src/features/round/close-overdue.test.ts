import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fen } from '@huiquan/domain/fen.ts';
import { instant, instantFromText } from '@huiquan/domain/instant.ts';
import { features } from '../../app.ts';
import { transact } from '../../db/transact.ts';
import { givenFund } from '../../given/fund.ts';
import { someStaff } from '../../given/organisation.ts';
import { givenOpenRound } from '../../given/round.ts';
import { testApp, type TestApp } from '../../http/test-app.ts';
import { balancesOf } from '../../ledger/post.ts';
import { tasksOf } from '../../tasks.ts';
import { getPublicProgrammeRoute } from '../programme/programme.contract.ts';
import { closeOverdueRounds } from './close-overdue.ts';
import { listRoundsRoute } from './round.contract.ts';

let t: TestApp;
const at = (text: string) => t.setClock(instantFromText(text) ?? instant(0));

before(async () => {
  t = await testApp(features);
});
after(async () => {
  await t.drop();
});

test('a round closes by itself at its end, not a millisecond before, and once', async () => {
  await at('2023-08-30T09:00:00+08:00');
  const stock = [{ kind: 'retail_10', quantity: 3 }];
  const { roundId, funds } = await givenOpenRound(t.db, { stock });
  await at('2023-09-01T21:59:59.999+08:00');
  assert.equal(await closeOverdueRounds(t.db, someStaff()), 0);
  await at('2023-09-01T22:00:00.000+08:00');
  await tasksOf(t.context)['close_rounds']?.({});
  assert.equal(await closeOverdueRounds(t.db, someStaff()), 0);
  const { rows } = await t.sql('select state from round where round_id = $1', [roundId]);
  assert.deepEqual(rows, [{ state: 'closed' }]);
  const balances = await transact(t.db, someStaff(), (tx) =>
    balancesOf(tx, [funds['retail'] ?? '']),
  );
  const available = balances.find((one) => one.kind === 'available')?.balanceFen;
  assert.equal(available, 3_000n);
});

test('everybody sees which pool waits for money, which gives and which is used up', async () => {
  await at('2023-08-30T09:00:00+08:00');
  const stock = [{ kind: 'retail_10', quantity: 1 }];
  const { programme, funds } = await givenOpenRound(t.db, { stock });
  const { programmeId } = programme;
  const states = async () => {
    const params = { programmeId };
    const [shown, rounds] = [
      await t.request(getPublicProgrammeRoute, { params }),
      await t.request(listRoundsRoute, { params }),
    ];
    assert.deepEqual(shown.json.pools, rounds.json.pools);
    return shown.json.pools.map((one: { pool: string; state: string }) => [one.pool, one.state]);
  };
  assert.deepEqual(await states(), [
    ['retail', 'open'],
    ['catering', 'not_funded'],
  ]);
  assert.ok(funds['retail']);
  await givenFund(t.db, { programmeId, pool: 'catering', amountFen: fen(1_999n) });
  assert.deepEqual((await states())[1], ['catering', 'used_up']);
});
