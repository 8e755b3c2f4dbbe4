import type { Actor, Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { currentPlan } from '../programme/load-plan.ts';

const sql = twin(import.meta.url);

/**
 * Binds the rows of a batch whose persons are known already: by identity number, else by the phone
 * and name of an account verified before the registration deadline. Part of the batch's approval.
 * @policy SX20 一(二), requirement O7
 */
export async function bindKnownPersons(tx: Tx, batchId: string): Promise<number> {
  const { programmeId } = await tx.one<{ programmeId: string }>(sql('programmeOfBatch'), {
    batchId,
  });
  const { plan } = await currentPlan(tx, programmeId);
  const values = { batchId, now: tx.now };
  const byIdentity = await tx.execute(sql('bindKnownByIdentity'), values);
  const deadline = plan.registrationDeadline ?? null;
  return byIdentity + (await tx.execute(sql('bindKnownByPhone'), { ...values, deadline }));
}

/** A person as the lists know them: keyed hashes of identity number, phone and name. */
export type KnownAs = {
  readonly personId: string;
  readonly identityIndex: Buffer | null;
  readonly phoneIndex: Buffer | null;
  readonly nameIndex: Buffer;
  /** Who made him known: the binding is recorded as his act. */
  readonly actor: Actor;
};

/**
 * Binds the rows that wait for persons who have just been verified, in every programme whose
 * registration deadline has not passed: one row per source. Answers those who had some. Their
 * vouchers come by `issueWaiting`.
 * @policy SX20 一(二): 须在5月20日前完成注册; SM23 五; requirement O7
 */
export async function bindEntitlements(
  tx: Tx,
  persons: readonly KnownAs[],
): Promise<readonly KnownAs[]> {
  const rows = await tx.rows<{ line: number; programmeId: string }>(sql('waitingProgrammes'), {
    identityIndexes: persons.map((one) => one.identityIndex),
    phoneIndexes: persons.map((one) => one.phoneIndex),
    nameIndexes: persons.map((one) => one.nameIndex),
  });
  const bound: KnownAs[] = [];
  for (const [index, person] of persons.entries()) {
    const own = rows.filter((row) => row.line === index + 1).map((row) => row.programmeId);
    if (await bindOne({ ...tx, actor: person.actor }, person, own)) bound.push(person);
  }
  return bound;
}

async function bindOne(tx: Tx, person: KnownAs, programmeIds: readonly string[]): Promise<boolean> {
  const { personId, identityIndex, phoneIndex, nameIndex } = person;
  const open: string[] = [];
  for (const programmeId of programmeIds) {
    const { plan, state } = await currentPlan(tx, programmeId);
    const { registrationDeadline: deadline } = plan;
    const isOpen = deadline === undefined || tx.now < deadline;
    if (isOpen && state !== 'closing' && state !== 'closed') open.push(programmeId);
  }
  if (open.length === 0) return false;
  const values = {
    identityIndex,
    phoneIndex,
    nameIndex,
    personId,
    programmeIds: open,
    now: tx.now,
  };
  const bound = await tx.rows<{ entitlementId: string }>(sql('bindPerson'), values);
  if (bound.length === 0) return false;
  await record(tx, {
    kind: 'entitlement.bound',
    subject: { kind: 'person', id: personId },
    body: { entitlementIds: bound.map((row) => row.entitlementId) },
  });
  return true;
}
