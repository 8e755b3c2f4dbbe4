import { costOf } from './cost.ts';
import type { Slice } from './figures.ts';
import { demandAnswers, runClosed, type ClosedJob } from './load.ts';
import type { Place } from './place.ts';
import type { Bench } from './server.ts';

/** One slice of closed-loop load, with what each request cost the server and PostgreSQL. */
export async function closedSlice(
  { place, bench }: { readonly place: Place; readonly bench: Bench },
  name: string,
  job: Omit<ClosedJob, 'base'>,
): Promise<Slice> {
  const before = await bench.spent();
  const load = await runClosed(place.folder, { ...job, base: bench.base });
  demandAnswers(name, load);
  return { ...load, cpuUs: costOf(before, await bench.spent(), load.answered) };
}
