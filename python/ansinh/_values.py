"""Values as they cross between Python and the law: texts, dates, a person's facts, numbers."""

from __future__ import annotations

import datetime
import json
import numbers
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, NamedTuple, TypeAlias

Language: TypeAlias = Literal["vi", "en"]
Number: TypeAlias = "int | Fraction"
Day: TypeAlias = "str | datetime.date"
Path: TypeAlias = "str | os.PathLike[str]"


class Text(NamedTuple):
    """A sentence in both languages. ``str()`` gives the English."""

    vi: str
    en: str

    def __str__(self) -> str:
        return self.en

    def in_language(self, lang: Language) -> str:
        return self.vi if is_vietnamese(lang) else self.en

    @classmethod
    def of(cls, both: Mapping[str, str]) -> Text:
        return cls(both["vi"], both["en"])


def is_vietnamese(lang: str) -> bool:
    if lang not in ("vi", "en"):
        raise ValueError(f"lang must be 'vi' or 'en', not {lang!r}")
    return lang == "vi"


def day_text(on: Day) -> str:
    """The civil date as "2026-11-23"; of a moment the date that stands in it."""
    if isinstance(on, datetime.datetime):
        on = on.date()
    if isinstance(on, datetime.date):
        return on.isoformat()
    if isinstance(on, str):
        return on  # read by the library, which says what is wrong with it
    raise TypeError(f"a date or text like '2026-11-23' is needed, not {type(on).__name__}")


def day_of(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)


def path_of(path: Path) -> str:
    text = os.fsdecode(path)
    if "\0" in text:
        raise ValueError("a path cannot hold a null character")
    return text


def paths_of(paths: Path | Iterable[Path]) -> list[str]:
    if isinstance(paths, (str, os.PathLike)):
        return [path_of(paths)]
    return [path_of(path) for path in paths]


def json_of(person: Any) -> str:
    """A person's facts as JSON text, every number exact; raises TypeError for what is not exact."""
    if isinstance(person, (str, bytes)):
        return person.decode() if isinstance(person, bytes) else person
    if not isinstance(person, Mapping):
        raise TypeError(
            f"a person is a dict or JSON text in the words of the law, not {type(person).__name__}"
        )
    return "".join(_json(person, "", 0)) + "\n"


def _json(value: Any, path: str, depth: int) -> Iterator[str]:
    inner, outer = "\n" + "  " * (depth + 1), "\n" + "  " * depth
    if value is None or isinstance(value, bool):
        yield json.dumps(value)
    elif isinstance(value, str):
        yield json.dumps(value, ensure_ascii=False)
    elif isinstance(value, datetime.date):
        yield json.dumps(day_text(value))
    elif isinstance(value, Mapping):
        yield "{"
        for i, (key, item) in enumerate(value.items()):
            if not isinstance(key, str):
                raise TypeError(f"{path or '/'}: names are text, not {type(key).__name__}")
            yield ("," if i else "") + inner + json.dumps(key, ensure_ascii=False) + ": "
            yield from _json(item, f"{path}/{key}", depth + 1)
        yield outer + "}" if value else "}"
    elif isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        yield "["
        for i, item in enumerate(value):
            yield ("," if i else "") + inner
            yield from _json(item, f"{path}/{i}", depth + 1)
        yield outer + "]" if value else "]"
    else:
        yield _number(value, path)


def _number(value: Any, path: str) -> str:
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise TypeError(f"{path}: {value} is not a number")
        return f"{value:f}"
    if isinstance(value, Fraction):
        if value.denominator == 1:
            return str(value.numerator)
        return json.dumps(f"{value.numerator}/{value.denominator}")
    if isinstance(value, numbers.Real):  # float, numpy.float64
        raise TypeError(
            f"{path}: {value!r} is a {type(value).__name__}, which cannot hold amounts exactly; "
            "give an int, a decimal.Decimal, a fractions.Fraction or text"
        )
    raise TypeError(f"{path}: {type(value).__name__} cannot be a fact")


def exact(text: str) -> int | Decimal | Fraction | None:
    """A number of a table of figures: "12", "12.5", "3/4"; empty: none."""
    if not text:
        return None
    if "/" in text:
        return Fraction(text)
    return Decimal(text) if "." in text else int(text)
