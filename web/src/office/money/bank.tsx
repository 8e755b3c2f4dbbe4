import { App, Button, Select, Tag } from 'antd';
import { useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import type * as contract from '../../../../server/src/features/fund/funding.contract.ts';
import { call } from '../../api/call.ts';
import { countOf, instantOf, yuanOf } from '../../ui/figures.ts';
import { useAct } from '../desk/act.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useMay } from '../desk/may.ts';
import { useWords } from '../words.ts';
import { BankFiles } from './bank-files.tsx';
import { BankUpload } from './bank-upload.tsx';
import { MatchDialog } from './match-dialog.tsx';
import { useBankLines, useMoney } from './queries.ts';
import { type BankLine, lineWords } from './words.ts';

type Props = { readonly programmeId: string };
type State = BankLine['state'];

const states = Object.keys(lineWords) as readonly State[];
const colours = { unmatched: 'error', matched: 'success', explained: 'default' } as const;

/** What the bank's statements say, and why a line is nobody's. */
export function Bank({ programmeId }: Props) {
  const { t } = useWords();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const query = useBankLines(programmeId);
  const file = params.get('file');
  const state = states.find((one) => one === params.get('state'));
  const keep = (key: string, value: string) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (value === '') next.delete(key);
      else next.set(key, value);
      return next;
    });
  const rows = query.data
    ?.filter((one) => file === null || one.bankFileId === file)
    .filter((one) => state === undefined || one.state === state);
  return (
    <>
      <div className="desk-acts">
        {may('bank_statement.create') ? (
          <>
            <BankUpload programmeId={programmeId} />
            <Rematch programmeId={programmeId} lines={query.data ?? []} />
          </>
        ) : null}
        {file === null ? null : (
          <Button onClick={() => keep('file', '')}>{t('moneyAllFiles')}</Button>
        )}
      </div>
      <Listed
        name="lines"
        query={{ ...query, data: rows }}
        columns={useColumns()}
        rowKey={(one) => one.bankLineId}
        empty={t('moneyNoLines')}
        tools={
          <Select
            aria-label={t('moneyState')}
            className="desk-select"
            value={state ?? ''}
            options={[
              { value: '', label: t('moneyAnyState') },
              ...states.map((one) => ({ value: one, label: t(lineWords[one]) })),
            ]}
            onChange={(value: string) => keep('state', value)}
          />
        }
      />
      {may('bank_statement.create') ? (
        <BankFiles programmeId={programmeId} onChosen={(chosen) => keep('file', chosen)} />
      ) : null}
    </>
  );
}

function useColumns(): readonly Column<BankLine>[] {
  const { t } = useWords();
  const reasonOf = (one: BankLine) => {
    const { differenceFen } = one.reasonDetails;
    const difference =
      typeof differenceFen === 'number'
        ? `（${t('moneyDifference', { amount: yuanOf(differenceFen) })}）`
        : '';
    return one.state === 'unmatched' ? `${one.reasonText ?? ''}${difference}` : '';
  };
  return [
    { title: t('moneyPosted'), key: 'posted', value: (one) => instantOf(one.postedAt) },
    {
      title: t('moneyDirection'),
      key: 'direction',
      value: (one) => t(one.direction === 'in' ? 'moneyIn' : 'moneyOut'),
    },
    {
      title: t('moneyAmount'),
      key: 'amount',
      value: (one) => one.amountFen / 100,
      show: (one) => yuanOf(one.amountFen),
      isAmount: true,
    },
    {
      title: t('moneyLineRemark'),
      key: 'remark',
      value: (one) => one.remark,
      show: (one) => <span className="desk-wrap">{one.remark}</span>,
    },
    {
      title: t('moneyState'),
      key: 'state',
      value: (one) => t(lineWords[one.state]),
      show: (one) => (
        <Tag color={one.direction === 'out' ? 'default' : colours[one.state]}>
          {t(lineWords[one.state])}
        </Tag>
      ),
    },
    {
      title: t('moneyReason'),
      key: 'reason',
      value: reasonOf,
      show: (one) => <span className="desk-wrap">{reasonOf(one)}</span>,
    },
    { title: t('moneyAccountNumber'), key: 'account', value: (one) => one.accountNumber },
    { title: '', key: 'act', value: () => '', show: (one) => <Match line={one} /> },
  ];
}

function Match({ line }: { readonly line: BankLine }) {
  const { t } = useWords();
  const may = useMay();
  const { programmeId = '' } = useParams();
  const { data: money } = useMoney(programmeId);
  const [isOpen, setOpen] = useState(false);
  const isOurs = line.state === 'unmatched' && line.direction === 'in';
  const mayMatch = money?.confirming.mayPrepare ?? may('funding_order.match');
  if (!isOurs || !mayMatch) return null;
  return (
    <>
      <Button type="link" onClick={() => setOpen(true)}>
        {t('moneyMatch')}
      </Button>
      {isOpen ? <MatchDialog line={line} onClosed={() => setOpen(false)} /> : null}
    </>
  );
}

/** Looks again for the orders of lines that came before their order was stated. */
function Rematch({ programmeId, lines }: Props & { readonly lines: readonly BankLine[] }) {
  const { t } = useWords();
  const act = useAct();
  const { message } = App.useApp();
  const open = lines.filter((one) => one.state === 'unmatched' && one.direction === 'in');
  const accounts = [...new Set(open.map((one) => one.accountNumber))];
  if (accounts.length === 0) return null;
  const again = async () => {
    const total = { confirmed: 0, waiting: 0, unmatched: 0 };
    for (const accountNumber of accounts) {
      const name = 'POST /api/programmes/{programmeId}/bank-lines/rematch';
      const sent = { params: { programmeId }, body: { accountNumber } };
      const found = await call<typeof contract.rematchBankLinesRoute>(name, sent);
      total.confirmed += found.confirmed;
      total.waiting += found.waiting;
      total.unmatched += found.unmatched;
    }
    const { confirmed, waiting, unmatched } = total;
    const counts = [confirmed, waiting, unmatched].map(countOf);
    void message.info(
      t('moneyRematched', {
        confirmed: counts[0] ?? '',
        waiting: counts[1] ?? '',
        unmatched: counts[2] ?? '',
      }),
    );
  };
  return <Button onClick={() => void act(again)}>{t('moneyRematch')}</Button>;
}
