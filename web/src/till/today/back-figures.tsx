import { instantOf, yuanOf } from '../../ui/figures.ts';
import { useWords } from '../words.ts';

type Props = {
  readonly back: {
    readonly voucherFen: number;
    readonly cashFen: number;
    readonly isVoucherRestored: boolean;
    readonly usableFrom?: string;
  };
  readonly payment: 'network' | 'merchant';
};

/** What the customer gets, and what becomes of the voucher. */
export function BackFigures({ back, payment }: Props) {
  const { t } = useWords();
  const hand = payment === 'network' ? 'backCashNetwork' : 'backCashHand';
  const { usableFrom } = back;
  const restored =
    usableFrom === undefined
      ? t('backVoucherRestored')
      : t('backVoucherRestoredFrom', { at: instantOf(usableFrom) });
  return (
    <dl className="till-facts">
      <div>
        <dt>{t('backCash')}</dt>
        <dd>
          {back.cashFen === 0 ? t('backCashNone') : t(hand, { amount: yuanOf(back.cashFen) })}
        </dd>
      </div>
      <div>
        <dt>{t('backVoucher')}</dt>
        <dd>
          {back.isVoucherRestored
            ? restored
            : t('backVoucherGone', { amount: yuanOf(back.voucherFen) })}
        </dd>
      </div>
    </dl>
  );
}
