"""The peer: OpenFisca-Core with its country template, the same three pieces of work.

Prints one JSON object: seconds to load the rules, seconds to compute every variable of one person
with the trace on, and the peak resident memory of the process. Its country template holds a few
dozen rules against the several hundred of law/vn, so the comparison favours the peer.
"""

import json
import resource
import statistics
import sys
import time


def main() -> None:
    from openfisca_core.simulation_builder import SimulationBuilder
    from openfisca_country_template import CountryTaxBenefitSystem

    loads = []
    for _ in range(5):
        start = time.perf_counter()
        system = CountryTaxBenefitSystem()
        loads.append(time.perf_counter() - start)
    period = "2022-01"
    situation = {
        "persons": {"A": {"birth": {"ETERNITY": "1963-05-10"}, "salary": {period: 3000}}},
        "households": {"h": {"adults": ["A"]}},
    }
    monthly = [
        name for name, variable in system.variables.items()
        if str(variable.definition_period) in ("month", "DateUnit.MONTH") and not variable.is_input_variable()
    ]
    decides = []
    for _ in range(20):
        simulation = SimulationBuilder().build_from_entities(system, situation)
        simulation.trace = True
        start = time.perf_counter()
        for name in monthly:
            simulation.calculate(name, period)
        decides.append(time.perf_counter() - start)
    json.dump(
        {
            "load_seconds": statistics.median(loads),
            "decide_seconds": statistics.median(decides),
            "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "rules": len(monthly),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
