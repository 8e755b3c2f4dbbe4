import type { Article } from '@huiquan/domain/evaluation/article.ts';
import { exact, printedValue, rounded, times } from '@huiquan/domain/evaluation/exact.ts';
import { fen, type Fen } from '@huiquan/domain/fen.ts';

/** How much of the published volumes is loaded, over how large a tree. */
export type Dose = {
  /** 100: one of a hundred members, vouchers and 分. */
  readonly divisor: number;
  readonly provinceBranches: number;
  readonly branchesPerCity: number;
  readonly branchesPerCounty: number;
  /** One of so many city and county branches hands out electronic vouchers, the others paper. */
  readonly listsEvery: number;
};

export const sampleDose: Dose = {
  divisor: 100,
  provinceBranches: 4,
  branchesPerCity: 1,
  branchesPerCounty: 1,
  listsEvery: 1,
};
export const fullDose: Dose = {
  divisor: 1,
  provinceBranches: 8,
  branchesPerCity: 40,
  branchesPerCounty: 20,
  listsEvery: 10,
};

export const publishedLevels = ['province', 'city', 'county'] as const;
export type PublishedLevel = (typeof publishedLevels)[number];

/** What one level is loaded with: heads, and vouchers of 300元. */
export type LevelVolume = {
  readonly members: number;
  readonly electronic: number;
  readonly paper: number;
};

/** The volumes of the article at a dose. */
export type Volumes = {
  readonly levels: Readonly<Record<PublishedLevel, LevelVolume>>;
  /** Paper vouchers for which no member of their level is left within the sum per person. */
  readonly beyondCap: number;
  readonly spendingFen: Fen;
  /** Counties by their fiscal guarantee in percent. */
  readonly guarantees: readonly number[];
};

export const faceFen = fen(30_000n);
/** The article tells no number of redemptions; the load redeems 95 of 100. */
export const redeemedPercent = 95;
const fenPerYi = 10_000_000_000n;

/** `total` in `parts` whole numbers that differ by one at most. */
export function shareOut(total: number, parts: number): readonly number[] {
  const base = Math.floor(total / parts);
  return Array.from({ length: parts }, (_, n) => base + (n < total - base * parts ? 1 : 0));
}

/**
 * The article's volumes in whole vouchers and heads. Its parts for the province level exceed 300元
 * a member: what no member could get within the sum stands apart, so that the load keeps the cap.
 */
export function volumesOf(article: Article, dose: Dose): Volumes {
  const valueOf = (id: string) => {
    const found = article.figures.find((one) => one.figure === id);
    if (found === undefined) throw new Error(`the article prints no ${id}`);
    return printedValue(found.printed);
  };
  const scaled = (id: string, over: bigint, under: bigint) =>
    Number(rounded(times(valueOf(id), exact(over, under * BigInt(dose.divisor))), 0));
  const level = (name: PublishedLevel) => {
    const members = scaled(`members.${name}`, 10_000n, 1n);
    const electronic = scaled(`electronic.${name}`, fenPerYi, faceFen);
    const stated = scaled(`paper.${name}`, fenPerYi, faceFen);
    const paper = Math.min(stated, members - electronic);
    return { members, electronic, paper, beyond: stated - paper };
  };
  const [province, city, county] = [level('province'), level('city'), level('county')];
  const count = (id: string) => Number(rounded(valueOf(`counties.${id}`), 0));
  const spread = (of: number, from: number, to: number) =>
    Array.from({ length: of }, (_, n) => from + (n % (to - from)));
  return {
    levels: { province, city, county },
    beyondCap: province.beyond + city.beyond + county.beyond,
    spendingFen: fen(scaled('spending', fenPerYi, 1n)),
    guarantees: [
      ...spread(count('full'), 100, 101),
      ...spread(count('upper'), 50, 100),
      ...spread(count('lower'), 1, 50),
      ...spread(count('none'), 0, 1),
    ],
  };
}
