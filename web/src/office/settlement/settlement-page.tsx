import { Tabs } from 'antd';
import { useSearchParams } from 'react-router';
import { useMay } from '../desk/may.ts';
import { useSeesWhole } from '../desk/reach.ts';
import { useWords } from '../words.ts';
import { Ageing, Clearing } from './clearing.tsx';
import { Exceptions } from './exceptions.tsx';
import { Holds } from './holds.tsx';
import { ParkedNotices } from './parked-notices.tsx';
import { Reconciliation } from './reconciliation.tsx';
import { Returns } from './returns.tsx';
import { Runs } from './runs.tsx';

/** Everything between a redemption and the shop's account. */
export function SettlementPage({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const may = useMay();
  const seesWhole = useSeesWhole(programmeId);
  const [params, setParams] = useSearchParams();
  const of = { programmeId };
  const runs = { key: 'runs', label: t('settleTabRuns'), children: <Runs {...of} /> };
  const whole = [
    { key: 'clearing', label: t('settleTabClearing'), children: <Clearing {...of} /> },
    { key: 'holds', label: t('settleTabHolds'), children: <Holds {...of} /> },
    {
      key: 'reconciliation',
      label: t('settleTabReconciliation'),
      children: <Reconciliation {...of} />,
    },
    {
      key: 'exceptions',
      label: t('settleTabExceptions'),
      children: (
        <>
          <Exceptions {...of} />
          {may('payment_notice.read') ? <ParkedNotices /> : null}
        </>
      ),
    },
    { key: 'ageing', label: t('settleTabAgeing'), children: <Ageing {...of} /> },
    { key: 'returns', label: t('settleTabReturns'), children: <Returns {...of} /> },
  ];
  // Who is named to pay, and stands beside the programme, decides runs and is told no more.
  const items = seesWhole === true ? [runs, ...whole] : [runs];
  const chosen = params.get('tab') ?? 'runs';
  return (
    <>
      <h1>{t('settleTitle')}</h1>
      <Tabs
        destroyOnHidden
        activeKey={items.some((one) => one.key === chosen) ? chosen : 'runs'}
        items={items}
        onChange={(tab) => setParams({ tab })}
      />
    </>
  );
}
