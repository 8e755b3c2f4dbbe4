import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** What a phone heard; `undefined` where no answer came. */
export type Heard = {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
  readonly isReplay: boolean;
  readonly waitSeconds: number | undefined;
};

export type Ask = {
  readonly path: string;
  readonly body: object;
  readonly token?: string;
  readonly key?: string;
};

const timeoutMs = 30_000;
const pauseMs = 500;
const triesMax = 20;

/** The address of the `n`th phone: each its own out of 127.0.0.0/8, none of them 127.0.0.1. */
export function addressOf(n: number): string {
  const at = n + 256;
  return `127.${1 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`;
}

/** A phone with an address and a connection of its own. */
export type Phone = {
  readonly ask: (ask: Ask) => Promise<Heard | undefined>;
  /** Asks with one key until the server gives its word; 429 and 5xx are none. */
  readonly insist: (ask: Ask) => Promise<Heard | undefined>;
  readonly hangUp: () => void;
};

/** How often phones asked, and how often they had to ask again. */
export type Counted = { requests: number; again: number };

function post(base: URL, agent: http.Agent, ask: Ask): Promise<Heard | undefined> {
  const { promise, resolve } = Promise.withResolvers<Heard | undefined>();
  const body = JSON.stringify(ask.body);
  const request = http.request(new URL(ask.path, base), {
    method: 'POST',
    agent,
    timeout: timeoutMs,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'idempotency-key': ask.key ?? randomUUID(),
      ...(ask.token === undefined ? {} : { authorization: `Bearer ${ask.token}` }),
    },
  });
  request.on('response', (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => void (text += chunk));
    response.on('error', () => resolve(undefined));
    response.on('end', () => {
      const json = Object(text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
      const wait = response.headers['retry-after'];
      resolve({
        status: response.statusCode ?? 0,
        json,
        isReplay: response.headers['idempotent-replayed'] !== undefined,
        waitSeconds: wait === undefined ? undefined : Number(wait),
      });
    });
  });
  request.on('timeout', () => request.destroy());
  request.on('error', () => resolve(undefined));
  request.end(body);
  return promise;
}

/** Opens a phone that asks the server at `base` from `address`. */
export function openPhone(base: URL, address: string, counted: Counted): Phone {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4, localAddress: address });
  const ask = (wish: Ask) => {
    counted.requests += 1;
    return post(base, agent, wish);
  };
  return {
    ask,
    insist: async (wish) => {
      const keyed = { ...wish, key: wish.key ?? randomUUID() };
      for (let tried = 1; ; tried += 1) {
        const heard = await ask(keyed);
        const isWord = heard !== undefined && heard.status < 500 && heard.status !== 429;
        if (isWord || tried === triesMax) return heard;
        counted.again += 1;
        await delay((heard?.waitSeconds ?? 0) * 1_000 || pauseMs);
      }
    },
    hangUp: () => agent.destroy(),
  };
}
