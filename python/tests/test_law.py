"""Loading, checking, reforms, and what is said of a law that is wrong."""

import pickle
import subprocess
import threading

import pytest
from small_law import SMALL

from ansinh import Law, LawError

REFORM = "examples/reforms/social-pension-from-70.md"


def test_it_is_checked_with_its_cases(law):
    cases = law.check()
    assert len(cases) > 300
    assert cases.failed == ()
    assert cases.passed == len(cases)


def test_it_says_what_it_grants_and_how_people_are_grouped(law):
    names = {one.name: one for one in law.benefits}
    assert names["retirement_pension"].label.en == "Retirement pension"
    assert names["retirement_pension"].kind == "benefit"
    assert names["retirement_contribution"].kind == "contribution"
    groups = {one.name: one for one in law.groups}
    assert set(groups) == {"all", "province", "sex", "age", "income"} | set(groups)
    assert groups["sex"].members["female"].vi == "nữ"
    assert law.currency == "VND"
    assert law.schema()["$schema"].endswith("2020-12/schema")


def test_the_digest_is_the_command_line_s(law, program):
    out = subprocess.run(
        [program, "check", "law/vn", "--json"], capture_output=True, text=True, check=True
    )
    assert law.digest in out.stdout


def test_a_path_that_is_not_there():
    with pytest.raises(LawError) as caught:
        Law.load("no/such/folder")
    assert caught.value.code == "cannot-read"
    assert "no/such/folder" in caught.value.message.en
    assert "no/such/folder" in caught.value.message.vi


def test_a_folder_without_law(tmp_path):
    with pytest.raises(LawError) as caught:
        Law.load(tmp_path)
    assert caught.value.code == "cannot-read"
    assert "no .md file in this folder" in caught.value.message.en


def test_a_reform_of_no_files(law):
    with pytest.raises(LawError) as caught:
        law.with_reform([])
    assert caught.value.code == "no-law"


def test_a_refused_law_names_its_place_in_both_languages(tmp_path):
    path = tmp_path / "law.md"
    path.write_text("# X\n\n```luat\nparam level : VND/month\n  | from | value |\n```\n")
    with pytest.raises(LawError) as caught:
        Law.load(path)
    error = caught.value
    assert error.file == str(path)
    assert error.line == 4
    assert error.column > 0
    assert error.message.vi
    assert error.message.en
    assert error.message.vi != error.message.en
    assert f"{path}:4:{error.column}: error[{error.code}]" in str(error)
    assert f"{path}:4:{error.column}: lỗi[{error.code}]" in error.in_language("vi")
    assert "^" in str(error)


def test_every_fault_is_told():
    text = SMALL.replace("years_old >= 60", "years_young >= 60").replace("each month", "each moon")
    with pytest.raises(LawError) as caught:
        Law.from_text({"small.md": text})
    assert len(caught.value.diagnostics) >= 1
    assert {one.file for one in caught.value.diagnostics} == {"small.md"}
    assert all(one.severity == "error" for one in caught.value.diagnostics)


def test_statistics_that_do_not_fit():
    with pytest.raises(LawError) as caught:
        Law.load("law/vn", statistics="law/vn/population/model.json")
    assert caught.value.file == "law/vn/population/model.json"
    assert caught.value.line >= 1


def test_a_reform_by_path_by_text_and_twice(law):
    by_path = law.with_reform(REFORM)
    with open(REFORM, encoding="utf-8") as file:
        by_text = law.with_reform(file.read())
    assert by_path.digest != law.digest
    # Its own cases only: a reform changes what those of the law expect.
    assert [one.name for one in by_path.check()] == ["reform-70", "reform-69"]
    assert [one.passed for one in by_text.check()] == [True, True]
    both = by_path.with_reform("examples/reforms/social-standard-750.md")
    assert both.digest not in (by_path.digest, law.digest)


def test_a_reform_that_changes_nothing_is_refused(law):
    with pytest.raises(LawError) as caught:
        law.with_reform(
            "# Nothing\n\n```luat\nparam no_such_param : VND/month\n"
            "  | from       | value |\n  | 2026-01-01 | 5     |\n```\n"
        )
    assert caught.value.code == "reform-unread"
    assert caught.value.file == "reform.md"


def test_it_can_be_pickled_with_its_reform(law):
    reform = law.with_reform(REFORM)
    again = pickle.loads(pickle.dumps(reform))
    assert again.digest == reform.digest
    assert again.groups == reform.groups
    assert again.check() == reform.check()


def test_threads_may_share_it(law):
    digests = []
    person = {"Person": {"sex": "female", "date_of_birth": "1963-05-10"}}

    def decide():
        digests.append(law.decide(person, on="2026-11-23").receipt.result_digest)

    threads = [threading.Thread(target=decide) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(digests) == 4
    assert len(set(digests)) == 1


def test_a_small_law_from_text():
    small = Law.from_text(SMALL)
    person = {"Person": {"years_old": 61}}
    (outcome,) = small.decide(person, on="2026-01-01")["grant"]
    assert outcome.is_entitled
    assert outcome.pays[0].amount == 1_000_000
