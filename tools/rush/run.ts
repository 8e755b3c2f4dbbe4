import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { verify } from '../../server/src/features/audit/verify.ts';
import { inXiangning } from '../../server/src/given/place.ts';
import { makeCaptchaKeys } from '../../server/src/ports/captcha/keys.ts';
import { makePlace, openProgramme, type Place } from '../bench/place.ts';
import { codeOf, passCaptcha, signIn, type Caller, type Town } from './people.ts';
import { serve } from './server.ts';

export type RushWish = {
  readonly people: number;
  readonly stock: number;
  /** Among the people: those who ask many times at once. */
  readonly bots: number;
  readonly processes: number;
  readonly folder: string;
  readonly say: (line: string) => void;
  /** A line that is written over, once a second; an empty one ends it. */
  readonly live: (line: string) => void;
};

/** What was told in the rush, and what the database holds. */
export type RushReport = {
  readonly people: ReadonlyMap<string, number>;
  readonly bots: ReadonlyMap<string, number>;
  readonly signInSeconds: number;
  readonly rushSeconds: number;
  readonly requests: number;
  readonly askedAgain: number;
  readonly vouchers: number;
  /** Each line is a failure. */
  readonly failures: readonly string[];
};

const atOnce = 256;
const opensInMs = 3_000;
const botAsks = 12;

/** Works through `all`, a number of them at once. */
async function each<T>(all: readonly T[], work: (one: T, n: number) => Promise<void>) {
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < all.length; n = next++) {
      const one = all[n];
      if (one !== undefined) await work(one, n);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, lane));
}

type Rush = {
  readonly town: Town;
  readonly roundId: string;
  readonly people: Map<string, number>;
  readonly bots: Map<string, number>;
  /** Vouchers that somebody was told of, by the number of the person. */
  readonly won: Map<number, Set<string>>;
};

const count = (into: Map<string, number>, what: string) =>
  into.set(what, (into.get(what) ?? 0) + 1);

function hearWin(rush: Rush, n: number, voucherId: string): void {
  const own = rush.won.get(n) ?? new Set();
  rush.won.set(n, own.add(voucherId));
}

const wishFor = (captchaPass: string) => ({
  kind: 'retail_10',
  captchaPass,
  location: inXiangning,
});

/** A claim as people make it: one in eight taps twice, and everybody asks until there is a word. */
async function claim(rush: Rush, caller: Caller, n: number): Promise<string> {
  const { town, roundId } = rush;
  const { phone, token } = caller;
  const { pass, refused } = await passCaptcha(town, caller, roundId);
  if (pass === undefined) return refused ?? 'captcha_required';
  const path = `/api/rounds/${roundId}/claims`;
  const ask = { path, token, body: wishFor(pass), key: randomUUID() };
  const taps = randomInt(8) === 0 ? 2 : 1;
  const heard = await Promise.all(Array.from({ length: taps }, () => phone.insist(ask)));
  const wins = heard.filter((one) => one?.status === 201);
  for (const win of wins) hearWin(rush, n, String(win?.json['voucherId']));
  return wins.length > 0 ? 'voucher' : codeOf(heard[0]);
}

/** A script with one account: many claims at once, each with a key of its own, no manners. */
async function swarm(rush: Rush, caller: Caller, n: number): Promise<void> {
  const { town, roundId, bots } = rush;
  const { phone, token } = caller;
  const { pass, refused } = await passCaptcha(town, caller, roundId);
  if (pass === undefined) return void count(bots, refused ?? 'captcha_required');
  const path = `/api/rounds/${roundId}/claims`;
  const asks = Array.from({ length: botAsks }, () =>
    phone.ask({ path, token, body: wishFor(pass) }),
  );
  for (const heard of await Promise.all(asks)) {
    if (heard?.status === 201) hearWin(rush, n, String(heard.json['voucherId']));
    count(bots, heard?.status === 201 ? 'voucher' : codeOf(heard));
  }
}

function shuffled(size: number): number[] {
  const order = Array.from({ length: size }, (_, n) => n);
  for (let n = size - 1; n > 0; n -= 1) {
    const other = randomInt(n + 1);
    [order[n], order[other]] = [order[other] ?? 0, order[n] ?? 0];
  }
  return order;
}

/** Holds what the database has against what people were told. */
async function judge(place: Place, rush: Rush, wish: RushWish) {
  const failures: string[] = [];
  const { rows } = await place.db.pool.query<{ voucher_id: string; person_id: string }>(
    'select voucher_id, person_id from voucher where origin_id = $1',
    [rush.roundId],
  );
  const given = new Set(rows.map((row) => row.voucher_id));
  if (new Set(rows.map((row) => row.person_id)).size !== rows.length) {
    failures.push('somebody has two vouchers of the round');
  }
  const due = Math.min(wish.stock, wish.people);
  if (rows.length !== due) failures.push(`${rows.length} vouchers given, not ${due}`);
  for (const [n, own] of rush.won) {
    if (own.size > 1) failures.push(`resident ${n} was told of ${own.size} vouchers`);
    for (const id of own) if (!given.has(id)) failures.push(`voucher ${id} is not there`);
  }
  const { firstBad } = await verify(place.db);
  if (firstBad !== null) failures.push(`verify: ${firstBad}`);
  return { failures, vouchers: rows.length };
}

/** Tells once a second, and at the end, how far `work` is; answers how many seconds it took. */
async function watched(
  wish: RushWish,
  tell: (seconds: number) => string,
  work: () => Promise<void>,
): Promise<number> {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1_000;
  const line = () => wish.live(`${seconds().toFixed(0)} s: ${tell(seconds())}`);
  const clock = setInterval(line, 1_000);
  try {
    await work();
  } finally {
    clearInterval(clock);
  }
  line();
  wish.live('');
  return seconds();
}

function storm(rush: Rush, callers: readonly Caller[], wish: RushWish): Promise<number> {
  let done = 0;
  const before = rush.town.counted.requests;
  const tell = () =>
    `${done} of ${callers.length} have their answer, ${rush.won.size} a voucher, ` +
    `${rush.town.counted.requests - before} requests`;
  return watched(wish, tell, () =>
    each(shuffled(callers.length), async (n) => {
      const caller = callers[n];
      if (caller === undefined) return;
      if (n < wish.bots) await swarm(rush, caller, n);
      else count(rush.people, await claim(rush, caller, n));
      caller.phone.hangUp();
      done += 1;
    }),
  );
}

async function signEverybodyIn(town: Town, wish: RushWish) {
  const callers: Caller[] = [];
  let done = 0;
  const tell = (seconds: number) =>
    `${done} of ${wish.people} signed in, ${(done / seconds).toFixed(0)} a second`;
  const signInSeconds = await watched(wish, tell, () =>
    each(
      Array.from({ length: wish.people }, (_, n) => n),
      async (n) => {
        callers[n] = await signIn(town, n);
        done += 1;
      },
    ),
  );
  return { callers, signInSeconds };
}

/**
 * Lets `people` rush at a round of `stock` vouchers through the public API of a server of its own:
 * they sign in by SMS, agree, prove their names, and when the round opens solve a captcha and
 * claim; some tap twice, some are scripts. Then the database is held against what they were told.
 */
export async function rush(wish: RushWish): Promise<RushReport> {
  const place = await makePlace(wish.folder);
  const { roundIds } = await openProgramme(place, { rounds: 1, stock: wish.stock });
  const [roundId = ''] = roundIds;
  const serving = await serve(wish.folder, wish.processes);
  try {
    const captchaKeys = makeCaptchaKeys({ id: '1', secret: place.keys.derive('captcha') });
    const town: Town = { serving, captchaKeys, counted: { requests: 0, again: 0 } };
    const { callers, signInSeconds } = await signEverybodyIn(town, wish);
    const signInRequests = town.counted.requests;
    const [seconds, msEach] = [signInSeconds, (signInSeconds * 1_000) / wish.people];
    wish.say(
      `${wish.people} signed in within ${seconds.toFixed(1)} s (${msEach.toFixed(1)} ms each) ` +
        `by ${signInRequests} requests; the round opens in ${opensInMs / 1_000} s`,
    );
    const opensAt = Date.now() + opensInMs;
    await place.owner.query('update round set opens_at = to_timestamp($1) where round_id = $2', [
      opensAt / 1_000,
      roundId,
    ]);
    await delay(opensAt - Date.now());
    const tables = { people: new Map<string, number>(), bots: new Map<string, number>() };
    const rushing: Rush = { town, roundId, ...tables, won: new Map() };
    const rushSeconds = await storm(rushing, callers, wish);
    await serving.stop();
    const { requests, again } = town.counted;
    const told = { signInSeconds, rushSeconds, requests, askedAgain: again };
    return { ...tables, ...told, ...(await judge(place, rushing, wish)) };
  } finally {
    await serving.stop();
    await place.close();
  }
}
