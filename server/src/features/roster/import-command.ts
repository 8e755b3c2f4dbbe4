import { styleText } from 'node:util';
import { yuanText } from '@huiquan/domain/fen.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { transact } from '../../db/transact.ts';
import { jsonText } from '../../db/twin.ts';
import { findStaffByLogin } from '../account/staff.ts';
import { getProgrammeIdByCode } from '../programme/list.ts';
import { importRosterFile, type ImportPlace, type RosterReport } from './import.ts';

const system = { kind: 'system', id: 'import-roster' } as const;

/** What `huiquan import-roster` is told. */
export type ImportOptions = {
  /** The programme's code. */
  readonly programme: string;
  readonly organisation: string;
  readonly source: string;
  /** The login name of whoever hands the list in: another person confirms it. */
  readonly as: string;
  readonly json?: true;
};

/** One line that is written over while a person looks on; nothing where nobody does. */
export function progressLine(terminal: {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}): (rows: number) => void {
  if (terminal.isTTY !== true) return () => undefined;
  const startedAt = performance.now();
  return (rows) => {
    const seconds = Math.max((performance.now() - startedAt) / 1000, 0.001);
    const rate = Math.round(rows / seconds);
    terminal.write(`\r${styleText('cyan', '导入名单')} 已读 ${rows} 行,每秒 ${rate} 行\u001B[K`);
  };
}

function sentences(report: RosterReport): string {
  const { rowsTotal, rowsAccepted, rowsFailed, rowsDuplicate, rowsExisting } = report;
  return [
    `名单 ${report.rosterId}`,
    `共 ${rowsTotal} 行:导入 ${rowsAccepted},有误 ${rowsFailed},文件内重复 ${rowsDuplicate},` +
      `此前已导入 ${rowsExisting},待判断 ${report.rowsQuestioned}`,
    `金额合计 ${yuanText(report.amountFen)} 元`,
    `内容摘要 ${report.contentHash.toString('hex')}(确认时核对;须由另一人确认)`,
  ].join('\n');
}

/**
 * `huiquan import-roster FILE --programme CODE --organisation ID --source SOURCE --as LOGIN
 * [--json]`: hands a list in from this machine, with a progress line on a terminal. Answers what is
 * printed. Refuses `not_found` for an unknown programme or login, and as `importRoster`.
 * @policy requirement O2
 */
export async function importRosterCommand(
  at: ImportPlace,
  path: string,
  options: ImportOptions,
): Promise<string> {
  const { programmeId, staffId } = await transact(at.db, system, async (tx) => ({
    programmeId: await getProgrammeIdByCode(tx, options.programme),
    staffId: (await findStaffByLogin(tx, options.as))?.staffId,
  }));
  if (staffId === undefined) refuse('not_found', { login: options.as });
  const { source, organisation: organisationId } = options;
  const file = { programmeId, organisationId, source, path };
  const report = await importRosterFile(at, { kind: 'staff', id: staffId }, file);
  if (options.json !== true) return sentences(report);
  const { contentHash, ...figures } = report;
  return jsonText({ ...figures, contentHash: contentHash.toString('hex') });
}
