/** What many rows of a statement share, each of it once, and for each row the line it is on. */
export type Lines<Row> = {
  readonly lines: readonly Row[];
  /** Counted from 1, as `with ordinality` counts. */
  readonly lineOf: readonly number[];
};

/** Gathers `rows` into lines: those of one name share a line, in the order of their first. */
export function linesOf<Row>(rows: readonly Row[], nameOf: (row: Row) => string): Lines<Row> {
  const lines: Row[] = [];
  const numbers = new Map<string, number>();
  const lineOf = rows.map((row) => {
    const name = nameOf(row);
    const number = numbers.get(name) ?? lines.push(row);
    numbers.set(name, number);
    return number;
  });
  return { lines, lineOf };
}
