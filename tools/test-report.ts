import path from 'node:path';
import type { TestsStream } from 'node:test';
import { inspect } from 'node:util';

/** How many tests of a run passed, failed (cancelled ones among them) and were skipped. */
export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

type Outcome = { readonly name: string; readonly nesting: number; readonly file?: string };
type FileTally = { passed: number; failed: number; failures: string[] };

function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

/** What went wrong and where in our code; an assertion's message already shows the difference. */
function errorText(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error);
  const stack = (error.stack ?? error.message)
    .split('\n')
    .filter((line) => !/^\s+at .*\bnode:/.test(line))
    .join('\n');
  if (error.name === 'AssertionError') return stack;
  const properties = Object.entries(error).filter(([name]) => name !== 'cause');
  const told = properties.length > 0 ? ` ${inspect(Object.fromEntries(properties))}` : '';
  const cause = error.cause === undefined ? '' : `\ncaused by ${errorText(error.cause)}`;
  return `${stack}${told}${cause}`;
}

function failureText(event: Outcome & { readonly details: { readonly error: unknown } }): string {
  const text = errorText(causeOf(event.details.error)).replaceAll('\n', '\n      ');
  return `    ✖ ${event.name}\n      ${text}\n`;
}

/** Whether a failure only says that something inside it failed, which is printed by itself. */
function isEcho(error: unknown): boolean {
  return error instanceof Error && 'failureType' in error && error.failureType === 'subtestsFailed';
}

/**
 * Prints a line per test file as it ends and every failure in full, then the test runner's own
 * closing lines. Answers the counts.
 */
export async function report(stream: TestsStream, root: string): Promise<Counts> {
  const files = new Map<string, FileTally>();
  const write = (text: string) => process.stdout.write(text);
  const tallyOf = (file: string | undefined) => {
    const key = file ?? '';
    const tally = files.get(key) ?? { passed: 0, failed: 0, failures: [] };
    files.set(key, tally);
    return tally;
  };
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  stream.on('test:pass', (event) => (tallyOf(event.file).passed += 1));
  stream.on('test:fail', (event) => {
    const tally = tallyOf(event.file);
    tally.failed += 1;
    if (!isEcho(event.details.error)) tally.failures.push(failureText(event));
  });
  stream.on('test:stdout', (event) => write(event.message));
  stream.on('test:stderr', (event) => write(event.message));
  stream.on('test:summary', (event) => {
    if (event.file === undefined) {
      for (const tally of files.values()) write(tally.failures.splice(0).join(''));
      write(closingLines(event));
      const { tests, passed, skipped, todo } = event.counts;
      // A hook or a whole file can fail without any test of it being counted.
      const failed = Math.max(tests - passed - skipped - todo, event.success ? 0 : 1);
      counts = { passed, failed, skipped: skipped + todo };
      return;
    }
    const tally = tallyOf(event.file);
    const place = path.relative(root, event.file);
    const seconds = (event.duration_ms / 1000).toFixed(1);
    write(`${event.success ? '✔' : '✖'} ${place} (${event.counts.tests} tests, ${seconds} s)\n`);
    write(tally.failures.splice(0).join(''));
  });
  stream.resume();
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  stream.on('end', () => resolve(undefined));
  stream.on('error', reject);
  await promise;
  return counts;
}

type Summary = {
  readonly duration_ms: number;
  readonly counts: Readonly<
    Record<'tests' | 'suites' | 'passed' | 'cancelled' | 'skipped' | 'todo', number>
  >;
};

function closingLines({ counts, duration_ms: duration }: Summary): string {
  const { tests, suites, passed, cancelled, skipped, todo } = counts;
  const fail = tests - passed - cancelled - skipped - todo;
  const figures = { tests, suites, pass: passed, fail, cancelled, skipped, todo };
  const lines = Object.entries({ ...figures, duration_ms: duration });
  return lines.map(([name, value]) => `ℹ ${name} ${value}\n`).join('');
}
