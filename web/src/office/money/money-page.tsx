import { Tabs } from 'antd';
import { useSearchParams } from 'react-router';
import { useMay } from '../desk/may.ts';
import { useWords } from '../words.ts';
import { Bank } from './bank.tsx';
import { Confirmations } from './confirmations.tsx';
import { Funds } from './funds.tsx';
import { LedgerPanel } from './ledger-panel.tsx';
import { Orders } from './orders.tsx';
import { Picture } from './picture.tsx';
import { PoolTransfers } from './pool-transfers.tsx';
import { useConfirmingDesk } from './queries.ts';
import './money.css';

/** Every 分 of a programme: where it stands, how it came there, and what is on its way. */
export function MoneyPage({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const may = useMay();
  const confirming = useConfirmingDesk(programmeId);
  const [params, setParams] = useSearchParams();
  const of = { programmeId };
  const items = [
    { key: 'picture', label: t('moneyTabPicture'), children: <Picture {...of} /> },
    { key: 'funds', label: t('moneyTabFunds'), children: <Funds {...of} /> },
    { key: 'orders', label: t('moneyTabOrders'), children: <Orders {...of} /> },
    ...(confirming?.mayApprove === true
      ? [
          {
            key: 'confirmations',
            label: t('moneyTabConfirmations'),
            children: <Confirmations {...of} />,
          },
        ]
      : []),
    { key: 'bank', label: t('moneyTabBank'), children: <Bank {...of} /> },
    ...(may('pool_transfer.read')
      ? [{ key: 'transfers', label: t('moneyTabTransfers'), children: <PoolTransfers {...of} /> }]
      : []),
  ];
  const fundId = params.get('fund');
  const close = () =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      for (const key of ['fund', 'account', 'kind', 'from', 'to']) next.delete(key);
      return next;
    });
  return (
    <>
      <h1>{t('moneyTitle')}</h1>
      <Tabs
        destroyOnHidden
        activeKey={params.get('tab') ?? 'picture'}
        items={items}
        onChange={(tab) => setParams({ tab })}
      />
      {fundId === null ? null : (
        <LedgerPanel key={fundId} programmeId={programmeId} fundId={fundId} onClosed={close} />
      )}
    </>
  );
}
