#!/usr/bin/env python3
"""A room includes only itself and the rooms it stands on (docs: design, "The house").

Run from anywhere; prints each include that reaches up and fails if there is one.
"""
import pathlib
import re
import sys

ORDER = ["base", "law", "facts", "engine", "card", "store", "agency", "lab", "http", "cli"]  # from the bottom up
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)

root = pathlib.Path(__file__).resolve().parent.parent / "src"


def faults(room: str, path: pathlib.Path):
    allowed = ORDER[: ORDER.index(room) + 1]
    for quote, name in INCLUDE.findall(path.read_text(encoding="utf-8")):
        target = name.split("/")[0]
        if quote == "<":
            if "/" in name and target in ORDER:
                yield f"<{name}>: our own headers are included with quotes"
        elif target not in ORDER or not (root / name).is_file():
            yield f'"{name}" is not a "room/file.h" under src/'
        elif target not in allowed:
            yield f'"{name}": {room} stands below {target} and must not reach up'


def main() -> int:
    found = []
    for folder in sorted(p for p in root.iterdir() if p.is_dir()):
        if folder.name not in ORDER:
            found.append(f"src/{folder.name}: an unknown room; give it its place in {__file__}")
            continue
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".h", ".cc"):
                found += [f"{path.relative_to(root.parent)}: {f}" for f in faults(folder.name, path)]
    print("\n".join(found) if found else "every room stands only on rooms below it")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
