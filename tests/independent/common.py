"""What all themes share: months, dates, the official series, and cases to be written out.

Written from the texts of the law (see README.md), not from law/vn; only names of facts and definitions are taken from there.
A month is a whole number, year * 12 + month - 1. All money is exact (fractions.Fraction).
"""

import calendar
import datetime
from fractions import Fraction as F

Date = datetime.date
DAY = datetime.timedelta(days=1)


def month(year, number=1):
    return year * 12 + number - 1


def month_of(day):
    return month(day.year, day.month)


def year_of_month(m):
    return m // 12


def first_day(m):
    return Date(m // 12, m % 12 + 1, 1)


def last_day(m):
    return first_day(m + 1) - DAY


def add_months(day, n):
    """Short months end on their last day."""
    m = month_of(day) + n
    year, number = m // 12, m % 12 + 1
    return Date(year, number, min(day.day, calendar.monthrange(year, number)[1]))


def months_between(start, end):
    """Completed months from start to end."""
    if end < start:
        return -months_between(end, start)
    n = month_of(end) - month_of(start)
    while add_months(start, n) > end:
        n -= 1
    return n


def half_up(value):
    return int((F(value) * 2 + 1) // 2)


def half_years(months):
    """Law 58 Circular 59 art 17(2), Law 41 art 5(6): 1-6 odd months are half a year, 7-11 a year."""
    years, odd = divmod(months, 12)
    return F(years) + (F(0) if odd == 0 else F(1, 2) if odd <= 6 else F(1))


def from_series(series, day):
    value = None
    for start, amount in series:
        if start <= day:
            value = amount
    if value is None:
        raise ValueError(f"no value on {day}")
    return value


BASE_SALARY = [
    (Date(1993, 4, 1), 120_000), (Date(1997, 1, 1), 144_000), (Date(2000, 1, 1), 180_000), (Date(2001, 1, 1), 210_000),
    (Date(2003, 1, 1), 290_000), (Date(2005, 10, 1), 350_000), (Date(2006, 10, 1), 450_000), (Date(2008, 1, 1), 540_000),
    (Date(2009, 5, 1), 650_000), (Date(2010, 5, 1), 730_000), (Date(2011, 5, 1), 830_000), (Date(2012, 5, 1), 1_050_000),
    (Date(2013, 7, 1), 1_150_000), (Date(2016, 5, 1), 1_210_000), (Date(2017, 7, 1), 1_300_000),
    (Date(2018, 7, 1), 1_390_000), (Date(2019, 7, 1), 1_490_000), (Date(2023, 7, 1), 1_800_000),
    (Date(2024, 7, 1), 2_340_000), (Date(2026, 7, 1), 2_530_000)]


def base_salary(day):
    return from_series(BASE_SALARY, day)


REGIONAL_MINIMUM = [
    (Date(2015, 1, 1), (3_100_000, 2_750_000, 2_400_000, 2_150_000)),
    (Date(2016, 1, 1), (3_500_000, 3_100_000, 2_700_000, 2_400_000)),
    (Date(2017, 1, 1), (3_750_000, 3_320_000, 2_900_000, 2_580_000)),
    (Date(2018, 1, 1), (3_980_000, 3_530_000, 3_090_000, 2_760_000)),
    (Date(2019, 1, 1), (4_180_000, 3_710_000, 3_250_000, 2_920_000)),
    (Date(2020, 1, 1), (4_420_000, 3_920_000, 3_430_000, 3_070_000)),
    (Date(2022, 7, 1), (4_680_000, 4_160_000, 3_640_000, 3_250_000)),
    (Date(2024, 7, 1), (4_960_000, 4_410_000, 3_860_000, 3_450_000)),
    (Date(2026, 1, 1), (5_310_000, 4_730_000, 4_140_000, 3_700_000))]


def regional_minimum(day, region):
    return from_series(REGIONAL_MINIMUM, day)[region - 1]


def _index(text, start=1994):
    return {start + i: F(value) for i, value in enumerate(text.split())}


# By year of the pension or of the decision, then by year of the wage; 1994 stands for all years before 1995.
WAGE_INDEX = {
    2020: _index("4.85 4.12 3.89 3.77 3.50 3.35 3.41 3.42 3.29 3.19 2.96 2.73 2.54 2.35 1.91 1.79 1.64 1.38 1.26 1.18 1.14 1.13 "
                 "1.10 1.06 1.03 1.00 1.00"),
    2025: _index("5.63 4.78 4.51 4.37 4.06 3.89 3.95 3.97 3.82 3.70 3.43 3.17 2.95 2.72 2.21 2.07 1.90 1.60 1.47 1.37 1.32 1.31 "
                 "1.28 1.23 1.19 1.16 1.12 1.10 1.07 1.04 1.00 1.00"),
    2026: _index("5.81 4.91 4.65 4.50 4.18 4.01 4.07 4.09 3.94 3.81 3.54 3.27 3.05 2.81 2.29 2.14 1.96 1.65 1.51 1.42 1.36 1.36 "
                 "1.32 1.28 1.23 1.20 1.16 1.14 1.11 1.07 1.03 1.00 1.00")}


def wage_index(at_year, paid_year):
    return WAGE_INDEX[at_year][max(paid_year, 1994)]


LAW_41 = Date(2025, 7, 1)


class Spell:
    """A stretch of months; extra holds further columns of the table."""

    def __init__(self, start, end, salary, regime="employer", coefficient=None, **extra):
        self.start, self.end, self.salary, self.regime, self.coefficient, self.extra = start, end, salary, regime, coefficient, extra

    def months(self):
        return range(self.start, self.end + 1)


def career_months(career):
    return sum(len(s.months()) for s in career)


def wage_by_month(career):
    return {m: s.salary for s in career for m in s.months()}


def show(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    return str(value)


def show_month(m):
    return f"{m // 12:04}-{m % 12 + 1:02}"


def show_years(months):
    years, odd = divmod(months, 12)
    if odd == 0:
        return f"{years} years"
    return f"{years} years {odd} months" if years else f"{odd} months"


def percent(share):
    """As a literal; all shares of the law have a few decimals."""
    text = f"{float(share * 100):.6f}".rstrip("0").rstrip(".")
    assert F(text) == share * 100, share
    return text + "%"


def work_table(career):
    keys = ["from", "to", "salary"]
    if any(s.regime != "employer" for s in career):
        keys.append("regime")
    if any(s.coefficient is not None for s in career):
        keys.append("wage_coefficient")
    keys += sorted({k for s in career for k in s.extra})
    rows = []
    for s in career:
        row = {"from": show_month(s.start), "to": show_month(s.end), "salary": show(s.salary), "regime": s.regime,
               "wage_coefficient": "none" if s.coefficient is None else decimal(s.coefficient)}
        row.update({k: show(v) for k, v in s.extra.items()})
        rows.append(row)
    return table("work", keys, rows)


def decimal(value):
    text = f"{float(value):.6f}".rstrip("0").rstrip(".")
    assert F(text) == value, value
    return text


def table(name, keys, rows):
    lines = [name, "  | " + " | ".join(keys) + " |"]
    for row in rows:
        lines.append("  | " + " | ".join(row.get(k, "") for k in keys) + " |")
    return lines


class Case:
    """One generated case: lines of facts, and what this implementation expects."""

    def __init__(self, theme, on):
        self.theme, self.on, self.person, self.household, self.expected = theme, on, [], [], []
        self.whole = False                                  # the household itself is the subject

    def fact(self, name, value):
        self.person.append(f"{name} {show(value)}")
        return self

    def lines(self, lines):
        self.person += lines
        return self

    def expect(self, target, value):
        self.expected.append(f"{target} {show(value)}")
        return self

    def money(self, target, value, unit="VND/month"):
        return self.expect(target, f"{value} {unit}")

    def benefit(self, name, amount, unit="VND/month"):
        return self.expect(name, "not entitled" if amount is None else f"entitled {amount} {unit}")

    def text(self, name):
        out = [f'case {name} "{name}" "{name}" on {self.on}']
        if not self.whole:
            out += ["  given Person"] + ["    " + line for line in self.person]
        if self.household:
            out += ["  given Household"] + ["    " + line for line in self.household]
        return "\n".join(out + ["  expect " + e for e in self.expected])


# --- retirement age: Labour Code 45/2019 art 169, Decree 135/2020 arts 4 and 5 ---

def normal_age_in_year(sex, year):
    """In months."""
    if sex == "male":
        return 60 * 12 if year < 2021 else min(60 * 12 + 3 * (year - 2020), 62 * 12)
    return 55 * 12 if year < 2021 else min(55 * 12 + 4 * (year - 2020), 60 * 12)


def retirement_age(sex, birth_month, lower=0):
    """Age in months that applies to those born in this month; annexes I and II of Decree 135/2020, re-derived."""
    old = (60 if sex == "male" else 55) * 12 - lower
    if birth_month + old < month(2021) or (birth_month + old == month(2021) - 1):
        return old
    year = 2021
    while year_of_month(birth_month + normal_age_in_year(sex, year) - lower) > year:
        year += 1
    return normal_age_in_year(sex, year) - lower


# --- random careers ---

def looked_at(draw, day):
    """What happened is judged by its own date: the day on which the file is looked at must not matter."""
    return day + DAY * draw.choice((0, 0, 0, 45, 400, 900))


WAGES = (2_340_000, 3_100_000, 4_500_000, 5_000_000, 7_777_777, 9_000_000, 12_345_678, 20_000_000, 33_333_333, 46_800_000)
ODD_MONTHS = (0, 1, 5, 6, 7, 11)


def random_wage(draw):
    return draw.choice(WAGES) if draw.random() < 0.6 else draw.randrange(2_000_000, 40_000_000)


def cut(draw, total, pieces):
    pieces = max(1, min(pieces, total))
    points = sorted(draw.sample(range(1, total), pieces - 1)) if pieces > 1 else []
    return [b - a for a, b in zip([0] + points, points + [total])]


def random_career(draw, total, end, pieces=None, gaps=True, make=None):
    """total months that end with the month end, latest piece last; make(start, end) gives a spell."""
    make = make or (lambda start, stop: Spell(start, stop, random_wage(draw)))
    career = []
    for length in reversed(cut(draw, total, pieces or draw.choice((1, 2, 3, 5)))):
        career.append(make(end - length + 1, end))
        end -= length + (draw.choice((0, 0, 1, 5, 12, 30)) if gaps else 0)
    return career[::-1]


def random_birth(draw, birth_month):
    last = last_day(birth_month).day
    return Date(birth_month // 12, birth_month % 12 + 1, min(draw.choice((1, 1, 10, 15, 28, 31)), last))
