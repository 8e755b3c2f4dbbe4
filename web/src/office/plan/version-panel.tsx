import { useQuery } from '@tanstack/react-query';
import { Button, Descriptions, Drawer, Spin } from 'antd';
import { lazy, Suspense, useRef, useState } from 'react';
import type * as api from '../../../../server/src/features/programme/programme.contract.ts';
import { call } from '../../api/call.ts';
import { instantOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { Failed } from '../desk/failed.tsx';
import { useStateWords, useWords } from '../words.ts';
import { ChangeList } from './change-list.tsx';
import type { Jump } from './code/plan-editor.tsx';
import { Decide } from './decide.tsx';
import { FindingList } from './finding-list.tsx';
import { type Changes, type Version, versionWords } from './words.ts';

const PlanEditor = lazy(async () => ({
  default: (await import('./code/plan-editor.tsx')).PlanEditor,
}));

type Props = { readonly versionId: string; readonly onClosed: () => void };
type Seen = { readonly version: Version; readonly changes: Changes };

/** One version: what it changes, what the checker found, its parties, its text, its decision. */
export function VersionPanel({ versionId, onClosed }: Props) {
  const { t } = useWords();
  const words = useStateWords();
  const params = { versionId };
  const query = useQuery({
    queryKey: ['version', versionId],
    queryFn: async (): Promise<Seen> => {
      const [version, changes] = await Promise.all([
        call<typeof api.getVersionRoute>('GET /api/versions/{versionId}', { params }),
        call<typeof api.versionChangesRoute>('GET /api/versions/{versionId}/changes', { params }),
      ]);
      return { version, changes };
    },
  });
  const number = query.data?.version.number;
  return (
    <Drawer
      open
      size="large"
      className="plan-panel"
      title={number === undefined ? '' : t('planVersion', { number })}
      onClose={onClosed}
    >
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(seen) => <Panel {...seen} />}
      </Loaded>
    </Drawer>
  );
}

function Panel({ version, changes }: Seen) {
  const { t } = useWords();
  const [hasText, setText] = useState(false);
  const jump = useRef<Jump>(undefined);
  const waiting = useRef<Parameters<Jump>[0]>(undefined);
  const jumpTo: Jump = (at) => {
    if (jump.current === undefined) waiting.current = at;
    else jump.current(at);
    setText(true);
  };
  const { before } = changes;
  const heading = before === undefined ? t('planChangesHead') : t('planChanges', before);
  return (
    <>
      <Facts version={version} />
      {version.state === 'prepared' ? <Decide version={version} changes={changes} /> : null}
      <h3>{heading}</h3>
      <ChangeList changes={changes} />
      <h3>{t('planFindings')}</h3>
      <FindingList findings={version.findings} onJump={jumpTo} />
      <h3>{t('planParties')}</h3>
      <ul className="plan-parties">
        {version.parties.map((one) => (
          <li key={`${one.party} ${one.organisationId}`}>
            <code translate="no">{one.party}</code> {one.organisationName}
          </li>
        ))}
      </ul>
      <h3>{t('planText')}</h3>
      {hasText ? (
        <Suspense fallback={<Spin />}>
          <PlanEditor
            text={version.planText}
            findings={version.findings}
            label={t('planText')}
            onReady={(ready) => {
              jump.current = ready;
              if (waiting.current !== undefined) ready(waiting.current);
            }}
          />
        </Suspense>
      ) : (
        <Button onClick={() => setText(true)}>{t('planTextShow')}</Button>
      )}
    </>
  );
}

function Facts({ version }: { readonly version: Version }) {
  const { t } = useWords();
  const kind = version.extendsVersionId === undefined ? 'planKindPlan' : 'planKindExtension';
  const items = [
    { key: 'state', label: t('planState'), children: t(versionWords[version.state]) },
    { key: 'kind', label: t('planKind'), children: t(kind) },
    { key: 'by', label: t('planPreparedAt'), children: version.preparedAtName ?? '' },
    { key: 'at', label: t('planSubmitted'), children: instantOf(version.createdAt) },
    ...(version.approvedAtName === undefined
      ? []
      : [{ key: 'approved', label: t('planApprovedAt'), children: version.approvedAtName }]),
    ...(version.effectiveFrom === undefined
      ? []
      : [{ key: 'from', label: t('planEffective'), children: instantOf(version.effectiveFrom) }]),
    {
      key: 'hash',
      label: t('planHash'),
      children: <code translate="no">{version.contentHash.slice(0, 16)}</code>,
    },
  ];
  return <Descriptions column={{ xs: 1, md: 2 }} size="small" bordered items={items} />;
}
