#include "law/syntax_names.h"

#include <array>

#include "law/syntax_kinds.h"

namespace ansinh::law::json_form {

Names<Rounding> names_of(Rounding) {
  static constexpr auto kNames =
      std::to_array<std::pair<Rounding, std::string_view>>({{Rounding::kHalfUp, "half-up"},
                                                            {Rounding::kHalfEven, "half-even"},
                                                            {Rounding::kUp, "up"},
                                                            {Rounding::kDown, "down"}});
  return kNames;
}

Names<ShortMonth> names_of(ShortMonth) {
  static constexpr auto kNames = std::to_array<std::pair<ShortMonth, std::string_view>>(
      {{ShortMonth::kLastDay, "last-day"}, {ShortMonth::kNextFirstDay, "next-first-day"}});
  return kNames;
}

Names<EntityForm> names_of(EntityForm) {
  static constexpr auto kNames = std::to_array<std::pair<EntityForm, std::string_view>>(
      {{EntityForm::kEntity, "entity"},
       {EntityForm::kSpellsByMonth, "spells-by-month"},
       {EntityForm::kSpellsByDay, "spells-by-day"},
       {EntityForm::kDates, "dates"},
       {EntityForm::kFactsOf, "facts-of"}});
  return kNames;
}

Names<Frequency> names_of(Frequency) {
  static constexpr auto kNames =
      std::to_array<std::pair<Frequency, std::string_view>>({{Frequency::kOnce, "once"},
                                                             {Frequency::kDay, "day"},
                                                             {Frequency::kMonth, "month"},
                                                             {Frequency::kYear, "year"}});
  return kNames;
}

Names<StepForm> names_of(StepForm) {
  static constexpr auto kNames = std::to_array<std::pair<StepForm, std::string_view>>(
      {{StepForm::kOnDate, "on-date"},
       {StepForm::kEachYear, "each-year"},
       {StepForm::kEachMonth, "each-month"},
       {StepForm::kEachChange, "each-change"}});
  return kNames;
}

Names<ExpectForm> names_of(ExpectForm) {
  static constexpr auto kNames = std::to_array<std::pair<ExpectForm, std::string_view>>(
      {{ExpectForm::kValue, "value"},
       {ExpectForm::kUnknown, "unknown"},
       {ExpectForm::kRefused, "refused"},
       {ExpectForm::kIncomplete, "incomplete"},
       {ExpectForm::kError, "error"},
       {ExpectForm::kEntitled, "entitled"},
       {ExpectForm::kNotEntitled, "not-entitled"},
       {ExpectForm::kCannotTell, "cannot-tell"}});
  return kNames;
}

Names<ExprKind> names_of(ExprKind) {
  static const auto all = [] {
    std::vector<std::pair<ExprKind, std::string_view>> names;
    for (const KindInfo& one : kinds()) names.emplace_back(one.kind, one.name);
    return names;
  }();
  return all;
}

}  // namespace ansinh::law::json_form
