"""Runs our benchmarks and the peers' in one go, prints a table, and writes bench/results.json.

    python3 bench/run.py [--build DIR] [--full] [NAME...]

Without names all are run; a NAME is that of a result or the beginning of some (`pension_rule`, `growth`): what is not
run keeps its entry. --full takes ten and a hundred million people where the usual run takes up to a million: it needs
10 GB of disk and some tens of minutes. What is measured, and how, stands in docs/benchmarks.md.

The peers (requirements.txt) are put into a virtual environment under the build folder the first time. Every entry is
{name, unit, ours, peer, peer_name, ratio}: a ratio above 1 means that we are ahead. Where there is no peer, the peer is
the target.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results.json"
TEMPLATE = "OpenFisca-Core, country template"
ON = "2026-07-01"
MILLION = 1_000_000
NATION = 100 * MILLION  # people
REFORM = "examples/reforms/social-pension-from-70.md"
# By rule: people, and what the peers must be beaten by.
RULES = {
    "pension_rule": (2 * MILLION, {"openfisca": 10, "duckdb": 4, "numpy": None, "polars": None}),
    "last60": (500_000, {"duckdb": 100, "numpy": None, "polars": None}),
    "best20": (100_000, {"duckdb": 10, "numpy": None, "polars": None}),
}
REPEATS = 7


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Bench:
    """Programs, the folder for what they need, and the results found so far."""

    def __init__(self, build: Path, full: bool) -> None:
        self.build, self.full = build, full
        self.data = build / "bench-data"
        self.data.mkdir(parents=True, exist_ok=True)
        self.rows: list[dict] = []
        self.targets: dict[str, tuple[str, bool]] = {}
        self.kept: dict[str, dict] = {}

    def run(self, *command: object, **kwargs) -> str:
        done = subprocess.run([str(part) for part in command], cwd=ROOT, text=True, stdout=subprocess.PIPE, **kwargs)
        if done.returncode != 0:
            sys.exit(f"failed: {' '.join(str(part) for part in command)}")
        return done.stdout

    def ours(self, *arguments: object) -> dict:
        """What ansinh_bench_batch finds; the same is asked only once."""
        key = " ".join(str(argument) for argument in arguments)
        if key not in self.kept:
            progress(f"  ours: {key}")
            self.kept[key] = json.loads(self.run(self.build / "ansinh_bench_batch", *arguments))
        return self.kept[key]

    def peer_python(self) -> Path:
        venv = self.build / "bench-peer"
        wanted = (ROOT / "bench" / "requirements.txt").read_text()
        made = venv / "made-for"
        if not made.exists() or made.read_text() != wanted:
            progress("  installing the peers from PyPI")
            self.run(sys.executable, "-m", "venv", "--clear", venv)
            self.run(venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r",
                     "bench/requirements.txt")
            made.write_text(wanted)
        return venv / "bin" / "python"

    def template(self) -> dict:
        if "template" not in self.kept:
            progress(f"  {TEMPLATE}")
            self.kept["template"] = json.loads(
                self.run(self.peer_python(), "bench/peer_openfisca.py", stderr=subprocess.DEVNULL))
        return self.kept["template"]

    def people(self, count: int, spells: int | None = None) -> Path:
        """A made population; kept for the next time, as the law and the model make it."""
        path = self.data / f"people-{count}-{spells or 'usual'}.ansinh"
        inputs = [file.stat().st_mtime for file in (ROOT / "law" / "vn").rglob("*") if file.is_file()]
        if not path.exists() or path.stat().st_mtime < max(*inputs, (self.build / "ansinh").stat().st_mtime):
            progress(f"  making {count:,} people")
            more = ["--spells", spells] if spells else []
            self.run(self.build / "ansinh", "population", "make", "--people", count, "--seed", 1, "--out", path, *more)
        return path

    def add(self, name: str, unit: str, ours: float, peer: float, peer_name: str, target: float | None,
            less_is_better: bool = False, by_ratio: bool = False, **more) -> None:
        """`target` is for ours, or for the ratio; without a peer it is the peer."""
        ours = max(ours, 0.001)  # a difference of two measured times may be nothing
        ratio = peer / ours if less_is_better else ours / peer
        self.rows.append({"name": name, "unit": unit, "ours": round(ours, 3), "peer": round(peer, 3),
                          "peer_name": peer_name, "ratio": round(ratio, 2 if ratio >= 0.1 else 5), **more})
        if target is None:
            self.targets[name] = ("", True)
        elif by_ratio:
            self.targets[name] = (f"{target:g} x the peer", ratio >= target)
        else:
            reached = ours <= target if less_is_better else ours >= target
            self.targets[name] = (f"{'under' if less_is_better else 'at least'} {target:,.10g} {unit}", reached)


def one_person(bench: Bench) -> None:
    text = bench.run(bench.build / "ansinh_bench", "--benchmark_format=json", "--benchmark_repetitions=7",
                     "--benchmark_report_aggregates_only=true", stderr=subprocess.DEVNULL)
    medians = {}
    for entry in json.loads(text)["benchmarks"]:
        if entry.get("error_occurred"):
            sys.exit(f"{entry['name']}: {entry.get('error_message')}")
        if entry.get("aggregate_name") == "median":
            name, *rest = entry["run_name"].split("/")
            medians[name] = entry["real_time" if "real_time" in rest else "cpu_time"]
    theirs = bench.template()
    bench.add("load_law", "ms", medians["load_law"], 1e3 * theirs["load_seconds"], TEMPLATE, 50, True)
    bench.add("decide_traced", "us", medians["decide_traced"], 1e6 * theirs["decide_seconds"], TEMPLATE, 300, True)
    bench.add("decide_memory", "MiB", decide_memory_mib(bench.build), theirs["memory_mib"], TEMPLATE, 64, True)


def decide_memory_mib(build: Path) -> float:
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


def single_rule(rule: str) -> Callable[[Bench], None]:
    """The rule over people in memory, one core each; the peers take the arrays that ours has written."""

    def measure(bench: Bench) -> None:
        people, peers = RULES[rule]
        folder = bench.data / rule
        folder.mkdir(exist_ok=True)
        ours = bench.ours("rule", rule, "--people", people, "--repeats", REPEATS, "--data", folder)
        for peer, target in peers.items():
            progress(f"  {rule}: {peer}")
            theirs = json.loads(bench.run(bench.peer_python(), "bench/peers/run_rule.py", peer, rule, folder, REPEATS,
                                          stderr=subprocess.DEVNULL))
            for form, found in theirs["forms"].items():
                if found["differing"] != 0 and peer != "openfisca":
                    sys.exit(f"{rule}: {theirs['peer']} ({form}) differs for {found['differing']} of {people} people")
            form, found = min(theirs["forms"].items(), key=lambda item: item[1]["seconds"])
            bench.add(f"{rule}_vs_{peer}", "people/s", people / ours["seconds"], people / found["seconds"],
                      theirs["peer"], target, by_ratio=True, peer_form=form, equal=found["differing"] == 0,
                      differing=found["differing"], people=people,
                      ours_with_filling=round(people / ours["seconds_with_filling"]),
                      plain_loop=round(people / ours["seconds_plain_loop"]), explained=ours["explained"],
                      peer_forms={name: round(people / one["seconds"]) for name, one in theirs["forms"].items()})

    return measure


def of_nation(bench: Bench, people: int, threads: int = 1, repeats: int = 3, spells: int | None = None) -> dict:
    return bench.ours("nation", bench.people(people, spells), "--law", "law/vn", "--on", ON, "--threads", threads,
                      "--repeats", repeats)


def nation(bench: Bench) -> None:
    found = of_nation(bench, 10 * MILLION if bench.full else MILLION)
    bench.add("nation", "people/s", found["people"] / found["seconds"], bench.template()["households_a_second"],
              TEMPLATE + ", disposable income", 10 * MILLION, people=found["people"],
              deciding_alone=round(1 / found["seconds_a_person_deciding"]), explained=found["explained"])


def nation_memory(bench: Bench) -> None:
    if bench.full:
        gib, how = of_nation(bench, NATION, 2, 1, 8)["peak_gib"], "measured with 100,000,000 people"
    else:
        few, many = (of_nation(bench, count, 2, 1, 8)["peak_gib"] for count in (MILLION // 4, MILLION))
        gib = many + (many - few) / (0.75 * MILLION) * (NATION - MILLION)
        how = "extrapolated from the peaks with 250,000 and 1,000,000 people"
    bench.add("nation_memory", "GiB", gib, 12, "target", 12, True, how=how)


def growth_people(bench: Bench) -> None:
    counts = [MILLION // 10, MILLION] + ([10 * MILLION, NATION] if bench.full else [])
    slopes = {}
    for count in counts:
        found = of_nation(bench, count, *((2, 1, 8) if count == NATION else ()))
        # A run of a hundred million has two threads and eight spells: only its memory is comparable.
        slopes[count] = found["seconds"] / found["people"] * found["threads"]
    usual = [count for count in counts if count != NATION]
    bench.add("growth_people", "x", slopes[usual[-1]] / slopes[usual[0]], 1.1, "target", 1.1, True,
              ns_a_person={f"{count}": round(1e9 * slope, 1) for count, slope in slopes.items()})


def growth_rules(bench: Bench) -> None:
    people = bench.people(20_000)
    deciding, loading, benefits = {}, {}, {}
    for copies in (1, 4, 16):
        folder = bench.data / f"law-{copies}"
        bench.run(sys.executable, "bench/copies.py", "law/vn", folder, copies)
        more = ["--law", folder] if copies > 1 else []
        found = bench.ours("nation", people, "--law", "law/vn", *more, "--on", ON, "--repeats", 3)
        deciding[copies], loading[copies] = found["seconds_a_person_deciding"], found["seconds_to_load"]
        benefits[copies] = found["benefits"]
    bench.add("growth_rules", "x", deciding[16] / (16 * deciding[1]), 1.1, "target", 1.1, True,
              ns_a_person={str(copies): round(1e9 * seconds) for copies, seconds in deciding.items()},
              ms_to_load={str(copies): round(1e3 * seconds) for copies, seconds in loading.items()}, benefits=benefits)


def growth_cores(bench: Bench) -> None:
    one, two = (of_nation(bench, MILLION, threads)["seconds"] for threads in (1, 2))
    bench.add("growth_cores", "x", one / two, 1.9, "target", 1.9, seconds={"1": round(one, 3), "2": round(two, 3)})


def of_reform(bench: Bench) -> dict:
    return bench.ours("reform", bench.people(200_000), "--law", "law/vn", "--on", ON, "--reform", REFORM,
                      "--repeats", 5)


def reform_setup(bench: Bench) -> None:
    found = of_reform(bench)
    bench.add("reform_setup", "ms", 1e3 * found["seconds_to_set_up"], 1e3 * bench.template()["reform_seconds"],
              TEMPLATE, 50, True, baseline_ms=round(1e3 * found["seconds_to_set_up_baseline"], 1))


def reform_rerun(bench: Bench) -> None:
    found = of_reform(bench)
    bench.add("reform_rerun", "x", found["seconds_added"] / found["seconds_of_changed_part"], 1.3, "target", 1.3, True,
              beside_the_run=round(found["seconds_of_compare"] / found["seconds_of_run"], 3),
              **{name: round(found["seconds_" + name], 3) for name in ("of_run", "of_compare", "added",
                                                                       "of_changed_part")},
              affected=found["affected"], benefits=found["benefits"])


WORK: dict[Callable[[Bench], None], list[str]] = {
    one_person: ["load_law", "decide_traced", "decide_memory"],
    **{single_rule(rule): [f"{rule}_vs_{peer}" for peer in peers] for rule, (_, peers) in RULES.items()},
    **{work: [work.__name__] for work in (nation, nation_memory, reform_setup, reform_rerun, growth_people,
                                          growth_rules, growth_cores)},
}


def machine() -> str:
    text = Path("/proc/cpuinfo").read_text()
    model = next((line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")), "?")
    width = "AVX-512" if "avx512f" in text else "AVX2" if "avx2" in text else "no AVX2"
    return f"{model}, {os.cpu_count()} processors, {width}; load before: {os.getloadavg()[0]:.1f}"


def table(bench: Bench) -> str:
    lines = []
    for row in bench.rows:
        target, reached = bench.targets[row["name"]]
        verdict = "" if not target else f"{target}: {'reached' if reached else 'NOT reached'}"
        figures = [f"{row[side]:,.0f}" if abs(row[side]) >= 1000 else f"{row[side]:,.2f}" for side in ("ours", "peer")]
        lines.append(f"{row['name']:<28}{figures[0]:>14}{figures[1]:>14} {row['unit']:<9}{row['ratio']:>9.2f}  "
                     f"{row['peer_name']:<51} {verdict}")
    head = f"{'name':<28}{'ours':>14}{'peer':>14} {'unit':<9}{'ratio':>9}  {'peer':<51} target"
    return "\n".join([head, *(line.rstrip() for line in lines)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build")
    parser.add_argument("--full", action="store_true", help="ten and a hundred million people")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    names = [name for all_names in WORK.values() for name in all_names]
    for name in options.names:
        if not any(one.startswith(name) for one in names):
            parser.error(f"nothing is called {name}: there are {', '.join(names)}")
    wanted = {one for one in names if not options.names or any(one.startswith(name) for name in options.names)}
    bench = Bench((ROOT / options.build).resolve(), options.full)
    print(machine())
    for work, given in WORK.items():
        if wanted.intersection(given):
            progress(", ".join(given))
            work(bench)
    bench.rows = [row for row in bench.rows if row["name"] in wanted]
    before = {row["name"]: row for row in json.loads(RESULTS.read_text())} if RESULTS.exists() else {}
    before.update({row["name"]: row for row in bench.rows})
    kept = [before[name] for name in names if name in before]
    RESULTS.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
    print(table(bench))


if __name__ == "__main__":
    main()
