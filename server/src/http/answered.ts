import { answeredAmong } from '../db/group-command.ts';
import { makeGroup, type Group } from '../db/group.ts';
import type { Db } from '../db/pool.ts';
import { transact } from '../db/transact.ts';

/** Tells of many requests at once, by their ids, whether they were answered before. */
export function makeAnswered(db: Db): Group<string, boolean> {
  const actor = { kind: 'public', id: 'public' } as const;
  return makeGroup({
    run: async (commandIds) => {
      const known = await transact(db.lanes.door, actor, (tx) => answeredAmong(tx, commandIds));
      return commandIds.map((one) => ({ result: known.has(one) }));
    },
  });
}
