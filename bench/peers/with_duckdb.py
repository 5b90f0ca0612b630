"""The rules in DuckDB, one thread, in memory, each in several forms: the fastest is the one to beat.

Only the sum of the results is taken from a timed query, which spares DuckDB the making of a result;
each form is then run once more for everybody's result.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import numpy as np
from rules_common import LEAST_PENSION, REFUSED, Inputs, differing, measured_forms

PENSION = {
    "integers": f"""
      WITH halved AS (SELECT *, (months + 5) // 6 AS halves FROM people),
      rated AS (SELECT *, least(CASE WHEN sex = 0 THEN 450 + 10 * (halves - 30)
                                     WHEN halves >= 40 THEN 450 + 10 * (halves - 40)
                                     ELSE 400 + 5 * (halves - 30) END, 750) - 20 * early AS rate FROM halved)
      SELECT CASE WHEN halves < 30 THEN {REFUSED}
                  ELSE (greatest(rate * salary, {LEAST_PENSION * 1000}) + 500) // 1000 END AS found FROM rated""",
    "decimals": f"""
      WITH halved AS (SELECT *, ceil(months / 6)::INTEGER AS halves FROM people),
      rated AS (SELECT *, least(CASE WHEN sex = 0 THEN 0.450 + 0.010 * (halves - 30)
                                     WHEN halves >= 40 THEN 0.450 + 0.010 * (halves - 40)
                                     ELSE 0.400 + 0.005 * (halves - 30) END, 0.750) - 0.020 * early AS rate FROM halved)
      SELECT CASE WHEN halves < 30 THEN {REFUSED}
                  ELSE round(greatest(rate::DECIMAL(6, 3) * salary::DECIMAL(10, 0), {LEAST_PENSION}), 0)::BIGINT END
             AS found FROM rated""",
}
MEAN = "(2 * sum(taken * salary) + sum(taken)) // (2 * sum(taken))"
# The spells are stored in the order of persons and months: only the first form does not rest on it. Also tried and left
# out because they took more than twice as long: month by month with row_number, list_reduce over ordered lists.
LAST60 = {
    "window by person, then group": f"""
      WITH running AS (SELECT person, salary, last - first + 1 AS months,
                              sum(last - first + 1) OVER (PARTITION BY person ORDER BY first DESC
                                                          ROWS UNBOUNDED PRECEDING) AS so_far FROM spells),
      part AS (SELECT person, salary, greatest(0, least(months, 60 - (so_far - months)))::BIGINT AS taken FROM running)
      SELECT person, {MEAN} AS found FROM part GROUP BY person""",
    "one running sum in stored order, joined with its end": f"""
      WITH running AS (SELECT person, salary, last - first + 1 AS months,
                              sum(last - first + 1) OVER (ROWS UNBOUNDED PRECEDING) AS so_far FROM spells),
      ends AS (SELECT person, last(so_far) AS whole FROM running GROUP BY person),
      part AS (SELECT person, salary, greatest(0, least(months, 60 - (whole - so_far)))::BIGINT AS taken
               FROM running JOIN ends USING (person))
      SELECT person, {MEAN} AS found FROM part GROUP BY person""",
    "lists by person, transformed": """
      WITH listed AS (SELECT person, list((last - first + 1)::BIGINT) AS months, list(salary) AS salaries
                      FROM spells GROUP BY person),
      part AS (SELECT person, salaries, list_transform(months, lambda m, i: greatest(0, least(
                 m, 60 - coalesce(list_sum(months[i + 1:]), 0)))) AS taken FROM listed)
      SELECT person, (2 * list_sum(list_transform(taken, lambda t, i: t * salaries[i])) + list_sum(taken))
                     // (2 * list_sum(taken)) AS found FROM part""",
}
BEST20 = {
    "window by person, then group": """
      WITH ranked AS (SELECT person, salary, row_number() OVER (PARTITION BY person ORDER BY salary DESC) AS n
                      FROM spells)
      SELECT person, (2 * sum(salary) + 20) // 40 AS found FROM ranked WHERE n <= 20 GROUP BY person""",
    "max(salary, 20) by person": """
      SELECT person, (2 * list_sum(max(salary, 20)) + 20) // 40 AS found FROM spells GROUP BY person""",
    "lists by person, sorted": """
      SELECT person, (2 * list_sum(list_reverse_sort(list(salary))[1:20]) + 20) // 40 AS found
      FROM spells GROUP BY person""",
}


def summing(database: duckdb.DuckDBPyConnection, query: str) -> Callable[[], object]:
    return lambda: database.execute(f"SELECT sum(found) FROM ({query})").fetchall()


def measure(rule: str, inputs: Inputs, repeats: int) -> dict:
    database = duckdb.connect()
    database.execute("SET threads = 1")
    if rule == "pension_rule":
        arrays = {  # noqa: F841 (DuckDB finds it by its name)
            "sex": inputs.sex_, "months": inputs.months_paid_, "early": inputs.years_early_, "salary": inputs.salary_,
        }
        database.execute("CREATE TABLE people AS SELECT * FROM arrays")
        forms, order = PENSION, ""
    else:
        arrays = {  # noqa: F841
            "person": inputs.person_of_spell(), "first": inputs.from_, "last": inputs.to_, "salary": inputs.salary_,
        }
        database.execute("CREATE TABLE spells AS SELECT * FROM arrays")
        forms, order = (LAST60 if rule == "last60" else BEST20), " ORDER BY person"
    seconds = measured_forms({name: summing(database, query) for name, query in forms.items()}, repeats)
    found = {}
    for name, query in forms.items():
        results = database.execute(query + order).fetchnumpy()["found"].astype(np.int64)
        found[name] = {"seconds": seconds[name], "differing": differing(results, inputs.results_)}
    return {"peer": f"DuckDB {duckdb.__version__}", "forms": found}
