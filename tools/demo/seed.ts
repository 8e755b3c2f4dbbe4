import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { instant } from '@huiquan/domain/instant.ts';
import { listPublicProgrammes } from '../../server/src/features/programme/list.ts';
import { verify } from '../../server/src/features/audit/verify.ts';
import { openInstallation } from '../../server/src/installation.ts';
import { secretOfText } from './totp-secret.ts';
import { shenmu } from './shenmu.ts';
import { union } from './union.ts';
import { xiangning } from './xiangning.ts';
import { installer, openWorld, runHistory, type World } from './world.ts';

const say = (text: string) => void process.stderr.write(text);

/** The sheet with every log-in, kept beside the data and never in the repository. */
function writeLogins(world: World, folder: string): void {
  const lines = [
    '惠券演示账号（全部为虚构人物，仅限本机演示）',
    '',
    '工作人员：打开 /office(商户和收银员打开 /till)，用登录名、密码和动态码登录',
    '动态码:npx huiquan demo-code 登录名',
    ...world.logins.map((one) => `  ${one.loginName.padEnd(22)} ${one.password}  ${one.role}`),
    '',
    '居民：打开 /,填手机号；验证码显示在 npm start 的窗口里',
    ...world.residents.map((one) => `  ${one.phone}  ${one.name}  ${one.note}`),
    '',
  ];
  writeFileSync(join(folder, 'demo-logins.txt'), `${lines.join('\n')}\n`, { mode: 0o600 });
  const secrets = Object.fromEntries(
    world.logins.map((one) => [one.loginName, secretOfText(one.totpSecret).toString('base64')]),
  );
  writeFileSync(join(folder, 'demo-secrets.json'), JSON.stringify(secrets), { mode: 0o600 });
}

/** On a terminal one line that moves on; in a log a line at every quarter. */
function tellProgress(done: number, steps: number): void {
  const text = `装入演示数据 ${done}/${steps} `;
  if (process.stderr.isTTY) say(`\r${text}`);
  else if (done === steps || done % Math.ceil(steps / 4) === 0) say(`${text}\n`);
}

/** Writes the demo's history into an empty installation; does nothing where programmes exist. */
async function main(): Promise<void> {
  const installation = await openInstallation(process.env);
  const { config, db } = installation;
  try {
    const world = await openWorld(installation, join(config.dataFolder, 'sandbox-bank.jsonl'));
    try {
      const known = await world.act(installer, (tx) => listPublicProgrammes(tx, { limit: 1 }));
      if (known.length > 0) return;
      const now = instant(Date.now());
      const programmes = [xiangning, shenmu, union];
      const steps = programmes.flatMap((play) => play(world, now)).filter((step) => step.at < now);
      const started = performance.now();
      let done = 0;
      await runHistory(
        world,
        steps.map((step) => ({
          at: step.at,
          run: async () => {
            await step.run();
            done += 1;
            tellProgress(done, steps.length);
          },
        })),
      );
      writeLogins(world, config.dataFolder);
      say(`用时 ${((performance.now() - started) / 1000).toFixed(1)} 秒\n`);
    } finally {
      await world.finish();
    }
    const report = await verify(db);
    if (!report.ok) throw new Error(`演示数据未通过核验：${report.firstBad}`);
  } finally {
    await installation.close();
  }
}

await main();
