"""One-off withdrawal after twelve months out: Law 58/2014 art 60, Resolution 93/2015, Circular 59/2015 art 19;
Law 41/2024 art 70, Decree 158/2025 art 14."""

from common import *
import pensions

DAYS = [Date(2020, 3, 16), Date(2020, 11, 2), Date(2025, 2, 3), Date(2025, 6, 30), Date(2025, 7, 1), Date(2025, 12, 31), Date(2026, 1, 5),
        Date(2026, 7, 1), Date(2026, 9, 9)]


def split(career, limit):
    before = sum(1 for s in career for m in s.months() if m < limit)
    return before, career_months(career) - before


def months_of_average(before, after, law41):
    """1.5 months of the average a year before 2014, 2 a year from 2014."""
    if not law41 or (before and after):                     # Circular 59 art 19(4); Law 41 art 70(3)(a)
        whole = before // 12 * 12
        before, after = whole, after + before - whole
    return F(3, 2) * half_years(before) + 2 * half_years(after)


def person(draw):
    day = draw.choice(DAYS)
    law41 = day >= LAW_41
    out = draw.choice((14, 15, 20, 40, 40, 80, 14, 13, 12, 6, 3))
    end = month_of(day) - out
    total = draw.choice((1, 2, 5, 6, 7, 11, 12, 13, 18, 19, 23, 24, 60, 66, 67, 83, 119, 120, 126, 127, 150, 196, 234, 238, 239, 240, 241))
    if draw.random() < 0.3:                                 # ends at the turn of 2013
        end = draw.choice((month(2013, 12), month(2014, 1), month(2014, 6), month(2013, 6)))
        out = month_of(day) - end
    state = draw.random() < 0.3
    if state:
        career = random_career(draw, total, end, make=lambda a, b: Spell(
            a, b, draw.randrange(500_000, 9_000_000), "state", F(draw.choice((234, 300, 333, 434)), 100)))
    else:
        career = random_career(draw, total, end)
    birth = random_birth(draw, month_of(day) - 12 * draw.choice((35, 40, 45)))
    case = Case("lump-sum", day)
    case.fact("sex", draw.choice(("male", "female"))).fact("date_of_birth", birth).lines(work_table(career))
    before, after = split(career, month(2014))
    # one year after the last paid month; Decree 158 art 14(1)(b): twelve months up to the month before the request
    if out <= 12 or total >= 240 or (law41 and career[0].start >= month(2025, 7)):
        return case.benefit("lump_sum_withdrawal", None)
    mean = pensions.average(career, day, law41)
    if total < 12:
        if before or state:
            return None                                     # what was paid in: other rates before 2014
        paid = sum(F(22, 100) * s.salary * len(s.months()) for s in career)
        amount = min(paid, 2 * mean)
    else:
        amount = months_of_average(before, after, law41) * mean
    return case.benefit("lump_sum_withdrawal", half_up(amount), "VND")
