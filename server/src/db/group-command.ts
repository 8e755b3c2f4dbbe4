import { Refusal, type RefusalCode } from '@huiquan/domain/refusals.ts';
import { replayOf, type CommandKey, type Final, type StoredOutcome } from './command.ts';
import type { Settled } from './group.ts';
import type { Asking, Tx } from './transact.ts';
import { jsonText, twin } from './twin.ts';

const sql = twin(import.meta.url);

/** One item of a group with the key of its request. */
export type Entry<Item> = { readonly command: CommandKey; readonly item: Item };

/** What a command of a group says to one of its items. */
export type Outcome<Result> =
  | { readonly result: Result; readonly refused?: undefined }
  | { readonly refused: Refusal; readonly result?: undefined };

type StoredRow = {
  readonly commandId: string;
  readonly inputHash: Buffer;
  readonly outcome: StoredOutcome | null;
};

/** Another transaction stored one of the keys meanwhile: the group is done again and finds it. */
export class KeyTaken extends Error {
  // What PostgreSQL says when a transaction must be tried again.
  readonly code = '40001';
  override readonly name = 'KeyTaken';
  override readonly message = 'a key was answered meanwhile';
}

/** The stored answers among requests, by their ids. */
export type Answered = ReadonlyMap<string, StoredRow>;

/** Looks for the stored answers of requests by their ids, without a lock. */
export async function findAnswered(
  asking: Asking,
  commandIds: readonly string[],
): Promise<Answered> {
  const rows = await asking.rows<StoredRow>(sql('findCommands'), { commandIds });
  return new Map(rows.map((row) => [row.commandId, row]));
}

type Stored = { readonly command: CommandKey; readonly outcome: StoredOutcome };

/**
 * In the order of the keys, so that two groups never wait for each other in a circle. Throws
 * `KeyTaken` where another transaction was first.
 */
async function storeOutcomes(tx: Tx, stored: readonly Stored[]): Promise<void> {
  if (stored.length === 0) return;
  const commands = stored.map((one) => one.command);
  const values = {
    commandIds: commands.map((one) => one.commandId),
    inputHashes: commands.map((one) => one.inputHash),
    outcomes: stored.map((one) => jsonText(one.outcome)),
    now: tx.now,
  };
  await tx.execute(sql('insertCommands'), values).catch((error: unknown) => {
    const isTaken = error instanceof Error && 'constraint' in error;
    throw isTaken && error.constraint === 'command_pkey' ? new KeyTaken() : error;
  });
}

function outcomeToKeep<Result>(
  outcome: Outcome<Result>,
  final: ReadonlySet<RefusalCode>,
): StoredOutcome | undefined {
  if (outcome.refused === undefined) return { done: outcome.result };
  const { code, details } = outcome.refused;
  return final.has(code) ? { refused: code, details } : undefined;
}

/** A group's entries, and what `findAnswered` saw of their keys in this transaction. */
export type Entries<Item> = {
  readonly entries: readonly Entry<Item>[];
  readonly known: Answered;
};

/**
 * As `once`, for a whole group by one lookup and one insert: an item whose key was answered gets
 * the stored answer, with other input `idempotency_key_reused`, all others are given to `work`
 * together. Of two items with one key the first is judged; the second gets its answer, or `busy`
 * where there is none to give. Results and refusals in `final` are stored in this transaction.
 */
export async function onceEach<Item, Result>(
  tx: Tx,
  { entries, known }: Entries<Item>,
  work: (items: readonly Item[]) => Promise<readonly Outcome<Result>[]>,
  final: ReadonlySet<RefusalCode> = new Set(),
): Promise<readonly Settled<Final<Result>>[]> {
  const leaders = new Map<string, Entry<Item>>();
  for (const entry of entries) {
    const name = entry.command.commandId;
    if (!known.has(name) && !leaders.has(name)) leaders.set(name, entry);
  }
  const fresh = [...leaders.values()];
  const outcomes = fresh.length === 0 ? [] : await work(fresh.map((one) => one.item));
  const answers = new Map<string, Settled<Final<Result>>>();
  const stored: Stored[] = [];
  for (const [index, { command }] of fresh.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) throw new Error('an item of a group has no outcome');
    const keep = outcomeToKeep(outcome, final);
    if (keep !== undefined) stored.push({ command, outcome: keep });
    answers.set(
      command.commandId,
      outcome.refused === undefined
        ? { result: { result: outcome.result, replayed: false } }
        : { error: outcome.refused },
    );
  }
  await storeOutcomes(tx, stored);
  const kept = new Set(stored.map((one) => one.command));
  const refused = fresh.filter(
    ({ command }, index) => outcomes[index]?.refused !== undefined && !kept.has(command),
  );
  for (const [name, settled] of await overtaken<Item, Result>(tx, refused)) {
    answers.set(name, settled);
  }
  const now = new Map(stored.map((one) => [one.command.commandId, one.outcome]));
  return entries.map((entry): Settled<Final<Result>> => {
    const { command } = entry;
    const name = command.commandId;
    if (leaders.get(name) === entry) return answers.get(name) ?? notJudged();
    const row = known.get(name);
    const inputHash = row?.inputHash ?? leaders.get(name)?.command.inputHash;
    const outcome = row === undefined ? now.get(name) : row.outcome;
    if (outcome === undefined || inputHash === undefined) return notJudged();
    return settledReplay(command, { inputHash, outcome });
  });
}

/**
 * The stored answers of items that were refused because the same request succeeded elsewhere while
 * this group waited for it: what it had used up was gone.
 */
async function overtaken<Item, Result>(
  tx: Tx,
  refused: readonly Entry<Item>[],
): Promise<ReadonlyMap<string, Settled<Final<Result>>>> {
  if (refused.length === 0) return new Map();
  const commands = refused.map((one) => one.command);
  const rows = await findAnswered(
    tx,
    commands.map((one) => one.commandId),
  );
  return new Map(
    commands.flatMap((command) => {
      const name = command.commandId;
      const row = rows.get(name);
      return row === undefined ? [] : [[name, settledReplay<Result>(command, row)] as const];
    }),
  );
}

function notJudged<Result>(): Settled<Result> {
  return { error: new Refusal('busy', { retryAfterSeconds: 1 }) };
}

function settledReplay<Result>(
  command: CommandKey,
  row: { readonly inputHash: Buffer; readonly outcome: StoredOutcome | null },
): Settled<Final<Result>> {
  try {
    return { result: replayOf<Result>(command, row) };
  } catch (error) {
    if (error instanceof Refusal) return { error };
    throw error;
  }
}
