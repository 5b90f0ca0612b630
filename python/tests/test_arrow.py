"""Tables that speak Arrow: every library's gives the same, equal to one decision after another."""

import collections
import datetime
import decimal
import gc
import itertools
from decimal import Decimal

import duckdb
import pandas
import polars
import pyarrow
import pytest
from made_tables import rows_of, table_of
from pyarrow import feather, parquet

from ansinh import PeopleError

ON = "2026-07-01"


@pytest.fixture(scope="module")
def rows(program, snapshot, tmp_path_factory):
    return rows_of(program, snapshot, tmp_path_factory.mktemp("rows") / "people.jsonl")


@pytest.fixture(scope="module")
def table(rows):
    return table_of(rows)


@pytest.fixture(scope="module")
def expected(law, table):
    return law.run(table, on=ON).to_pyarrow()


def payment(benefit, party, fund, amount, each, on, start, until):
    return (benefit, party, fund, Decimal(amount), each, on, start, until)


def test_every_row_is_what_decide_says(law, rows):
    some = rows[:60]
    result = law.run(table_of(some), on=ON, all=True)
    assert result.faults == ()
    by_record = collections.defaultdict(list)
    for row in result.to_pyarrow().to_pylist():
        by_record[row["record"]].append(row)
    paid = 0
    for number, row in enumerate(some, 1):
        facts = {"Household": {key: value for key, value in row.items() if key != "$id"}}
        decision = law.decide(facts, on=ON)
        ours = by_record[number]
        assert {one["name"] for one in ours} == {row["$id"]}
        expected = collections.Counter(
            payment(o.benefit, p.party, p.fund, p.amount, p.each, p.on, p.start, p.until)
            for o in decision.entitled
            for p in o.pays
        )
        got = collections.Counter(
            payment(
                one["benefit"],
                one["party"],
                one["fund"],
                one["amount"],
                one["each"],
                one["on"],
                one["from"],
                one["until"],
            )
            for one in ours
            if one["payment"] is not None
        )
        assert got == expected
        paid += got.total()
        # A row for each outcome, or for each of its payments.
        assert collections.Counter(
            (one["benefit"], one["status"]) for one in ours if one["payment"] in (None, 1)
        ) == collections.Counter((o.benefit, o.status) for o in decision.outcomes)
        for one in ours:
            assert (one["status"] == "not entitled") == (one["reason_vi"] is not None)
            assert (one["reason_vi"] is None) == (one["reason_en"] is None)
    assert paid > 100


def test_a_table_is_what_the_snapshot_is(law, snapshot, expected):
    from_file = law.run(snapshot, on=ON).to_pyarrow()
    assert expected.drop(["name"]).equals(from_file.drop(["name"]))
    expected.validate(full=True)
    assert expected.num_rows > 1000


def as_reader(table):
    return pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=7))


def as_slices(table):
    """Pieces with offsets into longer arrays, at every level."""
    filler = table.slice(0, 5)
    long = pyarrow.concat_tables([filler, table, filler]).combine_chunks()
    middle = long.slice(5, table.num_rows)
    return pyarrow.concat_tables([middle.slice(0, 3), middle.slice(3)])


def with_dictionaries(table):
    at = table.schema.get_field_index("area")
    return table.set_column(at, "area", table["area"].dictionary_encode())


def with_large_types(table):
    def large(kind):
        if pyarrow.types.is_string(kind):
            return pyarrow.large_string()
        if pyarrow.types.is_list(kind):
            return pyarrow.large_list(large(kind.value_type))
        if pyarrow.types.is_struct(kind):
            return pyarrow.struct([(field.name, large(field.type)) for field in kind])
        return kind

    return table.cast(pyarrow.schema([(field.name, large(field.type)) for field in table.schema]))


FORMS = {
    "record batch": lambda table: table.combine_chunks().to_batches()[0],
    "many batches": lambda table: pyarrow.Table.from_batches(table.to_batches(max_chunksize=11)),
    "reader": as_reader,
    "slices": as_slices,
    "dictionaries": with_dictionaries,
    "large types": with_large_types,
    "polars": polars.from_arrow,
    "duckdb": lambda table: duckdb.connect().from_arrow(table),
    "pandas with Arrow types": lambda table: table.to_pandas(types_mapper=pandas.ArrowDtype),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same(law, table, expected, form):
    made = FORMS[form](table)
    if form == "duckdb":
        assert isinstance(made, duckdb.DuckDBPyRelation)
    result = law.run(made, on=ON)
    assert result.faults == ()
    assert result.to_pyarrow().equals(expected)


def test_a_pandas_frame_of_objects(law, rows, expected):
    frame = pandas.DataFrame(rows)
    assert law.run(frame, on=ON).to_pyarrow().equals(expected)


def test_files_of_tables(law, table, expected, tmp_path):
    feather.write_feather(table, tmp_path / "people.arrow")
    parquet.write_table(table, tmp_path / "people.parquet")
    for name in ("people.arrow", "people.parquet"):
        assert law.run(tmp_path / name, on=ON).to_pyarrow().equals(expected)


def test_threads_do_not_show(law, table, expected):
    for threads in (1, 2, 5):
        assert law.run(table, on=ON, threads=threads).to_pyarrow().equals(expected)


def test_a_comparison_reads_a_table_twice(law, table, snapshot):
    reform = "examples/reforms/social-pension-from-70.md"
    from_file = law.compare(snapshot, reform, on=ON)
    from_table = law.compare(as_reader(table), reform, on=ON)
    for name, figures in from_file.figures.items():
        assert list(from_table.figures[name]) == list(figures)


# ---- What comes out ------------------------------------------------------------------------------


def test_results_outlive_the_run_and_are_read_twice(law, table, expected):
    result = law.run(table, on=ON)
    first, second = result.to_pyarrow(), pyarrow.table(result)
    column = pyarrow.RecordBatchReader.from_stream(result).read_all()["amount"]
    del result
    gc.collect()
    assert first.equals(second)
    assert first.equals(expected)
    assert column.equals(expected["amount"])


def test_results_in_other_libraries(law, table, expected):
    result = law.run(table, on=ON)
    frame = result.to_polars()
    assert frame.height == expected.num_rows
    assert frame["amount"].sum() == sum(x for x in expected["amount"].to_pylist() if x is not None)
    rows = result.to_pandas()
    assert len(rows) == expected.num_rows
    assert isinstance(rows["amount"].dropna().iloc[0], decimal.Decimal)
    arrow = result.to_pyarrow()  # DuckDB finds it by its name
    (total,) = duckdb.sql("select count(*) from arrow where each = 'month'").fetchall()[0]
    assert total == sum(one == "month" for one in arrow["each"].to_pylist())


def test_sums_are_those_of_the_tables(law, table):
    result = law.run(table, on=ON)
    sums = collections.Counter()
    for row in result.to_pyarrow().to_pylist():
        if row["counted"] and row["each"] == "month":
            sums[row["benefit"]] += row["amount"]
    assert sums
    assert +sums == +collections.Counter(
        {row["benefit"]: Decimal(row["paid_a_month"]) for row in result.totals()}
    )


def test_results_need_not_be_kept(law, table):
    result = law.run(table, on=ON, results=False)
    assert list(result.totals()) == list(law.run(table, on=ON).totals())
    with pytest.raises(ValueError, match="no results were kept"):
        result.to_pyarrow()


def test_nobody(law, table):
    result = law.run(table.slice(0, 0), on=ON)
    assert result.records == 0
    assert result.to_pyarrow().num_rows == 0
    assert result.to_pyarrow().schema.equals(law.run(table, on=ON).to_pyarrow().schema)


# ---- What goes in --------------------------------------------------------------------------------


def facts_of(law, table, on="2026-11-23"):
    """What was read, as the digest of a decision's facts."""
    result = law.run(table, on=on)
    assert result.faults == (), result.faults
    return result.explain(1).receipt.facts_digest


def test_columns_of_one_person(law):
    """Without a household: the columns tell whose facts they are."""
    person = {
        "sex": "female",
        "date_of_birth": "1963-05-10",
        "monthly_si_income": 1_500_000,
        "social_pension_requested": True,
        "work": [{"from": "1990-02", "to": "2016-05", "salary": 5_000_000}],
    }
    wanted = law.decide({"Person": person}, on="2026-11-23").receipt.facts_digest
    assert facts_of(law, table_of([person])) == wanted
    # As a document has it: a column for each entity.
    assert facts_of(law, table_of([{"Person": person}])) == wanted
    day = datetime.date(1963, 5, 10)
    assert facts_of(law, table_of([{**person, "date_of_birth": day}])) == wanted
    midnight = datetime.datetime(1963, 5, 10)
    assert facts_of(law, table_of([{**person, "date_of_birth": midnight}])) == wanted
    income = Decimal("1500000.00")
    assert facts_of(law, table_of([{**person, "monthly_si_income": income}])) == wanted
    words = "1500000 VND/month"
    assert facts_of(law, table_of([{**person, "monthly_si_income": words}])) == wanted
    spell = {"from": datetime.date(1990, 2, 1), "to": datetime.date(2016, 5, 31)}
    work = [{**person["work"][0], **spell}]
    assert facts_of(law, table_of([{**person, "work": work}])) == wanted
    household = {"Household": {"poverty": "poor"}, "Person": person}
    assert (
        facts_of(law, table_of([household]))
        == law.decide(household, on="2026-11-23").receipt.facts_digest
    )


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (pyarrow.int8(), -7),
        (pyarrow.uint16(), 60_000),
        (pyarrow.uint64(), 2**40),
        (pyarrow.decimal128(20, 3), Decimal("-0.125")),
        (pyarrow.decimal64(10, 2), Decimal("12.50")),
    ],
)
def test_numbers_are_exact(law, kind, value):
    table = pyarrow.table({"monthly_si_income": pyarrow.array([value], kind)})
    result = law.run(table, on=ON)
    if value < 0:  # read exactly, and out of the fact's range
        assert result.faults[0].code == "out-of-range"
    else:
        wanted = law.decide({"Person": {"monthly_si_income": value}}, on=ON)
        assert result.explain(1).receipt.facts_digest == wanted.receipt.facts_digest


def test_an_empty_cell_is_not_given(law):
    """So that the law's presumption holds."""
    table = pyarrow.table(
        {
            "id": ["a", "b"],
            "sex": ["female", None],
            "work": pyarrow.nulls(2),
            "disability": ["no_disability", None],
        }
    )
    wanted = [
        law.decide({"Person": facts}, on=ON).receipt.facts_digest
        for facts in ({"sex": "female", "disability": "no_disability"}, {})
    ]
    result = law.run(table, on=ON)
    assert [result.explain(name).receipt.facts_digest for name in ("a", "b")] == wanted


def refused(law, columns):
    with pytest.raises(PeopleError) as caught:
        law.run(
            columns if hasattr(columns, "__arrow_c_stream__") else pyarrow.table(columns), on=ON
        )
    assert caught.value.message.vi
    assert caught.value.help.vi
    return caught.value


def test_float_amounts_are_refused_with_their_column(law):
    error = refused(law, {"sex": ["female"], "monthly_si_income": [1.5]})
    assert error.code == "float-column"
    assert (
        error.message.en
        == "table: monthly_si_income: a floating-point column (g) cannot hold amounts exactly"
    )
    error = refused(law, table_of([{"members": [{"work": [{"salary": 1.5}]}]}]))
    assert error.code == "float-column"
    assert "table: members.work.salary:" in error.message.en
    # Pandas makes floats of integers with holes.
    frame = pandas.DataFrame({"sex": ["female", "male"], "monthly_si_income": [1, None]})
    assert refused(law, frame).code == "float-column"
    assert "Int64" in refused(law, frame).help.en
    assert law.run(frame.astype({"monthly_si_income": "Int64"}), on=ON).faults == ()


def test_columns_that_the_law_does_not_know(law):
    error = refused(law, {"sex": ["female"], "date_of_brith": ["1963-05-10"]})
    assert error.code == "unknown-column"
    assert "table: date_of_brith:" in error.message.en
    assert error.help.en == "did you mean “date_of_birth”?"
    error = refused(law, table_of([{"members": [{"sexx": "female"}]}]))
    assert error.code == "unknown-column"
    assert "table: members.sexx:" in error.message.en
    error = refused(law, {"Person": ["female"]})
    assert error.code == "unknown-column"


def test_types_that_are_no_facts(law):
    for column in (
        pyarrow.array([b"x"]),
        pyarrow.array([0], pyarrow.timestamp("s", "Asia/Ho_Chi_Minh")),
        pyarrow.array([0], pyarrow.time32("s")),
        pyarrow.array([[("a", 1)]], pyarrow.map_(pyarrow.string(), pyarrow.int64())),
    ):
        error = refused(law, {"sex": column})
        assert error.code == "arrow-type"
        assert "table: sex:" in error.message.en


def test_a_column_twice(law):
    table = pyarrow.table([["female"], ["female"]], names=["sex", "sex"])
    assert refused(law, table).code == "column-twice"
    table = pyarrow.table([["a"], ["a"], ["female"]], names=["id", "$id", "sex"])
    assert refused(law, table).code == "column-twice"


def test_rows_with_faults_are_told_and_left_out(law):
    table = pyarrow.table(
        {
            "id": ["a", "b", "c", "d"],
            "sex": ["female", "feminine", "male", "male"],
            "date_of_birth": pyarrow.array(
                [
                    datetime.datetime(1963, 5, 10),
                    None,
                    datetime.datetime(1963, 5, 10, 7, 30),
                    datetime.datetime(1700, 1, 1),
                ]
            ),
            "monthly_si_income": [5, 5, 5, -5],
        }
    )
    result = law.run(table, on=ON)
    assert result.records == 1
    told = [(one.file, one.row, one.id, one.column, one.code) for one in result.faults]
    assert told[0] == ("table", 2, "b", "sex", "unknown-member")
    assert told[1][:4] == ("table", 3, "c", "date_of_birth")
    assert {one[3] for one in told if one[1] == 4} == {"date_of_birth", "monthly_si_income"}
    assert {one[1] for one in told} == {2, 3, 4}
    assert all(one.reason.vi and one.reason.en for one in result.faults)
    assert result.to_pyarrow().num_rows == law.run(table.slice(0, 1), on=ON).to_pyarrow().num_rows


def test_rows_are_numbered_through_all_batches(law):
    table = pyarrow.table({"sex": ["female"] * 9_999 + ["x"] + ["male"] * 10})
    pieces = pyarrow.Table.from_batches(table.to_batches(max_chunksize=777))
    assert [one.row for one in law.run(pieces, on=ON).faults] == [10_000]


def test_a_stream_that_fails_says_why(law):
    schema = pyarrow.schema([("sex", pyarrow.string())])

    def batches():
        yield pyarrow.record_batch({"sex": ["female"]})
        raise OSError("the disk is gone")

    reader = pyarrow.RecordBatchReader.from_batches(schema, batches())
    error = refused(law, reader)
    assert error.code == "arrow-stream"
    assert "the disk is gone" in error.message.en


def test_what_is_no_table(law):
    with pytest.raises(PeopleError) as caught:
        law.run(pyarrow.array([1, 2]), on=ON)
    assert caught.value.code == "arrow-shape"
    used = pyarrow.RecordBatchReader.from_batches(pyarrow.schema([("sex", pyarrow.string())]), [])

    class Once:
        capsule = used.__arrow_c_stream__()

        def __arrow_c_stream__(self, requested_schema=None):
            return self.capsule

    law.run(Once(), on=ON)
    with pytest.raises(ValueError, match="has been read already"):
        law.run(Once(), on=ON)


def test_orders_of_rows_do_not_matter(law, rows):
    """Each record is decided by itself."""
    some = rows[:20]
    keys = ("name", "benefit", "row", "payment", "amount", "each", "from", "until")

    def results(of):
        found = law.run(table_of(of), on=ON).to_pyarrow().select(keys).to_pylist()
        return sorted(tuple(str(row[key]) for key in keys) for row in found)

    assert results(some) == results(list(reversed(some)))
    halves = itertools.chain(results(some[:10]), results(some[10:]))
    assert sorted(halves) == results(some)
