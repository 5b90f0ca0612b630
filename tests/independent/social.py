"""Social pension (Law 41/2024 arts 21-22, Decree 176/2025) and the monthly allowance before it (art 23, Decree 158/2025 arts 22-24)."""

from common import *
import pensions


def level(day):
    return 540_000 if day >= Date(2026, 7, 1) else 500_000


def person(draw):
    return social_pension(draw) if draw.random() < 0.5 else allowance(draw)


def social_pension(draw):
    day = draw.choice((Date(2025, 7, 1), Date(2025, 8, 10), Date(2026, 2, 28), Date(2026, 6, 30), Date(2026, 7, 1), Date(2026, 10, 5)))
    age = draw.choice((70, 70, 75, 75, 72, 80, 69, 60))
    birth = add_months(day, -12 * age) + DAY * draw.choice((-40, -1, 0, 1, 40))
    poverty = draw.choice(("poor", "near_poor", "not_poor"))
    income = draw.choice((0, 0, level(day) - 1, level(day), 3_000_000))
    asked = draw.random() < 0.9
    case = Case("social", day)
    case.fact("sex", draw.choice(("male", "female"))).fact("date_of_birth", birth).fact("monthly_si_income", income)
    case.fact("social_pension_requested", asked)
    case.household.append(f"poverty {poverty}")
    reached = add_months(birth, (75 if poverty == "not_poor" else 70) * 12) <= day
    entitled = reached and income < level(day) and asked
    return case.benefit("social_pension", level(day) if entitled else None)


def allowance(draw):
    day = draw.choice((Date(2025, 7, 10), Date(2025, 12, 3), Date(2026, 2, 2), Date(2026, 6, 30), Date(2026, 7, 1), Date(2026, 9, 8)))
    sex = draw.choice(("male", "female"))
    age = normal_age_in_year(sex, day.year)
    birth = random_birth(draw, month_of(day) - age - draw.choice((-3, -1, 1, 2, 12, 36, 60, 100)))
    total = draw.choice((1, 6, 7, 12, 13, 24, 60, 67, 120, 150, 178, 179, 180))
    career = random_career(draw, total, month_of(day) - draw.choice((1, 1, 5, 20)))
    poverty = draw.choice(("poor", "near_poor", "not_poor", "not_poor"))
    wanted = draw.random() < 0.3
    case = Case("social", day)
    case.fact("sex", sex).fact("date_of_birth", birth).lines(work_table(career))
    case.lines(["allowance_requests", "  | requested_on | top_up_wanted |", f"  | {day} | {show(wanted)} |"])
    case.household.append(f"poverty {poverty}")
    name = "row 1 of allowance_requests"
    reached = month_of(day) > month_of(birth) + retirement_age(sex, month_of(birth))
    if not reached or total >= 180:
        return case.benefit(f"pre_pension_allowance of {name}", None)
    tc = level(day)
    mean = pensions.average(career, day, True)
    paid_for = -(-(mean * 2 * half_years(total)) // tc)
    to_age = month_of(birth) + (75 if poverty == "not_poor" else 70) * 12 - month_of(day)
    if to_age <= 0:
        return case.benefit(f"pre_pension_allowance of {name}", None)
    case.expect(f"months_paid_for of {name}", f"{paid_for} months").expect(f"months_to_social_pension of {name}", f"{to_age} months")
    months = int(paid_for)
    if months > to_age or wanted:
        months = to_age
    case.expect(f"allowance_months of {name}", f"{months} months")
    amount = F(tc)
    if paid_for > to_age:
        amount += (paid_for - to_age) * F(tc, to_age)
    case.benefit(f"pre_pension_allowance of {name}", half_up(amount))
    if wanted and paid_for < to_age:
        case.money(f"allowance_top_up of {name}", int(to_age - paid_for) * tc, "VND")
    return case
