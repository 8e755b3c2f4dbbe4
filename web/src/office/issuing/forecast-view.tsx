import { Statistic, Table } from 'antd';
import { countOf, endOf, yuanOf } from '../../ui/figures.ts';
import { useWords } from '../words.ts';
import { type Forecast, refusalText } from './words.ts';

const plain = { size: 'small', pagination: false, scroll: { x: 'max-content' } } as const;

/** What issuing would do: how much, of what, from which money, through whom, and who is refused. */
export function ForecastView({ forecast }: { readonly forecast: Forecast }) {
  const { t } = useWords();
  return (
    <>
      <div className="desk-tiles">
        <Statistic title={t('issuePeople')} value={countOf(forecast.entitlementCount)} />
        <Statistic title={t('issueVouchers')} value={countOf(forecast.voucherCount)} />
        <Statistic title={t('issueAmount')} value={yuanOf(forecast.amountFen)} />
      </div>
      <Table
        {...plain}
        className="desk-section"
        rowKey={(one) => one.kind}
        dataSource={[...forecast.kinds]}
        columns={[
          { title: t('issueKind'), render: (_, one) => one.name },
          { title: t('issueFace'), align: 'right', render: (_, one) => yuanOf(one.faceFen) },
          {
            title: t('issueVouchers'),
            align: 'right',
            render: (_, one) => countOf(one.voucherCount),
          },
          { title: t('issueValidTo'), render: (_, one) => endOf(one.validTo) },
        ]}
      />
      <Table
        {...plain}
        className="desk-section"
        rowKey={(one) => one.fundId}
        dataSource={[...forecast.funds]}
        columns={[
          {
            title: t('issueFund'),
            render: (_, one) => `${one.poolName}（${one.funderName}）`,
          },
          { title: t('issueFundOrder'), align: 'right', render: (_, one) => one.position },
          { title: t('issueAmount'), align: 'right', render: (_, one) => yuanOf(one.amountFen) },
        ]}
      />
      <Channels forecast={forecast} />
      <Refused forecast={forecast} />
    </>
  );
}

function Channels({ forecast }: { readonly forecast: Forecast }) {
  const { t } = useWords();
  const named = forecast.channels.filter((one) => one.channel !== '');
  if (named.length === 0) return null;
  return (
    <Table
      {...plain}
      className="desk-section"
      rowKey={(one) => one.channel}
      dataSource={named}
      columns={[
        { title: t('issueChannel'), render: (_, one) => one.name },
        {
          title: t('issuePeople'),
          align: 'right',
          render: (_, one) => countOf(one.entitlementCount),
        },
        { title: t('issueAmount'), align: 'right', render: (_, one) => yuanOf(one.amountFen) },
      ]}
    />
  );
}

function Refused({ forecast }: { readonly forecast: Forecast }) {
  const { t } = useWords();
  const { refusals, issueUntil } = forecast;
  return (
    <>
      {refusals.length === 0 ? (
        <p className="desk-quiet">{t('issueNobodyRefused')}</p>
      ) : (
        <>
          <p className="desk-alert">{t('issueRefusedIfNow')}</p>
          <ul className="desk-consequences">
            {refusals.map(({ code, count }) => (
              <li key={code}>
                {t('issueRefusedCount', { reason: refusalText(code), count: countOf(count) })}
              </li>
            ))}
          </ul>
        </>
      )}
      {issueUntil === undefined ? null : <p>{t('issueDeadline', { at: endOf(issueUntil) })}</p>}
    </>
  );
}
