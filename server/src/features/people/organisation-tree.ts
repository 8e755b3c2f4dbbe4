import type { Reach } from '@huiquan/domain/access.ts';
import { dayOf } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { Organisation } from './organisation.ts';

const sql = twin(import.meta.url);

/** An organisation as a branch of the tree: what stands above and below it, and its members. */
export type Branch = Organisation & {
  readonly childCount: number;
  /** What it last reported of itself, not what its branches add up to. */
  readonly members: bigint | null;
  readonly membersAsOf: string | null;
  readonly above: readonly string[];
};

/**
 * A page of the tree within `reach`: those whose name contains `search`, or the children of
 * `parentId`, or the tops of what is reached. `after` is the path of the last row seen.
 * @policy requirement O1
 */
export async function browseOrganisations(
  tx: Tx,
  page: {
    readonly reach: Pick<Reach, 'everything' | 'organisationPaths'>;
    readonly search?: string | undefined;
    readonly parentId?: string | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  },
): Promise<readonly Branch[]> {
  const { reach, search = '', parentId = null, after = '', limit } = page;
  return tx.rows<Branch>(sql('browse'), {
    everything: reach.everything,
    paths: reach.organisationPaths,
    search: search.trim(),
    parentId,
    after,
    limit,
    today: dayOf(tx.now),
  });
}
