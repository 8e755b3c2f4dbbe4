import { useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal } from 'antd';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import type { proveAgainRoute } from '../../../../server/src/features/account/account.contract.ts';
import { call } from '../../api/call.ts';
import { Problem } from '../../api/problem.ts';
import { reasonOf } from '../../ui/states.tsx';
import { useStateWords, useWords } from '../words.ts';

/** What an act sends. */
export type Work = () => Promise<unknown>;
type Proof = { readonly again: () => Promise<void> };

/** Runs an act, tells how it ended, and asks for the password again where the server wants it. */
export type Act = (work: Work, done?: string) => Promise<boolean>;

const Acting = createContext<Act | undefined>(undefined);

/** Acts of this page: errors are told, everything shown is asked anew. */
export function useAct(): Act {
  const act = useContext(Acting);
  if (act === undefined) throw new Error('useAct outside of ActProvider');
  return act;
}

/** Lets pages act; holds the dialog in which a person proves again who he is. */
export function ActProvider({ children }: { readonly children: ReactNode }) {
  const { message } = App.useApp();
  const { t } = useWords();
  const words = useStateWords();
  const client = useQueryClient();
  const [proof, setProof] = useState<Proof>();
  const attempt = useCallback(
    async (work: Work, done: string): Promise<'done' | 'failed' | 'unproved'> => {
      try {
        await work();
      } catch (error) {
        if (error instanceof Problem && error.code === 'reauth_required') return 'unproved';
        void message.error(reasonOf(error, words));
        await client.invalidateQueries();
        return 'failed';
      }
      void message.success(done);
      await client.invalidateQueries();
      return 'done';
    },
    [client, message, words],
  );
  const act = useMemo<Act>(
    () =>
      async (work, done = t('deskDone')) => {
        const outcome = await attempt(work, done);
        if (outcome !== 'unproved') return outcome === 'done';
        return new Promise<boolean>((resolve) => {
          const again = async () => {
            setProof(undefined);
            resolve((await attempt(work, done)) === 'done');
          };
          setProof({ again });
        });
      },
    [attempt, t],
  );
  return (
    <Acting value={act}>
      {children}
      {proof === undefined ? null : (
        <ProofDialog onProved={proof.again} onGivenUp={() => setProof(undefined)} />
      )}
    </Acting>
  );
}

type Given = { readonly password: string; readonly totp?: string };

function ProofDialog(props: {
  readonly onProved: () => Promise<void>;
  readonly onGivenUp: () => void;
}) {
  const { t } = useWords();
  const words = useStateWords();
  const [form] = Form.useForm<Given>();
  const [reason, setReason] = useState<string>();
  const [busy, setBusy] = useState(false);
  const prove = async (given: Given) => {
    setBusy(true);
    try {
      const totp = given.totp?.trim() ?? '';
      const body = { password: given.password, ...(totp === '' ? {} : { totp }) };
      await call<typeof proveAgainRoute>('POST /api/session/proof', { body });
    } catch (error) {
      setReason(reasonOf(error, words));
      return;
    } finally {
      setBusy(false);
    }
    await props.onProved();
  };
  return (
    <Modal
      open
      title={t('deskProof')}
      okText={t('deskConfirm')}
      cancelText={t('deskCancel')}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={props.onGivenUp}
    >
      <p>{t('deskProofWhy')}</p>
      <Form form={form} layout="vertical" onFinish={(given) => void prove(given)}>
        <Form.Item name="password" label={t('deskPassword')} rules={[{ required: true }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item name="totp" label={t('deskTotp')}>
          <Input inputMode="numeric" maxLength={6} autoComplete="one-time-code" />
        </Form.Item>
      </Form>
      {reason === undefined ? null : <p role="alert">{reason}</p>}
    </Modal>
  );
}
