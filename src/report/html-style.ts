/** The page's style sheet: system fonts, both colour schemes, print. Colours are never the only sign of a meaning. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --text: #1c2128; --quiet: #57606a; --line: #d5dae1; --soft: #eef1f4; --link: #0a58ca;
  --likely_regression: #b42318; --needs_human: #9a5b00; --environment: #6b4fbb; --proposed: #0b6bcb;
  --flaky: #856404; --healed: #177245; --skipped: #5d6671;
  --add: #dcf5e3; --add-text: #0d5127; --remove: #fde4e1; --remove-text: #86180f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1318; --card: #181d24; --text: #e6e9ee; --quiet: #a3acb8; --line: #323a45; --soft: #222932; --link: #79b8ff;
    --likely_regression: #ff8a7d; --needs_human: #f0b35e; --environment: #bda5ff; --proposed: #79b8ff;
    --flaky: #e2c25b; --healed: #5fd08d; --skipped: #a3acb8;
    --add: #12351f; --add-text: #a5e8bd; --remove: #431a17; --remove-text: #ffc0b8;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 72rem; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .75rem; }
h2 { font-size: 1.05rem; margin: 0; }
h3 { font-size: .8rem; letter-spacing: .03em; margin: 1.25rem 0 .4rem; color: var(--quiet); text-transform: uppercase; }
h4 { font-size: .9rem; margin: 0 0 .25rem; }
p { margin: .4rem 0; }
ul { margin: .25rem 0; padding-left: 1.2rem; }
li { margin: .2rem 0; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .4rem .8rem; z-index: 2; }
.name { color: var(--quiet); margin: 0; font-weight: 600; }
.share { display: block; width: 100%; height: 10px; border-radius: 5px; margin: 0 0 1rem; }
.facts { display: flex; flex-wrap: wrap; gap: .4rem 2rem; margin: 0 0 1rem; }
.facts dt { color: var(--quiet); font-size: .8rem; }
.facts dd { margin: 0; }
.alert, .problems { border: 1px solid var(--needs_human); border-left-width: 5px; border-radius: 8px; padding: .6rem 1rem; background: var(--card); margin: .75rem 0; }
.problems h2 { font-size: .95rem; }
.problems em { font-style: normal; color: var(--quiet); }
.filter { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: .6rem 0; background: var(--page); border-bottom: 1px solid var(--line); margin-bottom: 1rem; }
.filter .of { color: var(--quiet); font-size: .9rem; }
.filter fieldset { display: flex; align-items: center; flex-wrap: wrap; gap: .4rem; border: 0; padding: 0; margin: 0; }
.chip { display: inline-flex; gap: .35rem; align-items: center; border: 1px solid var(--line); border-radius: 99px; padding: .2rem .7rem; background: var(--card); cursor: pointer; font-size: .9rem; }
.chip span, .chip b { color: var(--status); }
.chip:has(input:not(:checked)) { opacity: .65; background: transparent; }
.chip input { margin: 0; accent-color: var(--status); }
.search { flex: 1 1 12rem; }
.search input { width: 100%; }
input[type=search], button { font: inherit; font-size: .9rem; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .3rem .7rem; }
button { cursor: pointer; }
.s-likely_regression { --status: var(--likely_regression); } .s-needs_human { --status: var(--needs_human); }
.s-environment { --status: var(--environment); } .s-proposed { --status: var(--proposed); }
.s-flaky { --status: var(--flaky); } .s-healed { --status: var(--healed); } .s-skipped { --status: var(--skipped); }
.share rect { fill: var(--status); }
.card { background: var(--card); border: 1px solid var(--line); border-left: 5px solid var(--status); border-radius: 8px; margin: 0 0 .75rem; scroll-margin-top: 7rem; }
.card > details > summary { list-style: none; cursor: pointer; display: grid; grid-template-columns: 10.5rem minmax(0, 1fr) auto 1rem; gap: .1rem 1rem; align-items: center; padding: .7rem 1rem; }
.card > details > summary::-webkit-details-marker { display: none; }
.card > details > summary::after { content: "▸"; color: var(--quiet); grid-column: 4; grid-row: 1 / span 2; text-align: center; }
.card > details[open] > summary::after { content: "▾"; }
.card > details > summary:hover { background: var(--soft); border-radius: 8px; }
.badge { color: var(--status); font-weight: 600; font-size: .9rem; grid-row: 1 / span 2; }
summary h2 { font-size: 1rem; font-weight: 500; grid-column: 2; }
.sub { color: var(--quiet); font-size: .9rem; grid-column: 2; }
.score { grid-column: 3; grid-row: 1 / span 2; text-align: right; }
.score .what { display: block; color: var(--quiet); font-size: .75rem; }
code { background: var(--soft); border-radius: 4px; padding: .1em .3em; }
pre code { background: none; padding: 0; }
code.old del, code.new ins { text-decoration: none; border-radius: 3px; }
code.old del { background: var(--remove); color: var(--remove-text); }
code.new ins { background: var(--add); color: var(--add-text); }
.arrow { color: var(--quiet); }
.body { padding: 0 1rem 1rem; border-top: 1px solid var(--line); }
.reason { font-weight: 600; margin-top: .8rem; }
.columns { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 2rem; }
.card dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; }
.note, .kind { color: var(--quiet); font-size: .85rem; }
.kind { white-space: nowrap; }
.reasons > div + div { margin-top: .6rem; }
ul.for, ul.against { list-style: none; padding-left: 1.4rem; }
ul.for li::before, ul.against li::before { display: inline-block; width: 1.4rem; margin-left: -1.4rem; font-weight: 700; }
ul.for li::before { content: "+"; color: var(--healed); }
ul.against li::before { content: "−"; color: var(--likely_regression); }
.probability { display: inline-flex; gap: .5rem; align-items: center; font-variant-numeric: tabular-nums; }
.bar { width: 6rem; height: 8px; flex: none; }
.bar .track { fill: var(--line); } .bar.good .fill { fill: var(--healed); } .bar.bad .fill { fill: var(--likely_regression); }
.bar.time { width: 100%; } .bar.time .fill { fill: var(--proposed); } .bar .mark { fill: var(--text); }
pre { background: var(--soft); border-radius: 8px; padding: .6rem .8rem; margin: .3rem 0; overflow: auto; max-height: 32rem; white-space: pre; overflow-wrap: normal; }
.message pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.message summary, .inner summary { cursor: pointer; color: var(--quiet); margin-top: .4rem; }
.diff { padding: .4rem 0; }
.diff code { display: block; min-width: max-content; }
.diff span { display: block; padding: 0 .8rem; min-height: 1.5em; }
.diff .add { background: var(--add); color: var(--add-text); } .diff .remove { background: var(--remove); color: var(--remove-text); }
.diff .hunk, .diff .file { color: var(--quiet); }
.run { display: inline-block; border: 1px solid var(--line); border-radius: 99px; padding: 0 .6rem; margin: 0 .3rem .2rem 0; font-size: .85rem; }
.run.failed { border-color: var(--likely_regression); color: var(--likely_regression); }
.pictures { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; flex: 1 1 20rem; max-width: 34rem; }
figure img { max-width: 100%; border: 1px solid var(--line); border-radius: 6px; background: #fff; display: block; }
figcaption { color: var(--quiet); font-size: .85rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; } thead th { color: var(--quiet); font-size: .8rem; }
tr.silent th, tr.silent td { color: var(--quiet); font-weight: 400; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
footer { margin-top: 2.5rem; display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 2rem; color: var(--quiet); font-size: .9rem; }
footer h2 { margin-bottom: .5rem; }
footer dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1rem; margin: 0; }
footer dt { font-weight: 600; }
.timings th { width: 6rem; } .timings td:nth-child(2) { vertical-align: middle; }
@media (max-width: 44rem) {
  .filter { position: static; }
  .columns, footer { grid-template-columns: minmax(0, 1fr); }
  .card > details > summary { grid-template-columns: minmax(0, 1fr) auto 1rem; }
  .badge { grid-column: 1; grid-row: 1; white-space: nowrap; } summary h2, .sub { grid-column: 1 / span 2; }
  .score { grid-column: 2; grid-row: 1; } .score .bar { display: none; } .card > details > summary::after { grid-column: 3; grid-row: 1; }
}
@media print { .filter, .skip { display: none !important; } .card { break-inside: avoid; } body { max-width: none; } }
`
