import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type * as files from '../../../../server/src/features/settlement/files.contract.ts';
import { call, download, type ReplyOf } from '../../api/call.ts';
import { clockNow } from '../../ui/clock.ts';
import { countOf, dayOf, yuanOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { Choice } from '../choice.tsx';
import { Failed } from '../failed.tsx';
import { useStateWords, useWords } from '../words.ts';
import { useApplications } from './applications-page.tsx';
import type { OwnMerchant } from './area.tsx';
import { useOwnerReason } from './form.tsx';

type Sums = ReplyOf<typeof files.statementSumsRoute>['total'];
type By = 'day' | 'week' | 'month';
type Asked = {
  readonly programmeId: string;
  readonly merchantId: string;
  readonly fromDay: string;
  readonly toDay: string;
  readonly by: By;
};

/** The settlement of a merchant by day, week or month, on screen and as files. */
export function StatementPage({ merchant }: { readonly merchant: OwnMerchant }) {
  const { t } = useWords();
  const words = useStateWords();
  const query = useApplications(merchant.merchantId);
  return (
    <section className="till-wide">
      <h1>{t('moneyTitle')}</h1>
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {({ items }) =>
          items.length === 0 ? (
            <p className="till-empty">{t('moneyEmpty')}</p>
          ) : (
            <Statement
              merchantId={merchant.merchantId}
              programmes={items.map((one) => [one.programmeId, one.title] as const)}
            />
          )
        }
      </Loaded>
    </section>
  );
}

type StatementProps = {
  readonly merchantId: string;
  readonly programmes: readonly (readonly [string, string])[];
};

function Statement({ merchantId, programmes }: StatementProps) {
  const { t } = useWords();
  const today = dayOf(clockNow());
  const [programmeId, setProgramme] = useState(programmes[0]?.[0] ?? '');
  const [fromDay, setFrom] = useState(`${today.slice(0, 8)}01`);
  const [toDay, setTo] = useState(today);
  const [by, setBy] = useState<By>('day');
  const periods = [
    ['day', t('moneyDay')] as const,
    ['week', t('moneyWeek')] as const,
    ['month', t('moneyMonth')] as const,
  ];
  return (
    <>
      <div className="owner-filter">
        <label>
          <span>{t('applyProgramme')}</span>
          <select value={programmeId} onChange={(event) => setProgramme(event.target.value)}>
            {programmes.map(([id, title]) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t('moneyFrom')}</span>
          <input type="date" value={fromDay} onChange={(event) => setFrom(event.target.value)} />
        </label>
        <label>
          <span>{t('moneyTo')}</span>
          <input type="date" value={toDay} onChange={(event) => setTo(event.target.value)} />
        </label>
        <Choice label={t('moneyBy')} chosen={by} options={periods} choose={setBy} />
      </div>
      <Sheet asked={{ programmeId, merchantId, fromDay, toDay, by }} />
    </>
  );
}

function Sheet({ asked }: { readonly asked: Asked }) {
  const { t } = useWords();
  const words = useStateWords();
  const { programmeId, merchantId, ...span } = asked;
  const params = { programmeId, merchantId };
  const query = useQuery({
    queryKey: ['statement', asked],
    enabled: span.fromDay !== '' && span.toDay !== '',
    queryFn: () =>
      call<typeof files.statementSumsRoute>(
        'GET /api/programmes/{programmeId}/merchants/{merchantId}/statement-sums',
        { params, query: span },
      ),
  });
  return (
    <Loaded
      query={query}
      words={words}
      failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
    >
      {({ periods, total }) => (
        <>
          {periods.length === 0 ? (
            <p className="till-empty">{t('moneyNoRows')}</p>
          ) : (
            <SumsTable periods={periods} total={total} />
          )}
          <Files asked={asked} />
        </>
      )}
    </Loaded>
  );
}

const columns = [
  ['moneyRedemptions', 'redemptions'],
  ['moneyOrder', 'orderFen'],
  ['moneyVoucher', 'voucherFen'],
  ['moneyCash', 'cashFen'],
  ['moneyRefunds', 'refunds'],
  ['moneyBack', 'backFen'],
  ['moneyDue', 'dueFen'],
  ['moneyPaid', 'paidFen'],
] as const;

const shown = (sums: Sums, key: (typeof columns)[number][1]) =>
  key === 'redemptions' || key === 'refunds' ? countOf(sums[key]) : yuanOf(sums[key]);

type TableProps = {
  readonly periods: readonly (Sums & { readonly period: string })[];
  readonly total: Sums;
};

function SumsTable({ periods, total }: TableProps) {
  const { t } = useWords();
  return (
    <div className="owner-table" role="region" aria-label={t('moneyTitle')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('moneyPeriod')}</th>
            {columns.map(([word, key]) => (
              <th key={key} scope="col">
                {t(word)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {periods.map((one) => (
            <tr key={one.period}>
              <th scope="row">{one.period}</th>
              {columns.map(([, key]) => (
                <td key={key}>{shown(one, key)}</td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('moneyTotal')}</th>
            {columns.map(([, key]) => (
              <td key={key}>{shown(total, key)}</td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function Files({ asked }: { readonly asked: Asked }) {
  const { t } = useWords();
  const reason = useOwnerReason();
  const [trouble, setTrouble] = useState<string>();
  const { programmeId, merchantId, fromDay, toDay, by } = asked;
  const params = { programmeId, merchantId };
  const save = async (format: 'xlsx' | 'csv') => {
    setTrouble(undefined);
    try {
      const name = 'GET /api/programmes/{programmeId}/merchants/{merchantId}/statement';
      await download(name, { params, query: { fromDay, toDay, by, format } });
    } catch (error) {
      setTrouble(reason(error));
    }
  };
  return (
    <div className="owner-files">
      <button type="button" className="till-secondary" onClick={() => void save('xlsx')}>
        {t('moneyExcel')}
      </button>
      <button type="button" className="till-secondary" onClick={() => void save('csv')}>
        {t('moneyCsv')}
      </button>
      {trouble === undefined ? null : (
        <p className="till-trouble" role="alert">
          {trouble}
        </p>
      )}
    </div>
  );
}
