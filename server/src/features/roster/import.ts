import type { Fen } from '@huiquan/domain/fen.ts';
import type { Column } from '@huiquan/domain/files/header.ts';
import { rowProblems, type RowProblem } from '@huiquan/domain/files/row-problems.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { Refusal, refuse } from '@huiquan/domain/refusals.ts';
import {
  readRosterRow,
  rosterRules,
  type RosterCells,
  type RosterRow,
  type RosterRules,
} from '@huiquan/domain/roster/row.ts';
import { copyRows, type CopyValue } from '../../db/copy.ts';
import type { Db } from '../../db/pool.ts';
import { transact, type Actor, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { readRecords } from '../../files/read-records.ts';
import { readTable } from '../../files/read-table.ts';
import type { Keys } from '../../keys.ts';
import { currentPlan, requireRunning } from '../programme/load-plan.ts';

const sql = twin(import.meta.url);

/** Rows per transaction: memory stays flat and progress shows. */
const chunkRows = 5_000;

const columns: readonly Column<keyof RosterCells>[] = [
  { key: 'name', names: ['姓名', '会员姓名', '居民姓名'], required: true, filled: true },
  { key: 'phone', names: ['手机号', '手机号码', '联系电话', '电话'], identifier: true },
  { key: 'idNumber', names: ['身份证号', '身份证号码', '证件号码'], identifier: true },
  { key: 'face', names: ['消费券面值', '面值'] },
  { key: 'amount', names: ['发放金额', '金额'] },
];

/** What an import brought: the rows that may be confirmed, and those that may not. */
export type RosterReport = {
  readonly rosterId: string;
  readonly rowsTotal: number;
  readonly rowsAccepted: number;
  readonly rowsFailed: number;
  readonly rowsDuplicate: number;
  readonly rowsExisting: number;
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

type Begun = { readonly rosterId: string; readonly rules: RosterRules };
type Bad = { readonly rowNumber: number; readonly problem: RowProblem; readonly cells: Buffer };
type Chunk = { readonly good: CopyValue[][]; readonly bad: Bad[]; rows: number };

async function begin(tx: Tx, keys: Keys, file: RosterFile): Promise<Begun> {
  const { programmeId, organisationId, source, digest, fileName, contact } = file;
  const current = await currentPlan(tx, programmeId);
  requireRunning(current);
  const rules = rosterRules(current.plan, source);
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
  return { rosterId, rules };
}

/** The columns of `roster_row`, in the order `staged` writes them. */
const stagingTarget =
  'roster_row (roster_id, row_number, entitlement_id, envelope, key_id, identity_index, ' +
  'phone_index, name_index, face_fen, voucher_count)';

function staged(keys: Keys, rosterId: string, rowNumber: number, row: RosterRow): CopyValue[] {
  const { name, phone, idNumber, faceFen, voucherCount } = row;
  return [
    rosterId,
    rowNumber,
    newId(),
    keys.seal(JSON.stringify({ name, phone, idNumber })),
    keys.currentId,
    idNumber === undefined ? null : keys.index('identity-index', idNumber),
    phone === undefined ? null : keys.index('phone-index', phone),
    keys.index('name-index', name),
    faceFen,
    voucherCount,
  ];
}

async function storeChunk(at: ImportPlace, actor: Actor, rosterId: string, chunk: Chunk) {
  await transact(at.db, actor, async (tx) => {
    await copyRows(tx, stagingTarget, chunk.good);
    const { bad } = chunk;
    if (bad.length > 0) {
      await tx.execute(sql('insertProblems'), {
        rosterId,
        rowNumbers: bad.map((one) => one.rowNumber),
        codes: bad.map((one) => one.problem.code),
        details: bad.map((one) => JSON.stringify({ column: one.problem.column })),
        cells: bad.map((one) => one.cells),
      });
    }
    const failed = new Set(bad.map((one) => one.rowNumber)).size;
    const live = await tx.execute(sql('addProgress'), { rosterId, total: chunk.rows, failed });
    if (live === 0) refuse('state_conflict', { rosterId });
  });
}

async function readChunks(
  at: ImportPlace,
  file: RosterFile,
  { rosterId, rules }: Begun,
  store: (chunk: Chunk) => Promise<void>,
): Promise<void> {
  const rows = readTable(file.path, { name: file.fileName });
  let chunk: Chunk = { good: [], bad: [], rows: 0 };
  let total = 0;
  const flush = async () => {
    await store(chunk);
    total += chunk.rows;
    chunk = { good: [], bad: [], rows: 0 };
    at.onProgress?.(total);
  };
  for await (const read of readRecords(rows, columns, 'roster_file_invalid')) {
    const { rowNumber, values, problems } = read;
    chunk.rows += 1;
    const judged = problems.length > 0 ? { problems } : readRosterRow(values, rules);
    if ('row' in judged) {
      chunk.good.push(staged(at.keys, rosterId, rowNumber, judged.row));
    } else {
      const cells = at.keys.seal(JSON.stringify(values));
      for (const problem of judged.problems) chunk.bad.push({ rowNumber, problem, cells });
    }
    if (chunk.rows >= chunkRows) await flush();
  }
  await flush();
  if (total === 0) refuse('roster_file_invalid', { reason: '文件里没有数据行' });
}

async function finish(tx: Tx, rosterId: string, file: RosterFile): Promise<RosterReport> {
  const { programmeId, source } = file;
  const values = { rosterId, programmeId, source, now: tx.now };
  await tx.execute(sql('dropRepeats'), values);
  await tx.execute(sql('dropListed'), values);
  const asked = await tx.execute(sql('askAboutLikely'), values);
  await tx.execute(sql('insertEntitlements'), values);
  await tx.execute(sql('noteLateListed'), values);
  await tx.execute(sql('emptyStaging'), values);
  const states = ['importing'];
  const report = await tx.one<Omit<RosterReport, 'rosterId'>>(sql('finishImport'), {
    rosterId,
    states,
  });
  const { contentHash, ...figures } = report;
  await record(tx, {
    kind: 'roster.imported',
    subject: { kind: 'roster', id: rosterId },
    programmeId,
    body: { ...figures, asked, contentHash: contentHash.toString('hex') },
  });
  return { rosterId, ...report };
}

/**
 * Counts a roster again after a duplicate was decided; its hash changes with its rows, so what an
 * approver saw before can no longer be confirmed.
 */
export async function recountRoster(tx: Tx, rosterId: string): Promise<void> {
  await tx.one(sql('finishImport'), { rosterId, states: ['imported'] });
}

async function fail(at: ImportPlace, actor: Actor, rosterId: string, error: unknown) {
  await transact(at.db, actor, async (tx) => {
    await tx.execute(sql('emptyStaging'), { rosterId });
    await tx.execute(sql('failImport'), { rosterId });
    await record(tx, {
      kind: 'roster.import_failed',
      subject: { kind: 'roster', id: rosterId },
      body: { code: error instanceof Refusal ? error.code : 'unexpected' },
    });
  });
}

/**
 * Reads a roster file row by row, in flat memory: every row is taken, or stands in the report with
 * what is wrong with it. Nothing is issued: a second person confirms. Refuses `already_imported`
 * (with the earlier roster), `invalid_rule` for a source the plan does not have, and whatever is
 * wrong with the file as a whole; then nothing of it stays and it may be uploaded again.
 * @policy SX20 一(二)2, SM23 七(一); requirements O2, O3
 */
export async function importRoster(
  at: ImportPlace,
  actor: Actor,
  file: RosterFile,
): Promise<RosterReport> {
  const begun = await transact(at.db, actor, (tx) => begin(tx, at.keys, file));
  const { rosterId } = begun;
  try {
    const store = (chunk: Chunk) => storeChunk(at, actor, rosterId, chunk);
    await readChunks(at, file, begun, store);
    return await transact(at.db, actor, (tx) => finish(tx, rosterId, file));
  } catch (error) {
    await fail(at, actor, rosterId, error);
    throw error;
  }
}

/** Marks imports as failed whose process died; part of the day's jobs. Answers how many. */
export async function failInterruptedImports(at: ImportPlace, actor: Actor): Promise<number> {
  const rows = await transact(at.db, actor, (tx) =>
    tx.rows<{ rosterId: string }>(sql('interruptedImports'), { now: tx.now }),
  );
  for (const { rosterId } of rows) await fail(at, actor, rosterId, new Error('interrupted'));
  return rows.length;
}

/** What the report says of a problem's code. */
export function problemText(code: string): string {
  return (rowProblems as Readonly<Record<string, string>>)[code] ?? code;
}
