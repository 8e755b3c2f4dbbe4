import linfen from './regions/1410.json' with { type: 'json' };
import shaanxi from './regions/61.json' with { type: 'json' };
import shanxi from './regions/14.json' with { type: 'json' };
import yulin from './regions/6108.json' with { type: 'json' };
import { borderKmDefault, compileRegion, type Outline, type Region } from './region.ts';
import type { PlaceRule } from './verdict.ts';

const outlines: ReadonlyMap<string, Outline> = new Map(
  [shanxi, linfen, shaanxi, yulin].map((outline) => [outline.properties.code, outline]),
);
const compiled = new Map<string, Region>();

/** Codes (GB/T 2260) of the areas whose outline is known: 山西省, 临汾市, 陕西省, 榆林市. */
export const regionCodes: readonly string[] = [...outlines.keys()];

/**
 * The area with `code` (`1410` or `141000`) and its border band, made ready on first use;
 * undefined where no outline is known, which a plan must be told before it is approved, not a
 * resident at the round.
 */
export function findRegion(code: string, borderKm: number = borderKmDefault): Region | undefined {
  const plain = code.replace(/^(\d{2})0000$|^(\d{4})00$/, '$1$2');
  const name = `${plain} ${borderKm}`;
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const outline = outlines.get(plain);
  if (outline === undefined) return undefined;
  const region = compileRegion(outline, borderKm);
  compiled.set(name, region);
  return region;
}

/** The smallest known outline around the region with `code`: a county's city, or its province. */
export function findOutlineAround(code: string): Outline | undefined {
  return [code.slice(0, 6), code.slice(0, 4), code.slice(0, 2)]
    .map((part) => outlines.get(part))
    .find((outline) => outline !== undefined);
}

/** The rule of a plan's location gate; undefined where the outline of its region is not known. */
export function findPlaceRule(gate: {
  readonly region: string;
  readonly borderKm: number;
  readonly accuracyM: number;
  readonly ageSeconds: number;
}): PlaceRule | undefined {
  const region = findRegion(gate.region, gate.borderKm);
  if (region === undefined) return undefined;
  return { regions: [region], accuracyM: gate.accuracyM, ageSeconds: gate.ageSeconds };
}
