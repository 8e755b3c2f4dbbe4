import { fenOnWire } from '../fen.ts';
import { amountInWords } from './amount.ts';
import type { Plan, PlanKind } from './effective-plan.ts';
import { type Finding, finding } from './findings.ts';
import { largestFaceFen } from './normalize-money.ts';
import type { PlanFile } from './plan.ts';

/** Faces, thresholds and the ways in which kinds reach people. */
export function checkKinds(file: PlanFile, plan: Plan): readonly Finding[] {
  const issued = new Set(plan.issuing.flatMap((issuing) => issuing.kinds));
  return plan.kinds.flatMap((kind, index) => {
    const clause = file.kinds[index]?.clause;
    const pointer = `/kinds/${index}`;
    const figures = { kind: kind.id };
    const findings = [
      ...checkFace(kind, clause, pointer),
      ...checkThreshold(kind, clause, pointer),
    ];
    if (file.kinds[index]?.exclusive_with?.includes(kind.id) === true) {
      const message = `“${kind.name}”写成与自己互斥`;
      findings.push(finding('exclusive_with_itself', { clause, message, figures, pointer }));
    }
    if (!issued.has(kind.id)) {
      const message = `“${kind.name}”没有任何发放方式，不会发到人手里`;
      findings.push(finding('kind_not_issued', { clause, message, figures, pointer }));
    }
    return findings;
  });
}

function checkFace(kind: PlanKind, clause: string | undefined, pointer: string): Finding[] {
  if (largestFaceFen(kind.face) > 0n) return [];
  const message = `“${kind.name}”的面值为零`;
  return [finding('face_zero', { clause, message, figures: { kind: kind.id }, pointer })];
}

/** Each amount from which a face applies, with that face. A percentage never exceeds its order. */
function facesWithThreshold(kind: PlanKind): readonly { readonly from: bigint; face: bigint }[] {
  const { amountFen } = kind.threshold;
  switch (kind.face.type) {
    case 'fixed':
      return [{ from: amountFen, face: kind.face.faceFen }];
    case 'percent':
      return [];
    case 'tiers':
      return kind.face.tiers.map((tier) => ({ from: tier.orderAtLeastFen, face: tier.faceFen }));
  }
}

function checkThreshold(kind: PlanKind, clause: string | undefined, pointer: string): Finding[] {
  return facesWithThreshold(kind).flatMap(({ from, face }) => {
    // a subsidy voucher takes nothing off at the till: its threshold is the card payment's affair
    if (face <= from || kind.settlesTo === 'holder') return [];
    const message =
      `“${kind.name}”消费满${amountInWords(from)}就可用，` +
      `面值却有${amountInWords(face)}：门槛低于面值，差额无从抵扣`;
    const figures = {
      kind: kind.id,
      threshold_fen: fenOnWire(from),
      face_fen: fenOnWire(face),
    };
    const at = `${pointer}/threshold`;
    return [finding('threshold_below_face', { clause, message, figures, pointer: at })];
  });
}
