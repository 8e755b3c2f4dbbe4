import { Button, Form, Input, Modal, Select, Switch } from 'antd';
import { useState } from 'react';
import type * as contract from '../../../../server/src/features/fund/funding.contract.ts';
import { call } from '../../api/call.ts';
import { yuanOf } from '../../ui/figures.ts';
import { useAct } from '../desk/act.tsx';
import { useWords } from '../words.ts';
import { AmountField, fenOf } from './amount.tsx';
import { useFunds, usePoolName } from './queries.ts';
import { AccountFields } from './return-account.tsx';
import { sourceText } from './words.ts';

type Given = {
  readonly lines?: readonly { readonly fundId?: string; readonly amount?: string }[];
  readonly payerName?: string;
  readonly hasPayTo?: boolean;
  readonly payTo?: { readonly name: string; readonly number: string; readonly bank: string };
};
type Props = { readonly programmeId: string; readonly onMade: (orderId: string) => void };

const linesMax = 200;

function linesOf({ lines = [] }: Given) {
  return lines.flatMap(({ fundId, amount }) => {
    const amountFen = fenOf(amount);
    return fundId === undefined || amountFen === undefined ? [] : [{ fundId, amountFen }];
  });
}

/** States what a funder will pay; answers the account and the remark to pay it by. */
export function NewOrder({ programmeId, onMade }: Props) {
  const { t } = useWords();
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<Given>();
  const send = async (given: Given) => {
    const payer = given.payerName?.trim() ?? '';
    const body = {
      lines: linesOf(given),
      ...(payer === '' ? {} : { payerName: payer }),
      ...(given.hasPayTo === true && given.payTo !== undefined ? { payTo: given.payTo } : {}),
    };
    const made: string[] = [];
    await act(async () => {
      const name = 'POST /api/funding-orders';
      const order = await call<typeof contract.prepareFundingOrderRoute>(name, { body });
      made.push(order.fundingOrderId);
    });
    const [orderId] = made;
    if (orderId === undefined) return;
    setOpen(false);
    onMade(orderId);
  };
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t('moneyNewOrder')}
      </Button>
      <Modal
        open={isOpen}
        width={640}
        destroyOnHidden
        title={t('moneyNewOrder')}
        okText={t('deskConfirm')}
        cancelText={t('deskCancel')}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
      >
        <p>{t('moneyNewOrderWhy')}</p>
        <Form
          form={form}
          layout="vertical"
          initialValues={{ lines: [{}] }}
          onFinish={(given) => void send(given)}
        >
          <Lines programmeId={programmeId} />
          <Form.Item name="payerName" label={t('moneyPayer')}>
            <Input maxLength={100} autoComplete="off" />
          </Form.Item>
          <Form.Item name="hasPayTo" label={t('moneyPayToWhy')} valuePropName="checked">
            <Switch aria-label={t('moneyPayToWhy')} />
          </Form.Item>
          <Form.Item noStyle shouldUpdate>
            {() =>
              form.getFieldValue('hasPayTo') === true ? <AccountFields within="payTo" /> : null
            }
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}

function Lines({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const { data: funds = [] } = useFunds(programmeId);
  const nameOf = usePoolName(programmeId);
  const form = Form.useFormInstance<Given>();
  const options = funds.map((one) => ({
    value: one.fundId,
    label: [nameOf(one.pool), one.funderName, sourceText(one.sourceClass, t), one.channelName]
      .filter((part) => part !== '')
      .join(' · '),
  }));
  return (
    <Form.List name="lines">
      {(fields, { add, remove }) => (
        <>
          {fields.map(({ key, name }) => (
            <div key={key} className="money-line">
              <Form.Item
                name={[name, 'fundId']}
                label={t('moneyOrderFund')}
                rules={[{ required: true }]}
              >
                <Select options={options} showSearch={{ optionFilterProp: 'label' }} />
              </Form.Item>
              <AmountField name={[name, 'amount']} label={t('moneyOrderAmount')} />
              {fields.length > 1 ? (
                <Button onClick={() => remove(name)}>{t('moneyRemoveLine')}</Button>
              ) : null}
            </div>
          ))}
          <div className="desk-acts">
            <Button disabled={fields.length >= linesMax} onClick={() => add({})}>
              {t('moneyAddLine')}
            </Button>
            <Form.Item noStyle shouldUpdate>
              {() => {
                const given = linesOf(form.getFieldsValue());
                const total = given.reduce((sum, one) => sum + one.amountFen, 0);
                return (
                  <strong>
                    {t('moneyTotal')} {yuanOf(total)} {t('deskYuan')}
                  </strong>
                );
              }}
            </Form.Item>
          </div>
        </>
      )}
    </Form.List>
  );
}
