import { Alert, Button } from 'antd';
import type * as contract from '../../../../server/src/features/round/round.contract.ts';
import { call } from '../../api/call.ts';
import { countOf, endOf, instantOf, yuanOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { useAct } from '../desk/act.tsx';
import { ConfirmButton } from '../desk/confirm-button.tsx';
import { useMay } from '../desk/may.ts';
import { ReasonButton } from '../desk/reason-button.tsx';
import { type Desk, SecondPerson } from '../desk/second-person.tsx';
import { useWords } from '../words.ts';
import { PrepareDialog } from './prepare-dialog.tsx';
import { costOf, type Round, type Rounds, type Standing } from './words.ts';

type Props = {
  readonly programmeId: string;
  readonly rounds: Rounds;
  readonly round: Round;
  readonly standing: Standing;
};

/** What can be done with a round as it stands, by whom it concerns. */
export function RoundActs({ programmeId, rounds, round, standing }: Props) {
  const may = useMay();
  const { desk } = rounds;
  const isOver = standing === 'over';
  return (
    <>
      {standing === 'prepared' ? <Opening round={round} desk={desk} /> : null}
      {round.restart !== undefined && !isOver ? <Restarting round={round} desk={desk} /> : null}
      <div className="desk-acts">
        {standing === 'planned' && desk.mayPrepare ? (
          <PrepareDialog programmeId={programmeId} rounds={rounds} round={round} />
        ) : null}
        {(standing === 'waiting' || standing === 'open') && may('round.stop') ? (
          <Stop round={round} />
        ) : null}
        {standing === 'stopped' && round.restart === undefined && desk.mayPrepare ? (
          <AskRestart round={round} />
        ) : null}
        {isOver && desk.mayPrepare ? <Close round={round} /> : null}
      </div>
    </>
  );
}

/** A prepared round: approved by another person, or withdrawn. */
function Opening({ round, desk }: { readonly round: Round; readonly desk: Desk }) {
  const { t } = useWords();
  const act = useAct();
  const { data: session } = useSession();
  const isOwn = session?.id === round.preparedBy;
  const params = { roundId: round.roundId ?? '' };
  const cancel = () =>
    call<typeof contract.cancelRoundRoute>('POST /api/rounds/{roundId}/cancel', {
      params,
      body: {},
    });
  return (
    <>
      <SecondPerson desk={desk} isOwn={isOwn} ownWords={t('roundOwn')} />
      <div className="desk-acts">
        {!isOwn && desk.mayApprove ? <Approve round={round} /> : null}
        {desk.mayPrepare ? (
          <Button onClick={() => void act(cancel)}>{t('roundCancel')}</Button>
        ) : null}
      </div>
    </>
  );
}

function useWhat(round: Round) {
  const { t } = useWords();
  const given = round.stock.filter((one) => one.quantity > 0);
  const kinds = given
    .map((one) => t('roundKindCount', { kind: one.name, count: countOf(one.quantity) }))
    .join('、');
  const byFund = Map.groupBy(round.shares, (one) => `${one.poolName} ${one.funderName}`);
  const funds = [...byFund.values()]
    .map((shares) => {
      const { poolName: pool = '', funderName: funder = '' } = shares[0] ?? {};
      const amount = yuanOf(shares.reduce((sum, one) => sum + one.amountFen, 0));
      return t('roundFundPart', { pool, funder, amount });
    })
    .join('、');
  const count = countOf(given.reduce((sum, one) => sum + one.quantity, 0));
  return { kinds, funds, count, amount: yuanOf(costOf(round.stock, (one) => one.quantity)) };
}

function Approve({ round }: { readonly round: Round }) {
  const { t } = useWords();
  const { kinds, funds, count, amount } = useWhat(round);
  const { number, roundId = '', contentHash = '' } = round;
  return (
    <ConfirmButton
      word={t('roundApprove')}
      look="primary"
      title={t('roundApproveTitle', { number })}
      okText={t('deskApprove')}
      work={() =>
        call<typeof contract.approveRoundRoute>('POST /api/rounds/{roundId}/approve', {
          params: { roundId },
          body: { contentHash },
        })
      }
    >
      <ul className="desk-consequences">
        <li>{t('roundApproveWhat', { count, amount, kinds })}</li>
        <li>{t('roundApproveMoney', { funds })}</li>
        <li>{t('roundApproveOpens', { at: instantOf(round.opensAt) })}</li>
        <li>{t('roundApproveUntil', { at: endOf(round.closesAt) })}</li>
      </ul>
    </ConfirmButton>
  );
}

function Stop({ round }: { readonly round: Round }) {
  const { t } = useWords();
  const { number, roundId = '' } = round;
  return (
    <ReasonButton
      word={t('roundStop')}
      look="danger"
      title={t('roundStopTitle', { number })}
      label={t('roundReason')}
      lead={<p>{t('roundStopLead')}</p>}
      work={(reason) =>
        call<typeof contract.stopRoundRoute>('POST /api/rounds/{roundId}/stop', {
          params: { roundId },
          body: { reason },
        })
      }
    />
  );
}

function AskRestart({ round }: { readonly round: Round }) {
  const { t } = useWords();
  const { number, roundId = '' } = round;
  return (
    <ReasonButton
      word={t('roundRestart')}
      title={t('roundRestartTitle', { number })}
      label={t('roundReason')}
      lead={<p>{t('roundRestartLead')}</p>}
      work={(reason) =>
        call<typeof contract.requestRestartRoute>('POST /api/rounds/{roundId}/restart', {
          params: { roundId },
          body: { reason },
        })
      }
    />
  );
}

/** A stopped round that somebody wants to go on with: another person decides. */
function Restarting({ round, desk }: { readonly round: Round; readonly desk: Desk }) {
  const { t } = useWords();
  const act = useAct();
  const { data: session } = useSession();
  const { roundId = '', restart } = round;
  if (restart === undefined) return null;
  const { restartId, reason, createdAt, preparedBy } = restart;
  const isOwn = session?.id === preparedBy;
  const approve = () =>
    call<typeof contract.approveRestartRoute>(
      'POST /api/rounds/{roundId}/restarts/{restartId}/approve',
      { params: { roundId, restartId }, body: {} },
    );
  return (
    <>
      <Alert
        type="warning"
        showIcon
        className="desk-note"
        title={t('roundRestartAsked', { reason, at: instantOf(createdAt) })}
        description={isOwn ? t('roundRestartOwn') : t('roundRestartLead')}
      />
      {!isOwn && desk.mayApprove ? (
        <div className="desk-acts">
          <Button type="primary" onClick={() => void act(approve)}>
            {t('roundRestartApprove')}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function Close({ round }: { readonly round: Round }) {
  const { t } = useWords();
  const act = useAct();
  const { roundId = '' } = round;
  const amount = yuanOf(costOf(round.stock, (one) => one.quantity - one.issued));
  const close = () =>
    call<typeof contract.closeRoundRoute>('POST /api/rounds/{roundId}/close', {
      params: { roundId },
      body: {},
    });
  return (
    <>
      <Button onClick={() => void act(close)}>{t('roundClose')}</Button>
      <span className="desk-quiet">{t('roundCloseWhy', { amount })}</span>
    </>
  );
}
