import {
  refuse,
  Refusal,
  type RefusalCode,
  type RefusalDetails,
} from '@huiquan/domain/refusals.ts';
import { shortKey } from './short-key.ts';
import type { Tx } from './transact.ts';
import { twin } from './twin.ts';

const sql = twin(import.meta.url);

/** Which request this is, and what was asked. */
export type CommandKey = {
  /** From `commandId`: its row is found by it. */
  readonly commandId: string;
  /** Keyed hash of the business input; captcha and location do not belong to it. */
  readonly inputHash: Buffer;
};

/** What a request is known by: nobody's key means anything to another, nor on another route. */
export function commandIdOf(request: {
  readonly caller: string;
  readonly route: string;
  readonly key: string;
}): string {
  return shortKey(`${request.caller} ${request.route} ${request.key}`);
}

/** A finished command as its row keeps it. */
export type StoredOutcome =
  | { readonly done: unknown }
  | { readonly refused: RefusalCode; readonly details: RefusalDetails };

/** What a command answered, and whether it was the stored answer of an earlier request. */
export type Answer<T> = { readonly result: T; readonly replayed: boolean };

/**
 * A final refusal that was stored: the transaction commits and the refusal is thrown after it.
 */
export type Final<T> = Answer<T> | { readonly refusal: Refusal; readonly replayed: boolean };

async function replay<T>(tx: Tx, command: CommandKey): Promise<Final<T>> {
  const row = await tx.one<{ inputHash: Buffer; outcome: StoredOutcome | null }>(
    sql('findCommand'),
    { commandId: command.commandId },
  );
  return replayOf<T>(command, row);
}

/** The stored answer to `command`; refuses `idempotency_key_reused` for other input. */
export function replayOf<T>(
  command: CommandKey,
  row: { readonly inputHash: Buffer; readonly outcome: StoredOutcome | null },
): Final<T> {
  if (!row.inputHash.equals(command.inputHash)) refuse('idempotency_key_reused');
  // The row is seen only once its transaction has ended, and it ends with an outcome or not at all.
  if (row.outcome === null) throw new Error('a command was stored without its outcome');
  if ('refused' in row.outcome) {
    return { refusal: new Refusal(row.outcome.refused, row.outcome.details), replayed: true };
  }
  return { result: row.outcome.done as T, replayed: true };
}

/**
 * Runs `work` once for `command`: the same key with the same input gives the stored answer and no
 * second effect, with other input refuses `idempotency_key_reused`. The result is stored in the
 * transaction of the effect, so it must hold ids and figures only. Refusals roll back and are
 * judged anew on retry, except those in `final`, whose effect is undone but whose answer is kept.
 */
export async function once<T>(
  tx: Tx,
  command: CommandKey,
  work: () => Promise<T>,
  final: ReadonlySet<RefusalCode> = new Set(),
): Promise<Final<T>> {
  const { commandId } = command;
  const inserted = await tx.execute(sql('insertCommand'), { ...command, now: tx.now });
  if (inserted === 0) return replay<T>(tx, command);
  try {
    const result = await tx.nested(work);
    await tx.execute(sql('storeOutcome'), { commandId, outcome: { done: result } });
    return { result, replayed: false };
  } catch (error) {
    if (!(error instanceof Refusal) || !final.has(error.code)) throw error;
    const outcome = { refused: error.code, details: error.details };
    await tx.execute(sql('storeOutcome'), { commandId, outcome });
    return { refusal: error, replayed: false };
  }
}

/** The result of a finished command, or its stored refusal thrown. */
export function settle<T>(answer: Final<T>): Answer<T> {
  if ('refusal' in answer) throw answer.refusal;
  return answer;
}
