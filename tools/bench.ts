// npm run bench -- ROW: our paths and what they are measured against, side by side.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Result } from './bench/figures.ts';
import { makePlace } from './bench/place.ts';
import { runRow, type Wish } from './bench/row.ts';
import { rows } from './bench/rows.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '5' },
    slices: { type: 'string', default: '3' },
    rows: { type: 'string' },
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const write = (text: string) => process.stdout.write(`${text}\n`);

function refuseUse(text: string): never {
  process.stderr.write(`${text}\nnpm run bench -- ${[...rows.keys(), 'all'].join(' | ')}\n`);
  process.exit(2);
}

function wholeNumber(name: string, text: string, max: number): number {
  const number = /^[1-9]\d{0,7}$/.test(text) ? Number(text) : Number.NaN;
  return number <= max ? number : refuseUse(`--${name} is no number from 1 to ${max}`);
}

/** The table for people; everything else of the line is for machines. */
function print(result: Result): void {
  const ours = result.ours_s === undefined ? `${result.ours_per_s}/s` : `${result.ours_s} s`;
  write(`${result.row.padEnd(24)} ${ours}`);
  for (const [name, value] of Object.entries(result.baselines)) {
    const ratio = result.ratios[name];
    const shown = value === null ? 'not here' : `${value}/s`;
    write(`  ${name.padEnd(22)} ${shown}${ratio === undefined ? '' : `, ours × ${ratio}`}`);
  }
  if (result.p99_ms !== null)
    write(`  p50, p99               ${result.p50_ms}, ${result.p99_ms} ms`);
  write(`  memory                 ${result.rss_mb} MB`);
  for (const [name, value] of Object.entries(result.more)) {
    write(`  ${name.padEnd(22)} ${JSON.stringify(value)}`);
  }
  write(`  ${result.machine}`);
}

const wish: Wish = {
  seconds: wholeNumber('seconds', values.seconds, 600),
  slices: wholeNumber('slices', values.slices, 20),
  size: values.rows === undefined ? undefined : wholeNumber('rows', values.rows, 20_000_000),
  profile: values.profile,
  say: (line) => void process.stderr.write(`${line}\n`),
};
const [wanted = ''] = positionals;
const chosen = [...rows].filter(([name]) => wanted === 'all' || name === wanted);
if (chosen.length === 0 || positionals.length !== 1) refuseUse('name one row');

for (const [name, row] of chosen) {
  wish.say(name);
  const place = await makePlace(mkdtempSync(path.join(tmpdir(), 'huiquan-bench-')));
  try {
    const { result, firstBad } = await runRow(name, row, { place, wish });
    if (values.json) write(JSON.stringify(result));
    else print(result);
    if (firstBad !== null) {
      process.stderr.write(`verify of ${name}: ${firstBad}\n`);
      process.exitCode = 1;
    }
  } finally {
    await place.close();
  }
}
