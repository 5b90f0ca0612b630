"""What comes out of a run: everyone's results as an Arrow table, figures, faults of the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import _core, _html
from ._values import Text, exact
from .decision import Decision

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

# Columns of figures that are words; in all others text is an exact number.
_WORDS = frozenset(
    ("benefit", "kind", "dimension", "group", "fund", "law", "of", "reaches", "why_vi", "why_en")
)


class FigureTable(Sequence[dict[str, Any]]):
    """A small table of figures: a sequence of rows, each a dict by column.

    Counts are int; money is int, or ``decimal.Decimal`` where the currency has smaller steps;
    shares are Decimal rounded to six places, and ``fractions.Fraction`` in columns ``…_exact``;
    None where there is nothing to say.
    """

    __slots__ = ("_rows", "columns", "name")

    def __init__(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]):
        self.name = name
        self.columns: tuple[str, ...] = tuple(columns)
        self._rows: tuple[tuple[Any, ...], ...] = tuple(tuple(row) for row in rows)

    @classmethod
    def of(cls, raw: tuple[str, list[str], list[list[Any]]]) -> FigureTable:
        name, columns, rows = raw
        is_number = [column not in _WORDS for column in columns]
        return cls(
            name,
            columns,
            [
                [
                    exact(cell) if number and isinstance(cell, str) else cell
                    for cell, number in zip(row, is_number, strict=True)
                ]
                for row in rows
            ],
        )

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [dict(zip(self.columns, row, strict=True)) for row in self._rows[at]]
        return dict(zip(self.columns, self._rows[at], strict=True))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self._rows)

    def where(self, **values: Any) -> FigureTable:
        """The rows in which columns have these values: ``where(dimension="province")``."""
        for column in values:
            if column not in self.columns:
                raise KeyError(f"{self.name} has no column {column!r}: {', '.join(self.columns)}")
        wanted = [(self.columns.index(column), value) for column, value in values.items()]
        rows = [row for row in self._rows if all(row[at] == value for at, value in wanted)]
        return FigureTable(self.name, self.columns, rows)

    def column(self, name: str) -> list[Any]:
        """The values of a column, by row."""
        at = self.columns.index(name)
        return [row[at] for row in self._rows]

    def to_pandas(self) -> pandas.DataFrame:
        """Exact values stay Python objects."""
        import pandas

        return pandas.DataFrame(list(self), columns=list(self.columns))

    def _repr_html_(self) -> str:
        return _html.table(self.columns, self._rows, 60)

    def __repr__(self) -> str:
        return f"<FigureTable {self.name}: {len(self)} rows of {', '.join(self.columns)}>"


def tables_of(raw: Sequence[tuple[str, list[str], list[list[Any]]]]) -> dict[str, FigureTable]:
    return {table.name: table for table in map(FigureTable.of, raw)}


@dataclass(frozen=True)
class Fault:
    """A record that was left out, and why."""

    file: str
    row: int
    """From 1: the line of a file, the row of a table."""
    column: str
    id: str
    code: str
    reason: Text

    def __str__(self) -> str:
        place = f"{self.file}:{self.row}" + (f":{self.column}" if self.column else "")
        return f"{place}: {self.reason.en} [{self.code}]"


def faults_of(people: _core.People) -> tuple[Fault, ...]:
    return tuple(
        Fault(
            one["file"],
            one["row"],
            one["column"],
            one["id"],
            one["code"],
            Text.of(one["reason"]),
        )
        for one in people.faults()
    )


class RunResult:
    """Made by `Law.run`. Speaks Arrow: everyone's results are its rows."""

    __slots__ = ("_core", "_people", "faults", "tables")

    tables: Mapping[str, FigureTable]
    """Figures by name: benefits (by group), funds, people, statuses, undecided (and why)."""
    faults: tuple[Fault, ...]
    """Records that were left out, and why; all others are in the figures and results."""

    def __init__(self, core: _core.Run, people: _core.People):
        self._core = core
        self._people = people
        self.tables = tables_of(core.figures())
        self.faults = faults_of(people)

    @property
    def records(self) -> int:
        """People or households that were decided."""
        return self._people.records

    @property
    def explained(self) -> int:
        """Of them, those that the columns could not decide and the explaining executor did."""
        return self._core.explained

    def totals(self, by: str = "all") -> FigureTable:
        """Benefits and contributions by group: "province", "sex", "age", … (`Law.groups`)."""
        found = self.tables["benefits"].where(dimension=by)
        if not len(found) and by not in self.tables["people"].column("dimension"):
            names = ", ".join(dict.fromkeys(self.tables["people"].column("dimension")))
            raise ValueError(f"there are no groups {by!r}; there are: {names}")
        return found

    def explain(self, record: int | str) -> Decision:
        """One record of the run with every reason: by its name, or its number from 1."""
        return Decision(_core.decide_record(self._people, str(record)), self._people.currency, "en")

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Everyone's results, for any library that speaks Arrow's PyCapsule interface."""
        stream = self._core.stream()
        if stream is None:
            raise ValueError("no results were kept: run with results=True")
        return stream

    def to_pyarrow(self) -> pyarrow.Table:
        import pyarrow

        return pyarrow.table(self)

    def to_pandas(self) -> pandas.DataFrame:
        """Needs pyarrow. Amounts are decimal.Decimal."""
        frame: pandas.DataFrame = self.to_pyarrow().to_pandas()
        return frame

    def to_polars(self) -> polars.DataFrame:
        import polars

        return polars.DataFrame(self)

    def _repr_html_(self) -> str:
        table = self.totals()
        shown = ("benefit", "kind", "people", "instances", "all_in_a_year")
        rows = [[row[column] for column in shown] for row in table]
        return _html.table(shown, rows, 60)

    def __repr__(self) -> str:
        return f"<RunResult of {self.records:,} records, {len(self.faults):,} faults>"
