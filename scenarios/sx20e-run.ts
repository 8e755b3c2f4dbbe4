import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { databaseName, startPostgres } from '../server/src/db/embedded.ts';
import { migrate } from '../server/src/db/migrate.ts';
import { closeDb, openDb } from '../server/src/db/pool.ts';
import { verify } from '../server/src/features/audit/verify.ts';
import { articleOf } from '../server/src/features/evaluation/article-of.ts';
import { evaluateCommand } from '../server/src/features/evaluation/evaluate-command.ts';
import { someKeys } from '../server/src/given/fund.ts';
import { migrateJobs } from '../server/src/jobs/migrate-jobs.ts';
import { loadPublished, planFile } from './sx20e-load.ts';
import { type Stage, timed } from './sx20e-stage.ts';
import { fullDose, sampleDose } from './sx20e-volumes.ts';

// npm run scenario:2020 [-- --full]: the programme of 2020 on a throw-away server, its evaluation
// and the proof, with the time of each part.
const { values } = parseArgs({ options: { full: { type: 'boolean', default: false } } });
const tell = (text: string) => console.log(text);
const sampleNote = (divisor: number) =>
  `样本：会员、券与金额取公布数的 ${divisor} 分之一，与文章逐项比较时只有比率和个数可比；` +
  '全部公布数：npm run scenario:2020 -- --full';
const appRole = 'huiquan_app';

async function play(url: (role: 'huiquan_migrator' | 'huiquan_app') => string): Promise<void> {
  const db = openDb({ url: url('huiquan_app') });
  const owner = openDb({ url: url('huiquan_migrator'), max: 1 });
  const folder = await mkdtemp(join(tmpdir(), 'sx20e-'));
  const stage: Stage = { db, owner: owner.pool, keys: someKeys, folder, tell };
  try {
    const article = await articleOf(planFile);
    if (article === undefined) throw new Error(`no article beside ${planFile}`);
    const dose = values.full ? fullDose : sampleDose;
    if (dose.divisor > 1) tell(sampleNote(dose.divisor));
    await timed(stage, '全部载入', () => loadPublished(stage, article, dose));
    await timed(stage, '评估', () => evaluateCommand(db, planFile, {}, tell));
    const report = await timed(stage, '核验', () => verify(db));
    tell(report.ok ? '核验通过' : `核验不通过：${report.firstBad}`);
    if (!report.ok) process.exitCode = 1;
  } finally {
    await closeDb(owner);
    await closeDb(db);
    await rm(folder, { recursive: true });
  }
}

const data = resolve(import.meta.dirname, '..', 'data', `scenario-${process.pid}`);
const server = await startPostgres({ folder: data, durable: false });
try {
  const migrator = server.url('huiquan_migrator', databaseName);
  await migrate({ url: migrator, appRole });
  await migrateJobs({ url: migrator, appRole });
  await play((role) => server.url(role, databaseName));
} finally {
  await server.stop();
  await rm(data, { recursive: true, force: true });
}
