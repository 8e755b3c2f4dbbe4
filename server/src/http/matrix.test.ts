import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { functionRefusal, type Permission, type Role } from '@huiquan/domain/access.ts';
import { matrix } from '@huiquan/domain/access-matrix.ts';
import { refusals } from '@huiquan/domain/refusals.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { features } from '../app.ts';
import { grantableRoles } from '../features/account/grant.ts';
import { listFundsRoute } from '../features/fund/fund.contract.ts';
import { listCategoriesRoute } from '../features/merchant/merchant.contract.ts';
import * as programmes from '../features/programme/programme.contract.ts';
import { givenProgramme, type GivenProgramme } from '../given/programme.ts';
import type { Route } from './contract.ts';
import { handledRoutes } from './server.ts';
import { testApp, type As, type Got, type TestApp } from './test-app.ts';
import { sampleOf } from './test-sample.ts';

/** Where each role usually stands, on something that does not exist: nothing is in its scope. */
const nowhere: Readonly<Record<(typeof grantableRoles)[number], string>> = {
  CSH: 'shop',
  MOW: 'merchant',
  BUC: 'organisation',
  UNI: 'organisation',
  COM: 'programme',
  FIN: 'programme',
  IND: 'industry',
  BNK: 'channel',
  AUD: 'everything',
  POL: 'everything',
  CSA: 'everything',
  SYS: 'everything',
};

function permissionOf(route: Route): Permission | undefined {
  return route.permission === 'public' || route.permission === 'signed_in'
    ? undefined
    : route.permission;
}

describe('every route for every role', () => {
  let t: TestApp;
  let routes: Route[] = [];
  const people = new Map<Role, As>();
  before(async () => {
    t = await testApp(features);
    routes = handledRoutes(t.context, features).map((one) => one.handled.route);
    const unit = await t.organisation({ kind: 'county_union' });
    for (const role of grantableRoles) {
      const scope = { kind: nowhere[role], id: newId() };
      people.set(role, await t.signInStaff(role, scope, unit));
    }
    people.set('RES', await t.signInResident());
  });
  after(() => t.drop());

  const ask = (route: Route, as?: As): Promise<Got> => {
    const names = Object.keys(route.params?.properties ?? {});
    const params = Object.fromEntries(names.map((name) => [name, newId()]));
    if (route.upload !== true) {
      const body = route.body === undefined ? {} : { body: sampleOf(route.body) };
      return t.request(route, { params, ...body }, as);
    }
    const url = route.url.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
    const payload =
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nx\r\n--b--\r\n';
    return t.raw({
      method: route.method,
      url,
      payload,
      headers: {
        ...as?.({ method: route.method, url, body: '' }),
        'content-type': 'multipart/form-data; boundary=b',
        'idempotency-key': randomUUID(),
      },
    });
  };

  test('names one permission of the matrix, one address, and refusals of the catalogue', () => {
    const names = routes.map((route) => route.name);
    assert.equal(new Set(names).size, names.length);
    assert.ok(routes.length >= 17);
    for (const route of routes) {
      const permission = permissionOf(route);
      assert.ok(permission === undefined || Object.hasOwn(matrix, permission), route.name);
      for (const code of route.refusals) assert.ok(Object.hasOwn(refusals, code), route.name);
    }
  });

  test('answers 401 to nobody, unless it is public', async () => {
    for (const route of routes.filter((one) => one.permission !== 'public')) {
      const got = await ask(route);
      assert.equal(got.status, 401, route.name);
      assert.equal(got.code, 'session_ended', route.name);
    }
  });

  test('turns away every role that has no such function, and no other', async () => {
    let judged = 0;
    for (const route of routes) {
      const permission = permissionOf(route);
      if (permission === undefined) continue;
      for (const [role, as] of people) {
        const scope = { kind: 'everything' } as const;
        const expected = functionRefusal([{ role, scope, holderId: 'x' }], permission);
        const got = await ask(route, as);
        const place = `${route.name} as ${role}: ${got.text}`;
        judged += 1;
        if (expected === undefined) assert.notEqual(got.code, 'read_only', place);
        else assert.equal(got.code, expected, place);
        assert.notEqual(got.status, 500, place);
      }
    }
    assert.ok(judged >= 80, `only ${judged} judged`);
  });

  test('shows nothing of an object that does not exist, and does nothing to it', async () => {
    const withId = routes.filter(
      (route) => permissionOf(route) !== undefined && route.params !== undefined,
    );
    assert.ok(withId.length >= 5);
    for (const route of withId) {
      for (const [role, as] of people) {
        const got = await ask(route, as);
        const place = `${route.name} as ${role}: ${got.text}`;
        // A list under an id may also show nothing: it tells as little.
        const showsNothing = route.method === 'GET' && got.json?.items?.length === 0;
        if (showsNothing) continue;
        assert.ok(got.status >= 400 && got.status < 500, place);
        if (got.status !== 404) continue;
        assert.equal(got.code, 'not_found', place);
        assert.equal(got.json.detail, refusals.not_found.text, place);
      }
    }
  });
});

describe('a desk in an organisation', () => {
  let t: TestApp;
  let programme: GivenProgramme;
  before(async () => {
    t = await testApp(features);
    programme = await givenProgramme(t.db);
  });
  after(() => t.drop());

  /** What somebody sees of the programme whose role stands on `organisationId`. */
  const seenBy = async (role: 'COM' | 'FIN' | 'IND' | 'BNK', organisationId: string) => {
    const as = await t.signInStaff(
      role,
      { kind: 'organisation', id: organisationId },
      organisationId,
    );
    const { json } = await t.request(programmes.listProgrammesRoute, {}, as);
    const { programmeId } = programme;
    const { status } = await t.request(
      programmes.getProgrammeRoute,
      { params: { programmeId } },
      as,
    );
    const { status: money } = await t.request(listFundsRoute, { params: { programmeId } }, as);
    const listed = json.items.map(
      (one: { programmeId: string }) => one.programmeId === programmeId,
    );
    return { listed, status, money };
  };

  test('sees the programmes that its organisation organises or is a party of', async () => {
    const { parties, organiserId } = programme;
    for (const party of ['commerce', 'finance']) {
      const seen = await seenBy(party === 'finance' ? 'FIN' : 'COM', parties[party] ?? '');
      assert.deepEqual(seen, { listed: [true], status: 200, money: 200 }, party);
    }
    const organiser = await seenBy('COM', organiserId);
    assert.deepEqual(organiser, { listed: [true], status: 200, money: 200 });
  });

  test('sees nothing of a programme that names only who stands above or beside it', async () => {
    const { parties } = programme;
    const below = await t.organisation({ parentId: parties['commerce'] ?? '' });
    const beside = await t.organisation({});
    for (const organisationId of [below, beside]) {
      for (const role of ['COM', 'FIN', 'BNK'] as const) {
        const seen = await seenBy(role, organisationId);
        assert.deepEqual(seen.listed, [], role);
        assert.equal(seen.status, 404, role);
      }
    }
  });

  test('of an industry sees the programmes that name its department', async () => {
    const industry = { kind: 'industry', id: 'catering' };
    const named = await t.signInStaff('IND', industry, programme.parties['commerce']);
    const other = await t.signInStaff('IND', industry, await t.organisation({}));
    const { programmeId } = programme;
    const categories = (as: As) => t.request(listCategoriesRoute, { params: { programmeId } }, as);
    assert.deepEqual((await categories(named)).json.items, [{ id: 'catering', name: '餐饮住宿' }]);
    const count = async (as: As) => {
      const { json } = await t.request(programmes.listProgrammesRoute, {}, as);
      return json.items.length;
    };
    assert.equal(await count(named), 1);
    assert.equal(await count(other), 0);
  });
});
