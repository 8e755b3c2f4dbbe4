import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';

/** What one contender did in one slice of time. */
export type Slice = {
  readonly perSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Processor time of each request, in microseconds, where it was looked at. */
  readonly cpuUs?: { readonly server: number; readonly database: number };
};

/** The line a row prints with --json. */
export type Result = {
  readonly row: string;
  readonly ours_per_s?: number;
  readonly ours_s?: number;
  /** Null where the baseline could not run here. */
  readonly baselines: Readonly<Record<string, number | null>>;
  /** Ours to each baseline: 2 is twice as fast. */
  readonly ratios: Readonly<Record<string, number>>;
  readonly p50_ms: number | null;
  readonly p99_ms: number | null;
  readonly rss_mb: number;
  readonly machine: string;
  /** What else the row has to say, best slices and sizes among it. */
  readonly more: Readonly<Record<string, unknown>>;
};

/** The value below which `share` of `values` lie; null for none. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = Float64Array.from(values).toSorted();
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
  return sorted[at] ?? null;
}

/** The middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).toSorted();
  const [low, high] = [(sorted.length - 1) >> 1, sorted.length >> 1];
  return ((sorted[low] ?? 0) + (sorted[high] ?? 0)) / 2;
}

/** Three figures are more than a shared machine can promise. */
export function rounded(value: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(3));
}

export const roundedOrNull = (value: number | null) => (value === null ? null : rounded(value));

/** Ours to each baseline that ran. */
export function ratiosTo(ours: number, baselines: Readonly<Record<string, number | null>>) {
  return Object.fromEntries(
    Object.entries(baselines).flatMap(([name, value]) =>
      value === null || value === 0 ? [] : [[name, rounded(ours / value)]],
    ),
  );
}

/** The medians of every contender's slices; the first is ours. */
export function compared(slices: ReadonlyMap<string, readonly Slice[]>) {
  const medians = [...slices].map(
    ([name, own]) => [name, median(own.map((one) => one.perSecond))] as const,
  );
  const [[, ours] = ['', 0], ...others] = medians;
  const baselines = Object.fromEntries(others.map(([name, value]) => [name, rounded(value)]));
  const best = Object.fromEntries(
    [...slices].map(([name, own]) => [name, rounded(Math.max(...own.map((s) => s.perSecond)))]),
  );
  const figures = { ours_per_s: rounded(ours), baselines, ratios: ratiosTo(ours, baselines) };
  return { figures, more: { best, ...costs(slices) } };
}

/** The processor time of a request by contender: what a busy machine cannot blur. */
function costs(slices: ReadonlyMap<string, readonly Slice[]>) {
  const told = [...slices].flatMap(([name, own]) => {
    const cpu = own.flatMap((one) => one.cpuUs ?? []);
    const part = (of: 'server' | 'database') => median(cpu.map((one) => one[of]));
    return cpu.length === 0 ? [] : [[name, { server: part('server'), database: part('database') }]];
  });
  return told.length === 0 ? {} : { cpu_us_per_request: Object.fromEntries(told) };
}

/** The most memory that the process ever held, in MB; 0 where the kernel does not tell. */
export function peakRssMb(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024);
  } catch {
    return 0;
  }
}

/** The machine and how busy it was, in one line. */
export function machine(): string {
  const [cpu] = os.cpus();
  const gigabytes = Math.round(os.totalmem() / 2 ** 30);
  const load = os.loadavg().map((one) => one.toFixed(1));
  return (
    `${os.availableParallelism()} × ${cpu?.model.trim() ?? os.arch()}, ${gigabytes} GB, ` +
    `${os.type()} ${os.arch()}, Node ${process.versions.node}, load ${load.join(' ')}`
  );
}

/** Whether `program` is on PATH. */
export function isOnPath(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
