"""Retirement age by month of birth and the start of the pension: Decree 135/2020 arts 3-5, 7(2), annexes I and II; before 2021 60/55."""

from common import *


def person(draw):
    sex = draw.choice(("male", "female"))
    age = (60 if sex == "male" else 55) * 12
    around = draw.choice((month(2021), month(2021), month(2028), month(2035), month(2025), month(2016))) - age + draw.randrange(-40, 40)
    if draw.random() < 0.6:
        around = draw.randrange(month(2016), month(2042)) - age
    birth = random_birth(draw, around)
    year_only = draw.random() < 0.1
    if year_only:
        birth = Date(birth.year, 1, 1)
    case = Case("retirement", Date(2025, 7, 1))
    case.fact("sex", sex).fact("date_of_birth", birth)
    if year_only:
        case.fact("birth_record", "year_only")
    born = month_of(birth)
    if born + age >= month(2018):
        normal, lowest, coal = (retirement_age(sex, born, n) for n in (0, 60, 120))
        case.expect("retirement_age", show_years(normal))
        if year_only and birth.year + age // 12 < 2021:     # Circular 59 art 18(2): 1 January of the year after
            return case.expect("age_pension_start", Date(birth.year + age // 12 + 1, 1, 1))
        case.expect("age_pension_start", first_day(born + normal + 1))
        case.expect("retirement_moment", last_day(born + normal))
        case.expect("reached_retirement_age", Date(2025, 7, 1) > last_day(born + normal))
        if born + age - 60 >= month(2018):
            case.expect("lowest_retirement_age", show_years(lowest))
            case.expect("lower_age_pension_start", first_day(born + lowest + 1))
        if born + age - 120 >= month(2021):
            case.expect("coal_retirement_age", show_years(coal))
    return case if case.expected else None
