/**
 * Splits `items` into waves in which no name stands twice, each item in the first wave after those
 * that share a name with it: what one statement does for many rows at once has the outcome of one
 * after the other. Of an item's names none stands twice.
 */
export function wavesOf<Item>(
  items: readonly Item[],
  namesOf: (item: Item) => readonly string[],
): readonly (readonly Item[])[] {
  const firstFree = new Map<string, number>();
  const waves: Item[][] = [];
  for (const item of items) {
    const names = namesOf(item);
    let wave = 0;
    for (const name of names) wave = Math.max(wave, firstFree.get(name) ?? 0);
    for (const name of names) firstFree.set(name, wave + 1);
    (waves[wave] ??= []).push(item);
  }
  return waves;
}
