import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import type * as api from '../../../../server/src/features/expiry/expiry.contract.ts';
import { call } from '../../api/call.ts';
import { useSession } from '../../ui/session.ts';
import { useAct } from '../desk/act.tsx';
import { ConfirmButton } from '../desk/confirm-button.tsx';
import { useMay } from '../desk/may.ts';
import { useWords } from '../words.ts';
import type { Programme } from './words.ts';

/** The end of a programme: one person proposes it, another agrees, and it cannot be undone. */
export function Closing({ programme }: { readonly programme: Programme }) {
  const { t } = useWords();
  const may = useMay();
  const { programmeId, state } = programme;
  const params = { programmeId };
  const isLive = state === 'published' || state === 'stopped';
  const query = useQuery({
    queryKey: ['closings', programmeId],
    enabled: isLive,
    queryFn: async () =>
      (
        await call<typeof api.listClosingsRoute>('GET /api/programmes/{programmeId}/closings', {
          params,
        })
      ).items,
  });
  if (!isLive || query.data === undefined) return null;
  const waiting = query.data.find((one) => one.state === 'prepared');
  if (waiting !== undefined) {
    const { closingOrderId, preparedBy } = waiting;
    return <WaitingClosing closingOrderId={closingOrderId} preparedBy={preparedBy} />;
  }
  if (!may('programme.close_prepare')) return null;
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

type Waiting = { readonly closingOrderId: string; readonly preparedBy: string };

function WaitingClosing({ closingOrderId, preparedBy }: Waiting) {
  const { t } = useWords();
  const act = useAct();
  const may = useMay();
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
  if (session?.id === preparedBy) return <Alert type="info" showIcon title={t('planCloseOwn')} />;
  return (
    <Alert
      type="warning"
      showIcon
      title={t('planCloseWaits')}
      action={
        may('programme.close_approve') ? (
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
}
