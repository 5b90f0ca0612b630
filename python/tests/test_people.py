"""Many people from files: figures, reforms, interruption; and made people."""

import math
import os
import pathlib
import signal
import subprocess
import threading
import time
from decimal import Decimal
from fractions import Fraction

import pytest

from ansinh import Law, ModelError, PeopleError, population

ON = "2026-07-01"
REFORM = "examples/reforms/social-pension-from-70.md"


def table_text(table):
    """As the command line writes a CSV of it."""

    def cell(value):
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, Fraction):
            return f"{value.numerator}/{value.denominator}"
        return "" if value is None else str(value)

    lines = [",".join(table.columns)]
    lines += [",".join(cell(value) for value in row.values()) for row in table]
    return "\n".join(lines) + "\n"


def test_figures_are_the_command_line_s(law, program, snapshot, tmp_path):
    folder = tmp_path / "tables"
    subprocess.run(
        [program, "run", "--law", "law/vn", "--on", ON, snapshot, "--tables", str(folder)],
        capture_output=True,
        check=True,
    )
    result = law.run(snapshot, on=ON)
    assert {path.stem for path in folder.iterdir()} == set(result.tables)
    for name in ("benefits", "funds", "people", "statuses"):
        assert table_text(result.tables[name]) == (folder / f"{name}.csv").read_text()
    assert result.faults == ()
    assert result.records > 200


def test_threads_do_not_show(law, snapshot):
    one, two = (law.run(snapshot, on=ON, threads=threads) for threads in (1, 2))
    for name in one.tables:
        assert list(one.tables[name]) == list(two.tables[name])


def test_totals_by_group(law, snapshot):
    result = law.run(snapshot, on=ON)
    everybody = {row["benefit"]: row for row in result.totals()}
    by_sex = result.totals(by="sex")
    assert set(by_sex.column("group")) <= {"female", "male", "unknown", "whole household"}
    for benefit, row in everybody.items():
        parts = [one["all_in_a_year"] for one in by_sex.where(benefit=benefit)]
        assert all(type(part) is int for part in parts)
        assert sum(parts) == row["all_in_a_year"]
    with pytest.raises(ValueError, match="there are no groups 'height'; there are: all"):
        result.totals(by="height")
    with pytest.raises(KeyError, match="no column 'colour'"):
        result.tables["benefits"].where(colour="red")
    assert "retirement_contribution" in result._repr_html_()
    assert len(result.totals().to_pandas()) == len(everybody)


def test_one_record_of_a_run(law, snapshot):
    decision = law.run(snapshot, on=ON).explain(1)
    assert str(decision.on) == ON
    assert decision.outcomes
    with pytest.raises(KeyError, match="there is no record '0'"):
        law.run(snapshot, on=ON).explain(0)


def test_one_person_is_a_population_too(law):
    path = "examples/mai-pension--2025-09-01.json"
    result = law.run(path, on="2025-09-01")
    (row,) = result.totals().where(benefit="retirement_pension")
    assert (row["people"], row["paid_a_month"]) == (1, 9_000_000)
    assert (
        result.explain(1).to_json()
        == law.decide(pathlib.Path(path).read_text(), on="2025-09-01").to_json()
    )


def test_faults_of_json_lines(law, tmp_path):
    path = tmp_path / "people.jsonl"
    path.write_text(
        '{"$id": "a", "Person": {"sex": "female", "date_of_birth": "1963-05-10"}}\n'
        '{"$id": "b", "Person": {"sex": "feminine", "date_of_birth": "1963-05-10"}}\n'
    )
    result = law.run(path, on=ON)
    assert result.records == 1
    (fault,) = result.faults
    assert (fault.file, fault.row, fault.id, fault.code) == (str(path), 2, "b", "unknown-member")
    assert fault.column == "32"
    assert "/Person/sex" in fault.reason.en
    assert "/Person/sex" in fault.reason.vi


def test_people_that_are_none(law, tmp_path):
    with pytest.raises(PeopleError) as caught:
        law.run(tmp_path / "nobody.ansinh", on=ON)
    assert caught.value.code == "cannot-read"
    foreign = tmp_path / "foreign.ansinh"
    foreign.write_bytes(b"PAR1" * 40)
    with pytest.raises(PeopleError) as caught:
        law.run(foreign, on=ON)
    assert caught.value.code == "snapshot-foreign"
    with pytest.raises(TypeError, match="people are a path, or a table that speaks Arrow"):
        law.run(5, on=ON)
    for threads in (-1, 1000):
        with pytest.raises(ValueError, match="threads must be 1 to 256"):
            law.run("examples/mai-pension--2025-09-01.json", on=ON, threads=threads)


def test_a_snapshot_of_another_law(snapshot):
    from small_law import SMALL

    with pytest.raises(PeopleError) as caught:
        Law.from_text(SMALL).run(snapshot, on=ON)
    assert caught.value.code == "snapshot-law"


# ---- Reforms -------------------------------------------------------------------------------------


def test_a_reform_is_the_command_line_s(law, program, snapshot, tmp_path):
    folder, page = tmp_path / "tables", tmp_path / "report.html"
    subprocess.run(
        [program, "compare", "--law", "law/vn", "--reform", REFORM, "--on", ON, snapshot, "--csv"]
        + [str(folder), "--report", str(page), "--lang", "vi"],
        capture_output=True,
        check=True,
    )
    compared = law.compare(snapshot, REFORM, on=ON)
    assert {path.stem for path in folder.iterdir()} == set(compared.figures)
    for name in ("funds", "benefits", "deciles", "reaches", "people"):
        assert table_text(compared.figures[name]) == (folder / f"{name}.csv").read_text()
    (row,) = compared.figures["changes"].where(dimension="all", group="all")
    assert row["gaining"] > 0
    assert type(row["gained_in_a_year"]) is int
    assert type(row["gini_after_exact"]) is Fraction
    assert abs(row["gini_after_exact"] - Fraction(row["gini_after"])) <= Fraction(1, 10**6)
    assert type(row["poverty_gap_before"]) in (Decimal, int)
    compared.save(tmp_path / "ours.html")
    assert (tmp_path / "ours.html").read_text() == page.read_text()


def test_a_reform_as_a_law_as_text_and_in_a_notebook(law, snapshot):
    by_path = law.compare(snapshot, REFORM, on=ON, lang="en", threads=1)
    by_law = law.compare(snapshot, law.with_reform(REFORM), on=ON, threads=2)
    by_text = law.compare(snapshot, pathlib.Path(REFORM).read_text(), on=ON)
    for name, table in by_path.figures.items():
        assert list(table) == list(by_law.figures[name]) == list(by_text.figures[name])
    assert "social_pension" in by_path.affected
    assert by_path.records_gaining > 0
    assert by_path.records_losing == 0
    page = by_path._repr_html_()
    assert page.startswith("<iframe ")
    assert page.count("<") == 2  # all of the page is escaped inside the frame
    assert "A reform to try" in page


def test_a_record_before_and_after(law, snapshot):
    compared = law.compare(snapshot, REFORM, on=ON, lang="en")
    before, after = compared.explain(compared.most_gaining)

    def paid(decision):
        return sum(p.amount for o in decision.entitled for p in o.pays if o.kind == "benefit")

    assert paid(after) > paid(before)
    assert {one.benefit for one in after.outcomes} <= set(compared.affected)
    with pytest.raises(KeyError):
        compared.explain("nobody")


# ---- Made people ---------------------------------------------------------------------------------


def test_made_people(law, tmp_path):
    files = [tmp_path / "a", tmp_path / "b", tmp_path / "c"]
    made = [
        population.make(500, seed, out, law=law, threads=threads)
        for out, seed, threads in zip(files, (3, 3, 4), (1, 2, 1), strict=True)
    ]
    assert files[0].read_bytes() == files[1].read_bytes() != files[2].read_bytes()
    assert made[0].people == 500
    assert made[0].bytes == os.path.getsize(made[0])
    assert made[0].rows["Person"] == 500
    assert all(type(one.reached) is int for one in made[0].targets)
    assert law.run(made[0], on=ON).records == made[0].households


def test_made_people_that_cannot_be(law, tmp_path):
    def make(people=10, **options):
        return population.make(people, 1, tmp_path / "people", law=law, **options)

    with pytest.raises(ValueError, match="people must be 1 to"):
        make(people=0)
    with pytest.raises(ValueError, match="on must be from 1950 to 2300"):
        make(on="1900-01-01")
    with pytest.raises(ValueError, match="spells must be above 0"):
        make(spells=Decimal("0.00001"))
    with pytest.raises(TypeError, match="spells is an int"):
        make(spells=2.5)
    with pytest.raises(ModelError) as caught:
        make(model="law/vn")
    assert caught.value.code == "cannot-read"
    with pytest.raises(ModelError) as caught:
        population.make(10, 1, tmp_path, law=law)
    assert caught.value.code == "cannot-write"
    assert str(tmp_path) in caught.value.message.en
    with pytest.raises(ValueError, match="null character"):
        population.make(10, 1, tmp_path / "\0", law=law)
    assert not list(tmp_path.iterdir())


# ---- Progress and interruption -------------------------------------------------------------------


def test_progress_is_told_and_may_end_the_work(law, snapshot, tmp_path):
    told = []
    records = law.run(snapshot, on=ON, progress=lambda done, all: told.append((done, all))).records
    assert told[-1] == (records, records)
    assert told == sorted(told)

    class Enough(Exception):
        pass

    def stop(done, all):
        raise Enough(done)

    for work in (
        lambda: law.run(snapshot, on=ON, progress=stop),
        lambda: law.compare(snapshot, REFORM, on=ON, progress=stop),
        lambda: law.check(progress=stop),
        lambda: population.make(500, 1, tmp_path / "people", law=law, progress=stop),
    ):
        with pytest.raises(Enough):
            work()
    assert not (tmp_path / "people").exists()


@pytest.fixture
def ctrl_c():
    """Ctrl-C ends what runs, also under a shell that has put the tests into the background and so
    has its signal ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_ends_a_run(law, tmp_path):
    """While it runs, other threads of Python run too: the lock is not held."""
    people = population.make(100_000, 1, tmp_path / "people", law=law)
    whole = math.inf
    for _ in range(2):  # the first one may wait for the disk
        start = time.monotonic()
        law.run(people, on=ON, threads=1)
        whole = min(whole, time.monotonic() - start)
    ticks = []

    def interrupt():
        for _ in range(5):
            time.sleep(whole / 100)
            ticks.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        # A run that is over before the signal comes, on a machine whose speed changes, is followed
        # by another; a signal that never comes is not waited for.
        while time.monotonic() < start + 20 * whole + 60:
            law.run(people, on=ON, threads=1)
    ended = time.monotonic()
    thread.join()
    assert len(ticks) == 5
    # Far less than the rest of the run, which is what it would take without a look at signals.
    assert ended - ticks[-1] < whole / 2
