import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type * as contract from '../../../../server/src/features/evaluation/evaluation.contract.ts';
import { call, download, type ReplyOf } from '../../api/call.ts';
import { instantOf, yuanOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { useAct } from '../desk/act.tsx';
import { Failed } from '../desk/failed.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useStateWords, useWords } from '../words.ts';

type Report = ReplyOf<typeof contract.evaluateRoute>;
type Figure = Report['figures'][number];
type Category = Report['categories'][number];
type Compared = Report['compared'][number];

const ready = <Row,>(data: readonly Row[]) => ({
  data,
  error: null,
  isPending: false,
  refetch: () => undefined,
});

/** The evaluation of a programme as a page, with its workbook and its print. */
export function EvaluationPage({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const words = useStateWords();
  const act = useAct();
  const params = { programmeId };
  const query = useQuery({
    queryKey: ['evaluation', programmeId],
    queryFn: () =>
      call<typeof contract.evaluateRoute>('GET /api/programmes/{programmeId}/evaluation', {
        params,
      }),
  });
  const save = (kind: 'xlsx' | 'pdf') => () =>
    download(`GET /api/programmes/{programmeId}/evaluation.${kind}`, { params });
  return (
    <>
      <h1>{t('evaluateTitle')}</h1>
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(report) => (
          <>
            <p className="desk-lead">
              {t('evaluateAsOf', { at: instantOf(report.asOf) })}
              <br />
              {t('evaluateHash')} <code className="desk-hash">{report.hash}</code>
            </p>
            <div className="desk-acts">
              <Button type="primary" onClick={() => void act(save('pdf'))}>
                {t('evaluatePrint')}
              </Button>
              <Button onClick={() => void act(save('xlsx'))}>{t('evaluateSheet')}</Button>
            </div>
            <Figures figures={report.figures} />
            <Categories categories={report.categories} />
            {report.compared.length === 0 ? null : <Comparison compared={report.compared} />}
            <p className="desk-quiet">{report.rounding}</p>
          </>
        )}
      </Loaded>
    </>
  );
}

function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  const { t } = useWords();
  const columns: readonly Column<Figure>[] = [
    { title: t('evaluateFigure'), key: 'name', value: (one) => one.name },
    {
      title: t('evaluateValue'),
      key: 'value',
      value: (one) => one.value ?? '',
      show: (one) => one.value ?? <span className="desk-quiet">{t('evaluateNone')}</span>,
      isAmount: true,
    },
    { title: t('evaluateUnit'), key: 'unit', value: (one) => one.unit },
  ];
  return (
    <section className="desk-section">
      <h2>{t('evaluateFigures')}</h2>
      <Listed
        name="figures"
        query={ready(figures)}
        columns={columns}
        rowKey={(one) => one.id}
        empty={t('evaluateEmpty')}
      />
    </section>
  );
}

function Categories({ categories }: { readonly categories: readonly Category[] }) {
  const { t } = useWords();
  const columns: readonly Column<Category>[] = [
    { title: t('evaluateIndustry'), key: 'industry', value: (one) => one.industry },
    { title: t('evaluateCount'), key: 'count', value: (one) => one.count, isAmount: true },
    {
      title: t('evaluateOrder'),
      key: 'order',
      value: (one) => one.orderFen / 100,
      show: (one) => yuanOf(one.orderFen),
      isAmount: true,
    },
    {
      title: t('evaluateUsed'),
      key: 'used',
      value: (one) => one.redeemedFen / 100,
      show: (one) => yuanOf(one.redeemedFen),
      isAmount: true,
    },
  ];
  return (
    <section className="desk-section">
      <h2>{t('evaluateCategories')}</h2>
      <Listed
        name="categories"
        query={ready(categories)}
        columns={columns}
        rowKey={(one) => one.industry}
        empty={t('evaluateEmpty')}
      />
    </section>
  );
}

function Comparison({ compared }: { readonly compared: readonly Compared[] }) {
  const { t } = useWords();
  const columns: readonly Column<Compared>[] = [
    { title: t('evaluateFigure'), key: 'name', value: (one) => one.name },
    {
      title: t('evaluateLedger'),
      key: 'ledger',
      value: (one) => one.ledger ?? t('evaluateNone'),
      isAmount: true,
    },
    {
      title: t('evaluatePrinted'),
      key: 'printed',
      value: (one) => one.printed,
      isAmount: true,
    },
    { title: t('evaluateUnit'), key: 'unit', value: (one) => one.unit },
    {
      title: t('evaluateDifference'),
      key: 'difference',
      value: (one) => (one.agrees ? t('evaluateAgrees') : (one.difference ?? '')),
      isAmount: true,
    },
    { title: t('evaluateClause'), key: 'clause', value: (one) => one.clause },
    {
      title: t('evaluateWhy'),
      key: 'why',
      value: (one) => one.reason ?? '',
      show: (one) => <span className="desk-wrap">{one.reason ?? ''}</span>,
    },
  ];
  return (
    <section className="desk-section">
      <h2>{t('evaluateCompared')}</h2>
      <Listed
        name="compared"
        query={ready(compared)}
        columns={columns}
        rowKey={(one) => one.id}
        empty={t('evaluateEmpty')}
      />
    </section>
  );
}
