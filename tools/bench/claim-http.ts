import { randomUUID } from 'node:crypto';
import { instant } from '@huiquan/domain/instant.ts';
import { claimAction } from '../../server/src/features/gate/pass-gates.ts';
import { inXiangning } from '../../server/src/given/place.ts';
import { makeCaptchaKeys, type CaptchaKeys } from '../../server/src/ports/captcha/keys.ts';
import { issuePass } from '../../server/src/ports/captcha/pass.ts';
import { compared, percentile, rounded, roundedOrNull, type Slice } from './figures.ts';
import { runOpen, type Load, type Prepared } from './load.ts';
import { closedSlice } from './closed-slice.ts';
import { makeResidents, type Resident } from './people.ts';
import { openProgramme, type Place } from './place.ts';
import { selfTimes } from './profile.ts';
import { alternate, type Measured, type Row, type Wish } from './row.ts';
import { startBench, type Bench } from './server.ts';

/** More than a server on two cores answers: a slice ends by the clock, not for want of people. */
const claimsPerSecondMax = 8_000;
const connectionsMax = 256;
const openPerSecond = 2_000;
/** A slice may turn out so much faster than the one before it. */
const marginOfPeople = 3;

type Manner = 'ours' | 'bare' | 'one-tx' | 'redis-fsync' | 'redis-memory';
const nameOf = {
  ours: 'ours',
  bare: 'bare_route',
  'one-tx': 'one_tx_per_request',
  'redis-fsync': 'redis_fsync',
  'redis-memory': 'redis_memory',
} as const;

type Claims = {
  readonly place: Place;
  readonly bench: Bench;
  readonly captchaKeys: CaptchaKeys;
  readonly residents: readonly Resident[];
  /** A round for each slice: in each every resident may claim once. */
  readonly nextRound: () => string;
  /** Claims a second that each manner reached last: so that no more are prepared than are sent. */
  readonly reached: Map<Manner, number>;
};

/** One claim with its pass, as the resident's phone would send it. */
function claimRequest(
  claims: Claims,
  asked: { readonly manner: Manner; readonly roundId: string; readonly resident: Resident },
): Prepared {
  const { manner, roundId, resident } = asked;
  const purpose = { subjectId: resident.accountId, action: claimAction(roundId) };
  const what = { kinds: ['slider', 'picture'], now: instant(Date.now()) } as const;
  const { token: captchaPass } = issuePass(claims.captchaKeys, purpose, what);
  const wish = { kind: 'retail_10', captchaPass, location: inXiangning };
  const prefix = manner === 'ours' ? '/api' : `/api/bench/${manner}`;
  // Only the real route may look at the session; the others parse the same bytes.
  const session = manner === 'ours' ? 'authorization' : 'bench-session';
  return {
    method: 'POST',
    path: `${prefix}/rounds/${roundId}/claims`,
    headers: {
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      'huiquan-device': resident.accountId,
      [session]: `Bearer ${resident.token}`,
    },
    body: JSON.stringify(manner === 'one-tx' ? { ...wish, session: resident.token } : wish),
  };
}

function prepare(claims: Claims, manner: Manner, count: number): readonly Prepared[] {
  const roundId = claims.nextRound();
  return claims.residents
    .slice(0, count)
    .map((resident) => claimRequest(claims, { manner, roundId, resident }));
}

async function closed(claims: Claims, manner: Manner, seconds: number): Promise<Slice> {
  const { place, bench, residents, reached } = claims;
  const likely = (reached.get(manner) ?? claimsPerSecondMax) * marginOfPeople * seconds;
  const count = Math.min(residents.length, Math.ceil(likely) + connectionsMax);
  const work = { kind: 'prepared', requests: prepare(claims, manner, count) } as const;
  const connections = Math.min(connectionsMax, count);
  const slice = await closedSlice({ place, bench }, manner, { connections, seconds, work });
  reached.set(manner, slice.perSecond);
  return slice;
}

async function open(claims: Claims, perSecond: number, seconds: number): Promise<Load> {
  const { place, bench } = claims;
  const requests = prepare(claims, 'ours', Math.ceil(perSecond * seconds));
  return runOpen(place.folder, { base: bench.base, perSecond, requests });
}

const openFigures = (perSecond: number, load: Load) => ({
  due_per_s: Math.round(perSecond),
  answered_per_s: rounded(load.perSecond),
  p50_ms: roundedOrNull(load.p50Ms),
  p99_ms: roundedOrNull(load.p99Ms),
  max_ms: roundedOrNull(load.maxMs),
  not_answered: load.others,
});

type Opened = ReturnType<typeof openFigures>;

async function measure(claims: Claims, wish: Wish): Promise<Measured> {
  const { bench } = claims;
  const redis: Manner[] = bench.hasRedis ? ['redis-fsync', 'redis-memory'] : [];
  // A profile is to show our own path and nothing else.
  const others: Manner[] = wish.profile === undefined ? ['bare', 'one-tx', ...redis] : [];
  const manners: Manner[] = ['ours', ...others];
  for (const manner of wish.seconds < 1 ? [] : manners) {
    wish.say(`  warming up ${manner}`);
    await closed(claims, manner, Math.min(2, wish.seconds));
  }
  const slices = await alternate(
    wish,
    manners.map((manner) => ({
      name: nameOf[manner],
      run: () => closed(claims, manner, wish.seconds),
    })),
  );
  const { figures, more } = compared(slices);
  const half = Math.max(1, figures.ours_per_s / 2);
  // The lower rate first: what a rate too high leaves behind would be answered in its time.
  const rates = [half, openPerSecond].toSorted((a, b) => a - b);
  const told: Opened[] = [];
  for (const perSecond of rates) {
    wish.say(`  open loop at ${Math.round(perSecond)}/s`);
    told.push(openFigures(perSecond, await open(claims, perSecond, wish.seconds)));
  }
  const atRate = told.find((one) => one.due_per_s === openPerSecond);
  const ours = slices.get('ours') ?? [];
  return {
    ...figures,
    baselines: { redis_fsync: null, redis_memory: null, ...figures.baselines },
    p50_ms: atRate?.p50_ms ?? null,
    p99_ms: atRate?.p99_ms ?? null,
    rss_mb: bench.rssMb(),
    more: {
      ...more,
      closed_loop_p99_ms: roundedOrNull(
        percentile(
          ours.map((one) => one.p99Ms ?? 0),
          0.5,
        ),
      ),
      open_loop: told,
      connections: connectionsMax,
    },
  };
}

/** Claims over HTTP with every gate on, each by a different person; latency in open loop. */
export const claimHttp: Row = async (place, wish) => {
  const people = wish.size ?? Math.ceil(claimsPerSecondMax * wish.seconds);
  // Warm-up, slices and open loop of five contenders; those that write take a round each time.
  const rounds = 5 * (wish.slices + 1) + 2;
  wish.say(`  ${people} residents, ${rounds} rounds`);
  const { roundIds } = await openProgramme(place, { rounds, stock: people });
  const residents = await makeResidents(place, people);
  const left = roundIds.values();
  const nextRound = () => left.next().value ?? '';
  const secret = place.keys.derive('captcha');
  const captchaKeys = makeCaptchaKeys({ id: '1', secret });
  const bench = await startBench(place.folder, wish.profile);
  try {
    const reached = new Map<Manner, number>();
    return await measure({ place, bench, captchaKeys, residents, nextRound, reached }, wish);
  } finally {
    await bench.stop();
    if (wish.profile !== undefined) for (const line of selfTimes(wish.profile)) wish.say(line);
  }
};
