import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createCanvas } from '@napi-rs/canvas';
import { features } from '../../app.ts';
import { givenMerchant, type GivenMerchant } from '../../given/merchant.ts';
import { givenProgramme, type GivenProgramme } from '../../given/programme.ts';
import { testApp, type As, type TestApp, type TestStaff } from '../../http/test-app.ts';
import { signInStaffRoute } from '../account/account.contract.ts';
import * as merchants from './merchant.contract.ts';
import * as contract from './owner.contract.ts';

let t: TestApp;
let programme: GivenProgramme;
let merchant: GivenMerchant;
let owner: TestStaff;
let stranger: TestStaff;

before(async () => {
  t = await testApp(features);
  programme = await givenProgramme(t.db);
  const { programmeId } = programme;
  const given = { programmeId, category: 'retail', keys: t.keys };
  merchant = await givenMerchant(t.db, given);
  owner = await t.signInStaff('MOW', { kind: 'merchant', id: merchant.merchantId });
  const other = await givenMerchant(t.db, given);
  stranger = await t.signInStaff('MOW', { kind: 'merchant', id: other.merchantId });
});
after(() => t.drop());

const password = '收银员的首个口令足够长了';
const shop = () => ({ shopId: merchant.shopId });
const papersOf = () => ({ params: { merchantId: merchant.merchantId } });

/** Sends a file as the form of a browser does. */
function upload(as: As, content: Buffer, kind = 'business_licence', key: string = randomUUID()) {
  const url = `/api/merchants/${merchant.merchantId}/documents`;
  const name = 'Content-Disposition: form-data; name=';
  const payload = Buffer.concat([
    Buffer.from(`--b\r\n${name}"kind"\r\n\r\n${kind}\r\n`),
    Buffer.from(`--b\r\n${name}"file"; filename="执照.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`),
    content,
    Buffer.from('\r\n--b--\r\n'),
  ]);
  const headers = {
    ...as({ method: 'POST', url, body: '' }),
    'content-type': 'multipart/form-data; boundary=b',
    'idempotency-key': key,
  };
  return t.raw({ method: 'POST', url, headers, payload });
}

const licence = createCanvas(80, 60).toBuffer('image/png');

test('an owner hires a cashier, who signs in; and gives him a new password', async () => {
  const body = { loginName: 'xiaomei', name: '李小梅', initialPassword: password };
  const hired = await t.request(contract.hireCashierRoute, { params: shop(), body }, owner);
  assert.equal(hired.status, 201, hired.text);
  const again = await t.request(contract.hireCashierRoute, { params: shop(), body }, owner);
  assert.equal(again.code, 'already_registered');
  const seen = await t.request(contract.staffingRoute, { params: shop() }, owner);
  const names = seen.json.cashiers.map((one: { name: string }) => one.name);
  assert.ok(names.includes('李小梅'));
  assert.equal(seen.json.terminals[0].label, '1号收银台');
  const { staffId } = hired.json;
  const reset = { params: { ...shop(), staffId }, body: { initialPassword: `新${password}` } };
  assert.equal((await t.request(contract.resetCashierRoute, reset, stranger)).code, 'not_found');
  assert.equal((await t.request(contract.resetCashierRoute, reset, owner)).status, 200);
  const signIn = (text: string) =>
    t.request(signInStaffRoute, { body: { loginName: 'xiaomei', password: text } });
  assert.equal((await signIn(password)).code, 'invalid_credentials');
  assert.equal((await signIn(`新${password}`)).status, 201);
});

test('an account that is more than a cashier gets no password from an owner', async () => {
  const clerk = await t.signInStaff('COM', { kind: 'party' }, programme.parties['commerce']);
  const params = { ...shop(), staffId: clerk.staffId };
  await t.request(merchants.addCashierRoute, { params }, owner);
  const body = { initialPassword: password };
  const got = await t.request(contract.resetCashierRoute, { params, body }, owner);
  assert.equal(got.code, 'forbidden');
});

test('a licence is drawn anew, sealed and shown to the owner alone', async () => {
  const key = randomUUID();
  const got = await upload(owner, licence, 'business_licence', key);
  assert.equal(got.status, 201, got.text);
  assert.deepEqual([got.json.width, got.json.height], [80, 60]);
  assert.equal(
    (await upload(owner, licence, 'business_licence', key)).json.digest,
    got.json.digest,
  );
  const list = await t.request(contract.listDocumentsRoute, papersOf(), owner);
  assert.deepEqual(
    list.json.items.map((one: { digest: string }) => one.digest),
    [got.json.digest],
  );
  const { digest } = got.json;
  const params = { merchantId: merchant.merchantId, digest };
  const shown = await t.request(contract.ownDocumentRoute, { params }, owner);
  assert.equal(shown.status, 200);
  assert.equal(shown.headers['content-type'], 'image/jpeg');
  assert.equal((await t.request(contract.ownDocumentRoute, { params }, stranger)).status, 404);
  for (const sealed of t.sandboxes.documents.contents()) {
    assert.ok(!sealed.includes(Buffer.from('JFIF')));
  }
});

test('a reviewer sees the papers of the application before him, and no others', async () => {
  const inPaper = (await upload(owner, licence)).json;
  const other = (await upload(owner, createCanvas(90, 60).toBuffer('image/png'), 'shop_front'))
    .json;
  const { programmeId } = programme;
  const { merchantId } = merchant;
  const papers = [{ kind: inPaper.kind, digest: inPaper.digest }];
  const body = { merchantId, category: 'retail', papers };
  const applied = await t.request(merchants.applyRoute, { params: { programmeId }, body }, owner);
  assert.equal(applied.status, 201, applied.text);
  const bureau = programme.parties['commerce'];
  const reviewer = await t.signInStaff('COM', { kind: 'party' }, bureau);
  const look = (digest: string) =>
    t.request(
      contract.reviewedDocumentRoute,
      { params: { programmeId, merchantId, digest } },
      reviewer,
    );
  assert.equal((await look(inPaper.digest)).status, 200);
  assert.equal((await look(other.digest)).code, 'not_found');
  const own = await t.request(contract.ownApplicationsRoute, papersOf(), owner);
  const [application] = own.json.items;
  assert.deepEqual([application.state, application.categoryName], ['applied', '商场百货']);
  assert.equal((await t.request(contract.ownApplicationsRoute, papersOf(), stranger)).status, 404);
  const open = await t.request(contract.openProgrammesRoute, {}, owner);
  const [first] = open.json.items;
  assert.equal(first.programmeId, programmeId);
  assert.ok(first.categories.some((one: { id: string }) => one.id === 'retail'));
});

test('att-M5: what is no photograph is refused, and a store that is away says so', async () => {
  assert.equal((await upload(owner, Buffer.from('<html>'))).code, 'image_type_not_allowed');
  assert.equal((await upload(owner, Buffer.alloc(0))).code, 'file_rejected');
  const bomb = Buffer.from(licence);
  bomb.writeUInt32BE(50_000, 16);
  assert.equal((await upload(owner, bomb)).code, 'image_too_large');
  assert.equal((await upload(owner, Buffer.alloc(13 * 1024 * 1024))).code, 'payload_too_large');
  assert.equal((await upload(owner, licence, '../x')).code, 'malformed_multipart');
  assert.equal((await upload(stranger, licence)).code, 'not_found');
  t.sandboxes.documents.down('down');
  const away = await upload(owner, licence);
  assert.deepEqual([away.status, away.code], [503, 'storage_unavailable']);
  t.sandboxes.documents.down('up');
});
