import type { Fen } from '@huiquan/domain/fen.ts';
import type { Reach } from '@huiquan/domain/access.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { dayOf, type Instant } from '@huiquan/domain/instant.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { OrganisationLevel } from '../people/organisation.ts';
import { currentPlan, requireRunning } from '../programme/load-plan.ts';

const sql = twin(import.meta.url);

/** What a branch union says it handed out on paper: how many of one face, from which fund. */
export type PaperStatement = {
  readonly programmeId: string;
  readonly organisationId: string;
  readonly fundId: string;
  readonly faceFen: Fen;
  readonly issuedCount: number;
};

/** A line of the register. */
export type PaperLine = Omit<PaperStatement, 'programmeId'> & {
  readonly registerId: string;
  readonly name: string;
  readonly level: OrganisationLevel | null;
  readonly at: Instant;
};

/**
 * Registers the paper vouchers a branch union issued: count × face, once per face. The branch pays
 * its paper vouchers itself, so no money of the ledger moves (decision 080). Where the branch has
 * reported its members, electronic and paper together stay within the plan's sum per person.
 * Refuses
 * `not_found` for a fund that is not the organisation's or the programme's, `invalid_rule` for a
 * face that the plan has not on paper, `cap_exceeded` with the room that is left, `state_conflict`
 * for a face stated before, `programme_not_running`, `programme_closed`.
 * @policy SX20 一(二) 末段, 一(三); requirement V
 */
export async function registerPaper(
  tx: Tx,
  statement: PaperStatement,
): Promise<{ readonly registerId: string }> {
  const { programmeId, organisationId, faceFen, issuedCount } = statement;
  const current = await currentPlan(tx, programmeId);
  requireRunning(current);
  requirePaperFace(current.plan, faceFen);
  const branch = await tx.maybe(sql('findBranch'), statement);
  if (branch === undefined) refuse('not_found');
  await tx.rows(sql('lockRegister'), { organisationId });
  await requireRoom(tx, statement, sumPerPerson(current.plan));
  const eventId = await record(tx, {
    kind: 'paper.registered',
    subject: { kind: 'organisation', id: organisationId },
    programmeId,
    body: { fundId: statement.fundId, faceFen, issuedCount },
  });
  const registerId = newId(tx.now);
  const values = { ...statement, registerId, eventId, now: tx.now };
  if ((await tx.maybe(sql('insertRegister'), values)) === undefined) {
    refuse('state_conflict', { faceFen: Number(faceFen) });
  }
  return { registerId };
}

function requirePaperFace(plan: Plan, faceFen: Fen): void {
  const isKnown = plan.kinds.some(
    ({ form, face }) => form === 'paper' && face.type === 'fixed' && face.faceFen === faceFen,
  );
  if (!isKnown) refuse('invalid_rule', { unknownFaces: [Number(faceFen)] });
}

/** The most the plan gives one person by directed issuing; undefined where it names no sum. */
export function sumPerPerson(plan: Plan): Fen | undefined {
  const sums = plan.issuing.flatMap(({ perPersonFen }) =>
    perPersonFen === undefined ? [] : [perPersonFen],
  );
  const [first, ...others] = sums;
  return first === undefined ? undefined : others.reduce((a, b) => (b > a ? b : a), first);
}

async function requireRoom(
  tx: Tx,
  statement: PaperStatement,
  perPersonFen: Fen | undefined,
): Promise<void> {
  if (perPersonFen === undefined) return;
  type Use = { members: bigint | null; electronicFen: Fen; paperFen: Fen };
  const values = { ...statement, day: dayOf(tx.now) };
  const { members, electronicFen, paperFen } = await tx.one<Use>(sql('findUse'), values);
  if (members === null) return;
  const roomFen = members * perPersonFen - electronicFen - paperFen;
  const askedFen = statement.faceFen * BigInt(statement.issuedCount);
  if (askedFen > roomFen) {
    refuse('cap_exceeded', { members: Number(members), roomFen: Number(roomFen) });
  }
}

/** A page of a programme's register within `reach`, as it was written, after the line `after`. */
export async function listPaper(
  tx: Tx,
  page: {
    readonly programmeId: string;
    readonly reach?: Pick<Reach, 'everything' | 'organisationPaths' | 'programmeIds'>;
    readonly after?: string | undefined;
    readonly limit: number;
  },
): Promise<readonly PaperLine[]> {
  const { programmeId, reach, limit } = page;
  return tx.rows<PaperLine>(sql('listRegister'), {
    programmeId,
    everything: reach === undefined || reach.everything,
    programmeIds: reach?.programmeIds ?? [],
    paths: reach?.organisationPaths ?? [],
    after: page.after ?? '00000000-0000-0000-0000-000000000000',
    limit,
  });
}
