import { Button, Tag } from 'antd';
import { useSearchParams } from 'react-router';
import { instantOf, yuanOf } from '../../ui/figures.ts';
import { Listed, type Column } from '../desk/listed.tsx';
import { useMay } from '../desk/may.ts';
import { useWords } from '../words.ts';
import { NewOrder } from './new-order.tsx';
import { OrderPanel } from './order-panel.tsx';
import { useOrders } from './queries.ts';
import { type Order, orderWords } from './words.ts';

const colours = { open: 'gold', confirmed: 'success', cancelled: 'default' } as const;

/** What funders are to pay, by which remark, and whether it arrived. */
export function Orders({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const query = useOrders(programmeId);
  const open = (orderId: string | undefined) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (orderId === undefined) next.delete('order');
      else next.set('order', orderId);
      return next;
    });
  const columns: readonly Column<Order>[] = [
    { title: t('moneyFunder'), key: 'funder', value: (one) => one.funderName },
    {
      title: t('moneyAmount'),
      key: 'amount',
      value: (one) => one.totalFen / 100,
      show: (one) => yuanOf(one.totalFen),
      isAmount: true,
    },
    {
      title: t('moneyRemark'),
      key: 'remark',
      value: (one) => one.remarkCode,
      show: (one) => <code translate="no">{one.remarkCode}</code>,
    },
    {
      title: t('moneyState'),
      key: 'state',
      value: (one) => t(orderWords[one.state]),
      show: (one) => <Tag color={colours[one.state]}>{t(orderWords[one.state])}</Tag>,
    },
    { title: t('moneyCreated'), key: 'created', value: (one) => instantOf(one.createdAt) },
    {
      title: t('moneyConfirmedAt'),
      key: 'confirmed',
      value: (one) => (one.confirmedAt === undefined ? '' : instantOf(one.confirmedAt)),
    },
    {
      title: '',
      key: 'open',
      value: () => '',
      show: (one) => (
        <Button type="link" onClick={() => open(one.fundingOrderId)}>
          {t('moneyShow')}
        </Button>
      ),
    },
  ];
  const orderId = params.get('order');
  return (
    <>
      <Listed
        name="orders"
        query={query}
        columns={columns}
        rowKey={(one) => one.fundingOrderId}
        empty={t('moneyNoOrders')}
        tools={
          may('funding_order.create') ? <NewOrder programmeId={programmeId} onMade={open} /> : null
        }
      />
      {orderId === null ? null : (
        <OrderPanel programmeId={programmeId} orderId={orderId} onClosed={() => open(undefined)} />
      )}
    </>
  );
}
