import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Spin } from 'antd';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useWords } from '../words.ts';
import type { Jump } from './code/plan-editor.tsx';
import { CheckState } from './check-state.tsx';
import { FindingList } from './finding-list.tsx';
import { keptDraft } from './kept-draft.ts';
import type { Edit } from './plan-page.tsx';
import { readText } from './read-text.ts';
import { type Made, Submission } from './submission.tsx';
import { useCheck } from './use-check.ts';

const PlanEditor = lazy(async () => ({
  default: (await import('./code/plan-editor.tsx')).PlanEditor,
}));

/** A party of the programme and the organisation that plays it. */
export type NamedParty = {
  readonly party: string;
  readonly organisationId: string;
  readonly organisationName: string;
};

/** What a draft begins from. */
export type Base = {
  readonly text: string;
  /** The version it was taken from; undefined for the sample. */
  readonly number: number | undefined;
  readonly parties: readonly NamedParty[];
  readonly organiser: { readonly organisationId: string; readonly name: string } | undefined;
};

type Props = { readonly base: Base; readonly edit: Edit; readonly programmeId: string };

/** Writing a plan: the text with its findings beside it, and its way to the second person. */
export function Draft({ base, edit, programmeId }: Props) {
  const { t } = useWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const kept = useMemo(
    () => keptDraft(edit === 'new' ? 'new' : `${programmeId} ${edit}`),
    [edit, programmeId],
  );
  const [begun, setBegun] = useState(() => ({ text: kept.get() ?? base.text, time: 0 }));
  const [text, setText] = useState(begun.text);
  const jump = useRef<Jump>(undefined);
  const check = useCheck(text);
  const change = (next: string) => {
    setText(next);
    if (next === base.text) kept.drop();
    else kept.keep(next);
  };
  const beginAnew = (next: string) => {
    change(next);
    setBegun((before) => ({ text: next, time: before.time + 1 }));
  };
  const submitted = async (made: Made) => {
    kept.drop();
    await client.invalidateQueries();
    await navigate(`/p/${made.programmeId}/plan?version=${made.versionId}`, { replace: true });
  };
  const findings = check.checked?.findings ?? [];
  return (
    <>
      <Tools
        base={base}
        text={text}
        onText={beginAnew}
        onBack={() => void navigate(`/p/${programmeId}/plan`)}
      />
      {begun.time === 0 && begun.text !== base.text ? (
        <Alert type="info" showIcon closable title={t('planDraftKept')} />
      ) : null}
      <div className="plan-desk">
        <div className="plan-writing">
          <Suspense fallback={<Spin />}>
            <PlanEditor
              key={begun.time}
              text={begun.text}
              findings={findings}
              label={t('planEditorLabel')}
              onChange={change}
              onReady={(ready) => {
                jump.current = ready;
              }}
            />
          </Suspense>
          <p className="desk-quiet">{t('planEditorHelp')}</p>
        </div>
        <aside className="plan-checking" aria-label={t('planFindings')}>
          <CheckState check={check} />
          <FindingList findings={findings} onJump={(at) => jump.current?.(at)} />
        </aside>
      </div>
      <Submission
        base={base}
        edit={edit}
        programmeId={programmeId}
        text={text}
        check={check}
        onSubmitted={submitted}
      />
    </>
  );
}

type ToolsProps = {
  readonly base: Base;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onBack: () => void;
};

function Tools({ base, text, onText, onBack }: ToolsProps) {
  const { t } = useWords();
  const { message, modal } = App.useApp();
  const chosen = useRef<HTMLInputElement>(null);
  const read = async (file: File | undefined) => {
    if (file === undefined) return;
    const found = await readText(file);
    if (typeof found === 'string') onText(found);
    else void message.error(t(found.failure));
    if (chosen.current !== null) chosen.current.value = '';
  };
  const save = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
    link.download = `${/^id: *([\w-]+)/m.exec(text)?.[1] ?? 'programme'}.yaml`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  const from =
    base.number === undefined
      ? t('planRestoreEmpty')
      : t('planRestoreVersion', { number: base.number });
  const restore = () =>
    void modal.confirm({
      title: t('planRestore'),
      content: t('planRestoreWhy', { from }),
      okText: t('deskConfirm'),
      cancelText: t('deskCancel'),
      onOk: () => onText(base.text),
    });
  return (
    <div className="desk-tools">
      <Button onClick={onBack}>{t('planBack')}</Button>
      <Button onClick={() => chosen.current?.click()}>{t('planUpload')}</Button>
      <input
        ref={chosen}
        hidden
        type="file"
        accept=".yaml,.yml,.txt"
        aria-label={t('planUpload')}
        onChange={(event) => void read(event.target.files?.[0])}
      />
      <Button onClick={save}>{t('planSave')}</Button>
      <Button disabled={text === base.text} onClick={restore}>
        {t('planRestore')}
      </Button>
    </div>
  );
}
