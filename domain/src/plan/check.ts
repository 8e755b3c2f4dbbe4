import { hasCalendar } from '../calendar/working-days.ts';
import { dayOf } from '../instant.ts';
import { checkCaps } from './check-caps.ts';
import { checkDates } from './check-dates.ts';
import { checkFeatures } from './check-features.ts';
import { checkForm } from './check-form.ts';
import { checkKinds } from './check-kinds.ts';
import { checkMoney } from './check-money.ts';
import { checkResolutions } from './check-resolutions.ts';
import { checkRounds } from './check-rounds.ts';
import { checkSilences } from './check-silences.ts';
import { checkSubsidies } from './check-subsidy.ts';
import type { Plan } from './effective-plan.ts';
import { type Finding, type Severity, finding } from './findings.ts';
import { normalizePlan } from './normalize.ts';
import type { PlanFile } from './plan.ts';
import { printedReadings } from './stated.ts';

const weights: Readonly<Record<Severity, number>> = { error: 0, warning: 1, silence: 2, notice: 3 };

/**
 * Everything the plan checker has to say about a file that obeys the schema, gravest first. All is
 * derived from the figures of the file. A file that names things which do not exist gets those
 * errors only: the rest cannot be computed.
 * @policy requirement P3
 */
export function checkPlan(file: PlanFile): readonly Finding[] {
  const form = checkForm(file);
  if (form.length > 0) return form;
  const plan = normalizePlan(file);
  const findings = [
    ...checkMoney(file, plan),
    ...checkRounds(file, plan),
    ...checkKinds(file, plan),
    ...checkDates(file, plan),
    ...checkCalendarYears(file, plan),
    ...checkSubsidies(file, plan),
    ...checkCaps(file, plan),
    ...checkSilences(file, plan),
    ...checkFeatures(file, plan),
    ...checkResolutions(file),
  ];
  return findings.toSorted((a, b) => weights[a.severity] - weights[b.severity]);
}

/** Whether `findings` stop publication. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((one) => one.severity === 'error');
}

/** Working days counted from the end need a calendar of that year, and of the next near its end. */
function checkCalendarYears(file: PlanFile, plan: Plan): readonly Finding[] {
  const returns = printedReadings(file.unspent).flatMap((one) => one.within_working_days ?? []);
  const reports = (file.reports ?? []).flatMap((one) => one.within_working_days ?? []);
  const days = Math.max(0, ...returns, ...reports, plan.unspent.withinWorkingDays ?? 0);
  if (days === 0) return [];
  const end = Temporal.PlainDate.from(dayOf(plan.redeemUntil));
  // ten working days span at most about thirty calendar days around the long holidays
  const last = end.add({ days: days * 2 + 10 });
  const missing = [end.year, last.year].find((year) => !hasCalendar(year));
  if (missing === undefined) return [];
  const message = `${days}个工作日要按${missing}年的放假调休日历推算，系统还没有该年日历，须先补录`;
  const figures = { working_days: days, year: missing };
  return [finding('calendar_year_missing', { message, figures, pointer: '/unspent' })];
}
