import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { placeAt } from './place.ts';
import { type Field, fieldsAt, item, wordsAt } from './schema.ts';

/** The help that stands beside an offer. */
function helpOf(title: string, sentences: readonly string[]): Pick<Completion, 'info'> {
  if (sentences.length === 0) return {};
  return { info: () => helpNode(title, sentences) };
}

/** A title and its sentences, as the editor shows help. */
export function helpNode(title: string, sentences: readonly string[]): HTMLElement {
  const box = document.createElement('div');
  box.className = 'plan-help';
  const head = document.createElement('strong');
  head.textContent = title;
  box.append(head);
  for (const sentence of sentences) {
    const line = document.createElement('p');
    line.textContent = sentence;
    box.append(line);
  }
  return box;
}

function offerOf(field: Field, requiredWord: string): Completion {
  const { name, title, sentences, isRequired, holds } = field;
  return {
    label: name,
    detail: isRequired ? `${title} · ${requiredWord}` : title,
    type: 'property',
    apply: holds === 'value' ? `${name}: ` : `${name}:`,
    boost: isRequired ? 1 : 0,
    ...helpOf(title, sentences),
  };
}

/** Offers the fields and words that the published schema has for the place of the cursor. */
export function planCompletions(requiredWord: string) {
  return (context: CompletionContext): CompletionResult | null => {
    const typed = context.matchBefore(/[\w-]*/);
    if (typed === null || (typed.from === typed.to && !context.explicit)) return null;
    const place = placeAt(context.state, typed.from);
    if (place.key === undefined) {
      const listed = wordsAt(place.path).map(({ word, title }) => ({ label: word, detail: title }));
      const fields = fieldsAt(place.path).map((field) => offerOf(field, requiredWord));
      const options = [...fields, ...listed];
      return options.length === 0 ? null : { from: typed.from, options, validFor: /^[\w-]*$/ };
    }
    const path = place.key === item ? [...place.path, item] : [...place.path, place.key];
    const options = wordsAt(path).map(({ word, title }) => ({
      label: word,
      detail: title,
      type: 'enum',
    }));
    return options.length === 0 ? null : { from: typed.from, options, validFor: /^[\w-]*$/ };
  };
}
