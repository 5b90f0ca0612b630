"""Made populations: people who do not exist, drawn so that published figures are met."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from . import _core
from ._values import Day, Path, Text, day_text, path_of

if TYPE_CHECKING:
    from .law import Law


@dataclass(frozen=True)
class Target:
    """A published figure, and what the made people came to. Scaled to the nation."""

    name: str
    label: Text
    kind: str
    """"count" (units of the nation) or "mean" (in the units of the figure)."""
    target: int
    reached: int
    when: str
    source: str
    trust: str

    @property
    def difference(self) -> int:
        return self.reached - self.target


@dataclass(frozen=True)
class Population:
    """A made population: where it is, and how well it meets its targets."""

    path: str
    title: Text
    on: datetime.date
    people: int
    living: int
    households: int
    seed: int
    targets: tuple[Target, ...]
    rows: dict[str, int]
    """By entity: how many rows were made."""
    bytes: int

    def __fspath__(self) -> str:
        return self.path


def make(
    people: int,
    seed: int = 1,
    out: Path = "people.ansinh",
    *,
    law: Law,
    model: Path | None = None,
    on: Day | None = None,
    spells: int | Fraction | Decimal | None = None,
    threads: int = 0,
    progress: Callable[[int, int], object] | None = None,
) -> Population:
    """Makes so many people and writes them to the snapshot `out`.

    The same law, model, people and seed give the same file, whatever the number of threads.

    :param law: whose facts are filled.
    :param model: the model's folder; default: ``population`` in the folder of the law.
    :param on: the date of the population; default: the model's.
    :param spells: rows of working lives for each person, to a thousandth; default: the model's.
    :param threads: 0: as many as there are processors.
    :param progress: called with the people done, and all.
    :raises ModelError: the model cannot be read, does not fit the law, or `out` cannot be written.
    :raises ValueError: people, spells or on are out of range.
    """
    if model is None:
        beside = [os.path.join(folder, "population") for folder in law.folders]
        found = [path for path in beside if os.path.isdir(path)]
        if not found:
            raise ValueError("there is no folder 'population' beside the law: give the model")
        model = found[0]
    raw = _core.make_population(
        law._core,
        path_of(model),
        people,
        seed,
        path_of(out),
        None if on is None else day_text(on),
        _thousandths(spells),
        threads,
        progress,
    )
    return Population(
        path=path_of(out),
        title=Text.of(raw["title"]),
        on=datetime.date.fromisoformat(raw["on"]),
        people=raw["people"],
        living=raw["living"],
        households=raw["households"],
        seed=raw["seed"],
        targets=tuple(
            Target(
                name=one["name"],
                label=Text.of(one["label"]),
                kind=one["kind"],
                target=int(one["target"]),
                reached=int(one["reached"]),
                when=one["when"],
                source=one["source"],
                trust=one["trust"],
            )
            for one in raw["targets"]
        ),
        rows=raw["rows"],
        bytes=raw["bytes"],
    )


def _thousandths(spells: int | Fraction | Decimal | None) -> int:
    if spells is None:
        return 0
    if isinstance(spells, float):
        raise TypeError("spells is an int, a Fraction or a Decimal")
    exact = Fraction(spells) * 1000
    if exact.denominator != 1 or not 0 < exact <= 200_000:
        raise ValueError("spells must be above 0, at most 200, with three decimals")
    return int(exact)
