import { readFile } from 'node:fs/promises';
import { hasErrors } from '@huiquan/domain/plan/check.ts';
import type { Severity } from '@huiquan/domain/plan/findings.ts';
import { checkPlanFile, type PlacedFinding } from './plan-file.ts';

const severityWords: Readonly<Record<Severity, string>> = {
  error: '错误',
  warning: '矛盾',
  silence: '未写明',
  notice: '提示',
};

function sentence(finding: PlacedFinding): string {
  const { code, severity, clause, message, line } = finding;
  const place = line === undefined ? '' : `,第${line}行`;
  return `【${severityWords[severity]}】${message}\n    条款 ${clause}${place}，代码 ${code}`;
}

function closing(findings: readonly PlacedFinding[]): string {
  if (findings.length === 0) return '没有发现问题。';
  const counts = Object.entries(severityWords)
    .map(([severity, word]) => [word, findings.filter((one) => one.severity === severity).length])
    .filter(([, count]) => count !== 0)
    .map(([word, count]) => `${word}${count}条`);
  const end = hasErrors(findings) ? '须先改正错误才能公布。' : '可以公布，请逐条确认。';
  return `共${findings.length}条：${counts.join(',')}。${end}`;
}

/**
 * `huiquan check-plan FILE [--json]`: what the plan checker finds in a programme file, as Chinese
 * sentences or as a JSON array. Answers the text and the exit code: 0 when the plan can run, 1 when
 * a finding is an error, 2 when the file cannot be opened.
 * @policy requirement P3
 */
export async function checkPlanCommand(
  file: string,
  options: { readonly json?: boolean },
): Promise<{ readonly output: string; readonly exitCode: number }> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { output: `无法打开文件：${file}`, exitCode: 2 };
  const { findings } = checkPlanFile(text);
  const exitCode = hasErrors(findings) ? 1 : 0;
  if (options.json === true) return { output: JSON.stringify(findings, undefined, 2), exitCode };
  return { output: [...findings.map(sentence), closing(findings)].join('\n'), exitCode };
}
