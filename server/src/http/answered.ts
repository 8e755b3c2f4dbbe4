import type { CommandKey } from '../db/command.ts';
import { answeredAmong, commandName } from '../db/group-command.ts';
import { makeGroup, type Group } from '../db/group.ts';
import type { Db } from '../db/pool.ts';
import { transact } from '../db/transact.ts';

/** Tells of many requests at once whether their keys were answered before. */
export function makeAnswered(db: Db): Group<Omit<CommandKey, 'inputHash'>, boolean> {
  const actor = { kind: 'public', id: 'public' } as const;
  return makeGroup({
    run: async (commands) => {
      const known = await transact(db.lanes.door, actor, (tx) => answeredAmong(tx, commands));
      return commands.map((one) => ({ result: known.has(commandName(one)) }));
    },
  });
}
