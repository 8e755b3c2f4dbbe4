import published from '../../../../../programmes/programme.schema.json';

/** A part of the published schema that stands at some place of a programme file. */
export type Part = Readonly<Record<string, unknown>>;

/** A step from a part to one below it: a field, or any item of a list. */
export const item = '*';

const root: Part = published;
const formsMax = 40;

function rowOf(value: unknown): Part | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Part)
    : undefined;
}

/** What a reference stands for, with what is said beside it. */
function resolved(part: Part): Part {
  const name = part['$ref'];
  if (typeof name !== 'string') return part;
  const target = rowOf(rowOf(root['$defs'])?.[name.replace('#/$defs/', '')]) ?? {};
  return { ...target, ...part };
}

/** A part and the forms it may take: a value that the document leaves open has two. */
function formsOf(part: Part): readonly Part[] {
  const own = resolved(part);
  const forms = own['anyOf'];
  if (!Array.isArray(forms)) return [own];
  const inner = forms.flatMap((form) => formsOf(rowOf(form) ?? {}));
  return [own, ...inner].slice(0, formsMax);
}

/** The parts that may stand where `path` leads: fields of objects, `*` for the items of a list. */
export function partsAt(path: readonly string[]): readonly Part[] {
  let parts = formsOf(root);
  for (const step of path) {
    const below = parts.flatMap((part) => {
      const next = step === item ? part['items'] : rowOf(part['properties'])?.[step];
      const row = rowOf(next);
      return row === undefined ? [] : formsOf(row);
    });
    parts = below;
  }
  return parts;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** What a part is called. */
export function titleOf(parts: readonly Part[]): string {
  return textOf(parts.find((part) => typeof part['title'] === 'string')?.['title']) ?? '';
}

/** What may be written there, in the schema's own sentences, each once. */
export function sentencesOf(parts: readonly Part[]): readonly string[] {
  const found = parts.flatMap((part) => textOf(part['description']) ?? []);
  // The list of words is shown with their meaning instead.
  return [...new Set(found)].filter((sentence) => !sentence.startsWith('取值：'));
}

/** A field that may stand in an object. */
export type Field = {
  readonly name: string;
  readonly title: string;
  readonly sentences: readonly string[];
  readonly isRequired: boolean;
  /** What begins below it, where it is no plain value. */
  readonly holds: 'list' | 'object' | 'value';
};

function holdsOf(parts: readonly Part[]): Field['holds'] {
  // Where a plain value will do, the plain value is offered first.
  const type = parts.find((part) => part['type'] !== undefined)?.['type'];
  if (type === 'array') return 'list';
  return type === 'object' ? 'object' : 'value';
}

/** The fields of the objects that may stand at `path`, required ones first. */
export function fieldsAt(path: readonly string[]): readonly Field[] {
  const fields = new Map<string, Field>();
  for (const part of partsAt(path)) {
    const required = Array.isArray(part['required']) ? part['required'] : [];
    for (const name of Object.keys(rowOf(part['properties']) ?? {})) {
      if (fields.has(name)) continue;
      const inner = partsAt([...path, name]);
      fields.set(name, {
        name,
        title: titleOf(inner),
        sentences: sentencesOf(inner),
        isRequired: required.includes(name),
        holds: holdsOf(inner),
      });
    }
  }
  return [...fields.values()].toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired));
}

/** A word of the format, and what it means. */
export type Word = { readonly word: string; readonly title: string };

/** The words that may stand at `path`; `true` and `false` where it is a yes or no. */
export function wordsAt(path: readonly string[]): readonly Word[] {
  const words = new Map<string, Word>();
  for (const part of partsAt(path)) {
    const { const: told } = part;
    const word = typeof told === 'number' ? String(told) : textOf(told);
    if (word !== undefined && !words.has(word)) {
      words.set(word, { word, title: textOf(part['title']) ?? '' });
    }
    if (part['type'] === 'boolean') {
      words.set('true', { word: 'true', title: '是' });
      words.set('false', { word: 'false', title: '否' });
    }
  }
  return [...words.values()];
}
