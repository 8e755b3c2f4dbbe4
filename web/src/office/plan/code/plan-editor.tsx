import { setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useMemo, useRef } from 'react';
import { useWords } from '../../words.ts';
import type { Finding } from '../finding-list.tsx';
import { editorSetup, marksOf, positionOf } from './setup.ts';

/** Brings a line of the text before the eyes. */
export type Jump = (at: { readonly line: number; readonly column: number }) => void;

type Props = {
  /** What stands in the editor at first; another `key` begins anew. */
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly label: string;
  readonly onChange?: (text: string) => void;
  readonly onReady?: (jump: Jump) => void;
};

/** The editor of a programme file: help from the published schema, findings at their lines. */
export function PlanEditor({ text, findings, label, onChange, onReady }: Props) {
  const { t } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef({ text, onChange, onReady, label, t });
  latest.current = { ...latest.current, onChange, onReady };
  const isReadOnly = onChange === undefined;
  const phrases = useMemo(
    () => ({
      Find: t('planFind'),
      Replace: t('planReplace'),
      next: t('planNext'),
      previous: t('planPrevious'),
      all: t('planAll'),
      'match case': t('planMatchCase'),
      'by word': t('planByWord'),
      regexp: t('planRegexp'),
      replace: t('planReplace'),
      'replace all': t('planReplaceAll'),
      close: t('planShut'),
      'Go to line': t('planGoToLine'),
      go: t('planGo'),
      'Folded lines': t('planFolded'),
      'Unfolded lines': t('planUnfolded'),
      'Fold line': t('planFold'),
      'Unfold line': t('planUnfold'),
      Completions: t('planCompletions'),
    }),
    [t],
  );
  useEffect(() => {
    if (place.current === null) return undefined;
    const begun = latest.current;
    const extensions = editorSetup({
      isReadOnly,
      label: begun.label,
      required: begun.t('planRequired'),
      phrases,
      onChange: (changed) => latest.current.onChange?.(changed),
    });
    const doc = view.current?.state.doc ?? begun.text;
    const state = EditorState.create({ doc, extensions });
    const made = new EditorView({ state, parent: place.current });
    view.current = made;
    begun.onReady?.((at) => {
      const anchor = positionOf(made.state.doc, at);
      const effects = EditorView.scrollIntoView(anchor, { y: 'center' });
      made.dispatch({ selection: { anchor }, effects });
      made.focus();
    });
    return () => made.destroy();
  }, [isReadOnly, phrases]);
  useEffect(() => {
    const shown = view.current;
    if (shown === undefined) return;
    shown.dispatch(setDiagnostics(shown.state, marksOf(shown.state.doc, findings)));
  }, [findings]);
  return <div ref={place} className="plan-editor" translate="no" />;
}
