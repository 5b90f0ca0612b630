"""An Sinh: the law of social protection as a program.

    from ansinh import Law

    law = Law.load("law/vn")                                   # read and checked
    decision = law.decide(person, on="2026-11-23")             # one person, with every reason
    result = law.run("people.ansinh", on="2026-11-23")         # a nation
    reform = law.compare("people.ansinh", "reform.md", on="2026-11-23")

Amounts are ``int`` where they are whole and ``fractions.Fraction`` where not; never ``float``.
What a person reads stands in both languages (`Text`). What goes wrong with the law, a person's
facts, many people or a model raises `LawError`, `PersonError`, `PeopleError` or `ModelError`, each
with file, line, column, what is wrong and what to do. Wrong arguments raise ``ValueError`` or
``TypeError``.
"""

from . import population
from ._core import ENGINE_VERSION
from ._errors import Diagnostic, Error, LawError, ModelError, PeopleError, PersonError
from ._values import Text
from .comparison import Comparison
from .decision import Cite, Decision, Given, Missing, Outcome, Payment, Reason, Receipt
from .law import Benefit, Case, Cases, Group, Law, Mismatch
from .results import Fault, FigureTable, RunResult

__version__ = "0.1.0"

__all__ = [
    "ENGINE_VERSION",
    "Benefit",
    "Case",
    "Cases",
    "Cite",
    "Comparison",
    "Decision",
    "Diagnostic",
    "Error",
    "Fault",
    "FigureTable",
    "Given",
    "Group",
    "Law",
    "LawError",
    "Mismatch",
    "Missing",
    "ModelError",
    "Outcome",
    "Payment",
    "PeopleError",
    "PersonError",
    "Reason",
    "Receipt",
    "RunResult",
    "Text",
    "population",
]
