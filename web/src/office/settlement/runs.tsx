import { useQuery } from '@tanstack/react-query';
import { Button, Input, Tag } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type * as contract from '../../../../server/src/features/settlement/settlement.contract.ts';
import { call } from '../../api/call.ts';
import type { Translate } from '../../i18n/language.tsx';
import { endOf, instantOf, yuanOf } from '../../ui/figures.ts';
import { useAct } from '../desk/act.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useMay } from '../desk/may.ts';
import { allPages } from '../desk/pages.ts';
import { useDesk } from '../desk/use-desk.ts';
import { type Key, useWords } from '../words.ts';
import { RunPanel } from './run-panel.tsx';
import { StatementUpload } from './statement-upload.tsx';
import { type Run, runWords } from './words.ts';

/** The runs of a programme: prepared, approved by another person, paid by the bank. */
export function Runs({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const act = useAct();
  const may = useMay();
  const desk = useDesk(programmeId);
  const [params, setParams] = useSearchParams();
  const [day, setDay] = useState('');
  const query = useQuery({
    queryKey: ['runs', programmeId],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof contract.listRunsRoute>('GET /api/programmes/{programmeId}/settlement-runs', {
          params: { programmeId },
          query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
        }),
      ),
  });
  const open = (runId: string | undefined) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (runId === undefined) next.delete('run');
      else next.set('run', runId);
      return next;
    });
  const prepare = () =>
    act(() =>
      call<typeof contract.prepareRunsRoute>('POST /api/programmes/{programmeId}/settlement-runs', {
        params: { programmeId },
        body: day === '' ? {} : { throughDay: day },
      }),
    );
  const columns = runColumns(t, open);
  const runId = params.get('run');
  return (
    <>
      <Listed
        name="runs"
        query={query}
        columns={columns}
        rowKey={(run) => run.runId}
        empty={t('settleNoRuns')}
        tools={
          <>
            {may('bank_statement.create') ? <StatementUpload programmeId={programmeId} /> : null}
            {desk?.settlement.mayPrepare === true ? (
              <span className="desk-pair">
                <label>
                  {t('settleThroughDay')}
                  <Input type="date" value={day} onChange={(event) => setDay(event.target.value)} />
                </label>
                <Button type="primary" onClick={() => void prepare()}>
                  {t('settlePrepare')}
                </Button>
              </span>
            ) : null}
          </>
        }
      />
      {runId === null ? null : <RunPanel runId={runId} onClosed={() => open(undefined)} />}
    </>
  );
}

function runColumns(t: Translate<Key>, open: (runId: string) => void): readonly Column<Run>[] {
  return [
    { title: t('settleNumber'), key: 'number', value: (run) => run.number },
    {
      title: t('settleState'),
      key: 'state',
      value: (run) => t(runWords[run.state]),
      show: (run) => (
        <Tag color={run.state === 'prepared' ? 'gold' : 'default'}>{t(runWords[run.state])}</Tag>
      ),
    },
    { title: t('settleCutOff'), key: 'cutOff', value: (run) => endOf(run.cutOff) },
    {
      title: t('settlePayouts'),
      key: 'payouts',
      value: (run) => run.payoutCount,
      isAmount: true,
    },
    { title: t('settleLines'), key: 'lines', value: (run) => run.lineCount, isAmount: true },
    {
      title: t('settleAmount'),
      key: 'amount',
      value: (run) => run.amountFen / 100,
      show: (run) => yuanOf(run.amountFen),
      isAmount: true,
    },
    { title: t('settleMade'), key: 'made', value: (run) => instantOf(run.createdAt) },
    {
      title: '',
      key: 'open',
      value: () => '',
      show: (run) => (
        <Button type="link" onClick={() => open(run.runId)}>
          {t('settleOpen')}
        </Button>
      ),
    },
  ];
}
