import { fenOnWire, zeroFen } from '../fen.ts';
import { instantText } from '../instant.ts';
import { amountInWords } from './amount.ts';
import type { Plan, PlanSubsidy, PlanThreshold, PlanTier } from './effective-plan.ts';
import { type Finding, finding } from './findings.ts';
import { lastLife, voucherLives } from './issue-moments.ts';
import { momentInWords } from './moments.ts';
import { largestFaceFen, planThreshold } from './normalize-money.ts';
import type { PlanFile } from './plan.ts';
import type { SubsidyFile } from './schema-money.ts';
import { printedReadings, resolutionNote } from './stated.ts';

/**
 * Subsidies paid after a purchase: tiers, the voucher that stands for them, card payment, papers.
 * @policy XN23 三(四)3, 5, 6; inv-37
 */
export function checkSubsidies(file: PlanFile, plan: Plan): readonly Finding[] {
  return (file.subsidies ?? []).flatMap((subsidy, index) => {
    const effective = plan.subsidies[index];
    if (effective === undefined) return [];
    const at = { subsidy, effective, pointer: `/subsidies/${index}` };
    return [
      ...checkTiers(at),
      ...checkFaces(at),
      ...checkKinds(at, plan),
      ...checkCard(at),
      ...checkPapers(at, plan),
    ];
  });
}

type At = {
  readonly subsidy: SubsidyFile;
  readonly effective: PlanSubsidy;
  readonly pointer: string;
};

function inWords(tier: PlanTier): string {
  const from = tier.fromFen === 0n ? '' : `${amountInWords(tier.fromFen)}（${end(tier.fromOpen)}）`;
  const to =
    tier.toFen === undefined ? '以上' : `${amountInWords(tier.toFen)}（${end(tier.toOpen)}）`;
  return tier.toFen === undefined ? `${from}以上` : `${from}至${to}`;
}

function end(open: boolean): string {
  return open ? '不含' : '含';
}

function checkTiers({ subsidy, effective, pointer }: At): readonly Finding[] {
  const classes = [...new Set(effective.tiers.map((tier) => tier.class))];
  const at = `${pointer}/tiers`;
  const { clause } = subsidy;
  return classes.flatMap((name) => {
    const tiers = effective.tiers
      .filter((tier) => tier.class === name)
      .toSorted((a, b) => Number(a.fromFen - b.fromFen) || Number(a.fromOpen) - Number(b.fromOpen));
    return tiers.flatMap((tier, index) => {
      const figures = { class: name, tier: inWords(tier) };
      if (isEmpty(tier)) {
        const message = `“${subsidy.name}”的一档${inWords(tier)}里没有任何金额`;
        return [finding('tier_empty', { clause, message, figures, pointer: at })];
      }
      const next = tiers[index + 1];
      const relation = next === undefined ? 'meets' : relate(tier, next);
      if (next === undefined || relation === 'meets') return [];
      const both = `${inWords(tier)}与${inWords(next)}`;
      const pair = { ...figures, next: inWords(next), at_fen: fenOnWire(next.fromFen) };
      if (relation === 'overlaps') {
        const message = `“${subsidy.name}”的两档${both}有重叠，同一金额对应两种补贴`;
        return [finding('tiers_overlap', { clause, message, figures: pair, pointer: at })];
      }
      const message = `“${subsidy.name}”的两档${both}之间有空档，落在其中的金额没有补贴`;
      return [finding('tiers_gap', { clause, message, figures: pair, pointer: at })];
    });
  });
}

function isEmpty(tier: PlanTier): boolean {
  if (tier.toFen === undefined) return false;
  if (tier.toFen === tier.fromFen) return tier.fromOpen || tier.toOpen;
  return tier.toFen < tier.fromFen;
}

/** Amounts are whole 分: (… 100,000.00] and [100,000.01 …) meet. */
function relate(tier: PlanTier, next: PlanTier): 'meets' | 'overlaps' | 'gaps' {
  if (tier.toFen === undefined) return 'overlaps';
  const firstAfter = tier.toOpen ? tier.toFen : tier.toFen + 1n;
  const firstNext = next.fromOpen ? next.fromFen + 1n : next.fromFen;
  if (firstNext < firstAfter) return 'overlaps';
  return firstNext === firstAfter ? 'meets' : 'gaps';
}

/** Where a voucher is matched by its face alone, one face in two tiers names neither. */
function checkFaces({ subsidy, effective, pointer }: At): readonly Finding[] {
  if (!printedReadings(subsidy.voucher_matches_by).includes('face')) return [];
  const faces = [...new Set(effective.tiers.map((tier) => tier.subsidyFen))];
  return faces.flatMap((face) => {
    const tiers = effective.tiers.filter((tier) => tier.subsidyFen === face);
    const names = tiers.map((tier) => {
      const stated = subsidy.tiers.find((one) => one.class === tier.class);
      return `${stated?.class_name ?? tier.class}${inWords(tier)}`;
    });
    if (tiers.length < 2) return [];
    const message =
      `面值${amountInWords(face)}的券同时是${names.join('和')}的补贴，` +
      `只凭面值分不清是哪一档${resolutionNote(subsidy.voucher_matches_by)}`;
    const figures = { face_fen: fenOnWire(face), tiers: names };
    const at = `${pointer}/tiers`;
    const { clause } = subsidy;
    return [finding('tier_face_ambiguous', { clause, message, figures, pointer: at })];
  });
}

function checkKinds({ subsidy, effective, pointer }: At, plan: Plan): readonly Finding[] {
  return effective.tiers.flatMap((tier, index) => {
    const kind = plan.kinds.find((one) => one.id === tier.kind);
    if (kind === undefined) return [];
    const at = `${pointer}/tiers/${index}`;
    const { clause } = subsidy;
    const findings: Finding[] = [];
    const face = largestFaceFen(kind.face);
    if (face !== tier.subsidyFen) {
      const message =
        `券种“${kind.name}”面值${amountInWords(face)}，` +
        `所代表的补贴为${amountInWords(tier.subsidyFen)}，两者不一致`;
      const figures = { face_fen: fenOnWire(face), subsidy_fen: fenOnWire(tier.subsidyFen) };
      findings.push(finding('tier_face_differs', { clause, message, figures, pointer: at }));
    }
    if (kind.settlesTo === 'merchant') {
      const message = `补贴券“${kind.name}”写成结算给商户，补贴应发给购买人本人`;
      const figures = { kind: kind.id };
      const draft = { clause, message, figures, pointer: at };
      findings.push(finding('subsidy_settles_to_merchant', draft));
    }
    return findings;
  });
}

function cardInWords(card: PlanThreshold): string {
  return `${card.strict ? '大于' : ''}${amountInWords(card.amountFen)}${card.strict ? '' : '或以上'}`;
}

function checkCard({ subsidy, effective, pointer }: At): readonly Finding[] {
  const faceFen = effective.tiers[0]?.subsidyFen ?? zeroFen;
  const readings = printedReadings(subsidy.card_payment).map((reading) =>
    planThreshold(reading, { type: 'fixed', faceFen }),
  );
  const said = [...new Set(readings.map(cardInWords))];
  if (said.length < 2) return [];
  const message =
    `刷卡金额前后说法不一：一处为${said.map((one) => `“${one}”`).join('，一处为')}，` +
    `恰好等于该金额时结论不同${resolutionNote(subsidy.card_payment)}`;
  const figures = {
    readings: said,
    amounts_fen: readings.map((reading) => reading.amountFen.toString()),
  };
  const at = `${pointer}/card_payment`;
  const { clause } = subsidy;
  return [finding('card_payment_wording_conflict', { clause, message, figures, pointer: at })];
}

function checkPapers({ subsidy, effective, pointer }: At, plan: Plan): readonly Finding[] {
  const kinds = new Set(effective.tiers.flatMap((tier) => tier.kind ?? []));
  const lives = voucherLives(plan).filter(
    ({ kind }) => kinds.has(kind.id) || kind.pool === effective.pool,
  );
  const last = lastLife(lives);
  if (last === undefined || last.endsAt <= effective.papersDueAt) return [];
  const message =
    `资料须在${momentInWords(effective.papersDueAt)}前交齐，` +
    `而最后一批券有效到${momentInWords(last.endsAt)}：此后才用券的人已来不及交资料` +
    resolutionNote(subsidy.papers_due);
  const figures = {
    papers_due: instantText(effective.papersDueAt),
    voucher_ends_at: instantText(last.endsAt),
  };
  const at = `${pointer}/papers_due`;
  const { clause } = subsidy;
  return [finding('papers_due_before_last_voucher', { clause, message, figures, pointer: at })];
}
