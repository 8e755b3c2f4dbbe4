import { Button, Form, Input, Modal, Radio, Table } from 'antd';
import { useState } from 'react';
import type * as contract from '../../../../server/src/features/roster/correction.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { useAct } from '../desk/act.tsx';
import { useWords } from '../words.ts';

type Found = ReplyOf<typeof contract.findListedRoute>['items'][number];
type Asked = { readonly number: string; readonly reason: string };

/** With a resident at the counter: find his row by the whole number, put a mistyped field right. */
export function Correction({ rosterId }: { readonly rosterId: string }) {
  const { t } = useWords();
  const act = useAct();
  const [found, setFound] = useState<readonly Found[]>();
  const [chosen, setChosen] = useState<Found>();
  const find = ({ number, reason }: Asked) =>
    act(async () => {
      const plain = number.replaceAll(/\s/g, '');
      const by = plain.length > 11 ? { idNumber: plain } : { phone: plain };
      const { items } = await call<typeof contract.findListedRoute>(
        'POST /api/rosters/{rosterId}/search',
        { params: { rosterId }, body: { ...by, reason: reason.trim() } },
      );
      setFound(items);
    });
  const required = [{ required: true, whitespace: true }];
  return (
    <>
      <p className="desk-quiet">{t('rosterFindWhy')}</p>
      <Form layout="inline" onFinish={(asked: Asked) => void find(asked)}>
        <Form.Item name="number" label={t('rosterFindNumber')} rules={required}>
          <Input autoComplete="off" maxLength={40} />
        </Form.Item>
        <Form.Item name="reason" label={t('rosterFindReason')} rules={required}>
          <Input maxLength={200} />
        </Form.Item>
        <Button htmlType="submit">{t('rosterFind')}</Button>
      </Form>
      {found === undefined ? null : <FoundRows found={found} onChosen={setChosen} />}
      {chosen === undefined ? null : (
        <CorrectDialog
          rosterId={rosterId}
          found={chosen}
          onClosed={() => {
            setChosen(undefined);
            setFound(undefined);
          }}
        />
      )}
    </>
  );
}

function FoundRows(props: {
  readonly found: readonly Found[];
  readonly onChosen: (one: Found) => void;
}) {
  const { found, onChosen } = props;
  const { t } = useWords();
  return (
    <Table<Found>
      className="desk-section"
      size="small"
      scroll={{ x: 'max-content' }}
      rowKey={(one) => one.entitlementId}
      dataSource={found}
      pagination={false}
      locale={{ emptyText: t('rosterFindNone') }}
      columns={[
        { title: t('rosterRow'), render: (_, one) => one.row },
        { title: t('rosterName'), render: (_, one) => one.name },
        { title: t('rosterPhone'), render: (_, one) => one.phone ?? '—' },
        { title: t('rosterIdNumber'), render: (_, one) => one.idNumber ?? '—' },
        {
          title: t('rosterState'),
          render: (_, one) => t(one.isBound ? 'rosterBound' : 'rosterUnbound'),
        },
        {
          title: '',
          render: (_, one) =>
            one.isBound ? null : (
              <Button type="link" onClick={() => onChosen(one)}>
                {t('rosterCorrect')}
              </Button>
            ),
        },
      ]}
    />
  );
}

type Given = { readonly field: 'name' | 'phone'; readonly value: string; readonly reason: string };
type Props = {
  readonly rosterId: string;
  readonly found: Found;
  readonly onClosed: () => void;
};

function CorrectDialog({ rosterId, found, onClosed }: Props) {
  const { t } = useWords();
  const act = useAct();
  const [form] = Form.useForm<Given>();
  const { entitlementId, row } = found;
  const give = async ({ field, value, reason }: Given) => {
    const body = { [field]: value.trim(), reason: reason.trim() };
    const isDone = await act(() =>
      call<typeof contract.correctEntitlementRoute>(
        'POST /api/rosters/{rosterId}/entitlements/{entitlementId}/correction',
        { params: { rosterId, entitlementId }, body },
      ),
    );
    if (isDone) onClosed();
  };
  const required = [{ required: true, whitespace: true }];
  return (
    <Modal
      open
      title={t('rosterCorrectTitle', { row })}
      okText={t('deskConfirm')}
      cancelText={t('deskCancel')}
      onOk={() => form.submit()}
      onCancel={onClosed}
    >
      <p className="desk-quiet">{t('rosterCorrectWhy')}</p>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ field: 'phone' }}
        onFinish={(given) => void give(given)}
      >
        <Form.Item name="field">
          <Radio.Group
            options={[
              { value: 'phone', label: t('rosterPhone') },
              { value: 'name', label: t('rosterName') },
            ]}
          />
        </Form.Item>
        <Form.Item name="value" label={t('rosterCorrected')} rules={required}>
          <Input maxLength={50} autoComplete="off" />
        </Form.Item>
        <Form.Item name="reason" label={t('deskReason')} rules={required}>
          <Input maxLength={200} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
