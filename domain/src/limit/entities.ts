import type { PlanLimit } from '../plan/effective-plan.ts';

// Whom each act knows, and so by whom it can be limited. A payment code names no device.
const limitEntities = {
  claim: ['person', 'phone', 'device'],
  issue: ['person', 'phone'],
  redeem: ['person', 'phone', 'merchant', 'shop', 'terminal'],
} as const satisfies Readonly<Record<PlanLimit['action'], readonly PlanLimit['entity'][]>>;

/** Whether an act knows what a limit is kept by: the entity, and the round of one per round. */
export function canCount(limit: Pick<PlanLimit, 'action' | 'entity' | 'period'>): boolean {
  const known: readonly PlanLimit['entity'][] = limitEntities[limit.action];
  return known.includes(limit.entity) && (limit.period !== 'round' || limit.action === 'claim');
}
