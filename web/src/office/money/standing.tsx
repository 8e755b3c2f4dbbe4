import { yuanOf } from '../../ui/figures.ts';
import { type Key, useWords } from '../words.ts';
import type { Balances } from './words.ts';

type Part = {
  readonly key: string;
  readonly word: Key;
  readonly why: Key;
  readonly of: (balances: Balances) => number;
};

/** Where money can stand, from the funder to the shop and back. */
export const parts: readonly Part[] = [
  {
    key: 'available',
    word: 'moneyAvailable',
    why: 'moneyAvailableWhy',
    of: (balances) => balances.available,
  },
  {
    key: 'committed',
    word: 'moneyCommitted',
    why: 'moneyCommittedWhy',
    of: (balances) => balances.committed,
  },
  {
    key: 'outstanding',
    word: 'moneyOutstanding',
    why: 'moneyOutstandingWhy',
    of: (balances) => balances.outstanding,
  },
  {
    key: 'payable',
    word: 'moneyPayable',
    why: 'moneyPayableWhy',
    // What a shop owes stands as a negative figure and is set off against what it is owed.
    of: (balances) => balances.payable + balances.payable_held + balances.receivable,
  },
  {
    key: 'settled',
    word: 'moneySettled',
    why: 'moneySettledWhy',
    of: (balances) => balances.settled,
  },
  {
    key: 'return-due',
    word: 'moneyReturnDue',
    why: 'moneyReturnDueWhy',
    of: (balances) => balances.return_due,
  },
  {
    key: 'returned',
    word: 'moneyReturned',
    why: 'moneyReturnedWhy',
    of: (balances) => balances.returned,
  },
];

const barWidth = 1_000;

/** One bar for all that was funded, cut where its money stands; the figures stand beside it. */
export function Bar({ balances, label }: { readonly balances: Balances; readonly label: string }) {
  const { t } = useWords();
  const total = balances.fundedFen;
  if (total <= 0) return null;
  const told = parts
    .filter((part) => part.of(balances) > 0)
    .map((part) => `${t(part.word)} ${yuanOf(part.of(balances))} ${t('deskYuan')}`);
  let x = 0;
  const pieces = parts.map(({ key, of }) => {
    const piece = { key, x, width: (Math.max(0, of(balances)) / total) * barWidth };
    x += piece.width;
    return piece;
  });
  return (
    <svg
      role="img"
      aria-label={`${label}：${told.join('，')}`}
      className="money-bar"
      viewBox={`0 0 ${barWidth} 16`}
      preserveAspectRatio="none"
    >
      {pieces.map((one) => (
        <rect
          key={one.key}
          className={`money-${one.key}`}
          x={one.x}
          y={0}
          width={one.width}
          height={16}
        />
      ))}
    </svg>
  );
}

/** All parts of what was funded, each with its figure and what it means. */
export function Tiles({ balances }: { readonly balances: Balances }) {
  const { t } = useWords();
  return (
    <dl className="money-tiles">
      <div className="money-tile money-tile-total">
        <dt>{t('moneyFunded')}</dt>
        <dd>
          {yuanOf(balances.fundedFen)} <small>{t('deskYuan')}</small>
        </dd>
        <p>{t('moneyFundedWhy')}</p>
      </div>
      {parts.map((part) => (
        <div key={part.key} className="money-tile" data-part={part.key}>
          <dt>
            <i className={`money-dot money-${part.key}`} aria-hidden="true" />
            {t(part.word)}
          </dt>
          <dd>
            {yuanOf(part.of(balances))} <small>{t('deskYuan')}</small>
          </dd>
          <p>{t(part.why)}</p>
        </div>
      ))}
    </dl>
  );
}
