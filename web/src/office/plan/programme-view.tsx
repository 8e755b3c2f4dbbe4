import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Tag } from 'antd';
import { useSearchParams } from 'react-router';
import type * as api from '../../../../server/src/features/programme/programme.contract.ts';
import { call } from '../../api/call.ts';
import type { Translate } from '../../i18n/language.tsx';
import { countOf, instantOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { Failed } from '../desk/failed.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useMay } from '../desk/may.ts';
import { useDesk } from '../desk/use-desk.ts';
import { type Key, useStateWords, useWords } from '../words.ts';
import { Closing } from './closing.tsx';
import { Stopping } from './stopping.tsx';
import { usePlanDesk } from './use-plan-desk.ts';
import { VersionPanel } from './version-panel.tsx';
import {
  type Programme,
  programmeColours,
  programmeWords,
  type VersionRow,
  versionColours,
  versionWords,
} from './words.ts';

/** The programme that was chosen: its state, what may be done with it, its versions. */
export function ProgrammeView({ programmeId }: { readonly programmeId: string }) {
  const words = useStateWords();
  const query = useQuery({
    queryKey: ['programme', programmeId],
    queryFn: () =>
      call<typeof api.getProgrammeRoute>('GET /api/programmes/{programmeId}', {
        params: { programmeId },
      }),
  });
  return (
    <Loaded
      query={query}
      words={words}
      failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
    >
      {(programme) => (
        <>
          <Head programme={programme} />
          <Versions programme={programme} />
        </>
      )}
    </Loaded>
  );
}

function Head({ programme }: { readonly programme: Programme }) {
  const { t } = useWords();
  const { state } = programme;
  return (
    <section className="plan-head">
      <h2>
        {programme.title} <Tag color={programmeColours[state]}>{t(programmeWords[state])}</Tag>
      </h2>
      <p className="desk-quiet">
        {t('planOrganiser')} {programme.organiserName}
        <span aria-hidden="true"> · </span>
        {t('planCode')} <code translate="no">{programme.code}</code>
      </p>
      <Stopping programme={programme} />
      <Closing programme={programme} />
    </section>
  );
}

function Versions({ programme }: { readonly programme: Programme }) {
  const { t } = useWords();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const open = (versionId: string | undefined) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (versionId === undefined) next.delete('version');
      else next.set('version', versionId);
      return next;
    });
  const { versions, state } = programme;
  const waiting = versions.find((one) => one.state === 'prepared');
  const isOver = state === 'closing' || state === 'closed';
  const desk = usePlanDesk(programme);
  // A draft has no plan in force that could name its preparers.
  const mayPrepare = state === 'draft' ? may('programme.prepare') : desk?.mayPrepare === true;
  const isFree = waiting === undefined && !isOver;
  const versionId = params.get('version');
  const query = { data: versions, error: null, isPending: false, refetch: () => undefined };
  return (
    <>
      {waiting === undefined ? null : (
        <Alert
          type="warning"
          showIcon
          title={t('planWaits', { number: waiting.number })}
          action={
            <Button size="small" onClick={() => open(waiting.versionId)}>
              {t('planOpen')}
            </Button>
          }
        />
      )}
      <Listed
        name="versions"
        query={query}
        columns={versionColumns(t, open)}
        rowKey={(one) => one.versionId}
        empty={t('planNoVersions')}
        tools={
          isFree ? (
            <>
              {mayPrepare ? (
                <Button type="primary" onClick={() => setParams({ edit: 'version' })}>
                  {t('planNewVersion')}
                </Button>
              ) : null}
              {state === 'draft' ? null : <Extend programmeId={programme.programmeId} />}
            </>
          ) : null
        }
      />
      {versionId === null ? null : (
        <VersionPanel versionId={versionId} onClosed={() => open(undefined)} />
      )}
    </>
  );
}

/** An extension has preparers of its own. */
function Extend({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const desk = useDesk(programmeId);
  const [, setParams] = useSearchParams();
  if (desk?.extension.mayPrepare !== true) return null;
  return <Button onClick={() => setParams({ edit: 'extension' })}>{t('planExtend')}</Button>;
}

function versionColumns(
  t: Translate<Key>,
  open: (versionId: string) => void,
): readonly Column<VersionRow>[] {
  return [
    {
      title: t('planVersions'),
      key: 'number',
      value: (one) => one.number,
      show: (one) => t('planVersion', { number: one.number }),
    },
    {
      title: t('planKind'),
      key: 'kind',
      value: (one) => t(one.extendsVersionId === undefined ? 'planKindPlan' : 'planKindExtension'),
    },
    {
      title: t('planState'),
      key: 'state',
      value: (one) => t(versionWords[one.state]),
      show: (one) => <Tag color={versionColours[one.state]}>{t(versionWords[one.state])}</Tag>,
    },
    {
      title: t('planFindings'),
      key: 'findings',
      value: (one) => one.findings,
      show: (one) => t('planCount', { count: countOf(one.findings) }),
    },
    { title: t('planPreparedAt'), key: 'by', value: (one) => one.preparedAtName ?? '' },
    { title: t('planSubmitted'), key: 'at', value: (one) => instantOf(one.createdAt) },
    { title: t('planApprovedAt'), key: 'approvedBy', value: (one) => one.approvedAtName ?? '' },
    {
      title: t('planEffective'),
      key: 'from',
      value: (one) => (one.effectiveFrom === undefined ? '' : instantOf(one.effectiveFrom)),
    },
    {
      title: '',
      key: 'open',
      value: () => '',
      show: (one) => (
        <Button type="link" onClick={() => open(one.versionId)}>
          {t('planOpen')}
        </Button>
      ),
    },
  ];
}
