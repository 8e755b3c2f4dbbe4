/**
 * Makes domain/src/place/regions/*.json from the outlines of echarts 4.9.0:
 *   npm pack echarts@4.9.0 && tar xzf echarts-4.9.0.tgz
 *   node tools/make-outlines.ts package
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

const offsets = Type.Array(Type.Tuple([Type.Number(), Type.Number()]));
const features = Type.Object({
  features: Type.Array(
    Type.Object({
      id: Type.String(),
      properties: Type.Object({ name: Type.String() }),
      geometry: Type.Union([
        Type.Object({
          type: Type.Literal('Polygon'),
          coordinates: Type.Array(Type.String()),
          encodeOffsets: offsets,
        }),
        Type.Object({
          type: Type.Literal('MultiPolygon'),
          coordinates: Type.Array(Type.Array(Type.String())),
          encodeOffsets: Type.Array(offsets),
        }),
      ]),
    }),
  ),
});
type Feature = Static<typeof features>['features'][number];

/** A corner in 1/1024°: whole numbers, so that shared borders of two cities are equal. */
type Corner = readonly [number, number];

function decode(text: string, offset: readonly [number, number]): Corner[] {
  let [x, y] = offset;
  const ring: Corner[] = [];
  for (let at = 0; at + 1 < text.length; at += 2) {
    x += unzigzag(text.charCodeAt(at) - 64);
    y += unzigzag(text.charCodeAt(at + 1) - 64);
    ring.push([x, y]);
  }
  return ring;
}

function unzigzag(value: number): number {
  return (value >> 1) ^ -(value & 1);
}

function ringsOf({ geometry }: Feature): Corner[][] {
  const polygons =
    geometry.type === 'Polygon'
      ? [{ texts: geometry.coordinates, offsets: geometry.encodeOffsets }]
      : geometry.coordinates.map((texts, index) => ({
          texts,
          offsets: geometry.encodeOffsets[index] ?? [],
        }));
  return polygons.flatMap((polygon) =>
    polygon.texts.map((text, index) => decode(text, polygon.offsets[index] ?? [0, 0])),
  );
}

/** The outline around all `rings`: an edge two cities share is inside the province and goes. */
function union(rings: readonly Corner[][]): Corner[][] {
  const edges = new Map<string, readonly [Corner, Corner]>();
  for (const ring of rings) {
    for (const [index, from] of ring.entries()) {
      const to = ring[index + 1];
      if (to === undefined || from.join() === to.join()) continue;
      const name = [from.join(), to.join()].toSorted().join(' ');
      if (!edges.delete(name)) edges.set(name, [from, to]);
    }
  }
  return stitch([...edges.values()]);
}

function stitch(edges: readonly (readonly [Corner, Corner])[]): Corner[][] {
  const corners = new Map<string, Set<number>>();
  for (const [index, ends] of edges.entries()) {
    for (const end of ends) {
      const here = corners.get(end.join()) ?? new Set();
      corners.set(end.join(), here.add(index));
    }
  }
  const rings: Corner[][] = [];
  for (const [index, [start]] of edges.entries()) {
    const ring: Corner[] = [start];
    let edge: number | undefined = index;
    while (edge !== undefined && corners.get(ring.at(-1)?.join() ?? '')?.delete(edge) === true) {
      const next = otherEnd(edges[edge] ?? [start, start], ring.at(-1) ?? start);
      corners.get(next.join())?.delete(edge);
      ring.push(next);
      edge = corners.get(next.join())?.values().next().value;
    }
    if (areaOf(ring) >= sliverArea) rings.push(ring);
  }
  return rings;
}

function otherEnd([one, other]: readonly [Corner, Corner], end: Corner): Corner {
  return one.join() === end.join() ? other : one;
}

/**
 * Where two cities drew their common border differently, slivers of a few km² remain; they are no
 * border of the province. 50 km² in units of (1/1024°)²: the provinces' own rings are 1000 × that.
 */
const sliverArea = 5_000;

function areaOf(ring: readonly Corner[]): number {
  let double = 0;
  for (const [index, [x, y]] of ring.entries()) {
    const [nextX, nextY] = ring[index + 1] ?? [x, y];
    double += x * nextY - nextX * y;
  }
  return Math.abs(double) / 2;
}

type Area = { readonly code: string; readonly name: string; readonly rings: readonly Corner[][] };

function write(area: Area): void {
  const coordinates = area.rings.map((ring) => [
    ring.map(([x, y]) => [Number((x / 1024).toFixed(4)), Number((y / 1024).toFixed(4))]),
  ]);
  const feature = {
    type: 'Feature',
    properties: {
      code: area.code,
      name: area.name,
      source: 'echarts 4.9.0, map/json/province, decoded; shared borders removed in provinces',
      licence: 'Apache-2.0 (echarts), see decisions/040-ports-and-captcha.md',
    },
    geometry: { type: 'MultiPolygon', coordinates },
  };
  const folder = join(import.meta.dirname, '../domain/src/place/regions');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${area.code}.json`), `${JSON.stringify(feature)}\n`);
}

const provinces = [
  { file: 'shanxi', code: '14', name: '山西省', city: '1410' },
  { file: 'shanxi1', code: '61', name: '陕西省', city: '6108' },
];
const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: node tools/make-outlines.ts FOLDER');
for (const { file, code, name, city } of provinces) {
  const text = readFileSync(join(folder, `map/json/province/${file}.json`), 'utf8');
  const parsed = Value.Parse(features, JSON.parse(text));
  const cities = parsed.features.map((feature) => ({ feature, rings: ringsOf(feature) }));
  write({ code, name, rings: union(cities.flatMap(({ rings }) => rings)) });
  for (const { feature, rings } of cities) {
    if (feature.id === `${city}00`) write({ code: city, name: feature.properties.name, rings });
  }
}
