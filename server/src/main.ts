import { spawn } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { choosePort, ensurePort } from './choose-port.ts';
import { readConfig, WeakConfig } from './config.ts';
import { transact } from './db/transact.ts';
import { listPublicProgrammes } from './features/programme/list.ts';
import { type Installation, openInstallation, refuseStoppedClock } from './installation.ts';
import { processesWanted, startProcesses } from './processes.ts';
import { serveHere } from './serve.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

/** The settings of this start: the operator's, with a port that is free where none was named. */
async function environmentOfStart() {
  if (process.env['HUIQUAN_PORT'] !== undefined) {
    await ensurePort(readConfig(process.env));
    return process.env;
  }
  const port = await choosePort(readConfig(process.env));
  return { ...process.env, HUIQUAN_PORT: String(port) };
}

/** Loads the demo's programmes into an empty installation, once, in a process of its own. */
async function fillWithDemo({ db, config }: Installation): Promise<void> {
  const reader = { kind: 'system', id: 'start' } as const;
  const known = await transact(db, reader, (tx) => listPublicProgrammes(tx, { limit: 1 }));
  if (known.length > 0) return;
  say('首次启动：装入演示数据（三个活动，全部虚构）……');
  const seed = join(import.meta.dirname, '../../tools/demo/seed.ts');
  const env = { ...process.env, HUIQUAN_DATA: config.dataFolder };
  const child = spawn(process.execPath, [seed], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the demo was not loaded: exit code ${code}`);
}

function onStop(stop: () => Promise<void>): () => void {
  let stopping = false;
  const stopOnce = () => {
    if (stopping) return;
    stopping = true;
    void stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stopOnce);
  return stopOnce;
}

function announce({ config }: Installation): void {
  say(`惠券已启动：${config.publicUrl}`);
  say(`  居民  ${config.publicUrl}/`);
  say(`  收银  ${config.publicUrl}/till`);
  say(`  管理  ${config.publicUrl}/office`);
  say(`  公示  ${config.publicUrl}/public`);
  say(`  接口  ${config.publicUrl}/api/docs`);
  const logins = join(config.dataFolder, 'demo-logins.txt');
  if (config.mode === 'demo' && existsSync(logins)) say(`演示账号见 ${logins}`);
}

/** One of several processes: the first has set everything up. */
async function serveAsOne(): Promise<void> {
  const installation = await openInstallation(process.env);
  const stop = await serveHere(installation);
  const stopAll = onStop(async () => {
    await stop();
    await installation.close();
    process.exit();
  });
  // Without the first process nobody would replace this one or end it.
  process.on('disconnect', stopAll);
}

async function serve(): Promise<void> {
  const count = processesWanted(process.argv.slice(2), process.env);
  const environment = await environmentOfStart();
  const installation = await openInstallation(environment);
  for (const warning of installation.connection.warnings) say(`注意：${warning}`);
  if (installation.config.mode === 'demo') await fillWithDemo(installation);
  await refuseStoppedClock(installation.db);
  const stop =
    count === 1 ? await serveHere(installation) : await startProcesses(count, environment);
  announce(installation);
  onStop(async () => {
    await stop();
    await installation.close();
  });
}

try {
  await (cluster.isWorker ? serveAsOne() : serve());
} catch (error) {
  if (!(error instanceof WeakConfig)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
