"""Explanations as HTML for a notebook: no script, no network, both languages, folded by hand.

The words are those of `Decision.explain`: its lines, indented by what rests on what, become nested
lists in which a line with others below it can be opened (``<details>``).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ._values import Language

_PAINT = re.compile(r"\x1b\[([0-9;]*)m")
_CLASSES = {"1;32": "good", "1;31": "bad", "1;33": "open", "2": "faint", "1": "strong"}

# Contrast of at least 4.5:1 on white and on the dark grounds of notebooks.
STYLE = """<style>
.ansinh{color-scheme:light dark;max-width:70rem;line-height:1.5;font-size:.95em}
.ansinh ul{list-style:none;margin:0;padding:0 0 0 1.1rem}
.ansinh>section>ul,.ansinh>details>ul{padding:0}
.ansinh li{margin:.1rem 0;padding:0}
.ansinh summary{cursor:pointer}
.ansinh summary:focus-visible{outline:2px solid currentColor;outline-offset:2px}
.ansinh li>span{padding-left:1rem;display:inline-block}
.ansinh .strong{font-weight:600}
.ansinh .good,.ansinh .bad,.ansinh .open{font-weight:600;border-radius:.25em;padding:0 .35em}
.ansinh .good{background:#116329;color:#fff}
.ansinh .bad{background:#8c1d18;color:#fff}
.ansinh .open{background:#6b4300;color:#fff}
.ansinh li>span>.open{background:none;color:inherit;font-weight:400;font-style:italic;padding:0}
.ansinh .faint{opacity:.85}
.ansinh .head{font-weight:600;margin:.3rem 0}
.ansinh table{border-collapse:collapse;margin:.4rem 0}
.ansinh th,.ansinh td{padding:.15rem .6rem;text-align:right;border-bottom:1px solid currentColor}
.ansinh th:first-child,.ansinh td:first-child{text-align:left}
.ansinh code{font-size:.9em;overflow-wrap:anywhere}
</style>"""


@dataclass
class _Line:
    words: str
    children: list[_Line] = field(default_factory=list)


def _tree(text: str) -> list[_Line]:
    roots: list[_Line] = []
    path: list[tuple[int, _Line]] = []
    for raw in text.rstrip("\n").split("\n"):
        words = raw.lstrip(" ")
        depth = len(raw) - len(words)
        line = _Line(words)
        while path and path[-1][0] >= depth:
            path.pop()
        (path[-1][1].children if path else roots).append(line)
        path.append((depth, line))
    return roots


def _words(painted: str) -> str:
    out, at, is_open = "", 0, False
    for mark in _PAINT.finditer(painted):
        out += html.escape(painted[at : mark.start()])
        at = mark.end()
        if is_open:
            out, is_open = out + "</span>", False
        if mark[1] in _CLASSES:
            out, is_open = out + f'<span class="{_CLASSES[mark[1]]}">', True
    return out + html.escape(painted[at:]) + ("</span>" if is_open else "")


def _items(lines: Sequence[_Line], open_if: str) -> Iterator[str]:
    for line in lines:
        words = _words(line.words)
        if not line.children:
            yield f"<li><span>{words}</span></li>"
            continue
        state = " open" if open_if and open_if in line.words else ""
        inner = "".join(_items(line.children, ""))
        yield f"<li><details{state}><summary>{words}</summary><ul>{inner}</ul></details></li>"


def explanation(painted: str) -> str:
    """A list of what `Decision.explain` says; what is granted stands open."""
    return f"<ul>{''.join(_items(_tree(painted), chr(27) + '[1;32m'))}</ul>"


def both_languages(bodies: dict[Language, str], heads: dict[Language, str], first: Language) -> str:
    """The first language open, the other folded below it."""
    names: dict[Language, str] = {"vi": "Tiếng Việt", "en": "English"}
    other: Language = "en" if first == "vi" else "vi"
    return (
        f'<div class="ansinh">{STYLE}'
        f'<section lang="{first}" aria-label="{names[first]}">'
        f'<p class="head">{heads[first]}</p>{bodies[first]}</section>'
        f'<details lang="{other}"><summary>{names[other]}</summary>'
        f'<p class="head">{heads[other]}</p>{bodies[other]}</details></div>'
    )


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], shown: int) -> str:
    """The first rows of a table."""
    head = "".join(f'<th scope="col">{html.escape(column)}</th>' for column in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell(value))}</td>" for value in row) + "</tr>"
        for row in rows[:shown]
    )
    more = f"<p>… {len(rows) - shown:,} more rows</p>" if len(rows) > shown else ""
    return (
        f'<div class="ansinh">{STYLE}<table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>{more}</div>"
    )


def cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
