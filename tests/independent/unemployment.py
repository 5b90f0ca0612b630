"""Unemployment benefit: amount, length, what is kept. Law 38/2013 arts 45-53, Decree 28/2015 arts 12, 18;
Law 74/2025 arts 35, 38-41, Decree 374/2025 art 8."""

from common import *


def awarded(months):
    if months < 12:
        return 0
    return min(3 if months <= 36 else 3 + (months - 36) // 12, 12)


def working_day(day, n):
    """The n-th working day after day; only used in spans without public holidays."""
    while n:
        day += DAY
        if day.isoweekday() <= 5:
            n -= 1
    return day


def deadline(ended):
    """Three months; a last day of rest moves to the next working day (Civil Code art 148(5))."""
    day = add_months(ended, 3)
    while day.isoweekday() > 5 or (day.month, day.day) in ((1, 1), (4, 30), (5, 1), (9, 1), (9, 2)):
        day += DAY
    return day


def person(draw):
    new = draw.random() < 0.5
    if new:
        ended = draw.choice((Date(2025, 12, 31), Date(2026, 1, 31), Date(2026, 2, 28), Date(2026, 4, 30), Date(2026, 5, 31), Date(2026, 6, 30)))
        filed = draw.choice((ended + DAY * 20, add_months(ended, 1), add_months(ended, 3), add_months(ended, 3) + DAY, ended + DAY * 9))
        if filed < Date(2026, 1, 5):
            filed = Date(2026, 1, 5)
    else:
        ended = draw.choice((Date(2016, 3, 31), Date(2017, 6, 30), Date(2019, 12, 31), Date(2020, 5, 31), Date(2022, 6, 30), Date(2022, 7, 31),
                             Date(2024, 6, 30), Date(2024, 7, 31), Date(2025, 6, 30), Date(2025, 8, 31)))
        filed = draw.choice((ended + DAY * 20, add_months(ended, 1), add_months(ended, 3), add_months(ended, 3) + DAY))
    decided = filed + DAY * 20
    total = draw.choice((6, 11, 12, 13, 24, 35, 36, 37, 47, 48, 49, 60, 71, 72, 95, 96, 100, 143, 144, 145, 150))
    last = month_of(ended)
    first_ui = month(2009)
    region = draw.choice((1, 2, 3, 4))
    state = draw.random() < 0.25

    def spell(a, b):
        wage = draw.choice((random_wage(draw), random_wage(draw), 3_600_000, 60_000_000))
        if state:
            return Spell(a, b, wage, "state", work_region=f"region_{region}")
        return Spell(a, b, wage, work_region=f"region_{region}")

    career = random_career(draw, total, last, gaps=draw.random() < 0.6, make=spell)
    if career[0].start < first_ui:
        return None
    contract = draw.choice(("indefinite", "indefinite", "twelve_months_or_more", "under_twelve_months"))
    window = 36 if contract == "under_twelve_months" else 24
    inside = sum(1 for s in career for m in s.months() if m > last - window)
    case = Case("unemployment", looked_at(draw, add_months(decided, 15)))
    case.fact("sex", "male").fact("date_of_birth", Date(1985, 1, 1)).lines(work_table(career))
    rows = ["job_losses", f"  - ended_on {ended}", f"    decided_on {decided}", f"    contract {contract}", f"    filed_on {filed}"]
    length = awarded(total)
    job = None
    start = decided + DAY * 2
    if draw.random() < 0.4 and length:
        job = draw.choice((0, 1, 2))
        day = add_months(start, job) + DAY * draw.choice((1, 10, 20))
        rows += [f"    awarded_from {start}", "    new_situation new_job", f"    new_situation_on {day}", f"    new_situation_told_on {day}"]
    case.lines(rows)
    row = "row 1 of job_losses"
    entitled = inside >= 12 and filed <= deadline(ended)
    wages = wage_by_month(career)
    six = sorted(wages)[-6:]
    if six[0] < month(2015):
        return None

    def ceiling(m, times):
        limit_day = last_day(m)
        if state and limit_day < Date(2026, 1, 1):
            return times * base_salary(limit_day)
        return times * regional_minimum(limit_day, region)

    mean = F(sum(min(wages[m], ceiling(m, 20)) for m in six), len(six))
    if new:
        most = 5 * regional_minimum(first_day(last), region)
    else:
        most = 5 * (base_salary(ended) if state else regional_minimum(ended, region))
    amount = min(mean * F(60, 100), F(most))
    case.benefit(f"unemployment_benefit of {row}", half_up(amount) if entitled else None)
    if not entitled:
        return case
    case.expect(f"benefit_months_awarded of {row}", f"{length} months")
    if job is not None:
        drawn = job + 1
        kept = max(0, total - 12 * drawn)
        if total > 144:
            return case                                     # what is kept above 144 months
        case.expect(f"preserved_months of {row}", f"{kept} months")
    elif total <= 144:
        kept = (total - 36) % 12 if total > 36 else 0
        case.expect(f"preserved_months of {row}", f"{kept} months")
    if new and job is None and (Date(2026, 3, 2) <= filed <= Date(2026, 4, 8) or Date(2026, 5, 4) <= filed <= Date(2026, 8, 10)):
        case.expect(f"benefit_start of {row}", working_day(filed, 11))
    return case
