import { seal } from '../../events/seal.ts';
import type { HeadPlace } from '../../events/head-key.ts';
import { checkHeads } from '../../events/heads.ts';
import { verifyChain, type ChainReport } from '../../events/verify-chain.ts';
import type { Db } from '../../db/pool.ts';
import { snapshot, type Actor, type Tx } from '../../db/transact.ts';
import { parseTwin, type Statement } from '../../db/twin.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const verifier: Actor = { kind: 'system', id: 'verify' };

function statementsOf(file: string): ReadonlyMap<string, Statement> {
  const path = join(import.meta.dirname, file);
  return parseTwin(readFileSync(path, 'utf8'), path);
}

/** Every statement of the two files is an invariant; its name is the invariant's. */
const invariants = [
  ...statementsOf('money-invariants.sql'),
  ...statementsOf('voucher-invariants.sql'),
];

/** What one invariant's check found. */
export type InvariantReport = {
  readonly name: string;
  /** Rows it looked at: a check that saw nothing proves nothing, and shows it. */
  readonly lookedAt: number;
  readonly badCount: number;
  readonly firstBad: string | null;
};

/** The answer of `huiquan verify`. */
export type VerifyReport = {
  readonly ok: boolean;
  /** The first row found to be wrong, chain first. */
  readonly firstBad: string | null;
  readonly invariants: readonly InvariantReport[];
  readonly chain: ChainReport;
  /** How many heads outside the database the chain was held against. */
  readonly heads: number;
};

async function checkInvariant(tx: Tx, name: string, statement: Statement) {
  const row = await tx.one<{ lookedAt: bigint; badCount: bigint; firstBad: string | null }>(
    statement,
  );
  return {
    name,
    lookedAt: Number(row.lookedAt),
    badCount: Number(row.badCount),
    firstBad: row.firstBad,
  };
}

/** How many steps `verify` tells of: each invariant, and the chain with its heads. */
export const verificationSteps = invariants.length + 1;

type OnStep = () => Promise<void>;
const unwatched: OnStep = async () => undefined;

/** Checks every invariant over one picture of the database; the chain is not looked at. */
export async function checkInvariants(
  tx: Tx,
  onStep: OnStep = unwatched,
): Promise<readonly InvariantReport[]> {
  await tx.client.query('set local statement_timeout = 0');
  const reports: InvariantReport[] = [];
  for (const [name, statement] of invariants) {
    reports.push(await checkInvariant(tx, name, statement));
    await onStep();
  }
  return reports;
}

/** The first broken invariant with its row, in the words of the report. */
export function firstBroken(reports: readonly InvariantReport[]): string | undefined {
  const bad = reports.find((report) => report.badCount > 0);
  return bad && `${bad.name}: ${bad.firstBad}`;
}

/**
 * Proves the state of the whole database at one instant: every money and voucher invariant, the
 * subledgers against their control accounts, every voucher against its recorded history, and the
 * hash chain. Reads one snapshot, changes nothing but to seal what is waiting to be sealed. Tells
 * `onStep` after each of its `verificationSteps`.
 */
export async function verify(
  db: Db,
  place?: Pick<HeadPlace, 'folder' | 'publicKey'>,
  onStep: OnStep = unwatched,
): Promise<VerifyReport> {
  await seal(db);
  return snapshot(db, verifier, async (tx) => {
    const reports = await checkInvariants(tx, onStep);
    const chain = await verifyChain(tx);
    const outside = place && (await checkHeads(tx, place));
    await onStep();
    const firstBad = chain.firstBad ?? outside?.firstBad ?? firstBroken(reports) ?? null;
    const heads = outside?.heads ?? 0;
    return { ok: firstBad === null, firstBad, invariants: reports, chain, heads };
  });
}
