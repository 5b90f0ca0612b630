"""What is owed in a month, fund by fund. Law 58/2014 arts 85, 86, 89; Law 41/2024 arts 31-34; Decrees 44/2017, 58/2020 (accident fund);
Resolutions 68/2021 and 116/2021 (0% in between); Law 38/2013 art 57-58, Law 74/2025 arts 33-34; health 4.5%."""

from common import *

DAYS = [Date(2016, 1, 10), Date(2017, 5, 31), Date(2017, 6, 1), Date(2018, 3, 3), Date(2020, 8, 1), Date(2021, 6, 30), Date(2021, 7, 1),
        Date(2021, 9, 30), Date(2021, 10, 1), Date(2022, 6, 30), Date(2022, 7, 1), Date(2022, 9, 30), Date(2022, 10, 1), Date(2023, 7, 1),
        Date(2024, 7, 1), Date(2025, 6, 30), Date(2025, 7, 1), Date(2025, 12, 31), Date(2026, 1, 1), Date(2026, 6, 30), Date(2026, 7, 1)]


def accident_rate(day):
    if day < Date(2017, 6, 1):
        return F(1, 100)
    if Date(2021, 7, 1) <= day < Date(2022, 7, 1):
        return F(0)
    return F(5, 1000)


def person(draw):
    day = draw.choice(DAYS)
    law41 = day >= LAW_41
    category = draw.choice(("worker", "worker", "worker", "commune_part_time")
                           + (("household_owner", "unpaid_manager") if law41 else ("conscript",)))
    base = base_salary(day)
    region = draw.choice((1, 2, 3, 4))
    wage = draw.choice((6_000_000, 12_345_678, 20 * base - 1, 20 * base, 20 * base + 1, 60_000_000, 150_000_000, draw.randrange(6_000_000, 30_000_000)))
    state = category == "worker" and draw.random() < 0.2
    case = Case("contributions", day)
    extra = {"insured_as": category, "work_region": f"region_{region}"}
    if category in ("commune_part_time", "conscript"):
        wage = base
    career = [Spell(month_of(day) - 12, month_of(day) + 1, wage, "state" if state else "employer", **extra)]
    case.fact("sex", draw.choice(("male", "female"))).lines(work_table(career))
    capped = F(min(wage, 20 * base))
    share = lambda percent, of=capped: half_up(F(percent).limit_denominator(10**6) / 100 * of)
    if category == "worker":
        case.money("compulsory_wage", int(capped))
        case.money("retirement_worker_due", share(8)).money("retirement_employer_due", share(14))
        case.money("sickness_employer_due", share(3))
        if not (state and Date(2021, 7, 1) <= day < Date(2022, 7, 1)):
            case.money("accident_due", half_up(accident_rate(day) * capped))
        limit = 20 * (base if state and day < Date(2026, 1, 1) else regional_minimum(day, region))
        insured = F(min(wage, limit))
        case.money("unemployment_worker_due", share(1, insured))
        if not state:
            nothing = Date(2021, 10, 1) <= day < Date(2022, 10, 1)
            case.money("unemployment_employer_due", 0 if nothing else share(1, insured))
        case.money("health_worker_due", half_up(capped * F(15, 1000))).money("health_employer_due", share(3))
    elif category == "commune_part_time":
        case.money("retirement_worker_due", share(8)).money("retirement_employer_due", share(14))
        case.money("sickness_employer_due", share(3) if law41 else 0)
    elif category == "conscript":
        case.money("retirement_worker_due", 0).money("retirement_employer_due", share(22))
    else:
        case.money("retirement_self_due", share(22)).money("sickness_self_due", share(3))
        case.money("retirement_employer_due", 0)
    due = last_day(month_of(day)) if not law41 else last_day(month_of(day) + 1)
    case.expect("contribution_due_date", due)
    return case
