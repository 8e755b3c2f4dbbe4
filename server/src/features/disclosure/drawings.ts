import type { WeekFigures } from '@huiquan/domain/disclosure/weeks.ts';
import type { Outline, Point } from '@huiquan/domain/place/region.ts';
import { html, type Html } from '../../http/html.ts';
import { yuanShown } from './figures.ts';
import type { Say } from './words.ts';

const chart = { width: 720, height: 240, left: 8, bottom: 40, top: 12 } as const;
const barsMax = 60;

/** Two bars a week: issued and used money. The table below it says the same in figures. */
export function weekBars(weeks: readonly WeekFigures[], say: Say): Html {
  const shown = weeks.slice(-barsMax);
  const most = shown.reduce((max, week) => (week.issuedFen > max ? week.issuedFen : max), 1n);
  const highest = shown.reduce((max, week) => (week.usedFen > max ? week.usedFen : max), most);
  const inner = chart.height - chart.top - chart.bottom;
  const heightOf = (amount: bigint) => Number((amount * BigInt(inner * 100)) / highest) / 100;
  const slot = (chart.width - 2 * chart.left) / Math.max(shown.length, 1);
  const bar = Math.min(28, slot * 0.36);
  const floor = chart.height - chart.bottom;
  const every = Math.ceil(shown.length / 8);
  const bars = shown.map((week, index) => {
    const middle = chart.left + slot * (index + 0.5);
    const rect = (amount: bigint, x: number, name: string) => {
      const [top, tall] = [(floor - heightOf(amount)).toFixed(1), heightOf(amount).toFixed(1)];
      const place = html`x="${x.toFixed(1)}" y="${top}" width="${bar.toFixed(1)}"`;
      return html`<rect class="${name}" ${place} height="${tall}"></rect>`;
    };
    const place = html`x="${middle.toFixed(1)}" y="${chart.height - 10}" text-anchor="middle"`;
    const label = index % every === 0 && html`<text ${place}>${week.from.slice(5)}</text>`;
    const [issued, used] = [yuanShown(week.issuedFen), yuanShown(week.usedFen)];
    const told = say('weekTold', { week: week.from, issued, used });
    const both = [
      rect(week.issuedFen, middle - bar - 1, 'issued'),
      rect(week.usedFen, middle + 1, 'used'),
    ];
    return html`<g><title>${told}</title>${both}${label}</g>`;
  });
  return html`<figure>
    <svg
      class="chart"
      viewBox="0 0 ${chart.width} ${chart.height}"
      role="img"
      aria-label="${say('weekly')}"
    >
      <line x1="0" y1="${floor}" x2="${chart.width}" y2="${floor}"></line>
      ${bars}
    </svg>
    <figcaption>
      <span class="key issued"></span>${say('issued')} <span class="key used"></span>${say('used')}
    </figcaption>
  </figure>`;
}

/** A shop on the map. */
export type Dot = { readonly name: string; readonly point: Point };

const mapWidth = 640;

/** The outline of an area with its shops as dots; each tells its name. */
export function shopMap(outline: Outline, dots: readonly Dot[], say: Say): Html {
  const points = outline.geometry.coordinates.flat(2);
  const longitudes = points.map((point) => point[0] ?? 0);
  const latitudes = points.map((point) => point[1] ?? 0);
  const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Infinity);
  const [west, south] = [least(longitudes), least(latitudes)];
  const east = -least(longitudes.map((value) => -value));
  const north = -least(latitudes.map((value) => -value));
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = (mapWidth - 20) / ((east - west) * shrink);
  const height = Math.round((north - south) * scale + 20);
  const x = (longitude: number) => (10 + (longitude - west) * shrink * scale).toFixed(1);
  const y = (latitude: number) => (10 + (north - latitude) * scale).toFixed(1);
  const path = outline.geometry.coordinates
    .flat()
    .map((ring) => `M${ring.map(([lon = 0, lat = 0]) => `${x(lon)} ${y(lat)}`).join('L')}Z`)
    .join('');
  const circles = dots.map(({ name, point }) => {
    const [cx, cy] = [x(point.longitude), y(point.latitude)];
    return html`<circle cx="${cx}" cy="${cy}" r="6"><title>${name}</title></circle>`;
  });
  const size = html`viewBox="0 0 ${mapWidth} ${height}"`;
  return html`<figure>
<svg class="map" ${size} role="img" aria-label="${say('map')}">
<path d="${path}"></path>${circles}
</svg>
<figcaption>${outline.properties.name}</figcaption>
</figure>`;
}
