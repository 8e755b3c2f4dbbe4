import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { instant } from '@huiquan/domain/instant.ts';
import { signRequest } from '../../server/src/features/account/signed-request.ts';
import type { Place, Resident, TortureTill } from './place.ts';

/** What clients were told, and how often they had to ask. */
export type Told = {
  /** The vouchers that the server said are theirs, by person. */
  readonly claimed: Map<string, string>;
  /** The redemptions that the server said are committed. */
  readonly committed: Set<string>;
  /** Two answers to one key that differ: there must be none. */
  readonly contradictions: string[];
  requests: number;
  /** Requests without an answer, or told to come again. */
  unanswered: number;
  replayed: number;
};

type Reply = { readonly status: number; readonly json: Record<string, unknown> };
type Ask = {
  readonly path: string;
  readonly key: string;
  readonly body: unknown;
  readonly sign: (request: { method: string; url: string; body: string }) => Record<string, string>;
};

const timeoutMs = 5_000;
const pauseMs = 100;
/** A client gives up after this long: by then something is wrong. */
const patienceMs = 120_000;

/** Asks with one key until the server has given its word; 429 and 5xx are none. */
async function askUntilAnswered(base: string, told: Told, ask: Ask): Promise<Reply> {
  const body = JSON.stringify(ask.body);
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    told.requests += 1;
    try {
      const reply = await fetch(`${base}${ask.path}`, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'idempotency-key': ask.key,
          ...ask.sign({ method: 'POST', url: ask.path, body }),
        },
        signal: AbortSignal.timeout(timeoutMs),
      });
      const json = Object(await reply.json()) as Record<string, unknown>;
      if (reply.headers.get('idempotent-replayed') !== null) told.replayed += 1;
      if (reply.status < 500 && reply.status !== 429) return { status: reply.status, json };
    } catch {
      // The server died under the request: nobody knows, so it is asked again.
    }
    told.unanswered += 1;
    await delay(pauseMs);
  }
  throw new Error(`no word on ${ask.path} within ${patienceMs / 1_000} s`);
}

const asResident =
  ({ token }: Resident) =>
  () => ({ authorization: `Bearer ${token}` });
const asTill = (till: TortureTill) => (request: { method: string; url: string; body: string }) => ({
  'huiquan-cashier': till.cashier,
  authorization: signRequest(till.terminalId, till.secret, {
    ...request,
    timestamp: instant(Date.now()),
    nonce: randomBytes(16).toString('base64url'),
  }),
});

/** Claims, some of them twice at once with one key: both must hear the same. */
async function claim(base: string, told: Told, place: Place, resident: Resident) {
  const ask: Ask = {
    path: `/api/rounds/${place.roundId}/claims`,
    key: randomUUID(),
    body: { kind: 'retail_10' },
    sign: asResident(resident),
  };
  const times = randomBytes(1).readUInt8() % 4 === 0 ? 2 : 1;
  const replies = await Promise.all(
    Array.from({ length: times }, () => askUntilAnswered(base, told, ask)),
  );
  const ids = new Set(replies.map((one) => String(one.json['voucherId'])));
  if (ids.size > 1) told.contradictions.push(`claim ${ask.key}: ${[...ids].join(', ')}`);
  const [first] = replies;
  if (first?.status === 201) told.claimed.set(resident.personId, String(first.json['voucherId']));
  return first?.status === 201;
}

/** Code, try, commit; a try whose time ran out while the server was away is begun anew. */
async function redeem(base: string, told: Told, resident: Resident, till: TortureTill) {
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    const coded = await askUntilAnswered(base, told, {
      path: '/api/wallet/payment-codes',
      key: randomUUID(),
      body: {},
      sign: asResident(resident),
    });
    const tried = await askUntilAnswered(base, told, {
      path: '/api/redemptions',
      key: randomUUID(),
      body: { code: coded.json['code'], orderFen: 6_000, payment: 'merchant' },
      sign: asTill(till),
    });
    if (tried.status !== 201) continue;
    const redemptionId = String(tried.json['redemptionId']);
    const done = await askUntilAnswered(base, told, {
      path: `/api/redemptions/${redemptionId}/commit`,
      key: randomUUID(),
      body: { orderFen: 6_000 },
      sign: asTill(till),
    });
    if (done.status !== 200) continue;
    told.committed.add(redemptionId);
    return;
  }
}

/** Lets everybody claim, and the winners redeem, `atOnce` at a time. */
export async function runClients(base: string, place: Place, atOnce: number): Promise<Told> {
  const told: Told = {
    claimed: new Map(),
    committed: new Set(),
    contradictions: [],
    requests: 0,
    unanswered: 0,
    replayed: 0,
  };
  const waiting = [...place.residents];
  const client = async (n: number) => {
    const till = place.tills[n % place.tills.length];
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      if ((await claim(base, told, place, one)) && till !== undefined) {
        await redeem(base, told, one, till);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, n) => client(n)));
  return told;
}
