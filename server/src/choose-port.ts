import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Config } from './config.ts';

const triesMax = 50;

function rememberedPort(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const port = Number(readFileSync(file, 'utf8').trim());
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

function isFree(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = createServer();
  probe.once('error', () => resolve(false));
  probe.listen({ host, port }, () => probe.close(() => resolve(true)));
  return promise;
}

/**
 * The port of this clone where the operator named none: last time's if it is free, else the next
 * free one, remembered in the data folder. Two clones side by side never meet, and each keeps its
 * address.
 */
export async function choosePort(config: Config): Promise<number> {
  const file = join(config.dataFolder, 'port');
  const first = rememberedPort(file) ?? config.port;
  for (let port = first; port < first + triesMax && port < 65_536; port += 1) {
    if (!(await isFree(config.listen, port))) continue;
    mkdirSync(config.dataFolder, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${port}\n`);
    return port;
  }
  throw new Error(`no free port from ${first} on: name one with HUIQUAN_PORT`);
}
