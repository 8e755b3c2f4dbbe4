/** The style of the public pages: readable on a phone, on paper, in the dark, and without it. */
export const style = `
:root { --brand: #b3261e; --ink: #1f2328; --soft: #5b636b; --line: #dfe3e8; --back: #fff;
  --tint: #faf6f5; --used: #9c6500; color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--back);
  font: 17px/1.7 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif; }
a { color: var(--brand); text-underline-offset: 3px; }
a:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 12px; top: 12px; background: var(--back); padding: 8px 12px; }
header.top { background: var(--brand); color: #fff; }
header.top a { color: #fff; }
header.top .in, main, footer { max-width: 1080px; margin: 0 auto; padding: 0 20px; }
header.top .in { display: flex; align-items: center; gap: 20px; min-height: 60px; flex-wrap: wrap; }
header.top .name { font-weight: 600; font-size: 20px; text-decoration: none; margin-right: auto; }
header.top nav { display: flex; gap: 18px; }
header.top nav a { padding: 10px 0; }
main { padding-top: 24px; padding-bottom: 48px; }
h1 { font-size: 28px; line-height: 1.35; margin: 8px 0 4px; text-wrap: balance; }
h2 { font-size: 21px; margin: 40px 0 12px; padding-left: 12px;
  border-left: 4px solid var(--brand); }
.lead { color: var(--soft); margin: 0 0 16px; }
.state { display: inline-block; padding: 1px 10px; border-radius: 999px; font-size: 15px;
  background: var(--tint); color: var(--brand); border: 1px solid currentColor;
  white-space: nowrap; }
.state.off { color: var(--soft); }
.cards { display: grid; gap: 16px; padding: 0; list-style: none;
  grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); }
.cards li { border: 1px solid var(--line); border-radius: 14px; padding: 18px 20px; }
.cards h2 { border: 0; padding: 0; margin: 8px 0 4px; font-size: 19px; line-height: 1.45; }
.cards p { margin: 4px 0; color: var(--soft); }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 6px 20px; margin: 16px 0; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 9px 12px; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; }
th { font-weight: 600; background: var(--tint); white-space: nowrap; }
td.n, th.n { text-align: right; white-space: nowrap; }
td.whole { white-space: nowrap; }
summary { cursor: pointer; padding: 12px 0; color: var(--brand); }
tr.sum td, tr.sum th { font-weight: 600; border-top: 2px solid var(--ink); }
.big { display: grid; gap: 12px;
  grid-template-columns: repeat(auto-fit, minmax(min(220px, 45%), 1fr));
  margin: 16px 0; }
.big div { background: var(--tint); border-radius: 12px; padding: 12px 16px; }
.big b { display: block; font-size: 24px; line-height: 1.3; font-variant-numeric: tabular-nums; }
.big span { color: var(--soft); font-size: 15px; }
figure { margin: 12px 0; }
figcaption { color: var(--soft); font-size: 15px; }
svg.chart, svg.map { width: 100%; height: auto; display: block; }
svg.map { max-width: 560px; }
svg text { font-size: 13px; fill: var(--soft); }
svg line { stroke: var(--line); }
svg .issued, .key.issued { fill: var(--brand); background: var(--brand); }
svg .used, .key.used { fill: #d99a2b; background: #d99a2b; }
svg.chart text { font-size: 11px; }
svg.map path { fill: var(--tint); stroke: #c9b8b4; }
svg.map circle { fill: var(--brand); fill-opacity: 0.75; stroke: #fff; }
.key { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin: 0 4px 0 10px; }
.note { color: var(--soft); font-size: 15px; }
.pick { display: flex; flex-wrap: wrap; gap: 8px; padding: 0; list-style: none; }
.pick a { display: inline-block; padding: 8px 16px; border-radius: 999px; text-decoration: none;
  border: 1px solid var(--line); }
.pick a[aria-current] { background: var(--brand); border-color: var(--brand); color: #fff; }
.go { display: inline-block; padding: 12px 22px; border-radius: 12px; text-decoration: none;
  border: 1px solid var(--brand); }
footer { border-top: 1px solid var(--line); color: var(--soft); font-size: 15px; padding-top: 16px;
  padding-bottom: 32px; }
@media (max-width: 600px) {
  body { font-size: 18px; }
  h1 { font-size: 24px; }
  dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dd { margin-bottom: 10px; }
  .scroll { font-size: 15px; }
  th, td { padding: 9px 5px; }
  th, th.n { white-space: normal; word-break: keep-all; }
  svg.chart text { font-size: 26px; }
}
@media print { header.top nav, .skip { display: none; } }
`;
