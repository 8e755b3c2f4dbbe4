import { Tabs } from 'antd';
import { useSearchParams } from 'react-router';
import { useMay } from '../desk/may.ts';
import { useWords } from '../words.ts';
import { Chain } from './chain.tsx';
import { Timeline } from './timeline.tsx';

/** What was done, by whom, and the proof that nobody changed it afterwards. */
export function AuditPage({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const items = [
    {
      key: 'line',
      label: t('auditTabLine'),
      children: <Timeline programmeId={programmeId} isAboutPersons={false} />,
    },
    {
      key: 'persons',
      label: t('auditTabPersons'),
      children: <Timeline programmeId={programmeId} isAboutPersons />,
    },
    ...(may('audit.verify')
      ? [{ key: 'chain', label: t('auditTabChain'), children: <Chain /> }]
      : []),
  ];
  return (
    <>
      <h1>{t('auditTitle')}</h1>
      <Tabs
        destroyOnHidden
        activeKey={params.get('tab') ?? 'line'}
        items={items}
        onChange={(tab) => setParams({ tab })}
      />
    </>
  );
}
