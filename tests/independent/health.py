"""Health insurance: the household's scale of contributions, and the share paid for one visit.

Law 25/2008 arts 13, 22 as amended by Law 46/2014 (from 2015) and Law 51/2024 (from 2025-07-01); second-hand: Decree 146/2018 arts 7, 14,
Resolution 261/2025 (near-poor from 2026). Visits outside the rules only before 2025-07-01.
"""

from common import *

SHARES = {"employee_group": 80, "household_group": 80, "student_group": 80, "unemployed_group": 80, "injury_group": 80, "pensioner_group": 95,
          "near_poor_group": 95, "poor_group": 100, "child_group": 100, "merit_group": 100, "assisted_group": 100, "forces_group": 100}


def person(draw):
    return household(draw) if draw.random() < 0.4 else visit(draw)


def household(draw):
    day = draw.choice((Date(2018, 8, 1), Date(2020, 2, 2), Date(2023, 6, 30), Date(2023, 7, 1), Date(2024, 7, 1), Date(2025, 7, 1), Date(2026, 7, 1)))
    case = Case("health", day)
    size = draw.choice((1, 2, 3, 4, 5, 6, 8))
    joins = [True] + [draw.random() < 0.8 for _ in range(size - 1)]
    fixed = [f"date_of_birth {Date(1950 + 3 * i, 1, 1)}" for i in range(size)]
    case.household = ["poverty not_poor", "members"]
    for born, yes in zip(fixed, joins):
        case.household += [f"  - {born}", f"    joins_household_cover {show(yes)}"]
    case.whole = True
    first = F(base_salary(day)) * F(45, 1000)
    place, total = 0, 0
    for i, yes in enumerate(joins, 1):
        if not yes:
            continue
        share = (1, F(7, 10), F(6, 10), F(5, 10))[place] if place < 4 else F(4, 10)
        place += 1
        amount = half_up(first * share)
        total += amount
        case.money(f"household_health_amount of row {i} of members", amount)
    return case.money("household_health_total", total)


def visit(draw):
    day = draw.choice((Date(2016, 5, 3), Date(2019, 7, 1), Date(2020, 12, 31), Date(2021, 1, 1), Date(2023, 7, 1), Date(2025, 6, 30),
                       Date(2025, 7, 1), Date(2025, 12, 31), Date(2026, 1, 1), Date(2026, 7, 1)))
    group = draw.choice(sorted(SHARES))
    level = draw.choice(("commune_level", "district_level", "province_level", "central_level"))
    inpatient = draw.random() < 0.5
    rules = day >= LAW_41 or level == "commune_level" or draw.random() < 0.6   # communes outside the rules: the text is silent
    small = F(15, 100) * base_salary(day)
    cost = draw.choice((int(small) - 1, int(small) + 1, 3_000_000, 20_000_000)) if rules else draw.choice((3_000_000, 20_000_000))
    if draw.random() < 0.2 and rules and small == int(small):
        cost = int(small)
    case = Case("health", looked_at(draw, day + 5 * DAY))
    case.fact("sex", "female").fact("date_of_birth", Date(1980, 1, 1))
    case.lines(["health_cover", "  | from | to | cover_group |", f"  | {show_month(month_of(day) - 12)} | {show_month(month_of(day) + 2)} | {group} |"])
    case.lines(["health_visits", f"  - visit_date {day}", f"    visit_level {level}", f"    visit_kind {'inpatient' if inpatient else 'outpatient'}",
                f"    by_the_rules {show(rules)}", "    claim_lines", "      | line_cost |", f"      | {cost} |"])
    share = F(SHARES[group], 100)
    if group == "near_poor_group" and day >= Date(2026, 1, 1):
        share = F(1)
    if rules:
        if level == "commune_level" or cost < small:
            share = F(1)
    else:
        if level == "central_level":
            share *= F(4, 10) if inpatient else 0
        elif level == "province_level":
            share *= (F(6, 10) if day < Date(2021, 1, 1) else 1) if inpatient else 0
    return case.money("fund_pays of row 1 of health_visits", half_up(share * cost), "VND")
