import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { instant } from '@huiquan/domain/instant.ts';
import { features, makeContext } from './app.ts';
import { choosePort } from './choose-port.ts';
import { readConfig, WeakConfig } from './config.ts';
import { startSealer } from './events/seal.ts';
import { transact } from './db/transact.ts';
import { listPublicProgrammes } from './features/programme/list.ts';
import { makeLog } from './http/log.ts';
import { buildServer } from './http/server.ts';
import { type Installation, openInstallation, refuseStoppedClock } from './installation.ts';
import { startJobs } from './jobs/run-jobs.ts';
import { makeSandboxes } from './sandboxes.ts';
import { crontab, roundsOf, tasksOf } from './tasks.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

/** The settings of this start: the operator's, with a port that is free where none was named. */
async function environmentOfStart() {
  if (process.env['HUIQUAN_PORT'] !== undefined) return process.env;
  const port = await choosePort(readConfig(process.env));
  return { ...process.env, HUIQUAN_PORT: String(port) };
}

/** Loads the demo's programmes into an empty installation, once, in a process of its own. */
async function fillWithDemo({ db, config }: Installation): Promise<void> {
  const reader = { kind: 'system', id: 'start' } as const;
  const known = await transact(db, reader, (tx) => listPublicProgrammes(tx, { limit: 1 }));
  if (known.length > 0) return;
  say('首次启动：装入演示数据(三个活动，全部虚构)……');
  const seed = join(import.meta.dirname, '../../tools/demo/seed.ts');
  const env = { ...process.env, HUIQUAN_DATA: config.dataFolder };
  const child = spawn(process.execPath, [seed], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the demo was not loaded: exit code ${code}`);
}

async function serve(): Promise<void> {
  const installation = await openInstallation(await environmentOfStart());
  const { config, keys, db, connection } = installation;
  for (const warning of connection.warnings) say(`注意：${warning}`);
  if (config.mode === 'demo') await fillWithDemo(installation);
  await refuseStoppedClock(db);
  const log = makeLog(config.logLevel, (line) => void process.stdout.write(line));
  const ports = makeSandboxes(config, keys, (phone, text) => say(`[短信 ${phone}] ${text}`));
  const clock = () => instant(Date.now());
  const context = makeContext({ db, keys, config, ports, clock, log });
  const app = await buildServer(context, features);
  await app.listen({ host: config.listen, port: config.port });
  const stopSealer = startSealer(db, (error) => log.error('sealer', { error: String(error) }));
  const stopJobs = await startJobs({
    url: connection.appUrl,
    tasks: tasksOf(context),
    crontab,
    rounds: roundsOf(context),
    onError: (name, error) => log.error('job', { name, error: String(error) }),
  });
  say(`惠券已启动：${config.publicUrl}`);
  say(`  居民  ${config.publicUrl}/`);
  say(`  收银  ${config.publicUrl}/till`);
  say(`  管理  ${config.publicUrl}/office`);
  say(`  公示  ${config.publicUrl}/public`);
  say(`  接口  ${config.publicUrl}/api/docs`);
  const logins = join(config.dataFolder, 'demo-logins.txt');
  if (config.mode === 'demo' && existsSync(logins)) say(`演示账号见 ${logins}`);

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await app.close();
    await stopJobs();
    await stopSealer();
    await ports.captcha.close();
    await installation.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
}

try {
  await serve();
} catch (error) {
  if (!(error instanceof WeakConfig)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
