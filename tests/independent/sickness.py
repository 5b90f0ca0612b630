"""Sickness: days and amount. Law 58/2014 arts 26, 28; Circular 59/2015 arts 4, 6; Circular 06/2021 art 1(2).
Law 41/2024 arts 43, 45; Circular 12/2025 arts 4, 6."""

from common import *


def cap(months, hard):
    return (30 if months < 180 else 40 if months < 360 else 60) + (10 if hard else 0)


def lower_rate(months):
    return F(50 if months < 180 else 55 if months < 360 else 65, 100)


def days(start, end):
    return [start + DAY * i for i in range((end - start).days + 1)]


def person(draw):
    law41 = draw.random() < 0.5
    if law41:
        first = draw.choice((Date(2025, 7, 1), Date(2025, 8, 4), Date(2025, 12, 1), Date(2026, 1, 5), Date(2026, 3, 9), Date(2025, 12, 22)))
    else:
        first = draw.choice((Date(2016, 1, 7), Date(2017, 5, 2), Date(2019, 12, 16), Date(2021, 8, 2), Date(2021, 9, 1), Date(2021, 9, 6),
                             Date(2022, 3, 28), Date(2024, 12, 2), Date(2025, 2, 10)))
    paid = draw.choice((1, 12, 60, 178, 179, 180, 181, 200, 359, 360, 361))
    hard = draw.random() < 0.3
    listed = draw.random() < 0.4
    extra = {"conditions": "hazardous" if hard else "normal"}
    career = [Spell(month_of(first) - paid, month_of(first) - 1, random_wage(draw), **extra)]
    if paid > 12 and draw.random() < 0.5:                   # a rise before the leave
        rise = month_of(first) - draw.choice((1, 2, 6))
        career = [Spell(career[0].start, rise - 1, career[0].salary, **extra), Spell(rise, month_of(first) - 1, random_wage(draw), **extra)]
    rest = draw.choice(((7,), (6, 7), ()))
    stretches = []
    if listed:
        stretches.append((first, first + DAY * (draw.choice((5, 27, 28, 29, 30, 31, 44, 60, 100, 150, 179, 180, 181, 200, 240)) - 1)))
        if stretches[0][1] >= LAW_41 and not law41:
            return None
        if law41 and stretches[0][1].year != first.year:
            stretches[0] = (first, Date(first.year, 12, 31))
    else:
        begin = first
        for _ in range(draw.choice((1, 1, 2, 3))):
            stop = begin + DAY * (draw.choice((1, 3, 7, 14, 28, 33, 35, 40, 47)) - 1)
            if month_of(stop) > month_of(first) and len(stretches) >= 1 and stop.year != first.year:
                break
            if stop >= LAW_41 and not law41:
                break
            stretches.append((begin, stop))
            begin = stop + DAY * draw.choice((2, 5, 10))
            if begin.year != first.year or month_of(begin) != month_of(first):
                break                                       # later months: what was paid in them would matter
    if not stretches:
        return None
    # the month of the leave stays out of the career: the wage base is the month before
    filled = Spell(month_of(first), month_of(stretches[-1][1]), career[-1].salary, kind="sick_leave", **extra)
    for s in career:
        s.extra["kind"] = "contributed"
    case = Case("sickness", looked_at(draw, stretches[-1][1] + 30 * DAY))
    case.fact("sex", draw.choice(("male", "female"))).lines(work_table(career + [filled]))
    rows = ["sick_leaves"]
    wage = career[-1].salary
    used = {}
    results = []
    for begin, stop in stretches:
        off = [d for d in days(begin, stop) if d.isoweekday() in rest]
        rows += [f"  - first_day {begin}", f"    last_day {stop}", f"    long_term_list {show(listed)}", "    certificate yes",
                 "    rest_days " + (", ".join(show(d) for d in off) or "none")]
        working = [d for d in days(begin, stop) if d not in off]
        if listed and not law41:
            results.append(long_58(wage, paid, begin, stop, case.on))
            continue
        full, rest_of = 0, 0
        for d in working:
            if used.get(d.year, 0) < cap(paid, hard):
                used[d.year] = used.get(d.year, 0) + 1
                full += 1
            elif listed:
                rest_of += 1
        amount = F(wage, 24) * (F(75, 100) * full + lower_rate(paid) * rest_of)
        results.append((full + rest_of, amount))
    case.lines(rows)
    for i, (n, amount) in enumerate(results, 1):
        if amount is None:
            continue
        row = f"row {i} of sick_leaves"
        if n is not None:
            case.expect(f"sick_paid_days of {row}", f"{n} days")
        case.benefit(f"sickness_benefit of {row}", half_up(amount) if amount else None, "VND")
    return case if case.expected else None


def long_58(wage, paid, begin, stop, decided):
    """First 180 days at 75%, then the lower rate for at most the months paid; months run date to date, odd days over 24."""
    first_stop = min(stop, begin + DAY * 179)
    amount = stretch(F(wage) * F(75, 100), begin, first_stop, decided)
    if stop > first_stop:
        second = first_stop + DAY
        second_stop = min(stop, add_months(second, paid) - DAY)
        amount += stretch(F(wage) * lower_rate(paid), second, second_stop, decided)
    return None, amount


def stretch(monthly, begin, stop, decided):
    n = months_between(begin, stop + DAY)
    odd = (stop + DAY - add_months(begin, n)).days
    extra = monthly / 24 * odd
    if decided >= Date(2021, 9, 1):     # Circular 06/2021 art 1(2); its example 9 is a leave that ended before it was in force
        extra = min(extra, monthly)
    return monthly * n + extra
