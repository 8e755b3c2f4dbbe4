import { App, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import type * as contract from '../../../../server/src/features/fund/funding.contract.ts';
import { upload } from '../../api/call.ts';
import { countOf } from '../../ui/figures.ts';
import { useAct } from '../desk/act.tsx';
import { FileChoice } from '../desk/file-choice.tsx';
import { useWords } from '../words.ts';

/** Imports a bank statement of a programme's account. */
export function StatementUpload({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const act = useAct();
  const { message } = App.useApp();
  const [isOpen, setOpen] = useState(false);
  const [file, setFile] = useState<File>();
  const [form] = Form.useForm<{ account: string }>();
  const send = async ({ account }: { readonly account: string }) => {
    if (file === undefined) return;
    await act(async () => {
      const fields = { accountNumber: account.trim() };
      const name = 'POST /api/programmes/{programmeId}/bank-statements';
      const sent = { params: { programmeId }, fields };
      const { lines, newLines } = await upload<typeof contract.importBankStatementRoute>(
        name,
        sent,
        file,
      );
      void message.info(t('settleImported', { lines: countOf(lines), fresh: countOf(newLines) }));
    });
    setOpen(false);
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('settleStatement')}</Button>
      <Modal
        open={isOpen}
        destroyOnHidden
        title={t('settleStatement')}
        okText={t('deskConfirm')}
        cancelText={t('deskCancel')}
        okButtonProps={{ disabled: file === undefined }}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
      >
        <Form form={form} layout="vertical" onFinish={(given) => void send(given)}>
          <Form.Item name="account" label={t('settleAccount')} rules={[{ required: true }]}>
            <Input inputMode="numeric" />
          </Form.Item>
          <FileChoice label={t('settleFile')} file={file} onChosen={setFile} />
        </Form>
      </Modal>
    </>
  );
}
