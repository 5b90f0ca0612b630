"""Runs our benchmarks and the peer's in one go and writes bench/results.json.

Usage, from anywhere: python3 bench/run.py [--build DIR]. The peer (OpenFisca-Core, from PyPI) is put
into a virtual environment under the build folder the first time. Every entry is
{name, unit, ours, peer, peer_name, ratio}: ratio = peer / ours, so above 1 we are ahead.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEER = ["openfisca-core==44.6.0", "openfisca-country-template"]
PEER_NAME = "OpenFisca-Core, country template"


def run(*command: str, **kwargs) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE, **kwargs).stdout


def ours(build: Path) -> dict[str, float]:
    text = run(str(build / "ansinh_bench"), "--benchmark_format=json", "--benchmark_repetitions=7",
               "--benchmark_report_aggregates_only=true")
    medians = {}
    for entry in json.loads(text)["benchmarks"]:
        if entry.get("error_occurred"):
            sys.exit(f"{entry['name']}: {entry.get('error_message')}")
        if entry.get("aggregate_name") == "median":
            name, *rest = entry["run_name"].split("/")
            medians[name] = entry["real_time" if "real_time" in rest else "cpu_time"]
    return medians


def memory_mib(build: Path) -> float:
    """Peak resident memory of one `ansinh decide`, all benefits with reasons."""
    program = [str(build / "ansinh"), "decide", "--law", "law/vn", "--on", "2026-08-01",
               "bench/person-40-spells.json", "--why", "--json"]
    child = os.fork()
    if child == 0:
        os.chdir(ROOT)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.execv(program[0], program)
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        sys.exit("ansinh decide failed")
    return usage.ru_maxrss / 1024


def peer(build: Path) -> dict[str, float]:
    python = build / "bench-peer" / "bin" / "python"
    if not python.exists():
        run(sys.executable, "-m", "venv", str(build / "bench-peer"))
        run(str(python), "-m", "pip", "install", "--quiet", *PEER)
    return json.loads(run(str(python), "bench/peer_openfisca.py", stderr=subprocess.DEVNULL))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build")
    build = (ROOT / parser.parse_args().build).resolve()
    measured = ours(build)
    theirs = peer(build)
    rows = [
        ("load_law", "ms", measured["load_law"], 1e3 * theirs["load_seconds"], 50),
        ("decide_traced", "us", measured["decide_traced"], 1e6 * theirs["decide_seconds"], 300),
        ("decide_memory", "MiB", memory_mib(build), theirs["memory_mib"], 64),
    ]
    results = [
        {"name": name, "unit": unit, "ours": round(us, 3), "peer": round(them, 3),
         "peer_name": PEER_NAME, "ratio": round(them / us, 2)}
        for name, unit, us, them, _ in rows
    ]
    (ROOT / "bench" / "results.json").write_text(json.dumps(results, indent=2) + "\n")
    print(f"{'name':<16}{'ours':>12}{'peer':>14}{'unit':>6}{'ratio':>9}  target")
    for result, (_, _, us, _, target) in zip(results, rows):
        verdict = "reached" if us < target else "NOT reached"
        print(f"{result['name']:<16}{result['ours']:>12.2f}{result['peer']:>14.2f}{result['unit']:>6}"
              f"{result['ratio']:>9.1f}  under {target} {result['unit']}: {verdict}")


if __name__ == "__main__":
    main()
