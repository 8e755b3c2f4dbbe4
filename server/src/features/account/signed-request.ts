import { timingSafeEqual } from 'node:crypto';
import { uuidPattern } from '@huiquan/domain/ids.ts';
import { type Instant, instant, instantText } from '@huiquan/domain/instant.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import type { Settled } from '../../db/group.ts';
import { spendNonces } from '../../db/nonce.ts';
import type { Asking } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { Credentials } from '../../http/credentials.ts';
import type { Till } from '../../http/principal.ts';
import type { Keys } from '../../keys.ts';
import { makeMac, type Mac } from '../../mac.ts';

const sql = twin(import.meta.url);

/** How far a till's clock may be off. */
const driftMaxMs = 300_000;
const scheme = 'HUIQUAN-HMAC-SHA256';
const header = new RegExp(
  `^${scheme} terminal="(${uuidPattern.slice(1, -1)})",timestamp="(\\d{13})",` +
    'nonce="([A-Za-z0-9_-]{16,64})",signature="([0-9a-f]{64})"$',
);

/** What a till signs. */
export type Signable = Pick<Credentials, 'method' | 'url' | 'body'> & {
  readonly timestamp: Instant;
  readonly nonce: string;
};

function signatureOf(mac: Mac, request: Signable): Buffer {
  const { method, url, timestamp, nonce, body } = request;
  return mac(`${method}\n${url}\n${timestamp}\n${nonce}\n${body}\n`);
}

/**
 * The `Authorization` header of a till's request: HMAC-SHA-256 with the till's secret over method,
 * path with query, timestamp (epoch milliseconds), nonce and body, each followed by a line feed.
 */
export function signRequest(terminalId: string, secret: Buffer, request: Signable): string {
  return (
    `${scheme} terminal="${terminalId}",timestamp="${request.timestamp}",` +
    `nonce="${request.nonce}",signature="${signatureOf(makeMac(secret), request).toString('hex')}"`
  );
}

type TillRow = Till & {
  readonly secret: Buffer;
  readonly keyId: number;
  readonly state: 'bound' | 'released';
  readonly now: Instant;
};

type Claimed = {
  readonly request: Credentials;
  readonly terminalId: string;
  readonly nonce: string;
  readonly timestamp: Instant;
  readonly signature: string;
};

function claimedOf(request: Credentials): Claimed[] {
  const [, terminalId, timestamp, nonce, signature] =
    header.exec(request.authorization ?? '') ?? [];
  if (
    terminalId === undefined ||
    timestamp === undefined ||
    nonce === undefined ||
    signature === undefined
  ) {
    return [];
  }
  return [{ request, terminalId, nonce, timestamp: instant(Number(timestamp)), signature }];
}

type OpenedSecret = { readonly sealed: Buffer; readonly keyId: number; readonly mac: Mac };

/** The secrets of tills that sent something lately, opened: the sealed form says whether still. */
const openedMax = 2_000;
const openedOf = new WeakMap<Keys, Map<string, OpenedSecret>>();

function macOf(keys: Keys, { terminalId, secret, keyId }: TillRow): Mac {
  const opened = openedOf.get(keys) ?? new Map<string, OpenedSecret>();
  openedOf.set(keys, opened);
  const known = opened.get(terminalId);
  if (known?.keyId === keyId && known.sealed.equals(secret)) return known.mac;
  const mac = makeMac(Buffer.from(keys.open(secret, keyId), 'base64'));
  if (opened.size >= openedMax) opened.clear();
  opened.set(terminalId, { sealed: secret, keyId, mac });
  return mac;
}

/** Why the till's word does not hold, whatever its nonce. */
function signatureRefusal(
  keys: Keys,
  claimed: Claimed,
  row: TillRow | undefined,
): Refusal | undefined {
  if (row === undefined) return new Refusal('signature_invalid');
  const { nonce, timestamp } = claimed;
  const { now } = row;
  const expected = signatureOf(macOf(keys, row), { ...claimed.request, timestamp, nonce });
  if (!timingSafeEqual(expected, Buffer.from(claimed.signature, 'hex'))) {
    return new Refusal('signature_invalid');
  }
  if (row.state !== 'bound') {
    return new Refusal('signature_invalid', { reason: 'terminal_released' });
  }
  if (Math.abs(now - timestamp) > driftMaxMs) {
    return new Refusal('signature_invalid', { reason: 'clock', now: instantText(now) });
  }
  return undefined;
}

/** Those of `good` whose nonces nobody has spent, each for its first bearer. */
async function freshAmong(asking: Asking, good: readonly Claimed[]): Promise<ReadonlySet<Claimed>> {
  const nonces = good.map(({ terminalId, nonce }) => `${terminalId}:${nonce}`);
  // Kept until the timestamp of each is too old anyway.
  const latest = Math.max(0, ...good.map((one) => one.timestamp));
  const isSpent = await spendNonces(
    asking,
    { purpose: 'signed_request', nonces },
    instant(latest + 2 * driftMaxMs),
  );
  return new Set(good.filter((_, index) => isSpent[index]));
}

/**
 * The tills that signed `requests`. Refuses, each for itself, `signature_invalid` for an unknown or
 * released till, a wrong signature, a timestamp more than 300 s off, a nonce seen before. Only who
 * has the till's secret is told the reason: `terminal_released`, or `clock` with the time it should
 * be.
 */
export async function signedTills(
  asking: Asking,
  keys: Keys,
  requests: readonly Credentials[],
): Promise<ReadonlyMap<Credentials, Settled<Till>>> {
  const claimed = requests.flatMap(claimedOf);
  const settled = new Map<Credentials, Settled<Till>>();
  if (claimed.length === 0) return settled;
  const terminalIds = [...new Set(claimed.map((one) => one.terminalId))];
  const rows = await asking.rows<TillRow>(sql('findTills'), { terminalIds });
  const tills = new Map(rows.map((row) => [row.terminalId, row]));
  const good = claimed.filter((one) => {
    const error = signatureRefusal(keys, one, tills.get(one.terminalId));
    if (error !== undefined) settled.set(one.request, { error });
    return error === undefined;
  });
  const fresh = await freshAmong(asking, good);
  for (const one of good) {
    const row = tills.get(one.terminalId);
    if (row === undefined || !fresh.has(one)) {
      settled.set(one.request, { error: new Refusal('signature_invalid') });
    } else {
      const { terminalId, shopId, merchantId } = row;
      settled.set(one.request, { result: { terminalId, shopId, merchantId } });
    }
  }
  return settled;
}
