import { registerMap } from 'echarts/core';

type Outline = {
  readonly properties: { readonly code: string; readonly name: string };
  readonly geometry: unknown;
};

const files: Readonly<Record<string, () => Promise<{ readonly default: unknown }>>> = {
  '14': () => import('@huiquan/domain/place/regions/14.json'),
  '1410': () => import('@huiquan/domain/place/regions/1410.json'),
  '61': () => import('@huiquan/domain/place/regions/61.json'),
  '6108': () => import('@huiquan/domain/place/regions/6108.json'),
};

/** Gives the charts the outline of the area with this code; false where none is known. */
export async function loadOutline(code: string): Promise<boolean> {
  const file = await files[code]?.();
  if (file === undefined) return false;
  const { properties, geometry } = file.default as Outline;
  const feature = { type: 'Feature', properties, geometry };
  registerMap(code, JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  return true;
}
