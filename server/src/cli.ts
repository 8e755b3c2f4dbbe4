import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { settings, WeakConfig } from './config.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { verify, type VerifyReport } from './features/audit/verify.ts';
import { checkPlanFile } from './features/programme/plan-file.ts';
import { openInstallation, type Installation } from './installation.ts';

const write = (text: string) => process.stdout.write(`${text}\n`);

/** Runs `work` on the clone's installation and closes it, whatever happens. */
async function withInstallation(work: (at: Installation) => Promise<void>): Promise<void> {
  const installation = await openInstallation(process.env);
  try {
    await work(installation);
  } finally {
    await installation.close();
  }
}

const severityWords = {
  error: '错误',
  warning: '警告',
  silence: '未写明',
  notice: '提示',
} as const;

function checkPlan(file: string, options: { json?: true }): void {
  const { findings } = checkPlanFile(readFileSync(file, 'utf8'));
  if (options.json) {
    write(JSON.stringify(findings, undefined, 2));
  } else {
    for (const { severity, code, clause, message } of findings) {
      write(`[${severityWords[severity]}] ${clause ?? ''} ${message}  (${code})`);
    }
    write(findings.length === 0 ? '方案没有发现问题。' : `共 ${findings.length} 条。`);
  }
  if (findings.some((finding) => finding.severity === 'error')) process.exitCode = 1;
}

function printReport(report: VerifyReport): void {
  for (const { name, lookedAt, badCount, firstBad } of report.invariants) {
    const outcome = badCount === 0 ? '✓' : `✗ ${badCount} 处不符,首个:${firstBad}`;
    write(`${name.padEnd(36)} 检查 ${String(lookedAt).padStart(9)} 行  ${outcome}`);
  }
  const { blocks, events, leaves, unsealed, head, firstBad } = report.chain;
  const state = firstBad === undefined ? '✓' : `✗ ${firstBad}`;
  write(`证据链:${blocks} 块,${events} 个事件,${leaves} 片叶,未封存 ${unsealed}  ${state}`);
  if (head !== undefined) write(`链头:${head}`);
  write(report.ok ? '核验通过。' : `核验不通过:${report.firstBad}`);
}

async function runVerify(options: { json?: true }): Promise<void> {
  await withInstallation(async ({ db }) => {
    const report = await verify(db);
    if (options.json) write(JSON.stringify(report));
    else printReport(report);
    if (!report.ok) process.exitCode = 1;
  });
}

function makeProgram(): Command {
  const program = new Command('huiquan').description('惠券:公共消费券管理').exitOverride();
  program
    .command('check-plan')
    .argument('<file>', '方案文件(YAML)')
    .option('--json', '以 JSON 输出')
    .description('检查方案文件:矛盾、未写明之处')
    .action(checkPlan);
  program
    .command('verify')
    .option('--json', '以 JSON 输出')
    .description('核验账本、消费券与证据链')
    .action(runVerify);
  program
    .command('config')
    .description('列出全部设置项')
    .action(() => {
      for (const [name, meaning] of Object.entries(settings))
        write(`${name.padEnd(26)} ${meaning}`);
    });
  return program;
}

async function main(): Promise<void> {
  try {
    await makeProgram().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
    } else if (error instanceof WeakConfig) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 2;
    } else if (error instanceof Refusal) {
      process.stderr.write(`${error.message} (${error.code})\n`);
      process.exitCode = 1;
    } else if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      process.stderr.write(`没有这个文件:${error.message}\n`);
      process.exitCode = 2;
    } else {
      throw error;
    }
  }
}

await main();
