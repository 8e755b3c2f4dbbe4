import { useQuery } from '@tanstack/react-query';
import { App, Button, Descriptions, Drawer, Form, Input, Modal, Table } from 'antd';
import { useState } from 'react';
import type * as contract from '../../../../server/src/features/fund/funding.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { instantOf, yuanOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { useAct } from '../desk/act.tsx';
import { Failed } from '../desk/failed.tsx';
import { useMay } from '../desk/may.ts';
import { ReasonButton } from '../desk/reason-button.tsx';
import { useStateWords, useWords } from '../words.ts';
import { usePoolName } from './queries.ts';
import { orderWords, sourceText } from './words.ts';

type Order = ReplyOf<typeof contract.getFundingOrderRoute>;
type Line = Order['lines'][number];
type Props = {
  readonly programmeId: string;
  readonly orderId: string;
  readonly onClosed: () => void;
};

/** One funding order: what to write on the payment, what it pays into, and its end. */
export function OrderPanel({ programmeId, orderId, onClosed }: Props) {
  const { t } = useWords();
  const words = useStateWords();
  const query = useQuery({
    queryKey: ['funding-order', orderId],
    queryFn: () =>
      call<typeof contract.getFundingOrderRoute>('GET /api/funding-orders/{fundingOrderId}', {
        params: { fundingOrderId: orderId },
      }),
  });
  return (
    <Drawer
      open
      size="large"
      title={`${t('moneyOrder')} ${query.data?.funderName ?? ''}`}
      onClose={onClosed}
    >
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(order) => (
          <>
            <HowToPay order={order} />
            <Facts order={order} />
            <Lines programmeId={programmeId} order={order} />
            {order.state === 'open' ? <Acts order={order} /> : null}
          </>
        )}
      </Loaded>
    </Drawer>
  );
}

function HowToPay({ order }: { readonly order: Order }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const copy = async (text: string) => {
    await navigator.clipboard.writeText(text);
    void message.success(t('moneyCopied'));
  };
  const { payTo, remarkCode, totalFen } = order;
  const rows = [
    { label: t('moneyRemark'), text: remarkCode, isLarge: true },
    { label: t('moneyAccountName'), text: payTo.name, isLarge: false },
    { label: t('moneyAccountNumber'), text: payTo.number, isLarge: false },
    { label: t('moneyAccountBank'), text: payTo.bank, isLarge: false },
    { label: t('moneyAmount'), text: yuanOf(totalFen), isLarge: false },
  ];
  return (
    <dl className="money-pay">
      {rows.map(({ label, text, isLarge }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className={isLarge ? 'money-remark' : ''}>{text}</dd>
          <Button
            size="small"
            aria-label={`${t('moneyCopy')}${label}`}
            onClick={() => void copy(text.replaceAll(',', ''))}
          >
            {t('moneyCopy')}
          </Button>
        </div>
      ))}
    </dl>
  );
}

function Facts({ order }: { readonly order: Order }) {
  const { t } = useWords();
  const items = [
    { key: 'state', label: t('moneyState'), children: t(orderWords[order.state]) },
    { key: 'created', label: t('moneyCreated'), children: instantOf(order.createdAt) },
    ...(order.confirmedAt === undefined
      ? []
      : [
          {
            key: 'confirmed',
            label: t('moneyConfirmedAt'),
            children: instantOf(order.confirmedAt),
          },
        ]),
  ];
  return <Descriptions column={{ xs: 1, md: 3 }} size="small" bordered items={items} />;
}

function Lines(props: { readonly programmeId: string; readonly order: Order }) {
  const { t } = useWords();
  const nameOf = usePoolName(props.programmeId);
  return (
    <Table
      size="small"
      className="desk-section"
      scroll={{ x: 'max-content' }}
      pagination={{ hideOnSinglePage: true }}
      rowKey={(line) => line.fundId}
      dataSource={[...props.order.lines]}
      columns={[
        { title: t('moneyPool'), render: (_, line) => nameOf(line.pool) },
        { title: t('moneySource'), render: (_, line) => sourceText(line.sourceClass, t) },
        ...(props.order.lines.some((line) => line.channel !== '')
          ? [{ title: t('moneyChannel'), render: (_: unknown, line: Line) => line.channelName }]
          : []),
        {
          title: t('moneyAmount'),
          align: 'right',
          render: (_, line) => yuanOf(line.amountFen),
        },
      ]}
    />
  );
}

function Acts({ order }: { readonly order: Order }) {
  const { t } = useWords();
  const may = useMay();
  const [isProving, setProving] = useState(false);
  const params = { fundingOrderId: order.fundingOrderId };
  const cancel = (reason: string) =>
    call<typeof contract.cancelFundingOrderRoute>(
      'POST /api/funding-orders/{fundingOrderId}/cancellation',
      { params, body: { reason } },
    );
  return (
    <div className="desk-acts">
      {may('funding_order.match') ? (
        <Button onClick={() => setProving(true)}>{t('moneyPreallocate')}</Button>
      ) : null}
      {may('funding_order.create') ? (
        <ReasonButton
          word={t('moneyCancelOrder')}
          look="danger"
          lead={<p>{t('moneyCancelWhy')}</p>}
          work={cancel}
        />
      ) : null}
      {isProving ? <Preallocation order={order} onClosed={() => setProving(false)} /> : null}
    </div>
  );
}

type Paper = { readonly documentNumber: string; readonly note: string };

async function digestOf(file: File): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function Preallocation(props: { readonly order: Order; readonly onClosed: () => void }) {
  const { t } = useWords();
  const act = useAct();
  const [file, setFile] = useState<File>();
  const [form] = Form.useForm<Paper>();
  const params = { fundingOrderId: props.order.fundingOrderId };
  const give = async (paper: Paper) => {
    if (file === undefined) return;
    const body = { ...paper, documentDigest: await digestOf(file) };
    const done = await act(() =>
      call<typeof contract.preparePreallocationRoute>(
        'POST /api/funding-orders/{fundingOrderId}/preallocations',
        { params, body },
      ),
    );
    if (done) props.onClosed();
  };
  const required = [{ required: true, whitespace: true }];
  return (
    <Modal
      open
      title={t('moneyPreallocate')}
      okText={t('deskConfirm')}
      cancelText={t('deskCancel')}
      okButtonProps={{ disabled: file === undefined }}
      onOk={() => form.submit()}
      onCancel={props.onClosed}
    >
      <p>{t('moneyPreallocateWhy')}</p>
      <Form form={form} layout="vertical" onFinish={(given) => void give(given)}>
        <Form.Item name="documentNumber" label={t('moneyDocumentNumber')} rules={required}>
          <Input maxLength={100} />
        </Form.Item>
        <label className="desk-file">
          {t('moneyDocumentFile')}
          <input type="file" onChange={(event) => setFile(event.target.files?.[0])} />
        </label>
        <Form.Item name="note" label={t('moneyNote')} rules={required}>
          <Input.TextArea rows={3} maxLength={500} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
