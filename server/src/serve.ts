import { instant } from '@huiquan/domain/instant.ts';
import type { Config } from './config.ts';
import { features, makeContext } from './app.ts';
import { lead } from './db/leader.ts';
import { startSealer } from './events/seal.ts';
import type { Feature } from './http/handle.ts';
import { listen } from './http/listen.ts';
import { makeLog } from './http/log.ts';
import { buildServer } from './http/server.ts';
import type { Installation } from './installation.ts';
import { startJobs } from './jobs/run-jobs.ts';
import { signedNotice } from './ports/network-callbacks.ts';
import type { PaymentNotice } from './ports/payment-network.ts';
import { makeSandboxes } from './sandboxes.ts';
import { crontab, roundsOf, tasksOf } from './tasks.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

/**
 * Delivers a notice of the played network as the real one does, by a signed call: once, for what is
 * lost is found again by asking.
 */
async function deliver(config: Config, notice: PaymentNotice): Promise<void> {
  const [key] = config.networkKeys;
  if (key === undefined) return;
  const nowSeconds = () => Math.floor(Date.now() / 1_000);
  const callback = signedNotice({ keyId: String(key[0]), secret: key[1], nowSeconds }, notice);
  const url = `http://${config.listen}:${config.port}/api/callbacks/payment-network`;
  await fetch(url, { method: 'POST', ...callback, signal: AbortSignal.timeout(5_000) });
}

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
  const close = await listen(app, { host: config.listen, port: config.port });
  const stopNotices = ports.paymentNetwork.subscribe((notice) => {
    deliver(config, notice).catch((error: unknown) =>
      log.warn('notice', { error: String(error), requestId: notice.requestId }),
    );
  });
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
    stopNotices();
    await close();
    await stopLeading();
    await ports.captcha.close();
  };
}
