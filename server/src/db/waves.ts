/**
 * Splits `items` into waves in which no name stands twice, the n-th of a name in the n-th wave:
 * what one statement does for many rows at once has the outcome of one after the other.
 */
export function wavesOf<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
): readonly (readonly Item[])[] {
  const seen = new Map<string, number>();
  const waves: Item[][] = [];
  for (const item of items) {
    const name = nameOf(item);
    const turn = seen.get(name) ?? 0;
    seen.set(name, turn + 1);
    (waves[turn] ??= []).push(item);
  }
  return waves;
}
