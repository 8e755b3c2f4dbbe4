import { Tabs } from 'antd';
import { useSearchParams } from 'react-router';
import { useMay } from '../desk/may.ts';
import { useWords } from '../words.ts';
import { Applications } from './applications.tsx';
import { Dishonesty, Sanctions } from './sanctions.tsx';

/** Merchants of a programme: who applied, who may take part, who is barred. */
export function MerchantsPage({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const of = { programmeId };
  const items = [
    { key: 'list', label: t('merchantTabList'), children: <Applications {...of} /> },
    { key: 'sanctions', label: t('merchantTabSanctions'), children: <Sanctions {...of} /> },
    ...(may('dishonesty.read')
      ? [
          {
            key: 'dishonesty',
            label: t('merchantTabDishonesty'),
            children: <Dishonesty {...of} />,
          },
        ]
      : []),
  ];
  return (
    <>
      <h1>{t('merchantTitle')}</h1>
      <Tabs
        destroyOnHidden
        activeKey={params.get('tab') ?? 'list'}
        items={items}
        onChange={(tab) => setParams({ tab })}
      />
    </>
  );
}
