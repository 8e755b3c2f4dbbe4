import { Form, Input, Modal, Radio } from 'antd';
import type * as contract from '../../../../server/src/features/complaint/complaint.contract.ts';
import { call } from '../../api/call.ts';
import { useAct } from '../desk/act.tsx';
import { useWords } from '../words.ts';

type Given = { readonly decision: 'upheld' | 'dismissed' | 'explained'; readonly text: string };
type Props = { readonly complaintId: string; readonly onClosed: () => void };

/** Asks for the decision and the answer that close a complaint. */
export function AnswerDialog({ complaintId, onClosed }: Props) {
  const { t } = useWords();
  const act = useAct();
  const [form] = Form.useForm<Given>();
  const answer = async ({ decision, text }: Given) => {
    const isDone = await act(() =>
      call<typeof contract.answerComplaintRoute>('POST /api/complaints/{complaintId}/answer', {
        params: { complaintId },
        body: { decision, text: text.trim() },
      }),
    );
    if (isDone) onClosed();
  };
  return (
    <Modal
      open
      title={t('complaintAnswer')}
      okText={t('deskConfirm')}
      cancelText={t('deskCancel')}
      onOk={() => form.submit()}
      onCancel={onClosed}
    >
      <p>{t('complaintAnswerWhy')}</p>
      <Form form={form} layout="vertical" onFinish={(given) => void answer(given)}>
        <Form.Item name="decision" label={t('complaintDecision')} rules={[{ required: true }]}>
          <Radio.Group
            options={[
              { value: 'upheld', label: t('complaintUpheld') },
              { value: 'dismissed', label: t('complaintDismissed') },
              { value: 'explained', label: t('complaintExplained') },
            ]}
          />
        </Form.Item>
        <Form.Item
          name="text"
          label={t('complaintText')}
          rules={[{ required: true, whitespace: true }]}
        >
          <Input.TextArea rows={5} maxLength={500} showCount />
        </Form.Item>
      </Form>
    </Modal>
  );
}
