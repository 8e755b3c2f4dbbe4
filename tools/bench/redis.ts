import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { claimRoute } from '../../server/src/features/round/round.contract.ts';
import { handle, type Handled } from '../../server/src/http/handle.ts';
import { bareClaim, twinOf } from './bare.ts';

/** A claim as Redis does it: the person's one claim, the stock, the list of who won. */
const claimScript = `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 0 end
if redis.call('INCR', KEYS[2]) > tonumber(ARGV[3]) then return -1 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1`;

/** Starts a Redis server on `port`; with `fsync` it syncs each write, without it keeps nothing. */
export async function startRedis(
  folder: string,
  given: { readonly port: number; readonly mode: 'fsync' | 'memory' },
): Promise<ChildProcess> {
  const { port, mode } = given;
  const own = join(folder, `redis-${mode}`);
  mkdirSync(own, { recursive: true });
  const durable = mode === 'fsync' ? ['yes', '--appendfsync', 'always'] : ['no'];
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', own, '--save', ''].concat(
      '--appendonly',
      durable,
    ),
    { stdio: 'ignore' },
  );
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const socket = net.connect(port, '127.0.0.1');
    const isUp = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isUp) return child;
    await delay(50);
  }
  child.kill('SIGKILL');
  throw new Error(`redis-server does not answer on port ${port}`);
}

type Command = (...words: readonly string[]) => Promise<string>;

/** One pipelined connection that speaks as much of the protocol as one script needs. */
function connectRedis(port: number): Command {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  const waiting: ((answer: string) => void)[] = [];
  let rest = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n');
    rest = lines.pop() ?? '';
    // A bulk answer's length has a line of its own; its value follows.
    for (const line of lines) if (!line.startsWith('$')) waiting.shift()?.(line);
  });
  return (...words) => {
    const { promise, resolve } = Promise.withResolvers<string>();
    waiting.push(resolve);
    const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    socket.write(`*${words.length}\r\n${parts.join('')}`);
    return promise;
  };
}

/** A Lua claim behind the bare route; the person's pass stands for the person. */
export function redisRoute(mode: 'fsync' | 'memory', port: number): Handled {
  const redis = connectRedis(port);
  const loaded = redis('SCRIPT', 'LOAD', claimScript);
  const stock = '1000000000';
  return handle(twinOf(claimRoute, `redis-${mode}`), async (request) => {
    const { roundId } = request.params;
    const answer = bareClaim();
    const who = request.device ?? answer.voucherId;
    const keys = ['2', `won:${roundId}`, `stock:${roundId}`];
    const told = await redis('EVALSHA', await loaded, ...keys, who, answer.voucherId, stock);
    if (told !== ':1') throw new Error(`Redis says ${told}`);
    return answer;
  });
}
