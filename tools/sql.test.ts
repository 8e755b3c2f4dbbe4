import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { testDatabase, type TestDatabase } from '../server/src/db/test-database.ts';
import { parseTwin, type Statement } from '../server/src/db/twin.ts';
import { isSql, repositorySources, root, withoutComments } from './tidy/source.ts';

type Twin = {
  readonly path: string;
  readonly source: string;
  readonly statements: ReadonlyMap<string, Statement>;
  /** The names that the `.ts` beside it asks for. */
  readonly asked: ReadonlySet<string>;
};

const files = repositorySources();
const twins: readonly Twin[] = files
  .filter((file) => isSql(file) && file.path.startsWith('server/src/'))
  .map((file) => {
    const beside = file.path.replace(/\.sql$/, '.ts');
    const code = withoutComments(files.find((other) => other.path === beside)?.text ?? '');
    const asked = Array.from(
      code.matchAll(/\bsql\(\s*'(\w+)'\s*,?\s*\)/g),
      (match) => match[1] ?? '',
    );
    const statements = parseTwin(file.text, file.path);
    return { path: file.path, source: file.text, statements, asked: new Set(asked) };
  });

let database: TestDatabase;
let client: pg.Client;

before(async () => {
  database = await testDatabase();
  client = new pg.Client({ connectionString: database.appUrl });
  await client.connect();
});

after(async () => {
  await client.end();
  await database.drop();
});

function nothingIn(violations: readonly string[]): void {
  assert.ok(violations.length === 0, `${violations.length} found:\n  ${violations.join('\n  ')}`);
}

// COPY and session commands have no plan; a temporary table must exist for its neighbours.
const withoutPlan = /^(?:copy|lock|listen|notify|set|refresh|analyze|vacuum|truncate|call)\b/i;
const temporaryTable = /^create temp(?:orary)? table\b/i;

/** What PostgreSQL says against planning `statement` as the role the server runs as. */
async function objection(statement: Statement): Promise<string | undefined> {
  const text = statement.text.replace(/;\s*$/, '');
  if (withoutPlan.test(text)) return undefined;
  try {
    if (temporaryTable.test(text)) await client.query(text);
    else await client.query(`explain (generic_plan, costs off) ${text}`);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function objections(twin: Twin): Promise<string[]> {
  const found: string[] = [];
  for (const [name, statement] of twin.statements) {
    const reason = await objection(statement);
    if (reason !== undefined) found.push(`${twin.path} ${name}: ${reason}`);
  }
  return found;
}

test('every statement fits the migrated schema and what the server may do', async () => {
  const wrong = { name: 'a.b', text: 'select no_such_column from event', parameters: [] };
  assert.match((await objection(wrong)) ?? '', /no_such_column/);
  const denied = { name: 'a.c', text: 'delete from event', parameters: [] };
  assert.match((await objection(denied)) ?? '', /permission denied/);
  const found: string[] = [];
  for (const twin of twins) found.push(...(await objections(twin)));
  nothingIn(found);
});

/** Whether a module beside it reads the file whole, as the proof of the invariants does. */
function isReadWhole(twin: Twin): boolean {
  const folder = path.posix.dirname(twin.path);
  const name = `'${path.posix.basename(twin.path)}'`;
  return files.some(
    (file) => path.posix.dirname(file.path) === folder && withoutComments(file.text).includes(name),
  );
}

test('every statement is used by the module beside it', () => {
  nothingIn(
    twins
      .filter((twin) => !isReadWhole(twin))
      .flatMap((twin) =>
        [...twin.statements.keys()]
          .filter((name) => !twin.asked.has(name))
          .map((name) => `${twin.path} ${name} is not used`),
      ),
  );
});

test('every statement that a module asks for exists', () => {
  nothingIn(
    twins.flatMap((twin) =>
      [...twin.asked]
        .filter((name) => !twin.statements.has(name))
        .map((name) => `${twin.path} has no ${name}`),
    ),
  );
  nothingIn(
    files
      .filter((file) => /= twin\(import\.meta\.url\)/.test(withoutComments(file.text)))
      .filter((file) => file.path.startsWith('server/src/'))
      .map((file) => file.path.replace(/\.ts$/, '.sql'))
      .filter((file) => !existsSync(path.join(root, file))),
  );
});

test('no two statements share a name, since a session prepares each under its own', () => {
  const seen = new Map<string, string>();
  nothingIn(
    twins.flatMap((twin) =>
      [...twin.statements.values()].flatMap(({ name }) => {
        const other = seen.get(name);
        seen.set(name, twin.path);
        return other === undefined ? [] : [`${name} stands in ${other} and in ${twin.path}`];
      }),
    ),
  );
});

test('every statement says why it is there', () => {
  nothingIn(
    twins.flatMap((twin) =>
      twin.source
        .split(/^-- name: /m)
        .slice(1)
        .filter((block) => !/^\w+\n-- \S/.test(block))
        .map((block) => `${twin.path} ${block.split('\n')[0]} has no line that says why`),
    ),
  );
});
