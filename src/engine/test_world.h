// For the tests of this room: a law from a string, a person from JSON, results by name.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/explain.h"
#include "facts/from_json.h"
#include "law/check.h"

namespace ansinh::engine {

// What every test law begins with.
inline constexpr std::string_view kTestPrelude = R"(
currency VND "đồng" "đồng" in steps of 1

fund pot "Quỹ" "Fund"

party employer "Người sử dụng lao động" "Employer"

entity Household "Hộ" "Household"
  fact poor : yes/no "Hộ nghèo" "Poor"
  fact rural : yes/no "Nông thôn" "Rural" presumed no

entity Person of Household as members "Người" "Person"
  fact sex : female "nữ" "female" | male "nam" "male" "Giới tính" "Sex"
  fact born : date "Ngày sinh" "Date of birth"
  fact died : date or none "Ngày chết" "Date of death" presumed none
  fact married : date or none "Ngày cưới" "Wedding day"
  fact flag : yes/no "Cờ" "Flag"
  fact other_flag : yes/no "Cờ khác" "Other flag"
  fact wage : VND/month "Lương" "Wage"
  fact money : VND "Số tiền" "Amount"
  fact n : number "Số n" "Number n"
  fact m : number "Số m" "Number m"
  fact word : text "Chữ" "Word"

spells work of Person by month "Quá trình đóng" "Work"
  may overlap
  presumed none
  fact salary : VND/month "Tiền lương" "Salary" presumed 1
  fact heavy : yes/no "Nặng nhọc" "Heavy" presumed no

spells stay of Person by day "Nằm viện" "Stay"
  presumed none

dates rest of Person "Ngày nghỉ" "Rest days"
  presumed none

entity Leave of Person as leaves "Lần nghỉ" "Leave"
  presumed none
  in order of first_day
  fact first_day : date "Ngày đầu" "First day"
  fact length : days "Số ngày" "Days"
  fact kind : long "dài" "long" | short "ngắn" "short" "Loại" "Kind" presumed long

entity Birth of Person as births "Lần sinh" "Birth"
  presumed none
  in order of birth_day
  governed by birth_day
  fact birth_day : date "Ngày sinh con" "Birthday of the child"
  fact weight : number "Cân nặng" "Weight"

entity Twin of Birth as twins "Con" "Twin"
  presumed none
  fact healthy : yes/no "Khỏe mạnh" "Healthy" presumed yes
)";

class World {
 public:
  // `law` stands after the prelude, unless it is bare.
  explicit World(const std::string& law, bool bare = false) {
    const std::string items = bare ? law : std::string(kTestPrelude) + law;
    Diagnostics diagnostics;
    Sources sources{{"test.md", "# Test\n\n```luat\n" + items + "\n```\n"}};
    program_ = law::check(std::move(sources), {Date::of(2026, 1, 1)}, diagnostics);
    for (const Diagnostic& d : diagnostics) {
      ADD_FAILURE() << render(d, program_->sources, Language::kEnglish, false);
    }
  }

  const law::Program& program() const { return *program_; }

  // Facts of the subject, or a whole file if they begin with {"Person": ….
  facts::PersonFile person(const std::string& json) const {
    const bool whole = json.starts_with("{\"Person\"");
    auto file = facts::from_json(*program_, whole ? json : "{\"Person\": {" + json + "}}", 0);
    if (!file) {
      for (const Diagnostic& d : file.error()) {
        ADD_FAILURE() << render(d, {{"facts.json", json}}, Language::kEnglish, false);
      }
      return facts::from_json(*program_, R"({"Person": {}})", 0).value();
    }
    return std::move(*file);
  }

  // The definition for the subject on a date.
  Result result(const std::string& name, const std::string& json,
                const std::string& on = "2025-07-01") const {
    const facts::PersonFile file = person(json);
    Explainer explainer(*program_, file, Date::parse(on).value());
    return explainer.evaluate_definition(program_->definition_by_name.at(name), *file.subject);
  }

  // In short: the value as it is written in the law's language, or the state and what explains it:
  // "unknown: n, flag", "refused: there is no …", "error: …".
  std::string value(const std::string& name, const std::string& json,
                    const std::string& on = "2025-07-01") const {
    const law::DefinitionId id = program_->definition_by_name.at(name);
    return in_short(result(name, json, on), program_->definitions[id].type);
  }

  std::string in_short(const Result& result, const law::Type& type) const {
    std::string words;
    switch (result.state) {
      case State::kKnown:
        if (!result.series) return law::write(result.value, type, *program_);
        for (const Segment& s : result.series->segments) {
          words += (words.empty() ? "" : " ") + Month{s.from}.to_string() + ".." +
                   Month{s.to}.to_string();
        }
        return words;
      case State::kUnknown:
        words = "unknown: ";
        break;
      case State::kRefused:
        words = "refused: ";
        break;
      case State::kIncomplete:
        words = "incomplete: ";
        break;
      case State::kError:
        words = "error: ";
        break;
    }
    std::string gap;
    for (const Reason& reason : result.reasons) words += std::exchange(gap, ", ") + reason.text.en;
    for (const Missing& missing : result.missing) {
      words += std::exchange(gap, ", ") + name_of(missing);
    }
    return words;
  }

  std::string name_of(const Missing& missing) const {
    if (missing.fact != law::kNoId) return program_->facts[missing.fact].name;
    return program_->lists[missing.list].name + (missing.period ? " period" : "");
  }

  // An outcome in short: "entitled 5_000 VND", "not entitled: reason | reason", "cannot tell: n".
  std::string outcome(const std::string& benefit, const std::string& json,
                      const std::string& on = "2025-07-01") const {
    const facts::PersonFile file = person(json);
    Explainer explainer(*program_, file, Date::parse(on).value());
    const auto all = explainer.outcomes(program_->benefit_by_name.at(benefit));
    std::string words;
    for (const Outcome& one : all) words += (words.empty() ? "" : " / ") + outcome_words(one);
    return words;
  }

  std::string outcome_words(const Outcome& one) const {
    std::string words;
    std::string gap = ": ";
    const auto reasons = [&] {
      for (const Reason& reason : one.reasons) words += std::exchange(gap, " | ") + reason.text.en;
    };
    switch (one.status) {
      case Status::kEntitled:
        words = "entitled";
        for (const Pay& pay : one.pays) {
          words += " " + law::write(pay.amount, pay.type, *program_);
          if (pay.from) words += " from " + pay.from->to_string();
          if (pay.until) words += " until " + pay.until->to_string();
          if (pay.on) words += " on " + pay.on->to_string();
        }
        for (const Given& given : one.gives) {
          words += " " + law::write(given.value, given.type, *program_);
        }
        for (const law::BenefitId id : one.unless)
          words += " unless " + program_->benefits[id].name;
        return words;
      case Status::kNotEntitled:
        words = "not entitled";
        for (const FailedCondition& f : one.failed) {
          words += std::exchange(gap, " | ") + f.because.en;
        }
        return words;
      case Status::kCannotTell:
        words = "cannot tell";
        for (const Missing& missing : one.missing) {
          words += std::exchange(gap, ", ") + name_of(missing);
        }
        return words;
      case Status::kIncomplete:
        words = "incomplete";
        break;
      case Status::kError:
        words = "error";
        break;
    }
    reasons();
    return words;
  }

 private:
  std::shared_ptr<const law::Program> program_;
};

}  // namespace ansinh::engine
