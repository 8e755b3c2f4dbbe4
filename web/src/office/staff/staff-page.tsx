import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Tag } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type * as contract from '../../../../server/src/features/account/account.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { useAct } from '../desk/act.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useMay } from '../desk/may.ts';
import { allPages } from '../desk/pages.ts';
import { useWords } from '../words.ts';
import { GrantsPanel } from './grants-panel.tsx';

/** A staff account as listed. */
export type Staff = ReplyOf<typeof contract.listStaffRoute>['items'][number];

/** Accounts of the people who work here; roles are given only by those who hold them. */
export function StaffPage() {
  const { t } = useWords();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const query = useQuery({
    queryKey: ['staff'],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof contract.listStaffRoute>('GET /api/staff', {
          query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
        }),
      ),
  });
  const keep = (staffId: string) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (staffId === '') next.delete('staff');
      else next.set('staff', staffId);
      return next;
    });
  const stateOf = (one: Staff) => t(one.state === 'active' ? 'staffActive' : 'staffDisabled');
  const columns: readonly Column<Staff>[] = [
    { title: t('staffLogin'), key: 'login', value: (one) => one.loginName },
    { title: t('staffName'), key: 'name', value: (one) => one.name },
    {
      title: t('staffState'),
      key: 'state',
      value: stateOf,
      show: (one) => (
        <Tag color={one.state === 'active' ? 'success' : 'default'}>{stateOf(one)}</Tag>
      ),
    },
    {
      title: t('staffFactor'),
      key: 'factor',
      value: (one) => t(one.hasSecondFactor ? 'staffYes' : 'staffNo'),
    },
    {
      title: '',
      key: 'open',
      value: () => '',
      show: (one) => (
        <Button type="link" onClick={() => keep(one.staffId)}>
          {t('staffGrants')}
        </Button>
      ),
    },
  ];
  const chosen = query.data?.find((one) => one.staffId === params.get('staff'));
  return (
    <>
      <h1>{t('staffTitle')}</h1>
      <Listed
        name="staff"
        query={query}
        columns={columns}
        rowKey={(one) => one.staffId}
        empty={t('staffNone')}
        tools={may('staff.create') ? <NewStaff /> : null}
      />
      {chosen === undefined ? null : <GrantsPanel staff={chosen} onClosed={() => keep('')} />}
    </>
  );
}

type Given = { loginName: string; name: string; initialPassword: string; organisationId?: string };

function NewStaff() {
  const { t } = useWords();
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<Given>();
  const give = async ({ organisationId = '', ...given }: Given) => {
    const body = { ...given, ...(organisationId === '' ? {} : { organisationId }) };
    const done = await act(() =>
      call<typeof contract.createStaffRoute>('POST /api/staff', { body }),
    );
    if (done) setOpen(false);
  };
  const required = [{ required: true }];
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t('staffAdd')}
      </Button>
      <Modal
        open={isOpen}
        destroyOnHidden
        title={t('staffAdd')}
        okText={t('deskConfirm')}
        cancelText={t('deskCancel')}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
      >
        <Form form={form} layout="vertical" onFinish={(given) => void give(given)}>
          <Form.Item name="loginName" label={t('staffLogin')} rules={required}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="name" label={t('staffName')} rules={required}>
            <Input />
          </Form.Item>
          <Form.Item name="organisationId" label={t('staffOrganisation')}>
            <Input />
          </Form.Item>
          <Form.Item name="initialPassword" label={t('staffPassword')} rules={required}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}
