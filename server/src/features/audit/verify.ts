import { seal } from '../../events/seal.ts';
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

/**
 * Proves the state of the whole database at one instant: every money and voucher invariant, the
 * subledgers against their control accounts, every voucher against its recorded history, and the
 * hash chain. Reads one snapshot, changes nothing but to seal what is waiting to be sealed.
 */
export async function verify(db: Db): Promise<VerifyReport> {
  await seal(db);
  return snapshot(db, verifier, async (tx) => {
    await tx.client.query('set local statement_timeout = 0');
    const reports: InvariantReport[] = [];
    for (const [name, statement] of invariants) {
      reports.push(await checkInvariant(tx, name, statement));
    }
    const chain = await verifyChain(tx);
    const bad = reports.find((report) => report.badCount > 0);
    const firstBad = chain.firstBad ?? (bad && `${bad.name}: ${bad.firstBad}`) ?? null;
    return { ok: firstBad === null, firstBad, invariants: reports, chain };
  });
}
