import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { timedRows } from './cost.ts';
import type { Slice } from './figures.ts';
import type { Place } from './place.ts';

/** Rows that our path wrote, and COPY is to write again. */
export type Rows = { readonly table: string; readonly where: string };

type Column = { readonly name: string };
type Reference = { readonly name: string; readonly definition: string };

const twin = (table: string) => `copied_${table}`;

async function columnsOf(client: pg.PoolClient, table: string): Promise<string> {
  const { rows } = await client.query<Column>(
    `select quote_ident(attname) as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
     order by attnum`,
    [table],
  );
  return rows.map((row) => row.name).join(', ');
}

/** An empty table with the keys, checks, indexes and references of `table`. */
async function makeTwin(client: pg.PoolClient, table: string): Promise<void> {
  await client.query(`create table ${twin(table)} (like ${table} including all)`);
  const { rows } = await client.query<Reference>(
    `select quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where conrelid = $1::regclass and contype = 'f'`,
    [table],
  );
  for (const { name, definition } of rows) {
    await client.query(`alter table ${twin(table)} add constraint ${name} ${definition}`);
  }
}

/**
 * How fast COPY writes the same rows, durably and in one transaction, into tables with the same
 * keys; told in `count` of what our path made. The rows come from a file beside the server, so that
 * nothing but PostgreSQL works: no network, no rules, no triggers.
 */
export async function copyRows(
  place: Place,
  count: number,
  parts: readonly Rows[],
): Promise<Slice> {
  const client = await place.superuser.connect();
  const { rows } = await client.query<{ data_directory: string }>('show data_directory');
  const fileOf = (table: string) => join(rows[0]?.data_directory ?? '', `bench-${table}`);
  try {
    for (const { table, where } of parts) {
      const columns = await columnsOf(client, table);
      const chosen = `select ${columns} from ${table} where ${where}`;
      await client.query(`copy (${chosen}) to '${fileOf(table)}' (format binary)`);
      await makeTwin(client, table);
    }
    await client.query('checkpoint');
    const copies: string[] = [];
    for (const { table } of parts) {
      const columns = await columnsOf(client, table);
      copies.push(`copy ${twin(table)} (${columns}) from '${fileOf(table)}' (format binary)`);
    }
    return await timedRows(place, count, async () => {
      await client.query('begin');
      for (const copy of copies) await client.query(copy);
      await client.query('commit');
    });
  } finally {
    await client.query('rollback');
    for (const { table } of parts) {
      await client.query(`drop table if exists ${twin(table)}`);
      rmSync(fileOf(table), { force: true });
    }
    client.release();
  }
}
