import { App, Button, Form, Modal, Select } from 'antd';
import { useState } from 'react';
import type * as contract from '../../../../server/src/features/roster/roster.contract.ts';
import { type ReplyOf, upload } from '../../api/call.ts';
import { Problem } from '../../api/problem.ts';
import { countOf, yuanOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { useAct } from '../desk/act.tsx';
import { FileChoice } from '../desk/file-choice.tsx';
import { useWords } from '../words.ts';
import { explained } from './file-trouble.ts';
import { OrganisationChoice } from './organisation-choice.tsx';
import type { Source } from './words.ts';

type Given = { readonly organisationId: string; readonly source: string };

type Props = {
  readonly programmeId: string;
  readonly sources: readonly Source[];
  /** A file is on its way, under this name; undefined once it is read or refused. */
  readonly onSent: (fileName: string | undefined) => void;
  readonly onKnown: (rosterId: string) => void;
};

/** The roster that the same file became before, if that is what the server says. */
function knownRoster(error: unknown): string | undefined {
  if (!(error instanceof Problem) || error.code !== 'already_imported') return undefined;
  const details: unknown = error.facts['details'] ?? error.facts;
  const rosterId: unknown = Reflect.get(Object(details), 'rosterId');
  return typeof rosterId === 'string' ? rosterId : undefined;
}

type Outcome = {
  readonly rosterId: string;
  readonly report: ReplyOf<typeof contract.importRosterRoute> | undefined;
};

/** Sends the file and waits until it is read; without a report it was known already. */
async function importFile(
  to: { readonly programmeId: string; readonly fields: Given },
  file: File,
): Promise<Outcome> {
  const { programmeId, fields } = to;
  try {
    const report = await upload<typeof contract.importRosterRoute>(
      'POST /api/programmes/{programmeId}/rosters',
      { params: { programmeId }, fields: { ...fields } },
      file,
    );
    return { rosterId: report.rosterId, report };
  } catch (error) {
    const rosterId = knownRoster(error);
    if (rosterId === undefined) throw error;
    return { rosterId, report: undefined };
  }
}

/** Hands a file in as the roster of an organisation. */
export function ImportDialog({ programmeId, sources, onSent, onKnown }: Props) {
  const { t } = useWords();
  const act = useAct();
  const { message } = App.useApp();
  const { data: session } = useSession();
  const [isOpen, setOpen] = useState(false);
  const [file, setFile] = useState<File>();
  const [form] = Form.useForm<Given>();
  const [first] = sources;
  const send = async (fields: Given) => {
    if (file === undefined) return;
    setOpen(false);
    onSent(file.name);
    const work = async () => {
      const outcome = await importFile({ programmeId, fields }, file).catch((error: unknown) => {
        throw explained(error, t);
      });
      const { report } = outcome;
      onKnown(outcome.rosterId);
      if (report === undefined) void message.info(t('rosterKnown'));
      else {
        const [accepted, failed] = [countOf(report.rowsAccepted), countOf(report.rowsFailed)];
        const questioned = countOf(report.rowsQuestioned);
        void message.info(t('rosterImported', { accepted, failed, questioned }));
      }
    };
    await act(work);
    onSent(undefined);
  };
  return (
    <>
      <Button type="primary" disabled={first === undefined} onClick={() => setOpen(true)}>
        {t('rosterImport')}
      </Button>
      <Modal
        open={isOpen}
        destroyOnHidden
        title={t('rosterImport')}
        okText={t('rosterImport')}
        cancelText={t('deskCancel')}
        okButtonProps={{ disabled: file === undefined }}
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
      >
        <Form
          form={form}
          layout="vertical"
          initialValues={{ organisationId: session?.organisationId, source: first?.source }}
          onFinish={(given) => void send(given)}
        >
          <Fields sources={sources} />
          <FileChoice label={t('rosterImportFile')} file={file} onChosen={setFile} />
        </Form>
      </Modal>
    </>
  );
}

function Fields({ sources }: { readonly sources: readonly Source[] }) {
  const { t } = useWords();
  const source: unknown = Form.useWatch('source');
  return (
    <>
      <Form.Item name="organisationId" label={t('rosterOwner')} rules={[{ required: true }]}>
        <OrganisationChoice />
      </Form.Item>
      <Form.Item name="source" label={t('rosterSource')} rules={[{ required: true }]}>
        <Select options={sources.map((one) => ({ value: one.source, label: one.name }))} />
      </Form.Item>
      <Needs source={sources.find((one) => one.source === source)} />
    </>
  );
}

/** What each row of such a list must have. */
function Needs({ source }: { readonly source: Source | undefined }) {
  const { t } = useWords();
  if (source === undefined) return null;
  const { identity, perPersonFen, facesFen, cap } = source;
  // A list of phones repeats the money in each row, so that it can be held against its payment.
  const isMoneyKnown =
    identity === 'id_number' && perPersonFen !== undefined && facesFen.length === 1;
  const who = t(identity === 'id_number' ? 'rosterColumnsId' : 'rosterColumnsPhone');
  const what = isMoneyKnown
    ? t('rosterColumnsMoney', { amount: yuanOf(perPersonFen) })
    : t('rosterColumnsAmount');
  return (
    <p className="desk-quiet">
      {t('rosterImportNeeds', { columns: isMoneyKnown ? `${who}；${what}` : `${who}、${what}` })}
      {cap === undefined
        ? null
        : t('rosterImportCap', { amount: yuanOf(cap.maxFen), clause: cap.clause })}
      {t('rosterImportErrors')}
    </p>
  );
}
