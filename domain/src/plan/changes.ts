import { fieldName, wordName } from './field-names.ts';

/** One difference between two versions of a programme file, as people read it. */
export type PlanChange = {
  /** Where, in words: `资金池 › 汽车 › 金额`. */
  readonly place: string;
  /** Where, as a JSON pointer into the later file, or the earlier one for what was removed. */
  readonly pointer: string;
  /** What stood there; missing for what is new. */
  readonly before?: string;
  /** What stands there now; missing for what was removed. */
  readonly after?: string;
};

type Spot = {
  readonly words: readonly string[];
  readonly path: readonly string[];
  readonly field: string;
};
type Row = Readonly<Record<string, unknown>>;

/** Differences told one by one; a file rewritten from top to bottom is read, not listed. */
export const changesMax = 300;
const wordsMax = 300;

/** Fields that hold words of the format; others hold ids, figures or the document's own words. */
const spokenFields: ReadonlySet<string> = new Set(
  (
    'level roles act source return_account form settles_to identity mode leftovers weekday ' +
    'action period entity of gate at datum admission conditions presentation excluded_uses ' +
    'policy to voucher_matches_by benefit per every'
  ).split(' '),
);

/** A value that the document leaves open is still that field's value. */
const fieldOf = (key: string, parent: string) =>
  key === 'printed' || key === 'effective' ? parent : key;

/**
 * What differs between two programme files, field by field in the order of the later one. Items of
 * a list are recognised by their id, so that a new first pool does not make all others differ.
 * At most `changesMax`.
 * @policy requirement P4: the approver sees what a version changes
 */
export function planChanges(before: object, after: object): readonly PlanChange[] {
  const found = differences(before, after, { words: [], path: [], field: '' });
  return found.slice(0, changesMax);
}

function differences(before: unknown, after: unknown, spot: Spot): readonly PlanChange[] {
  if (before === after) return [];
  if (isRow(before) && isRow(after)) return inRows(before, after, spot);
  if (Array.isArray(before) && Array.isArray(after) && isKeyed(before) && isKeyed(after)) {
    return inLists(before, after, spot);
  }
  const [old, now] = [told(before, spot.field), told(after, spot.field)];
  return old === now ? [] : [changeAt(spot, { before: old, after: now })];
}

function inRows(before: Row, after: Row, spot: Spot): readonly PlanChange[] {
  const fields = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...fields].flatMap((field) => {
    const words = [...spot.words, fieldName(field, spot.field) ?? field];
    const at = { words, path: [...spot.path, field], field: fieldOf(field, spot.field) };
    return differences(before[field], after[field], at);
  });
}

function inLists(before: readonly Row[], after: readonly Row[], spot: Spot) {
  const old = new Map(before.map((row, index) => [keyOf(row), { row, index }]));
  const present = new Set(after.map(keyOf));
  const at = (row: Row, index: number): Spot => ({
    words: [...spot.words, nameOf(row, spot.field)],
    path: [...spot.path, String(index)],
    field: spot.field,
  });
  const kept = after.flatMap((row, index) =>
    differences(old.get(keyOf(row))?.row, row, at(row, index)),
  );
  const gone = [...old]
    .filter(([key]) => !present.has(key))
    .map(([, { row, index }]) => changeAt(at(row, index), { before: told(row, spot.field) }));
  return [...kept, ...gone];
}

function changeAt(spot: Spot, values: Told): PlanChange {
  const { before, after } = values;
  const path = spot.path.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1'));
  return {
    place: spot.words.join(' › '),
    pointer: path.map((step) => `/${step}`).join(''),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

type Told = { readonly before?: string | undefined; readonly after?: string | undefined };

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Rows that can be told apart whatever their order. */
function isKeyed(list: readonly unknown[]): list is readonly Row[] {
  const keys = list.map((one) => (isRow(one) ? keyOf(one) : undefined));
  return keys.every((key) => key !== undefined) && new Set(keys).size === keys.length;
}

/** By what a row is the same row in both files. */
function keyOf(row: Row): string | undefined {
  const { id, act, prepared_by: preparedBy, document, number, gate } = row;
  if (id === undefined && act !== undefined) return JSON.stringify([act, preparedBy]);
  const key = id ?? document ?? number ?? gate;
  return typeof key === 'string' ? key : undefined;
}

function nameOf(row: Row, field: string): string {
  const { name, id, act, document, number, gate } = row;
  const word = [act, gate].find((one) => typeof one === 'string');
  if (word !== undefined) return wordName(word) ?? word;
  const own = [name, document, id, number].find((one) => typeof one === 'string');
  return own ?? fieldName(field) ?? field;
}

/** A value on one line, words of the format in Chinese; undefined for what is not there. */
function told(value: unknown, field: string): string | undefined {
  if (value === undefined) return undefined;
  const text = inWords(value, field);
  return text.length <= wordsMax ? text : `${text.slice(0, wordsMax)}……`;
}

/** A value of the format's `field` on one line, its words in Chinese. */
export function inWords(value: unknown, field: string): string {
  if (Array.isArray(value)) return value.map((one) => inWords(one, field)).join('、');
  if (isRow(value)) {
    return Object.entries(value)
      .map(
        ([key, inner]) => `${fieldName(key, field) ?? key}：${inWords(inner, fieldOf(key, field))}`,
      )
      .join('；');
  }
  if (value === null) return '未写明';
  if (typeof value === 'boolean') return value ? '是' : '否';
  const word = typeof value === 'string' ? value : JSON.stringify(value);
  return spokenFields.has(field) ? (wordName(word, field) ?? word) : word;
}
