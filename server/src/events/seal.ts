import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from '../db/pool.ts';
import { transact, type Actor, type Tx } from '../db/transact.ts';
import { twin } from '../db/twin.ts';
import { blockHash, genesisHash, merkleRoot, splitHashes } from './merkle.ts';

const sql = twin(import.meta.url);
const sealer: Actor = { kind: 'system', id: 'sealer' };

/** How much a block may hold: so much is checked in a blink. */
export type BlockRules = { readonly eventsMax: number; readonly bytesMax: number };

/** Items as they lie on disk, squeezed: some 30,000 of them are 4 MB. */
const blockRules: BlockRules = { eventsMax: 5_000, bytesMax: 4_000_000 };

type HashedEvent = {
  readonly eventId: bigint;
  readonly hash: Buffer;
  readonly itemHashes: Buffer | null;
  readonly transferHashes: Buffer | null;
};

/** An event as the chain sees it: one hash over its row, its items and the transfers it caused. */
export type EventHash = {
  readonly eventId: bigint;
  readonly hash: Buffer;
  readonly leafCount: number;
};

/** The hashes of the events of the transactions in [fromXid, belowXid), from their rows. */
export async function hashEvents(tx: Tx, fromXid: string, belowXid: string): Promise<EventHash[]> {
  const rows = await tx.rows<HashedEvent>(sql('eventHashes'), { fromXid, belowXid });
  return rows.map(({ eventId, hash, itemHashes, transferHashes }) => {
    const leaves = [hash, ...splitHashes(itemHashes), ...splitHashes(transferHashes)];
    return { eventId, hash: merkleRoot(leaves), leafCount: leaves.length };
  });
}

async function sealNext(tx: Tx, rules: BlockRules): Promise<number> {
  const { taken } = await tx.one<{ taken: boolean }>(sql('takeSealerLock'));
  if (!taken) return 0;
  const last = await tx.maybe<{ blockNo: bigint; belowXid: string; hash: Buffer }>(
    sql('lastBlock'),
  );
  const fromXid = last?.belowXid ?? '0';
  const { belowXid } = await tx.one<{ belowXid: string }>(sql('horizon'), {
    fromXid,
    ...rules,
  });
  const events = await hashEvents(tx, fromXid, belowXid);
  if (events.length === 0) return 0;
  const header = {
    blockNo: (last?.blockNo ?? 0n) + 1n,
    fromXid,
    belowXid,
    eventCount: events.length,
    leafCount: events.reduce((sum, event) => sum + event.leafCount, 0),
    merkleRoot: merkleRoot(events.map((event) => event.hash)),
    previousHash: last?.hash ?? genesisHash,
    sealedAt: tx.now,
  };
  await tx.execute(sql('insertBlock'), {
    ...header,
    eventHashes: Buffer.concat(events.map((event) => event.hash)),
    hash: blockHash(header),
    now: tx.now,
  });
  return events.length;
}

/**
 * Seals every event whose transaction is decided, block after block, and answers how many. Safe to
 * call from anywhere at any time: only one sealer works, and writers never wait for it.
 */
export async function seal(db: Db, rules: BlockRules = blockRules): Promise<number> {
  for (let total = 0; ;) {
    const sealed = await transact(db, sealer, (tx) => sealNext(tx, rules));
    if (sealed === 0) return total;
    total += sealed;
  }
}

/**
 * Seals a few times a second until the answer is called. A failure is reported and tried again: the
 * events wait in the table and nothing is lost.
 */
export function startSealer(db: Db, onError: (error: unknown) => void): () => Promise<void> {
  const stop = new AbortController();
  const loop = (async () => {
    while (!stop.signal.aborted) {
      await seal(db).catch(onError);
      await delay(250, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    stop.abort();
    await loop;
  };
}
