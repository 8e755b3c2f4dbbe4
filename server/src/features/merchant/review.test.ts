import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { features } from '../../app.ts';
import { givenMerchant, type GivenMerchant } from '../../given/merchant.ts';
import { type GivenProgramme, givenProgramme } from '../../given/programme.ts';
import { testApp, type TestApp, type TestStaff } from '../../http/test-app.ts';
import * as contract from './review.contract.ts';
import * as sanctions from './sanction.contract.ts';

let t: TestApp;
let programme: GivenProgramme;
let merchant: GivenMerchant;
let clerk: TestStaff;
let colleague: TestStaff;

before(async () => {
  t = await testApp(features);
  programme = await givenProgramme(t.db);
  const { programmeId, organiserId } = programme;
  merchant = await givenMerchant(t.db, { programmeId, category: 'retail', keys: t.keys });
  const scope = { kind: 'programme', id: programmeId };
  clerk = await t.signInStaff('COM', scope, organiserId);
  colleague = await t.signInStaff('COM', scope, organiserId);
});
after(() => t.drop());

const params = () => ({ programmeId: programme.programmeId, merchantId: merchant.merchantId });
const checks = async () => {
  const got = await t.request(contract.reviewChecksRoute, { params: params() }, clerk);
  assert.equal(got.status, 200, got.text);
  return new Map<string, boolean>(
    got.json.items.map((one: { check: string; passes: boolean }) => [one.check, one.passes]),
  );
};

test('XN23 二(七): a listing bars an applicant only once a second person approved it', async () => {
  assert.equal((await checks()).get('dishonesty'), true);
  assert.equal((await checks()).get('credit_code'), true);
  const { programmeId } = programme;
  const body = { programmeId, uscc: merchant.uscc, evidence: '套现，见现场照片' };
  const listed = await t.request(sanctions.listDishonestRoute, { body }, clerk);
  const { listingId } = listed.json;
  assert.equal((await checks()).get('dishonesty'), true);
  const approve = { params: { listingId }, body: { programmeId } };
  await t.request(sanctions.approveListingRoute, approve, colleague);
  assert.equal((await checks()).get('dishonesty'), false);
  const list = await t.request(contract.listListingsRoute, {}, clerk);
  const [first] = list.json.items;
  assert.deepEqual(
    [first.uscc, first.evidence, first.listedBy, first.approvedBy],
    [merchant.uscc, '套现，见现场照片', clerk.staffId, colleague.staffId],
  );
});

test('the second person finds the sanction that waits for him, with its evidence', async () => {
  const body = { kind: 'disqualify', evidence: '两次拒收消费券' };
  const request = { params: params(), body };
  const made = await t.request(sanctions.prepareSanctionRoute, request, clerk);
  assert.equal(made.status, 201, made.text);
  const { programmeId } = programme;
  const list = await t.request(contract.listSanctionsRoute, { params: { programmeId } }, colleague);
  const [first] = list.json.items;
  assert.deepEqual(
    [first.sanctionId, first.state, first.evidence],
    [made.json.sanctionId, 'prepared', '两次拒收消费券'],
  );
});
