import { useQuery } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import type * as api from '../../../../server/src/features/settlement/reconciliation.contract.ts';
import { call, type ReplyOf, upload } from '../../api/call.ts';
import { clockNow } from '../../ui/clock.ts';
import { countOf, dayOf, yuanOf } from '../../ui/figures.ts';
import { useAct } from '../desk/act.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useMay } from '../desk/may.ts';
import { useWords } from '../words.ts';
import { sourceWords } from './words.ts';

type Compared = ReplyOf<typeof api.listReconciliationsRoute>['rows'][number];
type Props = { readonly programmeId: string };

/** The books against the bank's and the network's word, day by day. */
export function Reconciliation({ programmeId }: Props) {
  const { t } = useWords();
  const query = useQuery({
    queryKey: ['reconciliations', programmeId],
    queryFn: async () =>
      (
        await call<typeof api.listReconciliationsRoute>(
          'GET /api/programmes/{programmeId}/reconciliations',
          { params: { programmeId } },
        )
      ).rows,
  });
  const side = (count: number, fen: number) => `${countOf(count)} / ${yuanOf(fen)}`;
  const columns: readonly Column<Compared>[] = [
    { title: t('settleDay'), key: 'day', value: (one) => one.day },
    { title: t('settleSource'), key: 'source', value: (one) => t(sourceWords[one.source]) },
    {
      title: t('settleOurs'),
      key: 'ours',
      value: (one) => side(one.oursCount, one.oursFen),
      isAmount: true,
    },
    {
      title: t('settleTheirs'),
      key: 'theirs',
      value: (one) => side(one.theirsCount, one.theirsFen),
      isAmount: true,
    },
    { title: t('settleMatched'), key: 'matched', value: (one) => one.matchedCount, isAmount: true },
    {
      title: t('settleDifferences'),
      key: 'differences',
      value: (one) => one.differenceCount,
      isAmount: true,
    },
  ];
  return (
    <Listed
      name="reconciliations"
      query={query}
      columns={columns}
      rowKey={(one) => `${one.day} ${one.source}`}
      empty={t('settleNoReconciliations')}
      tools={<Compare programmeId={programmeId} />}
    />
  );
}

function Compare({ programmeId }: Props) {
  const { t } = useWords();
  const act = useAct();
  const may = useMay();
  const [day, setDay] = useState(() => dayOf(clockNow()));
  const [source, setSource] = useState<'bank_statement' | 'network_file'>('network_file');
  if (!may('reconciliation.create')) return null;
  const params = { programmeId };
  const compare = () =>
    call<typeof api.reconcileRoute>('POST /api/programmes/{programmeId}/reconciliations', {
      params,
      body: { day, source },
    });
  const send = (file: File) =>
    upload<typeof api.importNetworkFileRoute>(
      'POST /api/programmes/{programmeId}/network-files',
      { params, fields: { day } },
      file,
    );
  return (
    <span className="desk-pair">
      <Input
        type="date"
        aria-label={t('settleDay')}
        value={day}
        onChange={(event) => setDay(event.target.value)}
      />
      <label className="desk-file">
        {t('settleNetworkFile')}
        <input
          type="file"
          accept=".csv,.xlsx"
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file !== undefined) void act(() => send(file));
            event.target.value = '';
          }}
        />
      </label>
      <Select
        aria-label={t('settleSource')}
        value={source}
        onChange={setSource}
        options={[
          { value: 'network_file', label: t('settleNetwork') },
          { value: 'bank_statement', label: t('settleBank') },
        ]}
      />
      <Button type="primary" onClick={() => void act(compare)}>
        {t('settleReconcile')}
      </Button>
    </span>
  );
}
