// Open-loop latency: requests leave on a fixed schedule and are timed from when they were due.
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { percentile } from './figures.ts';
import type { Load, OpenJob, Prepared } from './load.ts';

const job = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as OpenJob;
const { hostname, port, host } = new URL(job.base);
/** Beyond this a request waits for a connection, its time running since it was due. */
const connectionsMax = 2_000;
const patienceMs = 10_000;

type Due = { readonly bytes: Buffer; readonly dueAt: number };
type Line = { readonly socket: net.Socket; due: Due | undefined; text: string };

const times: number[] = [];
const others: Record<string, number> = {};
const idle: Line[] = [];
const waiting: Due[] = [];
let lines = 0;
let done = 0;

function wireOf({ method, path, headers, body }: Prepared): Buffer {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = `content-length: ${Buffer.byteLength(body)}\r\n`;
  return Buffer.from(
    `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${length}${fields.join('')}\r\n${body}`,
  );
}

function count(status: number, due: Due): void {
  done += 1;
  if (status >= 200 && status < 300) times.push(performance.now() - due.dueAt);
  else others[status] = (others[status] ?? 0) + 1;
}

/** Whether a whole answer stands in the text: its head names its length. */
function isWhole(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /content-length: (\d+)/i.exec(text.slice(0, head))?.[1];
  return text.length >= head + 4 + Number(length ?? 0);
}

function hear(line: Line, chunk: string): void {
  line.text += chunk;
  if (line.due === undefined || !isWhole(line.text)) return;
  const { due } = line;
  count(Number(line.text.slice(9, 12)), due);
  line.text = '';
  line.due = undefined;
  const next = waiting.shift();
  if (next === undefined) idle.push(line);
  else send(line, next);
}

function send(line: Line, due: Due): void {
  line.due = due;
  line.socket.write(due.bytes);
}

function open(): Line {
  lines += 1;
  const socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
  const line: Line = { socket, due: undefined, text: '' };
  // Lengths are of bytes, so that each must be a letter here.
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => hear(line, chunk));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    lines -= 1;
    const at = idle.indexOf(line);
    if (at >= 0) idle.splice(at, 1);
    if (line.due !== undefined) count(0, line.due);
  });
  return line;
}

function letGo(due: Due): void {
  const line = idle.pop() ?? (lines < connectionsMax ? open() : undefined);
  if (line === undefined) waiting.push(due);
  else send(line, due);
}

const all = job.requests.map(wireOf);
for (let n = 0; n < 64; n += 1) idle.push(open());
const startedAt = performance.now() + 200;
const gapMs = 1_000 / job.perSecond;
let next = 0;

function finish(): void {
  clearInterval(clock);
  const seconds = (performance.now() - startedAt) / 1_000;
  if (done < all.length) others['0'] = (others['0'] ?? 0) + all.length - done;
  const load: Load = {
    answered: times.length,
    seconds,
    perSecond: times.length / seconds,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    maxMs: percentile(times, 1),
    others,
  };
  process.send?.(load, () => process.exit());
}

const clock = setInterval(() => {
  const now = performance.now();
  for (; next < all.length && startedAt + next * gapMs <= now; next += 1) {
    const bytes = all[next];
    if (bytes !== undefined) letGo({ bytes, dueAt: startedAt + next * gapMs });
  }
  const isLate = now > startedAt + all.length * gapMs + patienceMs;
  if (done >= all.length || isLate) finish();
}, 1);
