import { channelNameIn } from '@huiquan/domain/plan/channel-name.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { currentPlan } from '../programme/load-plan.ts';

const sql = twin(import.meta.url);

/** What people call the parts of a programme that a batch moves money between. */
export type Names = {
  readonly fund: (fundId: string) => { readonly poolName: string; readonly funderName: string };
  readonly channel: (channel: string) => string;
  readonly kind: (kind: string) => string;
};

/** The names of a programme's funds, channels and kinds under the plan in force. */
export async function namesIn(tx: Tx, programmeId: string): Promise<Names> {
  const { plan } = await currentPlan(tx, programmeId);
  type Row = { readonly fundId: string; readonly pool: string; readonly funderName: string };
  const rows = await tx.rows<Row>(sql('funderNames'), { programmeId });
  const nameIn = (list: readonly { readonly id: string; readonly name: string }[], id: string) =>
    list.find((one) => one.id === id)?.name ?? id;
  return {
    fund: (fundId) => {
      const { pool = '', funderName = '' } = rows.find((one) => one.fundId === fundId) ?? {};
      return { poolName: nameIn(plan.pools, pool), funderName };
    },
    channel: (channel) => channelNameIn(plan, channel),
    kind: (kind) => nameIn(plan.kinds, kind),
  };
}
