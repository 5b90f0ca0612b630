"""docs/scale.md says of each table how it is spread over machines, once, and only such tables are spread whose keys contain
the person. `--write` fills its lists from the migrations: large tables first, then the small ones by LOCAL."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOC = ROOT / "docs" / "scale.md"
# Small tables that no statement joins with a large one.
LOCAL = {
    *("migration", "counter", "job", "run", "bank_report", "bank_balance", "fund_event"),
    *("user_account", "user_event", "session", "audit_head", "audit_anchor", "card_key"),
}
FIRST = "person"  # the others are put beside it


def tables() -> dict[str, list[str]]:
    """The keys of each table of the migrations, and of its unique indexes."""
    found: dict[str, list[str]] = {"migration": []}
    for path in sorted((ROOT / "src" / "agency").glob("schema_*.cc")):
        code = re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.M)
        statements = re.sub(r'"\s*\n\s*"', "", code)
        for name, columns in re.findall(r'"CREATE TABLE (\w+) \((.*?)\)"', statements):
            found[name] = re.findall(r"(?:PRIMARY KEY|UNIQUE) \(([^)]*)\)", columns + ")")
        for name, columns in re.findall(r'"CREATE UNIQUE INDEX \w+ ON (\w+) \(([^)]*)\)', statements):
            found[name].append(columns)
    return found


def large(keys: list[str]) -> bool:
    return bool(keys) and all("person" in re.split(r",\s*", key) for key in keys)


def main() -> int:
    found = tables()
    if len(found) < 40:
        print(f"only {len(found)} tables found in src/agency/schema_*.cc")
        return 1
    distributed = [name for name, keys in found.items() if large(keys)]
    distributed.sort(key=lambda name: (name != FIRST, name))
    reference = sorted(set(found) - set(distributed) - LOCAL)
    text = DOC.read_text()
    if sys.argv[1:] == ["--write"]:
        spread = [
            f"SELECT create_distributed_table('{name}', 'person'"
            + (", colocate_with => 'none');" if name == FIRST else f", colocate_with => '{FIRST}');")
            for name in distributed
        ]
        whole = [f"SELECT create_reference_table('{name}');" for name in reference]
        text = re.sub(r"(on one machine\.\n).*?(\n\n-- Small)", lambda m: m[1] + "\n".join(spread) + m[2], text, flags=re.S)
        text = re.sub(r"(on every machine\.\n).*?(\n```)", lambda m: m[1] + "\n".join(whole) + m[2], text, flags=re.S)
        local = ", ".join(f"`{name}`" for name in sorted(LOCAL))
        text = re.sub(r"(of the coordinator: ).*?(\. Nothing)", lambda m: m[1] + local + m[2], text)
        DOC.write_text(text)
    faults = []
    written = {
        "distributed": re.findall(r"create_distributed_table\('(\w+)', 'person'", text),
        "reference": re.findall(r"create_reference_table\('(\w+)'\)", text),
        "local": re.findall(r"`(\w+)`", re.search(r"of the coordinator: (.*?)\. Nothing", text)[1]),
    }
    for kind, right in (("distributed", distributed), ("reference", reference), ("local", sorted(LOCAL))):
        if sorted(written[kind]) != sorted(right):
            off = sorted(set(written[kind]) ^ set(right)) or "a table twice"
            faults.append(f"docs/scale.md: {kind} tables differ from the migrations: {off}; run tests/scale.py --write")
    if unknown := LOCAL - set(found):
        faults.append(f"tests/scale.py: LOCAL names no table: {sorted(unknown)}")
    if written["distributed"][:1] != [FIRST]:
        faults.append(f"docs/scale.md: {FIRST} must come first, the others are put beside it")
    print("\n".join(faults) or f"{len(distributed)} tables spread, {len(reference)} whole on each, {len(LOCAL)} in one place")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
