import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Descriptions, Drawer, Tag } from 'antd';
import type * as contract from '../../../../server/src/features/round/adjustment.contract.ts';
import { call } from '../../api/call.ts';
import { countOf, instantOf, yuanOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { useAct } from '../desk/act.tsx';
import { ConfirmButton } from '../desk/confirm-button.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { type Desk, SecondPerson } from '../desk/second-person.tsx';
import { useOpen } from '../desk/use-open.ts';
import { useWords } from '../words.ts';
import { AdjustDialog } from './adjust-dialog.tsx';
import { type Adjustment, adjustmentWords, type Rounds, takesWords } from './words.ts';

/** How an adjustment reads: where from, where to, what, how much. */
function useReading(rounds: Rounds) {
  const { t } = useWords();
  return (one: Adjustment) => {
    const roundName = (roundId: string | undefined) => {
      const round = rounds.items.find((each) => each.roundId === roundId);
      return round === undefined ? undefined : t('roundNo', { number: round.number });
    };
    const nameOf = (kind: string) =>
      rounds.items.flatMap((round) => round.stock).find((each) => each.kind === kind)?.name ?? kind;
    const byKind = Map.groupBy(one.shares, (share) => share.kind);
    const kinds = [...byKind]
      .map(([kind, shares]) => {
        const count = countOf(shares.reduce((sum, share) => sum + share.quantity, 0));
        return t('roundKindCount', { kind: nameOf(kind), count });
      })
      .join('、');
    const amount = one.shares.reduce((sum, share) => sum + share.faceFen * share.quantity, 0);
    const source = roundName(one.sourceRoundId);
    const from =
      source === undefined ? t(takesWords[one.takes]) : `${source} ${t(takesWords[one.takes])}`;
    return {
      from,
      to: roundName(one.targetRoundId) ?? t('adjustToAvailable'),
      kinds,
      amountFen: amount,
    };
  };
}

function useAdjustments(programmeId: string) {
  return useQuery({
    queryKey: ['adjustments', programmeId],
    queryFn: async () =>
      (
        await call<typeof contract.listAdjustmentsRoute>(
          'GET /api/programmes/{programmeId}/adjustments',
          { params: { programmeId } },
        )
      ).items.toReversed(),
  });
}

type Props = { readonly programmeId: string; readonly rounds: Rounds };

/** Moves of stock between rounds: prepared by one, approved by another. */
export function Adjustments({ programmeId, rounds }: Props) {
  const { t } = useWords();
  const [adjustmentId, open] = useOpen('adjustment');
  const read = useReading(rounds);
  const query = useAdjustments(programmeId);
  const columns: readonly Column<Adjustment>[] = [
    {
      title: t('adjustWhat'),
      key: 'what',
      value: (one) => `${read(one).from} → ${read(one).to}`,
      show: (one) => (
        <Button type="link" className="desk-link" onClick={() => open(one.adjustmentId)}>
          <span className="desk-wrap">{`${read(one).from} → ${read(one).to}`}</span>
        </Button>
      ),
    },
    {
      title: t('adjustState'),
      key: 'state',
      value: (one) => t(adjustmentWords[one.state]),
      show: (one) => (
        <Tag color={one.state === 'prepared' ? 'gold' : 'default'}>
          {t(adjustmentWords[one.state])}
        </Tag>
      ),
    },
    { title: t('adjustKind'), key: 'kinds', value: (one) => read(one).kinds },
    {
      title: t('roundAmount'),
      key: 'amount',
      value: (one) => read(one).amountFen / 100,
      show: (one) => yuanOf(read(one).amountFen),
      isAmount: true,
    },
    { title: t('adjustReason'), key: 'reason', value: (one) => one.reason },
    { title: t('adjustMade'), key: 'made', value: (one) => instantOf(one.createdAt) },
  ];
  const mayRollOver = rounds.items.some((one) => one.mayRollOver);
  const chosen = query.data?.find((one) => one.adjustmentId === adjustmentId);
  return (
    <>
      {mayRollOver ? null : (
        <Alert type="info" showIcon className="desk-note" title={t('adjustNotAllowed')} />
      )}
      <Listed
        name="adjustments"
        query={query}
        columns={columns}
        rowKey={(one) => one.adjustmentId}
        empty={t('adjustNone')}
        tools={
          mayRollOver && rounds.desk.mayPrepare ? (
            <AdjustDialog programmeId={programmeId} rounds={rounds} onPrepared={open} />
          ) : null
        }
      />
      {chosen === undefined ? null : (
        <AdjustmentPanel
          adjustment={chosen}
          reading={read(chosen)}
          desk={rounds.desk}
          onClosed={() => open(undefined)}
        />
      )}
    </>
  );
}

type Reading = ReturnType<ReturnType<typeof useReading>>;

function AdjustmentPanel(props: {
  readonly adjustment: Adjustment;
  readonly reading: Reading;
  readonly desk: Desk;
  readonly onClosed: () => void;
}) {
  const { adjustment, reading, desk, onClosed } = props;
  const { t } = useWords();
  const { from, to, kinds, amountFen } = reading;
  const items = [
    { key: 'from', label: t('adjustTakes'), children: from },
    { key: 'to', label: t('adjustTarget'), children: to },
    { key: 'kinds', label: t('adjustKind'), children: kinds },
    { key: 'amount', label: t('roundAmount'), children: yuanOf(amountFen) },
    { key: 'state', label: t('adjustState'), children: t(adjustmentWords[adjustment.state]) },
    { key: 'made', label: t('adjustMade'), children: instantOf(adjustment.createdAt) },
    { key: 'reason', label: t('adjustReason'), children: adjustment.reason },
  ];
  return (
    <Drawer open size="large" title={t('adjustPanel')} onClose={onClosed}>
      <Descriptions column={1} size="small" bordered items={items} />
      {adjustment.state === 'prepared' ? (
        <Decide adjustment={adjustment} reading={reading} desk={desk} />
      ) : null}
    </Drawer>
  );
}

function Decide(props: {
  readonly adjustment: Adjustment;
  readonly reading: Reading;
  readonly desk: Desk;
}) {
  const { adjustment, reading, desk } = props;
  const { t } = useWords();
  const act = useAct();
  const { data: session } = useSession();
  const { adjustmentId, contentHash, preparedBy, targetRoundId } = adjustment;
  const isOwn = session?.id === preparedBy;
  const params = { adjustmentId };
  const approve = () =>
    call<typeof contract.approveAdjustmentRoute>('POST /api/adjustments/{adjustmentId}/approve', {
      params,
      body: { contentHash },
    });
  const cancel = () =>
    call<typeof contract.cancelAdjustmentRoute>('POST /api/adjustments/{adjustmentId}/cancel', {
      params,
      body: {},
    });
  const { amountFen, ...what } = reading;
  return (
    <>
      <SecondPerson desk={desk} isOwn={isOwn} ownWords={t('adjustOwn')} />
      <div className="desk-acts">
        {!isOwn && desk.mayApprove ? (
          <ConfirmButton
            word={t('adjustApprove')}
            look="primary"
            title={t('adjustApproveTitle')}
            okText={t('deskApprove')}
            work={approve}
          >
            <ul className="desk-consequences">
              <li>{t('adjustApproveWhat', { ...what, amount: yuanOf(amountFen) })}</li>
              <li>{t('adjustApproveNow')}</li>
              {targetRoundId === undefined ? null : <li>{t('adjustApproveStop')}</li>}
            </ul>
          </ConfirmButton>
        ) : null}
        {desk.mayPrepare ? (
          <Button onClick={() => void act(cancel)}>{t('adjustCancel')}</Button>
        ) : null}
      </div>
    </>
  );
}
