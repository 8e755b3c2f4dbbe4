import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { recordedServer } from './embedded-cluster.ts';
import { connectUrls } from './embedded-connect.ts';
import { processMark } from './embedded-lock.ts';
import { refuseWeakSettings } from './embedded-settings.ts';
import { databaseName, startPostgres, type EmbeddedPostgres } from './embedded.ts';

const data = path.resolve(import.meta.dirname, '../../../data');
let folder: string;
let server: EmbeddedPostgres;

before(async () => {
  folder = path.join(data, `test-${process.pid}-embedded`, '数据 a');
  server = await startPostgres({ folder, durable: true });
});

after(async () => {
  await server.stop();
  await rm(path.dirname(folder), { recursive: true, force: true });
});

async function ask(url: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

const app = () => server.url('huiquan_app', databaseName);

async function serverPid(): Promise<number> {
  const recorded = await recordedServer(path.join(folder, 'postgres'));
  assert.ok(recorded);
  return recorded.pid;
}

/** A process of its own that joins the server and then waits to be killed. */
async function joinFromAnotherProcess() {
  const module = import.meta.resolve('./embedded.ts');
  const code =
    `const { startPostgres } = await import(${JSON.stringify(module)});` +
    `const server = await startPostgres(${JSON.stringify({ folder, durable: true })});` +
    `console.log(server.port); setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.stdout.on('data', (chunk: Buffer) => resolve(Number(chunk.toString())));
  child.on('exit', () => reject(new Error('ended too early')));
  return { child, port: await promise };
}

test('the server keeps what it confirmed and notices damaged pages', async () => {
  const url = server.url('postgres', databaseName);
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums']) {
    assert.equal(await ask(url, `show ${name}`), 'on', name);
  }
  assert.equal(await ask(url, 'show listen_addresses'), '127.0.0.1');
  assert.equal(await ask(url, 'show unix_socket_directories'), '');
});

test('the role of the running server owns nothing and may create nothing', async () => {
  await assert.rejects(ask(app(), 'create table mine (id int)'), /permission denied/);
  await assert.rejects(ask(app(), 'create database mine'), /permission denied/);
  assert.equal(
    await ask(app(), `select count(*)::int from pg_class where relowner = 'huiquan_app'::regrole`),
    0,
  );
});

test("nobody enters without the password, which only the folder's owner can read", async () => {
  await assert.rejects(
    ask(`postgres://huiquan_app:wrong@127.0.0.1:${server.port}/${databaseName}`, 'select 1'),
    /password authentication failed/,
  );
  const file = await stat(path.join(folder, 'postgres-passwords.json'));
  assert.equal(file.mode & 0o077, 0);
});

test('a process that is killed leaves the server to the others', async () => {
  const pid = await serverPid();
  const other = await joinFromAnotherProcess();
  assert.equal(other.port, server.port);
  other.child.removeAllListeners('exit');
  other.child.kill('SIGKILL');
  await sleep(100);
  assert.equal(await ask(app(), 'select 1'), 1);
  assert.equal(await serverPid(), pid);
});

test('a process that leaves does not stop the server under the others', async () => {
  const other = await joinFromAnotherProcess();
  await server.stop();
  assert.equal(await ask(app(), 'select 1'), 1);
  server = await startPostgres({ folder, durable: true });
  assert.equal(server.port, other.port);
  other.child.removeAllListeners('exit');
  other.child.kill('SIGKILL');
});

test('an orphaned server is adopted, and stopped by the last who leaves', async () => {
  const other = await joinFromAnotherProcess();
  await server.stop();
  other.child.removeAllListeners('exit');
  other.child.kill('SIGKILL');
  await sleep(100);
  const pid = await serverPid();
  server = await startPostgres({ folder, durable: true });
  assert.equal(await serverPid(), pid);
  await server.stop();
  assert.equal(processMark(pid), undefined);
  server = await startPostgres({ folder, durable: true });
});

test('after a kill -9 PostgreSQL comes back by itself with what was committed', async () => {
  await ask(server.url('huiquan_migrator', databaseName), 'create table kept as select 7 as n');
  server.keepRunning();
  const pid = await serverPid();
  process.kill(pid, 'SIGKILL');
  let kept: unknown;
  for (let attempt = 0; attempt < 100 && kept === undefined; attempt += 1) {
    await sleep(100);
    kept = await ask(server.url('huiquan_migrator', databaseName), 'select n from kept').catch(
      () => undefined,
    );
  }
  assert.equal(kept, 7);
  assert.notEqual(await serverPid(), pid);
});

test('a remembered port that another program took is given up for a free one', async () => {
  const taken = server.port;
  await server.stop();
  const stranger = createServer().listen(taken, '127.0.0.1');
  await sleep(50);
  server = await startPostgres({ folder, durable: true });
  assert.notEqual(server.port, taken);
  assert.equal(await ask(app(), 'select 1'), 1);
  assert.equal(await readFile(path.join(folder, 'postgres-port'), 'utf8'), String(server.port));
  stranger.close();
});

test('a server named by the operator is used as it is, with a warning for one role', async () => {
  const migratorUrl = server.url('huiquan_migrator', databaseName);
  const both = { databaseUrl: app(), migratorUrl, dataFolder: folder };
  const connection = await connectUrls(both);
  assert.equal(connection.appRole, 'huiquan_app');
  assert.deepEqual(connection.warnings, []);
  const single = await connectUrls({ ...both, databaseUrl: migratorUrl, migratorUrl: undefined });
  assert.equal(single.migratorUrl, migratorUrl);
  assert.match(single.warnings.join(), /HUIQUAN_MIGRATOR_URL/);
});

test('a server that could lose committed vouchers is refused', async () => {
  const owner = server.url('postgres', databaseName);
  await ask(owner, 'alter role huiquan_app set synchronous_commit = off');
  const weak = { databaseUrl: app(), migratorUrl: undefined, dataFolder: folder };
  await assert.rejects(connectUrls(weak), /synchronous_commit = off/);
  await ask(owner, 'alter role huiquan_app reset synchronous_commit');
});

test('each weak setting is named, an old version refused, no checksums warned of', async () => {
  const good = {
    server_version_num: '150004',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    data_sync_retry: 'off',
    data_checksums: 'on',
  };
  const check = (changed: Readonly<Record<string, string>>) =>
    refuseWeakSettings(() =>
      Promise.resolve(
        Object.entries({ ...good, ...changed }).map(([name, setting]) => ({ name, setting })),
      ),
    );
  assert.deepEqual(await check({}), []);
  await assert.rejects(check({ fsync: 'off' }), /fsync = off/);
  await assert.rejects(check({ full_page_writes: 'off' }), /full_page_writes = off/);
  await assert.rejects(check({ synchronous_commit: 'off' }), /synchronous_commit = off/);
  await assert.rejects(check({ data_sync_retry: 'on' }), /data_sync_retry = on/);
  await assert.rejects(check({ server_version_num: '140012' }), /15 or newer/);
  assert.match((await check({ data_checksums: 'off' })).join(), /checksums/);
});
