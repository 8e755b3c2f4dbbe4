import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import fastify, { type FastifyInstance } from 'fastify';
import { listen } from './listen.ts';

const host = '127.0.0.1';

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Opens `app` at a port of its own. */
async function open(app: FastifyInstance) {
  const port = await freePort();
  return { port, close: await listen(app, { host, port }) };
}

/** Runs `code` in a process of its own, which has `count`, `port` and `connect`. */
const phones = (code: string, { port, count }: { port: number; count: number }) =>
  spawn(
    process.execPath,
    [
      '-e',
      `const { connect } = require('node:net'); const port = ${port}, count = ${count};${code}`,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );

const onLinux = { skip: process.platform !== 'linux' && 'only Linux shares a port fairly' };

test('all phones that wait at the door are let in within a few turns', onLinux, async () => {
  const app = fastify();
  let letIn = 0;
  app.server.on('connection', () => (letIn += 1));
  const { port, close } = await open(app);
  const count = 400;
  const crowd = phones(`for (let n = 0; n < count; n += 1) connect(port, '${host}');`, {
    port,
    count,
  });
  let turns = 0;
  while (letIn < count) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
    // A busy turn: those who come meanwhile wait together.
    const until = performance.now() + 20;
    while (performance.now() < until);
  }
  crowd.kill();
  await once(crowd, 'exit');
  await close();
  assert.ok(turns < count / 2, `${turns} turns for ${count} phones`);
});

test('a port is one server’s alone', onLinux, async () => {
  const [one, two] = [fastify(), fastify()];
  const { port, close } = await open(one);
  await assert.rejects(listen(two, { host, port }), { code: 'EADDRINUSE' });
  const stranger = createServer();
  stranger.listen({ host, port });
  const [error] = (await once(stranger, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'EADDRINUSE');
  await close();
  // Free again, to the last socket.
  const again = await listen(two, { host, port });
  await again();
});

test('who was let in is answered before the door is shut', onLinux, async () => {
  const app = fastify();
  const asked = Promise.withResolvers<void>();
  const told = Promise.withResolvers<string>();
  let waiting = 0;
  const count = 100;
  app.get('/', () => {
    if ((waiting += 1) === count) asked.resolve();
    return told.promise;
  });
  const { port, close } = await open(app);
  const answers = Array.from({ length: count }, async () => {
    const response = await fetch(`http://${host}:${port}/`);
    return response.text();
  });
  await asked.promise;
  const closing = close();
  told.resolve('还在');
  assert.deepEqual(new Set(await Promise.all(answers)), new Set(['还在']));
  await closing;
  await assert.rejects(fetch(`http://${host}:${port}/`));
});
