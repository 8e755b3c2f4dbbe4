import { type Fen, yuan } from '../fen.ts';
import type { BenefitName } from './effective-plan.ts';

/** The highest a rule in force allows for one benefit. */
export type LegalCap = {
  readonly benefit: BenefitName;
  readonly maxFen?: Fen;
  readonly maxCount?: number;
  readonly maxTimes?: number;
  /** First day on which the rule holds. */
  readonly from: string;
  readonly document: string;
  readonly clause: string;
};

const sx25 = { from: '2025-06-20', document: '晋工办发〔2025〕26号' } as const;

/**
 * Caps on what the unions of Shanxi spend on a member, oldest first; of two rules for one benefit
 * the later one holds from its day on.
 * @policy SX20 一(二); SX25 一, 三, 四, 七
 */
export const shanxiUnionCaps: readonly LegalCap[] = [
  {
    benefit: 'voucher',
    maxFen: yuan(300),
    from: '2020-04-26',
    document: '晋工发〔2020〕8号',
    clause: '一(二)',
  },
  { benefit: 'voucher', maxFen: yuan(300), ...sx25, clause: '一' },
  { benefit: 'culture', maxFen: yuan(500), ...sx25, clause: '三' },
  { benefit: 'fee_top_up', maxTimes: 4, ...sx25, clause: '三' },
  { benefit: 'outing', maxCount: 4, ...sx25, clause: '四' },
  { benefit: 'outing_length', maxCount: 2, ...sx25, clause: '四' },
  { benefit: 'travel_card', maxFen: yuan(300), ...sx25, clause: '四' },
  { benefit: 'festival', maxFen: yuan(2200), ...sx25, clause: '七' },
  { benefit: 'birthday', maxFen: yuan(500), ...sx25, clause: '七' },
  { benefit: 'birth_first', maxFen: yuan(1500), ...sx25, clause: '七' },
  { benefit: 'birth_second', maxFen: yuan(2000), ...sx25, clause: '七' },
  { benefit: 'birth_third', maxFen: yuan(2500), ...sx25, clause: '七' },
];

/** The cap on `benefit` in force on `day` (`YYYY-MM-DD`), or undefined where none was yet. */
export function legalCapOn(benefit: BenefitName, day: string): LegalCap | undefined {
  return shanxiUnionCaps
    .filter((cap) => cap.benefit === benefit && cap.from <= day)
    .toSorted((a, b) => a.from.localeCompare(b.from))
    .at(-1);
}
