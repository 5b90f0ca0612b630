"""The rules in DuckDB, one thread, in memory, each in several forms: the fastest is the one to beat.

Only the sum of the results is taken from a timed query, which spares DuckDB the making of a result;
each form is then run once more for everybody's result.
"""

from __future__ import annotations

import duckdb
import numpy as np

from rules_common import LEAST_PENSION, REFUSED, Inputs, differing, median_seconds

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
LAST60 = {
    "window by person, then group": f"""
      WITH running AS (SELECT person, salary, last - first + 1 AS months,
                              sum(last - first + 1) OVER (PARTITION BY person ORDER BY first DESC
                                                          ROWS UNBOUNDED PRECEDING) AS so_far FROM spells),
      part AS (SELECT person, salary, greatest(0, least(months, 60 - (so_far - months)))::BIGINT AS taken FROM running)
      SELECT person, {MEAN} AS found FROM part GROUP BY person""",
    "lists by person, reduced": """
      WITH listed AS (SELECT person, list({'m': (last - first + 1)::BIGINT, 's': salary} ORDER BY first DESC) AS work
                      FROM spells GROUP BY person),
      reduced AS (SELECT person, list_reduce(work, lambda a, b: {'m': a.m + least(b.m, 60 - a.m),
                                                                 's': a.s + least(b.m, 60 - a.m) * b.s},
                                             {'m': 0::BIGINT, 's': 0::BIGINT}) AS r FROM listed)
      SELECT person, (2 * r.s + r.m) // (2 * r.m) AS found FROM reduced""",
    "month by month": """
      WITH months AS (SELECT person, salary, unnest(range(first, last + 1)) AS month FROM spells),
      numbered AS (SELECT person, salary, row_number() OVER (PARTITION BY person ORDER BY month DESC) AS n FROM months)
      SELECT person, (2 * sum(salary) + count(*)) // (2 * count(*)) AS found FROM numbered WHERE n <= 60
      GROUP BY person""",
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
    found = {}
    for name, query in forms.items():
        # The slow forms are there to be ruled out: once is enough.
        often = 1 if name == "month by month" else repeats
        results = database.execute(query + order).fetchnumpy()["found"].astype(np.int64)
        found[name] = {
            "seconds": median_seconds(
                lambda query=query: database.execute(f"SELECT sum(found) FROM ({query})").fetchall(), often),
            "differing": differing(results, inputs.results_),
        }
    return {"peer": f"DuckDB {duckdb.__version__}", "forms": found}
