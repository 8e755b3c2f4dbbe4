import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { instant, instantFromText } from '@huiquan/domain/instant.ts';
import { features } from '../../app.ts';
import { givenOpenRound } from '../../given/round.ts';
import { testApp, type TestApp, type TestResident } from '../../http/test-app.ts';
import { claimRoute } from '../round/round.contract.ts';
import { makePacer } from './pace.ts';

let t: TestApp;
let roundId: string;
let now = instantFromText('2023-09-01T10:00:00+08:00') ?? instant(0);
const wait = async (ms: number) => {
  now = instant(now + ms);
  await t.setClock(now);
};

before(async () => {
  t = await testApp(features, { config: { claimPace: { perSecond: 1, perMinute: 10 } } });
  await t.setClock(instantFromText('2023-08-30T09:00:00+08:00'));
  const stock = [{ kind: 'retail_10', quantity: 5 }];
  ({ roundId } = await givenOpenRound(t.db, { stock }));
  await wait(0);
});
after(() => t.drop());

const claim = (as: TestResident, options: { key?: string; device?: string } = {}) => {
  const { key, device } = options;
  const headers = device === undefined ? {} : { 'huiquan-device': device };
  const sent = { params: { roundId }, body: { kind: 'retail_10' }, headers };
  return t.request(claimRoute, key === undefined ? sent : { ...sent, key }, as);
};

test('a second claim within a second is told to wait, and may come when it did', async () => {
  const resident = await t.signInResident();
  assert.equal((await claim(resident)).status, 201);
  await wait(999);
  const fast = await claim(resident);
  assert.deepEqual([fast.status, fast.code], [429, 'too_many_attempts']);
  assert.equal(fast.headers['retry-after'], '1');
  await wait(1);
  assert.equal((await claim(resident)).code, 'limit_reached');
});

test('the eleventh claim within a minute is told how long to wait; others go on', async () => {
  const [resident, other] = [await t.signInResident(), await t.signInResident()];
  for (let n = 0; n < 10; n += 1) {
    assert.notEqual((await claim(resident)).status, 429);
    await wait(2_000);
  }
  const fast = await claim(resident);
  assert.deepEqual([fast.status, fast.headers['retry-after']], [429, '40']);
  assert.equal((await claim(other)).status, 201);
});

test('a request repeated under its key gets its answer, however fast', async () => {
  await wait(60_000);
  const resident = await t.signInResident();
  const key = crypto.randomUUID();
  const first = await claim(resident, { key });
  assert.equal(first.status, 201, first.text);
  const again = await claim(resident, { key });
  assert.deepEqual([again.status, again.json], [201, first.json]);
});

test('two persons on one device share its pace', () => {
  const pacer = makePacer({ perSecond: 1, perMinute: 10 });
  assert.equal(pacer.take(['person a', 'device x'], now), undefined);
  assert.equal(pacer.take(['person b', 'device x'], now), 1);
  assert.equal(
    pacer.take(['person b', 'device y'], now),
    undefined,
    'what was refused is not held',
  );
});

test('a pace is kept over the turn of a minute', () => {
  const pacer = makePacer({ perSecond: 1, perMinute: 3 });
  const at = (seconds: number) => pacer.take(['person a'], instant(now + seconds * 1_000));
  assert.deepEqual([at(0), at(55), at(58), at(61)], [undefined, undefined, undefined, undefined]);
  assert.equal(at(62), 53, 'three within the minute before: the first of them counts until 115');
  assert.deepEqual([at(115), at(118), at(119)], [undefined, undefined, 2]);
});
