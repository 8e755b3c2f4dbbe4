/**
 * One column that a file may or must have. `names` are the header texts it is known by, the first
 * of them the one that reports use. An `identifier` (ID, phone, card, account, order number) must
 * be stored as text; a `filled` column may not be blank in any row.
 */
export type Column<Key extends string> = {
  readonly key: Key;
  readonly names: readonly [string, ...string[]];
  readonly required?: true;
  readonly filled?: true;
  readonly identifier?: true;
};

/** Where each column stands in a row, from 0, and what the header lacks or holds twice. */
export type HeaderMatch<Key extends string> = {
  readonly positions: ReadonlyMap<Key, number>;
  readonly missing: readonly string[];
  readonly doubled: readonly string[];
  readonly unknown: readonly string[];
};

/**
 * Finds `columns` in a header row by name, in any order. Width, spaces, case, a trailing colon, a
 * `*` for "required" and a unit in brackets do not matter: `发放金额（元）*` is 发放金额. A row is
 * the header when nothing is missing or doubled.
 */
export function matchHeader<Key extends string>(
  cells: readonly string[],
  columns: readonly Column<Key>[],
): HeaderMatch<Key> {
  const keys = new Map(
    columns.flatMap((column) => column.names.map((name) => [headerWord(name), column] as const)),
  );
  const positions = new Map<Key, number>();
  const doubled: string[] = [];
  const unknown: string[] = [];
  for (const [index, cell] of cells.entries()) {
    if (cell.trim() === '') continue;
    const column = keys.get(headerWord(cell)) ?? keys.get(withoutUnit(headerWord(cell)));
    if (column === undefined) unknown.push(cell.trim());
    else if (positions.has(column.key)) doubled.push(column.names[0]);
    else positions.set(column.key, index);
  }
  const missing = columns
    .filter((column) => column.required === true && !positions.has(column.key))
    .map((column) => column.names[0]);
  return { positions, missing, doubled, unknown };
}

function headerWord(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s*`:_\uFEFF-]/gu, '');
}

function withoutUnit(word: string): string {
  return word.replace(/\([^()]*\)$/u, '');
}
