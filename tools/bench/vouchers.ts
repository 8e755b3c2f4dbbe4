import { newId } from '@huiquan/domain/ids.ts';
import { transact } from '../../server/src/db/transact.ts';
import { claimVouchers, type ClaimItem } from '../../server/src/features/round/claim.ts';
import type { Place } from './place.ts';

const groupSize = 500;

/** The claims of `personIds` in a round, in groups as they ride together under load. */
export function claimGroups(roundId: string, personIds: readonly string[]): ClaimItem[][] {
  const groups: ClaimItem[][] = [];
  for (let at = 0; at < personIds.length; at += groupSize) {
    groups.push(
      personIds.slice(at, at + groupSize).map((personId) => ({
        roundId,
        kind: 'retail_10',
        personId,
        deviceId: personId,
        captchaNonce: newId(),
      })),
    );
  }
  return groups;
}

/** Claims a whole group in one transaction; throws where anybody was refused. */
export async function claimGroup(place: Place, items: readonly ClaimItem[]): Promise<void> {
  const actor = { kind: 'system', id: 'claims' } as const;
  const outcomes = await transact(place.db.lanes.claim, actor, (tx) => claimVouchers(tx, items));
  const refused = outcomes.find((one) => one.refused !== undefined)?.refused;
  if (refused !== undefined) throw refused;
}

/** Gives each person a voucher of each round, by the claims' own command. */
export async function giveVouchers(
  place: Place,
  roundIds: readonly string[],
  personIds: readonly string[],
): Promise<void> {
  for (const roundId of roundIds) {
    for (const group of claimGroups(roundId, personIds)) await claimGroup(place, group);
  }
}
