import { Button, Form, Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useWords } from '../words.ts';
import { useAct } from './act.tsx';
import { type ButtonLook, lookOf } from './confirm-button.tsx';

type Props = {
  readonly word: string;
  readonly look?: ButtonLook;
  /** The head of the dialog; the word of the button where none is given. */
  readonly title?: string;
  readonly label?: string;
  readonly lead?: ReactNode;
  readonly work: (reason: string) => Promise<unknown>;
};

/** A button that asks for a reason before it acts. */
export function ReasonButton({ word, look, title = word, label, lead, work }: Props) {
  const { t } = useWords();
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<{ reason: string }>();
  const give = async ({ reason }: { readonly reason: string }) => {
    await act(() => work(reason.trim()));
    setOpen(false);
  };
  return (
    <>
      <Button {...lookOf(look)} onClick={() => setOpen(true)}>
        {word}
      </Button>
      {isOpen ? (
        <Modal
          open
          title={title}
          okText={t('deskConfirm')}
          cancelText={t('deskCancel')}
          onOk={() => form.submit()}
          onCancel={() => setOpen(false)}
        >
          {lead}
          <Form form={form} layout="vertical" onFinish={(given) => void give(given)}>
            <Form.Item
              name="reason"
              label={label ?? t('deskReason')}
              rules={[{ required: true, whitespace: true }]}
            >
              <Input.TextArea rows={4} maxLength={500} showCount />
            </Form.Item>
          </Form>
        </Modal>
      ) : null}
    </>
  );
}
