// npm run rush: a Friday at ten that one can watch.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { rush } from './rush/run.ts';

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '50000' },
    stock: { type: 'string', default: '10000' },
    bots: { type: 'string' },
    processes: { type: 'string', default: '1' },
  },
});

const write = (text: string) => void process.stdout.write(text);

function wholeNumber(name: string, text: string, max: number): number {
  const number = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= 1 && number <= max) return number;
  process.stderr.write(`--${name} is no number from 1 to ${max}\n`);
  process.exit(2);
}

let told = 0;
let last = '';
/** Written over where somebody watches; into a file every fifth line, and the last. */
function live(line: string): void {
  if (process.stdout.isTTY) return write(line === '' ? '\n' : `\r${line}\u001B[K`);
  if (line === '') return write(told % 5 === 1 ? '' : `${last}\n`);
  told += 1;
  last = line;
  if (told % 5 === 1) write(`${line}\n`);
}

const people = wholeNumber('people', values.people, 1_000_000);
const stock = wholeNumber('stock', values.stock, 1_000_000);
const report = await rush({
  people,
  stock,
  bots: wholeNumber('bots', values.bots ?? String(Math.ceil(people / 100)), people),
  processes: wholeNumber('processes', values.processes, 64),
  folder: mkdtempSync(path.join(tmpdir(), 'huiquan-rush-')),
  say: (line) => write(`${line}\n`),
  live,
});

function table(name: string, outcomes: ReadonlyMap<string, number>): void {
  write(`\n${name}\n`);
  for (const [outcome, count] of [...outcomes].toSorted(([, a], [, b]) => b - a)) {
    write(`  ${outcome.padEnd(26)} ${count}\n`);
  }
}

table('people, by what they heard', report.people);
table('claims of scripts, by what they heard', report.bots);
write(`\nsigned in within ${report.signInSeconds.toFixed(1)} s, `);
write(`all answered within ${report.rushSeconds.toFixed(1)} s\n`);
write(`${report.requests} requests, ${report.askedAgain} of them asked again\n`);
write(`${report.vouchers} vouchers given of ${stock}\n`);
for (const failure of report.failures) write(`FAILED  ${failure}\n`);
write(report.failures.length === 0 ? 'exactly the stock, verify ok\n' : 'FAILED\n');
process.exitCode = report.failures.length === 0 ? 0 : 1;
