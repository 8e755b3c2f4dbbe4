import { instant } from '@huiquan/domain/instant.ts';
import type { Db } from '../../db/pool.ts';
import { transact, type Actor, type Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';

const sql = twin(import.meta.url);

const dayMs = 86_400_000;
/** How long a failure file can be fetched after its roster was decided. */
const failureDays = 30;
/** How long after the closing a programme's lists can answer a complaint by name. */
const listDays = 180;
const shareRows = 20_000;
const sharesMax = 500;

type Purged = {
  readonly problems: number;
  readonly tasks: number;
  readonly contacts: number;
  readonly entitlements: number;
};

async function purgeShare(tx: Tx): Promise<Purged> {
  const before = instant(tx.now - failureDays * dayMs);
  const closedBefore = instant(tx.now - listDays * dayMs);
  const purged = {
    problems: await tx.execute(sql('purgeProblems'), { before }),
    tasks: await tx.execute(sql('purgeTasks'), { before }),
    contacts: await tx.execute(sql('purgeContacts'), { before }),
    entitlements: await tx.execute(sql('purgeEntitlements'), { closedBefore, size: shareRows }),
  };
  if (Object.values(purged).every((count) => count === 0)) return purged;
  const subject = { kind: 'roster', id: 'all' };
  await record(tx, { kind: 'roster.personal_data_purged', subject, body: purged });
  return purged;
}

/**
 * Removes the personal data of rosters that is no longer needed: the cells of rows that were not
 * taken 30 days after the roster was decided, its contact, and the names and numbers of the lists
 * 180 days after the programme closed. Ids, figures and keyed indexes stay, so every voucher can
 * still be proved. The day's job `purge_rosters`; may run again at any time.
 * @policy X1
 */
export async function purgeRosters(db: Db, actor: Actor): Promise<number> {
  let total = 0;
  for (let share = 0; share < sharesMax; share += 1) {
    const { entitlements, ...rest } = await transact(db, actor, purgeShare);
    total += entitlements + rest.problems + rest.tasks + rest.contacts;
    if (entitlements < shareRows) break;
  }
  return total;
}
