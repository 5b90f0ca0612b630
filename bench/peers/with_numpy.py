"""The rules in NumPy: whole arrays, one core."""

from __future__ import annotations

import numpy as np
from rules_common import LEAST_PENSION, REFUSED, Inputs, differing, measured_forms


def pension_rule(inputs: Inputs, number: type) -> np.ndarray:
    """In thousandths: integers are exact; floats hold these integers exactly too."""
    halves = (inputs.months_paid_ + 5) // 6
    man = np.where(halves >= 40, 450 + 10 * (halves - 40), 400 + 5 * (halves - 30))
    full = np.minimum(np.where(inputs.sex_ == 0, 450 + 10 * (halves - 30), man), 750)
    rate = (full - 20 * inputs.years_early_).astype(number)
    pension = np.maximum(rate * inputs.salary_.astype(number, copy=False), LEAST_PENSION * 1000)
    rounded = (pension + 500) // 1000 if number is np.int64 else np.floor((pension + 500) / 1000)
    return np.where(halves < 30, REFUSED, rounded)


def last60(inputs: Inputs) -> np.ndarray:
    """Of each spell the months that are not yet taken by later ones, from one running sum."""
    months = (inputs.to_ - inputs.from_ + 1).astype(np.int64)
    running = np.concatenate(([0], np.cumsum(months)))
    ends = np.repeat(running[inputs.begin_[1:]], np.diff(inputs.begin_))
    taken = np.clip(60 - (ends - running[1:]), 0, months)
    sums = np.add.reduceat(taken * inputs.salary_, inputs.begin_[:-1])
    counts = np.add.reduceat(taken, inputs.begin_[:-1])
    return (2 * sums + counts) // (2 * counts)


def best20(inputs: Inputs) -> np.ndarray:
    """Everybody has forty years, so the wages are a table."""
    wages = inputs.salary_.reshape(inputs.people, 40)
    sums = np.partition(wages, 20, axis=1)[:, 20:].sum(axis=1)
    return (2 * sums + 20) // 40


def measure(rule: str, inputs: Inputs, repeats: int) -> dict:
    forms = {
        "pension_rule": {
            "int64": lambda: pension_rule(inputs, np.int64),
            "float64": lambda: pension_rule(inputs, np.float64),
        },
        "last60": {"int64, one running sum": lambda: last60(inputs)},
        "best20": {"int64, partition": lambda: best20(inputs)},
    }[rule]
    seconds = measured_forms(forms, repeats)
    return {
        "peer": f"NumPy {np.__version__}",
        "forms": {
            name: {"seconds": seconds[name], "differing": differing(form(), inputs.results_)}
            for name, form in forms.items()
        },
    }
