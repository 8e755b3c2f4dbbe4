import type { Plan } from './effective-plan.ts';
import { type Finding, finding } from './findings.ts';
import type { PlanFile } from './plan.ts';
import type { acts, IssuingFile } from './schema-acts.ts';
import { isSilent, printedReadings, resolutionNote } from './stated.ts';

/**
 * What a document should say and does not. A gap that the organiser filled stays a finding: the
 * text is silent, and the sentence names who filled it.
 * @policy requirement P3
 */
export function checkSilences(file: PlanFile, plan: Plan): readonly Finding[] {
  if (file.kinds.length === 0) return [];
  return [
    ...file.issuing.flatMap((issuing, index) => checkPersonLimit(issuing, index, file)),
    ...checkRefund(file),
    ...checkUnspent(file),
    ...checkSeveral(file),
    ...checkReviewers(file, plan),
    ...checkApprovers(file, plan),
    ...checkGates(file),
  ];
}

function checkPersonLimit(issuing: IssuingFile, index: number, file: PlanFile): readonly Finding[] {
  if (issuing.mode === 'directed') return [];
  const person = (file.limits ?? []).filter((limit) =>
    [limit].flatMap((one) => ('effective' in one ? one.effective : one)).some(isPersonClaim),
  );
  const printed = person.flatMap((limit) => printedReadings(limit)).filter(isPersonClaim);
  const open = (issuing.kinds ?? []).filter(
    (kind) => !printed.some(({ of }) => !Array.isArray(of) || of.includes(kind)),
  );
  if (open.length === 0 && printed.length > 0) return [];
  const notes = [...new Set(person.map((limit) => resolutionNote(limit)))].join('');
  const message = `文件没有写每人可以领几张（每轮、每日或整个活动）${notes || '，现在不设限'}`;
  const figures = { issuing: issuing.id, kinds: open };
  const pointer = file.limits === undefined ? `/issuing/${index}` : '/limits';
  return [finding('person_limit_silent', { clause: issuing.clause, message, figures, pointer })];
}

function isPersonClaim(limit: { readonly action: string; readonly entity: string }): boolean {
  return limit.action === 'claim' && limit.entity === 'person';
}

function checkRefund(file: PlanFile): readonly Finding[] {
  const said = printedReadings(file.refund).some((refund) => refund.policy !== 'silent');
  if (said) return [];
  const note = resolutionNote(file.refund) || '，现按有效期内退回原券执行';
  const message = `文件没有写退货时消费券怎么办${note}`;
  const { clause } = file.redemption ?? {};
  return [finding('refund_policy_silent', { clause, message, pointer: '/refund' })];
}

function checkUnspent(file: PlanFile): readonly Finding[] {
  if (!isSilent(file.unspent)) return [];
  const note = resolutionNote(file.unspent) || '，现按退回原出资方执行';
  const message = `文件没有写活动结束后没用完的资金退到哪里、何时退${note}`;
  const clause = file.funders[0]?.clause;
  return [finding('unspent_money_silent', { clause, message, pointer: '/unspent' })];
}

function checkSeveral(file: PlanFile): readonly Finding[] {
  const rule = file.redemption?.one_voucher_per_payment;
  if (!isSilent(rule)) return [];
  const note = resolutionNote(rule) || '，现按每次一张执行';
  const message = `文件没有写一次支付能否同时用几张消费券${note}`;
  const { clause } = file.redemption ?? {};
  const pointer = '/redemption/one_voucher_per_payment';
  return [finding('several_vouchers_per_payment_silent', { clause, message, pointer })];
}

function checkReviewers(file: PlanFile, plan: Plan): readonly Finding[] {
  if (file.merchants === undefined || plan.merchants.admission !== 'apply') return [];
  const open = file.merchants.categories.filter((category) => isSilent(category.reviewed_by));
  if (open.length === 0) return [];
  const names = open.map((category) => category.name);
  const notes = new Set(open.map((category) => resolutionNote(category.reviewed_by)));
  const message = `文件没有写${names.join('、')}类商户由哪个部门审核${[...notes].join('')}`;
  const { clause } = file.merchants;
  const figures = { categories: open.map((category) => category.id) };
  const pointer = '/merchants/categories';
  return [finding('category_reviewer_silent', { clause, message, figures, pointer })];
}

const actNames: Partial<Record<(typeof acts)[number], string>> = {
  publish_plan: '发布方案',
  confirm_roster: '确认名单',
  issue_batch: '批量发放',
  adjust_rounds: '调整轮次',
  pay_settlement: '结算付款',
  return_money: '退回资金',
};

function checkApprovers(file: PlanFile, plan: Plan): readonly Finding[] {
  const modes = new Set(plan.issuing.map((issuing) => issuing.mode));
  const directed = ['confirm_roster', 'issue_batch'] as const;
  const needed = [
    'publish_plan' as const,
    ...(modes.has('directed') ? directed : []),
    ...(modes.size > (modes.has('directed') ? 1 : 0) ? ['adjust_rounds' as const] : []),
    'pay_settlement' as const,
    'return_money' as const,
  ];
  const named = new Set(file.approvals.map((approval) => approval.act));
  const open = needed.filter((act) => !named.has(act));
  const findings = file.approvals.flatMap((approval, index) => {
    const preparers = new Set(approval.prepared_by);
    if (approval.approved_by.some((party) => !preparers.has(party))) return [];
    const message = `“${actNames[approval.act] ?? approval.act}”由同一单位经办和审批，须另有审批人`;
    const draft = { clause: approval.clause, message, figures: { act: approval.act } };
    const pointer = `/approvals/${index}`;
    return [finding('same_party_prepares_and_approves', { ...draft, pointer })];
  });
  if (open.length === 0) return findings;
  const names = open.map((act) => actNames[act] ?? act).join('、');
  const message = `没有写明谁经办、谁审批：${names}`;
  const figures = { acts: open };
  return [...findings, finding('approver_silent', { message, figures, pointer: '/approvals' })];
}

function checkGates(file: PlanFile): readonly Finding[] {
  const claimed = file.issuing.find((issuing) => issuing.mode !== 'directed');
  const gates = file.gates ?? [];
  const findings: Finding[] = [];
  if (claimed !== undefined && !gates.some((gate) => gate.gate === 'real_name')) {
    const message = '公开领券没有实名核验：一人可用多个账号反复领取';
    const draft = { clause: claimed.clause, message, figures: { issuing: claimed.id } };
    findings.push(finding('gates_missing', { ...draft, pointer: '/gates' }));
  }
  for (const [index, gate] of gates.entries()) {
    const { region, clause } = gate;
    if (gate.gate !== 'location' || region === undefined || region === file.region.code) continue;
    const place = gate.region_name ?? region;
    const message = `领券定位范围是${place}，活动地区是${file.region.name}，两者不同`;
    const figures = { location: region, programme: file.region.code };
    const pointer = `/gates/${index}`;
    findings.push(finding('location_wider_than_region', { clause, message, figures, pointer }));
  }
  return findings;
}
