import { useQuery } from '@tanstack/react-query';
import { Button, Descriptions, Drawer } from 'antd';
import type * as contract from '../../../../server/src/features/settlement/settlement.contract.ts';
import { call, download } from '../../api/call.ts';
import { countOf, endOf, yuanOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { Loaded } from '../../ui/states.tsx';
import { useAct } from '../desk/act.tsx';
import { ConfirmButton } from '../desk/confirm-button.tsx';
import { Failed } from '../desk/failed.tsx';
import { useMay } from '../desk/may.ts';
import { ReasonButton } from '../desk/reason-button.tsx';
import { type Desk, SecondPerson } from '../desk/second-person.tsx';
import { useDesk } from '../desk/use-desk.ts';
import { useStateWords, useWords } from '../words.ts';
import { Payouts } from './payouts.tsx';
import { type Run, runWords } from './words.ts';

const paymentFile = 'GET /api/settlement-runs/{runId}/payment-file';

type Props = { readonly runId: string; readonly onClosed: () => void };

/** One run: what it pays and to whom, its approval by another person, its file and its payouts. */
export function RunPanel({ runId, onClosed }: Props) {
  const { t } = useWords();
  const words = useStateWords();
  const query = useQuery({
    queryKey: ['run', runId],
    queryFn: () =>
      call<typeof contract.getRunRoute>('GET /api/settlement-runs/{runId}', { params: { runId } }),
  });
  return (
    <Drawer
      open
      size="large"
      title={query.data === undefined ? '' : t('settleRun', { number: query.data.number })}
      onClose={onClosed}
    >
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(run) => (
          <>
            <Facts run={run} />
            <Acts run={run} />
            <Payouts run={run} />
          </>
        )}
      </Loaded>
    </Drawer>
  );
}

function Facts({ run }: { readonly run: Run }) {
  const { t } = useWords();
  const items = [
    { key: 'state', label: t('settleState'), children: t(runWords[run.state]) },
    { key: 'cut', label: t('settleCutOff'), children: endOf(run.cutOff) },
    { key: 'amount', label: t('settleAmount'), children: yuanOf(run.amountFen) },
    { key: 'payouts', label: t('settlePayouts'), children: countOf(run.payoutCount) },
    { key: 'hash', label: t('settleHash'), children: <code>{run.contentHash.slice(0, 24)}</code> },
    ...(run.bankRefusal === undefined
      ? []
      : [{ key: 'refused', label: t('settleBankRefusal'), children: run.bankRefusal }]),
  ];
  return <Descriptions column={{ xs: 1, md: 2 }} size="small" bordered items={items} />;
}

function Acts({ run }: { readonly run: Run }) {
  const may = useMay();
  const desk = useDesk(run.programmeId)?.settlement;
  const isSent = run.state !== 'prepared' && run.state !== 'rejected';
  return (
    <div className="desk-acts">
      {run.state === 'prepared' && desk !== undefined ? <Decide run={run} desk={desk} /> : null}
      {isSent && may('payout.execute') ? <Execute run={run} /> : null}
    </div>
  );
}

function Decide({ run, desk }: { readonly run: Run; readonly desk: Desk }) {
  const { t } = useWords();
  const { data: session } = useSession();
  const { contentHash } = run;
  const params = { runId: run.runId };
  const isOwn = session?.id === run.preparedBy;
  if (isOwn || !desk.mayApprove) {
    return <SecondPerson desk={desk} isOwn={isOwn} ownWords={t('settleApproveOwn')} />;
  }
  return (
    <>
      <ConfirmButton
        word={t('settleApprove')}
        look="primary"
        title={t('settleApproveTitle', { number: run.number })}
        okText={t('deskApprove')}
        work={() =>
          call<typeof contract.approveRunRoute>('POST /api/settlement-runs/{runId}/approval', {
            params,
            body: { contentHash },
          })
        }
      >
        <p>
          {t('settleConsequence', {
            payouts: countOf(run.payoutCount),
            amount: yuanOf(run.amountFen),
          })}
        </p>
      </ConfirmButton>
      <ReasonButton
        word={t('settleRejected')}
        work={(reason) =>
          call<typeof contract.rejectRunRoute>('POST /api/settlement-runs/{runId}/rejection', {
            params,
            body: { reason },
          })
        }
      />
    </>
  );
}

function Execute({ run }: { readonly run: Run }) {
  const { t } = useWords();
  const act = useAct();
  const params = { runId: run.runId };
  const resend = () =>
    call<typeof contract.resendRunRoute>('POST /api/settlement-runs/{runId}/resending', { params });
  return (
    <>
      <Button onClick={() => void act(() => download(paymentFile, { params }))}>
        {t('settlePaymentFile')}
      </Button>
      {run.bankRefusal === undefined ? null : (
        <Button onClick={() => void act(resend)}>{t('settleResend')}</Button>
      )}
    </>
  );
}
