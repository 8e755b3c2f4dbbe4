import { cpus } from 'node:os';
import { globSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { parseArgs } from 'node:util';
import { report, type Counts } from './test-report.ts';
import { withThrowAwayServer } from './throw-away.ts';

const root = path.resolve(import.meta.dirname, '..');
const fileTimeoutMs = 10 * 60_000;
// Long files first: the last to run are those of a second or less, so no core waits at the end.
const folders = ['tools', 'web', 'scenarios', 'server', 'domain'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { slow: { type: 'boolean', default: false }, name: { type: 'string' } },
});

function testFiles(): string[] {
  if (positionals.length > 0) return positionals.map((file) => path.resolve(file));
  const found = folders.flatMap((folder) =>
    globSync(`${folder}/**/*.test.ts`, { cwd: root }).toSorted(),
  );
  return found
    .filter((file) => !file.split(path.sep).includes('node_modules'))
    .filter((file) => values.slow || !file.endsWith('.slow.test.ts'))
    .map((file) => path.join(root, file));
}

function runFiles(files: readonly string[], signal: AbortSignal): Promise<Counts> {
  const stream = run({
    files: [...files],
    concurrency: Math.min(2, cpus().length),
    timeout: fileTimeoutMs,
    signal,
    ...(values.name === undefined ? {} : { testNamePatterns: [values.name] }),
  });
  return report(stream, root);
}

/** How the checks went that `npm test` ran before: they count in the last line. */
function checkCounts() {
  const told: unknown = JSON.parse(process.env['HUIQUAN_CHECKS'] ?? '{}');
  const count = (name: string) => {
    const value: unknown = Reflect.get(Object(told), name);
    return typeof value === 'number' ? value : 0;
  };
  return { passed: count('passed'), failed: count('failed') };
}

async function main(): Promise<void> {
  const files = testFiles();
  // Rushes then have their full size: 50,000 people, 50 tills for each of 1,000 vouchers.
  if (values.slow) process.env['HUIQUAN_TEST_SIZE'] = 'full';
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => stop.abort());
  }
  const counts = await withThrowAwayServer(() => runFiles(files, stop.signal));
  const checks = checkCounts();
  const failed = counts.failed + checks.failed;
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  process.stdout.write(`${counts.passed + checks.passed} passed, ${failed} failed${skipped}\n`);
  const isGreen = failed === 0 && counts.passed > 0 && !stop.signal.aborted;
  process.exitCode = isGreen ? 0 : 1;
}

await main();
