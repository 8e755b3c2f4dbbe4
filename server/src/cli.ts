import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { readConfig, settings, WeakConfig } from './config.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { openHeadPlace } from './events/head-key.ts';
import { verify, type VerifyReport } from './features/audit/verify.ts';
import { checkPlanCommand } from './features/programme/check-plan-command.ts';
import { totpCode, totpStep } from './features/account/totp.ts';
import { evaluateCommand } from './features/evaluation/evaluate-command.ts';
import {
  importRosterCommand,
  type ImportOptions,
  progressLine,
} from './features/roster/import-command.ts';
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

async function checkPlan(file: string, options: { json?: boolean }): Promise<void> {
  const { output, exitCode } = await checkPlanCommand(file, options);
  write(output);
  process.exitCode = exitCode;
}

function printReport(report: VerifyReport): void {
  for (const { name, lookedAt, badCount, firstBad } of report.invariants) {
    const outcome = badCount === 0 ? '✓' : `✗ ${badCount} 处不符，首个：${firstBad}`;
    write(`${name.padEnd(36)} 检查 ${String(lookedAt).padStart(9)} 行  ${outcome}`);
  }
  const { blocks, events, leaves, unsealed, head, firstBad } = report.chain;
  const state = firstBad === undefined ? '✓' : `✗ ${firstBad}`;
  write(`证据链：${blocks} 块，${events} 个事件，${leaves} 片叶，未封存 ${unsealed}  ${state}`);
  if (head !== undefined) write(`链头：${head}`);
  write(`已公布的链头：核对 ${report.heads} 个`);
  write(report.ok ? '核验通过。' : `核验不通过：${report.firstBad}`);
}

async function runVerify(options: { json?: true }): Promise<void> {
  await withInstallation(async ({ db, config }) => {
    const { dataFolder: data, headsFolder: heads } = config;
    const report = await verify(db, openHeadPlace({ data, heads }));
    if (options.json) write(JSON.stringify(report));
    else printReport(report);
    if (!report.ok) process.exitCode = 1;
  });
}

/** The second-factor code of a demo account, so that nobody needs a phone to try the demo. */
function demoCode(loginName: string): void {
  const { dataFolder } = readConfig(process.env);
  const file = join(dataFolder, 'demo-secrets.json');
  // Written by the demo's loader in this shape.
  const secrets = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<string, string>>;
  const secret = secrets[loginName];
  if (secret === undefined) {
    process.stderr.write(`没有这个演示账号：${loginName}\n`);
    process.exitCode = 1;
    return;
  }
  write(totpCode(Buffer.from(secret, 'base64'), totpStep(instant(Date.now()))));
}

async function runEvaluate(code: string, options: { json?: true; out?: string }): Promise<void> {
  await withInstallation(({ db }) => evaluateCommand(db, code, options, write));
}

async function importRoster(file: string, options: ImportOptions): Promise<void> {
  await withInstallation(async ({ db, keys }) => {
    const onProgress = progressLine(process.stderr);
    const output = await importRosterCommand({ db, keys, onProgress }, file, options);
    if (process.stderr.isTTY) process.stderr.write('\n');
    write(output);
  });
}

function makeProgram(): Command {
  const program = new Command('huiquan').description('惠券：公共消费券管理').exitOverride();
  program
    .command('check-plan')
    .argument('<file>', '方案文件(YAML)')
    .option('--json', '以 JSON 输出')
    .description('检查方案文件：矛盾、未写明之处')
    .action(checkPlan);
  program
    .command('verify')
    .option('--json', '以 JSON 输出')
    .description('核验账本、消费券与证据链')
    .action(runVerify);
  program
    .command('evaluate')
    .argument('<programme>', '活动代码，如 shanxi-union-2020')
    .option('--json', '以 JSON 输出')
    .option('--out <file>', '另存为 .xlsx 或 .csv')
    .description('评估：计划与实绩，数字全部出自账本')
    .action(runEvaluate);
  program
    .command('import-roster')
    .argument('<file>', '发放名单(.xlsx 或 .csv)')
    .requiredOption('--programme <code>', '活动代码')
    .requiredOption('--organisation <id>', '名单所属单位的编号')
    .requiredOption('--source <source>', '发放来源，即方案中定向发放的代码')
    .requiredOption('--as <login>', '经办人的登录名；确认须由另一人')
    .option('--json', '以 JSON 输出')
    .description('导入发放名单，显示进度')
    .action(importRoster);
  program
    .command('demo-code')
    .argument('<login>', '演示账号的登录名')
    .description('演示账号此刻的动态码')
    .action(demoCode);
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
      process.stderr.write(`没有这个文件：${error.message}\n`);
      process.exitCode = 2;
    } else {
      throw error;
    }
  }
}

await main();
