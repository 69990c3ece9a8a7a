// How a report looks: light and dark as its reader has it, from 40 columns of a telephone to a wide screen.

const LIGHT =
  "--ink:#1f2430;--dim:#5d6675;--paper:#fff;--soft:#f3f5f8;--line:#c9cfd8;--good:#1a7f42;--bad:#c0302b;--warn:#9a6200;--run:#2b62c4";
const DARK =
  "--ink:#e6e9ef;--dim:#a0a8b5;--paper:#14171d;--soft:#1e232c;--line:#39414e;--good:#4cc177;--bad:#ff7b72;--warn:#e3a93c;--run:#7aa5f5";

export const STYLE = `
:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1100px;padding:1rem;color:var(--ink);background:var(--paper);font:15px/1.5 ui-sans-serif,system-ui,"Segoe UI",Arial,sans-serif}
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.1rem;margin:2rem 0 .5rem}
p{margin:.4rem 0}a{color:inherit}.dim{color:var(--dim)}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem}
.state{font-size:.85rem;font-weight:600;color:var(--dim)}
.succeeded{color:var(--good)}.failed,.lost,.timedOut,.setupFailed{color:var(--bad)}.cancelled{color:var(--warn)}
.failure{border-left:4px solid var(--bad);background:var(--soft);padding:.5rem 1rem;margin:1rem 0}.failure h2{margin:0}
.wide{overflow-x:auto}.wide:focus-visible,a:focus-visible,summary:focus-visible,input:focus-visible{outline:2px solid var(--run);outline-offset:2px}
table{border-collapse:collapse;font-size:.9rem;margin:.5rem 0}
th,td{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
thead th{color:var(--dim);font-weight:500}tbody th{font-weight:500}
.time{width:100%}.time td.number{white-space:nowrap;text-align:right}.time th{white-space:nowrap}.track{width:55%}
.bar{display:block;height:.8rem;min-width:2px;border-radius:2px;background:currentColor;opacity:.55}.bar.critical{opacity:1}
.step{border:1px solid var(--line);border-radius:6px;margin:.4rem 0;content-visibility:auto;contain-intrinsic-size:auto 2.4rem}
.step summary{cursor:pointer;padding:.35rem .7rem}.step .name{font-weight:600}.step>p{padding:0 .7rem}
.step:target{border-color:var(--run)}
pre{margin:0;padding:.6rem .8rem;background:var(--soft);overflow-x:auto;font:13px/1.45 ui-monospace,"SF Mono",Consolas,"DejaVu Sans Mono",monospace;white-space:pre-wrap;overflow-wrap:anywhere;max-height:70vh;overflow-y:auto}
input{font:inherit;color:inherit;background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:.3rem .5rem;width:min(22rem,100%)}
svg text{font-weight:400}
@media print{.step{content-visibility:visible}}
`.replaceAll("\n", "");
