import { amountInWords } from '@huiquan/domain/plan/amount.ts';
import type { Plan, PlanFace, PlanKind } from '@huiquan/domain/plan/effective-plan.ts';

function faceWords(face: PlanFace): string {
  switch (face.type) {
    case 'fixed':
      return `减${amountInWords(face.faceFen)}`;
    case 'percent':
      return `减${face.basisPoints / 100}%，最多${amountInWords(face.capFen)}`;
    case 'tiers':
      return face.tiers
        .map((tier) => `满${amountInWords(tier.orderAtLeastFen)}减${amountInWords(tier.faceFen)}`)
        .join('，');
  }
}

/** What a voucher kind takes off and where, as residents read it: 满180元减40元，商场百货可用. */
export function kindWords(kind: PlanKind, plan: Pick<Plan, 'merchants'>): string {
  const { amountFen, strict } = kind.threshold;
  const reach = `${strict ? '超过' : '满'}${amountInWords(amountFen)}`;
  const off = kind.face.type === 'tiers' ? faceWords(kind.face) : reach + faceWords(kind.face);
  const names = plan.merchants.categories
    .filter((category) => kind.categories.includes(category.id))
    .map((category) => category.name);
  const where = names.length === 0 ? '' : `，${names.join('、')}可用`;
  return `${off}${where}`;
}
