import { hoverTooltip, type EditorView } from '@codemirror/view';
import { helpNode } from './complete.ts';
import { placeAt } from './place.ts';
import { partsAt, sentencesOf, titleOf, wordsAt } from './schema.ts';

const wordPattern = /[A-Za-z_][\w-]*/g;

function wordAround(view: EditorView, position: number) {
  const line = view.state.doc.lineAt(position);
  const found = [...line.text.matchAll(wordPattern)].find(
    (match) =>
      line.from + match.index <= position && position <= line.from + match.index + match[0].length,
  );
  if (found === undefined) return undefined;
  const from = line.from + found.index;
  return { word: found[0], from, to: from + found[0].length };
}

/** What the published schema says about the field or word under the pointer. */
export function explained(view: EditorView, position: number): HTMLElement | undefined {
  const around = wordAround(view, position);
  if (around === undefined) return undefined;
  const place = placeAt(view.state, around.from);
  const asField = [...place.path, place.key ?? around.word];
  const parts = partsAt(asField);
  if (parts.length === 0) return undefined;
  const words = wordsAt(asField);
  if (place.key !== undefined) {
    const meant = words.find((one) => one.word === around.word);
    return meant === undefined ? undefined : helpNode(`${meant.word}：${meant.title}`, []);
  }
  const choices = words.map(({ word, title }) => (title === '' ? word : `${word}　${title}`));
  return helpNode(titleOf(parts), [...sentencesOf(parts), ...choices]);
}

/** Help under the pointer. */
export const planHelp = hoverTooltip((view, position) => {
  const around = wordAround(view, position);
  const node = explained(view, position);
  if (around === undefined || node === undefined) return null;
  return { pos: around.from, end: around.to, above: true, create: () => ({ dom: node }) };
});
