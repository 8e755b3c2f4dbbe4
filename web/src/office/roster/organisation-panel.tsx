import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Descriptions, Drawer } from 'antd';
import { useState } from 'react';
import type * as contract from '../../../../server/src/features/people/organisation.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { clockNow } from '../../ui/clock.ts';
import { countOf, dayOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { Failed } from '../desk/failed.tsx';
import { useMay } from '../desk/may.ts';
import { useStateWords, useWords } from '../words.ts';
import { AddDialog, FileDialog, RenameDialog, ReportDialog } from './organisation-acts.tsx';
import { kindWords, levelWords } from './words.ts';

type Shown = ReplyOf<typeof contract.getOrganisationRoute>;
type Props = { readonly organisationId: string; readonly onClosed: () => void };

/** One organisation: where it stands, its members as reported and as added up from below. */
export function OrganisationPanel({ organisationId, onClosed }: Props) {
  const words = useStateWords();
  const query = useQuery({
    queryKey: ['organisation', organisationId],
    queryFn: () =>
      call<typeof contract.getOrganisationRoute>('GET /api/organisations/{organisationId}', {
        params: { organisationId },
      }),
  });
  return (
    <Drawer open size="large" title={query.data?.name ?? ''} onClose={onClosed}>
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(organisation) => (
          <>
            <Facts organisation={organisation} />
            <Acts organisation={organisation} />
          </>
        )}
      </Loaded>
    </Drawer>
  );
}

function Facts({ organisation }: { readonly organisation: Shown }) {
  const { t } = useWords();
  const { organisationId, kind, level, regionCode, above } = organisation;
  const asOf = dayOf(clockNow());
  const { data: members } = useQuery({
    queryKey: ['organisation-members', organisationId, asOf],
    queryFn: () =>
      call<typeof contract.rollUpFigureRoute>(
        'GET /api/organisations/{organisationId}/figures/{figure}',
        { params: { organisationId, figure: 'members' }, query: { asOf } },
      ),
  });
  const { stated, rolledUp, reporting = 0 } = members ?? {};
  const items = [
    { key: 'above', label: t('orgAbove'), children: above.length === 0 ? '—' : above.join('、') },
    { key: 'kind', label: t('orgKind'), children: t(kindWords[kind]) },
    {
      key: 'level',
      label: t('orgLevel'),
      children: level === undefined ? '—' : t(levelWords[level]),
    },
    { key: 'region', label: t('orgRegion'), children: regionCode ?? '—' },
    {
      key: 'stated',
      label: t('orgStated'),
      children:
        stated === undefined ? t('orgNotReported') : t('orgPeople', { count: countOf(stated) }),
    },
    {
      key: 'rolledUp',
      label: t('orgRolledUp'),
      children:
        rolledUp === undefined
          ? t('orgNotReported')
          : t('orgReporting', { count: countOf(rolledUp), reporting: countOf(reporting) }),
    },
  ];
  const differs = stated !== undefined && rolledUp !== undefined && stated !== rolledUp;
  return (
    <>
      <Descriptions column={1} size="small" bordered items={items} />
      {differs ? (
        <Alert type="warning" showIcon className="desk-note" title={t('orgDiffers')} />
      ) : null}
    </>
  );
}

function Acts({ organisation }: { readonly organisation: Shown }) {
  const { t } = useWords();
  const may = useMay();
  const [dialog, setDialog] = useState<'add' | 'rename' | 'report' | 'file'>();
  const close = () => setDialog(undefined);
  const { organisationId, name } = organisation;
  return (
    <div className="desk-acts">
      {may('organisation.create') ? (
        <Button onClick={() => setDialog('add')}>{t('orgAdd')}</Button>
      ) : null}
      {may('organisation.update') ? (
        <>
          <Button onClick={() => setDialog('rename')}>{t('orgRename')}</Button>
          <Button onClick={() => setDialog('report')}>{t('orgReport')}</Button>
          <Button onClick={() => setDialog('file')}>{t('orgFile')}</Button>
        </>
      ) : null}
      {dialog === 'add' ? <AddDialog parentId={organisationId} onClosed={close} /> : null}
      {dialog === 'rename' ? (
        <RenameDialog organisationId={organisationId} name={name} onClosed={close} />
      ) : null}
      {dialog === 'report' ? (
        <ReportDialog organisationId={organisationId} onClosed={close} />
      ) : null}
      {dialog === 'file' ? <FileDialog organisationId={organisationId} onClosed={close} /> : null}
    </div>
  );
}
