import { Alert, Descriptions, Drawer, Table } from 'antd';
import { countOf, endOf, instantOf, yuanOf } from '../../ui/figures.ts';
import { useWords } from '../words.ts';
import { Live } from './live.tsx';
import { RoundActs } from './round-acts.tsx';
import { useNow } from './use-rounds.ts';
import { costOf, type Round, type Rounds, standingOf, standingWords } from './words.ts';

type Props = {
  readonly programmeId: string;
  readonly rounds: Rounds;
  readonly round: Round;
  readonly onClosed: () => void;
};

/** One round: its stock and who pays it, its opening by two persons, its rush, its end. */
export function RoundPanel({ programmeId, rounds, round, onClosed }: Props) {
  const { t } = useWords();
  const now = useNow();
  const standing = standingOf(round, now);
  const isLive = standing === 'waiting' || standing === 'open' || standing === 'stopped';
  const left = costOf(round.stock, (one) => one.quantity - one.issued);
  const items = [
    { key: 'state', label: t('roundState'), children: t(standingWords[standing]) },
    { key: 'opens', label: t('roundOpens'), children: instantOf(round.opensAt) },
    { key: 'closes', label: t('roundCloses'), children: endOf(round.closesAt) },
    {
      key: 'amount',
      label: t('roundAmount'),
      children: yuanOf(costOf(round.stock, (one) => one.quantity)),
    },
  ];
  return (
    <Drawer open size="large" title={t('roundNo', { number: round.number })} onClose={onClosed}>
      <Descriptions column={{ xs: 1, md: 2 }} size="small" bordered items={items} />
      {standing === 'closed' ? (
        <Alert
          type="info"
          showIcon
          className="desk-note"
          title={t('roundClosedLeft', { amount: yuanOf(left) })}
          description={round.mayRollOver ? t('roundRollHere') : undefined}
        />
      ) : null}
      <RoundActs programmeId={programmeId} rounds={rounds} round={round} standing={standing} />
      {isLive && round.roundId !== undefined ? (
        <Live roundId={round.roundId} round={round} standing={standing} now={now} />
      ) : null}
      <Stock round={round} />
    </Drawer>
  );
}

const plain = { size: 'small', pagination: false, scroll: { x: 'max-content' } } as const;

function Stock({ round }: { readonly round: Round }) {
  const { t } = useWords();
  const kindName = (kind: string) => round.stock.find((one) => one.kind === kind)?.name ?? kind;
  return (
    <>
      <h2>{t('roundStock')}</h2>
      <Table
        {...plain}
        rowKey={(one) => one.kind}
        dataSource={[...round.stock]}
        columns={[
          { title: t('roundKind'), render: (_, one) => one.name },
          { title: t('roundPool'), render: (_, one) => one.poolName },
          { title: t('roundFace'), align: 'right', render: (_, one) => yuanOf(one.faceFen) },
          { title: t('roundStock'), align: 'right', render: (_, one) => countOf(one.quantity) },
          { title: t('roundGiven'), align: 'right', render: (_, one) => countOf(one.issued) },
          {
            title: t('roundLeft'),
            align: 'right',
            render: (_, one) => countOf(one.quantity - one.issued),
          },
        ]}
      />
      {round.shares.length === 0 ? null : (
        <>
          <h2>{t('roundByFund')}</h2>
          <Table
            {...plain}
            rowKey={(one) => `${one.kind} ${one.fundId}`}
            dataSource={[...round.shares]}
            columns={[
              { title: t('roundKind'), render: (_, one) => kindName(one.kind) },
              { title: t('roundFund'), render: (_, one) => `${one.poolName}（${one.funderName}）` },
              {
                title: t('roundStock'),
                align: 'right',
                render: (_, one) => countOf(one.quantity),
              },
              {
                title: t('roundAmount'),
                align: 'right',
                render: (_, one) => yuanOf(one.amountFen),
              },
            ]}
          />
        </>
      )}
    </>
  );
}
