import { indentService } from '@codemirror/language';

/**
 * Where a new line begins: below the words of the line before it, past its dashes, and one step
 * further in after a field that stands open.
 */
export const planIndent = indentService.of((context, position) => {
  const before = context.lineAt(position, -1);
  const text = before.text.slice(0, Math.max(0, position - before.from));
  const trimmed = text.trimEnd();
  if (trimmed === '') return text.length;
  const start = /^\s*(?:- +)*/.exec(text)?.[0].length ?? 0;
  return trimmed.endsWith(':') ? start + context.unit : start;
});
