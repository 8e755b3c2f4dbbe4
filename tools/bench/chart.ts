import type { Result } from './figures.ts';

const width = 760;
const left = 190;
const barHeight = 16;
const rowGap = 34;
const barsWidth = width - left - 150;

type Bar = { readonly name: string; readonly perSecond: number; readonly isOurs: boolean };

function barsOf(result: Result): Bar[] {
  const ours = { name: 'Huiquan', perSecond: result.ours_per_s ?? 0, isOurs: true };
  const others = Object.entries(result.baselines).flatMap(([name, value]) =>
    value === null ? [] : [{ name: name.replaceAll('_', ' '), perSecond: value, isOurs: false }],
  );
  return [ours, ...others];
}

function drawBar(bar: Bar, y: number, most: number): string {
  const length = Math.max(1, (bar.perSecond / most) * barsWidth);
  const colour = bar.isOurs ? '#b3261e' : '#8a93a3';
  const middle = y + barHeight - 4;
  const told = `${bar.perSecond.toLocaleString('en')} /s`;
  return [
    `<text x="${left - 8}" y="${middle}" text-anchor="end">${bar.name}</text>`,
    `<rect x="${left}" y="${y}" width="${length.toFixed(1)}" height="${barHeight - 3}" ` +
      `rx="2" fill="${colour}"/>`,
    `<text x="${(left + length + 6).toFixed(1)}" y="${middle}">${told}</text>`,
  ].join('\n');
}

/**
 * Bars of each row's rates, the longest of a row being its fastest contender; rows without a
 * baseline are figures for the table.
 */
export function drawChart(results: readonly Result[]): string {
  const parts: string[] = [];
  let y = 12;
  for (const result of results) {
    const bars = barsOf(result);
    if (bars.length < 2) continue;
    parts.push(`<text x="8" y="${y + 12}" class="row">${result.row}</text>`);
    y += 20;
    const most = Math.max(...bars.map((bar) => bar.perSecond));
    for (const bar of bars) {
      parts.push(drawBar(bar, y, most));
      y += barHeight;
    }
    y += rowGap - barHeight;
  }
  const style =
    'text{font:12px system-ui,sans-serif;fill:#1f2430}.row{font-weight:600}' +
    '@media(prefers-color-scheme:dark){text{fill:#e6e8ee}}';
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" role="img" ` +
    `aria-label="Rates of each row of the bench">\n<style>${style}</style>\n` +
    `${parts.join('\n')}\n</svg>\n`
  );
}
