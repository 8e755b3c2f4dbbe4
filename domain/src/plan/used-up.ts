import type { Fen } from '../fen.ts';
import type { Plan } from './effective-plan.ts';

/**
 * Whether a pool with `leftFen` to give can pay no further voucher of any of its kinds: less than
 * the smallest face, or nothing where no face is fixed.
 * @policy XN23 三(四)1 补贴资金提前使用完; requirement F5
 */
export function isUsedUp(plan: Pick<Plan, 'kinds'>, pool: string, leftFen: Fen): boolean {
  const faces = plan.kinds.flatMap((kind) =>
    kind.pool === pool && kind.face.type === 'fixed' ? [kind.face.faceFen] : [],
  );
  const smallest = faces.reduce<bigint>((low, face) => (face < low ? face : low), faces[0] ?? 1n);
  return leftFen < smallest;
}
