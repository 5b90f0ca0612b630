// The style and the search script of the site. Colours keep a contrast of at least 4.5:1 on both
// grounds.

#include "cli/site.h"

namespace ansinh::cli {

const char* const kSiteStyle = R"css(
:root{--ground:#fff;--raised:#f5f6f8;--ink:#1b1f24;--soft:#545d68;--line:#d4d8de;--link:#0b5cad;--mark:#0b5cad;
--good:#116329;--bad:#b3261e;--warn:#7a4d00;--warn-ground:#fff6e0;--key:#7a2a8a;--number:#0a5d66;--string:#7d4a12}
@media (prefers-color-scheme:dark){:root{--ground:#14171b;--raised:#1d2127;--ink:#e6e9ed;--soft:#a9b2bd;--line:#3a414b;
--link:#84b8f5;--mark:#84b8f5;--good:#6fd08c;--bad:#ff9d94;--warn:#f0c674;--warn-ground:#2b2415;--key:#d9a3e6;--number:#7fd4dc;--string:#e0b483}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.6 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,button:focus-visible,input:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--ground);padding:.5rem;z-index:2}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.top{border-bottom:1px solid var(--line);background:var(--raised)}
.bar,.top nav,main,footer{max-width:60rem;margin:0 auto;padding:0 1rem}
.bar{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;padding-top:.6rem}
.home{font-weight:700;font-size:1.15rem;text-decoration:none;color:var(--ink);padding:.4rem 0}
.switch{padding:.55rem 0;margin-left:auto}
.bar form{display:flex;gap:.4rem;flex:1 1 14rem;order:3}
@media (min-width:40rem){.bar form{order:1}.switch{order:2;margin-left:0}}
.bar input{flex:1;min-width:0;font:inherit;padding:.5rem .6rem;border:1px solid var(--soft);border-radius:.35rem;background:var(--ground);color:var(--ink);min-height:2.75rem}
.bar button,.button{font:inherit;padding:.5rem .9rem;border:1px solid var(--link);border-radius:.35rem;background:var(--link);color:var(--ground);text-decoration:none;display:inline-block;min-height:2.75rem}
.top nav ul{list-style:none;display:flex;gap:.1rem .9rem;margin:.3rem 0 0;padding:0;flex-wrap:wrap}
.top nav a{display:block;padding:.5rem .1rem;text-decoration:none;border-bottom:3px solid transparent}
.top nav a[aria-current]{border-color:var(--mark);font-weight:600}
main{padding-top:1.2rem;padding-bottom:3rem;outline:none}
main.front{text-align:center;padding-top:20vh}
h1{font-size:1.65rem;line-height:1.25;margin:.4rem 0;text-wrap:balance}
h2{font-size:1.3rem;line-height:1.3;margin:2.2rem 0 .5rem}
h3{font-size:1.1rem;margin:1.6rem 0 .4rem}
.other{color:var(--soft);margin:-.3rem 0 .6rem}
html[lang=vi] .law>p[lang=en],html[lang=en] .law>p[lang=vi]{color:var(--soft)}
.subtitle,.lead{color:var(--soft);font-size:1.08rem;margin:.2rem 0 1rem}
.law>p,.law>ul,.law>ol{max-width:44rem}
.item{border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem;margin:1rem 0;scroll-margin-top:1rem;background:var(--ground)}
.item:target{border-color:var(--mark);box-shadow:0 0 0 2px var(--mark)}
.kind{margin:0;color:var(--soft);font-size:.875rem}
.label{margin:.1rem 0 .4rem;font-weight:600;font-size:1.05rem}
.rule{margin:.3rem 0}ul.rule{padding-left:1.2rem}.rule li{margin:.25rem 0}
.cite{color:var(--soft);font-size:.875rem}
.force{margin:.2rem 0;font-size:.9rem;color:var(--soft)}
.unverified{color:var(--warn);background:var(--warn-ground);padding:.15rem .45rem;border-radius:.25rem;font-size:.875rem;margin:.3rem 0}
.pass{color:var(--good);font-weight:600;white-space:nowrap}.fail{color:var(--bad);font-weight:600;white-space:nowrap}
.faults{color:var(--bad);margin:.3rem 0}
summary{cursor:pointer;padding:.45rem 0}summary h2,summary h3{display:inline;font-size:1.05rem}
details.text{border-top:1px solid var(--line);margin-top:.5rem}details.text summary{color:var(--soft);font-size:.875rem}
.law>details.text{border:1px solid var(--line);border-radius:.5rem;padding:0 .9rem;margin:1rem 0}
.scroll{overflow-x:auto;margin:.4rem 0}
pre{margin:0;font:.85rem/1.55 ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}
code{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.9em}
.k{color:var(--key)}.n{color:var(--number)}.s{color:var(--string)}
table{border-collapse:collapse;width:100%;font-size:.95rem}
th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600}.num{text-align:right;font-variant-numeric:tabular-nums}
td.num{white-space:nowrap}
.chart{width:100%;height:auto;max-height:14rem;margin:.4rem 0}.chart .step{fill:none;stroke:var(--mark);stroke-width:2.5}
.chart .axis{stroke:var(--line)}.chart text{fill:var(--soft);font-size:13px}.chart .end{text-anchor:end}
.numbers,.cards{list-style:none;padding:0;display:grid;gap:.6rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr))}
.numbers{grid-template-columns:repeat(auto-fill,minmax(9rem,1fr))}.numbers li{background:var(--raised);border-radius:.5rem;padding:.7rem .9rem}.numbers b{display:block;font-size:1.5rem}
.cards li{border:1px solid var(--line);border-radius:.5rem;padding:.6rem .9rem}
.cards a{font-weight:600;display:inline-block;padding:.15rem 0}.cards .cite{display:block}
dt{font-weight:600;margin-top:.6rem}dd{margin:0}dd ul{margin:.2rem 0}
footer{border-top:1px solid var(--line);color:var(--soft);font-size:.875rem;padding-top:.6rem;padding-bottom:2rem}
@media print{.top,.skip,footer{display:none}.item{break-inside:avoid}}
)css";

const char* const kSiteScript = R"js(
(function () {
  'use strict';
  function fold(text) {
    return text.toLowerCase().normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/g, 'd');
  }
  var vietnamese = document.documentElement.lang === 'vi';
  var query = new URLSearchParams(location.search).get('q') || '';
  var input = document.getElementById('q');
  var list = document.getElementById('results');
  var count = document.getElementById('count');
  input.value = query;
  function score(entry, words, whole) {
    var title = fold(entry.t), total = 0;
    for (var i = 0; i < words.length; i++) {
      if (title.indexOf(words[i]) >= 0) total += 10;
      else if (entry.x.indexOf(words[i]) >= 0) total += 1;
      else return 0;
    }
    if (title === whole) total += 100;
    if (title.indexOf(whole) === 0) total += 20;
    return total;
  }
  function show() {
    var whole = fold(input.value.trim()), words = whole.split(/\s+/).filter(Boolean);
    list.textContent = '';
    if (!words.length) { count.textContent = ''; return; }
    var found = [];
    window.searchIndex.forEach(function (entry, order) {
      var points = score(entry, words, whole);
      if (points) found.push({ entry: entry, points: points, order: order });
    });
    found.sort(function (a, b) { return b.points - a.points || a.order - b.order; });
    count.textContent = found.length + (vietnamese ? ' kết quả' : found.length === 1 ? ' result' : ' results');
    found.slice(0, 60).forEach(function (hit) {
      var item = document.createElement('li'), link = document.createElement('a'), kind = document.createElement('span');
      link.href = hit.entry.u;
      link.textContent = hit.entry.t;
      kind.className = 'cite';
      kind.textContent = hit.entry.k;
      item.append(link, kind);
      list.append(item);
    });
  }
  input.addEventListener('input', show);
  show();
})();
)js";

}  // namespace ansinh::cli
