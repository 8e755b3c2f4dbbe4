import { useQuery } from '@tanstack/react-query';
import { Button, Drawer, Form, Input, Select } from 'antd';
import type * as contract from '../../../../server/src/features/account/account.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { clockNow } from '../../ui/clock.ts';
import { endOf, instantOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { useAct } from '../desk/act.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useMay } from '../desk/may.ts';
import { ReasonButton } from '../desk/reason-button.tsx';
import { useWords } from '../words.ts';
import { roleName, scopeName } from './role-names.ts';
import type { Staff } from './staff-page.tsx';

type Grant = ReplyOf<typeof contract.listGrantsRoute>['items'][number];
type Props = { readonly staff: Staff; readonly onClosed: () => void };
type Body = Parameters<typeof call<typeof contract.grantRoleRoute>>[1]['body'];

/** The roles of an account, ended ones too; what it can be given, and its end. */
export function GrantsPanel({ staff, onClosed }: Props) {
  const { t } = useWords();
  const act = useAct();
  const may = useMay();
  const params = { staffId: staff.staffId };
  const query = useQuery({
    queryKey: ['grants', staff.staffId],
    queryFn: async () =>
      (await call<typeof contract.listGrantsRoute>('GET /api/staff/{staffId}/grants', { params }))
        .items,
  });
  const stateOf = (one: Grant) => {
    if (one.revokedAt !== undefined) return t('staffRevoked');
    const isOver = one.endsAt !== undefined && Date.parse(one.endsAt) <= clockNow();
    return t(isOver ? 'staffEnded' : 'staffInForce');
  };
  const revoke = (grantId: string) => () =>
    call<typeof contract.revokeRoleRoute>('DELETE /api/grants/{grantId}', { params: { grantId } });
  const columns: readonly Column<Grant>[] = [
    { title: t('staffRole'), key: 'role', value: (one) => roleName(one.role, t) },
    { title: t('staffScope'), key: 'scope', value: (one) => scopeName(one.scopeKind, t) },
    { title: t('staffFrom'), key: 'from', value: (one) => instantOf(one.startsAt) },
    {
      title: t('staffUntil'),
      key: 'until',
      value: (one) => (one.endsAt === undefined ? t('staffForever') : endOf(one.endsAt)),
    },
    { title: t('staffState'), key: 'state', value: stateOf },
    {
      title: '',
      key: 'act',
      value: () => '',
      show: (one) =>
        one.revokedAt === undefined && may('grant.revoke') ? (
          <Button type="link" onClick={() => void act(revoke(one.grantId))}>
            {t('staffRevoke')}
          </Button>
        ) : null,
    },
  ];
  return (
    <Drawer open size="large" title={`${staff.name} · ${staff.loginName}`} onClose={onClosed}>
      <AccountActs staff={staff} />
      <Listed
        name="grants"
        query={query}
        columns={columns}
        rowKey={(one) => one.grantId}
        empty={t('staffNoGrants')}
      />
      {may('grant.create') ? <NewGrant staffId={staff.staffId} /> : null}
    </Drawer>
  );
}

function AccountActs({ staff }: { readonly staff: Staff }) {
  const { t } = useWords();
  const act = useAct();
  const may = useMay();
  const params = { staffId: staff.staffId };
  const disable = () =>
    call<typeof contract.disableStaffRoute>('POST /api/staff/{staffId}/disablement', { params });
  const reset = (initialPassword: string) =>
    call<typeof contract.resetStaffRoute>('POST /api/staff/{staffId}/reset', {
      params,
      body: { initialPassword },
    });
  return (
    <div className="desk-acts">
      {may('staff.disable') && staff.state === 'active' ? (
        <Button danger onClick={() => void act(disable)}>
          {t('staffDisable')}
        </Button>
      ) : null}
      {may('staff.reset') ? (
        <ReasonButton word={t('staffReset')} label={t('staffPassword')} work={reset} />
      ) : null}
    </div>
  );
}

const scopeKinds = ['party', 'programme', 'organisation', 'everything'] as const;
type Given = {
  held: string;
  scopeKind: (typeof scopeKinds)[number];
  scopeId?: string;
  until?: string;
};

function NewGrant({ staffId }: { readonly staffId: string }) {
  const { t } = useWords();
  const act = useAct();
  const { data: session } = useSession();
  const [form] = Form.useForm<Given>();
  const held = [...new Set((session?.grants ?? []).map((grant) => grant.role))];
  if (held.length === 0) return <p className="desk-quiet">{t('staffOwnOnly')}</p>;
  const give = async ({ held: role, scopeKind, scopeId = '', until = '' }: Given) => {
    // The server takes only roles it knows; what is offered here are one's own.
    const body = {
      role,
      scopeKind,
      ...(scopeId === '' ? {} : { scopeId }),
      ...(until === '' ? {} : { endsAt: `${until}T00:00:00+08:00` }),
    } as Body;
    const done = await act(() =>
      call<typeof contract.grantRoleRoute>('POST /api/staff/{staffId}/grants', {
        params: { staffId },
        body,
      }),
    );
    if (done) form.resetFields();
  };
  return (
    <section className="desk-section">
      <h3>{t('staffGrant')}</h3>
      <p className="desk-quiet">{t('staffGrantWhy')}</p>
      <Form form={form} layout="vertical" onFinish={(given) => void give(given)}>
        <Form.Item name="held" label={t('staffRole')} rules={[{ required: true }]}>
          <Select options={held.map((role) => ({ value: role, label: roleName(role, t) }))} />
        </Form.Item>
        <Form.Item name="scopeKind" label={t('staffScope')} rules={[{ required: true }]}>
          <Select
            options={scopeKinds.map((kind) => ({ value: kind, label: scopeName(kind, t) }))}
          />
        </Form.Item>
        <Form.Item name="scopeId" label={t('staffScopeId')}>
          <Input />
        </Form.Item>
        <Form.Item name="until" label={t('staffUntil')}>
          <Input type="date" />
        </Form.Item>
        <Button type="primary" htmlType="submit">
          {t('staffGrant')}
        </Button>
      </Form>
    </section>
  );
}
