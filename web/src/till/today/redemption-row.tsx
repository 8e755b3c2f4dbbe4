import { clockOf, yuanOf } from '../../ui/figures.ts';
import { useWords } from '../words.ts';
import { type Listed, stateKeys } from './redemptions.ts';

type Props = { readonly one: Listed; readonly open: (one: Listed) => void };

/** One line of the day: when, who, what, how it stands. */
export function RedemptionRow({ one, open }: Props) {
  const { t } = useWords();
  const isGood = one.state === 'committed';
  return (
    <li>
      <button type="button" className="row" onClick={() => open(one)}>
        <span className="row-time">{clockOf(one.triedAt)}</span>
        <span className="row-what">
          <strong>{one.voucherName}</strong>
          <small>
            {one.customer} · {t('figureOrder')} {yuanOf(one.orderFen)} {t('yuan')}
          </small>
        </span>
        <span className="row-how">
          <strong className={isGood ? undefined : 'is-off'}>
            −{yuanOf(one.deductionFen)} {t('yuan')}
          </strong>
          <small className={`state is-${one.state}`}>{t(stateKeys[one.state])}</small>
          {one.refundedFen > 0 && isGood ? (
            <small className="state is-reversed">
              {t('todayRefunded', { amount: yuanOf(one.refundedFen) })}
            </small>
          ) : null}
        </span>
      </button>
    </li>
  );
}
