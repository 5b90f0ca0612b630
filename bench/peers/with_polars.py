"""The rules in Polars, one thread (POLARS_MAX_THREADS=1 is set by run_rule.py before the import)."""

from __future__ import annotations

import polars as pl
from rules_common import LEAST_PENSION, REFUSED, Inputs, differing, measured_forms


def pension_rule(inputs: Inputs) -> dict[str, pl.LazyFrame]:
    people = pl.DataFrame({
        "sex": inputs.sex_, "months": inputs.months_paid_, "early": inputs.years_early_, "salary": inputs.salary_,
    }).lazy()
    col, when = pl.col, pl.when
    halves = (col("months") + 5) // 6
    man = when(col("halves") >= 40).then(450 + 10 * (col("halves") - 40)).otherwise(400 + 5 * (col("halves") - 30))
    full = when(col("sex") == 0).then(450 + 10 * (col("halves") - 30)).otherwise(man)
    rate = pl.min_horizontal(full, pl.lit(750, pl.Int32)) - 20 * col("early")
    amount = pl.max_horizontal(col("rate").cast(pl.Int64) * col("salary"), pl.lit(LEAST_PENSION * 1000))
    pension = (amount + 500) // 1000
    found = when(col("halves") < 30).then(pl.lit(REFUSED, pl.Int64)).otherwise(pension)
    return {"Int64": people.with_columns(halves=halves).with_columns(rate=rate).select(found=found)}


def spells(inputs: Inputs) -> pl.LazyFrame:
    return pl.DataFrame({
        "person": inputs.person_of_spell(), "from": inputs.from_, "to": inputs.to_, "salary": inputs.salary_,
    }).with_columns(pl.col("person").set_sorted()).lazy()


def rounded_mean() -> pl.Expr:
    return (2 * pl.col("sum") + pl.col("months")) // (2 * pl.col("months"))


def last60(inputs: Inputs) -> dict[str, pl.LazyFrame]:
    """A running sum over all spells; where it stands at a person's end is the group's last."""
    months = (pl.col("to") - pl.col("from") + 1).cast(pl.Int64)
    running = pl.col("months").cum_sum()
    base = spells(inputs).with_columns(months=months).with_columns(running=running)
    ends = base.group_by("person", maintain_order=True).agg(end=pl.col("running").last())
    left = 60 - (pl.col("end") - pl.col("running"))
    taken = pl.min_horizontal(left.clip(0, None), pl.col("months"))
    joined = (
        base.join(ends, on="person", how="left", maintain_order="left").with_columns(taken=taken)
        .group_by("person", maintain_order=True)
        .agg(sum=(pl.col("taken") * pl.col("salary")).sum(), months=pl.col("taken").sum())
        .select(found=rounded_mean())
    )
    within = (
        spells(inputs).with_columns(months=months)
        .group_by("person", maintain_order=True)
        .agg(
            taken=(60 - (pl.col("months").sum() - pl.col("months").cum_sum())).clip(0, None),
            months=pl.col("months"),
            salary=pl.col("salary"),
        )
        .explode("taken", "months", "salary")
        .with_columns(taken=pl.min_horizontal("taken", "months"))
        .group_by("person", maintain_order=True)
        .agg(sum=(pl.col("taken") * pl.col("salary")).sum(), months=pl.col("taken").sum())
        .select(found=rounded_mean())
    )
    return {"a running sum, joined with its end by person": joined, "groups twice": within}


def best20(inputs: Inputs) -> dict[str, pl.LazyFrame]:
    wages = spells(inputs).select("person", "salary")
    mean = ((2 * pl.col("sum") + 20) // 40).alias("found")
    grouped = wages.group_by("person", maintain_order=True).agg(sum=pl.col("salary").top_k(20).sum()).select(mean)
    nested = wages.collect().group_by("person", maintain_order=True).agg("salary").lazy()
    lists = nested.select(sum=pl.col("salary").list.sort(descending=True).list.head(20).list.sum()).select(mean)
    return {"top_k by group": grouped, "lists of wages, sorted": lists}


def measure(rule: str, inputs: Inputs, repeats: int) -> dict:
    forms = {"pension_rule": pension_rule, "last60": last60, "best20": best20}[rule](inputs)
    seconds = measured_forms({name: form.collect for name, form in forms.items()}, repeats)
    return {
        "peer": f"Polars {pl.__version__}",
        "forms": {
            name: {"seconds": seconds[name], "differing": differing(form.collect()["found"], inputs.results_)}
            for name, form in forms.items()
        },
    }
