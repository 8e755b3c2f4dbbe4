import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import type * as contract from '../../../../server/src/features/issuing/issuing.contract.ts';
import { call } from '../../api/call.ts';
import { countOf, endOf, yuanOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { Loaded } from '../../ui/states.tsx';
import { ConfirmButton } from '../desk/confirm-button.tsx';
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
  const { batchId, contentHash, rosterName: file, organisationName: owner } = batch;
  const until = recallableUntil(forecast);
  const [people, vouchers] = [countOf(batch.entitlementCount), countOf(batch.voucherCount)];
  const amount = yuanOf(batch.amountFen);
  const funds = forecast.funds
    .map(({ poolName: pool, funderName: funder, amountFen }) =>
      t('issueFundPart', { pool, funder, amount: yuanOf(amountFen) }),
    )
    .join('、');
  return (
    <ConfirmButton
      word={t('issueApprove')}
      look="primary"
      title={t('issueApproveTitle', { file })}
      okText={t('deskApprove')}
      work={() =>
        call<typeof contract.approveBatchRoute>('POST /api/issue-batches/{batchId}/approval', {
          params: { batchId },
          body: { contentHash },
        })
      }
    >
      <ul className="desk-consequences">
        <li>{t('issueApproveWho', { owner, people, vouchers, amount })}</li>
        <li>{t('issueApproveMoney', { funds })}</li>
        <li>{t('issueApproveNext')}</li>
        {until === undefined ? null : <li>{t('issueApproveUntil', { at: endOf(until) })}</li>}
      </ul>
    </ConfirmButton>
  );
}

function Cancel({ batch }: { readonly batch: Batch }) {
  const { t } = useWords();
  const { batchId, rosterName: file } = batch;
  return (
    <ConfirmButton
      word={t('issueCancel')}
      title={t('issueCancelTitle', { file })}
      work={() =>
        call<typeof contract.cancelBatchRoute>('POST /api/issue-batches/{batchId}/cancellation', {
          params: { batchId },
        })
      }
    >
      <p>{t('issueCancelWhy')}</p>
    </ConfirmButton>
  );
}
