import { Alert, Button } from 'antd';
import { useState } from 'react';
import type * as api from '../../../../server/src/features/programme/programme.contract.ts';
import { call } from '../../api/call.ts';
import { useSession } from '../../ui/session.ts';
import { useAct } from '../desk/act.tsx';
import { useMay } from '../desk/may.ts';
import { ReasonDialog } from '../desk/reason-dialog.tsx';
import { useWords } from '../words.ts';
import type { Programme } from './words.ts';

/** The emergency stop, which one person may pull, and the restart, which takes two. */
export function Stopping({ programme }: { readonly programme: Programme }) {
  const { t } = useWords();
  const act = useAct();
  const may = useMay();
  const [dialog, setDialog] = useState<'stop' | 'restart'>();
  const { programmeId, state, waitingRestartId: restartId } = programme;
  const params = { programmeId };
  const give = (reason: string) => {
    const sent = { params, body: { reason } };
    return act(() =>
      dialog === 'stop'
        ? call<typeof api.stopProgrammeRoute>('POST /api/programmes/{programmeId}/stop', sent)
        : call<typeof api.prepareRestartRoute>('POST /api/programmes/{programmeId}/restarts', sent),
    );
  };
  const mayStop = state === 'published' && may('programme.stop');
  const mayRestart =
    state === 'stopped' && restartId === undefined && may('programme.resume_prepare');
  return (
    <>
      {restartId === undefined ? null : (
        <WaitingRestart
          restartId={restartId}
          preparedBy={programme.waitingRestartBy}
          reason={programme.waitingRestartReason ?? ''}
        />
      )}
      {mayStop ? (
        <Button danger onClick={() => setDialog('stop')}>
          {t('planStop')}
        </Button>
      ) : null}
      {mayRestart ? (
        <Button type="primary" onClick={() => setDialog('restart')}>
          {t('planRestart')}
        </Button>
      ) : null}
      {dialog === undefined ? null : (
        <ReasonDialog
          title={t(dialog === 'stop' ? 'planStop' : 'planRestart')}
          lead={<p>{t(dialog === 'stop' ? 'planStopWhy' : 'planRestartWhy')}</p>}
          label={t('deskReason')}
          onClosed={() => setDialog(undefined)}
          onGiven={give}
        />
      )}
    </>
  );
}

type Waiting = {
  readonly restartId: string;
  readonly preparedBy: string | undefined;
  readonly reason: string;
};

function WaitingRestart({ restartId, preparedBy, reason }: Waiting) {
  const { t } = useWords();
  const act = useAct();
  const may = useMay();
  const { data: session } = useSession();
  if (session?.id === preparedBy) {
    return <Alert type="info" showIcon title={t('planRestartOwn')} />;
  }
  const decide = (decision: 'approved' | 'rejected') => () =>
    call<typeof api.decideRestartRoute>('POST /api/restarts/{restartId}/decision', {
      params: { restartId },
      body: { decision },
    });
  return (
    <Alert
      type="warning"
      showIcon
      title={t('planRestartWaits')}
      description={reason}
      action={
        may('programme.resume_approve') ? (
          <span className="desk-pair">
            <Button type="primary" onClick={() => void act(decide('approved'))}>
              {t('planRestartApprove')}
            </Button>
            <Button onClick={() => void act(decide('rejected'))}>{t('planRestartReject')}</Button>
          </span>
        ) : null
      }
    />
  );
}
