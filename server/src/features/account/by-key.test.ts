import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { parseTwin } from '../../db/twin.ts';

/** What the lanes plan once, perhaps on the day of the installation, and ask from then on. */
const asked: readonly (readonly [file: string, statements: readonly string[]])[] = [
  ['account/authenticate.sql', ['findSessions', 'standingSessions']],
  ['account/attempt.sql', ['findWaits', 'forgetAttempts']],
  ['account/resident.sql', ['trySmsCodes', 'useSmsCodes']],
  ['people/consent.sql', ['lockAccountsOfConsents', 'endConsents', 'standingConsents']],
  ['people/person.sql', ['findPersonsByIdentity', 'confirmPersons', 'findAccountsByPhone']],
  ['people/person.sql', ['lockAccounts', 'findAccounts', 'linkAccounts']],
  ['issuing/bind.sql', ['waitingProgrammes']],
];

/** Tables that grow with the residents. */
const long = new Set([
  'attempt',
  'consent',
  'entitlement',
  'person',
  'resident_account',
  'session',
  'sms_code',
]);

type Node = {
  readonly 'Relation Name'?: string;
  readonly 'Node Type': string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly Node[];
};

let database: TestDatabase;
let client: pg.Client;

before(async () => {
  database = await testDatabase();
  // As the lanes are set: db/pool.ts.
  const options = '-c random_page_cost=1.1';
  client = new pg.Client({ connectionString: database.appUrl, options });
  await client.connect();
});

after(async () => {
  await client.end();
  await database.drop();
});

/** What an index is asked for by a node, a bitmap's parts included. */
function conditionsOf(node: Node): string[] {
  const maps = (node.Plans ?? []).filter((one) => one['Node Type'].startsWith('Bitmap'));
  return [node['Index Cond'] ?? '', ...maps.flatMap(conditionsOf)];
}

/** The long tables that a plan walks: wholly, or by an index that it asks for no value. */
function walked(node: Node): string[] {
  const parts = node.Plans ?? [];
  const table = node['Relation Name'];
  const kind = node['Node Type'];
  const isByKey = conditionsOf(node).some((text) => text.includes(' = '));
  const isLong = table !== undefined && long.has(table);
  return [
    ...(isLong && kind.endsWith('Scan') && !isByKey ? [table] : []),
    ...parts.flatMap(walked),
  ];
}

async function planOf(text: string): Promise<Node> {
  const explained = `explain (generic_plan, costs off, format json) ${text}`;
  const { rows } = await client.query<{ 'QUERY PLAN': readonly { readonly Plan: Node }[] }>(
    explained,
  );
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  assert.ok(plan, 'a plan');
  return plan;
}

test('who asks is found by key, also by a plan made while nobody had signed in', async () => {
  for (const [file, names] of asked) {
    const place = path.join(import.meta.dirname, '..', file);
    const statements = parseTwin(readFileSync(place, 'utf8'), place);
    for (const name of names) {
      const statement = statements.get(name);
      assert.ok(statement, `${file} has ${name}`);
      const plan = await planOf(statement.text.replace(/;$/, ''));
      assert.deepEqual(walked(plan), [], `${name} walks`);
    }
  }
});
