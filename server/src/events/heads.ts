import { sign, verify } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dayOf, instantText, type Instant } from '@huiquan/domain/instant.ts';
import type { Db } from '../db/pool.ts';
import { transact, type Actor, type Tx } from '../db/transact.ts';
import { twin } from '../db/twin.ts';
import type { HeadPlace } from './head-key.ts';
import { seal } from './seal.ts';

const sql = twin(import.meta.url);
const headFile = /^(\d{4}-\d{2}-\d{2})\.json$/;
const headsKeptInView = 366;

/** The chain's head as it was published on a day. */
export type Head = {
  readonly day: string;
  readonly blockNo: bigint;
  readonly hash: Buffer;
  readonly signature: Buffer;
  readonly publishedAt: Instant;
};

/** What is signed: the day, the block and its hash, a line each. */
function signedText(head: Pick<Head, 'day' | 'blockNo' | 'hash'>): Buffer {
  return Buffer.from(`huiquan head\n${head.day}\n${head.blockNo}\n${head.hash.toString('hex')}\n`);
}

/** A head as its file and the public route print it. */
export function headWire(head: Head) {
  return {
    day: head.day,
    blockNo: Number(head.blockNo),
    hash: head.hash.toString('hex'),
    signature: head.signature.toString('base64'),
    publishedAt: instantText(head.publishedAt),
  };
}

/** Published heads, newest first: those of a year. */
export async function listHeads(tx: Tx): Promise<readonly Head[]> {
  return tx.rows<Head>(sql('listHeads'), { limit: headsKeptInView });
}

/** Whole or not at all, and never over one that is there. */
function layDown(folder: string, head: Head): void {
  const file = join(folder, `${head.day}.json`);
  if (existsSync(file)) return;
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(headWire(head), null, 2)}\n`);
  renameSync(draft, file);
}

/**
 * Publishes today's head of the chain: signed, recorded once a day, and laid down as a file outside
 * the database, where whoever rewrites the chain does not reach it. Files that an earlier run did
 * not get to write are written too. Answers the day's head; undefined while nothing is sealed.
 * @policy design decision 11; inv-44
 */
export async function publishHead(
  db: Db,
  actor: Actor,
  place: HeadPlace,
): Promise<Head | undefined> {
  await seal(db);
  const heads = await transact(db, actor, async (tx) => {
    const last = await tx.maybe<{ blockNo: bigint; hash: Buffer }>(sql('lastHead'));
    if (last === undefined) return [];
    const head = { ...last, day: dayOf(tx.now) };
    const signature = sign(null, signedText(head), place.privateKey);
    await tx.execute(sql('insertHead'), { ...head, signature, now: tx.now });
    return listHeads(tx);
  });
  for (const head of heads) layDown(place.folder, head);
  return heads[0];
}

type FiledHead = Pick<Head, 'day' | 'blockNo' | 'hash'> & { readonly isSigned: boolean };

function readHead(place: Pick<HeadPlace, 'folder' | 'publicKey'>, name: string): FiledHead {
  const day = name.slice(0, 10);
  const unreadable = { day, blockNo: 0n, hash: Buffer.alloc(0), isSigned: false };
  try {
    const found: unknown = JSON.parse(readFileSync(join(place.folder, name), 'utf8'));
    const field = (key: string) => String(Reflect.get(Object(found), key));
    const head = {
      day,
      blockNo: BigInt(field('blockNo')),
      hash: Buffer.from(field('hash'), 'hex'),
    };
    const signature = Buffer.from(field('signature'), 'base64');
    return { ...head, isSigned: verify(null, signedText(head), place.publicKey, signature) };
  } catch {
    return unreadable;
  }
}

/** What holding the chain against its published heads found. */
export type HeadReport = { readonly heads: number; readonly firstBad: string | undefined };

/**
 * Holds the chain against the heads that lie outside the database: each must bear its signature and
 * still be the hash of its block, and each that the database says was published must lie there.
 */
export async function checkHeads(
  tx: Tx,
  place: Pick<HeadPlace, 'folder' | 'publicKey'>,
): Promise<HeadReport> {
  const names = readdirSync(place.folder)
    .filter((name) => headFile.test(name))
    .toSorted();
  const filed = names.map((name) => readHead(place, name));
  const stored = await tx.rows<{ blockNo: bigint; hash: Buffer }>(sql('blockHashes'), {
    blockNos: filed.map((head) => head.blockNo),
  });
  const hashes = new Map(stored.map((block) => [block.blockNo, block.hash]));
  for (const { day, blockNo, hash, isSigned } of filed) {
    if (!isSigned) return bad(filed, `head of ${day} does not bear its signature`);
    if (hashes.get(blockNo)?.equals(hash) !== true) {
      return bad(filed, `block ${blockNo} is not the head that was published on ${day}`);
    }
  }
  const days = new Set(filed.map((head) => head.day));
  const missing = (await listHeads(tx)).find((head) => !days.has(head.day));
  if (missing !== undefined) return bad(filed, `head of ${missing.day} is not in its folder`);
  return { heads: filed.length, firstBad: undefined };
}

function bad(filed: readonly FiledHead[], firstBad: string): HeadReport {
  return { heads: filed.length, firstBad };
}
