import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import type * as api from '../../../../server/src/features/expiry/expiry.contract.ts';
import { call } from '../../api/call.ts';
import { useSession } from '../../ui/session.ts';
import { useAct } from '../desk/act.tsx';
import { ConfirmButton } from '../desk/confirm-button.tsx';
import { type Desk, SecondPerson } from '../desk/second-person.tsx';
import { useDesk } from '../desk/use-desk.ts';
import { useWords } from '../words.ts';
import type { Programme } from './words.ts';

/** The end of a programme: one person proposes it, another agrees, and it cannot be undone. */
export function Closing({ programme }: { readonly programme: Programme }) {
  const { programmeId, state } = programme;
  // A draft has no plan in force that could name anybody, and what is closed stays so.
  const isLive = state === 'published' || state === 'stopped';
  return isLive ? <LiveClosing programmeId={programmeId} /> : null;
}

function LiveClosing({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const desk = useDesk(programmeId)?.closing;
  const params = { programmeId };
  const query = useQuery({
    queryKey: ['closings', programmeId],
    queryFn: async () =>
      (
        await call<typeof api.listClosingsRoute>('GET /api/programmes/{programmeId}/closings', {
          params,
        })
      ).items,
  });
  if (query.data === undefined || desk === undefined) return null;
  const waiting = query.data.find((one) => one.state === 'prepared');
  if (waiting !== undefined) {
    const { closingOrderId, preparedBy } = waiting;
    return <WaitingClosing closingOrderId={closingOrderId} preparedBy={preparedBy} desk={desk} />;
  }
  if (!desk.mayPrepare) return null;
  const propose = () =>
    call<typeof api.prepareClosingRoute>('POST /api/programmes/{programmeId}/closings', { params });
  return (
    <ConfirmButton
      word={t('planClose')}
      title={t('planClose')}
      okText={t('deskConfirm')}
      work={propose}
    >
      <p>{t('planCloseWhy')}</p>
    </ConfirmButton>
  );
}

type Waiting = {
  readonly closingOrderId: string;
  readonly preparedBy: string;
  readonly desk: Desk;
};

function WaitingClosing({ closingOrderId, preparedBy, desk }: Waiting) {
  const { t } = useWords();
  const act = useAct();
  const { data: session } = useSession();
  const params = { closingOrderId };
  const approve = () =>
    call<typeof api.approveClosingRoute>('POST /api/closings/{closingOrderId}/approval', {
      params,
    });
  const reject = () =>
    call<typeof api.rejectClosingRoute>('POST /api/closings/{closingOrderId}/rejection', {
      params,
    });
  const isOwn = session?.id === preparedBy;
  const second = <SecondPerson desk={desk} isOwn={isOwn} ownWords={t('planCloseOwn')} />;
  if (isOwn) return second;
  const waits = (
    <Alert
      type="warning"
      showIcon
      title={t('planCloseWaits')}
      action={
        desk.mayApprove ? (
          <span className="desk-pair">
            <ConfirmButton
              word={t('planCloseApprove')}
              look="primary"
              title={t('planCloseApprove')}
              okText={t('deskApprove')}
              work={approve}
            >
              <p>{t('planCloseWhy')}</p>
            </ConfirmButton>
            <Button onClick={() => void act(reject)}>{t('planCloseReject')}</Button>
          </span>
        ) : null
      }
    />
  );
  return (
    <>
      {waits}
      {second}
    </>
  );
}
