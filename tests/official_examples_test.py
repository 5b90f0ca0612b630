"""Every official example is a case under its own id, passes, and expects the published figures.

Reads tests/official-examples.tsv (ids and figures) and runs `ansinh check law/vn --json`. An example
that the law cannot express yet must be named by a `not yet expressed` in law/vn; at most four may be.
Usage: official_examples_test.py PATH-TO-ANSINH
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPEN_MAX = 4


def cases_in(text: str) -> dict[str, str]:
    found = {}
    for match in re.finditer(r'^case ("[^"]*"|\S+).*?(?=^\S|\Z)', text, re.M | re.S):
        found.setdefault(match.group(1).strip('"'), match.group(0))
    return found


def main() -> int:
    law = "\n".join(path.read_text() for path in sorted((ROOT / "law/vn").rglob("*.md")))
    written = cases_in(law)
    checked = subprocess.run([sys.argv[1], "check", "law/vn", "--json"], cwd=ROOT, text=True, stdout=subprocess.PIPE)
    results = {case["id"]: case["result"] for case in json.loads(checked.stdout)["cases"]}
    faults, open_examples, passed = [], [], 0
    for line in (ROOT / "tests/official-examples.tsv").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        name, _, _, figures = line.split("\t")
        if name not in written:
            if re.search(r"^not yet expressed.*" + re.escape(name), law, re.M):
                open_examples.append(name)
            else:
                faults.append(f"{name}: no case of this id in law/vn, and no `not yet expressed` names it")
            continue
        # An example of two persons or two dates has a case for each: ID and ID-something.
        own = [other for other in written if other == name or other.startswith(name + "-")]
        expects = "".join(written[other].replace("_", "").partition("\n  expect")[2] for other in own)
        missing = [figure for figure in figures.split() if figure not in expects]
        if missing:
            faults.append(f"{name}: the case does not expect the published {', '.join(missing)}")
        elif any(results.get(other) != "passed" for other in own):
            faults.append(f"{name}: " + ", ".join(f"{other} {results.get(other, 'not run')}" for other in own))
        else:
            passed += 1
    if len(open_examples) > OPEN_MAX:
        faults.append(f"{len(open_examples)} examples are not expressed: {', '.join(open_examples)}")
    for fault in faults:
        print(fault)
    print(f"{passed} examples pass, {len(open_examples)} not yet expressed, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
