import { useQueryClient } from '@tanstack/react-query';
import { Alert, AutoComplete, Button, Form, Modal } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type * as contract from '../../../../server/src/features/fund/funding.contract.ts';
import { upload, type ReplyOf } from '../../api/call.ts';
import { Problem } from '../../api/problem.ts';
import { countOf } from '../../ui/figures.ts';
import { reasonOf } from '../../ui/states.tsx';
import { useStateWords, useWords } from '../words.ts';
import { useOrders } from './queries.ts';
import { RefusedFile } from './refused-file.tsx';

type Imported = ReplyOf<typeof contract.importBankStatementRoute>;
type Outcome = { readonly imported: Imported } | { readonly refused: unknown };

/** Takes in a bank's statement and tells what became of its lines, or which rows are wrong. */
export function BankUpload({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t('moneyUpload')}
      </Button>
      {isOpen ? <UploadDialog programmeId={programmeId} onClosed={() => setOpen(false)} /> : null}
    </>
  );
}

type Props = { readonly programmeId: string; readonly onClosed: () => void };

function UploadDialog({ programmeId, onClosed }: Props) {
  const { t } = useWords();
  const client = useQueryClient();
  const { data: orders = [], isPending } = useOrders(programmeId);
  const accounts = [...new Set(orders.map((one) => one.payTo.number))];
  const [file, setFile] = useState<File>();
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  const [form] = Form.useForm<{ account: string }>();
  const send = async ({ account }: { readonly account: string }) => {
    if (file === undefined) return;
    setBusy(true);
    setOutcome(undefined);
    try {
      const name = 'POST /api/programmes/{programmeId}/bank-statements';
      const sent = { params: { programmeId }, fields: { accountNumber: account.trim() } };
      const imported = await upload<typeof contract.importBankStatementRoute>(name, sent, file);
      setOutcome({ imported });
    } catch (error) {
      setOutcome({ refused: error });
    }
    setBusy(false);
    await client.invalidateQueries();
  };
  const [first] = accounts;
  return (
    <Modal
      open
      width={640}
      loading={isPending}
      title={t('moneyUpload')}
      okText={t('deskConfirm')}
      cancelText={t('moneyClose')}
      confirmLoading={busy}
      okButtonProps={{ disabled: file === undefined }}
      onOk={() => form.submit()}
      onCancel={onClosed}
    >
      <p className="desk-quiet">{t('moneyUploadWhy')}</p>
      <Form
        form={form}
        layout="vertical"
        initialValues={accounts.length === 1 ? { account: first } : {}}
        onFinish={(given) => void send(given)}
      >
        <Form.Item name="account" label={t('moneyAccountNumber')} rules={[{ required: true }]}>
          <AutoComplete options={accounts.map((value) => ({ value }))} />
        </Form.Item>
        <label className="desk-file">
          {t('moneyUploadFile')}
          <input
            type="file"
            accept=".csv,.xlsx"
            onChange={(event) => {
              setFile(event.target.files?.[0]);
              setOutcome(undefined);
            }}
          />
        </label>
      </Form>
      {outcome === undefined ? null : <Result outcome={outcome} onClosed={onClosed} />}
    </Modal>
  );
}

function Result({ outcome, onClosed }: { outcome: Outcome; onClosed: () => void }) {
  const { t } = useWords();
  const words = useStateWords();
  const [, setParams] = useSearchParams();
  if ('imported' in outcome) {
    const { bankFileId, lines, newLines, confirmed, waiting, unmatched } = outcome.imported;
    const show = () => {
      onClosed();
      setParams({ tab: 'bank', file: bankFileId });
    };
    return (
      <Alert
        className="money-result"
        type={unmatched > 0 ? 'warning' : 'success'}
        showIcon
        title={t('moneyUploadResult')}
        description={t('moneyUploaded', {
          lines: countOf(lines),
          fresh: countOf(newLines),
          confirmed: countOf(confirmed),
          waiting: countOf(waiting),
          unmatched: countOf(unmatched),
        })}
        action={
          <Button size="small" onClick={show}>
            {t('moneyOnlyFile')}
          </Button>
        }
      />
    );
  }
  const { refused } = outcome;
  return (
    <Alert
      className="money-result"
      type="error"
      showIcon
      title={reasonOf(refused, words)}
      description={refused instanceof Problem ? <RefusedFile problem={refused} /> : null}
    />
  );
}
