import type { Fen } from '@huiquan/domain/fen.ts';
import { maskName, maskPhone, maskResidentId } from '@huiquan/domain/identity/masks.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { Keys } from '../../keys.ts';
import { listedIn } from './correction.ts';
import type { DuplicateTask } from './roster.ts';

const sql = twin(import.meta.url);

type QuestionRow = DuplicateTask & {
  readonly envelope: Buffer | null;
  readonly keyId: number | null;
  readonly amountFen: Fen;
  readonly otherId: string | null;
  readonly otherRow: number | null;
  readonly otherRosterId: string | null;
  readonly otherPersonId: string | null;
  readonly otherFileName: string | null;
  readonly otherEnvelope: Buffer | null;
  readonly otherKeyId: number | null;
};

/** A person as a list names him, masked as far as the reader's function asks. */
export type ListedPerson = {
  readonly name: string;
  readonly phone: string | undefined;
  readonly idNumber: string | undefined;
};

/** A questioned row beside the row it may repeat. */
export type Question = DuplicateTask & {
  readonly person: ListedPerson | undefined;
  readonly amountFen: Fen;
  readonly other:
    | {
        readonly rowNumber: number;
        readonly rosterId: string;
        readonly fileName: string;
        readonly person: ListedPerson;
      }
    | undefined;
};

/** The rows of a roster that may be somebody already listed, as they are stored. */
export async function listQuestions(tx: Tx, rosterId: string): Promise<readonly QuestionRow[]> {
  return tx.rows<QuestionRow>(sql('listQuestions'), { rosterId });
}

type Sealed = { readonly envelope: Buffer | null; readonly keyId: number | null };

function personIn(keys: Keys, row: Sealed, masks: boolean): ListedPerson | undefined {
  const { envelope, keyId } = row;
  if (envelope === null || keyId === null || envelope.length === 0) return undefined;
  const { name, phone, idNumber } = listedIn(keys, { envelope, keyId });
  return {
    name: masks ? maskName(name) : name,
    phone: phone === undefined ? undefined : maskPhone(phone),
    idNumber: idNumber === undefined ? undefined : maskResidentId(idNumber),
  };
}

/**
 * What a clerk judges duplicates by: both rows of every question, phones and ID numbers masked, and
 * names too where `masks` says so. Who looked is recorded.
 * @policy requirement O2; access 5.2
 */
export async function showQuestions(
  tx: Tx,
  keys: Keys,
  asked: { readonly rosterId: string; readonly masks: boolean },
): Promise<readonly Question[]> {
  const { rosterId, masks } = asked;
  const rows = await listQuestions(tx, rosterId);
  if (rows.length === 0) return [];
  const personIds = rows.flatMap((row) => row.otherPersonId ?? []);
  await record(tx, {
    kind: 'personal_data.shown',
    subject: { kind: 'roster', id: rosterId },
    body: { reason: '判断疑似重复', entitlementIds: rows.flatMap((row) => row.otherId ?? []) },
    ...(personIds.length > 0 ? { items: personIds } : {}),
  });
  return rows.map((row) => {
    const { duplicateTaskId, rowNumber, reason, state, amountFen } = row;
    const { otherRow, otherRosterId, otherFileName } = row;
    const sealed = { envelope: row.otherEnvelope, keyId: row.otherKeyId };
    const person = personIn(keys, sealed, masks);
    const isKnown = otherRow !== null && otherRosterId !== null && otherFileName !== null;
    const other =
      person === undefined || !isKnown
        ? undefined
        : { rowNumber: otherRow, rosterId: otherRosterId, fileName: otherFileName, person };
    const own = personIn(keys, row, masks);
    return { duplicateTaskId, rowNumber, reason, state, amountFen, person: own, other };
  });
}
