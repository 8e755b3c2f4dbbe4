// npm run simulate: random acts of all roles on a real server, held against the rules.
import { parseArgs } from 'node:util';
import { simulate, type SimulationReport } from './simulate/run.ts';
import { withThrowAwayServer } from './throw-away.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    commands: { type: 'string', default: '5000' },
    clients: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

const commandsMax = 1_000_000;
const clientsMax = 64;
const write = (text: string) => process.stdout.write(`${text}\n`);

function wholeNumber(name: string, text: string, max: number): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= (name === 'seed' ? 0 : 1) && number <= max) return number;
  process.stderr.write(`--${name} must be a whole number up to ${max}\n`);
  process.exit(2);
}

function showProgress(done: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} commands `);
}

function print(report: SimulationReport): void {
  for (const [name, outcomes] of Object.entries(report.byCommand)) {
    const counts = Object.entries(outcomes).map(([outcome, count]) => `${outcome} ${count}`);
    write(`${name.padEnd(26)} ${counts.join(', ')}`);
  }
  write(`trace ${report.trace}`);
  write(`${report.commands} commands in ${report.seconds} s, ${report.violations} violations`);
}

const wish = {
  seed: wholeNumber('seed', values.seed, 4_294_967_295),
  commands: wholeNumber('commands', values.commands, commandsMax),
  clients: wholeNumber('clients', values.clients, clientsMax),
  progress: showProgress,
};
const report = await withThrowAwayServer(() => simulate(wish));
if (process.stderr.isTTY) process.stderr.write('\n');
for (const line of report.history) process.stderr.write(`${line}\n`);
const { history: _, ...told } = report;
if (values.json) write(JSON.stringify(told));
else print(report);
process.exitCode = report.violations === 0 ? 0 : 1;
