import linfen from './regions/141000.json' with { type: 'json' };
import shaanxi from './regions/610000.json' with { type: 'json' };
import shanxi from './regions/140000.json' with { type: 'json' };
import yulin from './regions/610800.json' with { type: 'json' };
import { compileRegion, type Outline, type Region } from './region.ts';

const outlines: ReadonlyMap<string, Outline> = new Map(
  [shanxi, linfen, shaanxi, yulin].map((outline) => [outline.properties.code, outline]),
);
const compiled = new Map<string, Region>();

/** Codes (GB/T 2260) of the areas whose outline is known: 山西省, 临汾市, 陕西省, 榆林市. */
export const regionCodes: readonly string[] = [...outlines.keys()];

/**
 * The area with `code`, made ready on first use; undefined where no outline is known, which a plan
 * must be told before it is approved, not a resident at the round.
 */
export function findRegion(code: string): Region | undefined {
  const known = compiled.get(code);
  if (known !== undefined) return known;
  const outline = outlines.get(code);
  if (outline === undefined) return undefined;
  const region = compileRegion(outline);
  compiled.set(code, region);
  return region;
}
