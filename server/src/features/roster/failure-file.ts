import { rowProblems } from '@huiquan/domain/files/row-problems.ts';
import { amountInWords } from '@huiquan/domain/plan/amount.ts';
import type { Db } from '../../db/pool.ts';
import { transact, type Actor } from '../../db/transact.ts';
import type { CellValue } from '../../files/cell-guard.ts';
import type { Keys } from '../../keys.ts';
import { personPlaces } from './read-rows.ts';
import { headerOf, listProblems, type Problem } from './roster.ts';

const pageRows = 1_000;

/** What is wrong with a row, in the words of whoever has to put it right. */
export function problemText({ code, details }: Pick<Problem, 'code' | 'details'>): string {
  const known: Readonly<Record<string, string>> = rowProblems;
  const text = known[code] ?? code;
  const place = details.column === undefined ? '' : `${details.column}：`;
  if (details.capFen !== undefined) {
    const clause = details.clause === undefined ? '' : `（${details.clause}）`;
    return `${place}${text}，每人不超过${amountInWords(BigInt(details.capFen))}${clause}`;
  }
  return details.row === undefined ? place + text : `${place}${text}（第${details.row}行）`;
}

/** The cells of a row as they stood in the file; of a row known by its person, what names him. */
function originalCells(keys: Keys, problem: Problem, header: readonly string[]): string[] {
  if (problem.cells === null || problem.cells.length === 0 || problem.keyId === null) return [];
  const opened: unknown = JSON.parse(keys.open(problem.cells, problem.keyId));
  if (Array.isArray(opened)) return opened.map(String);
  const cells = header.map(() => '');
  for (const [column, place] of personPlaces(header)) {
    const value: unknown = Reflect.get(Object(opened), column);
    if (typeof value === 'string') cells[place] = value;
  }
  return cells;
}

type Place = { readonly rowNumber: number; readonly code: string };

/**
 * The rows of a roster that were not taken, one by one and in constant memory: first the header,
 * then each row's number, its cells as they were written, and every reason.
 * @policy requirement O2
 */
export async function* failureRows(
  at: { readonly db: Db; readonly keys: Keys; readonly actor: Actor },
  rosterId: string,
  header: readonly string[],
): AsyncGenerator<readonly CellValue[]> {
  let after: Place | undefined;
  let open: { rowNumber: number; cells: string[]; reasons: string[] } | undefined;
  const line = (row: NonNullable<typeof open>) => {
    const cells = header.map((_, place) => row.cells[place] ?? '');
    return [row.rowNumber, ...cells, row.reasons.join('；')];
  };
  for (;;) {
    const asked = { rosterId, after, limit: pageRows };
    const page = await transact(at.db, at.actor, (tx) => listProblems(tx, asked));
    for (const problem of page) {
      const { rowNumber } = problem;
      if (open !== undefined && open.rowNumber !== rowNumber) yield line(open);
      if (open?.rowNumber !== rowNumber) open = { rowNumber, cells: [], reasons: [] };
      const cells = originalCells(at.keys, problem, header);
      if (cells.length > 0) open.cells = cells;
      open.reasons.push(problemText(problem));
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) break;
    after = { rowNumber: last.rowNumber, code: last.code };
  }
  if (open !== undefined) yield line(open);
}

/** The header of the file as it was handed in; the plain one where it is not known. */
export async function failureHeader(
  at: { readonly db: Db; readonly actor: Actor },
  rosterId: string,
): Promise<readonly string[]> {
  const header = await transact(at.db, at.actor, (tx) => headerOf(tx, rosterId));
  return header.length > 0 ? header : ['姓名', '手机号', '身份证号'];
}
