import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button, Drawer, Input, Select } from 'antd';
import { Link, useSearchParams } from 'react-router';
import type * as contract from '../../../../server/src/features/fund/fund.contract.ts';
import { call } from '../../api/call.ts';
import { countOf, instantOf, yuanOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { thingText } from '../audit/acts/acts.ts';
import { Failed } from '../desk/failed.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useMay } from '../desk/may.ts';
import { useStateWords, useWords } from '../words.ts';
import { usePoolName } from './queries.ts';
import { ReturnAccount } from './return-account.tsx';
import { Bar, Tiles } from './standing.tsx';
import { type Account, accountWords, type Fund, kinds, kindText, type Transfer } from './words.ts';

type Props = {
  readonly programmeId: string;
  readonly fundId: string;
  readonly onClosed: () => void;
};

const pageSize = 200;

/** One fund: where its money stands, and every transfer that brought it there. */
export function LedgerPanel({ programmeId, fundId, onClosed }: Props) {
  const { t } = useWords();
  const words = useStateWords();
  const nameOf = usePoolName(programmeId);
  const query = useQuery({
    queryKey: ['fund', fundId],
    queryFn: () =>
      call<typeof contract.getFundRoute>('GET /api/funds/{fundId}', { params: { fundId } }),
  });
  const titleOf = (fund: Fund) => `${t('moneyLedger')} · ${nameOf(fund.pool)} · ${fund.funderName}`;
  return (
    <Drawer
      open
      size="large"
      className="money-panel"
      title={query.data === undefined ? t('moneyLedger') : titleOf(query.data)}
      onClose={onClosed}
    >
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(fund) => (
          <>
            <Tiles balances={fund.balances} />
            <Bar balances={fund.balances} label={nameOf(fund.pool)} />
            <ReturnAccount fund={fund} />
            <Ledger programmeId={programmeId} fundId={fundId} />
          </>
        )}
      </Loaded>
    </Drawer>
  );
}

function useKept() {
  const [params, setParams] = useSearchParams();
  const keep = (key: string, value: string | undefined) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === undefined || value === '') next.delete(key);
        else next.set(key, value);
        return next;
      },
      { replace: true },
    );
  const account = accounts.find((one) => one === params.get('account'));
  const kind = params.get('kind') ?? undefined;
  const fromDay = params.get('from') ?? undefined;
  const toDay = params.get('to') ?? undefined;
  return { keep, account, kind, fromDay, toDay };
}

const accounts = Object.keys(accountWords) as readonly Account[];

function Ledger({ programmeId, fundId }: Omit<Props, 'onClosed'>) {
  const { t } = useWords();
  const kept = useKept();
  const { account, kind, fromDay, toDay } = kept;
  const narrowed = {
    ...(account === undefined ? {} : { account }),
    ...(kind === undefined ? {} : { kind }),
    ...(fromDay === undefined ? {} : { fromDay }),
    ...(toDay === undefined ? {} : { toDay }),
  };
  const query = useInfiniteQuery({
    queryKey: ['transfers', fundId, narrowed],
    initialPageParam: '',
    queryFn: ({ pageParam: cursor }) =>
      call<typeof contract.listTransfersRoute>('GET /api/funds/{fundId}/transfers', {
        params: { fundId },
        query: {
          limit: pageSize,
          newestFirst: true,
          ...narrowed,
          ...(cursor === '' ? {} : { cursor }),
        },
      }),
    getNextPageParam: (page) => page.next,
  });
  const rows = query.data?.pages.flatMap((page) => page.items);
  const count = countOf(rows?.length ?? 0);
  return (
    <>
      <Narrow kept={kept} />
      <Listed
        name="transfers"
        query={{ ...query, data: rows }}
        columns={useColumns(programmeId)}
        rowKey={(one) => String(one.transferId)}
        empty={t('moneyNoTransfers')}
      />
      <p className="desk-acts">
        <span className="desk-quiet">
          {t(query.hasNextPage ? 'moneyShown' : 'moneyAllShown', { count })}
        </span>
        {query.hasNextPage ? (
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('moneyMore')}
          </Button>
        ) : null}
      </p>
    </>
  );
}

function Narrow({ kept }: { readonly kept: ReturnType<typeof useKept> }) {
  const { t } = useWords();
  const { keep, account, kind, fromDay, toDay } = kept;
  return (
    <div className="desk-tools money-narrow">
      <Select
        aria-label={t('moneyAccount')}
        className="desk-select"
        value={account ?? ''}
        options={[
          { value: '', label: t('moneyAnyAccount') },
          ...accounts.map((one) => ({ value: one, label: t(accountWords[one]) })),
        ]}
        onChange={(value: string) => keep('account', value)}
      />
      <Select
        aria-label={t('moneyKind')}
        className="desk-select"
        value={kind ?? ''}
        options={[
          { value: '', label: t('moneyAnyKind') },
          ...kinds.map((one) => ({ value: one, label: kindText(one, t) })),
        ]}
        onChange={(value: string) => keep('kind', value)}
      />
      <Day label={t('moneyFromDay')} value={fromDay} onChange={(day) => keep('from', day)} />
      <Day label={t('moneyToDay')} value={toDay} onChange={(day) => keep('to', day)} />
    </div>
  );
}

type DayProps = {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (day: string) => void;
};

function Day({ label, value = '', onChange }: DayProps) {
  return (
    <label className="money-day">
      {label}
      <Input type="date" value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}

function useColumns(programmeId: string): readonly Column<Transfer>[] {
  const { t } = useWords();
  const may = useMay();
  const line = (one: Transfer) =>
    `/p/${programmeId}/audit?kind=${one.referenceKind}&id=${encodeURIComponent(one.referenceId)}`;
  return [
    { title: t('moneyAt'), key: 'at', value: (one) => instantOf(one.at) },
    { title: t('moneyKind'), key: 'kind', value: (one) => kindText(one.kind, t) },
    { title: t('moneyFrom'), key: 'from', value: (one) => t(accountWords[accountOf(one.source)]) },
    { title: t('moneyTo'), key: 'to', value: (one) => t(accountWords[accountOf(one.target)]) },
    {
      title: t('moneyAmount'),
      key: 'amount',
      value: (one) => one.amountFen / 100,
      show: (one) => yuanOf(one.amountFen),
      isAmount: true,
    },
    {
      title: t('moneyReference'),
      key: 'reference',
      value: (one) => `${thingText(one.referenceKind, t)} ${one.referenceId}`,
      show: (one) => {
        const { referenceKind: kind, referenceId: id } = one;
        // What ran out is named by its instant, everything else by an id.
        const name = kind === 'expiry' ? instantOf(id) : id.slice(-6);
        const word = `${thingText(kind, t)} ${name}`;
        return may('audit.read') ? <Link to={line(one)}>{word}</Link> : word;
      },
    },
    { title: t('moneyTransferNumber'), key: 'number', value: (one) => one.transferId },
  ];
}

function accountOf(name: string): Account {
  return accounts.find((one) => one === name) ?? 'funder';
}
