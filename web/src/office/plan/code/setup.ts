import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  defaultHighlightStyle,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension, type Text } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { styleNonce } from '../../frame/style-nonce.ts';
import type { Finding } from '../finding-list.tsx';
import { planCompletions } from './complete.ts';
import { planHelp } from './help.ts';
import { planIndent } from './indent.ts';

const theme = EditorView.theme({
  '&': { height: '100%', fontSize: '14px', backgroundColor: '#fff' },
  '&.cm-focused': { outline: '2px solid var(--brand)' },
  '.cm-scroller': { fontFamily: "'JetBrains Mono', Consolas, 'Noto Sans SC', monospace" },
  '.cm-gutters': { backgroundColor: '#faf8f7', color: '#616161' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '4px 8px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--brand)',
    color: '#fff',
  },
  '.cm-completionDetail': { fontStyle: 'normal' },
  '.cm-tooltip': { maxWidth: '420px', maxHeight: '320px', overflow: 'auto' },
});

/** The editor's own sentences; those it lacks stay as they are and are never shown here. */
export type Phrases = Readonly<Record<string, string>>;

/** Everything the editor is made of; a reader's one takes no changes. */
export function editorSetup(given: {
  readonly isReadOnly: boolean;
  readonly label: string;
  readonly required: string;
  readonly phrases: Phrases;
  readonly onChange: (text: string) => void;
}): Extension {
  const { isReadOnly, label, required, phrases, onChange } = given;
  const reading = [
    lineNumbers(),
    // The usual marks are not in every font.
    foldGutter({ openText: '−', closedText: '+' }),
    lintGutter(),
    drawSelection(),
    yaml(),
    syntaxHighlighting(defaultHighlightStyle),
    bracketMatching(),
    search({ top: true }),
    highlightSelectionMatches(),
    planHelp,
    theme,
    EditorView.lineWrapping,
    EditorState.phrases.of(phrases),
    EditorView.contentAttributes.of({ 'aria-label': label }),
    ...(styleNonce === undefined ? [] : [EditorView.cspNonce.of(styleNonce)]),
  ];
  if (isReadOnly) {
    return [
      ...reading,
      keymap.of([...searchKeymap, ...foldKeymap]),
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({ tabindex: '0' }),
      EditorView.editable.of(false),
    ];
  }
  return [
    ...reading,
    history(),
    closeBrackets(),
    indentOnInput(),
    planIndent,
    indentUnit.of('  '),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    autocompletion({ override: [planCompletions(required)], icons: false }),
    keymap.of([
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
  ];
}

const severities = { error: 'error', warning: 'warning', silence: 'info', notice: 'hint' } as const;

/** The place of a finding in the text as it stands now. */
export function positionOf(doc: Text, at: { readonly line: number; readonly column: number }) {
  const line = doc.line(Math.min(Math.max(1, at.line), doc.lines));
  return Math.min(line.from + Math.max(0, at.column - 1), line.to);
}

/** Findings as marks in the text. */
export function marksOf(doc: Text, findings: readonly Finding[]): Diagnostic[] {
  return findings.flatMap(({ line, column = 1, severity, message, clause }) => {
    if (line === undefined) return [];
    const from = positionOf(doc, { line, column });
    const rest = doc.sliceString(from, doc.lineAt(from).to);
    const word = /^[\w-]+/.exec(rest)?.[0] ?? rest;
    const to = from + word.length;
    return [{ from, to, severity: severities[severity], source: clause, message }];
  });
}
