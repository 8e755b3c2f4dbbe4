import { createWriteStream } from 'node:fs';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Db } from '../../db/pool.ts';
import { type Actor, snapshot } from '../../db/transact.ts';
import { jsonText } from '../../db/twin.ts';
import { writeCsv } from '../../files/write-csv.ts';
import { writeXlsx } from '../../files/write-xlsx.ts';
import { articleOf } from './article-of.ts';
import { evaluateProgramme, findProgrammeByCode } from './evaluate.ts';
import { type Report, reportOf, reportRows, reportText } from './report.ts';

const evaluator: Actor = { kind: 'system', id: 'evaluate' };
const sheetColumns = 7;

/** The report of the programme `code`, from one snapshot. Refuses `not_found`. */
export async function makeReport(db: Db, code: string): Promise<Report> {
  const evaluation = await snapshot(db, evaluator, async (tx) =>
    evaluateProgramme(tx, await findProgrammeByCode(tx, code)),
  );
  return reportOf(evaluation, await articleOf(evaluation.planId));
}

/**
 * `huiquan evaluate PROGRAMME [--json] [--out FILE.xlsx|.csv]`: the evaluation of a programme as
 * Chinese tables, as JSON (money in 分), or as a file. Where an evaluation was published, each of
 * its
 * figures stands beside the ledger's, with the difference and its reason. Refuses `not_found`,
 * `file_type_not_allowed` for another kind of file.
 * @policy SX20E; requirement A1
 */
export async function evaluateCommand(
  db: Db,
  code: string,
  options: { readonly json?: true; readonly out?: string },
  write: (text: string) => void,
): Promise<void> {
  const { out } = options;
  const kind = out === undefined ? undefined : extname(out).toLowerCase();
  if (kind !== undefined && kind !== '.xlsx' && kind !== '.csv') refuse('file_type_not_allowed');
  const report = await makeReport(db, code);
  if (out !== undefined) await writeFile(report, out, kind === '.xlsx');
  if (options.json) {
    const { evaluation, compared } = report;
    write(jsonText({ evaluation, compared }));
  } else if (out === undefined) {
    write(reportText(report));
  } else {
    write(`已写入 ${out}`);
  }
}

async function writeFile(report: Report, path: string, isWorkbook: boolean): Promise<void> {
  const { name } = report.evaluation;
  // Sheets are square: the first row is the header of all.
  const header = [`${name}评估`, ...Array.from({ length: sheetColumns - 1 }, () => '')];
  const rows = reportRows(report);
  const bytes = isWorkbook ? writeXlsx({ name: '评估', header }, rows) : writeCsv(header, rows);
  await pipeline(bytes, createWriteStream(path));
}
