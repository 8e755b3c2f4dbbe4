import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Modal } from 'antd';
import { useState } from 'react';
import type * as contract from '../../../../server/src/features/issuing/issuing.contract.ts';
import { call } from '../../api/call.ts';
import { countOf, endOf, yuanOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { Loaded } from '../../ui/states.tsx';
import { useAct } from '../desk/act.tsx';
import { Failed } from '../desk/failed.tsx';
import { SecondPerson } from '../desk/second-person.tsx';
import { useStateWords, useWords } from '../words.ts';
import { ForecastView } from './forecast-view.tsx';
import type { Batch, Forecast, Progress } from './words.ts';

/** A batch that waits for its approval: the forecast made again, and what may be done with it. */
export function Waiting({ progress }: { readonly progress: Progress }) {
  const { batch, desk } = progress;
  const { t } = useWords();
  const words = useStateWords();
  const { data: session } = useSession();
  const { batchId } = batch;
  const query = useQuery({
    queryKey: ['batch-forecast', batchId],
    queryFn: () =>
      call<typeof contract.forecastBatchRoute>('GET /api/issue-batches/{batchId}/forecast', {
        params: { batchId },
      }),
  });
  const isOwn = session?.id === batch.preparedBy;
  const hasChanged = query.data !== undefined && query.data.contentHash !== batch.contentHash;
  const mayApprove = !isOwn && !hasChanged && desk.mayApprove;
  return (
    <>
      <SecondPerson desk={desk} isOwn={isOwn} ownWords={t('issueApproveOwn')} />
      {hasChanged ? (
        <Alert type="error" showIcon className="desk-note" title={t('issueChanged')} />
      ) : null}
      <div className="desk-acts">
        {mayApprove && query.data !== undefined ? (
          <Approve batch={batch} forecast={query.data} />
        ) : null}
        {desk.mayPrepare ? <Cancel batch={batch} /> : null}
      </div>
      <h2>{t('issueForecast')}</h2>
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(forecast) => <ForecastView forecast={forecast} />}
      </Loaded>
    </>
  );
}

/** The first instant at which some of what would be issued can no longer be taken back. */
function recallableUntil({ kinds }: Forecast): string | undefined {
  return kinds.map((one) => one.validTo).toSorted()[0];
}

function Approve(props: { readonly batch: Batch; readonly forecast: Forecast }) {
  const { batch, forecast } = props;
  const { t } = useWords();
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const { batchId, contentHash, rosterName: file, organisationName: owner } = batch;
  const until = recallableUntil(forecast);
  const [people, vouchers] = [countOf(batch.entitlementCount), countOf(batch.voucherCount)];
  const amount = yuanOf(batch.amountFen);
  const funds = forecast.funds
    .map(({ poolName: pool, funderName: funder, amountFen }) =>
      t('issueFundPart', { pool, funder, amount: yuanOf(amountFen) }),
    )
    .join('、');
  const approve = async () => {
    setOpen(false);
    await act(() =>
      call<typeof contract.approveBatchRoute>('POST /api/issue-batches/{batchId}/approval', {
        params: { batchId },
        body: { contentHash },
      }),
    );
  };
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t('issueApprove')}
      </Button>
      <Modal
        open={isOpen}
        title={t('issueApproveTitle', { file })}
        okText={t('deskApprove')}
        cancelText={t('deskCancel')}
        onOk={() => void approve()}
        onCancel={() => setOpen(false)}
      >
        <ul className="desk-consequences">
          <li>{t('issueApproveWho', { owner, people, vouchers, amount })}</li>
          <li>{t('issueApproveMoney', { funds })}</li>
          <li>{t('issueApproveNext')}</li>
          {until === undefined ? null : <li>{t('issueApproveUntil', { at: endOf(until) })}</li>}
        </ul>
      </Modal>
    </>
  );
}

function Cancel({ batch }: { readonly batch: Batch }) {
  const { t } = useWords();
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const { batchId, rosterName: file } = batch;
  const cancel = async () => {
    setOpen(false);
    await act(() =>
      call<typeof contract.cancelBatchRoute>('POST /api/issue-batches/{batchId}/cancellation', {
        params: { batchId },
      }),
    );
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('issueCancel')}</Button>
      <Modal
        open={isOpen}
        title={t('issueCancelTitle', { file })}
        okText={t('issueCancel')}
        cancelText={t('deskCancel')}
        onOk={() => void cancel()}
        onCancel={() => setOpen(false)}
      >
        <p>{t('issueCancelWhy')}</p>
      </Modal>
    </>
  );
}
