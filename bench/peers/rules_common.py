"""What the peers of a single rule share: the inputs that ansinh_bench_batch has written, and clocks."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

REFUSED = -1
LEAST_PENSION = 2_340_000
KINDS = {
    "sex": np.uint8, "months_paid": np.int32, "years_early": np.int32, "begin": np.uint32,
    "from": np.int32, "to": np.int32, "salary": np.int64, "results": np.int64,
}


class Inputs:
    """The arrays of a folder, by name; results are ours, -1 for the refused."""

    def __init__(self, folder: str) -> None:
        for path in Path(folder).glob("*.bin"):
            setattr(self, path.stem + "_", np.fromfile(path, KINDS[path.stem]))
        self.people = len(self.results_)

    def person_of_spell(self) -> np.ndarray:
        return np.repeat(np.arange(self.people, dtype=np.int32), np.diff(self.begin_))


def median_seconds(work: Callable[[], object], repeats: int, prepare: Callable[[], object] | None = None) -> float:
    """`prepare` is done before each repeat, and its time does not count."""
    times = []
    for _ in range(repeats):
        if prepare is not None:
            prepare()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measured_forms(forms: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Seconds by form. One that takes half as long again as the best so far is ruled out by its first run."""
    found: dict[str, float] = {}
    for name, form in forms.items():
        first = median_seconds(form, 1)
        is_slow = found and first > 1.5 * min(found.values())
        found[name] = first if is_slow else median_seconds(form, repeats)
    return found


def differing(theirs: np.ndarray, ours: np.ndarray) -> int:
    return int(np.count_nonzero(np.asarray(theirs) != ours))
