import { Alert, Button } from 'antd';
import type * as api from '../../../../server/src/features/programme/programme.contract.ts';
import { call } from '../../api/call.ts';
import { useSession } from '../../ui/session.ts';
import { useAct } from '../desk/act.tsx';
import { useMay } from '../desk/may.ts';
import { ReasonButton } from '../desk/reason-button.tsx';
import { type Desk, SecondPerson } from '../desk/second-person.tsx';
import { useWords } from '../words.ts';
import { usePlanDesk } from './use-plan-desk.ts';
import type { Programme } from './words.ts';

/** The emergency stop, which one person may pull, and the restart, which takes two. */
export function Stopping({ programme }: { readonly programme: Programme }) {
  const { t } = useWords();
  const may = useMay();
  const desk = usePlanDesk(programme);
  const { programmeId, state, waitingRestartId: restartId } = programme;
  const params = { programmeId };
  const mayStop = state === 'published' && may('programme.stop');
  const mayRestart =
    state === 'stopped' && restartId === undefined && may('programme.resume_prepare');
  return (
    <>
      {restartId === undefined || desk === undefined ? null : (
        <WaitingRestart
          restartId={restartId}
          preparedBy={programme.waitingRestartBy}
          reason={programme.waitingRestartReason ?? ''}
          desk={desk}
        />
      )}
      {mayStop ? (
        <ReasonButton
          word={t('planStop')}
          look="danger"
          lead={<p>{t('planStopWhy')}</p>}
          work={(reason) =>
            call<typeof api.stopProgrammeRoute>('POST /api/programmes/{programmeId}/stop', {
              params,
              body: { reason },
            })
          }
        />
      ) : null}
      {mayRestart ? (
        <ReasonButton
          word={t('planRestart')}
          look="primary"
          lead={<p>{t('planRestartWhy')}</p>}
          work={(reason) =>
            call<typeof api.prepareRestartRoute>('POST /api/programmes/{programmeId}/restarts', {
              params,
              body: { reason },
            })
          }
        />
      ) : null}
    </>
  );
}

type Waiting = {
  readonly restartId: string;
  readonly preparedBy: string | undefined;
  readonly reason: string;
  readonly desk: Desk;
};

function WaitingRestart({ restartId, preparedBy, reason, desk }: Waiting) {
  const { t } = useWords();
  const act = useAct();
  const { data: session } = useSession();
  const isOwn = session?.id === preparedBy;
  const second = <SecondPerson desk={desk} isOwn={isOwn} ownWords={t('planRestartOwn')} />;
  if (isOwn) return second;
  const decide = (decision: 'approved' | 'rejected') => () =>
    call<typeof api.decideRestartRoute>('POST /api/restarts/{restartId}/decision', {
      params: { restartId },
      body: { decision },
    });
  return (
    <>
      <Alert
        type="warning"
        showIcon
        title={t('planRestartWaits')}
        description={reason}
        action={
          desk.mayApprove ? (
            <span className="desk-pair">
              <Button type="primary" onClick={() => void act(decide('approved'))}>
                {t('planRestartApprove')}
              </Button>
              <Button onClick={() => void act(decide('rejected'))}>{t('planRestartReject')}</Button>
            </span>
          ) : null
        }
      />
      {second}
    </>
  );
}
