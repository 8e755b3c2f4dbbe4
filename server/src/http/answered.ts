import { findAnswered } from '../db/group-command.ts';
import { makeGroup, type Group } from '../db/group.ts';
import type { Db } from '../db/pool.ts';
import { glance } from '../db/transact.ts';

/** Tells of many requests at once, by their ids, whether they were answered before. */
export function makeAnswered(db: Db): Group<string, boolean> {
  return makeGroup({
    run: async (commandIds) => {
      const known = await glance(db.lanes.door, (asking) => findAnswered(asking, commandIds));
      return commandIds.map((one) => ({ result: known.has(one) }));
    },
  });
}
