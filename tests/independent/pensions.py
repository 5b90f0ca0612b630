"""Pension: conditions, rate with the early reduction, average wage, amount, one-off benefit on retirement.

Law 58/2014 arts 54-56, 58, 62, 63; Decree 115/2015 arts 6-9; Circular 59/2015 arts 15-20; Circular 06/2021 art 1(14)-(16);
Decree 135/2020; Law 41/2024 arts 64-66, 68, 72, 73, 141(11); Decree 158/2025 arts 12-16; Circular 12/2025 arts 12-16.
"""

from common import *

STARTS = [Date(2016, 2, 1), Date(2016, 6, 1), Date(2017, 7, 1), Date(2017, 12, 1), Date(2018, 2, 1), Date(2019, 6, 1), Date(2020, 3, 1),
          Date(2020, 12, 1), Date(2021, 2, 1), Date(2021, 9, 1), Date(2022, 4, 1), Date(2023, 8, 1), Date(2024, 7, 1), Date(2025, 3, 1),
          Date(2025, 6, 1), Date(2025, 7, 1), Date(2025, 8, 1), Date(2026, 2, 1), Date(2026, 7, 1), Date(2026, 10, 1)]
TOTALS = (174, 179, 180, 181, 186, 187, 191, 192, 234, 239, 240, 241, 246, 247, 252, 300, 306, 307, 330, 360, 361, 366, 367, 372, 390, 420,
          421, 426, 427, 432, 450)


def average(career, start, law41):
    """Law 58 arts 62-63, Law 41 arts 72-73; exact."""
    joined = min(s.start for s in career)
    state = sorted(((m, s) for s in career if s.regime == "state" for m in s.months()), key=lambda item: item[0])
    employer = [(m, s) for s in career if s.regime == "employer" for m in s.months()]

    def indexed(m, s):
        return s.salary * wage_index(start.year, year_of_month(m))

    def state_wage(m, s):
        return s.coefficient * base_salary(start) if joined < month(2016) else indexed(m, s)

    total = sum((indexed(m, s) for m, s in employer), F(0))
    if state:
        window = None
        for first, years in ((month(1995), 5), (month(2001), 6), (month(2007), 8), (month(2016), 10), (month(2020), 15), (month(2025), 20)):
            if joined < first:
                window = years * 12
                break
        wages = [F(state_wage(m, s)) for m, s in state]
        last = wages[-window:] if window else wages
        mean = sum(last) / len(last)
        if law41:
            mean = max(mean, sum(wages) / len(wages))      # Decree 158/2025 art 15(2)(c)
        total += mean * len(wages)
    return total / (len(state) + len(employer))


def age_condition(sex, birth, start, loss, hard):
    """How the person gets in on the day start: 'full', 'reduced' or None; years of contribution are looked at elsewhere.

    hard holds the months of heavy work, of extremely heavy work and of underground coal mining."""
    hazardous, extremely, coal = (n >= 180 for n in hard)
    born = month_of(birth)

    def by(lower):
        if start < Date(2021, 1, 1):
            limit = (60 if sex == "male" else 55) * 12 - lower
        else:
            limit = retirement_age(sex, born, lower)
        return month_of(start) > born + limit
    if by(0):
        return "full"
    if hazardous and by(60):
        return "full"
    if coal and (month_of(start) > born + 600 if start < Date(2021, 1, 1) else by(120)):
        return "full"
    if loss >= 61:
        if start < Date(2021, 1, 1):
            least = {2016: 51, 2017: 52, 2018: 53, 2019: 54}.get(start.year, 55) * 12 - (0 if sex == "male" else 60)
            if month_of(start) > born + least:
                return "reduced"
        elif by(60):
            return "reduced"
    if loss >= 81 and by(120) or loss >= 61 and extremely:
        return "reduced"
    return None


def rate_before_reduction(sex, months, start, law41):
    years = half_years(months)
    if law41:
        if sex == "female":
            share = F(45, 100) + F(2, 100) * (years - 15)
        elif months >= 240:
            share = F(45, 100) + F(2, 100) * (years - 20)
        else:
            share = F(40, 100) + F(1, 100) * (years - 15)
    elif start.year < 2018:
        share = F(45, 100) + F(2 if sex == "male" else 3, 100) * (years - 15)
    else:
        base = 15 if sex == "female" else min(16 + start.year - 2018, 20)
        share = F(45, 100) + F(2, 100) * (years - base)
    return min(share, F(75, 100))


def early_reduction(sex, birth, start, hard):
    """None where the texts leave doubt."""
    hazardous, _, coal = (n >= 180 for n in hard)
    day_before = start - DAY
    if start < Date(2021, 1, 1):
        reference = 50 if coal else (60 if sex == "male" else 55) - (5 if hazardous else 0)
        age = months_between(birth, day_before)
        years, odd = divmod(age, 12)
        stray = add_months(birth, age) != day_before
        if odd in (0, 6) and stray:
            return None
        if years >= reference:
            return F(0)
        if odd == 0:
            return F(2 * (reference - years), 100)
        return F(2 * (reference - years - 1) + (1 if odd <= 6 else 0), 100)
    reference = normal_age_in_year(sex, day_before.year) - (120 if coal else 60 if hazardous else 0)
    early = months_between(day_before, add_months(birth, reference))
    if early <= 0:
        return F(0)
    years, odd = divmod(early, 12)
    return F(2 * years + (1 if odd >= 6 else 0), 100)


def person(draw):
    start = draw.choice(STARTS)
    law41 = start >= LAW_41
    sex = draw.choice(("male", "female"))
    months = draw.choice(TOTALS) if draw.random() < 0.8 else draw.randrange(180, 460)
    loss = draw.choice((0, 0, 0, 61, 61, 70, 80, 81, 81, 95))
    hazardous = draw.choice((None,) * 8 + ("hazardous", "hazardous", "extremely_hazardous", "underground_coal"))
    # born so that the pension comes some months before, at, or after the age
    age = normal_age_in_year(sex, start.year)
    offset = draw.choice((1, 2, 1, 6, 13)) if loss == 0 and not hazardous else draw.choice((1, 0, -1, -5, -6, -7, -11, -12, -13, -18, -24, -30, -41,
                                                                                         -58, -60, -61, -66, -90, -119, -121))
    if loss and draw.random() < 0.4:                        # at the edge of the lower age for reduced capacity
        lower = 60 if loss < 81 else 120
        if start.year < 2021 and loss < 81:
            lower = (60 - {2016: 51, 2017: 52, 2018: 53, 2019: 54}.get(start.year, 55)) * 12
        offset = draw.choice((-1, 0, 1, 2)) - lower
    birth = random_birth(draw, month_of(start) - age - offset)
    end = month_of(start) - 1 - draw.choice((0, 0, 0, 3, 20))
    kind = draw.choice(("employer", "employer", "state", "mixed"))

    def spell(begin, stop):
        regime = kind if kind != "mixed" else draw.choice(("state", "employer"))
        extra = {}
        if hazardous:
            extra["conditions"] = "normal" if kind == "employer" and draw.random() < 0.3 else hazardous
        if regime == "state":
            coefficient = F(draw.choice((234, 300, 333, 434, 498, 608)), 100)
            return Spell(begin, stop, draw.randrange(500_000, 9_000_000), "state", coefficient, **extra)
        return Spell(begin, stop, random_wage(draw), **extra)

    career = random_career(draw, months, end, make=spell)
    if kind == "employer" and draw.random() < 0.15:         # so low that the least pension matters
        for s in career:
            s.salary = draw.choice((200_000, 900_000, 2_000_000))
    if career[0].start < month(1960):
        return None
    if kind == "mixed" and career[0].start < month(2016) <= min([s.start for s in career if s.regime == "state"] or [0]):
        return None                                        # joined before 2016, but not on State wages: open question

    case = Case("pensions", start)
    case.fact("sex", sex).fact("date_of_birth", birth).fact("pension_from", start)
    if loss:
        case.fact("capacity_loss", f"{loss}%").fact("capacity_conclusion", add_months(start, -1))
    case.lines(work_table(career))

    def time(*conditions):
        return sum(len(s.months()) for s in career if s.extra.get("conditions") in conditions)

    # underground coal is extremely heavy work too: example 26 of Circular 59 (49 years old, 61%, pension in 2017)
    hard = (time("hazardous", "extremely_hazardous", "underground_coal"), time("extremely_hazardous", "underground_coal"),
            time("underground_coal"))
    way = age_condition(sex, birth, start, loss, hard)
    enough = 180 if law41 and way == "full" else 240
    bought = way is not None and 1 <= enough - months <= 6 and draw.random() < 0.7
    if bought:                                              # Law 58 art 85(6), Law 41 art 33(7)
        case.fact("missing_months_paid", f"{enough - months} months").fact("missing_months_paid_on", start - 20 * DAY)
        months = enough
    open_ = way is not None and months >= enough
    case.expect("pension_open", open_)
    if not open_:
        return case
    share = rate_before_reduction(sex, months, start, law41)
    if way == "reduced":
        reduction = early_reduction(sex, birth, start, hard)
        if reduction is None:
            return case
        share -= reduction
    case.expect("full_rate", percent(share))
    if bought:
        return case                                         # which wage stands for the bought months: the texts are silent
    if start.year not in WAGE_INDEX:
        if kind != "state" or career[0].start >= month(2016):
            return case
    mean = average(career, start, law41)
    case.money("(average_salary rounded half up to 1 VND)", half_up(mean))
    pension = share * mean
    if not law41 or (months >= 240 and career[0].start < month(2025, 7)):
        pension = max(pension, F(base_salary(start)))
    if not (sex == "female" and 2018 <= start.year <= 2021):
        case.money("(initial_pension rounded half up to 1 VND)", half_up(pension))

    years = half_years(months)
    if law41:
        over = max(F(0), years - (35 if sex == "male" else 30))
        if over and max(s.end for s in career) > month_of(birth) + retirement_age(sex, month_of(birth)):
            return case                                    # the split of years after the age: open question
    else:
        full = (25 if start.year < 2018 else 30) if sex == "female" else (30 if start.year < 2018 else min(16 + start.year - 2018, 20) + 15)
        over = max(F(0), years - full)
    case.money("(retirement_lump_amount rounded half up to 1 VND)", half_up(over * F(1, 2) * mean), "VND")
    return case
