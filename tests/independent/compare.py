#!/usr/bin/env python3
"""Runs a second, independent reading of the law against law/vn and reports every difference.

  tests/independent/compare.py --people 400 --seed 1 --ansinh build/ansinh

Random people (boundaries favoured) are judged here in plain Python, written out as cases in the language of the law and run over
law/vn by `ansinh check`. Exit code 0: no difference; 1: differences, or the law is refused. One summary line at the end.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import contributions
import health
import lump_sum
import maternity
import paternity
import pensions
import retirement
import sickness
import social
import survivors
import unemployment

THEMES = {m.__name__: m for m in (pensions, lump_sum, retirement, maternity, paternity, sickness, survivors, unemployment,
                                  contributions, health, social)}


def main():
    parser = argparse.ArgumentParser(description="compare law/vn with an independent implementation")
    parser.add_argument("--people", type=int, default=400, help="people in each theme (default 400)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ansinh", default="build/ansinh")
    parser.add_argument("--law", default=os.path.join(os.path.dirname(os.path.dirname(HERE)), "law", "vn"))
    parser.add_argument("--theme", choices=sorted(THEMES), action="append", help="only these themes")
    parser.add_argument("--keep", metavar="FILE", help="keep the generated cases in FILE")
    parser.add_argument("--show", type=int, default=10, help="differences shown in each theme (default 10)")
    options = parser.parse_args()

    begun = time.time()
    cases = {}
    for name in options.theme or THEMES:
        draw = random.Random(f"{options.seed} {name}")
        for i in range(options.people):
            case = THEMES[name].person(draw)
            if case is not None:
                cases[f"independent-{name.replace('_', '-')}-{i + 1}"] = (name, case)
    files = sorted(f[:-3] for f in os.listdir(options.law) if f.endswith(".md"))
    text = ["# Generated cases", "", "```luat", "use " + ", ".join(files), ""]
    for id, (_, case) in cases.items():
        text += [case.text(id), ""]
    text += ["```", ""]

    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or os.path.join(folder, "generated.md")
        with open(path, "w", encoding="utf-8") as out:
            out.write("\n".join(text))
        try:
            run = subprocess.run([options.ansinh, "--lang", "en", "check", options.law, path, "--json"], capture_output=True, text=True)
        except OSError as error:
            print(f"independent: cannot run {options.ansinh}: {error}")
            return 1
    try:
        results = {r["id"]: r for r in json.loads(run.stdout)["cases"]} if run.stdout else {}
    except (ValueError, KeyError, TypeError):
        results = {}
    if not any(id in results for id in cases):
        print(run.stdout[:4000] + run.stderr[:4000])
        print(f"independent: the law or the cases are refused (exit {run.returncode})")
        return 1

    expectations = sum(len(c.expected) for _, c in cases.values())
    different = 0
    shown = {}
    by_theme = {}
    for id, (theme, case) in cases.items():
        result = results.get(id)
        by_theme[theme] = by_theme.get(theme, 0) + len(case.expected)
        if result is not None and passed(result):
            continue
        different += 1
        shown[theme] = shown.get(theme, 0) + 1
        if shown[theme] <= options.show:
            print(case.text(id))
            print(json.dumps(result, ensure_ascii=False, indent=1) if result else "  no result")
            print()
    if different:
        print("different: " + ", ".join(f"{t} {n}" for t, n in shown.items()))
    print(f"independent: {len(cases)} people, {expectations} results compared "
          f"({', '.join(f'{t} {n}' for t, n in by_theme.items())}), {different} people differ, seed {options.seed}, "
          f"{time.time() - begun:.1f} s")
    return 1 if different else 0


def passed(result):
    return result.get("result") in ("passed", "pass", "ok", True)


if __name__ == "__main__":
    sys.exit(main())
