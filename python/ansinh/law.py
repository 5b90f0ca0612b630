"""The law, read and checked, and what can be done with it."""

from __future__ import annotations

import datetime
import html
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from . import _core, _html
from ._errors import Diagnostic
from ._values import Day, Language, Path, Text, day_text, is_vietnamese, json_of, path_of, paths_of
from .comparison import Comparison
from .decision import Decision
from .results import RunResult

Files = list[tuple[str, str]]
Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Benefit:
    """What the law grants, or (kind "contribution") asks for."""

    name: str
    label: Text
    kind: str
    entity: str
    """Of what it is owed: a person, a household, a birth."""


@dataclass(frozen=True)
class Group:
    """A way to divide people: province, sex, age, tenth of income."""

    name: str
    label: Text
    members: Mapping[str, Text]


@dataclass(frozen=True)
class Mismatch:
    """What a case expected and did not get."""

    line: int
    target: Text
    expected: Text
    got: Text


@dataclass(frozen=True)
class Case:
    """A case beside the articles, run."""

    name: str
    label: Text
    file: str
    line: int
    source: str
    passed: bool
    mismatches: tuple[Mismatch, ...]
    diagnostics: tuple[Diagnostic, ...]


class Cases(tuple[Case, ...]):
    """All cases that were run."""

    __slots__ = ()

    @property
    def passed(self) -> int:
        return sum(one.passed for one in self)

    @property
    def failed(self) -> tuple[Case, ...]:
        return tuple(one for one in self if not one.passed)

    def __repr__(self) -> str:
        return f"<Cases: {self.passed} passed, {len(self.failed)} failed>"


class Law:
    """A law that was read and checked. Immutable; may be shared between threads, and pickled."""

    __slots__ = ("_core", "folders")

    folders: tuple[str, ...]
    """Where it was loaded from."""

    def __init__(self, core: _core.Law, folders: Iterable[str] = ()):
        self._core = core
        self.folders = tuple(folders)

    @classmethod
    def load(cls, *paths: Path, as_of: Day | None = None, statistics: Path | None = None) -> Law:
        """Reads and checks the law.

        :param paths: folders (all their ``*.md``) or files, read together as one law.
        :param as_of: the date by which values are judged to be out of date; default: today.
        :param statistics: how people are grouped; default: ``statistics.json`` beside the law.
        :raises LawError: it cannot be read, or is refused; `Error.diagnostics` has every reason.
        """
        if not paths:
            raise TypeError("name the folder of the law, for example 'law/vn'")
        names = paths_of(paths)
        files = _core.read_files(names)
        beside = path_of(statistics) if statistics else _core.statistics_beside(names)
        folders = [name if os.path.isdir(name) else os.path.dirname(name) for name in names]
        return cls._made(files, [], as_of, (beside, _read(beside)), folders)

    @classmethod
    def from_text(
        cls,
        text: str | Mapping[str, str],
        *,
        as_of: Day | None = None,
        statistics: str = "",
    ) -> Law:
        """The same of a text, or of several by the names of their files. `statistics`: JSON."""
        files = [("law.md", text)] if isinstance(text, str) else list(text.items())
        return cls._made(files, [], as_of, ("statistics.json", statistics), [])

    @classmethod
    def _made(
        cls,
        base: Files,
        reform: Files,
        as_of: Day | None,
        statistics: tuple[str, str],
        folders: Iterable[str],
    ) -> Law:
        day = day_text(as_of if as_of is not None else datetime.date.today())
        return cls(_core.Law(base, reform, day, *statistics), folders)

    def __reduce__(self) -> tuple[Any, ...]:
        core = self._core
        state = (core.base, core.reform, core.as_of, core.statistics, self.folders)
        return Law._made, state

    # ---- What it is ------------------------------------------------------------------------------

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical text of all files."""
        return self._core.digest

    @property
    def currency(self) -> str:
        return self._core.currency

    @property
    def benefits(self) -> tuple[Benefit, ...]:
        """All benefits and contributions."""
        return tuple(
            Benefit(one["name"], Text.of(one["label"]), one["kind"], one["entity"])
            for one in self._core.benefits()
        )

    @property
    def groups(self) -> tuple[Group, ...]:
        """The ways in which a run divides people."""
        return tuple(
            Group(
                one["name"],
                Text.of(one["label"]),
                {name: Text.of(label) for name, label in one["members"].items()},
            )
            for one in self._core.groups()
        )

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What was found and does not refuse it."""
        return tuple(Diagnostic.of(one) for one in self._core.warnings)

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of a person's facts, with labels in both languages (``x-label``)."""
        return cast("dict[str, Any]", json.loads(self._core.schema()))

    def check(self, *, progress: Progress | None = None) -> Cases:
        """Runs the cases that stand beside the articles; of a reform only its own."""
        return Cases(
            Case(
                name=one["name"],
                label=Text.of(one["label"]),
                file=one["file"],
                line=one["line"],
                source=one["source"],
                passed=one["passed"],
                mismatches=tuple(
                    Mismatch(
                        of["line"],
                        Text.of(of["target"]),
                        Text.of(of["expected"]),
                        Text.of(of["got"]),
                    )
                    for of in one["mismatches"]
                ),
                diagnostics=tuple(map(Diagnostic.of, one["diagnostics"])),
            )
            for one in self._core.check(progress)
        )

    def with_reform(self, reform: Path | Iterable[Path]) -> Law:
        """This law with a reform laid over it: paths of its files, or its text (what has more than
        one line is text). A reform of a reform is laid over both.

        :raises LawError: also where the reform changes nothing that the law has.
        """
        if isinstance(reform, str) and "\n" in reform:
            files = [("reform.md", reform)]
        else:
            files = _core.read_files(paths_of(reform))
        core = self._core
        return Law._made(
            core.base, [*core.reform, *files], core.as_of, core.statistics, self.folders
        )

    # ---- What can be done with it ----------------------------------------------------------------

    def decide(
        self,
        person: Mapping[str, Any] | str | bytes,
        on: Day,
        benefit: str | None = None,
        lang: Language = "vi",
    ) -> Decision:
        """Decides one person or household.

        :param person: facts in the words of the law (`schema`), as a dict or JSON text. Numbers are
            int, Decimal, Fraction or text ("26 years 4 months"); dates are text or dates; None is
            "not known", said openly. What is not given is unknown too, unless the law presumes it.
        :param on: the date of the decision: a date, or "2026-11-23".
        :param benefit: of one benefit alone (exclusions are applied all the same).
        :param lang: the language that `Decision.explain` and a notebook show first.
        :raises PersonError: the facts do not fit; every fault with its line and JSON pointer.
        :raises TypeError: a float, or something else that is no fact, with its place.
        :raises ValueError: no such benefit, no such date.
        """
        is_vietnamese(lang)
        text = json_of(person)
        core = _core.decide(self._core, text, "<person>", day_text(on), benefit)
        return Decision(core, self.currency, lang)

    def run(
        self,
        people: Any,
        on: Day,
        *,
        all: bool = False,
        results: bool = True,
        threads: int = 0,
        progress: Progress | None = None,
    ) -> RunResult:
        """Decides many people.

        :param people: a table that speaks Arrow (pyarrow, pandas, polars, a DuckDB relation), a row
            for each record, in the columns of docs/arrow.md; or the path of a snapshot, of JSON
            Lines (.jsonl), of one person (.json), of an Arrow or Parquet file (.arrow, .feather,
            .parquet; needs pyarrow).
        :param on: the date of the decision.
        :param all: results also of those who are not entitled, with the first reason.
        :param results: keep everyone's results, about 150 bytes of memory for each payment; False:
            figures only, for a nation.
        :param threads: 0: as many as there are processors. What comes out does not depend on it.
        :param progress: called about ten times a second with the records done, and all; what it
            raises ends the run, as Ctrl-C does.
        :raises PeopleError: the file or table cannot be read as such; what is wrong with single
            records is in `RunResult.faults`.
        """
        source = self._open(_held(people), on, threads)
        return RunResult(_core.run(source, all, results, threads, progress), source)

    def compare(
        self,
        people: Any,
        reform: Law | Path | Iterable[Path],
        on: Day,
        *,
        lang: Language = "vi",
        threads: int = 0,
        progress: Progress | None = None,
    ) -> Comparison:
        """This law and a reform of it over the same people: cost, who gains, poverty, Gini.

        :param people: as of `run`; read once for each of the two laws.
        :param reform: paths or text, as of `with_reform`, or what that returned.
        :param lang: the language that the report shows first.
        :raises LawError: the reform is refused.
        :raises PeopleError: as of `run`.
        """
        is_vietnamese(lang)
        after = reform if isinstance(reform, Law) else self.with_reform(reform)
        people = _held(people)
        source = self._open(people, on, threads)
        found = _core.compare(source, after._open(people, on, threads), threads, progress)
        return Comparison(found, source, lang)

    def _open(self, people: str | _core.Table, on: Day, threads: int) -> _core.People:
        if isinstance(people, str):
            return _core.open_people(self._core, people, day_text(on))
        return _core.open_table(self._core, people, day_text(on), threads)

    def _repr_html_(self) -> str:
        benefits = [one for one in self.benefits if one.kind == "benefit"]
        rows = "".join(
            f'<li><code>{html.escape(one.name)}</code> <span lang="vi">'
            f"{html.escape(one.label.vi)}</span> · {html.escape(one.label.en)}</li>"
            for one in benefits
        )
        return (
            f'<div class="ansinh">{_html.STYLE}<details><summary>An Sinh: {len(benefits)} benefits'
            f" <code>{self.digest[:12]}</code></summary><ul>{rows}</ul></details></div>"
        )

    def __repr__(self) -> str:
        return f"<Law {self.digest[:12]}, {len(self.benefits)} benefits and contributions>"


def _read(path: str) -> str:
    if not path:
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def _held(people: Any) -> str | _core.Table:
    """A path, or a table held so that it can be read more than once."""
    if isinstance(people, (str, os.PathLike)):
        path = path_of(people)
        if path.endswith((".arrow", ".feather", ".parquet")):
            return _core.Table(_table_of(path), path)
        return path
    if hasattr(people, "__arrow_c_stream__") or hasattr(people, "__arrow_c_array__"):
        return _core.Table(people, "table")
    raise TypeError(
        "people are a path, or a table that speaks Arrow (__arrow_c_stream__): pyarrow, "
        f"pandas 2.2 or later, polars, DuckDB; not {type(people).__name__}"
    )


def _table_of(path: str) -> object:
    """Needs pyarrow."""
    if path.endswith(".parquet"):
        from pyarrow import parquet

        return parquet.read_table(path)
    from pyarrow import feather

    return feather.read_table(path)
