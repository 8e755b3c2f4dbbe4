import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { Fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { Refusal, refuse } from '@huiquan/domain/refusals.ts';
import { rosterRules, type RosterRules } from '@huiquan/domain/roster/row.ts';
import type { Db } from '../../db/pool.ts';
import { transact, type Actor, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { Keys } from '../../keys.ts';
import { currentPlan, requireRunning } from '../programme/load-plan.ts';
import { mergeChunk } from './merge.ts';
import type { PackTarget } from './pack-rows.ts';
import { readChunks, type RosterChunk } from './read-rows.ts';

const sql = twin(import.meta.url);

/** An import without a sign of life for this long has died; its longest step takes seconds. */
const silenceSecondsMax = 90;
/** Imports that one process works on at once; the others wait, up to a number. */
const importsAtOnceMax = 2;
const importsWaitingMax = 20;
/** Rows per statement when a roster is taken back: well within the time a statement has. */
const rangeRows = 50_000;

/** What an import brought: the rows that may be confirmed, and those that may not. */
export type RosterReport = {
  readonly rosterId: string;
  readonly rowsTotal: number;
  readonly rowsAccepted: number;
  readonly rowsFailed: number;
  readonly rowsDuplicate: number;
  readonly rowsExisting: number;
  /** Rows that wait for somebody to say whether they are one person or two. */
  readonly rowsQuestioned: number;
  readonly amountFen: Fen;
  readonly contentHash: Buffer;
};

/** A file that is to be read as a roster. */
export type RosterFile = {
  readonly programmeId: string;
  readonly organisationId: string;
  /** The entitlement source: the id of a directed issuing of the plan. */
  readonly source: string;
  readonly path: string;
  readonly fileName: string;
  readonly digest: Buffer;
  /** Who to ask about it: name, phone, e-mail; kept sealed. */
  readonly contact?: Readonly<Record<string, string>> | undefined;
};

export type ImportPlace = {
  readonly db: Db;
  readonly keys: Keys;
  /** Told after each chunk: rows read so far. */
  readonly onProgress?: (rows: number) => void;
};

type Begun = {
  readonly rosterId: string;
  readonly rules: RosterRules;
  readonly now: Instant;
};

async function begin(tx: Tx, keys: Keys, file: RosterFile): Promise<Begun> {
  const { programmeId, organisationId, source, digest, fileName, contact } = file;
  const current = await currentPlan(tx, programmeId);
  requireRunning(current);
  const rules = rosterRules(current.plan, source, tx.now);
  if (rules === undefined) refuse('invalid_rule', { source });
  const rosterId = newId();
  const inserted = await tx.execute(sql('insertRoster'), {
    rosterId,
    programmeId,
    organisationId,
    source,
    fileName,
    digest,
    contact: contact === undefined ? null : keys.seal(JSON.stringify(contact)),
    contactKeyId: contact === undefined ? null : keys.currentId,
    preparedBy: tx.actor.id,
    now: tx.now,
  });
  if (inserted === 0) {
    const same = await tx.maybe<{ rosterId: string }>(sql('findSameFile'), file);
    refuse('already_imported', { rosterId: same?.rosterId });
  }
  await record(tx, {
    kind: 'roster.import_started',
    subject: { kind: 'roster', id: rosterId },
    programmeId,
    body: { organisationId, source, digest: digest.toString('hex') },
  });
  return { rosterId, rules, now: tx.now };
}

/** What a file became: its header, and the hash of its rows where all of them are in the lists. */
type ReadFile = { readonly header: readonly string[]; readonly contentHash: Buffer | undefined };

/**
 * Reads the next chunk while the database merges the one before. Where some rows of a chunk were
 * not new, those of the next are not expected to be.
 */
async function mergeFile(
  at: ImportPlace,
  actor: Actor,
  target: PackTarget,
  chunks: AsyncIterable<RosterChunk>,
): Promise<ReadFile> {
  const { db } = at;
  let header: readonly string[] = [];
  let contentHash: Buffer | undefined;
  let rows = 0;
  let expectNew = true;
  let allNew = true;
  let merging: Promise<void> = Promise.resolve();
  const merge = async (chunk: RosterChunk) => {
    const work = (tx: Tx) => mergeChunk(tx, target, chunk, expectNew);
    ({ allNew: expectNew } = await transact(db, actor, work));
    if (!expectNew) allNew = false;
  };
  try {
    for await (const chunk of chunks) {
      await merging;
      if (rows > 0) at.onProgress?.(rows);
      ({ header, contentHash } = chunk);
      rows += chunk.rows.count + chunk.failed.length;
      merging = merge(chunk);
      // Whoever awaits it hears of a failure; until then it is not an unhandled one.
      merging.catch(() => undefined);
    }
  } finally {
    await merging.catch(() => undefined);
  }
  await merging;
  at.onProgress?.(rows);
  if (rows === 0) refuse('roster_file_invalid', { reason: 'no_rows' });
  return { header, contentHash: allNew ? contentHash : undefined };
}

async function finish(
  tx: Tx,
  file: RosterFile,
  rosterId: string,
  read: ReadFile,
): Promise<RosterReport> {
  const report = await tx.maybe<Omit<RosterReport, 'rosterId'>>(sql('finishImport'), {
    rosterId,
    header: read.header,
    contentHash: read.contentHash ?? null,
  });
  if (report === undefined) refuse('state_conflict', { rosterId });
  const { contentHash, ...figures } = report;
  await record(tx, {
    kind: 'roster.imported',
    subject: { kind: 'roster', id: rosterId },
    programmeId: file.programmeId,
    body: { ...figures, contentHash: contentHash.toString('hex') },
  });
  return { rosterId, ...report };
}

/**
 * Counts a roster again after one of its rows changed; its hash changes with its rows, so what an
 * approver saw before can no longer be confirmed.
 */
export async function recountRoster(tx: Tx, rosterId: string): Promise<void> {
  await tx.one(sql('recountRoster'), { rosterId });
}

/** Takes the unconfirmed rows of a roster out of the lists, range by range. */
export async function removeRows(tx: Tx, rosterId: string): Promise<void> {
  const { last } = await tx.one<{ last: number }>(sql('lastRow'), { rosterId });
  for (let from = 1; from <= last; from += rangeRows) {
    await tx.execute(sql('removeRows'), { rosterId, from, to: from + rangeRows });
  }
}

async function fail(at: ImportPlace, actor: Actor, rosterId: string, code: string) {
  await transact(at.db, actor, async (tx) => {
    const isLive = (await tx.execute(sql('failImport'), { rosterId })) === 1;
    if (!isLive) return;
    await removeRows(tx, rosterId);
    await record(tx, {
      kind: 'roster.import_failed',
      subject: { kind: 'roster', id: rosterId },
      body: { code },
    });
  });
}

let working = 0;
const waiting: (() => void)[] = [];

/** Waits for its turn. Refuses `busy` where too many wait already. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (working >= importsAtOnceMax) {
    if (waiting.length >= importsWaitingMax) refuse('busy', { retryAfterSeconds: 30 });
    await new Promise<void>((go) => void waiting.push(go));
  } else working += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) working -= 1;
    else next();
  }
}

/**
 * Reads a roster file row by row, in flat memory: every row is taken, waits in a question, or
 * stands in the report with what is wrong with it. Nothing is issued: a second person confirms.
 * Refuses `already_imported` (with the earlier roster), `invalid_rule` for a source the plan does
 * not have, `busy`, and whatever is wrong with the file as a whole; then nothing of it stays and it
 * may be uploaded again.
 * @policy SX20 一(二)2, SM23 七(一); requirements O2, O3
 */
export async function importRoster(
  at: ImportPlace,
  actor: Actor,
  file: RosterFile,
): Promise<RosterReport> {
  const { db, keys } = at;
  const { programmeId, source } = file;
  await failInterruptedImports(at, actor);
  return inTurn(async () => {
    const { rosterId, rules, now } = await transact(db, actor, (tx) => begin(tx, keys, file));
    const target = { rosterId, programmeId, source, keyId: keys.currentId };
    try {
      const chunks = readChunks(file, { rules, keys, target, now });
      const read = await mergeFile(at, actor, target, chunks);
      return await transact(db, actor, (tx) => finish(tx, file, rosterId, read));
    } catch (error) {
      const code = error instanceof Refusal ? error.code : 'unexpected';
      await fail(at, actor, rosterId, code);
      throw error;
    }
  });
}

/** As `importRoster`, for a file that lies on this machine: the command line's way in. */
export async function importRosterFile(
  at: ImportPlace,
  actor: Actor,
  given: Omit<RosterFile, 'digest' | 'fileName'>,
): Promise<RosterReport> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(given.path)) hash.update(piece);
  const file = { ...given, fileName: basename(given.path), digest: hash.digest() };
  return importRoster(at, actor, file);
}

/**
 * Gives up the imports whose process has died: nothing of them stays and their files may be
 * uploaded again. Done when a server starts, before each import, and by the day's jobs.
 * Answers how many.
 * @policy fault-36
 */
export async function failInterruptedImports(at: ImportPlace, actor: Actor): Promise<number> {
  const rows = await transact(at.db, actor, (tx) =>
    tx.rows<{ rosterId: string }>(sql('interruptedImports'), { silenceSecondsMax }),
  );
  for (const { rosterId } of rows) await fail(at, actor, rosterId, 'interrupted');
  return rows.length;
}
