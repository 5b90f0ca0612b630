"""Father's leave: Law 58/2014 art 34(2), 39(1); Circular 06/2021 art 1(7). Law 41/2024 art 53(2)-(3), 59. One stretch of leave."""

from common import *


def person(draw):
    birth = draw.choice((Date(2016, 1, 1) + DAY * draw.randrange(0, 3400), Date(2025, 7, 1) + DAY * draw.randrange(0, 440), Date(2025, 6, 30),
                         Date(2025, 7, 1), Date(2026, 6, 30), Date(2026, 7, 1), Date(2021, 8, 31), Date(2021, 9, 1), Date(2021, 8, 10)))
    law41 = birth >= LAW_41
    children = draw.choice((1, 1, 2, 3, 4)) if birth < Date(2026, 7, 1) else 1
    surgery, early = draw.random() < 0.4, draw.random() < 0.2
    before = draw.choice((0, 1, 2))
    if birth >= Date(2026, 7, 1) and before == 1 and (surgery or early):
        surgery = early = False                             # second child by surgery: open question
    begin = birth + DAY * draw.choice((0, 1, 5, 20, 28, 29, 30, 31, 45, 58, 59, 60, 61, 80))
    length = draw.choice((1, 4, 5, 6, 7, 9, 12, 14, 20, 25))
    finish = begin + DAY * (length - 1)
    resting = [begin + DAY * i for i in range(length) if (begin + DAY * i).isoweekday() >= draw.choice((6, 7))]
    end = month_of(begin) + 1
    career = random_career(draw, draw.choice((4, 8, 12, 20)), end, gaps=False)
    case = Case("paternity", looked_at(draw, add_months(birth, 6)))
    case.fact("sex", "male").lines(work_table(career))
    rows = ["paternities", f"  - wife_birth_date {birth}", f"    wife_children_born {children}", f"    wife_surgery {show(surgery)}",
            f"    before_32_weeks {show(early)}", f"    wife_living_children_before {before}", "    mother_insured yes",
            "    paternity_rest_days " + (", ".join(show(d) for d in resting) or "none"), "    paternity_leaves",
            "      | off_from | off_to |", f"      | {begin} | {finish} |"]
    case.lines(rows)
    if children == 1:
        most = 7 if surgery or early else 5
        if birth >= Date(2026, 7, 1) and before == 1:
            most = 10
    elif surgery:
        most = 14 + (3 * (children - 2) if law41 else 0)
    else:
        most = 10 + 3 * (children - 2)
    case.expect("paternity_days_max of row 1 of paternities", f"{most} days")
    window = 60 if law41 else 30
    last_start = birth + DAY * window                       # the day of birth is not counted: Civil Code art 147(2)
    working = [begin + DAY * i for i in range(length) if begin + DAY * i not in resting]
    if not law41 and birth < Date(2021, 8, 1):
        working = [d for d in working if d <= last_start]   # the leave lies within the first 30 days
    elif not law41 and birth < Date(2021, 9, 1):
        return case
    paid = min(most, len(working)) if begin <= last_start else 0
    wages = wage_by_month(career)
    six = sorted(x for x in wages if x < month_of(begin))[-6:]
    mean = F(sum(wages[x] for x in six), len(six))
    name = "paternity_benefit of row 1 of paternity_leaves of row 1 of paternities"
    return case.benefit(name, half_up(mean / 24 * paid) if paid else None, "VND")
