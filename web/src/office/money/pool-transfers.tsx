import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Select, Tag } from 'antd';
import { useState } from 'react';
import { useParams } from 'react-router';
import type * as contract from '../../../../server/src/features/fund/fund.contract.ts';
import { call } from '../../api/call.ts';
import { instantOf, yuanOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { useAct } from '../desk/act.tsx';
import { ConfirmButton } from '../desk/confirm-button.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useMay } from '../desk/may.ts';
import { allPages } from '../desk/pages.ts';
import { ReasonButton } from '../desk/reason-button.tsx';
import { SecondPerson } from '../desk/second-person.tsx';
import { useWords } from '../words.ts';
import { AmountField, fenOf } from './amount.tsx';
import { useFunds, useMoney, usePoolName } from './queries.ts';
import { type PoolTransfer, transferWords } from './words.ts';

type Props = { readonly programmeId: string };

const colours = { prepared: 'gold', approved: 'success', rejected: 'default' } as const;

/** Money moved from one pool to another: proposed by one person, moved when another agrees. */
export function PoolTransfers({ programmeId }: Props) {
  const { t } = useWords();
  const may = useMay();
  const nameOf = usePoolName(programmeId);
  const { data: money } = useMoney(programmeId);
  const query = useQuery({
    queryKey: ['pool-transfers', programmeId],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof contract.listPoolTransfersRoute>(
          'GET /api/programmes/{programmeId}/pool-transfers',
          {
            params: { programmeId },
            query: { limit: 200, ...(cursor === undefined ? {} : { cursor }) },
          },
        ),
      ),
  });
  const columns: readonly Column<PoolTransfer>[] = [
    { title: t('moneyCreated'), key: 'created', value: (one) => instantOf(one.createdAt) },
    { title: t('moneyTransferFrom'), key: 'from', value: (one) => nameOf(one.sourcePool) },
    { title: t('moneyTransferTo'), key: 'to', value: (one) => nameOf(one.targetPool) },
    {
      title: t('moneyAmount'),
      key: 'amount',
      value: (one) => one.amountFen / 100,
      show: (one) => yuanOf(one.amountFen),
      isAmount: true,
    },
    {
      title: t('moneyTransferReason'),
      key: 'reason',
      value: (one) => one.reason,
      show: (one) => <span className="desk-wrap">{one.reason}</span>,
    },
    {
      title: t('moneyState'),
      key: 'state',
      value: (one) => t(transferWords[one.state]),
      show: (one) => <Tag color={colours[one.state]}>{t(transferWords[one.state])}</Tag>,
    },
    { title: '', key: 'act', value: () => '', show: (one) => <Decide transfer={one} /> },
  ];
  const mayPropose = money?.transferring.mayPrepare ?? may('pool_transfer.create');
  return (
    <Listed
      name="pool-transfers"
      query={query}
      columns={columns}
      rowKey={(one) => one.poolTransferId}
      empty={t('moneyNoPoolTransfers')}
      tools={mayPropose ? <NewTransfer programmeId={programmeId} /> : null}
    />
  );
}

function Decide({ transfer }: { readonly transfer: PoolTransfer }) {
  const { t } = useWords();
  const { programmeId = '' } = useParams();
  const { data: money } = useMoney(programmeId);
  const nameOf = usePoolName(programmeId);
  const { data: session } = useSession();
  const { poolTransferId } = transfer;
  const params = { poolTransferId };
  const desk = money?.transferring;
  if (transfer.state !== 'prepared' || desk === undefined) return null;
  const isOwn = transfer.preparedBy === session?.id;
  if (isOwn || !desk.mayApprove) {
    return <SecondPerson desk={desk} isOwn={isOwn} ownWords={t('moneyTransferOwn')} />;
  }
  const what = {
    amount: yuanOf(transfer.amountFen),
    from: nameOf(transfer.sourcePool),
    to: nameOf(transfer.targetPool),
  };
  return (
    <>
      <ConfirmButton
        word={t('moneyTransferDecide')}
        look="link"
        title={t('moneyTransferTitle')}
        okText={t('deskApprove')}
        work={() =>
          call<typeof contract.approvePoolTransferRoute>(
            'POST /api/pool-transfers/{poolTransferId}/approval',
            { params },
          )
        }
      >
        <p>{t('moneyTransferWhy', what)}</p>
        <p className="desk-quiet">{transfer.reason}</p>
      </ConfirmButton>
      <ReasonButton
        word={t('deskReject')}
        look="link"
        title={t('moneyTransferReject')}
        work={(reason) =>
          call<typeof contract.rejectPoolTransferRoute>(
            'POST /api/pool-transfers/{poolTransferId}/rejection',
            { params, body: { reason } },
          )
        }
      />
    </>
  );
}

type Given = {
  readonly sourceFundId: string;
  readonly targetFundId: string;
  readonly amount: string;
  readonly reason: string;
};

function NewTransfer({ programmeId }: Props) {
  const { t } = useWords();
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<Given>();
  const sourceFundId = Form.useWatch('sourceFundId', form);
  const { data: funds = [] } = useFunds(programmeId);
  const nameOf = usePoolName(programmeId);
  const source = funds.find((one) => one.fundId === sourceFundId);
  const labelled = funds.map((one) => ({
    fund: one,
    value: one.fundId,
    label: [
      nameOf(one.pool),
      one.funderName,
      `${t('moneyAvailable')} ${yuanOf(one.balances.available)} ${t('deskYuan')}`,
    ].join(' · '),
  }));
  const sources = labelled.filter(({ fund }) => fund.balances.available > 0);
  const targets = labelled.filter(
    ({ fund }) =>
      fund.fundId !== source?.fundId &&
      fund.funderId === source?.funderId &&
      fund.sourceClass === source.sourceClass,
  );
  const give = async ({ amount, reason, ...chosen }: Given) => {
    const amountFen = fenOf(amount) ?? 0;
    const body = { ...chosen, amountFen, reason: reason.trim() };
    const done = await act(() =>
      call<typeof contract.preparePoolTransferRoute>('POST /api/pool-transfers', { body }),
    );
    if (done) setOpen(false);
  };
  const required = [{ required: true, whitespace: true }];
  const option = ({ value, label }: (typeof labelled)[number]) => ({ value, label });
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t('moneyNewTransfer')}
      </Button>
      <Modal
        open={isOpen}
        destroyOnHidden
        title={t('moneyNewTransfer')}
        okText={t('deskConfirm')}
        cancelText={t('deskCancel')}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
      >
        <p>{t('moneyNewTransferWhy')}</p>
        <Form form={form} layout="vertical" onFinish={(given) => void give(given)}>
          <Form.Item name="sourceFundId" label={t('moneyTransferFrom')} rules={required}>
            <Select options={sources.map(option)} />
          </Form.Item>
          <Form.Item name="targetFundId" label={t('moneyTransferTo')} rules={required}>
            <Select options={targets.map(option)} />
          </Form.Item>
          <AmountField name="amount" label={t('moneyOrderAmount')} />
          <Form.Item name="reason" label={t('moneyTransferReason')} rules={required}>
            <Input.TextArea rows={3} maxLength={500} showCount />
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}
