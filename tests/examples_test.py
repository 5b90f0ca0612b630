"""Every family in examples/ is decided, with reasons, in both languages, and nothing is left unsaid.

For each: exit 0; the text names every benefit's outcome; in the JSON every refusal has a reason in
both languages, every entitlement an amount or a thing given, every "cannot tell" a missing fact.
Then the boundary cases that the tool generates are laid over the law and must all pass.
Usage: examples_test.py PATH-TO-ANSINH
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str) -> tuple[int, str]:
    """The exit code and what was printed; what was said on standard error only after a failure."""
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
    return done.returncode, done.stdout + (done.stderr if done.returncode else "")


def main() -> int:
    ansinh = sys.argv[1]
    faults: list[str] = []
    examples = sorted((ROOT / "examples").glob("*--????-??-??.json"))
    if len(examples) < 10:
        faults.append(f"only {len(examples)} examples")
    for path in examples:
        decide = [ansinh, "decide", "--law", "law/vn", "--on", path.stem[-10:], str(path)]
        for language, words in (("vi", "được hưởng"), ("en", "entitled")):
            code, text = run(*decide, "--why", "--lang", language)
            if code != 0 or words not in text:
                faults.append(f"{path.name} --lang {language}: exit {code}\n{text[-500:]}")
        code, text = run(*decide, "--json")
        if code != 0:
            faults.append(f"{path.name} --json: exit {code}")
            continue
        decided = json.loads(text)
        if not decided["receipt"]["law_digest"]:
            faults.append(f"{path.name}: no receipt")
        for benefit in decided["outcomes"]:
            status, name = benefit["status"], benefit["benefit"]
            if status == "not entitled" and not benefit["failed"] and not benefit["reasons"]:
                faults.append(f"{path.name}: {name} is refused without a reason")
            if status == "entitled" and not benefit["pays"] and not benefit["gives"]:
                faults.append(f"{path.name}: {name} is granted and gives nothing")
            if status == "cannot tell" and not benefit["missing"]:
                faults.append(f"{path.name}: {name} cannot be told, and nothing is missing")
    with tempfile.TemporaryDirectory() as folder:
        code, text = run(ansinh, "boundaries", "law/vn", "--out", folder)
        if code != 0:
            faults.append(f"boundaries: exit {code}\n{text[-500:]}")
        code, text = run(ansinh, "check", "law/vn", folder)
        if code != 0 or not text.rstrip().endswith(" 0 failed"):
            faults.append(f"the generated boundary cases do not pass\n{text[-500:]}")
    for fault in faults:
        print(fault)
    print(f"{len(examples)} examples, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
