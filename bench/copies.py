"""The law several times over in one program: copies.py LAW FOLDER COPIES.

Writes copies of the law's definitions, exceptions, parameters, tables, calendars, benefits, contributions and carries
into FOLDER, each under names of its own (`full_rate` becomes `full_rate_copy2`), so that LAW and FOLDER together are
the law COPIES times. What declares data (entities, facts, enumerations, funds, parties) stays where it is; cases are
left out.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

RENAMED = {"define", "param", "table", "calendar", "benefit", "contribution", "carry", "exception"}
ONCE = {"currency", "enum", "fund", "party", "entity", "spells", "dates", "facts", "case", "use"}
KEPT = {"act", "highest", "not"}
# Names in strings, in citations and among the members of an enumeration stay as they are.
WORDS = re.compile(
    r'"[^"]*"|(?:^|  )cite [^\n]*|\bis (?:not )?one of \w+(?:,\s+\w+)*|\bis (?:not )?(?!one of)\w+|[^\W\d]\w*',
    re.MULTILINE,
)


def items_of(text: str) -> list[str]:
    """The items of all blocks: each begins in the first column."""
    items: list[str] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("```"):
            inside = line.startswith("```luat")
        elif inside and line.strip():
            if line[0].isspace():
                items[-1] += "\n" + line
            else:
                items.append(line)
    return items


def renamed(item: str, names: set[str], copy: int) -> str:
    return WORDS.sub(lambda word: f"{word[0]}_copy{copy}" if word[0] in names else word[0], item)


def write_copies(law: Path, folder: Path, copies: int) -> None:
    files = {path: items_of(path.read_text()) for path in sorted(law.rglob("*.md"))}
    names = set()
    for items in files.values():
        for item in items:
            kind, name = item.split(maxsplit=2)[:2]
            if kind not in RENAMED | ONCE | KEPT:
                sys.exit(f"what is “{kind}”? copies.py does not know such items")
            if kind in RENAMED:
                names.add(name)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        old.unlink()
    for copy in range(2, copies + 1):
        for path, items in files.items():
            wanted = [item for item in items if item.split(maxsplit=1)[0] not in ONCE]
            if not wanted:
                continue
            body = "\n\n".join(renamed(item, names, copy) for item in wanted)
            name = f"{path.stem}-copy{copy}"
            (folder / f"{name}.md").write_text(f"# {path.stem}, copy {copy}\n\n```luat\n{body}\n```\n")


if __name__ == "__main__":
    write_copies(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
