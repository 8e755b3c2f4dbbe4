import { Button, Form, Modal, Select } from 'antd';
import { useState } from 'react';
import type * as contract from '../../../../server/src/features/fund/fund.contract.ts';
import { call } from '../../api/call.ts';
import { useSession } from '../../ui/session.ts';
import { useAct } from '../desk/act.tsx';
import { OrganisationChoice } from '../roster/organisation-choice.tsx';
import { useWords } from '../words.ts';
import { usePools } from './queries.ts';

type Given = { readonly pool: string; readonly funderId: string };

/** A funder opens a fund of its own, as every branch union does that pays for its members. */
export function NewFund({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const { data: session } = useSession();
  const { data: pools = [] } = usePools(programmeId);
  const [form] = Form.useForm<Given>();
  const give = async (body: Given) => {
    const name = 'POST /api/programmes/{programmeId}/funds';
    const done = await act(() =>
      call<typeof contract.openFundRoute>(name, { params: { programmeId }, body }),
    );
    if (done) setOpen(false);
  };
  const own = session?.organisationId;
  const required = [{ required: true }];
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('moneyOpenFund')}</Button>
      <Modal
        open={isOpen}
        destroyOnHidden
        title={t('moneyOpenFund')}
        okText={t('deskConfirm')}
        cancelText={t('deskCancel')}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
      >
        <p>{t('moneyOpenFundWhy')}</p>
        <Form
          form={form}
          layout="vertical"
          initialValues={own === undefined ? {} : { funderId: own }}
          onFinish={(given) => void give(given)}
        >
          <Form.Item name="pool" label={t('moneyPool')} rules={required}>
            <Select options={pools.map((one) => ({ value: one.pool, label: one.name }))} />
          </Form.Item>
          <Form.Item name="funderId" label={t('moneyFunder')} rules={required}>
            <OrganisationChoice />
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}
