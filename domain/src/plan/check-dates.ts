import { instantText } from '../instant.ts';
import type { Plan } from './effective-plan.ts';
import { type Finding, finding } from './findings.ts';
import { issueMoments, lastLife, voucherLives, type VoucherLife } from './issue-moments.ts';
import { lengthInWords, momentInWords, untilInstant } from './moments.ts';
import type { PlanFile } from './plan.ts';
import type { ValidityFile } from './schema-money.ts';
import type { Stated } from './schema-words.ts';
import { isResolution, printedReadings, resolutionNote } from './stated.ts';
import { validityEnd, validityRule } from './validity.ts';

/**
 * The activity's dates, the validity of its vouchers, and what outlives what.
 * @policy XN23 二(二), 三(二); SX20 一(二)(三); SM23 七(三)
 */
export function checkDates(file: PlanFile, plan: Plan): readonly Finding[] {
  return [
    ...checkProgramme(file, plan),
    ...validitiesOf(file).flatMap((one) => checkWording(one, plan)),
    ...checkOutliving(file, plan),
    ...checkRegistration(file, plan),
  ];
}

function checkProgramme(file: PlanFile, plan: Plan): readonly Finding[] {
  const { clause } = file.dates;
  const pointer = '/dates';
  const findings: Finding[] = [];
  const figures = { from: instantText(plan.startsAt), to: instantText(plan.endsAt) };
  if (plan.endsAt <= plan.startsAt) {
    const message = '活动结束时间不晚于开始时间';
    findings.push(finding('dates_backwards', { clause, message, figures, pointer }));
  }
  if (file.dates.provisional === true) {
    const message = '活动时间写作“暂定”，正式时间须另行明确';
    findings.push(finding('dates_provisional', { clause, message, figures, pointer }));
  }
  const until = printedReadings(file.dates.redeem_until)[0];
  if (until !== undefined && untilInstant(until) < plan.endsAt) {
    const message = `用券截止${until}早于活动结束`;
    findings.push(finding('redeem_until_before_end', { clause, message, figures, pointer }));
  }
  return findings;
}

type StatedValidity = {
  readonly pointer: string;
  readonly clause: string | undefined;
  readonly validity: Stated<ValidityFile> | undefined;
  readonly kinds: readonly string[];
};

/** The plan's validity with the kinds that follow it, then each kind's own. */
function validitiesOf(file: PlanFile): readonly StatedValidity[] {
  const followers = file.kinds.filter((kind) => kind.validity === undefined);
  const own = [...file.kinds.entries()].filter(([, kind]) => kind.validity !== undefined);
  const shared = {
    pointer: '/validity',
    clause: clauseOf(file.validity) ?? file.issuing[0]?.clause ?? file.dates.clause,
    validity: file.validity,
    kinds: followers.map((kind) => kind.id),
  };
  return [
    ...(followers.length === 0 ? [] : [shared]),
    ...own.map(([index, kind]) => ({
      pointer: `/kinds/${index}/validity`,
      clause: clauseOf(kind.validity) ?? kind.clause,
      validity: kind.validity,
      kinds: [kind.id],
    })),
  ];
}

function clauseOf(validity: Stated<ValidityFile> | undefined): string | undefined {
  return validity !== undefined && isResolution(validity) ? validity.clause : undefined;
}

function checkWording(one: StatedValidity, plan: Plan): readonly Finding[] {
  const { clause, pointer } = one;
  const readings = printedReadings(one.validity);
  const note = resolutionNote(one.validity);
  const findings: Finding[] = [];
  if (readings.length === 0) {
    const message = `文件没有写消费券的有效期${note || '，现按用到活动结束'}`;
    const figures = { kinds: one.kinds };
    findings.push(finding('validity_silent', { clause, message, figures, pointer }));
  }
  if (readings.some((reading) => 'shown_on_voucher' in reading)) {
    const message = `单张消费券的到期日“以券面为准”，文件没有写明是哪一天${note}`;
    const figures = { kinds: one.kinds };
    findings.push(finding('single_voucher_date_silent', { clause, message, figures, pointer }));
  }
  const issuedAt = one.kinds.flatMap((kind) => issueMoments(plan, kind))[0] ?? plan.startsAt;
  const dated = readings.filter((reading) => !('shown_on_voucher' in reading));
  const ends = dated.map((reading) => validityEnd(validityRule(reading, plan.endsAt), issuedAt));
  if (new Set(ends).size > 1) {
    const said = ends.map((end) => `${momentInWords(end)}（${lengthInWords(end - issuedAt)}）`);
    const message =
      `有效期前后说法不一：${momentInWords(issuedAt)}发放的券，` +
      `按各处文字分别到${said.join('、')}为止${note}`;
    const figures = {
      issued_at: instantText(issuedAt),
      ends_at: ends.map((end) => instantText(end)),
      lengths: ends.map((end) => lengthInWords(end - issuedAt)),
    };
    findings.push(finding('validity_wording_conflict', { clause, message, figures, pointer }));
  }
  return findings;
}

function checkOutliving(file: PlanFile, plan: Plan): readonly Finding[] {
  const lives = voucherLives(plan);
  return [
    ...checkOutlivesProgramme(file, plan, lastLife(lives)),
    ...checkLongerThanProgramme(file, plan, lives),
    ...checkBackwards(file, plan),
  ];
}

/**
 * A document that itself prints a later last moment of use has said what happens after the end;
 * otherwise vouchers that outlive the activity are a contradiction, resolved or not.
 */
function checkOutlivesProgramme(
  file: PlanFile,
  plan: Plan,
  last: VoucherLife | undefined,
): readonly Finding[] {
  if (last === undefined) return [];
  const end = instantText(last.endsAt);
  const words = momentInWords(last.endsAt);
  const figures = {
    kind: last.kind.id,
    issued_at: instantText(last.issuedAt),
    voucher_ends_at: end,
    programme_ends_at: instantText(plan.endsAt),
    redeem_until: instantText(plan.redeemUntil),
  };
  const { clause } = file.dates;
  const printed = printedReadings(file.dates.redeem_until)[0];
  const findings: Finding[] = [];
  if (last.endsAt > plan.endsAt && printed === undefined) {
    const message =
      `${momentInWords(last.issuedAt)}发放的“${last.kind.name}”有效到${words}，` +
      `而活动于${momentInWords(plan.endsAt)}结束，` +
      `晚了${lengthInWords(last.endsAt - plan.endsAt)}${resolutionNote(file.dates.redeem_until)}`;
    const pointer = '/dates/redeem_until';
    findings.push(finding('voucher_outlives_programme', { clause, message, figures, pointer }));
  }
  if (last.endsAt > plan.redeemUntil) {
    const message = `有效到${words}的券会在用券截止${momentInWords(plan.redeemUntil)}时提前失效`;
    const pointer = '/dates/redeem_until';
    findings.push(finding('redeem_until_cuts_vouchers', { clause, message, figures, pointer }));
  }
  return findings;
}

function checkLongerThanProgramme(
  file: PlanFile,
  plan: Plan,
  lives: readonly VoucherLife[],
): readonly Finding[] {
  const span = plan.endsAt - plan.startsAt;
  return file.kinds.flatMap((kind, index) => {
    const own = lives.filter((life) => life.kind.id === kind.id);
    const longest = own.toSorted((a, b) => b.endsAt - b.issuedAt - (a.endsAt - a.issuedAt))[0];
    if (longest === undefined || longest.endsAt - longest.issuedAt <= span) return [];
    const length = longest.endsAt - longest.issuedAt;
    const message =
      `“${kind.name}”的有效期长${lengthInWords(length)}，` +
      `比整个活动（${lengthInWords(span)}）还长`;
    const figures = { kind: kind.id, validity_hours: length / 3_600_000, hours: span / 3_600_000 };
    const pointer = kind.validity === undefined ? '/validity' : `/kinds/${index}/validity`;
    const clause = kind.clause ?? file.dates.clause;
    return [finding('validity_longer_than_programme', { clause, message, figures, pointer })];
  });
}

function checkBackwards(file: PlanFile, plan: Plan): readonly Finding[] {
  return plan.kinds.flatMap((kind, index) => {
    const starts = kind.validity.type === 'fixed' ? kind.validity.from : undefined;
    const bad = issueMoments(plan, kind.id).find(
      (at) => validityEnd(kind.validity, at) <= Math.max(at, starts ?? at),
    );
    if (bad === undefined) return [];
    const message = `“${kind.name}”在${momentInWords(bad)}发放时已经过期，一天也不能用`;
    const figures = { kind: kind.id, issued_at: instantText(bad) };
    const pointer = file.kinds[index]?.validity ? `/kinds/${index}/validity` : '/validity';
    const { clause } = file.dates;
    return [finding('validity_ends_before_it_starts', { clause, message, figures, pointer })];
  });
}

function checkRegistration(file: PlanFile, plan: Plan): readonly Finding[] {
  const { registration } = file;
  if (registration === undefined) return [];
  const { clause } = registration;
  const findings: Finding[] = [];
  const bare = printedReadings(registration.deadline).find((text) => !text.includes(' '));
  if (bare !== undefined) {
    const message =
      `登记截止写作“${bare}前”，没有写到几点，含不含当日有两种读法` +
      resolutionNote(registration.deadline);
    const pointer = '/registration/deadline';
    const figures = { printed: bare };
    findings.push(finding('registration_hour_silent', { clause, message, figures, pointer }));
  }
  const { registrationDeadline, issueUntil } = plan;
  if (issueUntil === undefined || registrationDeadline === undefined) return findings;
  const pointer = '/registration/issue_until';
  const figures = {
    registration_until: instantText(registrationDeadline),
    issue_until: instantText(issueUntil),
  };
  if (registrationDeadline >= issueUntil) {
    const message = '登记截止与发放截止是同一时刻（或更晚）：最后登记的人已来不及发放';
    findings.push(finding('registration_meets_issue_end', { clause, message, figures, pointer }));
  }
  if (issueUntil <= plan.startsAt || issueUntil > plan.endsAt) {
    const message = '发放截止不在活动时间内';
    findings.push(finding('issue_end_outside_programme', { clause, message, figures, pointer }));
  }
  return findings;
}
