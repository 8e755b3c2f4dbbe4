import { setImmediate as turn } from 'node:timers/promises';
import { matchHeader, type Column } from '@huiquan/domain/files/header.ts';
import type { RowProblem } from '@huiquan/domain/files/row-problems.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { readRosterRow, type RosterCells, type RosterRules } from '@huiquan/domain/roster/row.ts';
import { recordReader } from '../../files/read-records.ts';
import { readTableBatches } from '../../files/read-table.ts';
import type { TableRow } from '../../files/table-row.ts';
import type { Keys } from '../../keys.ts';
import { rowPacking, type PackedRows, type PackTarget } from './pack-rows.ts';

/** Rows per transaction: memory stays flat and progress shows. */
const chunkRows = 4_000;
/** After so many rows whoever else waits for this thread has a turn: the database above all. */
const burstRows = 100;
/** What is kept of a row that failed, so that it can be given back: far more than a list has. */
const keptCellsMax = 30;
const keptCharactersMax = 200;

const columns: readonly Column<keyof RosterCells>[] = [
  { key: 'name', names: ['姓名', '会员姓名', '居民姓名', 'name'], required: true, filled: true },
  { key: 'phone', names: ['手机号', '手机号码', '联系电话', '电话', 'phone'], identifier: true },
  {
    key: 'idNumber',
    names: ['身份证号', '身份证号码', '证件号码', 'id number'],
    identifier: true,
  },
  { key: 'face', names: ['消费券面值', '面值', 'face'] },
  { key: 'amount', names: ['发放金额', '金额', 'amount'] },
];

/** The columns a file must have for its people to be known and its money to be counted. */
function columnsFor(rules: RosterRules): readonly Column<keyof RosterCells>[] {
  const needed = rules.identity === 'id_number' ? ['idNumber'] : ['phone', 'face', 'amount'];
  return columns.map((one) => (needed.includes(one.key) ? { ...one, required: true } : one));
}

/** A row that was not taken, for the report; its cells are sealed. */
export type FailedRow = {
  readonly rowNumber: number;
  readonly problems: readonly RowProblem[];
  readonly cells: Buffer;
};

/** Some thousand rows of a file: those that may be merged, as COPY takes them, and the others. */
export type RosterChunk = {
  readonly header: readonly string[];
  readonly rows: PackedRows;
  readonly failed: readonly FailedRow[];
  /** Over all rows of the file so far, as `finishImport` counts them. */
  readonly contentHash: Buffer;
};

const kept = (cells: readonly string[]) =>
  cells.slice(0, keptCellsMax).map((cell) => cell.slice(0, keptCharactersMax));

/**
 * Reads a roster file chunk by chunk, in flat memory: each row validated against the rules, its
 * person sealed and indexed. Refuses what `readTable` refuses, and `roster_file_invalid` for a file
 * without the columns that the plan's lists need.
 * @policy SX20 一(二)2; att-U7, att-U8
 */
export async function* readChunks(
  file: { readonly path: string; readonly fileName: string },
  given: {
    readonly rules: RosterRules;
    readonly keys: Keys;
    readonly target: PackTarget;
    readonly now: Instant;
  },
): AsyncGenerator<RosterChunk> {
  const reader = recordReader(columnsFor(given.rules), 'roster_file_invalid');
  const packing = rowPacking(given.keys, given.target, given.now);
  let failed: FailedRow[] = [];
  const chunk = (): RosterChunk => {
    const contentHash = packing.contentHash();
    const taken = {
      header: kept(reader.header() ?? []),
      rows: packing.take(),
      failed,
      contentHash,
    };
    failed = [];
    return taken;
  };
  const take = (row: TableRow) => {
    const record = reader.read(row);
    if (record === undefined) return;
    const { rowNumber, values, problems } = record;
    const judged = problems.length > 0 ? { problems } : readRosterRow(values, given.rules);
    if ('row' in judged) packing.add(rowNumber, judged.row);
    else {
      const cells = given.keys.seal(JSON.stringify(kept(row.cells)));
      failed.push({ rowNumber, problems: judged.problems, cells });
    }
  };
  let read = 0;
  for await (const rows of readTableBatches(file.path, { name: file.fileName })) {
    for (const row of rows) {
      take(row);
      read += 1;
      if (read % burstRows === 0) await turn();
      if (packing.count() + failed.length === chunkRows) yield chunk();
    }
  }
  reader.end();
  if (packing.count() + failed.length > 0) yield chunk();
}

/** Where the person's columns stand in a roster's header, so that a sealed person fits under it. */
export function personPlaces(header: readonly string[]): ReadonlyMap<keyof RosterCells, number> {
  return matchHeader(header, columns).positions;
}
