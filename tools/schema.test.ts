import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { testDatabase, type TestDatabase } from '../server/src/db/test-database.ts';

let database: TestDatabase;
let client: pg.Client;

before(async () => {
  database = await testDatabase();
  client = new pg.Client({ connectionString: database.migratorUrl });
  await client.connect();
});

after(async () => {
  await client.end();
  await database.drop();
});

/**
 * Foreign keys without an index, `table.column`: the rows they point to are never deleted, and
 * nobody looks for these rows by this column alone. An index would cost each insert for nothing.
 */
const unindexedForeignKeys: ReadonlySet<string> = new Set([
  'account.merchant_id',
  'complaint.answered_by',
  'complaint.shop_id',
  'entitlement.person_id',
  'fund.funder_id',
  'funding_order.funder_id',
  'issue_batch.version_id',
  'merchant_sanction.programme_id',
  'network_refund.person_id,redemption_id',
  'paper_register.fund_id',
  'paper_register.organisation_id',
  'payout_hold.person_id,redemption_id',
  'pool_transfer.source_fund_id',
  'pool_transfer.target_fund_id',
  'programme.current_version_id',
  'programme.organiser_id',
  'published_head.block_no',
  'reconciliation_exception.bank_line_id',
  'reconciliation_exception.payout_id',
  'round.version_id',
  'settlement_line.fund_id',
  'settlement_line.merchant_id',
  'settlement_offset.fund_id',
  'settlement_offset.merchant_id',
  'stock_adjustment.source_round_id',
  'stock_adjustment.target_round_id',
]);

/** Unique keys of a person's rows that may stand without the person: constraint or index names. */
const keysWithoutPerson: ReadonlySet<string> = new Set([]);

/** A person's rows may be spread over several servers by the person (decision 10). */
const tablesOfPersons = ['voucher', 'redemption', 'claim'];

async function names(text: string, values: readonly unknown[] = []): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(text, [...values]);
  return rows.map((row) => row.name);
}

function nothingIn(violations: readonly string[]): void {
  assert.ok(violations.length === 0, `${violations.length} found:\n  ${violations.join('\n  ')}`);
}

const tables = `select c.oid, c.relname from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`;

const columns = `select t.oid, t.relname, a.attname, a.attnum, a.attnotnull,
    format_type(a.atttypid, a.atttypmod) as type
  from (${tables}) t join pg_attribute a on a.attrelid = t.oid
  where a.attnum > 0 and not a.attisdropped`;

test('every table has a primary key', async () => {
  assert.ok((await names(`select relname as name from (${tables}) t`)).length > 5);
  nothingIn(
    await names(`select relname as name from (${tables}) t where not exists
      (select from pg_constraint k where k.conrelid = t.oid and k.contype = 'p')`),
  );
});

test('tables and columns are named in singular snake_case', async () => {
  nothingIn(
    await names(`select relname as name from (${tables}) t
      where relname !~ '^[a-z][a-z0-9_]*$' or relname ~ '[^su]s$'`),
  );
  nothingIn(
    await names(`select relname || '.' || attname as name from (${columns}) c
      where attname !~ '^[a-z][a-z0-9_]*$'`),
  );
});

test('money is counted in whole 分', async () => {
  nothingIn(
    await names(`select relname || '.' || attname || ' ' || type as name from (${columns}) c
      where attname ~ '(_|^)fen$' and type not in ('bigint', 'bigint[]')
         or type in ('money', 'real')
         or type = 'double precision' and attname not in ('longitude', 'latitude')`),
  );
});

test('instants carry their zone and days are days', async () => {
  nothingIn(
    await names(`select relname || '.' || attname || ' ' || type as name from (${columns}) c
      where (attname ~ '_at$' or attname = 'at') and type <> 'timestamp with time zone'
         or type like 'timestamp%without%' or type like 'time %'
         or attname ~ '(_day|_date)$' and type <> 'date'`),
  );
});

test('JSON is kept as jsonb and text without padding', async () => {
  nothingIn(
    await names(`select relname || '.' || attname || ' ' || type as name from (${columns}) c
      where type = 'json' or type like 'character(%'`),
  );
});

test('every foreign key can be followed back through an index', async () => {
  const found = await names(`
    select t.relname || '.' || (select string_agg(a.attname, ',' order by k.n)
        from unnest(f.conkey) with ordinality as k(attnum, n)
        join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum) as name
    from (${tables}) t join pg_constraint f on f.conrelid = t.oid and f.contype = 'f'
    -- Rows of the record are never deleted, and nobody looks for what an event caused this way.
    where f.confrelid <> to_regclass('event') and not exists (
      select from pg_index i where i.indrelid = t.oid
        and (i.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey)
    order by 1`);
  nothingIn(found.filter((name) => !unindexedForeignKeys.has(name)));
});

const facts = `select t.oid, t.relname from (${tables}) t where exists
  (select from pg_trigger g where g.tgrelid = t.oid and g.tgname like '%is_a_fact%')`;

test('the server can neither change nor delete facts, and empty no table', async () => {
  const known = await names(`select relname as name from (${facts}) f`);
  for (const name of ['event', 'block', 'transfer']) assert.ok(known.includes(name), name);
  const app = database.appRole;
  nothingIn(
    await names(
      `select relname as name from (${facts}) f where has_any_column_privilege($1, oid, 'update')
         or has_table_privilege($1, oid, 'delete')`,
      [app],
    ),
  );
  nothingIn(
    await names(
      `select relname as name from (${tables}) t where has_table_privilege($1, oid, 'truncate')
         or has_table_privilege($1, oid, 'trigger')`,
      [app],
    ),
  );
});

test('the role of the server owns nothing and may create nothing', async () => {
  const app = database.appRole;
  nothingIn(
    await names('select relname as name from pg_class where relowner = $1::regrole', [app]),
  );
  nothingIn(
    await names(`select 'public' as name where has_schema_privilege($1, 'public', 'create')`, [
      app,
    ]),
  );
});

test('facts are guarded in the database against every role', async () => {
  nothingIn(
    await names(`select relname as name from (${facts}) f where not exists (
      select from pg_trigger g where g.tgrelid = f.oid and g.tgenabled <> 'D'
        -- before, for each statement or row: update, delete; truncate needs its own bit
        and g.tgtype & 2 = 2 and g.tgtype & 24 = 24)`),
  );
});

test("a person's rows carry the person in every key, ready to be spread by person", async () => {
  const found = await names(
    `select x.relname as name
    from (${tables}) t join pg_index i on i.indrelid = t.oid and i.indisunique
    join pg_class x on x.oid = i.indexrelid
    where t.relname = any($1) and not exists (
      select from pg_attribute a where a.attrelid = t.oid and a.attname = 'person_id'
        and a.attnum = any(i.indkey::int2[]))
    order by 1`,
    [tablesOfPersons],
  );
  nothingIn(found.filter((name) => !keysWithoutPerson.has(name)));
});

test('a unique key is named by the sentence that a second row would break', async () => {
  nothingIn(
    await names(`select t.relname || ': ' || k.conname as name
      from (${tables}) t join pg_constraint k on k.conrelid = t.oid and k.contype = 'u'
      where k.conname ~ '_key\\d*$'`),
  );
});
