import { Form, Input, Modal } from 'antd';
import type * as contract from '../../../../server/src/features/settlement/settlement.contract.ts';
import { call } from '../../api/call.ts';
import { useAct } from '../desk/act.tsx';
import { useWords } from '../words.ts';

type Given = { readonly redemptionId: string; readonly reason: string };

const numberPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Stops one redemption from being paid, by its number and with a reason. */
export function HoldDialog({ onClosed }: { readonly onClosed: () => void }) {
  const { t } = useWords();
  const act = useAct();
  const [form] = Form.useForm<Given>();
  const hold = async ({ redemptionId, reason }: Given) => {
    const done = await act(() =>
      call<typeof contract.holdPayoutRoute>('POST /api/redemptions/{redemptionId}/payout-hold', {
        params: { redemptionId: redemptionId.trim() },
        body: { reason: reason.trim() },
      }),
    );
    if (done) onClosed();
  };
  return (
    <Modal
      open
      title={t('settleHold')}
      okText={t('settleHold')}
      cancelText={t('deskCancel')}
      onOk={() => form.submit()}
      onCancel={onClosed}
    >
      <p>{t('settleHoldWhy')}</p>
      <Form form={form} layout="vertical" onFinish={(given) => void hold(given)}>
        <Form.Item
          name="redemptionId"
          label={t('settleRedemption')}
          extra={t('settleRedemptionWhere')}
          rules={[
            { required: true },
            { pattern: numberPattern, transform: trimmed, message: t('settleRedemptionWrong') },
          ]}
        >
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('settleReason')}
          rules={[{ required: true, whitespace: true }]}
        >
          <Input.TextArea rows={4} maxLength={500} showCount />
        </Form.Item>
      </Form>
    </Modal>
  );
}

const trimmed = (value: unknown) => (typeof value === 'string' ? value.trim() : value);
