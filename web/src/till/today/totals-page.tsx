import { useQuery } from '@tanstack/react-query';
import type { shopTotalsRoute } from '../../../../server/src/features/redemption/list.contract.ts';
import type { ReplyOf } from '../../api/call.ts';
import { countOf, instantOf, yuanOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { tillCall } from '../call.ts';
import { Failed } from '../failed.tsx';
import { useDesk } from '../pay/desk.ts';
import { useTill } from '../terminal.ts';
import { useStateWords, useWords } from '../words.ts';

type Totals = ReplyOf<typeof shopTotalsRoute>;
type Sums = Totals['shop'];

/** The end of the day: what each cashier and the shop took and gave back, to be printed. */
export function TotalsPage() {
  const { t } = useWords();
  const words = useStateWords();
  const { terminal } = useTill();
  const { ends } = useDesk();
  const shopId = terminal?.shopId ?? '';
  const query = useQuery({
    queryKey: ['totals', shopId, ends],
    queryFn: () =>
      tillCall<typeof shopTotalsRoute>('GET /api/shops/{shopId}/totals', { params: { shopId } }),
  });
  return (
    <section className="till-wide totals">
      <h1>{t('totalsTitle')}</h1>
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(totals) => <TotalsSheet totals={totals} />}
      </Loaded>
    </section>
  );
}

/** The totals of one day as a sheet. */
export function TotalsSheet({ totals }: { readonly totals: Totals }) {
  const { t } = useWords();
  const { day, shopName, at, cashiers, shop, undecided } = totals;
  if (cashiers.length === 0 && undecided === 0) {
    return <p className="till-empty">{t('totalsEmpty')}</p>;
  }
  return (
    <>
      <p className="till-quiet">
        {t('totalsOf', { shop: shopName, day })} · {t('totalsAt', { at: instantOf(at) })}
      </p>
      {undecided === 0 ? null : (
        <p className="till-notice">{t('totalsUndecided', { count: undecided })}</p>
      )}
      <div className="totals-cards">
        <SumsCard name={t('totalsShop')} sums={shop} />
        {cashiers.map((one) => (
          <SumsCard key={one.name} name={one.name} sums={one} />
        ))}
      </div>
      <button type="button" className="till-secondary no-print" onClick={() => print()}>
        {t('totalsPrint')}
      </button>
    </>
  );
}

function SumsCard({ name, sums }: { readonly name: string; readonly sums: Sums }) {
  const { t } = useWords();
  const lines = [
    [t('totalsCount'), countOf(sums.redemptions)],
    [t('totalsOrder'), yuanOf(sums.orderFen)],
    [t('totalsVoucher'), yuanOf(sums.voucherFen)],
    [t('totalsNetwork'), yuanOf(sums.networkFen)],
    [t('totalsCollected'), yuanOf(sums.collectedFen)],
    [t('totalsRefunds'), countOf(sums.refunds)],
    [t('totalsRefunded'), yuanOf(sums.refundedFen)],
    [t('totalsRefundedVoucher'), yuanOf(sums.refundedVoucherFen)],
    [t('totalsRefundedCash'), yuanOf(sums.refundedCollectedFen)],
  ] as const;
  return (
    <article className="totals-card">
      <h2>{name}</h2>
      <dl className="till-facts">
        {lines.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div className="is-sum">
          <dt>{t('totalsDrawer')}</dt>
          <dd>{yuanOf(sums.collectedFen - sums.refundedCollectedFen)}</dd>
        </div>
      </dl>
      <p className="only-print">{t('totalsSign')}</p>
    </article>
  );
}
