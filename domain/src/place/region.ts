/** A place on earth in degrees, datum WGS-84: what satellites give. */
export type Point = { readonly longitude: number; readonly latitude: number };

/** Where a point stands to a region; `border` is in the band along the outline, on either side. */
export type Standing = 'inside' | 'border' | 'outside';

/** The outline of an area as GeoJSON draws it: polygons of rings of [longitude, latitude]. */
export type Outline = {
  readonly properties: { readonly code: string; readonly name: string };
  readonly geometry: { readonly coordinates: readonly (readonly Ring[])[] };
};
type Ring = readonly (readonly number[])[];

/** An outline made ready for many questions. Its edges are sorted into rows of latitude. */
export type Region = {
  readonly code: string;
  readonly name: string;
  /** Half-width of the border band. */
  readonly borderKm: number;
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
  /** Per row of 0.05°: the edges that reach it or its border band, four numbers an edge. */
  readonly rows: readonly Float64Array[];
};

/**
 * Half-width of the border band where a plan says nothing else. Nineteen in twenty segments of the
 * outlines are shorter than 2.1 km: nobody nearer to the line can be told apart with honesty.
 */
export const borderKmDefault = 2;

const kmPerDegree = 111.195;
const rowDegrees = 0.05;
const degreesToRadians = Math.PI / 180;

/** `outline` made ready; the work is done once, a question then reads one row of edges. */
export function compileRegion(outline: Outline, borderKm: number = borderKmDefault): Region {
  const marginDegrees = borderKm / kmPerDegree;
  const edges = edgesOf(outline);
  const longitudes = edges.flatMap(([x1, , x2]) => [x1, x2]);
  const latitudes = edges.flatMap(([, y1, , y2]) => [y1, y2]);
  const south = least(latitudes) - marginDegrees;
  const north = -least(latitudes.map((value) => -value)) + marginDegrees;
  const widest = Math.cos(Math.max(Math.abs(south), Math.abs(north)) * degreesToRadians);
  const sideways = marginDegrees / widest;
  const rows = Array.from({ length: rowOf(north, south) + 1 }, (): number[] => []);
  for (const edge of edges) {
    const [, y1, , y2] = edge;
    const from = rowOf(Math.min(y1, y2) - marginDegrees, south);
    const to = rowOf(Math.max(y1, y2) + marginDegrees, south);
    for (const row of rows.slice(from, to + 1)) row.push(...edge);
  }
  return {
    code: outline.properties.code,
    name: outline.properties.name,
    borderKm,
    west: least(longitudes) - sideways,
    east: -least(longitudes.map((value) => -value)) + sideways,
    south,
    north,
    rows: rows.map((row) => Float64Array.from(row)),
  };
}

/**
 * Where `point` stands to `region`. A point outside the box and its band is answered at once;
 * otherwise one pass over the row casts the ray and measures the way to the outline.
 */
export function standingIn(region: Region, point: Point): Standing {
  const { longitude, latitude } = point;
  const isInBox =
    longitude >= region.west &&
    longitude <= region.east &&
    latitude >= region.south &&
    latitude <= region.north;
  if (!isInBox) return 'outside';
  const row = region.rows[rowOf(latitude, region.south)];
  return row === undefined ? 'outside' : standingToEdges(row, point, region.borderKm);
}

function standingToEdges(row: Float64Array, point: Point, borderKm: number): Standing {
  const { longitude, latitude } = point;
  const square = borderKm * borderKm;
  const kmEast = kmPerDegree * Math.cos(latitude * degreesToRadians);
  let isInside = false;
  for (let at = 0; at < row.length; at += 4) {
    const x1 = (row[at] ?? 0) - longitude;
    const y1 = (row[at + 1] ?? 0) - latitude;
    const x2 = (row[at + 2] ?? 0) - longitude;
    const y2 = (row[at + 3] ?? 0) - latitude;
    const away = squareAway(x1 * kmEast, y1 * kmPerDegree, x2 * kmEast, y2 * kmPerDegree);
    if (away <= square) return 'border';
    if (y1 > 0 !== y2 > 0 && x1 - (y1 * (x2 - x1)) / (y2 - y1) > 0) isInside = !isInside;
  }
  return isInside ? 'inside' : 'outside';
}

/** The square of the way to the segment from (x1, y1) to (x2, y2), both in km from the point. */
function squareAway(x1: number, y1: number, x2: number, y2: number): number {
  const dx = x2 - x1;
  const dy = y2 - y1;
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : Math.min(1, Math.max(0, -(x1 * dx + y1 * dy) / square));
  const x = x1 + along * dx;
  const y = y1 + along * dy;
  return x * x + y * y;
}

type Edge = readonly [number, number, number, number];

function edgesOf(outline: Outline): Edge[] {
  const edges: Edge[] = [];
  for (const ring of outline.geometry.coordinates.flat()) {
    for (const [index, [x1, y1]] of ring.entries()) {
      const [x2, y2] = ring[index + 1] ?? [];
      if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) continue;
      edges.push([x1, y1, x2, y2]);
    }
  }
  if (edges.length === 0) throw new RangeError(`no outline: ${outline.properties.code}`);
  return edges;
}

/** Spreading thousands of numbers into Math.min would fill the stack. */
function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), Infinity);
}

function rowOf(latitude: number, south: number): number {
  return Math.max(0, Math.floor((latitude - south) / rowDegrees));
}
