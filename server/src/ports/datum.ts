import type { Point } from '@huiquan/domain/place/region.ts';
import gcoord from 'gcoord';

/** What is used of gcoord. */
type Gcoord = {
  readonly GCJ02: string;
  readonly WGS84: string;
  transform(point: readonly [number, number], from: string, to: string): [number, number];
};

// gcoord's types describe its ES build; what Node loads is the CommonJS one, without `default`
function isGcoord(value: unknown): value is Gcoord {
  return typeof value === 'object' && value !== null && 'transform' in value;
}
const loaded: unknown = gcoord;
if (!isGcoord(loaded)) throw new TypeError('gcoord has changed its exports');
const { transform, GCJ02, WGS84 } = loaded;

/** `point` of a Chinese map (GCJ-02) where satellites see it; within a metre. */
export function wgs84Of(point: Point): Point {
  const [longitude, latitude] = transform([point.longitude, point.latitude], GCJ02, WGS84);
  return { longitude, latitude };
}

/** `point` as satellites see it where a Chinese map (GCJ-02) shows it. */
export function gcj02Of(point: Point): Point {
  const [longitude, latitude] = transform([point.longitude, point.latitude], WGS84, GCJ02);
  return { longitude, latitude };
}
