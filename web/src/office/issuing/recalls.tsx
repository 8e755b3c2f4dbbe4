import { useQuery } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import type * as contract from '../../../../server/src/features/issuing/issuing.contract.ts';
import { call } from '../../api/call.ts';
import { countOf, instantOf, yuanOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { useAct } from '../desk/act.tsx';
import { ConfirmButton } from '../desk/confirm-button.tsx';
import { allPages } from '../desk/pages.ts';
import { ReasonButton } from '../desk/reason-button.tsx';
import { type Desk, SecondPerson } from '../desk/second-person.tsx';
import { useWords } from '../words.ts';
import { type Batch, type Recall, recallWords } from './words.ts';

const lookAgainMs = 1_500;

/** What a recall does: before the start there is only money to give back. */
const leadOf = (batch: Batch) => (batch.state === 'approved' ? 'issueUndoLead' : 'issueRecallLead');

/** Taking back what nobody used, or the whole batch before it starts: one asks, another agrees. */
export function Recalls({ batch, desk }: { readonly batch: Batch; readonly desk: Desk }) {
  const { t } = useWords();
  const { batchId } = batch;
  const query = useQuery({
    queryKey: ['recalls', batchId],
    queryFn: async () =>
      (
        await call<typeof contract.listRecallsRoute>('GET /api/issue-batches/{batchId}/recalls', {
          params: { batchId },
        })
      ).items,
    refetchInterval: ({ state }) =>
      state.data?.some((one) => one.state === 'approved') === true ? lookAgainMs : false,
  });
  const recalls = query.data ?? [];
  const isLive = recalls.some((one) => one.state === 'prepared' || one.state === 'approved');
  const isStarted = batch.state === 'issuing' || batch.state === 'issued';
  const mayAsk = (batch.state === 'approved' || isStarted) && desk.mayPrepare;
  const ask = (reason: string) =>
    call<typeof contract.prepareRecallRoute>('POST /api/issue-batches/{batchId}/recalls', {
      params: { batchId },
      body: { reason },
    });
  return (
    <section className="desk-section">
      <h2>{t('issueRecalls')}</h2>
      {recalls.length === 0 ? <p className="desk-quiet">{t('issueRecallNone')}</p> : null}
      <ul className="desk-questions">
        {recalls.map((one) => (
          <li key={one.recallId}>
            <OneRecall recall={one} batch={batch} desk={desk} />
          </li>
        ))}
      </ul>
      {mayAsk && !isLive ? (
        <ReasonButton
          word={t(isStarted ? 'issueRecall' : 'issueUndo')}
          title={t(isStarted ? 'issueRecallTitle' : 'issueUndoTitle')}
          label={t('issueRecallReason')}
          lead={<p>{t(leadOf(batch))}</p>}
          work={ask}
        />
      ) : null}
    </section>
  );
}

function OneRecall(props: { readonly recall: Recall; readonly batch: Batch; readonly desk: Desk }) {
  const { recall, batch, desk } = props;
  const { t } = useWords();
  const { data: session } = useSession();
  const { state, reason, createdAt, voidedCount } = recall;
  const isOwn = session?.id === recall.preparedBy;
  const isRunning = state === 'approved' || state === 'done';
  return (
    <>
      <span>
        <Tag color={state === 'prepared' ? 'gold' : 'default'}>{t(recallWords[state])}</Tag>
        <span className="desk-wrap">{reason}</span>
      </span>
      <span className="desk-quiet">
        {t('issueRecallAt')} {instantOf(createdAt)}
      </span>
      {isRunning ? (
        <span role="status">{t('issueRecallVoided', { count: countOf(voidedCount) })}</span>
      ) : null}
      {state === 'done' ? <Kept recallId={recall.recallId} /> : null}
      {state === 'prepared' ? (
        <SecondPerson desk={desk} isOwn={isOwn} ownWords={t('issueRecallOwn')} />
      ) : null}
      {state === 'prepared' && !isOwn && desk.mayApprove ? (
        <DecideRecall recall={recall} batch={batch} />
      ) : null}
    </>
  );
}

function Kept({ recallId }: { readonly recallId: string }) {
  const { t } = useWords();
  const { data } = useQuery({
    queryKey: ['recall-kept', recallId],
    queryFn: () =>
      allPages(async (cursor) => {
        const { kept: items, next } = await call<typeof contract.getRecallRoute>(
          'GET /api/recalls/{recallId}',
          {
            params: { recallId },
            query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
          },
        );
        return { items, next };
      }),
  });
  if (data === undefined || data.length === 0) return null;
  const used = data.filter((one) => one.state === 'used');
  const values = {
    used: countOf(used.length),
    usedAmount: yuanOf(used.reduce((sum, one) => sum + one.faceFen, 0)),
    held: countOf(data.length - used.length),
  };
  return <span>{t('issueRecallKept', values)}</span>;
}

function DecideRecall(props: { readonly recall: Recall; readonly batch: Batch }) {
  const { recall, batch } = props;
  const { t } = useWords();
  const act = useAct();
  const params = { recallId: recall.recallId };
  const approve = () =>
    call<typeof contract.approveRecallRoute>('POST /api/recalls/{recallId}/approval', { params });
  const reject = () =>
    call<typeof contract.rejectRecallRoute>('POST /api/recalls/{recallId}/rejection', { params });
  return (
    <div className="desk-pair">
      <ConfirmButton
        word={t('issueRecallApprove')}
        look="primary"
        title={t('issueRecallApproveTitle', { file: batch.rosterName })}
        work={approve}
      >
        <p>{t(leadOf(batch))}</p>
      </ConfirmButton>
      <Button onClick={() => void act(reject)}>{t('issueRecallReject')}</Button>
    </div>
  );
}
