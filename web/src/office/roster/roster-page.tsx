import { Tabs } from 'antd';
import { useSearchParams } from 'react-router';
import { useMay } from '../desk/may.ts';
import { useWords } from '../words.ts';
import { OrganisationTree } from './organisation-tree.tsx';
import { Rosters } from './rosters.tsx';

/** Who is entitled by a list, and the organisations whose lists they are. */
export function RosterPage({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const lists = {
    key: 'lists',
    label: t('rosterTabLists'),
    children: <Rosters programmeId={programmeId} />,
  };
  const tree = { key: 'tree', label: t('rosterTabTree'), children: <OrganisationTree /> };
  const items = [
    ...(may('roster.summary') ? [lists] : []),
    ...(may('organisation.read') ? [tree] : []),
  ];
  return (
    <>
      <h1>{t('rosterTitle')}</h1>
      <Tabs
        destroyOnHidden
        activeKey={params.get('tab') ?? items[0]?.key ?? ''}
        items={items}
        onChange={(tab) => setParams({ tab })}
      />
    </>
  );
}
