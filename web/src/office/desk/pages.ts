const pagesMax = 40;

type Page<Item> = { readonly items: readonly Item[]; readonly next?: string | undefined };

/** All items of a list that answers in pages, at most forty of them. */
export async function allPages<Item>(
  ask: (cursor: string | undefined) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let number = 0; number < pagesMax; number += 1) {
    const page = await ask(cursor);
    items.push(...page.items);
    cursor = page.next;
    if (cursor === undefined) break;
  }
  return items;
}
