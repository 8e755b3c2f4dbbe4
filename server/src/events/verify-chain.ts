import type { Tx } from '../db/transact.ts';
import { twin } from '../db/twin.ts';
import { blockHash, genesisHash, merkleRoot, splitHashes, type BlockHeader } from './merkle.ts';
import { hashEvents } from './seal.ts';

const sql = twin(import.meta.url);

/** What checking the chain found: how much was looked at, and the first thing that is wrong. */
export type ChainReport = {
  readonly blocks: number;
  readonly events: number;
  readonly leaves: number;
  readonly unsealed: number;
  /** The hash of the last block in hex: what anyone compares with a published head. */
  readonly head: string | undefined;
  readonly firstBad: string | undefined;
};

type Block = BlockHeader & { readonly eventHashes: Buffer; readonly hash: Buffer };

/** The first event of a block whose row no longer gives the hash that was sealed. */
async function firstTouchedEvent(tx: Tx, block: Block): Promise<string | undefined> {
  const sealed = splitHashes(block.eventHashes);
  const found = await hashEvents(tx, block.fromXid, block.belowXid);
  const touched = found.find((event, index) => sealed[index]?.equals(event.hash) !== true);
  if (touched !== undefined) return `event ${touched.eventId} (block ${block.blockNo})`;
  if (found.length < sealed.length) return `block ${block.blockNo}: an event was removed`;
  return undefined;
}

async function firstBadOf(tx: Tx, block: Block, before: Block | undefined) {
  if (block.blockNo !== (before?.blockNo ?? 0n) + 1n)
    return `block ${block.blockNo}: gap before it`;
  if (!block.previousHash.equals(before?.hash ?? genesisHash)) {
    return `block ${block.blockNo}: does not follow block ${block.blockNo - 1n}`;
  }
  if (block.fromXid !== (before?.belowXid ?? '0')) return `block ${block.blockNo}: range has a gap`;
  if (!blockHash(block).equals(block.hash)) return `block ${block.blockNo}: header was changed`;
  if (!merkleRoot(splitHashes(block.eventHashes)).equals(block.merkleRoot)) {
    return `block ${block.blockNo}: event hashes were changed`;
  }
  return firstTouchedEvent(tx, block);
}

async function firstBadHead(tx: Tx): Promise<string | undefined> {
  const heads = await tx.rows<{ day: string; published: Buffer; stored: Buffer | null }>(
    sql('publishedHeads'),
  );
  const bad = heads.find((head) => head.stored?.equals(head.published) !== true);
  return bad && `published head of ${bad.day} is not in the chain`;
}

/**
 * Checks the whole chain from its rows: each block follows its predecessor without gap or fork,
 * each
 * sealed event still hashes to what was sealed, none is missing, each published head is in it.
 * Events not yet sealed are counted; one overdue by a minute is bad.
 */
export async function verifyChain(tx: Tx): Promise<ChainReport> {
  let before: Block | undefined;
  let firstBad: string | undefined;
  const counted = { blocks: 0, events: 0, leaves: 0 };
  for (;;) {
    const page: Block[] = await tx.rows<Block>(sql('blocksAfter'), {
      blockNo: before?.blockNo ?? 0n,
    });
    for (const block of page) {
      firstBad ??= await firstBadOf(tx, block, before);
      counted.blocks += 1;
      counted.events += block.eventCount;
      counted.leaves += block.leafCount;
      before = block;
    }
    if (page.length === 0) break;
  }
  const rest = await tx.one<{ count: bigint; overdue: bigint }>(sql('unsealed'), {
    belowXid: before?.belowXid ?? '0',
    now: tx.now,
  });
  if (rest.overdue > 0n) firstBad ??= `${rest.overdue} events are unsealed for over a minute`;
  firstBad ??= await firstBadHead(tx);
  return {
    ...counted,
    unsealed: Number(rest.count),
    head: before?.hash.toString('hex'),
    firstBad,
  };
}
