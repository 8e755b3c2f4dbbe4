import { instant } from '@huiquan/domain/instant.ts';
import { features, makeContext } from './app.ts';
import { lead } from './db/leader.ts';
import { startSealer } from './events/seal.ts';
import type { Feature } from './http/handle.ts';
import { makeLog } from './http/log.ts';
import { buildServer } from './http/server.ts';
import type { Installation } from './installation.ts';
import { startJobs } from './jobs/run-jobs.ts';
import { makeSandboxes } from './sandboxes.ts';
import { crontab, roundsOf, tasksOf } from './tasks.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

/**
 * Serves the installation from this process and, while no other process on its database does so,
 * seals and works off the jobs. Answers what stops it: requests under way are answered first. The
 * bench measures its baselines as `beside`, routes of the same server.
 */
export async function serveHere(
  installation: Installation,
  beside: readonly Feature[] = [],
): Promise<() => Promise<void>> {
  const { config, keys, db, connection } = installation;
  const log = makeLog(config.logLevel, (line) => void process.stdout.write(line));
  const ports = makeSandboxes(config, keys, (phone, text) => say(`[短信 ${phone}] ${text}`));
  const clock = () => instant(Date.now());
  const context = makeContext({ db, keys, config, ports, clock, log });
  const app = await buildServer(context, [...features, ...beside]);
  await app.listen({ host: config.listen, port: config.port });
  const work = async () => {
    const stopSealer = startSealer(db, (error) => log.error('sealer', { error: String(error) }));
    const stopJobs = await startJobs({
      url: connection.appUrl,
      tasks: tasksOf(context),
      crontab,
      rounds: roundsOf(context),
      onError: (name, error) => log.error('job', { name, error: String(error) }),
    });
    return async () => {
      await stopJobs();
      await stopSealer();
    };
  };
  const stopLeading = lead(db, work, (error) => log.error('leader', { error: String(error) }));
  return async () => {
    await app.close();
    await stopLeading();
    await ports.captcha.close();
  };
}
