import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Db } from '../../db/pool.ts';
import { type Actor, transact, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { HeadPlace } from '../../events/head-key.ts';
import { record } from '../../events/record.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import { verificationSteps, verify, type VerifyReport } from './verify.ts';

const sql = twin(import.meta.url);

/** A proof of the whole book that somebody asked for. */
export type Verification = {
  readonly verificationId: string;
  readonly state: 'waiting' | 'running' | 'proved' | 'broken' | 'failed';
  readonly askedBy: string;
  readonly loginName: string | null;
  readonly askedAt: Instant;
  readonly endedAt: Instant | null;
  readonly stepsDone: number;
  readonly steps: number;
  readonly report: VerifyReport | null;
};

/** Where the chain stands. */
export type ChainStatus = {
  readonly blocks: bigint;
  readonly events: bigint;
  readonly hash: string | null;
  readonly sealedAt: Instant | null;
  readonly unsealed: bigint;
  readonly oldest: Instant | null;
  readonly headDay: string | null;
  readonly headBlock: bigint | null;
};

/**
 * Asks for a proof of everything; it runs as a job. While one waits or runs, that one is answered.
 */
export async function askVerification(tx: Tx): Promise<{ readonly verificationId: string }> {
  const made = await tx.maybe<{ verificationId: string }>(sql('askVerification'), {
    verificationId: newId(),
    askedBy: tx.actor.id,
    now: tx.now,
  });
  if (made === undefined) return tx.one<{ verificationId: string }>(sql('findUnended'));
  const { verificationId } = made;
  await record(tx, {
    kind: 'verification.asked',
    subject: { kind: 'verification', id: verificationId },
  });
  await enqueue(tx, 'verify_all', { verificationId });
  return made;
}

async function end(
  of: { readonly db: Db; readonly actor: Actor; readonly verificationId: string },
  state: Verification['state'],
  report: VerifyReport | null,
): Promise<void> {
  const { db, actor, verificationId } = of;
  await transact(db, actor, async (tx) => {
    await tx.execute(sql('endVerification'), {
      verificationId,
      state,
      report,
      now: tx.now,
    });
    const { ok = false, firstBad = null } = report ?? {};
    await record(tx, {
      kind: 'verification.ended',
      subject: { kind: 'verification', id: verificationId },
      body: { state, ok, ...(firstBad === null ? {} : { firstBad }) },
    });
  });
}

/** Runs a proof that was asked for, telling how far it is; ends in `failed` if it cannot. */
export async function runVerification(
  db: Db,
  actor: Actor,
  asked: {
    readonly verificationId: string;
    readonly place: Pick<HeadPlace, 'folder' | 'publicKey'> | undefined;
  },
): Promise<void> {
  const { verificationId, place } = asked;
  const started = await transact(db, actor, (tx) =>
    tx.maybe(sql('startVerification'), { verificationId, steps: verificationSteps }),
  );
  if (started === undefined) return;
  const onStep = () =>
    transact(
      db,
      actor,
      async (tx) => void (await tx.execute(sql('countStep'), { verificationId })),
    );
  try {
    const report = await verify(db, place, onStep);
    await end({ db, actor, verificationId }, report.ok ? 'proved' : 'broken', report);
  } catch (error) {
    await end({ db, actor, verificationId }, 'failed', null);
    throw error;
  }
}

/** The newest proof that was asked for, and the newest that found everything right. */
export async function lastVerifications(tx: Tx) {
  return {
    last: await tx.maybe<Verification>(sql('lastVerification')),
    proved: await tx.maybe<Verification>(sql('lastProof')),
  };
}

/** Where the chain stands, from the rows of its blocks. */
export async function chainStatus(tx: Tx): Promise<ChainStatus> {
  return tx.one<ChainStatus>(sql('chainStatus'));
}
