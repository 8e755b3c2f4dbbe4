import { Tabs } from 'antd';
import { lazy } from 'react';
import { useSearchParams } from 'react-router';
import { useSeesWhole } from '../desk/reach.ts';
import { useWords } from '../words.ts';
import { ProgrammeList } from './programme-list.tsx';
import { ProgrammeView } from './programme-view.tsx';
import './plan.css';

// The editor is fetched by who writes a plan, not by who looks at one.
const Draft = lazy(async () => ({ default: (await import('./draft-page.tsx')).DraftPage }));

const edits = ['new', 'version', 'extension'] as const;

/** What is being drafted: a programme, a version of one, or its extension. */
export type Edit = (typeof edits)[number];

/** Programmes, their plans as versions, and who decided them. */
export function PlanPage({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const seesWhole = useSeesWhole(programmeId);
  const [params, setParams] = useSearchParams();
  const edit = edits.find((one) => one === params.get('edit'));
  if (edit !== undefined) return <Draft key={edit} programmeId={programmeId} edit={edit} />;
  const hasOwn = seesWhole === true && programmeId !== 'none';
  const items = [
    ...(hasOwn
      ? [
          {
            key: 'own',
            label: t('planTabOwn'),
            children: <ProgrammeView programmeId={programmeId} />,
          },
        ]
      : []),
    { key: 'all', label: t('planTabAll'), children: <ProgrammeList /> },
  ];
  return (
    <>
      <h1>{t('planTitle')}</h1>
      <Tabs
        destroyOnHidden
        activeKey={params.get('tab') ?? (hasOwn ? 'own' : 'all')}
        items={items}
        onChange={(tab) => setParams({ tab })}
      />
    </>
  );
}
