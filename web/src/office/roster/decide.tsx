import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import type * as contract from '../../../../server/src/features/roster/roster.contract.ts';
import { call } from '../../api/call.ts';
import { countOf, yuanOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { ConfirmButton } from '../desk/confirm-button.tsx';
import { SecondPerson } from '../desk/second-person.tsx';
import { useWords } from '../words.ts';
import type { Roster } from './words.ts';

/** Confirmation by another person than the one who handed the list in, or its withdrawal. */
export function Decide({ roster }: { readonly roster: Roster }) {
  const { t } = useWords();
  const { data: session } = useSession();
  if (roster.state === 'confirmed') {
    return <Alert type="success" showIcon className="desk-note" title={t('rosterConfirmedNote')} />;
  }
  if (roster.state !== 'imported') return null;
  const { desk } = roster;
  const isOwn = session?.id === roster.preparedBy;
  const count = countOf(roster.openTasks);
  return (
    <>
      {roster.openTasks > 0 ? (
        <Alert
          type="warning"
          showIcon
          className="desk-note"
          title={t('rosterOpenTasks', { count })}
        />
      ) : null}
      <SecondPerson desk={desk} isOwn={isOwn} ownWords={t('rosterConfirmOwn')} />
      <div className="desk-acts">
        {!isOwn && desk.mayApprove ? <Confirm roster={roster} /> : null}
        {desk.mayPrepare ? <Cancel roster={roster} /> : null}
      </div>
    </>
  );
}

function Confirm({ roster }: { readonly roster: Roster }) {
  const { t } = useWords();
  const { rosterId, contentHash = '', fileName, organisationName: owner } = roster;
  const rows = countOf(roster.rowsAccepted);
  const amount = yuanOf(roster.amountFen);
  return (
    <ConfirmButton
      word={t('rosterConfirm')}
      look="primary"
      isDisabled={roster.openTasks > 0}
      title={t('rosterConfirmTitle', { file: fileName })}
      work={() =>
        call<typeof contract.confirmRosterRoute>('POST /api/rosters/{rosterId}/confirm', {
          params: { rosterId },
          body: { contentHash },
        })
      }
    >
      <ul className="desk-consequences">
        <li>{t('rosterConfirmRows', { owner, rows, amount })}</li>
        <Payment rosterId={rosterId} />
        <li>{t('rosterConfirmBind')}</li>
        <li>{t('rosterConfirmStop')}</li>
      </ul>
    </ConfirmButton>
  );
}

function Payment({ rosterId }: { readonly rosterId: string }) {
  const { t } = useWords();
  const { data } = useQuery({
    queryKey: ['roster-payment', rosterId],
    queryFn: () =>
      call<typeof contract.rosterPaymentRoute>('GET /api/rosters/{rosterId}/payment', {
        params: { rosterId },
      }),
  });
  const payment = data?.payment;
  if (payment === undefined) return null;
  const { paidFen, listedFen, mustEqual } = payment;
  const difference = yuanOf(Math.abs(listedFen - paidFen));
  const differs = mustEqual ? listedFen !== paidFen : listedFen > paidFen;
  const verdict = mustEqual
    ? t(differs ? 'rosterPaidDiffers' : 'rosterPaidEqual', { difference })
    : t(differs ? 'rosterPaidShort' : 'rosterPaidEnough', { difference });
  return (
    <li className={differs ? 'desk-alert' : ''}>
      {t('rosterPaid', { paid: yuanOf(paidFen), listed: yuanOf(listedFen) })}
      {verdict}
    </li>
  );
}

function Cancel({ roster }: { readonly roster: Roster }) {
  const { t } = useWords();
  const { rosterId, fileName } = roster;
  return (
    <ConfirmButton
      word={t('rosterCancel')}
      title={t('rosterCancelTitle', { file: fileName })}
      work={() =>
        call<typeof contract.cancelRosterRoute>('POST /api/rosters/{rosterId}/cancel', {
          params: { rosterId },
          body: {},
        })
      }
    >
      <p>{t('rosterCancelWhy', { rows: countOf(roster.rowsAccepted) })}</p>
    </ConfirmButton>
  );
}
