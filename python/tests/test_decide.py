"""One person: equal to the command line, exact, and exact about what is wrong."""

import datetime
import html.parser
import json
import pathlib
import subprocess
from decimal import Decimal
from fractions import Fraction

import pytest
from small_law import SMALL

from ansinh import Law, PersonError

EXAMPLES = sorted(pathlib.Path("examples").glob("*--????-??-??.json"))
WOMAN = {"sex": "female", "date_of_birth": "1963-05-10"}


def test_there_are_examples():
    assert len(EXAMPLES) >= 10


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_decide_is_the_command_line_s(law, program, path):
    on = path.stem.rpartition("--")[2]
    out = subprocess.run(
        [program, "decide", "--law", "law/vn", "--on", on, str(path), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    from_text = law.decide(path.read_text(), on=on)
    from_dict = law.decide(json.loads(path.read_text()), on=datetime.date.fromisoformat(on))
    assert from_text.to_json() == out.stdout
    assert from_dict.to_json() == out.stdout


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_amounts_are_exact_and_say_what_the_text_says(law, path):
    decision = law.decide(path.read_text(), on=path.stem.rpartition("--")[2])
    assert decision.entitled or "unemployment-kept" in path.stem
    for outcome in decision.entitled:
        for pay in outcome.pays:
            assert type(pay.amount) in (int, Fraction)
            assert pay.duration is None or type(pay.duration) in (int, Fraction)
            if type(pay.amount) is int:
                assert f"{pay.amount:,}" in pay.text.en


def test_an_entitlement_with_its_period_and_fund(law):
    path = "examples/mai-pension--2025-09-01.json"
    decision = law.decide(pathlib.Path(path).read_text(), on="2025-09-01", lang="en")
    (outcome,) = decision["retirement_pension"]
    assert outcome.status == "entitled"
    (pay,) = outcome.pays
    assert pay.amount == 9_000_000
    assert (pay.currency, pay.each, pay.fund) == ("VND", "month", "retirement_survivors")
    assert pay.start == datetime.date(2025, 9, 1)
    assert pay.until is None
    assert outcome.cite
    assert decision.on == datetime.date(2025, 9, 1)
    assert decision.receipt.law_digest == law.digest
    assert "Retirement pension: entitled" in str(decision)
    assert "Lương hưu" in decision.explain("retirement_pension", lang="vi")
    with pytest.raises(KeyError):
        decision["no_such_benefit"]


def test_what_failed_and_what_is_missing(law):
    decision = law.decide({"Person": WOMAN}, on="2026-11-23")
    refused = [one for one in decision.outcomes if one.status == "not entitled"]
    assert any(one.reasons for one in refused)
    assert decision.missing
    assert all(one.text.vi and one.text.en for one in decision.missing)
    assert len(set(decision.missing)) == len(decision.missing)
    open_ones = [one for one in decision.outcomes if one.status == "cannot tell"]
    assert all(one.missing for one in open_ones)


def test_one_benefit_alone(law):
    decision = law.decide({"Person": WOMAN}, on="2026-11-23", benefit="social_pension")
    assert {one.benefit for one in decision.outcomes} == {"social_pension"}
    with pytest.raises(ValueError, match="did you mean 'social_pension'"):
        law.decide({"Person": WOMAN}, on="2026-11-23", benefit="social_pensions")


def test_python_values_are_facts(law):
    def digest(**facts):
        person = {"Person": {**WOMAN, **facts}}
        return law.decide(person, on="2026-11-23").receipt.facts_digest

    as_text = digest(monthly_si_income="1500000.5")
    assert digest(monthly_si_income=Decimal("1500000.5")) == as_text
    assert digest(monthly_si_income=Fraction(3000001, 2)) == as_text
    assert digest(monthly_si_income=1500000) == digest(monthly_si_income=Fraction(1500000))
    assert digest(date_of_birth=datetime.date(1963, 5, 10)) == digest()
    assert digest(work=()) == digest(work=[])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (5000000.5, r"/Person/work/0/salary: 5000000.5 is a float.*Decimal"),
        (Decimal("NaN"), r"/Person/work/0/salary: NaN is not a number"),
        (b"5", r"/Person/work/0/salary: bytes cannot be a fact"),
        ({1: 2}, r"/Person/work/0/salary: names are text, not int"),
    ],
)
def test_what_is_not_exact_is_refused_with_its_place(law, value, words):
    person = {"Person": {**WOMAN, "work": [{"from": "2020-01", "salary": value}]}}
    with pytest.raises(TypeError, match=words):
        law.decide(person, on="2026-11-23")


def test_numpy_floats_are_floats(law):
    numpy = pytest.importorskip("numpy")
    with pytest.raises(TypeError, match="is a float64"):
        law.decide({"Person": {"monthly_si_income": numpy.float64(1)}}, on="2026-11-23")
    law.decide({"Person": {**WOMAN, "monthly_si_income": numpy.int64(1)}}, on="2026-11-23")


@pytest.mark.parametrize("person", [None, 5, ["Person"]])
def test_what_is_no_person(law, person):
    with pytest.raises(TypeError, match="a person is a dict or JSON text"):
        law.decide(person, on="2026-11-23")


def test_faults_of_a_person_name_the_place(law):
    person = {"Person": {"sexx": "female", "date_of_birth": "1963-15-10"}}
    with pytest.raises(PersonError) as caught:
        law.decide(person, on="2026-11-23")
    error = caught.value
    assert error.file == "<person>"
    assert error.diagnostics[0].code == "unknown-fact"
    assert (error.line, error.column) == (3, 5)
    assert error.message.en == '/Person/sexx: "Person" has no fact of this name'
    assert error.help.en == 'did you mean "sex"?'
    assert len(error.diagnostics) == 2
    assert error.diagnostics[1].line == 4
    assert "/Person/date_of_birth" in error.diagnostics[1].message.vi


def test_text_that_is_no_json(law):
    with pytest.raises(PersonError) as caught:
        law.decide("{", on="2026-11-23")
    assert caught.value.code == "json-malformed"


@pytest.mark.parametrize("on", ["2026-13-01", "23/11/2026", "1700-01-01", ""])
def test_a_date_that_is_none(law, on):
    with pytest.raises(ValueError, match="not a date of the form 2026-11-23"):
        law.decide({"Person": WOMAN}, on=on)


def test_arguments_of_a_wrong_kind(law):
    with pytest.raises(TypeError, match="a date or text"):
        law.decide({"Person": WOMAN}, on=20261123)
    with pytest.raises(ValueError, match="lang must be 'vi' or 'en'"):
        law.decide({"Person": WOMAN}, on="2026-11-23", lang="fr")


class Page(html.parser.HTMLParser):
    """Checks that tags are closed in order, and keeps the words."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words, self.languages = [], [], "", []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        self.tags.append(tag)
        self.languages += [value for name, value in attributes if name == "lang"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1] != "style":
            self.words += data + "\n"


def test_a_notebook_shows_the_reasons_in_both_languages(law):
    path = pathlib.Path("examples/mai-pension--2025-09-01.json")
    decision = law.decide(path.read_text(), on="2025-09-01", lang="en")
    page = Page(decision._repr_html_())
    assert page.languages == ["en", "vi"]
    assert "script" not in page.tags
    assert page.tags.count("details") == page.tags.count("summary") > 100
    assert "\x1b" not in page.words
    for lang in ("en", "vi"):
        for line in decision.explain(lang=lang).splitlines():
            assert line.strip().replace(" ", "")[:20] in page.words.replace("\n", "").replace(
                " ", ""
            )


def test_html_is_escaped():
    law = Law.from_text(SMALL.replace('"Trợ cấp" "Grant"', '"<b>Trợ & cấp" "<b>Gr & ant"'))
    page = law.decide({"Person": {"years_old": 61}}, on="2026-01-01")._repr_html_()
    assert "&lt;b&gt;Gr &amp; ant" in page
    assert "<b>" not in page
    assert "&lt;b&gt;Trợ &amp; cấp" in page
