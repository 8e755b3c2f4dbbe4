import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import type * as contract from '../../../../server/src/features/fund/fund.contract.ts';
import { call } from '../../api/call.ts';
import { useAct } from '../desk/act.tsx';
import { useMay } from '../desk/may.ts';
import { useWords } from '../words.ts';
import type { Fund } from './words.ts';

type Account = { readonly name: string; readonly number: string; readonly bank: string };

/** Where what is left of a fund goes back to. */
export function ReturnAccount({ fund }: { readonly fund: Fund }) {
  const { t } = useWords();
  const act = useAct();
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<Account>();
  const { fundId } = fund;
  const give = async (body: Account) => {
    const done = await act(() =>
      call<typeof contract.setReturnAccountRoute>('PUT /api/funds/{fundId}/return-account', {
        params: { fundId },
        body,
      }),
    );
    if (done) setOpen(false);
  };
  return (
    <p className="desk-acts">
      <span>
        {t('moneyReturnAccount')}：
        {t(fund.hasReturnAccount ? 'moneyReturnAccountSet' : 'moneyReturnAccountUnset')}
      </span>
      {may('funding_order.create') ? (
        <Button size="small" onClick={() => setOpen(true)}>
          {t('moneySetReturn')}
        </Button>
      ) : null}
      <Modal
        open={isOpen}
        destroyOnHidden
        title={t('moneySetReturn')}
        okText={t('deskConfirm')}
        cancelText={t('deskCancel')}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
      >
        <Form form={form} layout="vertical" onFinish={(given) => void give(given)}>
          <AccountFields />
        </Form>
      </Modal>
    </p>
  );
}

/** The fields of a bank account; `within` is where the form keeps them. */
export function AccountFields({ within }: { readonly within?: string }) {
  const { t } = useWords();
  const name = (field: string) => (within === undefined ? field : [within, field]);
  const required = [{ required: true }];
  const digits = [{ required: true, pattern: /^[0-9-]{5,40}$/, message: t('moneyAccountFormat') }];
  return (
    <>
      <Form.Item name={name('name')} label={t('moneyAccountName')} rules={required}>
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      <Form.Item name={name('number')} label={t('moneyAccountNumber')} rules={digits}>
        <Input inputMode="numeric" maxLength={40} autoComplete="off" />
      </Form.Item>
      <Form.Item name={name('bank')} label={t('moneyAccountBank')} rules={required}>
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
    </>
  );
}
