// The look of a report, and the switch of its language. Contrast is at least 4.5:1 on both grounds;
// tiles of the map carry their own ground and ink.

#include "lab/report.h"

namespace ansinh::lab {

const char* const kReportStyle = R"css(
:root{color-scheme:light dark;--ground:#fff;--raised:#f5f6f8;--ink:#1b1f24;--soft:#545d68;--line:#d4d8de;--link:#0b5cad;--before:#8a94a1;--after:#0b5cad;
--good:#116329;--bad:#b3261e;--warn:#7a4d00;--warn-ground:#fff6e0}
@media (prefers-color-scheme:dark){:root{--ground:#14171b;--raised:#1d2127;--ink:#e6e9ed;--soft:#a9b2bd;--line:#3a414b;
--link:#84b8f5;--before:#7c8794;--after:#84b8f5;--good:#6fd08c;--bad:#ff9d94;--warn:#f0c674;--warn-ground:#2b2415}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
html[lang=vi] [data-lang=en],html[lang=en] [data-lang=vi]{display:none}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.6 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,button:focus-visible,.scroll:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--ground);padding:.5rem;z-index:2}
header{border-bottom:1px solid var(--line);background:var(--raised)}
.bar,main,footer{max-width:60rem;margin:0 auto;padding:0 1rem}
.bar{display:flex;justify-content:space-between;align-items:center;gap:1rem;padding-top:.5rem;padding-bottom:.5rem}
.home{font-weight:700;font-size:1.15rem}
button{font:inherit;padding:.5rem .9rem;border:1px solid var(--soft);border-radius:.35rem;background:var(--ground);color:var(--ink);min-height:2.75rem;cursor:pointer}
main{padding-top:1rem;padding-bottom:3rem}
h1{font-size:1.65rem;line-height:1.25;margin:.4rem 0;text-wrap:balance}
h2{font-size:1.3rem;line-height:1.3;margin:2.2rem 0 .4rem}
h3{font-size:1.05rem;margin:1.4rem 0 .3rem}
p{max-width:46rem;margin:.4rem 0}
.lead,.small{color:var(--soft)}.small{font-size:.9rem}
.loud{border-left:.4rem solid var(--warn);background:var(--warn-ground);color:var(--warn);padding:.6rem .9rem;margin:.8rem 0;font-weight:600;border-radius:.25rem}
.numbers{list-style:none;padding:0;margin:1rem 0;display:grid;gap:.6rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,10.25rem),1fr))}
.numbers li{background:var(--raised);border-radius:.5rem;padding:.7rem .9rem}
.numbers b{display:block;font-size:1.2rem;line-height:1.3;font-variant-numeric:tabular-nums}
.numbers span{color:var(--soft);font-size:.9rem}
.scroll{overflow-x:auto;margin:.5rem 0}
table{border-collapse:collapse;width:100%;font-size:.95rem}
th,td{text-align:right;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:middle;font-variant-numeric:tabular-nums;white-space:nowrap}
th{font-weight:600}thead th{vertical-align:bottom;white-space:normal;color:var(--soft);font-size:.875rem}
.left{text-align:left;white-space:normal;min-width:7rem}
tbody th{font-weight:400}
.drawn{width:30%;min-width:6rem;padding-left:.2rem}
.drawn svg{display:block;width:100%;height:1.1rem}
@media (max-width:36rem){table{font-size:.875rem}th,td{padding:.35rem .35rem}.left{min-width:5.2rem}.drawn{min-width:3.5rem}}
.mark-before{fill:var(--before)}.mark-after{fill:var(--after)}.mark-loss{fill:var(--bad)}
.key{display:inline-block;width:.8rem;height:.8rem;border-radius:.15rem;vertical-align:-.05rem;margin-right:.35rem}
.key-before{background:var(--before)}.key-after{background:var(--after)}
.up{color:var(--good)}.down{color:var(--bad)}
.place{display:grid;gap:1.2rem;grid-template-columns:1fr}
@media (min-width:50rem){.place{grid-template-columns:minmax(18rem,24rem) 1fr;align-items:start}}
.map{width:100%;max-width:24rem;height:auto;display:block}
.map text{font:600 14px system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;text-anchor:middle}
.map rect{stroke:var(--line)}
.legend{list-style:none;padding:0;margin:.5rem 0;display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.9rem}
.legend .key{border:1px solid var(--line)}
code{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.9em;overflow-wrap:anywhere}
footer{border-top:1px solid var(--line);color:var(--soft);font-size:.875rem;padding-top:.6rem;padding-bottom:2rem}
@media print{button,.skip{display:none}table{break-inside:auto}tr{break-inside:avoid}}
)css";

const char* const kReportScript = R"js(
(function () {
  'use strict';
  var root = document.documentElement;
  document.querySelectorAll('button[data-to]').forEach(function (button) {
    button.addEventListener('click', function () {
      root.lang = button.getAttribute('data-to');
      document.title = document.querySelector('main[data-lang=' + root.lang + '] h1').textContent + ' – An Sinh';
      document.querySelector('button[data-lang=' + root.lang + ']').focus();
    });
  });
})();
)js";

}  // namespace ansinh::lab
