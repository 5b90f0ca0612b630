#include "facts/validate.h"

#include <algorithm>
#include <string>

#include "facts/value_text.h"
#include "law/check.h"

namespace ansinh::facts {

namespace {

using law::Base;
using law::Shown;

constexpr int kLifeYearsMax = 130;

// Ranges where the law states none (docs/language.md, section 3), in declared units.
Rational default_high(const law::Type& type) {
  switch (type.shown) {
    case Shown::kMoney:
      return 1'000'000'000'000'000;
    case Shown::kCount:
      return 1'000'000;
    case Shown::kDays:
      return 73'050;
    case Shown::kMonths:
      return 2'400;
    case Shown::kYears:
      return 200;
    case Shown::kPlain:
    case Shown::kPercent:
      break;
  }
  return 1'000;
}

void refuse_range(Draft& draft, const DraftRow& row, const law::FactInfo& info,
                  const law::Value& low, const law::Value& high) {
  const law::Program& program = draft.program();
  const std::string at = draft.path(row) + "/" + info.name;
  const law::Value& value = row.instance->facts[info.slot].value;
  const auto range = [&](Language language) {
    return law::show(low, info.type, program, language) + " – " +
           law::show(high, info.type, program, language);
  };
  draft.refuse("out-of-range", row.fact_spans[info.slot],
               {at + ": " + law::show(value, info.type, program, Language::kVietnamese) +
                    " nằm ngoài khoảng cho phép (" + range(Language::kVietnamese) + ")",
                at + ": " + law::show(value, info.type, program, Language::kEnglish) +
                    " is outside the allowed range (" + range(Language::kEnglish) + ")"},
               {"kiểm tra lại con số và đơn vị của \"" + info.label.vi + "\"",
                "check the figure and the unit of \"" + info.label.en + "\""});
}

void check_ranges(Draft& draft, const DraftRow& row) {
  const law::Program& program = draft.program();
  const law::EntityInfo& entity = program.entities[row.instance->entity];
  for (size_t slot = 0; slot < entity.facts.size(); ++slot) {
    const law::FactInfo& info = program.facts[entity.facts[slot]];
    const FactValue& fact = row.instance->facts[slot];
    if (fact.known != Known::kGiven) continue;
    if (const auto* number = std::get_if<Rational>(&fact.value)) {
      const Rational low = info.low.value_or(Rational(0));
      const Rational high = info.high.value_or(default_high(info.type) * declared_unit(info.type));
      if (*number < low || *number > high) refuse_range(draft, row, info, low, high);
    } else if (const auto* date = std::get_if<Date>(&fact.value)) {
      const Date low = info.low_date.value_or(Date::of(1850, 1, 1));
      const Date high = info.high_date.value_or(Date::of(2199, 12, 31));
      if (*date < low || *date > high) refuse_range(draft, row, info, low, high);
    } else if (const auto* month = std::get_if<Month>(&fact.value)) {
      const Month low = Month::of(info.low_date.value_or(Date::of(1850, 1, 1)));
      const Month high = Month::of(info.high_date.value_or(Date::of(2199, 12, 31)));
      if (*month < low || *month > high) refuse_range(draft, row, info, low, high);
    }
  }
}

Span place_of(const DraftRow& row, Span precise) { return precise.line != 0 ? precise : row.span; }

void check_period(Draft& draft, const DraftRow& row, law::ListForm form) {
  const Instance& instance = *row.instance;
  const bool by_month = form == law::ListForm::kSpellsByMonth;
  const int32_t low = by_month ? Month::of(1850, 1).months : Date::of(1850, 1, 1).days;
  const int32_t high = by_month ? Month::of(2199, 12).months : Date::of(2199, 12, 31).days;
  const auto check_point = [&](int32_t at, Span span, const char* name) {
    if (at == Instance::kNotGiven || at == Instance::kOpen || (at >= low && at <= high)) return;
    const std::string path = draft.path(row) + (form == law::ListForm::kDates ? "" : name);
    draft.refuse("out-of-range", place_of(row, span),
                 {path + ": " + point_text(at, form) + " nằm ngoài khoảng cho phép (" +
                      point_text(low, form) + " – " + point_text(high, form) + ")",
                  path + ": " + point_text(at, form) + " is outside the allowed range (" +
                      point_text(low, form) + " – " + point_text(high, form) + ")"},
                 {"kiểm tra lại năm", "check the year"});
  };
  check_point(instance.from, row.from_span, "/from");
  if (form != law::ListForm::kDates) check_point(instance.to, row.to_span, "/to");
  if (!instance.period_known || instance.to >= instance.from) return;
  draft.refuse("period-reversed", place_of(row, row.to_span),
               {draft.path(row) + ": thời gian kết thúc (" + point_text(instance.to, form) +
                    ") trước khi bắt đầu (" + point_text(instance.from, form) + ")",
                draft.path(row) + ": the period ends (" + point_text(instance.to, form) +
                    ") before it starts (" + point_text(instance.from, form) + ")"},
               {"kiểm tra lại \"from\" và \"to\"", "check \"from\" and \"to\""});
}

// Rows are sorted by `from`: a row overlaps an earlier one if it begins before all of them ended.
void check_overlap(Draft& draft, const ListValue& list, const law::ListInfo& info) {
  const Instance* latest = nullptr;
  for (const Instance* row : list.rows) {
    if (!row->period_known || row->to < row->from) continue;
    if (latest != nullptr && row->from <= latest->to) {
      const DraftRow& place = draft.row_of(*row);
      const std::string at = draft.path(place);
      const std::string other = draft.path(draft.row_of(*latest));
      if (info.form == law::ListForm::kDates) {
        draft.refuse("date-twice", place.span,
                     {at + ": ngày " + point_text(row->from, info.form) + " được ghi hai lần",
                      at + ": the date " + point_text(row->from, info.form) + " is listed twice"},
                     {"xóa một trong hai", "delete one of the two"});
      } else {
        draft.refuse("periods-overlap", place_of(place, place.from_span),
                     {at + ": khoảng thời gian này trùng với " + other + "; \"" + info.label.vi +
                          "\" không được trùng nhau",
                      at + ": this period overlaps " + other + "; rows of \"" + info.label.en +
                          "\" may not overlap"},
                     {"sửa ngày để các khoảng nối tiếp nhau",
                      "correct the dates so that one period follows the other"});
      }
    }
    if (latest == nullptr || row->to > latest->to) latest = row;
  }
}

// By the names of the field: the facts `date_of_birth` and `date_of_death` of one entity.
void check_life(Draft& draft, const DraftRow& row, std::optional<Date> on) {
  const law::Program& program = draft.program();
  const law::FactInfo* birth_info = nullptr;
  const law::FactInfo* death_info = nullptr;
  for (const law::FactId id : program.entities[row.instance->entity].facts) {
    if (program.facts[id].name == "date_of_birth") birth_info = &program.facts[id];
    if (program.facts[id].name == "date_of_death") death_info = &program.facts[id];
  }
  const auto date_of = [&](const law::FactInfo* info) -> std::optional<Date> {
    if (info == nullptr) return std::nullopt;
    const auto* date = std::get_if<Date>(&row.instance->facts[info->slot].value);
    return date == nullptr ? std::nullopt : std::optional<Date>(*date);
  };
  const auto birth = date_of(birth_info);
  const auto death = date_of(death_info);
  if (!birth) return;
  const std::string at = draft.path(row);
  if (death && *death < *birth) {
    draft.refuse("death-before-birth", row.fact_spans[death_info->slot],
                 {at + ": ngày chết (" + death->to_string() + ") trước ngày sinh (" +
                      birth->to_string() + ")",
                  at + ": the date of death (" + death->to_string() +
                      ") is before the date of birth (" + birth->to_string() + ")"},
                 {"kiểm tra lại hai ngày này", "check the two dates"});
    return;
  }
  std::optional<Date> until = death;
  if (on && (!until || *on < *until)) until = on;
  if (!until || whole_years_between(*birth, *until) <= kLifeYearsMax) return;
  const std::string age = std::to_string(whole_years_between(*birth, *until));
  draft.refuse("too-old", row.fact_spans[birth_info->slot],
               {at + ": người sinh ngày " + birth->to_string() + " sẽ " + age + " tuổi vào ngày " +
                    until->to_string(),
                at + ": a person born on " + birth->to_string() + " would be " + age +
                    " years old on " + until->to_string()},
               {"kiểm tra lại ngày sinh", "check the date of birth"});
}

}  // namespace

void validate(Draft& draft, std::optional<Date> on) {
  const law::Program& program = draft.program();
  for (const DraftRow& row : draft.rows()) {
    if (draft.too_many_errors()) return;
    const law::EntityInfo& entity = program.entities[row.instance->entity];
    check_ranges(draft, row);
    check_life(draft, row, on);
    if (entity.list != law::kNoId && program.lists[entity.list].form != law::ListForm::kChildren) {
      check_period(draft, row, program.lists[entity.list].form);
    }
    for (size_t slot = 0; slot < entity.lists.size(); ++slot) {
      const law::ListInfo& list = program.lists[entity.lists[slot]];
      const bool is_periods = list.form != law::ListForm::kChildren;
      if (is_periods && !list.may_overlap) check_overlap(draft, row.instance->lists[slot], list);
    }
  }
}

}  // namespace ansinh::facts
