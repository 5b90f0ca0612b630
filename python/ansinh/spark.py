"""The law over a Spark DataFrame: each worker decides its own people.

    from ansinh import Law, spark

    results = spark.run(people, Law.load("law/vn"), on="2026-07-01")

Needs pyspark 3.5 or later, with pyarrow, and this package on the workers. The law is sent along as
text and read once in each worker's process; people do not travel between workers.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import _core
from ._values import Day, day_text
from .law import Law
from .results import RunResult

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

FAULTS = "file string, row bigint, column string, id string, code string, vi string, en string"

# By digest: the laws that this process has read.
_laws: dict[str, Law] = {}


def run(
    people: DataFrame, law: Law, on: Day, *, all: bool = False, skip: bool = False
) -> DataFrame:
    """Everyone's results, as `Law.run` gives them: a row for each payment.

    :param people: a row for each record, in the columns of docs/arrow.md. Give each a ``$id``:
        results name their record by it, and rows are in no order.
    :param all: results also of those who are not entitled, with the first reason.
    :param skip: leave out records with faults (`faults` lists them). Otherwise the first one ends
        the work with its place and reason.

    The columns are those of `Law.run`, with words in place of dictionaries; `record` counts within
    a batch of Spark's and says nothing here. Figures of groups are Spark's to sum: those of the
    nation's tenths by income need `Law.run`.
    """
    text, key, day = pickle.dumps(law), law.digest, day_text(on)

    def decide(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            result = _decide(text, key, batch, day, all)
            if result.faults and not skip:
                raise ValueError(f"{len(result.faults)} records cannot be read: {result.faults[0]}")
            yield from _plain(result).to_batches()

    return people.mapInArrow(decide, schema(law))


def faults(people: DataFrame, law: Law, on: Day) -> DataFrame:
    """The records that cannot be read, and why, in both languages. Rows are counted within a batch
    of Spark's: go by `id`."""
    text, key, day = pickle.dumps(law), law.digest, day_text(on)

    def find(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        for batch in batches:
            rows = [
                {
                    "file": one.file,
                    "row": one.row,
                    "column": one.column,
                    "id": one.id,
                    "code": one.code,
                    "vi": one.reason.vi,
                    "en": one.reason.en,
                }
                for one in _decide(text, key, batch, day, False).faults
            ]
            if rows:
                yield pyarrow.RecordBatch.from_pylist(rows)

    return people.mapInArrow(find, FAULTS)


def schema(law: Law) -> StructType:
    """The columns of `run`, as Spark has them."""
    import pyarrow
    from pyspark.sql.pandas.types import from_arrow_schema

    columns = pyarrow.RecordBatchReader._import_from_c_capsule(_core.result_stream(law._core))
    return from_arrow_schema(_without_dictionaries(columns.schema))


def _decide(text: bytes, key: str, batch: pyarrow.RecordBatch, day: str, all: bool) -> RunResult:
    law = _laws.get(key)
    if law is None:
        law = _laws[key] = pickle.loads(text)
    return law.run(batch, on=day, all=all, threads=1)


def _plain(result: RunResult) -> pyarrow.Table:
    table = result.to_pyarrow()
    return table.cast(_without_dictionaries(table.schema))


def _without_dictionaries(schema: pyarrow.Schema) -> pyarrow.Schema:
    import pyarrow

    return pyarrow.schema(
        (
            (field.name, field.type.value_type)
            if pyarrow.types.is_dictionary(field.type)
            else (field.name, field.type)
        )
        for field in schema
    )
