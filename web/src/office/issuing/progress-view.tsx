import { Progress as Bar, Table, Tag } from 'antd';
import { countOf, yuanOf } from '../../ui/figures.ts';
import { type Key, useWords } from '../words.ts';
import type { Progress } from './words.ts';

type Row = Progress['rows'][number];

function rowWord({ state, isBound }: Row): Key {
  if (state === 'issued') return 'issueRowIssued';
  if (state === 'returned') return 'issueRowReturned';
  if (state === 'recalled') return 'issueRowRecalled';
  return isBound ? 'issueRowQueued' : 'issueRowWaiting';
}

const plain = { size: 'small', pagination: false, scroll: { x: 'max-content' } } as const;

/** How far a batch is, counted from its rows; and where its money stands. */
export function ProgressView({ progress }: { readonly progress: Progress }) {
  const { t } = useWords();
  const { rows, batch } = progress;
  const total = rows.reduce((sum, row) => sum + row.entitlementCount, 0);
  const open = rows
    .filter((row) => row.state === 'committed')
    .reduce((sum, row) => sum + row.entitlementCount, 0);
  const done = total - open;
  const isUnderWay = batch.state === 'issuing' || batch.state === 'recalling';
  return (
    <section className="desk-section">
      <h2>{t('issueProgress')}</h2>
      <Bar
        percent={total === 0 ? 0 : Math.floor((done / total) * 100)}
        status={isUnderWay ? 'active' : 'normal'}
        aria-label={t('issueProgress')}
      />
      <p role="status">
        {t('issueProgressOf', { done: countOf(done), total: countOf(total) })}
        {isUnderWay ? <span className="desk-quiet"> {t('issueProgressWhy')}</span> : null}
      </p>
      <Table<Row>
        {...plain}
        rowKey={(one) => `${one.state} ${String(one.isBound)} ${one.channel}`}
        dataSource={[...rows]}
        columns={[
          { title: t('issueState'), render: (_, one) => <Tag>{t(rowWord(one))}</Tag> },
          ...(rows.some((one) => one.channel !== '')
            ? [
                {
                  title: t('issueChannel'),
                  render: (_: unknown, one: Row) => one.channelName,
                },
              ]
            : []),
          {
            title: t('issuePeople'),
            align: 'right',
            render: (_, one) => countOf(one.entitlementCount),
          },
          { title: t('issueAmount'), align: 'right', render: (_, one) => yuanOf(one.amountFen) },
        ]}
      />
      <Money progress={progress} />
    </section>
  );
}

function Money({ progress }: { readonly progress: Progress }) {
  const { t } = useWords();
  type Fund = Progress['funds'][number];
  const amount = (title: Key, of: (one: Fund) => number) => ({
    title: t(title),
    align: 'right' as const,
    render: (_: unknown, one: Fund) => yuanOf(of(one)),
  });
  return (
    <Table<Fund>
      {...plain}
      className="desk-section"
      rowKey={(one) => one.fundId}
      dataSource={[...progress.funds]}
      columns={[
        { title: t('issueFund'), render: (_, one) => `${one.poolName}（${one.funderName}）` },
        amount('issueCommitted', (one) => one.committedFen),
        amount('issueIssued', (one) => one.issuedFen),
        amount('issueReleased', (one) => one.releasedFen),
        amount('issueLeft', (one) => one.committedFen - one.issuedFen - one.releasedFen),
      ]}
    />
  );
}
