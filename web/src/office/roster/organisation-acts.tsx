import { App, Form, Input, InputNumber, Modal, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type * as figures from '../../../../server/src/features/people/figures-file.contract.ts';
import type * as contract from '../../../../server/src/features/people/organisation.contract.ts';
import { call, upload } from '../../api/call.ts';
import { clockNow } from '../../ui/clock.ts';
import { countOf, dayOf } from '../../ui/figures.ts';
import { useAct } from '../desk/act.tsx';
import { FileChoice } from '../desk/file-choice.tsx';
import { useWords } from '../words.ts';
import { kindWords, levelWords, type Organisation } from './words.ts';

type Closed = { readonly onClosed: () => void };
type Of = Closed & { readonly organisationId: string };

const required = [{ required: true, whitespace: true }];

type DialogProps<Given> = Closed & {
  readonly title: string;
  readonly start: Partial<Given>;
  readonly isReady?: boolean;
  readonly onGiven: (given: Given) => Promise<boolean>;
  readonly children: ReactNode;
};

function Dialog<Given extends object>(props: DialogProps<Given>) {
  const { title, start, isReady = true, onGiven, onClosed, children } = props;
  const { t } = useWords();
  const [form] = Form.useForm<Given>();
  const give = async (given: Given) => {
    if (await onGiven(given)) onClosed();
  };
  return (
    <Modal
      open
      title={title}
      okText={t('deskConfirm')}
      cancelText={t('deskCancel')}
      okButtonProps={{ disabled: !isReady }}
      onOk={() => form.submit()}
      onCancel={onClosed}
    >
      <Form<Given>
        form={form}
        layout="vertical"
        initialValues={start}
        onFinish={(given) => void give(given)}
      >
        {children}
      </Form>
    </Modal>
  );
}

type Added = {
  readonly name: string;
  readonly kind: Organisation['kind'];
  readonly level?: NonNullable<Organisation['level']>;
  readonly regionCode?: string;
};

const keysOf = <Words extends object>(words: Words) => Object.keys(words) as (keyof Words)[];

/** Adds an organisation below another. */
export function AddDialog({ parentId, onClosed }: Closed & { readonly parentId: string }) {
  const { t } = useWords();
  const act = useAct();
  const add = ({ name, kind, level, regionCode = '' }: Added) => {
    const region = regionCode.trim() === '' ? {} : { regionCode: regionCode.trim() };
    const body = { parentId, name: name.trim(), kind, ...(level ? { level } : {}), ...region };
    return act(() =>
      call<typeof contract.createOrganisationRoute>('POST /api/organisations', { body }),
    );
  };
  return (
    <Dialog<Added> title={t('orgAdd')} start={{}} onGiven={add} onClosed={onClosed}>
      <Form.Item name="name" label={t('orgName')} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="kind" label={t('orgKind')} rules={[{ required: true }]}>
        <Select
          options={keysOf(kindWords).map((kind) => ({ value: kind, label: t(kindWords[kind]) }))}
        />
      </Form.Item>
      <Form.Item name="level" label={t('orgLevel')}>
        <Select
          allowClear
          options={keysOf(levelWords).map((one) => ({ value: one, label: t(levelWords[one]) }))}
        />
      </Form.Item>
      <Form.Item name="regionCode" label={t('orgRegion')} rules={[{ pattern: /^\d{2,12}$/ }]}>
        <Input inputMode="numeric" maxLength={12} />
      </Form.Item>
    </Dialog>
  );
}

/** Gives an organisation another name; its place stays. */
export function RenameDialog({ organisationId, name, onClosed }: Of & { readonly name: string }) {
  const { t } = useWords();
  const act = useAct();
  const rename = (given: { readonly name: string }) =>
    act(() =>
      call<typeof contract.renameOrganisationRoute>('PATCH /api/organisations/{organisationId}', {
        params: { organisationId },
        body: { name: given.name.trim() },
      }),
    );
  return (
    <Dialog title={t('orgRename')} start={{ name }} onGiven={rename} onClosed={onClosed}>
      <Form.Item name="name" label={t('orgName')} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
    </Dialog>
  );
}

type Reported = { readonly asOf: string; readonly value: number };

/** Reports an organisation's members of a day. */
export function ReportDialog({ organisationId, onClosed }: Of) {
  const { t } = useWords();
  const act = useAct();
  const report = ({ asOf, value }: Reported) =>
    act(() =>
      call<typeof contract.reportFiguresRoute>('POST /api/organisations/{organisationId}/figures', {
        params: { organisationId },
        body: { figure: 'members', asOf, value },
      }),
    );
  const start = { asOf: dayOf(clockNow()) };
  return (
    <Dialog<Reported> title={t('orgReport')} start={start} onGiven={report} onClosed={onClosed}>
      <Form.Item name="asOf" label={t('orgAsOf')} rules={[{ required: true }]}>
        <Input type="date" />
      </Form.Item>
      <Form.Item name="value" label={t('orgMembers')} rules={[{ required: true }]}>
        <InputNumber min={0} max={1_000_000_000} precision={0} />
      </Form.Item>
    </Dialog>
  );
}

/** Reports the members of everyone below from a table. */
export function FileDialog({ organisationId, onClosed }: Of) {
  const { t } = useWords();
  const act = useAct();
  const { message } = App.useApp();
  const [file, setFile] = useState<File>();
  const send = async (fields: { readonly asOf: string }) => {
    if (file === undefined) return false;
    return act(async () => {
      const name = 'POST /api/organisations/{organisationId}/figures-file';
      const sent = { params: { organisationId }, fields };
      const { reported } = await upload<typeof figures.importFiguresRoute>(name, sent, file);
      void message.info(t('orgImported', { count: countOf(reported) }));
    });
  };
  return (
    <Dialog
      title={t('orgFile')}
      start={{ asOf: dayOf(clockNow()) }}
      isReady={file !== undefined}
      onGiven={send}
      onClosed={onClosed}
    >
      <p className="desk-quiet">{t('orgFileWhy')}</p>
      <Form.Item name="asOf" label={t('orgAsOf')} rules={[{ required: true }]}>
        <Input type="date" />
      </Form.Item>
      <FileChoice label={t('rosterFile')} file={file} onChosen={setFile} />
    </Dialog>
  );
}
