import type { Column } from '@huiquan/domain/files/header.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { transact, type Actor } from '../../db/transact.ts';
import type { Db } from '../../db/pool.ts';
import { twin } from '../../db/twin.ts';
import { readRecords } from '../../files/read-records.ts';
import { readTable } from '../../files/read-table.ts';
import { type Figure, organisationsPerCallMax, reportFigures } from './organisation.ts';

const sql = twin(import.meta.url);

type Key = 'name' | 'regionCode' | 'members' | 'fiscalGuarantee';
const columns: readonly Column<Key>[] = [
  { key: 'name', names: ['单位名称', '单位', '县区'], required: true, filled: true },
  { key: 'regionCode', names: ['行政区划代码', '地区代码'] },
  { key: 'members', names: ['会员人数', '会员数'] },
  { key: 'fiscalGuarantee', names: ['财政保障比例', '财政保障'] },
];
const figureOf = { members: 'members', fiscalGuarantee: 'fiscal_guarantee' } as const;

type Row = Readonly<Record<Key, string>> & { readonly rowNumber: number };

function valueIn(text: string): number | undefined {
  const plain = text.normalize('NFKC').replaceAll(',', '').replace(/%$/, '');
  return /^\d{1,12}(?:\.\d{1,4})?$/.test(plain) ? Number(plain) : undefined;
}

async function readRows(file: { readonly path: string; readonly fileName: string }) {
  const rows: Row[] = [];
  const table = readTable(file.path, { name: file.fileName });
  for await (const record of readRecords(table, columns, 'roster_file_invalid')) {
    const { rowNumber, values, problems } = record;
    if (problems.length > 0) refuse('roster_file_invalid', { rowNumber, code: problems[0]?.code });
    rows.push({ ...values, rowNumber });
    if (rows.length > organisationsPerCallMax) refuse('sheet_limits', { rows: rows.length });
  }
  return rows;
}

function figuresOf(row: Row, organisationId: string, asOf: string): Figure[] {
  return (['members', 'fiscalGuarantee'] as const).flatMap((key) => {
    if (row[key] === '') return [];
    const value = valueIn(row[key]);
    if (value === undefined) {
      refuse('roster_file_invalid', { rowNumber: row.rowNumber, code: 'invalid_quantity' });
    }
    return [{ organisationId, figure: figureOf[key], asOf, value }];
  });
}

/**
 * Takes in what the organisations below `rootId` report for a day, from a table of 单位名称, 会员人数,
 * 财政保障比例 (percent): all of it or nothing. An organisation is known by its region code where the
 * file has one, else by its name. Answers how many figures were new. Refuses `roster_file_invalid`
 * with the row, `not_found` for an organisation that is unknown or not the only one of its name.
 * @policy SX20E, requirement O1
 */
export async function importFigures(
  at: { readonly db: Db; readonly actor: Actor },
  file: {
    readonly rootId: string;
    readonly asOf: string;
    readonly path: string;
    readonly fileName: string;
  },
): Promise<number> {
  const { rootId, asOf } = file;
  const rows = await readRows(file);
  return transact(at.db, at.actor, async (tx) => {
    const known = await tx.rows<{ position: bigint; organisationId: string }>(sql('findNamed'), {
      rootId,
      names: rows.map((row) => row.name),
      regionCodes: rows.map((row) => row.regionCode),
    });
    const figures = rows.flatMap((row, index) => {
      const fitting = known.filter((one) => Number(one.position) === index + 1);
      const [only, second] = fitting;
      if (only === undefined || second !== undefined) {
        refuse('not_found', { rowNumber: row.rowNumber });
      }
      return figuresOf(row, only.organisationId, asOf);
    });
    return reportFigures(tx, figures);
  });
}
