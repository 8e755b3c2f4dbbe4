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
  // 20 connections, 256 clients: who waits 5 s for a connection is told to come again.
  demandAnswers(name, load, name === 'one-tx' ? 'may be busy' : '');
  return { ...load, cpuUs: costOf(before, await bench.spent(), load.answered) };
}
