import { useQueryClient } from '@tanstack/react-query';
import { Button, Card, Form, Input } from 'antd';
import { useState } from 'react';
import type { signInStaffRoute } from '../../../../server/src/features/account/account.contract.ts';
import { call } from '../../api/call.ts';
import { sessionKey } from '../../ui/session.ts';
import { reasonOf } from '../../ui/states.tsx';
import { useStateWords, useWords } from '../words.ts';

type Given = { readonly loginName: string; readonly password: string; readonly totp?: string };

/** The staff's sign-in: name, password, and the code of the second factor where one is enrolled. */
export function SignIn() {
  const { t } = useWords();
  const words = useStateWords();
  const client = useQueryClient();
  const [reason, setReason] = useState<string>();
  const [busy, setBusy] = useState(false);
  const enter = async ({ totp = '', ...given }: Given) => {
    setBusy(true);
    setReason(undefined);
    try {
      const body = { ...given, ...(totp.trim() === '' ? {} : { totp: totp.trim() }) };
      await call<typeof signInStaffRoute>('POST /api/sign-in/staff', { body });
      await client.invalidateQueries({ queryKey: sessionKey });
    } catch (error) {
      setReason(reasonOf(error, words));
    } finally {
      setBusy(false);
    }
  };
  const required = [{ required: true }];
  return (
    <main className="frame-sign-in">
      <Card title={<h1>{t('frameSignIn')}</h1>}>
        <Form layout="vertical" onFinish={(given: Given) => void enter(given)}>
          <Form.Item name="loginName" label={t('frameLogin')} rules={required}>
            <Input autoComplete="username" size="large" />
          </Form.Item>
          <Form.Item name="password" label={t('framePassword')} rules={required}>
            <Input.Password autoComplete="current-password" size="large" />
          </Form.Item>
          <Form.Item name="totp" label={t('frameTotp')}>
            <Input inputMode="numeric" maxLength={6} autoComplete="one-time-code" size="large" />
          </Form.Item>
          {reason === undefined ? null : (
            <p role="alert" className="desk-alert">
              {reason}
            </p>
          )}
          <Button type="primary" htmlType="submit" size="large" block loading={busy}>
            {t('frameEnter')}
          </Button>
        </Form>
      </Card>
      <p className="desk-quiet">{t('frameOther')}</p>
    </main>
  );
}
