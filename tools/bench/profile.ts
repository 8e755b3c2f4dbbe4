import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

type Node = {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
};
type Profile = {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
};

const shown = 15;
const waits = new Set(['(idle)', '(root)']);

function nameOf({ callFrame }: Node): string {
  const { functionName, url, lineNumber } = callFrame;
  const file = url.slice(url.lastIndexOf('/') + 1);
  const place = file === '' ? '' : ` ${file}:${lineNumber + 1}`;
  return `${functionName === '' ? '(anonymous)' : functionName}${place}`;
}

/** Where the serving thread spent its time, function by function, most first. */
export function selfTimes(folder: string): string[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => join(folder, name))
    .toSorted((a, b) => statSync(b).size - statSync(a).size);
  const [largest] = files;
  if (largest === undefined) return [];
  const profile = JSON.parse(readFileSync(largest, 'utf8')) as Profile;
  const names = new Map(profile.nodes.map((node) => [node.id, nameOf(node)]));
  const spent = new Map<string, number>();
  for (const [at, id] of profile.samples.entries()) {
    const name = names.get(id) ?? '';
    if (waits.has(name)) continue;
    spent.set(name, (spent.get(name) ?? 0) + (profile.timeDeltas[at] ?? 0));
  }
  const all = [...spent.values()].reduce((sum, one) => sum + one, 0);
  return [...spent]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, shown)
    .map(([name, us]) => `  ${((us / all) * 100).toFixed(1).padStart(5)} %  ${name}`);
}
