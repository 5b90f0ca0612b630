"""Birth of a child: window, months of leave, amount, one-off grant.

Law 58/2014 arts 31, 34(1), 34(3), 38, 39; Circular 59/2015 arts 9, 10, 12. Law 41/2024 arts 50, 53, 58, 59; Circular 12/2025 arts 8, 10;
Labour Code art 139(1); Population Law 113/2025 (second child, 7 months from 2026-07-01).
"""

from common import *


def window(birth, contributed, length):
    """Circular 59 art 9(1), Circular 12/2025 art 8(2)."""
    m = month_of(birth)
    end = m if birth.day >= 15 and m in contributed else m - 1
    return end - length + 1, end


def person(draw):
    law41 = draw.random() < 0.5
    if law41:
        birth = Date(2025, 7, 1) + DAY * draw.choice((0, 0, 1, 13, 14, 15, 30, 182, 183, 200, 364, 365, 366, draw.randrange(0, 440)))
    else:
        birth = Date(2016, 1, 1) + DAY * draw.choice((0, 13, 14, 15, draw.randrange(0, 3460), draw.randrange(0, 3460)))
    children = draw.choice((1, 1, 1, 2, 3)) if birth < Date(2026, 7, 1) else 1
    before = draw.choice((0, 1, 2))
    prenatal = draw.choice((None, None, 1, 10, 31, 59, 60))
    leave = birth - DAY * prenatal if prenatal else birth
    if prenatal and (birth.day >= 15 or month_of(leave) == month_of(birth)):
        leave = birth                                       # which month then counts is left to the texts
    if law41 and leave < LAW_41:
        return None                                         # Law 41 art 141(5)
    # months paid: some of those before the leave, perhaps the month of birth when worked in to the 15th
    m = month_of(leave)
    career, cursor = [], m - 1
    worked_in = birth.day >= 15 and leave == birth and draw.random() < 0.6
    if worked_in:
        cursor = m
    gap = draw.choice((0, 0, 0, 1, 3, 6, 7, 9, 17, 18))
    if gap:
        worked_in = False
        cursor = m - 1 - gap
    for _ in range(draw.choice((1, 2, 3))):
        length = draw.choice((1, 2, 3, 4, 5, 6, 7, 12, 40))
        career.insert(0, Spell(cursor - length + 1, cursor, random_wage(draw)))
        cursor -= length + draw.choice((0, 0, 1, 4, 8, 13))
    contributed = {x for s in career for x in s.months()}
    last = max(contributed)
    if last == m - 1 and leave != birth and birth.day < 15:  # months of prenatal leave count as contributed
        salary = career[-1].salary
        if month_of(birth) - 1 >= m:
            career.append(Spell(m, month_of(birth) - 1, salary, kind="maternity_leave"))
            contributed |= set(career[-1].months())
            for s in career[:-1]:
                s.extra["kind"] = "contributed"
    rest = draw.random() < 0.3
    infertile = law41 and draw.random() < (0.8 if gap >= 9 else 0.2)
    died = None
    if not law41 and draw.random() < 0.25:
        died = draw.choice((birth, add_months(birth, 2) - DAY, add_months(birth, 2), add_months(birth, 3), add_months(birth, 5), birth + 20 * DAY))

    case = Case("maternity", looked_at(draw, add_months(birth, 12)))
    case.fact("sex", "female").lines(work_table(career))
    rows = ["births", f"  - birth_date {birth}", f"    children_born {children}", f"    living_children_before {before}"]
    if leave != birth:
        rows.append(f"    prenatal_leave_from {leave}")
    if rest:
        rows.append("    prescribed_rest yes")
    if infertile:
        rows.append("    infertility_leave yes")
    if died:
        rows.append(f"    all_children_died {died}")
    case.lines(rows)

    start, end = window(birth, contributed, 12)
    inside = sum(1 for x in contributed if start <= x <= end)
    total = sum(1 for x in contributed if x <= end)
    entitled = inside >= 6 or (rest and total >= 12 and inside >= 3)
    if infertile and not entitled:
        start24, end = window(birth, contributed, 24)
        entitled = sum(1 for x in contributed if start24 <= x <= end) >= 6
    row = "row 1 of births"
    case.expect(f"birth_window_from of {row}", show_month(start)).expect(f"birth_window_until of {row}", show_month(end))
    case.expect(f"birth_months_in_window of {row}", f"{inside} months")
    case.expect(f"birth_eligible of {row}", entitled)
    if not entitled:
        return case.benefit(f"maternity_benefit of {row}", None)

    wages = wage_by_month([s for s in career if s.extra.get("kind") != "maternity_leave"])
    limit = end if leave == birth else month_of(leave) - 1
    six = sorted(x for x in wages if x <= limit)[-6:]
    mean = F(sum(wages[x] for x in six), len(six))
    months = 6 + children - 1
    if birth >= Date(2026, 7, 1) and before == 1:
        months = 7
    # the leave may not take more than two months before the birth
    stop = add_months(leave, months) - DAY
    if died:
        short = add_months(birth, 4) - DAY if died < add_months(birth, 2) else add_months(died, 2) - DAY
        stop = min(stop, short)
    n = months_between(leave, stop + DAY)
    odd = (stop + DAY - add_months(leave, n)).days
    if died and odd:
        case.expect(f"birth_leave_end of {row}", stop)
    case.benefit(f"maternity_benefit of {row}", half_up(mean * n + mean / 30 * odd), "VND")
    case.benefit(f"maternity_grant of {row}", 2 * base_salary(birth) * children, "VND")
    return case
