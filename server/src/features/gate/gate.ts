import type { Instant } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';

const sql = twin(import.meta.url);

/** The risk controls that claims may depend on. */
export const gates = ['slider', 'picture', 'location', 'real_name'] as const;
export type Gate = (typeof gates)[number];
export type GateState = 'healthy' | 'degraded';

/**
 * Says what state a risk control is in, for every process at once. While one is degraded no voucher
 * is claimed; wallet and redemption go on. Answers whether it was news; only news is recorded.
 * @policy XN23 四(一): 不得在降级的风控环境下发消费券
 */
export async function setGateState(
  tx: Tx,
  input: { readonly gate: Gate; readonly state: GateState; readonly cause: string },
): Promise<boolean> {
  const { gate, state, cause } = input;
  const values = { gate, state, detail: { cause }, now: tx.now };
  const changed = await tx.execute(sql('setGateState'), values);
  if (changed === 0) return false;
  await record(tx, {
    kind: `gate.${state}`,
    subject: { kind: 'gate', id: gate },
    body: { cause },
  });
  return true;
}

/** A control as people see it. */
export type GateReport = {
  readonly gate: Gate;
  readonly state: GateState;
  readonly since: Instant | undefined;
};

/** The state of every control; one that was never degraded is healthy. */
export async function listGates(tx: Tx): Promise<GateReport[]> {
  type Row = { readonly gate: string; readonly state: GateState; readonly changedAt: Instant };
  const rows = await tx.rows<Row>(sql('listGates'));
  return gates.map((gate) => {
    const row = rows.find((one) => one.gate === gate);
    return { gate, state: row?.state ?? 'healthy', since: row?.changedAt };
  });
}
