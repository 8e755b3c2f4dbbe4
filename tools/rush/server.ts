import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import servingFlags from '../setup/serving-flags.json' with { type: 'json' };
import { freePort } from '../bench/server.ts';

const main = path.resolve(import.meta.dirname, '../../server/src/main.ts');
const readyMs = 120_000;
const smsMs = 60_000;

/** The product's server as it is started in earnest, and the phones' messages that it shows. */
export type Serving = {
  readonly base: URL;
  /** The code that reaches `phone` next, or the one that has. */
  readonly codeFor: (phone: string) => Promise<string>;
  readonly stop: () => Promise<void>;
};

async function isReady(base: URL): Promise<boolean> {
  try {
    const ready = new URL('/readyz', base);
    return (await fetch(ready, { signal: AbortSignal.timeout(1_000) })).status === 200;
  } catch {
    return false;
  }
}

/** Messages wait for whoever asks, and who asks first waits for the message. */
function mailbox() {
  const arrived = new Map<string, string>();
  const waiting = new Map<string, (code: string) => void>();
  return {
    deliver: (phone: string, code: string) => {
      const hear = waiting.get(phone);
      waiting.delete(phone);
      if (hear === undefined) arrived.set(phone, code);
      else hear(code);
    },
    codeFor: (phone: string): Promise<string> => {
      const known = arrived.get(phone);
      arrived.delete(phone);
      if (known !== undefined) return Promise.resolve(known);
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const late = setTimeout(() => reject(new Error(`no message for ${phone}`)), smsMs);
      waiting.set(phone, (code) => {
        clearTimeout(late);
        resolve(code);
      });
      return promise;
    },
  };
}

/** Starts the server on the place in `folder` and waits until it is ready. */
export async function serve(folder: string, processes: number): Promise<Serving> {
  const port = await freePort();
  const base = new URL(`http://127.0.0.1:${port}`);
  const child = spawn(process.execPath, [...servingFlags, main, '--processes', String(processes)], {
    env: {
      ...process.env,
      HUIQUAN_DATA: folder,
      HUIQUAN_PORT: String(port),
      HUIQUAN_PUBLIC_URL: base.origin,
      HUIQUAN_LOG: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const box = mailbox();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [, phone, code] = /^\[短信 (\d{11})\].*?(\d{6})/.exec(line) ?? [];
    if (phone !== undefined && code !== undefined) box.deliver(phone, code);
  });
  const gone = once(child, 'exit');
  const deadline = Date.now() + readyMs;
  while (!(await isReady(base))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('no server to rush at');
    await delay(50);
  }
  return {
    base,
    codeFor: box.codeFor,
    stop: async () => {
      if (child.exitCode === null) child.kill('SIGTERM');
      await gone;
    },
  };
}
