import { Form, Input, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useWords } from '../words.ts';

type Props = {
  readonly title: string;
  readonly label: string;
  readonly lead?: ReactNode;
  readonly isOptional?: boolean;
  readonly onGiven: (reason: string) => Promise<unknown>;
  readonly onClosed: () => void;
};

/** Asks for a reason before an act. */
export function ReasonDialog({ title, label, lead, isOptional, onGiven, onClosed }: Props) {
  const { t } = useWords();
  const [form] = Form.useForm<{ reason?: string }>();
  const give = async ({ reason = '' }: { readonly reason?: string }) => {
    await onGiven(reason.trim());
    onClosed();
  };
  return (
    <Modal
      open
      title={title}
      okText={t('deskConfirm')}
      cancelText={t('deskCancel')}
      onOk={() => form.submit()}
      onCancel={onClosed}
    >
      {lead}
      <Form form={form} layout="vertical" onFinish={(given) => void give(given)}>
        <Form.Item
          name="reason"
          label={label}
          rules={isOptional === true ? [] : [{ required: true, whitespace: true }]}
        >
          <Input.TextArea rows={4} maxLength={500} showCount />
        </Form.Item>
      </Form>
    </Modal>
  );
}
