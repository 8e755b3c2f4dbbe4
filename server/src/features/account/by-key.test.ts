import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { testDatabase, type TestDatabase } from '../../db/test-database.ts';
import { parseTwin } from '../../db/twin.ts';

/** What the lanes plan once, perhaps on the day of the installation, and ask from then on. */
const asked: readonly (readonly [file: string, statements: readonly string[]])[] = [
  ['authenticate.sql', ['findSessions', 'standingSessions']],
];

/** Tables that grow with the residents. */
const long = new Set(['session', 'resident_account', 'consent']);

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

/** The long tables that a plan walks, wholly or by a whole index. */
function walked(node: Node): string[] {
  const table = node['Relation Name'];
  const isWalk = /Scan$/.test(node['Node Type']) && node['Index Cond'] === undefined;
  const own = table !== undefined && long.has(table) && isWalk ? [table] : [];
  return [...own, ...(node.Plans ?? []).flatMap(walked)];
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

test('who asks is found by key, also by a plan that was made while nobody had signed in', async () => {
  for (const [file, names] of asked) {
    const place = path.join(import.meta.dirname, file);
    const statements = parseTwin(readFileSync(place, 'utf8'), place);
    for (const name of names) {
      const statement = statements.get(name);
      assert.ok(statement, `${file} has ${name}`);
      const plan = await planOf(statement.text.replace(/;$/, ''));
      assert.deepEqual(walked(plan), [], `${name} walks`);
    }
  }
});
