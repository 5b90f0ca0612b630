#include "engine/cases.h"

#include <algorithm>
#include <utility>

#include "engine/words.h"
#include "facts/from_case.h"
#include "law/check.h"

namespace ansinh::engine {

namespace {

using facts::Instance;
using law::ExpectForm;
using law::Program;

class Runner {
 public:
  Runner(const Program& program, const law::CaseRule& rule, Explainer& explainer)
      : p_(program), rule_(rule), explainer_(explainer) {}

  CaseResult run() {
    for (size_t i = 0; i < rule_.expects.size(); ++i) check(i, rule_.expects[i]);
    result_.passed = result_.mismatches.empty();
    return std::move(result_);
  }

 private:
  void check(size_t index, const law::ExpectRule& expect);
  void check_value(const law::ExpectRule& expect, const Instance& instance);
  void check_benefit(const law::ExpectRule& expect, const Instance& instance);
  bool amounts_match(const law::ExpectRule& expect, const Outcome& outcome) const;
  bool has_missing(const law::ExpectRule& expect, const std::vector<Missing>& missing) const;
  const Outcome* outcome_of(law::BenefitId benefit, const Instance& instance);
  Text expected_words(const law::ExpectRule& expect) const;
  Text outcome_words(const Outcome& outcome) const;
  Text result_words(const Result& result, const law::Type& type) const;
  std::string missing_list(const std::vector<Missing>& missing, Language language) const;
  void mismatch(Text got);

  const Program& p_;
  const law::CaseRule& rule_;
  Explainer& explainer_;
  std::optional<std::vector<Outcome>> outcomes_;
  size_t index_ = 0;
  CaseResult result_;
};

void Runner::mismatch(Text got) {
  const law::ExpectRule& expect = rule_.expects[index_];
  Mismatch one;
  one.expect = index_;
  one.span = expect.source->span;
  if (expect.benefit != law::kNoId) {
    one.target = p_.benefits[expect.benefit].label;
  } else {
    one.target = {law::sentence(expect.target, p_, Language::kVietnamese),
                  law::sentence(expect.target, p_, Language::kEnglish)};
  }
  one.expected = expected_words(expect);
  one.got = std::move(got);
  result_.mismatches.push_back(std::move(one));
}

Text Runner::expected_words(const law::ExpectRule& expect) const {
  Text words;
  switch (expect.source->form) {
    case ExpectForm::kValue:
      break;
    case ExpectForm::kUnknown:
      words = {"chưa biết", "unknown"};
      break;
    case ExpectForm::kRefused:
      words = {"không có", "refused"};
      break;
    case ExpectForm::kIncomplete:
      words = {"chưa thể hiện được", "incomplete"};
      break;
    case ExpectForm::kError:
      words = {"lỗi", "error"};
      break;
    case ExpectForm::kEntitled:
      words = {"được hưởng", "entitled"};
      break;
    case ExpectForm::kNotEntitled:
      words = {"không được hưởng", "not entitled"};
      break;
    case ExpectForm::kCannotTell:
      words = {"chưa thể kết luận", "cannot tell"};
      break;
  }
  for (size_t i = 0; i < expect.values.size(); ++i) {
    const std::string gap = words.en.empty() ? "" : i == 0 ? " " : ", ";
    words.vi += gap + law::show(expect.values[i], expect.value_types[i], p_, Language::kVietnamese);
    words.en += gap + law::show(expect.values[i], expect.value_types[i], p_, Language::kEnglish);
  }
  for (size_t i = 0; i < expect.source->missing.size(); ++i) {
    words.vi += (i == 0 ? ", thiếu " : ", ") + expect.source->missing[i];
    words.en += (i == 0 ? " missing " : ", ") + expect.source->missing[i];
  }
  return words;
}

std::string Runner::missing_list(const std::vector<Missing>& missing, Language language) const {
  std::string words;
  for (const Missing& one : missing) {
    words += (words.empty() ? ": " : "; ") + missing_words(one, p_, language);
  }
  return words;
}

Text Runner::result_words(const Result& result, const law::Type& type) const {
  return {show_result(result, type, p_, Language::kVietnamese) +
              missing_list(result.missing, Language::kVietnamese),
          show_result(result, type, p_, Language::kEnglish) +
              missing_list(result.missing, Language::kEnglish)};
}

Text Runner::outcome_words(const Outcome& outcome) const {
  const auto in = [&](Language language) {
    const bool vi = language == Language::kVietnamese;
    const auto reasons = [&](std::string words) {
      std::string gap = ": ";
      for (const FailedCondition& failed : outcome.failed) {
        words += std::exchange(gap, "; ") + in_language(failed.because, language);
      }
      for (const Reason& reason : outcome.reasons) {
        words += std::exchange(gap, "; ") + in_language(reason.text, language);
      }
      return words;
    };
    switch (outcome.status) {
      case Status::kEntitled: {
        std::string words = vi ? "được hưởng" : "entitled";
        for (size_t i = 0; i < outcome.pays.size(); ++i) {
          words += (i == 0 ? " " : ", ") +
                   law::show(outcome.pays[i].amount, outcome.pays[i].type, p_, language);
        }
        return words;
      }
      case Status::kNotEntitled:
        return reasons(vi ? "không được hưởng" : "not entitled");
      case Status::kCannotTell:
        return (vi ? "chưa thể kết luận, thiếu" : "cannot tell, missing") +
               missing_list(outcome.missing, language);
      case Status::kIncomplete:
        return reasons(vi ? "chưa thể hiện được" : "incomplete");
      case Status::kError:
        break;
    }
    return reasons(vi ? "lỗi" : "error");
  };
  return {in(Language::kVietnamese), in(Language::kEnglish)};
}

bool Runner::has_missing(const law::ExpectRule& expect, const std::vector<Missing>& missing) const {
  return std::ranges::all_of(expect.source->missing, [&](const std::string& name) {
    return std::ranges::any_of(missing, [&](const Missing& one) {
      if (one.fact != law::kNoId) return p_.facts[one.fact].name == name;
      return p_.lists[one.list].name == name;
    });
  });
}

void Runner::check_value(const law::ExpectRule& expect, const Instance& instance) {
  const Result result = explainer_.evaluate(expect.target, instance);
  bool matches = false;
  switch (expect.source->form) {
    case ExpectForm::kValue:
      matches = result.state == State::kKnown && !expect.values.empty() &&
                result.value == expect.values.front();
      break;
    case ExpectForm::kUnknown:
      matches = result.state == State::kUnknown && has_missing(expect, result.missing);
      break;
    case ExpectForm::kRefused:
      matches = result.state == State::kRefused;
      break;
    case ExpectForm::kIncomplete:
      matches = result.state == State::kIncomplete;
      break;
    case ExpectForm::kError:
      matches = result.state == State::kError;
      break;
    case ExpectForm::kEntitled:
    case ExpectForm::kNotEntitled:
    case ExpectForm::kCannotTell:
      break;
  }
  if (!matches) mismatch(result_words(result, p_.nodes[expect.target].type));
}

const Outcome* Runner::outcome_of(law::BenefitId benefit, const Instance& instance) {
  if (!outcomes_) outcomes_ = explainer_.outcomes();
  const Instance* at = &instance;
  while (at != nullptr && at->entity != p_.benefits[benefit].entity) at = at->parent;
  for (const Outcome& outcome : *outcomes_) {
    if (outcome.benefit == benefit && outcome.instance == at) return &outcome;
  }
  return nullptr;
}

// Amounts are those of the payments in their order; one without a unit of time is compared with the
// amount per time of the payment.
bool Runner::amounts_match(const law::ExpectRule& expect, const Outcome& outcome) const {
  if (expect.values.size() > outcome.pays.size()) return false;
  for (size_t i = 0; i < expect.values.size(); ++i) {
    const Pay& pay = outcome.pays[i];
    const bool same_unit = expect.value_types[i].same_unit(pay.type);
    const law::Value amount = same_unit ? pay.amount : law::Value{in_currency(pay)};
    if (amount != expect.values[i]) return false;
  }
  return true;
}

void Runner::check_benefit(const law::ExpectRule& expect, const Instance& instance) {
  const Outcome* outcome = outcome_of(expect.benefit, instance);
  if (outcome == nullptr) return mismatch({"không có đối tượng này", "there is no such row"});
  bool matches = false;
  switch (expect.source->form) {
    case ExpectForm::kEntitled:
      matches = outcome->status == Status::kEntitled && amounts_match(expect, *outcome);
      break;
    case ExpectForm::kNotEntitled:
    case ExpectForm::kRefused:
      matches = outcome->status == Status::kNotEntitled;
      break;
    case ExpectForm::kCannotTell:
    case ExpectForm::kUnknown:
      matches = outcome->status == Status::kCannotTell && has_missing(expect, outcome->missing);
      break;
    case ExpectForm::kIncomplete:
      matches = outcome->status == Status::kIncomplete;
      break;
    case ExpectForm::kError:
      matches = outcome->status == Status::kError;
      break;
    case ExpectForm::kValue:
      break;
  }
  if (!matches) mismatch(outcome_words(*outcome));
}

void Runner::check(size_t index, const law::ExpectRule& expect) {
  index_ = index;
  const Instance* instance = instance_at(p_, *explainer_.file().subject, expect.path);
  if (instance == nullptr) return mismatch({"không có dòng này", "there is no such row"});
  if (expect.benefit != law::kNoId) {
    check_benefit(expect, *instance);
  } else {
    check_value(expect, *instance);
  }
}

}  // namespace

const Instance* instance_at(const Program& program, const Instance& subject,
                            const std::vector<std::pair<law::ListId, int>>& path) {
  const Instance* at = &subject;
  for (const auto& [list, row] : path) {
    const facts::ListValue& value = at->lists[program.lists[list].slot];
    const Instance* next = nullptr;
    for (size_t i = 0; i < value.rows.size(); ++i) {
      const size_t given = i < value.given_position.size() ? value.given_position[i] : i;
      if (given + 1 == static_cast<size_t>(row)) next = value.rows[i];
    }
    if (next == nullptr) return nullptr;
    at = next;
  }
  return at;
}

CaseResult run_case(const Program& program, size_t index, Explainer& explainer) {
  return Runner(program, program.cases[index], explainer).run();
}

CaseResult run_case(const Program& program, size_t index) {
  const law::CaseRule& rule = program.cases[index];
  auto file = facts::from_case(program, rule);
  if (!file) {
    CaseResult result;
    result.diagnostics = std::move(file.error());
    return result;
  }
  Explainer explainer(program, *file, rule.source->on);
  return run_case(program, index, explainer);
}

}  // namespace ansinh::engine
