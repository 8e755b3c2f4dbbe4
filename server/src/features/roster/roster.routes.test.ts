import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import iconv from 'iconv-lite';
import { readTable } from '../../files/read-table.ts';
import { givenProgramme, type GivenProgramme } from '../../given/programme.ts';
import { rosterFolder, someResidentId } from '../../given/roster.ts';
import { testApp, type As, type TestApp, type TestStaff } from '../../http/test-app.ts';
import * as correction from './correction.contract.ts';
import * as contract from './roster.contract.ts';
import { rosterRoutes } from './roster.routes.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

let app: TestApp;
let programme: GivenProgramme;
let clerk: TestStaff;
let approver: TestStaff;
const files = await rosterFolder();

before(async () => {
  app = await testApp([{ name: 'roster', routes: rosterRoutes }]);
  programme = await givenProgramme(app.db);
  const scope = { kind: 'programme', id: programme.programmeId };
  clerk = await app.signInStaff('COM', scope);
  approver = await app.signInStaff('COM', scope);
});
after(async () => {
  await app.drop();
  await files.remove();
});

type Form = {
  readonly content: Buffer | string;
  readonly name?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly as?: As;
  /** What stands in the place of the whole form. */
  readonly raw?: (form: Buffer, boundary: string) => Buffer;
};

async function upload(form: Form) {
  const boundary = `b${randomUUID()}`;
  const { organiserId: organisationId, programmeId } = programme;
  const fields = { organisationId, source: 'resident', ...form.fields };
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${
    form.name ?? 'list.csv'
  }"\r\n\r\n`;
  const whole = Buffer.concat([
    Buffer.from(parts.join('') + head),
    Buffer.from(form.content),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const url = `/api/programmes/${programmeId}/rosters`;
  return app.raw({
    method: 'POST',
    url,
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'idempotency-key': randomUUID(),
      ...(form.as ?? clerk)({ method: 'POST', url, body: '' }),
    },
    payload: form.raw?.(whole, boundary) ?? whole,
  });
}

let nextPerson = 0;
const row = () => `王小明,${someResidentId((nextPerson += 1))},13800000000`;
const list = (...rows: readonly string[]) => ['姓名,身份证号,手机号', ...rows].join('\r\n');

test('a list goes from upload over report and failure file to confirmation', async () => {
  const sent = await upload({
    content: list(row(), row(), '赵六,610,139'),
    name: '../../名单.csv',
  });
  assert.equal(sent.status, 201, sent.text);
  assert.deepEqual([sent.json.rowsTotal, sent.json.rowsAccepted, sent.json.rowsFailed], [3, 2, 1]);
  const { rosterId, contentHash } = sent.json;
  const params = { rosterId };
  const shown = await app.request(contract.getRosterRoute, { params }, clerk);
  assert.equal(shown.json.state, 'imported');
  assert.ok(!shown.json.fileName.includes('/'));
  const page = { params, query: { limit: 1 } };
  const first = await app.request(contract.listProblemsRoute, page, clerk);
  assert.match(first.json.items[0].message, /不正确/);
  const rest = { params, query: { limit: 1, cursor: first.json.next } };
  const second = await app.request(contract.listProblemsRoute, rest, clerk);
  const codes = [first, second].map((one) => one.json.items[0].code).toSorted();
  assert.deepEqual(codes, ['invalid_id_number', 'invalid_phone']);
  const body = { contentHash };
  const self = await app.request(contract.confirmRosterRoute, { params, body }, clerk);
  assert.equal(self.code, 'separation_of_duties');
  const stale = { contentHash: '0'.repeat(64) };
  const changed = await app.request(contract.confirmRosterRoute, { params, body: stale }, approver);
  assert.equal(changed.code, 'content_changed');
  const done = await app.request(contract.confirmRosterRoute, { params, body }, approver);
  assert.equal(done.status, 200, done.text);
  const late = await app.request(contract.cancelRosterRoute, { params, body: {} }, clerk);
  assert.equal(late.code, 'already_decided');
});

test('the failure file gives each row back as it was written, with every reason', async () => {
  const taken = row();
  const content = list(taken, taken, "李四,'610,138****0000");
  const { json } = await upload({ content });
  const params = { rosterId: json.rosterId };
  const url = `/api/rosters/${params.rosterId}/failures.xlsx`;
  const sent = await app.app.inject({
    method: 'GET',
    url,
    headers: clerk({ method: 'GET', url, body: '' }),
  });
  assert.equal(sent.statusCode, 200);
  const path = join(files.folder, 'failures.xlsx');
  await writeFile(path, sent.rawPayload);
  const rows: string[][] = [];
  for await (const one of readTable(path, { name: 'f.xlsx' })) rows.push([...one.cells]);
  assert.deepEqual(rows[0], ['原行号', '姓名', '身份证号', '手机号', '原因']);
  assert.deepEqual(rows[1]?.slice(0, 4), ['3', ...taken.split(',')]);
  assert.match(rows[1]?.[4] ?? '', /重复.*第2行/);
  assert.equal(rows[2]?.[3], '138****0000');
  assert.match(rows[2]?.[4] ?? '', /脱敏/);
});

test('a list in UTF-8, GB18030 or UTF-16 is read, in any order of columns', async () => {
  const text = () =>
    `手机号,姓名,身份证号\n13800000001,欧阳龑,${someResidentId((nextPerson += 1))}\n`;
  const contents = [
    Buffer.from(`\uFEFF${text()}`),
    iconv.encode(text(), 'gb18030'),
    iconv.encode(`\uFEFF${text()}`, 'utf-16le'),
    Buffer.from(text().replaceAll('\n', '\r')),
    Buffer.from(text().replace('手机号,姓名,身份证号', 'Phone,Name,ID Number')),
  ];
  for (const content of contents) {
    const sent = await upload({ content });
    assert.equal(sent.json.rowsAccepted, 1, sent.text);
  }
});

test('a file that is no list is refused with its reason, and the server goes on', async () => {
  const refused = async (form: Form) => {
    const { status, code } = await upload(form);
    return [status, code];
  };
  const exe = Buffer.from('MZ\x90\0\x03\0\0\0');
  assert.deepEqual(await refused({ content: list(row()), name: 'a.xlsx' }), [
    415,
    'file_type_not_allowed',
  ]);
  assert.deepEqual(await refused({ content: exe, name: 'a.csv' }), [415, 'file_type_not_allowed']);
  assert.deepEqual(await refused({ content: 'x', name: 'con.docm' }), [
    415,
    'file_type_not_allowed',
  ]);
  assert.deepEqual(await refused({ content: '姓名,手机号\n王五,13800000000' }), [
    422,
    'roster_file_invalid',
  ]);
  assert.deepEqual(await refused({ content: '姓名,姓名,身份证号\n王五,王五,1' }), [
    422,
    'roster_file_invalid',
  ]);
  assert.deepEqual(await refused({ content: list() }), [422, 'roster_file_invalid']);
  assert.deepEqual(await refused({ content: list(row()), fields: { source: 'nobody' } }), [
    422,
    'invalid_rule',
  ]);
  assert.deepEqual(await refused({ content: list(row()), fields: { organisationId: '1' } }), [
    422,
    'invalid_fields',
  ]);
  const cut = (form: Buffer) => form.subarray(0, -20);
  assert.deepEqual(await refused({ content: list(row()), raw: cut }), [400, 'malformed_multipart']);
  const empty = () => Buffer.from('nothing');
  assert.deepEqual(await refused({ content: '', raw: empty }), [400, 'malformed_multipart']);
  assert.equal((await upload({ content: list(row()) })).status, 201);
});

test('a formula or hidden character is the fault of its row, not of the file', async () => {
  const id = () => someResidentId((nextPerson += 1));
  const content = list(
    `=cmd|' /C calc'!A0,${id()},13800000000`,
    `张\u202E三,${id()},13800000000`,
    `李四,1.41029E+17,13800000000`,
    row(),
  );
  const { json } = await upload({ content });
  assert.deepEqual([json.rowsAccepted, json.rowsFailed], [1, 3]);
  const params = { rosterId: json.rosterId };
  const { json: page } = await app.request(contract.listProblemsRoute, { params }, clerk);
  assert.deepEqual(
    page.items.map((one: { code: string }) => one.code),
    ['formula_not_allowed', 'invalid_text', 'number_in_text_cell'],
  );
});

test('the same file again names the roster it became, until that is withdrawn', async () => {
  const content = list(row());
  const { json } = await upload({ content });
  const again = await upload({ content });
  assert.deepEqual([again.status, again.code], [409, 'already_imported']);
  assert.equal(again.json.details?.rosterId ?? again.json.rosterId, json.rosterId);
  const params = { rosterId: json.rosterId };
  await app.request(contract.cancelRosterRoute, { params, body: {} }, clerk);
  assert.equal((await upload({ content })).status, 201);
});

test('who has no part in the programme may not upload, see or confirm its lists', async () => {
  const elsewhere = await givenProgramme(app.db);
  const stranger = await app.signInStaff('COM', { kind: 'programme', id: elsewhere.programmeId });
  assert.equal((await upload({ content: list(row()), as: stranger })).status, 404);
  const cashier = await app.signInStaff('CSH', { kind: 'shop', id: randomUUID() });
  assert.equal((await upload({ content: list(row()), as: cashier })).status, 403);
  const { json } = await upload({ content: list(row()) });
  const params = { rosterId: json.rosterId };
  const seen = await app.request(contract.getRosterRoute, { params }, stranger);
  assert.equal(seen.status, 404);
  const body = { contentHash: json.contentHash };
  const confirmed = await app.request(contract.confirmRosterRoute, { params, body }, stranger);
  assert.equal(confirmed.status, 404);
});

test('a clerk finds one person by the exact number, masked, and it is on record', async () => {
  const idNumber = someResidentId((nextPerson += 1));
  const { json } = await upload({ content: list(`欧阳明,${idNumber},13812345678`) });
  const params = { rosterId: json.rosterId };
  const search = (body: unknown) =>
    app.request(correction.findListedRoute, { params, body }, clerk);
  const found = await search({ idNumber, reason: '居民到场查询' });
  assert.equal(found.status, 200, found.text);
  const [one] = found.json.items;
  assert.deepEqual([one.name, one.phone], ['欧*', '138****5678']);
  assert.ok(one.idNumber.endsWith(idNumber.slice(-4)) && one.idNumber.startsWith('****'));
  const none = await search({ phone: '13800009999', reason: '居民到场查询' });
  assert.deepEqual(none.json.items, []);
  const { rows } = await app.sql(
    `select count(*)::int as n from event
     where kind = 'personal_data.shown' and subject_id = $1`,
    [json.rosterId],
  );
  assert.equal(rows[0].n, 2);
});

test('a clerk is told which lists the plan asks for, and what a row must have', async () => {
  const { programmeId } = programme;
  const told = await app.request(contract.listSourcesRoute, { params: { programmeId } }, clerk);
  assert.deepEqual(told.json.items, [
    {
      source: 'resident',
      name: '200元券包',
      identity: 'id_number',
      facesFen: [4_000],
      perPersonFen: 20_000,
    },
  ]);
});

test('a common pool owes a list no payment of its own', async () => {
  const { json } = await upload({ content: list(row()) });
  const params = { rosterId: json.rosterId };
  const told = await app.request(contract.rosterPaymentRoute, { params }, approver);
  assert.deepEqual([told.status, told.json], [200, {}]);
});

test('who decides a duplicate sees both rows; looking is on record', async () => {
  const one = someResidentId((nextPerson += 1));
  const { json } = await upload({ content: list(`张三,${one},13800000001`, `张山,${one},`) });
  const params = { rosterId: json.rosterId };
  const told = await app.request(contract.listDuplicatesRoute, { params }, clerk);
  const [task] = told.json.items;
  assert.deepEqual(
    [task.row, task.reason, task.person.name, task.amountFen],
    [3, 'same_identity_other_name', '张*', 20_000],
  );
  assert.deepEqual(
    [task.other.row, task.other.rosterId, task.other.fileName, task.other.person.phone],
    [2, json.rosterId, 'list.csv', '138****0001'],
  );
  const { rows } = await app.sql(
    `select body->>'reason' as reason from event
     where kind = 'personal_data.shown' and subject_id = $1`,
    [json.rosterId],
  );
  assert.deepEqual(rows, [{ reason: '判断疑似重复' }]);
});
