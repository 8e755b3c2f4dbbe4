import { fenFromYuanText, fenOnWire, type Fen } from '../fen.ts';
import type { RowProblem } from '../files/row-problems.ts';
import { isMasked } from '../identity/masks.ts';
import { dayOf, type Instant } from '../instant.ts';
import { nameProblem, normalizeName } from '../identity/person-name.ts';
import { isPhone, normalizePhone } from '../identity/phone.ts';
import { normalizeResidentId, residentIdProblem } from '../identity/resident-id.ts';
import type { Plan } from '../plan/effective-plan.ts';

/** The columns of 《消费券发放名单》, as text of the file. */
export type RosterCells = {
  readonly name: string;
  readonly phone: string;
  readonly idNumber: string;
  readonly face: string;
  readonly amount: string;
};

/** A row that may be taken: a normalized person and a whole number of vouchers. */
export type RosterRow = {
  readonly name: string;
  readonly phone: string | undefined;
  readonly idNumber: string | undefined;
  readonly faceFen: Fen;
  readonly voucherCount: number;
};

/** What the plan demands of every row of a roster of one entitlement source. */
export type RosterRules = {
  readonly identity: 'id_number' | 'phone_and_name';
  /** The faces that the plan issues by list. */
  readonly faces: readonly Fen[];
  /** What each person gets, where the plan says it. */
  readonly perPersonFen: Fen | undefined;
  /** The highest amount per person that the plan or a cap in force allows, and who says so. */
  readonly cap: { readonly maxFen: Fen; readonly clause: string } | undefined;
};

const vouchersPerRowMax = 100;

/** The lowest of the caps that hold on the day of `at`: yearly per member, or per list. */
function capOf(plan: Plan, at: Instant): RosterRules['cap'] {
  const day = dayOf(at);
  const yearly = plan.benefits.flatMap((one) =>
    one.benefit === 'voucher' && one.per === 'member' && one.effectiveFrom <= day
      ? [{ maxFen: one.maxFen, clause: one.clause }]
      : [],
  );
  const ofPlan = plan.limits.flatMap((one) =>
    one.action === 'issue' && one.entity === 'person' && one.of === 'all_kinds'
      ? [{ maxFen: one.maxFen, clause: plan.document.number }]
      : [],
  );
  let lowest: RosterRules['cap'];
  for (const { maxFen, clause } of [...yearly, ...ofPlan]) {
    if (maxFen === undefined) continue;
    if (lowest === undefined || maxFen < lowest.maxFen) lowest = { maxFen, clause };
  }
  return lowest;
}

/**
 * What `plan` demands on the day of `at` of a roster whose rows entitle under `source` (the id of a
 * directed issuing). Undefined where the plan issues nothing by such a list.
 * @policy SX20 一(二)2, SM23 七(二), SX25 一; requirement O3
 */
export function rosterRules(plan: Plan, source: string, at: Instant): RosterRules | undefined {
  const issuing = plan.issuing.find((one) => one.id === source && one.mode === 'directed');
  if (issuing === undefined || plan.rosterIdentity === undefined) return undefined;
  const faces = plan.kinds.flatMap((kind) =>
    issuing.kinds.includes(kind.id) && kind.form === 'electronic' && kind.face.type === 'fixed'
      ? [kind.face.faceFen]
      : [],
  );
  return {
    identity: plan.rosterIdentity,
    faces,
    perPersonFen: issuing.perPersonFen,
    cap: capOf(plan, at),
  };
}

type Money = { readonly faceFen: Fen; readonly voucherCount: number };

/** A list of record need not repeat what the plan says: one face, so much per person. */
function moneyOf(cells: RosterCells, rules: RosterRules): Money | RowProblem {
  const [onlyFace] = rules.faces;
  const faceFen = cells.face === '' ? onlyFace : fenFromYuanText(cells.face);
  const amountFen = cells.amount === '' ? rules.perPersonFen : fenFromYuanText(cells.amount);
  if (faceFen === undefined || faceFen <= 0n) {
    return { code: 'invalid_amount', column: '消费券面值' };
  }
  if (amountFen === undefined || amountFen <= 0n) {
    return { code: 'invalid_amount', column: '发放金额' };
  }
  if (rules.cap !== undefined && amountFen > rules.cap.maxFen) {
    const figures = { capFen: fenOnWire(rules.cap.maxFen), clause: rules.cap.clause };
    return { code: 'cap_exceeded', column: '发放金额', figures };
  }
  const count = Number(amountFen / faceFen);
  const isWhole = amountFen % faceFen === 0n && count >= 1 && count <= vouchersPerRowMax;
  const isPlanned = rules.perPersonFen === undefined || amountFen === rules.perPersonFen;
  if (!isWhole || !isPlanned || !rules.faces.includes(faceFen)) {
    return { code: 'amount_mismatch', column: '发放金额' };
  }
  return { faceFen, voucherCount: count };
}

type Person = Pick<RosterRow, 'name' | 'phone' | 'idNumber'>;

const personOf = ({ name, phone, idNumber }: RosterCells): Person => ({
  name: normalizeName(name),
  phone: phone === '' ? undefined : normalizePhone(phone),
  idNumber: idNumber === '' ? undefined : normalizeResidentId(idNumber),
});

function personProblems(cells: RosterCells, person: Person, rules: RosterRules): RowProblem[] {
  const problems: RowProblem[] = [];
  const say = (code: RowProblem['code'], column: string) => problems.push({ code, column });
  if (isMasked(cells.name) || isMasked(cells.phone) || isMasked(cells.idNumber)) {
    return [{ code: 'masked_value' }];
  }
  const { name, phone, idNumber } = person;
  if (nameProblem(name) !== undefined) say('invalid_name', '姓名');
  const needsPhone = rules.identity === 'phone_and_name';
  if (phone === undefined && needsPhone) say('value_missing', '手机号');
  if (phone !== undefined && !isPhone(phone)) say('invalid_phone', '手机号');
  if (idNumber === undefined && !needsPhone) say('value_missing', '身份证号');
  if (idNumber !== undefined && residentIdProblem(idNumber)) say('invalid_id_number', '身份证号');
  return problems;
}

/**
 * Reads one row: the person normalized and the vouchers counted, or everything that is wrong with
 * it. A person is named by the ID number where the plan's lists have one, else by phone and name.
 * @policy SX20 一(二)2: 姓名、手机号、消费券面值、发放金额
 */
export function readRosterRow(
  cells: RosterCells,
  rules: RosterRules,
): { readonly row: RosterRow } | { readonly problems: readonly RowProblem[] } {
  const person = personOf(cells);
  const problems = personProblems(cells, person, rules);
  const money = moneyOf(cells, rules);
  if ('code' in money) problems.push(money);
  if (problems.length > 0 || 'code' in money) return { problems };
  return { row: { ...person, ...money } };
}
