#!/usr/bin/env python3
"""Every relative link in the README and docs/ leads to a file of the tree. Prints those that do not."""
import pathlib
import re
import sys

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")

root = pathlib.Path(__file__).resolve().parent.parent


def main() -> int:
    pages = [root / "README.md", root / "CHANGELOG.md", *sorted((root / "docs").glob("*.md"))]
    links = [(page, link) for page in pages for link in LINK.findall(page.read_text(encoding="utf-8"))]
    inside = [(page, link) for page, link in links if "://" not in link]
    dead = [(page, link) for page, link in inside if not (page.parent / link).exists()]
    for page, link in dead:
        print(f"{page.relative_to(root)}: no such file: {link}")
    print(f"{len(inside)} links, {len(dead)} dead")
    return 1 if dead or not inside else 0


if __name__ == "__main__":
    sys.exit(main())
