"""The peer: OpenFisca-Core with its country template, the same pieces of work.

Prints one JSON object: seconds to load the rules, to compute every variable of one person with the trace on, to set up
a reform (with the rules it stands on, as ours is), and to compute the disposable income of many households; the peak
resident memory of the process after one person. Its country template holds a few dozen rules against the several
hundred of law/vn, so the comparison favours the peer.
"""

import json
import resource
import statistics
import sys
import time

import numpy as np

PERIOD = "2022-01"
HOUSEHOLDS = 1_000_000


def median_seconds(work, repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def decide_seconds(system, monthly: list[str]) -> float:
    from openfisca_core.simulation_builder import SimulationBuilder

    situation = {
        "persons": {"A": {"birth": {"ETERNITY": "1963-05-10"}, "salary": {PERIOD: 3000}}},
        "households": {"h": {"adults": ["A"]}},
    }
    decides = []
    for _ in range(20):
        simulation = SimulationBuilder().build_from_entities(system, situation)
        simulation.trace = True
        start = time.perf_counter()
        for name in monthly:
            simulation.calculate(name, PERIOD)
        decides.append(time.perf_counter() - start)
    return statistics.median(decides)


def households_a_second(system) -> float:
    """One person each; their making does not count."""
    from openfisca_core.simulation_builder import SimulationBuilder

    times = []
    for _ in range(3):
        simulation = SimulationBuilder().build_default_simulation(system, HOUSEHOLDS)
        simulation.set_input("salary", PERIOD, np.arange(HOUSEHOLDS) % 5000 + 0.0)
        start = time.perf_counter()
        simulation.calculate("disposable_income", PERIOD)
        times.append(time.perf_counter() - start)
    return HOUSEHOLDS / statistics.median(times)


def main() -> None:
    from openfisca_country_template import CountryTaxBenefitSystem
    from openfisca_country_template.reforms.modify_social_security_taxation import modify_social_security_taxation

    load = median_seconds(CountryTaxBenefitSystem, 5)
    reform = median_seconds(lambda: modify_social_security_taxation(CountryTaxBenefitSystem()), 5)
    system = CountryTaxBenefitSystem()
    monthly = [
        name for name, variable in system.variables.items()
        if str(variable.definition_period) in ("month", "DateUnit.MONTH") and not variable.is_input_variable()
    ]
    decide = decide_seconds(system, monthly)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump(
        {
            "load_seconds": load,
            "decide_seconds": decide,
            "memory_mib": memory,
            "reform_seconds": reform,
            "households_a_second": households_a_second(system),
            "rules": len(monthly),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
