import { hash } from 'node:crypto';

const nodePrefix = 1;
const hashBytes = 32;

/** The hash of two nodes side by side; made a thousand times a second, so without a hash object. */
function hashPair(left: Buffer, right: Buffer): Buffer {
  const pair = Buffer.allocUnsafe(1 + left.length + right.length);
  pair[0] = nodePrefix;
  left.copy(pair, 1);
  right.copy(pair, 1 + left.length);
  return hash('sha256', pair, 'buffer');
}

/**
 * The root of a Merkle tree over `leaves` (32-byte hashes, at least one); an odd node moves up as
 * it is.
 */
export function merkleRoot(leaves: readonly Buffer[]): Buffer {
  let level = leaves;
  while (level.length > 1) {
    const above: Buffer[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const [left, right] = [level[index], level[index + 1]];
      if (left === undefined) continue;
      above.push(right === undefined ? left : hashPair(left, right));
    }
    level = above;
  }
  const [root] = level;
  if (root === undefined) throw new RangeError('a Merkle tree has at least one leaf');
  return root;
}

/** Cuts concatenated 32-byte hashes apart; null holds none. */
export function splitHashes(bytes: Buffer | null): Buffer[] {
  if (bytes === null) return [];
  return Array.from({ length: bytes.length / hashBytes }, (_, index) =>
    bytes.subarray(index * hashBytes, (index + 1) * hashBytes),
  );
}

/** What a block's hash covers, in this order. */
export type BlockHeader = {
  readonly blockNo: bigint;
  readonly fromXid: string;
  readonly belowXid: string;
  readonly eventCount: number;
  readonly leafCount: number;
  readonly merkleRoot: Buffer;
  readonly previousHash: Buffer;
  readonly sealedAt: number;
};

/** The hash that the next block names as its predecessor. */
export function blockHash(header: BlockHeader): Buffer {
  const text = JSON.stringify([
    header.blockNo.toString(),
    header.fromXid,
    header.belowXid,
    header.eventCount,
    header.leafCount,
    header.merkleRoot.toString('hex'),
    header.previousHash.toString('hex'),
    header.sealedAt,
  ]);
  return hash('sha256', text, 'buffer');
}

/** What the first block names as its predecessor. */
export const genesisHash = Buffer.alloc(hashBytes);
