import type { Plan } from './effective-plan.ts';
import { type Finding, finding } from './findings.ts';
import type { PlanFile } from './plan.ts';

/** Features a plan may use although no command carries them out yet; the rest of the plan runs. */
export const unbuiltFeatures = {
  draw: '摇号发放',
  subsidy: '购买补贴的申领与审核',
  paper_voucher: '纸质券',
  travel_card: '旅游年卡',
  benefit_spending: '职工福利支出',
  percent_face: '按比例抵扣的券',
  tiered_face: '按消费金额分档的券',
} as const satisfies Record<string, string>;

/** The name of one such feature. */
export type UnbuiltFeature = keyof typeof unbuiltFeatures;

/** One notice for each feature that the plan uses and nothing carries out yet. */
export function checkFeatures(file: PlanFile, plan: Plan): readonly Finding[] {
  return usedFeatures(file, plan).map(({ feature, clause, pointer }) =>
    finding('feature_not_built', {
      clause,
      message: `本系统尚不能办理：${unbuiltFeatures[feature]}；方案其余部分照常运行`,
      figures: { feature },
      pointer,
    }),
  );
}

type Use = {
  readonly feature: UnbuiltFeature;
  readonly clause: string | undefined;
  readonly pointer: string;
};

function usedFeatures(file: PlanFile, plan: Plan): readonly Use[] {
  const uses: Use[] = [];
  for (const [index, issuing] of file.issuing.entries()) {
    if (issuing.mode !== 'draw') continue;
    uses.push({ feature: 'draw', clause: issuing.clause, pointer: `/issuing/${index}` });
  }
  for (const [index, subsidy] of (file.subsidies ?? []).entries()) {
    uses.push({ feature: 'subsidy', clause: subsidy.clause, pointer: `/subsidies/${index}` });
  }
  for (const [index, kind] of plan.kinds.entries()) {
    const at = { clause: file.kinds[index]?.clause, pointer: `/kinds/${index}` };
    if (kind.form === 'paper') uses.push({ feature: 'paper_voucher', ...at });
    if (kind.form === 'travel_card') uses.push({ feature: 'travel_card', ...at });
    if (kind.face.type === 'percent') uses.push({ feature: 'percent_face', ...at });
    if (kind.face.type === 'tiers') uses.push({ feature: 'tiered_face', ...at });
    if (kind.settlesTo === 'holder' && plan.subsidies.length === 0) {
      uses.push({ feature: 'subsidy', ...at });
    }
  }
  const spending = (file.benefits ?? []).findIndex((cap) => cap.benefit !== 'voucher');
  const clause = file.benefits?.[spending]?.clause;
  if (spending >= 0) uses.push({ feature: 'benefit_spending', clause, pointer: '/benefits' });
  return uses.filter(
    (use, index) => uses.findIndex((other) => other.feature === use.feature) === index,
  );
}
