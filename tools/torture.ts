import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { torture } from './torture/run.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '10' },
    people: { type: 'string', default: '3000' },
    stock: { type: 'string' },
    seconds: { type: 'string', default: '3' },
  },
});

const say = (line: string) => void process.stdout.write(`${line}\n`);

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`--${name} is no number from 1 to 999999`);
  return Number(text);
}

const kills = wholeNumber('kills', values.kills);
const people = wholeNumber('people', values.people);
const stock = wholeNumber('stock', values.stock ?? String(Math.ceil(people * 0.8)));
const betweenMs = wholeNumber('seconds', values.seconds) * 1_000;

const outcome = await torture({
  kills,
  people,
  stock,
  pauseMs: { min: Math.ceil(betweenMs / 3), max: betweenMs },
  folder: mkdtempSync(path.join(tmpdir(), 'huiquan-torture-')),
  say,
});
const { told } = outcome;
say('');
say(`server processes killed      ${outcome.killedServers}`);
say(`PostgreSQL killed            ${outcome.killedDatabases}`);
say(`requests, without answer     ${told.requests}, ${told.unanswered}`);
say(`answered from the record     ${told.replayed}`);
say(`claims acknowledged, stored  ${told.claimed.size}, ${outcome.vouchers} of ${stock}`);
say(`redeemed acknowledged, kept  ${told.committed.size}, ${outcome.redemptions}`);
for (const failure of outcome.failures) say(`FAILED  ${failure}`);
say(outcome.failures.length === 0 ? 'nothing lost, nothing doubled, verify ok' : 'FAILED');
process.exitCode = outcome.failures.length === 0 ? 0 : 1;
