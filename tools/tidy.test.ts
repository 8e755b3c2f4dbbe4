import assert from 'node:assert/strict';
import { test } from 'node:test';
import { driverViolations, featureViolations, layerViolations } from './tidy/layers.ts';
import {
  refusalCodes,
  refusalsNobodyGives,
  refusalsNobodyTests,
  routesWithoutPermission,
  tablesWithTwoOwners,
  undocumented,
} from './tidy/promises.ts';
import { repositorySources, type Source } from './tidy/source.ts';
import { bannedCalls, bannedSynonyms, oversized, roomsOfNobody, unfinished } from './tidy/words.ts';

const files = repositorySources();

function nothingIn(violations: readonly string[]): void {
  assert.ok(violations.length === 0, `${violations.length} found:\n  ${violations.join('\n  ')}`);
}

/** Folders that may write a table beside its owner. */
const sharedTables: Readonly<Record<string, readonly string[]>> = {
  // A branch that pays for its own members joins the programme by opening its fund.
  programme_party: ['server/src/features/fund'],
  // The roster makes the rows; issuing gives them their batch, channel and person.
  entitlement: ['server/src/features/issuing'],
  // Only an approved extension moves the end of vouchers.
  voucher: ['server/src/features/expiry'],
};

/** A made-up repository in which exactly one thing is wrong. */
const made = (...sources: readonly (readonly [string, string])[]): readonly Source[] =>
  sources.map(([path, text]) => ({ path, text }));

test('imports point inwards: domain, db, events and ledger, http, features, app', () => {
  const outward = made(['server/src/db/a.ts', `import { b } from '../ledger/b.ts';`]);
  assert.match(layerViolations(outward).join(), /a\.ts:1 imports/);
  const fromDomain = made(['domain/src/a.ts', `import { b } from '../../server/src/db/b.ts';`]);
  assert.equal(layerViolations(fromDomain).length, 1);
  assert.equal(layerViolations(made(['server/src/cupboard/a.ts', ''])).length, 1);
  nothingIn(layerViolations(files));
});

test('a feature uses only commands of features that app.ts names above it', () => {
  const app = [
    'server/src/app.ts',
    `export const featureOrder = ['fund', 'wallet'] as const;`,
  ] as const;
  const below = ['server/src/features/fund/fund.ts', `import '../wallet/wallet.ts';`] as const;
  const above = ['server/src/features/wallet/wallet.ts', `import '../fund/fund.ts';`] as const;
  const route = ['server/src/features/wallet/a.ts', `import '../fund/fund.routes.ts';`] as const;
  assert.match(featureViolations(made(app, below)).join(), /names wallet below fund/);
  assert.match(featureViolations(made(app, route)).join(), /only commands/);
  assert.deepEqual(featureViolations(made(app, above)), []);
  nothingIn(featureViolations(files));
});

test('only server/src/db speaks to the database driver', () => {
  assert.equal(driverViolations(made(['server/src/jobs/a.ts', `import pg from 'pg';`])).length, 1);
  nothingIn(driverViolations(files));
});

test('calls that have a better replacement do not stand in the code', () => {
  const lines = ['Date.now()', 'Math.random()', 'console.log(1)', 'reply.code(404)'];
  const wrong = made(['server/src/features/a/a.ts', lines.join(';\n')]);
  assert.equal(bannedCalls(wrong).length, lines.length);
  assert.deepEqual(bannedCalls(made(['domain/src/a.ts', '// Date.now() would lie\n'])), []);
  nothingIn(bannedCalls(files));
});

test('one word per thing: no word stands for which the glossary has another', () => {
  assert.equal(bannedSynonyms(made(['domain/src/a.ts', 'const couponId = 1;'])).length, 1);
  nothingIn(bannedSynonyms(files));
});

test('files keep to 400 lines and lines to 100 columns', () => {
  assert.equal(oversized(made(['tools/a.ts', 'a\n'.repeat(401)])).length, 1);
  assert.equal(oversized(made(['tools/a.ts', 'a'.repeat(101)])).length, 1);
  assert.deepEqual(oversized(made(['tools/a.ts', `${'券'.repeat(100)}\n`.repeat(400)])), []);
  nothingIn(oversized(files));
});

test('no file or folder is a place for things that belong nowhere', () => {
  assert.equal(roomsOfNobody(made(['server/src/utils/a.ts', ''], ['a/helpers.ts', ''])).length, 2);
  nothingIn(roomsOfNobody(files));
});

test('nothing stands in the code as work for later', () => {
  assert.equal(unfinished(made(['tools/a.ts', '// TODO: later'])).length, 1);
  nothingIn(unfinished(files));
});

test('every export of domain says what it guarantees', () => {
  assert.equal(undocumented(made(['domain/src/a.ts', 'export const a = 1;'])).length, 1);
  assert.deepEqual(undocumented(made(['domain/src/a.ts', '/** One. */\nexport const a = 1;'])), []);
  nothingIn(undocumented(files));
});

test('each table is written by one folder', () => {
  const table = ['migrations/1.sql', 'create table fund (fund_id uuid primary key)；'] as const;
  const one = ['server/src/features/fund/fund.sql', 'insert into fund values (1)'] as const;
  const other = ['server/src/features/wallet/a.sql', 'update fund set a = 1'] as const;
  const reader = ['server/src/features/b/b.sql', 'select from fund for update of fund'] as const;
  assert.equal(tablesWithTwoOwners(made(table, one, other), {}).length, 1);
  const allowed = { fund: ['server/src/features/wallet'] };
  assert.deepEqual(tablesWithTwoOwners(made(table, one, other), allowed), []);
  assert.deepEqual(tablesWithTwoOwners(made(table, one, reader), {}), []);
  nothingIn(tablesWithTwoOwners(files, sharedTables));
});

test('every route declares who may use it', () => {
  const open = `export const a = { method: 'GET', path: '/a' };`;
  assert.equal(routesWithoutPermission(made(['a.contract.ts', open])).length, 1);
  nothingIn(routesWithoutPermission(files));
});

const catalogue = [
  'domain/src/refusals.ts',
  `export const refusals = {\n  sold_out: { kind: 'conflict' },\n};`,
] as const;

test('every refusal of the catalogue is given somewhere', () => {
  assert.ok(refusalCodes(files).length > 50, 'the catalogue was read');
  assert.deepEqual(refusalsNobodyGives(made(catalogue)), ['sold_out']);
  const giver = ['server/src/features/a/a.ts', `refuse('sold_out')`] as const;
  assert.deepEqual(refusalsNobodyGives(made(catalogue, giver)), []);
  nothingIn(refusalsNobodyGives(files));
});

test('every refusal of the catalogue is provoked by a test', () => {
  const tested = ['server/src/features/a/a.test.ts', `assert(code === 'sold_out')`] as const;
  assert.deepEqual(refusalsNobodyTests(made(catalogue)), ['sold_out']);
  assert.deepEqual(refusalsNobodyTests(made(catalogue, tested)), []);
  nothingIn(refusalsNobodyTests(files));
});
