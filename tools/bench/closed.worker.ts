// Closed-loop load: autocannon in a process of its own. Tells its parent what came back.
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';
import { percentile } from './figures.ts';
import type { ClosedJob, Load } from './load.ts';
import { redeemRequests } from './redeem-requests.ts';

const job = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as ClosedJob;
const { work, connections, seconds } = job;

/** The share of client `n`: every so-manieth of `all`. */
function shareOf<T>(all: readonly T[], n: number): T[] {
  const share: T[] = [];
  for (let at = n; at < all.length; at += connections) {
    const one = all[at];
    if (one !== undefined) share.push(one);
  }
  return share;
}

function requestsOf(n: number): autocannon.Request[] {
  if (work.kind === 'prepared') {
    return shareOf(work.requests, n).map((one) => ({ ...one, headers: { ...one.headers } }));
  }
  const till = work.tills[n % work.tills.length];
  if (till === undefined) throw new Error('no till');
  return shareOf(work.residents, n).flatMap((one) => redeemRequests(work.manner, one, till));
}

const times: number[] = [];
const others: Record<string, number> = {};
let isOver = false;
let endedAt = 0;

function end(): void {
  if (isOver) return;
  isOver = true;
  endedAt = performance.now();
  setImmediate(() => run.stop());
}

/** The first answer that was no success: why a slice is worth nothing. */
let example = '';
let clients = 0;
function setUp(client: autocannon.Client): void {
  const own = requestsOf(clients++);
  let left = own.length;
  // Who has nobody left to ask for ends the slice: nobody is asked for twice.
  client.on('response', () => void ((left -= 1) === 0 && end()));
  let heard = '';
  client.on('body', (body) => void (heard = body.toString()));
  client.on('response', (status) => {
    if (status >= 300 && example === '' && !isOver) example = heard;
  });
  client.setRequests(own);
}

const run = autocannon(
  {
    url: job.base,
    connections,
    // It ends by the clock below; this is for a server that answers nothing.
    duration: seconds + 60,
    timeout: 30,
    sampleInt: 100,
    setupClient: setUp,
  },
  () => undefined,
);
let startedAt = 0;

run.on('response', (_client, status, _bytes, ms) => {
  if (isOver) return;
  if (startedAt === 0) {
    // All requests are made before the first is sent: only then the clock starts.
    startedAt = performance.now();
    setTimeout(end, seconds * 1_000);
  }
  if (status >= 200 && status < 300) times.push(ms);
  else others[status] = (others[status] ?? 0) + 1;
});
run.on('reqError', () => void (isOver || (others['0'] = (others['0'] ?? 0) + 1)));
run.on('done', () => {
  const lasted = (endedAt - startedAt) / 1_000;
  const load: Load = {
    answered: times.length,
    seconds: lasted,
    perSecond: times.length / lasted,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    maxMs: percentile(times, 1),
    others,
    ...(example === '' ? {} : { example }),
  };
  process.send?.(load, () => process.disconnect?.());
});
