"""Funeral grant, survivors' lump sum, monthly allowance of one relative.
Law 58/2014 arts 66-70; Circular 59/2015 arts 24-27; Circular 06/2021 art 1(23). Law 41/2024 arts 85-89; Circular 12/2025 art 18."""

from common import *
import lump_sum
import pensions

DAYS = [Date(2020, 3, 5), Date(2020, 12, 20), Date(2025, 1, 2), Date(2025, 6, 30), Date(2025, 7, 1), Date(2025, 9, 9), Date(2026, 1, 31),
        Date(2026, 6, 30), Date(2026, 7, 1), Date(2026, 8, 15)]


def person(draw):
    death = draw.choice(DAYS)
    law41 = death >= LAW_41
    kind = draw.choice(("worker", "worker", "pensioner", "monthly"))
    case = Case("survivors", looked_at(draw, add_months(death, 2)))
    case.fact("sex", draw.choice(("male", "female"))).fact("date_of_birth", Date(death.year - draw.choice((40, 50, 64)), 1, 1))
    row = "row 1 of deaths"
    if kind == "monthly":
        return monthly(draw, case, death, law41)
    if kind == "pensioner":
        pension = draw.choice((2_500_000, 3_333_333, 7_654_321))
        drawn = draw.choice((1, 2, 3, 4, 5, 12, 60, 91, 92, 93, 94, 150))
        case.lines(["work", "  | from | to | salary |", "  | 1990-01 | 2015-12 | 5000000 |"])
        case.lines(["deaths", f"  - death_date {death}", "    deceased_pensioner yes", f"    pension_at_death {pension}",
                    f"    pension_first_month {show_month(month_of(death) - drawn + 1)}", "    survivors none"])
        months = max(F(48) - F(1, 2) * max(0, drawn - 2), F(3))
        case.benefit(f"survivor_lump_sum of {row}", half_up(months * pension), "VND")
        case.benefit(f"funeral_grant of {row}", 10 * base_salary(death), "VND")
        return case
    total = draw.choice((1, 5, 6, 7, 11, 12, 13, 18, 19, 24, 60, 67, 120, 126, 127, 150, 173, 180, 200, 239, 247))
    end = month_of(death) - draw.choice((0, 1, 1, 5, 30, 90))
    if draw.random() < 0.2:
        end = draw.choice((month(2013, 12), month(2014, 2), month(2014, 8)))
    if draw.random() < 0.3:
        career = random_career(draw, total, end, make=lambda a, b: Spell(
            a, b, draw.randrange(500_000, 9_000_000), "state", F(draw.choice((234, 300, 333, 434)), 100)))
    else:
        career = random_career(draw, total, end)
    case.lines(work_table(career))
    case.lines(["deaths", f"  - death_date {death}", "    survivors none"])
    before, after = lump_sum.split(career, month(2014))
    if not law41 and total < 12:
        return case.benefit(f"funeral_grant of {row}", None)  # and who may have the lump sum then: art 69 speaks of art 66(1) only
    mean = pensions.average(career, death, law41)
    months = max(lump_sum.months_of_average(before, after, law41), F(3))
    case.benefit(f"survivor_lump_sum of {row}", half_up(months * mean), "VND")
    case.benefit(f"funeral_grant of {row}", 10 * base_salary(death) if total >= 12 else None, "VND")
    return case


def monthly(draw, case, death, law41):
    total = draw.choice((174, 179, 180, 181, 240))
    career = [Spell(month_of(death) - total, month_of(death) - 1, 6_000_000)]
    case.lines(work_table(career))
    relation = draw.choice(("child", "spouse", "parent"))
    sex = draw.choice(("woman", "man"))
    normal = (55 if sex == "woman" else 60) * 12
    if relation == "child":
        born = random_birth(draw, month_of(death) - 18 * 12 + draw.choice((-2, -1, 1, 2, 24, 100)))
    else:
        if law41:
            normal = normal_age_in_year("female" if sex == "woman" else "male", death.year)
        born = random_birth(draw, month_of(death) - normal + draw.choice((-30, -6, -2, -1, 0, 1, 2, 6, 30, 60)))
    loss = draw.choice((0, 0, 0, 80, 81))
    income = draw.choice((0, 0, base_salary(death) - 1, base_salary(death), 5_000_000))
    other = draw.random() < 0.5
    adult = draw.choice(("none", Date(death.year - 1, 3, 3)))
    case.lines(["deaths", f"  - death_date {death}", "    survivors",
                "      | survivor_relation | survivor_sex | survivor_born | survivor_loss | survivor_income | survivor_insured_income "
                "| other_parent_living | able_adult_child_from |",
                f"      | {relation} | {sex} | {born} | {loss}% | {income} | {income} | {show(other)} | {adult} |"])
    monthly_end = last_day(month_of(death))
    if relation == "child":
        minor = add_months(born, 216) > monthly_end
        if month_of(born) + 216 == month_of(death):
            return None                                     # turns 18 in the month of the death
        qualifies = minor or loss >= 81
        if not minor and (income >= base_salary(death) and law41):
            qualifies = False                               # Law 41 art 86(3) names point b of art 86(2)
        alone = not other and adult == "none"
    else:
        if law41:
            of_age = month_of(born) + retirement_age("female" if sex == "woman" else "male", month_of(born)) <= month_of(death)
        else:
            of_age = month_of(born) + normal <= month_of(death)
        qualifies = (of_age or loss >= 81) and income < base_salary(death)
        alone = adult == "none" and (relation == "spouse" or not other)
    qualifies = qualifies and total >= 180
    minor_child = relation == "child" and add_months(born, 216) > monthly_end
    if minor_child and loss >= 81 and (not law41 or income < base_salary(death)):
        minor_child = False                                 # for life, as a disabled child; else point a, until 18
    name = ("minor_survivor_allowance" if minor_child else "survivor_allowance") + " of row 1 of survivors of row 1 of deaths"
    amount = half_up(base_salary(case.on) * F(70 if alone else 50, 100)) if qualifies else None
    return case.benefit(name, amount)
