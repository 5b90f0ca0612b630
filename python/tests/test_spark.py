"""The law on Spark: a cluster of two workers on this machine, equal to a single run."""

import os
import pathlib
import shutil
import sys

import pyarrow
import pyspark
import pytest
from made_tables import rows_of, table_of
from pyspark.errors import PythonException
from pyspark.sql import SparkSession

from ansinh import spark as ansinh_spark

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("default")]

ON = "2026-07-01"


@pytest.fixture(scope="module")
def session():
    """Two workers with a process each; nothing leaves the loopback interface."""
    os.environ.update(
        PYSPARK_PYTHON=sys.executable,
        PYSPARK_DRIVER_PYTHON=sys.executable,
        SPARK_LOCAL_IP="127.0.0.1",
        SPARK_LOCAL_HOSTNAME="localhost",
    )
    builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("ansinh")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "4",
        "spark.log.level": "ERROR",
        # Several batches for each partition, so that the law must be kept between them.
        "spark.sql.execution.arrow.maxRecordsPerBatch": "20",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    yield session
    session.stop()
    shutil.rmtree(pathlib.Path(pyspark.__file__).parent / "work", ignore_errors=True)


@pytest.fixture(scope="module")
def table(program, snapshot, tmp_path_factory):
    return table_of(rows_of(program, snapshot, tmp_path_factory.mktemp("rows") / "people.jsonl"))


@pytest.fixture(scope="module")
def people(session, table, tmp_path_factory):
    """From a Parquet file, as a nation's people would come."""
    from pyarrow import parquet

    path = tmp_path_factory.mktemp("spark") / "people.parquet"
    parquet.write_table(table, path)
    return session.read.parquet(str(path)).repartition(4)


def in_order(table):
    """Rows without their numbers, which count within a batch, in one order."""
    rows = table.drop(["record"]).to_pylist()
    return sorted(tuple(str(value) for value in row.values()) for row in rows)


@pytest.mark.parametrize("everybody", [False, True])
def test_it_is_a_single_run(law, people, table, everybody):
    single = law.run(table, on=ON, all=everybody).to_pyarrow()
    spread = ansinh_spark.run(people, law, on=ON, all=everybody)
    assert spread.columns == single.column_names
    got = pyarrow.Table.from_batches(spread.toArrow().to_batches())
    assert got.num_rows == single.num_rows > 1000
    assert in_order(got) == in_order(single)


def test_both_workers_work(law, people):
    def processes(batches):
        for batch in batches:
            yield pyarrow.RecordBatch.from_pydict({"pid": [os.getppid()], "rows": [len(batch)]})

    rows = people.mapInArrow(processes, "pid long, rows long").collect()
    assert len({row.pid for row in rows}) == 2
    assert sum(row.rows for row in rows) == people.count()


def test_sums_in_spark_are_exact(law, people, table):
    from pyspark.sql import functions

    spread = ansinh_spark.run(people, law, on=ON).where("counted and each = 'month'")
    sums = spread.groupBy("benefit").agg(functions.sum("amount").alias("amount")).collect()
    totals = law.run(table, on=ON).totals()
    expected = {row["benefit"]: row["paid_a_month"] for row in totals if row["paid_a_month"]}
    assert {row.benefit: row.amount for row in sums} == expected


def test_a_reform_travels_too(law, people, table):
    reform = law.with_reform("examples/reforms/social-pension-from-70.md")
    spread = ansinh_spark.run(people, reform, on=ON).toArrow()
    assert in_order(spread) == in_order(reform.run(table, on=ON).to_pyarrow())


def test_records_with_faults_end_it_or_are_listed(law, session):
    rows = [("a", "female"), ("b", "feminine"), ("c", "male")]
    people = session.createDataFrame(rows, "id string, sex string")
    with pytest.raises(PythonException, match=r"1 records cannot be read.*feminine"):
        ansinh_spark.run(people, law, on=ON).collect()
    (fault,) = ansinh_spark.faults(people, law, on=ON).collect()
    assert (fault.id, fault.column, fault.code) == ("b", "sex", "unknown-member")
    assert fault.vi
    assert fault.en
    kept = ansinh_spark.run(people, law, on=ON, all=True, skip=True)
    assert {row.name for row in kept.select("name").distinct().collect()} == {"a", "c"}


def test_a_table_that_the_law_does_not_know(law, session):
    people = session.createDataFrame([("a", "female")], "id string, sexx string")
    with pytest.raises(PythonException, match="unknown-column"):
        ansinh_spark.run(people, law, on=ON).collect()
