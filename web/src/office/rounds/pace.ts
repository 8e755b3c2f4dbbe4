/** What one look at a round's stock told, by the clock of this page. */
export type Look = { readonly atMs: number; readonly claimed: number };

/** Looks that are kept: a minute of them. */
export const paceMax = 60;

/** Claims per second between each look and the next, rounded; a late answer does not exaggerate. */
export function paceOf(looks: readonly Look[]): readonly number[] {
  return looks.slice(1).map((look, place) => {
    const before = looks[place] ?? look;
    const seconds = Math.max(0.5, (look.atMs - before.atMs) / 1_000);
    return Math.max(0, Math.round((look.claimed - before.claimed) / seconds));
  });
}
