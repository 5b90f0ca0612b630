#include "engine/carry.h"

#include <algorithm>

namespace ansinh::engine {

namespace {

void add_yearly(const law::CarryStepRule& rule, uint32_t index, Date after, Date until,
                std::vector<CarryStep>& steps) {
  for (int year = after.year(); year <= until.year(); ++year) {
    int day = rule.day;
    while (!Date::is_valid(year, rule.month, day)) --day;  // 29 February
    const Date date = Date::of(year, rule.month, day);
    if (after < date && date <= until) steps.push_back({date, index});
  }
}

}  // namespace

std::vector<CarryStep> carry_steps(const law::DefinitionVersion& version,
                                   const law::Program& program, Date after, Date until) {
  std::vector<CarryStep> steps;
  for (uint32_t i = 0; i < version.steps.size(); ++i) {
    const law::CarryStepRule& rule = version.steps[i];
    switch (rule.form) {
      case law::StepForm::kOnDate:
        if (after < rule.date && rule.date <= until) steps.push_back({rule.date, i});
        break;
      case law::StepForm::kEachYear:
        add_yearly(rule, i, after, until, steps);
        break;
      case law::StepForm::kEachMonth:
        for (Month month{Month::of(after).months + 1}; month.first_day() <= until;
             month = Month{month.months + 1}) {
          steps.push_back({month.first_day(), i});
        }
        break;
      case law::StepForm::kEachChange:
        for (const law::ParamRow& row : program.params[rule.param].rows) {
          if (after < row.from && row.from <= until) steps.push_back({row.from, i});
        }
        break;
    }
  }
  std::ranges::stable_sort(steps, std::less<>{}, &CarryStep::date);
  return steps;
}

}  // namespace ansinh::engine
