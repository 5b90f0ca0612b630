"""What a reform costs, who gains and who loses."""

from __future__ import annotations

import html
from collections.abc import Mapping

from . import _core
from ._values import Language, Path, Text, is_vietnamese, path_of
from .decision import Decision
from .results import Fault, FigureTable, faults_of, tables_of


class Comparison:
    """Made by `Law.compare`. In a notebook it shows the report, a page by itself in a frame."""

    __slots__ = ("_core", "_currency", "_people", "faults", "figures", "lang")

    figures: Mapping[str, FigureTable]
    """By name: funds, benefits, changes (by group: who gains and loses, poverty, Gini), deciles,
    reaches (benefits that reach nobody or everybody), people, undecided."""
    faults: tuple[Fault, ...]
    """Records that were left out, and why."""

    def __init__(self, core: _core.Comparison, people: _core.People, lang: Language):
        is_vietnamese(lang)
        self._core = core
        self._people = people
        self._currency = people.currency
        self.figures = tables_of(core.figures())
        self.faults = faults_of(people)
        self.lang: Language = lang

    @property
    def records(self) -> int:
        """Households (or people, where the law knows no households) that were compared."""
        return self._core.records

    @property
    def records_gaining(self) -> int:
        return self._core.records_gaining

    @property
    def records_losing(self) -> int:
        return self._core.records_losing

    @property
    def affected(self) -> tuple[str, ...]:
        """The benefits and contributions that the reform can change."""
        return tuple(self._core.affected)

    @property
    def notes(self) -> tuple[Text, ...]:
        """What is said loudly: an affected benefit that reaches nobody, or everybody."""
        return tuple(Text.of(one) for one in self._core.notes())

    @property
    def most_gaining(self) -> int | None:
        """The number of the record that gains most, for `explain`."""
        return self._core.most_gaining

    @property
    def most_losing(self) -> int | None:
        return self._core.most_losing

    def explain(self, record: int | str) -> tuple[Decision, Decision]:
        """One record before and after, of the affected benefits: by its name, or its number from 1.
        Raises KeyError if there is none."""
        before, after = self._core.explain(str(record))
        return (
            Decision(before, self._currency, self.lang),
            Decision(after, self._currency, self.lang),
        )

    def to_html(self, lang: Language | None = None) -> str:
        """The report: one page that needs nothing else, in both languages, `lang` shown first."""
        return self._core.html(is_vietnamese(lang or self.lang))

    def save(self, path: Path, lang: Language | None = None) -> None:
        """Writes the report to a file."""
        with open(path_of(path), "w", encoding="utf-8") as out:
            out.write(self.to_html(lang))

    def _repr_html_(self) -> str:
        # A frame keeps the two looks apart. It runs nothing but its own switch of language.
        title = "Báo cáo cải cách" if self.lang == "vi" else "Report of a reform"
        return (
            f'<iframe title="{title}" lang="{self.lang}" sandbox="allow-scripts" '
            'style="width:100%;height:44rem;border:1px solid #8a94a1;border-radius:.4rem" '
            f'srcdoc="{html.escape(self.to_html(), quote=True)}"></iframe>'
        )

    def __repr__(self) -> str:
        return (
            f"<Comparison of {self.records:,} records: {self.records_gaining:,} gain, "
            f"{self.records_losing:,} lose>"
        )
