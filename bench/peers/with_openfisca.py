"""The pension rule in OpenFisca-Core: a tax and benefit system of six variables, made for it.

Its numbers are 32-bit floats and integers, so that many amounts differ from the exact ones.
"""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from openfisca_core.entities import Entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import MONTH
from openfisca_core.simulations import Simulation
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable
from rules_common import LEAST_PENSION, REFUSED, Inputs, differing, median_seconds

PERIOD = "2026-01"
PERSON = Entity("person", "persons", "Person", "")


class Sex(Enum):
    female = "female"
    male = "male"


class sex(Variable):
    value_type, possible_values, default_value = Enum, Sex, Sex.female
    entity, definition_period = PERSON, MONTH


class months_paid(Variable):
    value_type, entity, definition_period = int, PERSON, MONTH


class years_early(Variable):
    value_type, entity, definition_period = int, PERSON, MONTH


class salary(Variable):
    value_type, entity, definition_period = float, PERSON, MONTH


class half_years_paid(Variable):
    value_type, entity, definition_period = int, PERSON, MONTH

    def formula(persons, period):
        return (persons("months_paid", period) + 5) // 6


class rate(Variable):
    value_type, entity, definition_period = float, PERSON, MONTH

    def formula(persons, period):
        halves = persons("half_years_paid", period)
        is_female = persons("sex", period) == Sex.female
        man = np.where(halves >= 40, 0.45 + 0.01 * (halves - 40), 0.4 + 0.005 * (halves - 30))
        full = np.minimum(np.where(is_female, 0.45 + 0.01 * (halves - 30), man), 0.75)
        return full - 0.02 * persons("years_early", period)


class pension(Variable):
    value_type, entity, definition_period = float, PERSON, MONTH

    def formula(persons, period):
        amount = np.maximum(persons("rate", period) * persons("salary", period), LEAST_PENSION)
        return np.where(persons("half_years_paid", period) < 30, REFUSED, np.floor(amount + 0.5))


def system() -> TaxBenefitSystem:
    made = TaxBenefitSystem([PERSON])
    for variable in (sex, months_paid, years_early, salary, half_years_paid, rate, pension):
        made.add_variable(variable)
    return made


def measure(rule: str, inputs: Inputs, repeats: int) -> dict | None:
    if rule != "pension_rule":  # spells with gaps cannot be said
        return None
    made = system()
    simulation: Simulation | None = None

    def prepare() -> None:
        nonlocal simulation
        populations = made.instantiate_entities()
        populations["person"].count = inputs.people
        simulation = Simulation(made, populations)
        simulation.set_input("sex", PERIOD, inputs.sex_)
        simulation.set_input("months_paid", PERIOD, inputs.months_paid_)
        simulation.set_input("years_early", PERIOD, inputs.years_early_)
        simulation.set_input("salary", PERIOD, inputs.salary_)

    def calculate() -> np.ndarray:
        return simulation.calculate("pension", PERIOD)

    seconds = median_seconds(calculate, repeats, prepare)
    with_inputs = median_seconds(lambda: (prepare(), calculate()), repeats)
    prepare()
    return {
        "peer": f"OpenFisca-Core {version('openfisca-core')}",
        "forms": {
            "float32": {
                "seconds": seconds,
                "seconds_with_inputs": with_inputs,
                "differing": differing(calculate().astype(np.int64), inputs.results_),
            }
        },
    }
