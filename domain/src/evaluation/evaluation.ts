import { type Fen, fen, sumFen } from '../fen.ts';
import type { Instant } from '../instant.ts';

/** The levels that an evaluation reports by; `unlevelled`: an organisation that states none. */
export const evaluationLevels = ['province', 'city', 'county', 'enterprise', 'unlevelled'] as const;
/** One of them. */
export type EvaluationLevel = (typeof evaluationLevels)[number];

/** Plan against done of one level: what its organisations reported and what their funds issued. */
export type LevelFigures = {
  readonly level: EvaluationLevel;
  readonly members: number;
  readonly electronicFen: Fen;
  readonly paperFen: Fen;
};

/** Redemptions at the merchants of one industry. */
export type CategoryFigures = {
  readonly industry: string;
  readonly count: number;
  readonly orderFen: Fen;
  readonly redeemedFen: Fen;
};

/** Counties by the share of their union money that the budget guarantees, in percent. */
export type GuaranteeFigures = {
  readonly counties: number;
  /** 100 %. */
  readonly full: number;
  /** [50, 100). */
  readonly upper: number;
  /** (0, 50). */
  readonly lower: number;
  /** 0. */
  readonly none: number;
  /** Did not report. */
  readonly silent: number;
};

/** Where the money of the programme's funds is: sums of the ledger's accounts. */
export type MoneyFigures = {
  readonly fundedFen: Fen;
  readonly availableFen: Fen;
  readonly committedFen: Fen;
  readonly outstandingFen: Fen;
  readonly payableFen: Fen;
  readonly settledFen: Fen;
  readonly returnDueFen: Fen;
  readonly returnedFen: Fen;
  /** Value of vouchers that ended unused, of that in return due or returned. */
  readonly expiredFen: Fen;
};

/** What a programme did, in figures of its ledger and registers; exact, nothing rounded. */
export type Evaluation = {
  readonly programmeId: string;
  readonly code: string;
  readonly planId: string;
  readonly name: string;
  /** The figures are those of this instant. */
  readonly asOf: Instant;
  /** What the plan gives one person; undefined where it names no sum. */
  readonly standardFen: Fen | undefined;
  readonly levels: readonly LevelFigures[];
  /** What batches and rounds were approved to issue. */
  readonly approvedFen: Fen;
  readonly spending: {
    readonly count: number;
    /** Σ of the orders paid with a voucher, less what was refunded of them. */
    readonly orderFen: Fen;
    readonly redeemedFen: Fen;
  };
  readonly categories: readonly CategoryFigures[];
  readonly guarantee: GuaranteeFigures;
  readonly money: MoneyFigures;
  /** Features of the plan that nothing carries out yet, so that no figure can exist. */
  readonly notBuilt: readonly string[];
};

/** Totals over all levels. */
export function totalsOf(evaluation: Evaluation): Omit<LevelFigures, 'level'> {
  const { levels } = evaluation;
  return {
    members: levels.reduce((sum, one) => sum + one.members, 0),
    electronicFen: sumFen(levels.map((one) => one.electronicFen)),
    paperFen: sumFen(levels.map((one) => one.paperFen)),
  };
}

/** What members at the plan's standard would have got. Zero where the plan names no sum. */
export function plannedFen(evaluation: Evaluation, members: number): Fen {
  return fen((evaluation.standardFen ?? 0n) * BigInt(members));
}

/** Everything a level issued. */
export function issuedFen(figures: Omit<LevelFigures, 'level'>): Fen {
  return fen(figures.electronicFen + figures.paperFen);
}

/** What one organisation states of its members; `path` holds the ids from the root, '/a/b/'. */
export type StatedMembers = {
  readonly path: string;
  readonly level: EvaluationLevel;
  readonly members: number;
};

/**
 * Members by level: what an organisation states covers those of its own level below it, which do
 * not
 * count again. A county's own number does not hide what its city states of the city's level.
 * @policy SX20E 问题（二）; requirement O1
 */
export function membersByLevel(
  stated: readonly StatedMembers[],
): ReadonlyMap<EvaluationLevel, number> {
  const known = new Set(stated.map(({ level, path }) => `${level} ${path}`));
  const isCovered = ({ level, path }: StatedMembers) => {
    let above = path.lastIndexOf('/', path.length - 2);
    while (above > 0) {
      if (known.has(`${level} ${path.slice(0, above + 1)}`)) return true;
      above = path.lastIndexOf('/', above - 1);
    }
    return false;
  };
  const sums = new Map<EvaluationLevel, number>();
  for (const one of stated) {
    if (!isCovered(one)) sums.set(one.level, (sums.get(one.level) ?? 0) + one.members);
  }
  return sums;
}
