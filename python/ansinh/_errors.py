"""What can go wrong because of a law, a file or a person's facts, as exceptions with places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ._values import Language, Text


@dataclass(frozen=True)
class Diagnostic:
    """One thing that is wrong, where, and what to do."""

    code: str
    """A stable name: "unknown-name", "out-of-range"."""
    severity: str
    """"error" or "warning"."""
    file: str
    line: int
    """From 1; 0: the file as a whole."""
    column: int
    """From 1, in characters; 0: the line as a whole."""
    message: Text
    help: Text
    rendered: Text
    """With its place, the line of the source and a caret, as the command line shows it."""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Diagnostic:
        texts = {name: Text.of(raw[name]) for name in ("message", "help", "rendered")}
        return cls(raw["code"], raw["severity"], raw["file"], raw["line"], raw["column"], **texts)


class Error(Exception):
    """What a law, a file or a person's facts have caused. Its place is that of the first fault;
    `diagnostics` has them all. ``str()`` is English, `in_language` gives either."""

    diagnostics: tuple[Diagnostic, ...]

    def __init__(self, diagnostics: Iterable[Diagnostic]):
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics)

    @property
    def code(self) -> str:
        return self.diagnostics[0].code

    @property
    def file(self) -> str:
        return self.diagnostics[0].file

    @property
    def line(self) -> int:
        return self.diagnostics[0].line

    @property
    def column(self) -> int:
        return self.diagnostics[0].column

    @property
    def message(self) -> Text:
        return self.diagnostics[0].message

    @property
    def help(self) -> Text:
        return self.diagnostics[0].help

    def in_language(self, lang: Language) -> str:
        return "\n".join(one.rendered.in_language(lang).rstrip("\n") for one in self.diagnostics)

    def __str__(self) -> str:
        return self.in_language("en")


class LawError(Error):
    """The law, a reform or its statistics cannot be read, or are refused."""


class PersonError(Error):
    """A person's facts do not fit what the law declares."""


class PeopleError(Error):
    """A file or table of many people cannot be read as such."""


class ModelError(Error):
    """The model of a population cannot be read, or what it gives does not fit the law."""


def of(kind: str, raw: Iterable[Mapping[str, Any]]) -> Error:
    """What the compiled part raises."""
    kinds: dict[str, type[Error]] = {
        "LawError": LawError,
        "PersonError": PersonError,
        "PeopleError": PeopleError,
        "ModelError": ModelError,
    }
    return kinds[kind](Diagnostic.of(one) for one in raw)
