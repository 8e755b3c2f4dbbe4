import { randomUUID } from 'node:crypto';
import { type Line, openLine } from './line.ts';
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

/** As many connections as a browser opens to one server, about. */
const linesMax = 4;
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

function requestText(host: string, ask: Ask): string {
  const body = JSON.stringify(ask.body);
  const lines = [
    `POST ${ask.path} HTTP/1.1`,
    `host: ${host}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `idempotency-key: ${ask.key ?? randomUUID()}`,
    ...(ask.token === undefined ? [] : [`authorization: Bearer ${ask.token}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** Opens a phone that asks the server at `base` from `address`. */
export function openPhone(base: URL, address: string, counted: Counted): Phone {
  const lines = new Set<Line>();
  const idle: Line[] = [];
  const queue: (() => void)[] = [];
  const freeLine = async (): Promise<Line> => {
    for (let line = idle.pop(); line !== undefined; line = idle.pop()) {
      if (line.isOpen()) return line;
      lines.delete(line);
    }
    if (lines.size < linesMax) {
      const line = openLine(base, address);
      lines.add(line);
      return line;
    }
    await new Promise<void>((resolve) => void queue.push(resolve));
    return freeLine();
  };
  const ask = async (wish: Ask): Promise<Heard | undefined> => {
    counted.requests += 1;
    const line = await freeLine();
    const answer = await line.send(requestText(base.host, wish));
    if (line.isOpen()) idle.push(line);
    else lines.delete(line);
    queue.shift()?.();
    if (answer === undefined) return undefined;
    const { status, headers, body } = answer;
    const wait = headers.get('retry-after');
    return {
      status,
      json: Object(body === '' ? {} : JSON.parse(body)) as Record<string, unknown>,
      isReplay: headers.has('idempotent-replayed'),
      waitSeconds: wait === undefined ? undefined : Number(wait),
    };
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
    hangUp: () => {
      for (const line of lines) line.close();
      lines.clear();
      idle.length = 0;
    },
  };
}
