import { Alert, Form, Input, Modal, Select } from 'antd';
import { useParams } from 'react-router';
import type * as contract from '../../../../server/src/features/fund/funding.contract.ts';
import { call } from '../../api/call.ts';
import { instantOf, yuanOf } from '../../ui/figures.ts';
import { useAct } from '../desk/act.tsx';
import { useWords } from '../words.ts';
import { useOrders } from './queries.ts';
import type { BankLine } from './words.ts';

type Given = { readonly fundingOrderId: string; readonly note: string };
type Props = { readonly line: BankLine; readonly onClosed: () => void };

/** Says by hand which order a line pays; another person looks at it before it counts. */
export function MatchDialog({ line, onClosed }: Props) {
  const { t } = useWords();
  const act = useAct();
  const { programmeId = '' } = useParams();
  const { data: orders = [] } = useOrders(programmeId);
  const [form] = Form.useForm<Given>();
  const fitting = orders.filter(
    (one) =>
      one.state === 'open' &&
      one.totalFen === line.amountFen &&
      one.payTo.number === line.accountNumber,
  );
  const give = async ({ fundingOrderId, note }: Given) => {
    const { bankLineId } = line;
    const done = await act(() =>
      call<typeof contract.matchBankLineRoute>(
        'POST /api/funding-orders/{fundingOrderId}/bank-line-matches',
        { params: { fundingOrderId }, body: { bankLineId, note: note.trim() } },
      ),
    );
    if (done) onClosed();
  };
  const options = fitting.map((one) => ({
    value: one.fundingOrderId,
    label: `${one.funderName} · ${one.remarkCode} · ${instantOf(one.createdAt)}`,
  }));
  return (
    <Modal
      open
      title={t('moneyMatchTitle')}
      okText={t('deskConfirm')}
      cancelText={t('deskCancel')}
      okButtonProps={{ disabled: fitting.length === 0 }}
      onOk={() => form.submit()}
      onCancel={onClosed}
    >
      <p>
        {instantOf(line.postedAt)} · <strong>{yuanOf(line.amountFen)}</strong> {t('deskYuan')}
        <br />
        {line.remark}
      </p>
      <p className="desk-quiet">{t('moneyMatchWhy')}</p>
      {fitting.length === 0 ? (
        <Alert type="warning" showIcon title={t('moneyMatchNone')} />
      ) : (
        <Form form={form} layout="vertical" onFinish={(given) => void give(given)}>
          <Form.Item
            name="fundingOrderId"
            label={t('moneyMatchOrder')}
            rules={[{ required: true }]}
          >
            <Select options={options} />
          </Form.Item>
          <Form.Item
            name="note"
            label={t('moneyNote')}
            rules={[{ required: true, whitespace: true }]}
          >
            <Input.TextArea rows={3} maxLength={500} />
          </Form.Item>
        </Form>
      )}
    </Modal>
  );
}
