"""What the law decides of one person or household, and why."""

from __future__ import annotations

import datetime
import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import _core, _html
from ._values import Language, Number, Text, day_of, is_vietnamese


@dataclass(frozen=True)
class Cite:
    """An article."""

    text: str
    """As the law file has it: "66(1)(a)" of an act, else free text."""
    label: Text
    act: str | None

    def __str__(self) -> str:
        return self.label.en


@dataclass(frozen=True)
class Payment:
    """What is to be paid (or, of a contribution, owed)."""

    amount: Number
    """In units of `currency`, per `each`. Exact: int, or Fraction where it is not whole."""
    currency: str
    each: str
    """"once", "day", "month" or "year"."""
    text: Text
    """The amount in words, with its unit."""
    on: datetime.date | None
    start: datetime.date | None
    until: datetime.date | None
    """None: open."""
    duration: Number | None
    duration_unit: str
    """"months" or "days"; empty without a duration."""
    fund: str | None
    party: str | None
    """Of a contribution: who owes it."""


@dataclass(frozen=True)
class Given:
    """A benefit that is not money."""

    name: Text
    value: Any
    """A number in `unit` (int or Fraction), bool, or text (members of enumerations, dates)."""
    unit: str
    text: Text


@dataclass(frozen=True)
class Reason:
    """Why not."""

    text: Text
    cite: tuple[Cite, ...]

    def __str__(self) -> str:
        return self.text.en


@dataclass(frozen=True)
class Missing:
    """A fact that would have to be known (or, among `presumed`, that the law presumed)."""

    entity: str
    name: str
    """Of the fact, or of the list."""
    place: Text
    """Of which row; empty for the person or household itself."""
    text: Text

    def __str__(self) -> str:
        return self.text.en


@dataclass(frozen=True)
class Outcome:
    """One benefit or contribution, for one row of what it is owed to."""

    benefit: str
    label: Text
    kind: str
    """"benefit" or "contribution"."""
    status: str
    """"entitled", "not entitled", "cannot tell", "incomplete" (not yet expressed by the law file)
    or "error" (the facts contradict each other)."""
    entity: str
    place: Text
    pays: tuple[Payment, ...]
    gives: tuple[Given, ...]
    reasons: tuple[Reason, ...]
    """Every condition that failed, or why it is incomplete or in error."""
    missing: tuple[Missing, ...]
    presumed: tuple[Missing, ...]
    cite: tuple[Cite, ...]
    unverified: tuple[Text, ...]
    apply_before: datetime.date | None
    due: datetime.date | None
    replaced_by: str | None
    """Another benefit is paid instead."""
    unless: tuple[str, ...]
    """Entitled, unless one of these turns out to be paid instead."""

    @property
    def is_entitled(self) -> bool:
        return self.status == "entitled"


@dataclass(frozen=True)
class Receipt:
    """By what law, on what facts, with what result: enough to replay the decision."""

    law_digest: str
    law_date: datetime.date
    engine_version: str
    facts_digest: str
    result_digest: str


class Decision:
    """Made by `Law.decide`. In a notebook it shows itself, with its reasons to be unfolded."""

    __slots__ = ("_core", "_currency", "_data", "_outcomes", "lang")

    def __init__(self, core: _core.Decision, currency: str, lang: Language):
        is_vietnamese(lang)
        self._core = core
        self._currency = currency
        self._data: dict[str, Any] | None = None
        self._outcomes: tuple[Outcome, ...] | None = None
        self.lang: Language = lang

    @property
    def on(self) -> datetime.date:
        """The date of the decision."""
        return datetime.date.fromisoformat(self.to_dict()["on"])

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Every benefit and contribution of the law, in its order."""
        if self._outcomes is None:
            numbers = self._core.numbers()
            self._outcomes = tuple(
                _outcome(raw, of, self._currency)
                for raw, of in zip(self.to_dict()["outcomes"], numbers, strict=True)
            )
        return self._outcomes

    @property
    def entitled(self) -> tuple[Outcome, ...]:
        """What is granted, and the contributions that are owed."""
        return tuple(one for one in self.outcomes if one.is_entitled)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """All facts that would have to be known to decide the rest, each once."""
        return tuple(dict.fromkeys(one for outcome in self.outcomes for one in outcome.missing))

    @property
    def receipt(self) -> Receipt:
        raw = self.to_dict()["receipt"]
        return Receipt(**{**raw, "law_date": datetime.date.fromisoformat(raw["law_date"])})

    def __getitem__(self, benefit: str) -> tuple[Outcome, ...]:
        """The outcomes of one benefit: one, or one for each row (each child, each sick leave)."""
        found = tuple(one for one in self.outcomes if one.benefit == benefit)
        if not found:
            raise KeyError(benefit)
        return found

    def explain(
        self, benefit: str | None = None, *, why: bool = True, lang: Language | None = None
    ) -> str:
        """In words, line by line; with `why`, below each outcome what it rests on, and on what that
        rests, down to the facts. Raises ValueError for a benefit that the law does not have."""
        return self._core.text(benefit, is_vietnamese(lang or self.lang), why, False)

    def to_json(self) -> str:
        """As `ansinh decide --json` prints it: outcomes, all steps, the receipt."""
        return self._core.trace

    def to_dict(self) -> dict[str, Any]:
        """The same as Python values; numbers of the law are text with their unit."""
        if self._data is None:
            self._data = json.loads(self._core.trace)
        return self._data

    def _repr_html_(self) -> str:
        receipt = self.to_dict()["receipt"]
        digests = html.escape(f"{receipt['law_digest'][:12]}, {receipt['facts_digest'][:12]}")
        heads: dict[Language, str] = {
            "vi": f"Ngày xét: {self.on:%d/%m/%Y} <code>({digests})</code>",
            "en": f"Decision date: {self.on.isoformat()} <code>({digests})</code>",
        }
        bodies: dict[Language, str] = {
            "vi": _html.explanation(self._core.text(None, True, True, True)),
            "en": _html.explanation(self._core.text(None, False, True, True)),
        }
        return _html.both_languages(bodies, heads, self.lang)

    def __str__(self) -> str:
        return self.explain(why=False)

    def __repr__(self) -> str:
        names = ", ".join(dict.fromkeys(one.benefit for one in self.entitled))
        return f"<Decision on {self.on}: {names or 'nothing granted'}>"


def _cites(raw: Sequence[Mapping[str, Any]]) -> tuple[Cite, ...]:
    return tuple(Cite(one["text"], Text.of(one["label"]), one.get("act")) for one in raw)


def _missing(raw: Sequence[Mapping[str, Any]]) -> tuple[Missing, ...]:
    nowhere = {"vi": "", "en": ""}
    return tuple(
        Missing(
            one["entity"],
            one.get("fact") or one["list"],
            Text.of(one["at"]["place"] if one["at"] else nowhere),
            Text.of(one["text"]),
        )
        for one in raw
    )


def _payment(raw: Mapping[str, Any], number: Mapping[str, Any], currency: str) -> Payment:
    return Payment(
        amount=number["amount"],
        currency=currency,
        each=raw["each"],
        text=Text.of(raw["amount"]["text"]),
        on=day_of(raw.get("on")),
        start=day_of(raw.get("from")),
        until=day_of(raw.get("until")),
        duration=number["duration"],
        duration_unit=number["duration_unit"],
        fund=raw.get("fund"),
        party=raw.get("party"),
    )


def _outcome(raw: Mapping[str, Any], numbers: Mapping[str, Any], currency: str) -> Outcome:
    return Outcome(
        benefit=raw["benefit"],
        label=Text.of(raw["label"]),
        kind=raw["kind"],
        status=raw["status"],
        entity=raw["at"]["entity"],
        place=Text.of(raw["at"]["place"]),
        pays=tuple(
            _payment(one, number, currency)
            for one, number in zip(raw["pays"], numbers["pays"], strict=True)
        ),
        gives=tuple(
            Given(Text.of(one["name"]), of["value"], of["unit"], Text.of(one["text"]))
            for one, of in zip(raw["gives"], numbers["gives"], strict=True)
        ),
        reasons=tuple(
            Reason(Text.of(one["text"]), _cites(one["cite"]))
            for one in (*raw["failed"], *raw["reasons"])
        ),
        missing=_missing(raw["missing"]),
        presumed=_missing(raw["presumed"]),
        cite=_cites(raw["cite"]),
        unverified=tuple(Text.of(one) for one in raw["unverified"]),
        apply_before=day_of(raw.get("apply_before")),
        due=day_of(raw.get("due")),
        replaced_by=raw.get("replaced_by"),
        unless=tuple(raw.get("unless", ())),
    )
