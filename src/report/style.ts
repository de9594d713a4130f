/** The report's look: one column to read, wide figures and tables, light, dark, phone and paper. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --panel: #f4f6f8; --ink: #1b2027; --muted: #5b6470; --grid: #d9dee4;
  --rule: #c4cad2; --liver: #0072b2; --tumour: #d55e00; --plain: #3b8fc2;
  --notice: #fff4e0; --notice-rule: #d55e00; --link: #005a8d;
  --serif: Charter, "Bitstream Charter", "Iowan Old Style", "Palatino Linotype", Palatino, P052, Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif;
  --side: max(0px, min(15rem, (100vw - 48rem) / 2));
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181d; --panel: #1d232a; --ink: #e6e9ed; --muted: #a3adb8; --grid: #333c46;
    --rule: #46515d; --liver: #56b4e9; --tumour: #e69f00; --plain: #3b8fc2;
    --notice: #2d2415; --notice-rule: #e69f00; --link: #7cc4ee;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 var(--serif); }
header, main, footer { max-width: 46rem; margin: 0 auto; padding: 0 1rem; }
.wide { margin-inline: calc(-1 * var(--side)); }
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; background: var(--paper); padding: 0.5rem 1rem; z-index: 9; }
.skip:focus { left: 0.5rem; top: 0.5rem; }
header { padding-top: 3.5rem; }
h1 { font-size: clamp(1.7rem, 5.5vw, 2.5rem); line-height: 1.15; margin: 0 0 0.5rem; text-wrap: balance; letter-spacing: -0.01em; }
h2 { font-size: 1.55rem; line-height: 1.25; margin: 3.5rem 0 0.75rem; padding-top: 1rem; border-top: 1px solid var(--rule); text-wrap: balance; }
h3 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
h4 { font: 600 0.8rem/1.4 var(--sans); color: var(--muted); margin: 1.25rem 0 0.35rem; }
p { margin: 0 0 0.9rem; text-wrap: pretty; }
.meta, .note, caption, figcaption, nav, footer, small { font-family: var(--sans); }
.meta, .note { color: var(--muted); font-size: 0.85rem; overflow-wrap: anywhere; }
.meta p { margin: 0; }
.notice { margin: 1.5rem 0; padding: 0.9rem 1.1rem; background: var(--notice); border-left: 5px solid var(--notice-rule); border-radius: 0 4px 4px 0; }
.notice p { margin: 0; font-size: 1rem; }
.notice strong { font-family: var(--sans); display: block; margin-bottom: 0.15rem; }
nav { font-size: 0.9rem; margin: 1.5rem 0 0; }
nav ol { list-style: none; display: flex; flex-wrap: wrap; gap: 0.35rem 1.1rem; margin: 0; padding: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(8.8rem, 100%), 1fr)); gap: 0.6rem; margin: 1.25rem 0 1.5rem; font-family: var(--sans); }
.tiles div { display: flex; flex-direction: column-reverse; justify-content: flex-end; background: var(--panel); border-radius: 6px; padding: 0.7rem 0.8rem 0.75rem; }
.tiles dt { font-size: 0.78rem; line-height: 1.3; color: var(--muted); }
.tiles dd { margin: 0; font-size: 1.35rem; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
.scroll { overflow: auto; max-height: 44rem; margin: 1rem 0; border: 1px solid var(--rule); border-radius: 6px; }
.scroll.plain { border: 0; border-radius: 0; max-height: none; margin: 0.5rem 0 0; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font: 0.82rem/1.4 var(--sans); font-variant-numeric: tabular-nums lining-nums; }
caption { text-align: left; padding: 0.6rem 0.7rem; color: var(--muted); font-size: 0.8rem; position: sticky; left: 0; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { padding: 0.42rem 0.6rem; text-align: left; vertical-align: top; border-top: 1px solid var(--grid); }
thead th { position: sticky; top: 0; background: var(--panel); vertical-align: bottom; font-weight: 600; line-height: 1.25; z-index: 1; border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); min-width: 4.2rem; }
tbody tr:first-child > * { border-top: 0; }
tbody th { position: sticky; left: 0; background: var(--paper); font-weight: 600; min-width: 5.5rem; max-width: 13rem; overflow-wrap: break-word; }
thead th:first-child { left: 0; z-index: 2; }
tfoot th, tfoot td { border-top: 1px solid var(--rule); background: var(--panel); font-weight: 600; }
tfoot small { font-weight: 400; color: var(--muted); white-space: nowrap; }
.number { text-align: right; }
td.number { white-space: nowrap; }
td { overflow-wrap: break-word; }
.path { color: var(--muted); }
.long { min-width: 10rem; overflow-wrap: anywhere; }
.wide .long:last-child { min-width: 20rem; }
.short { white-space: nowrap; }
.problem { color: var(--tumour); font-weight: 600; }
.verbatim { display: block; color: var(--muted); overflow-wrap: anywhere; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.85em; }
pre { background: var(--panel); padding: 0.75rem 1rem; border-radius: 6px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.5; margin: 0; }
figure { margin: 2rem 0; }
figcaption { font-size: 0.85rem; line-height: 1.45; color: var(--muted); }
figcaption strong { color: var(--ink); }
figure.drawing.wide figcaption { max-width: 44rem; margin-inline: auto; }
.drawing svg { display: block; max-width: 100%; height: auto; min-width: 33rem; font-family: var(--sans); font-variant-numeric: tabular-nums; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0 2rem; }
.panels figure { margin: 1rem 0; display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.panels svg { min-width: 20rem; }
.panels .scroll { margin: 0 0 0.4rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; padding: 0; margin: 0.5rem 0; font: 0.85rem var(--sans); }
.legend i { display: inline-block; width: 0.85em; height: 0.85em; border-radius: 2px; margin-right: 0.45em; vertical-align: -0.05em; border: 1px solid var(--rule); }
.pictures { margin: 1.4rem 0; break-inside: avoid; }
.strip { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 0.5rem; margin-top: 0.4rem; }
.strip.across2 { grid-template-columns: repeat(2, minmax(0, 1fr)); }
.strip.across3 { grid-template-columns: repeat(3, minmax(0, 1fr)); }
.strip.across4 { grid-template-columns: repeat(4, minmax(0, 1fr)); }
.strip img { display: block; width: 100%; height: auto; background: #000000; border-radius: 3px; }
.strip span { display: block; font: 0.75rem/1.35 var(--sans); color: var(--muted); padding-top: 0.25rem; }
.links { columns: 14rem auto; padding: 0; margin: 0.5rem 0 1rem; list-style: none; font: 0.9rem/1.7 var(--sans); overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.15rem 1rem; font: 0.85rem/1.5 var(--sans); margin: 0.5rem 0 1rem; }
.facts dt { color: var(--muted); max-width: 18rem; overflow-wrap: anywhere; }
.facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
details { font-family: var(--sans); font-size: 0.9rem; margin: 1rem 0; }
summary { cursor: pointer; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: 0 2rem; }
footer { margin-top: 4rem; padding-top: 1rem; padding-bottom: 3rem; font-size: 0.8rem; color: var(--muted); }
@media (max-width: 40rem) {
  body { font-size: 1rem; }
  header { padding-top: 1.75rem; }
  .strip, .strip.across3, .strip.across4 { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .facts dd { margin-bottom: 0.35rem; }
  tbody th { min-width: 5rem; max-width: 7rem; }
}
@media print {
  :root {
    color-scheme: light; --side: 0px;
    --paper: #ffffff; --panel: #f4f6f8; --ink: #000000; --muted: #444b55; --grid: #d9dee4;
    --rule: #c4cad2; --liver: #0072b2; --tumour: #d55e00; --plain: #3b8fc2; --notice: #fff4e0; --notice-rule: #d55e00;
  }
  @page { margin: 15mm 14mm 18mm; }
  @page table { size: landscape; margin: 12mm; }
  #catalogue { page: table; }
  body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  header, main, footer { max-width: none; padding-inline: 0; }
  header { padding-top: 0; }
  footer { margin-top: 1rem; padding-bottom: 0; }
  nav, .skip { display: none; }
  h2 { margin-top: 1.6rem; }
  h2, h3, h4 { break-after: avoid; }
  .scroll { overflow: visible; max-height: none; border: 0; }
  table { font-size: 6.8pt; }
  th, td { padding: 2pt 3pt; }
  thead th { min-width: 0; }
  thead th, tbody th, caption { position: static; }
  .tiles dd { font-size: 0.95rem; }
  thead { display: table-header-group; }
  tfoot { display: table-row-group; }
  tr, figure, .notice, .tiles { break-inside: avoid; }
  .long { overflow-wrap: break-word; min-width: 16mm; }
  .wide .long:last-child { min-width: 45mm; }
  tbody th { min-width: 0; }
  .drawing svg { min-width: 0; max-height: 230mm; }
  .panels { grid-template-columns: repeat(2, 1fr); }
  .panels svg { min-width: 0; }
}
`;
