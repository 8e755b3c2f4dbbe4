import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';

const sql = twin(import.meta.url);

/**
 * Where a roster stands for those who issue it: its programme and its branch. Refuses `not_found`.
 */
export async function placeOfRoster(
  tx: Tx,
  rosterId: string,
): Promise<{ readonly programmeId: string; readonly organisationPath: string }> {
  type Place = { readonly programmeId: string; readonly organisationPath: string };
  return (await tx.maybe<Place>(sql('findPlace'), { rosterId })) ?? refuse('not_found');
}
