import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

let other: Server;
let port: number;
let data: string;
before(async () => {
  other = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(other, 'listening');
  ({ port } = other.address() as AddressInfo);
  data = join(mkdtempSync(join(tmpdir(), 'huiquan-port-')), 'data');
});
after(() => {
  other.close();
  rmSync(join(data, '..'), { recursive: true, force: true });
});

/** Starts the server where `other` has the port, until it gives up. */
async function start(args: readonly string[]) {
  const env = { ...process.env, HUIQUAN_DATA: data, HUIQUAN_PORT: String(port) };
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [main, ...args], { env, timeout: 30_000 });
  let printed = '';
  child.stdout.on('data', (chunk) => void (printed += String(chunk)));
  child.stderr.on('data', (chunk) => void (printed += String(chunk)));
  const [code] = await once(child, 'close');
  return { code, printed };
}

for (const args of [[], ['--processes', '2']]) {
  test(`a port that is taken is one sentence that says what to do ${args.join(' ')}`, async () => {
    const { code, printed } = await start(args);
    assert.equal(code, 2);
    assert.equal(
      printed,
      `端口 ${port} 已被别的程序占用：请先停掉它，或用 HUIQUAN_PORT 另指定一个端口再启动。\n`,
    );
    assert.equal(existsSync(join(data, 'postgres')), false);
  });
}
