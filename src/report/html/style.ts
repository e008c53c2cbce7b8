/** Two colours that are told apart by people who see few, on light and on dark paper. */
export const style = `
:root {
  color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif;
  --paper: #fff; --ink: #1c2024; --quiet: #5f6770; --line: #d9dde2; --soft: #f3f5f7; --blue: #1f6fd1; --orange: #c75300; --green: #18794e; --red: #c62a2f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #131619; --ink: #e8eaed; --quiet: #a0a8b1; --line: #353b42; --soft: #1d2226; --blue: #6cb0ff; --orange: #ff9b4a; --green: #4cc38a; --red: #ff8589;
  }
}
body { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink); overflow-wrap: anywhere }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line) }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem }
p { margin: .25rem 0 .75rem; max-width: 48rem }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .75rem 0; font-size: .9rem }
a { color: var(--blue) }
.quiet, .small { color: var(--quiet) }
.small { font-size: .8rem; line-height: 1.35 }
.good { color: var(--green) } .bad { color: var(--red) }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .6rem; margin: 1rem 0 }
.figure { background: var(--soft); border-radius: .5rem; padding: .6rem .7rem }
.figure .name { font-size: .85rem }
.figure .value { font-size: 1.4rem; line-height: 1.3; font-variant-numeric: tabular-nums }
.figure.first { outline: 2px solid var(--blue) }
ul.notes { margin: 1rem 0; padding: .6rem .7rem .6rem 1.75rem; max-width: 48rem; border-left: 3px solid var(--orange); background: var(--soft) }
.scroll { overflow-x: auto; margin: .5rem 0 }
table { border-collapse: collapse; font-size: .9rem; overflow-wrap: normal }
th, td { text-align: left; padding: .2rem .75rem .2rem 0; border-bottom: 1px solid var(--line) }
th { font-weight: 600; white-space: nowrap; vertical-align: bottom }
td:first-child { min-width: 8rem; max-width: 24rem; overflow-wrap: anywhere }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem }
figure { margin: 0 }
figcaption { font-size: .85rem; color: var(--quiet) }
svg { font: 12px system-ui, sans-serif; font-variant-numeric: tabular-nums; fill: var(--ink) }
svg.chart { display: block; width: 100%; height: auto }
svg.matrix { display: block; max-width: none }
.tick { fill: var(--quiet) }
.grid { stroke: var(--line) }
.line { fill: none; stroke-width: 2; stroke-linejoin: round }
.train { stroke: var(--blue) } .validation { stroke: var(--orange) }
.train text, .validation text { stroke: none }
.dot { stroke: var(--paper); stroke-width: 1.5 }
.train.dot { fill: var(--blue) } .validation.dot { fill: var(--orange) }
.best { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 3 3 }
.strong { font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 4; stroke-linejoin: round }
.empty { fill: var(--soft) }
rect.right { fill: var(--blue) } rect.wrong { fill: var(--orange) }
.key { display: inline-block; margin-left: .75em }
.key::before { content: ''; display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: .2em; opacity: .65 }
.key.right::before { background: var(--blue) } .key.wrong::before { background: var(--orange) }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1rem .75rem; padding: 0; list-style: none; font-size: .9rem; line-height: 1.35 }
.gallery img, .faceless { width: 100%; height: 9rem; border-radius: .25rem; background: var(--soft); object-fit: contain }
.faceless { display: grid; place-items: center; color: var(--quiet); font-size: .8rem }
.arrow { color: var(--quiet) } .to { color: var(--orange) }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .5rem 1.5rem; margin: .5rem 0; font-size: .9rem }
dt { color: var(--quiet); font-size: .8rem } dd { margin: 0 }
summary { cursor: pointer; padding: .5rem 0 }
@media (max-width: 40rem) { .bar { display: none } th, td { padding-right: .5rem } }
@media print { .figure, li { break-inside: avoid } }
`;
