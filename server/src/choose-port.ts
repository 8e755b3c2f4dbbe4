import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Config, WeakConfig } from './config.ts';

const triesMax = 50;

function rememberedPort(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const port = Number(readFileSync(file, 'utf8').trim());
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/** Why `port` cannot be had, by the name the system gives it; undefined where it can. */
function tryPort(host: string, port: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const probe = createServer();
  probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  probe.listen({ host, port }, () => probe.close(() => resolve(undefined)));
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
    if ((await tryPort(config.listen, port)) !== undefined) continue;
    mkdirSync(config.dataFolder, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${port}\n`);
    return port;
  }
  throw new WeakConfig([
    `从 ${first} 起的 ${triesMax} 个端口都被占用：请用 HUIQUAN_PORT 指定一个空闲的端口再启动。`,
  ]);
}

/**
 * Looks whether the port that the operator named can be had, before anything is set up.
 * @throws WeakConfig with a sentence that names the port and says what to do.
 */
export async function ensurePort({ listen, port }: Config): Promise<void> {
  const refusal = await tryPort(listen, port);
  if (refusal === 'EADDRINUSE') {
    throw new WeakConfig([
      `端口 ${port} 已被别的程序占用：请先停掉它，或用 HUIQUAN_PORT 另指定一个端口再启动。`,
    ]);
  }
  if (refusal === 'EACCES') {
    throw new WeakConfig([
      `端口 ${port} 须有系统权限才能使用：请用 HUIQUAN_PORT 指定 1024 以上的端口再启动。`,
    ]);
  }
  if (refusal !== undefined) {
    throw new WeakConfig([`不能在 ${listen} 的端口 ${port} 上提供服务（${refusal}）。`]);
  }
}
