#include "agency/payroll_dues.h"

#include <algorithm>

#include "agency/person_facts.h"
#include "engine/explain.h"

namespace ansinh::agency {

namespace {

// Several reasons as one sentence each, in both languages.
class Because {
 public:
  void add(const Text& text) {
    if (!all_.vi.empty()) all_ = {all_.vi + "; ", all_.en + "; "};
    all_ = {all_.vi + text.vi, all_.en + text.en};
  }
  bool is_empty() const { return all_.vi.empty(); }
  Failure failure() const {
    return refused("cannot-compute", {"chưa tính được số phải đóng: " + all_.vi,
                                      "what is due cannot be computed: " + all_.en});
  }

 private:
  Text all_;
};

Text in_words(const engine::Missing& missing, const law::Program& program) {
  Text label;
  if (missing.fact != law::kNoId) {
    label = program.facts[missing.fact].label;
  } else if (missing.list != law::kNoId) {
    label = program.lists[missing.list].label;
  }
  return {"thiếu \"" + label.vi + "\"", "\"" + label.en + "\" is missing"};
}

// Nothing is due where a condition of the law does not hold, or where it has no such contribution
// at the time. Everything else that keeps the amount from being known is added to `because`.
void explain_failure(const engine::Outcome& outcome, const law::Program& program,
                     Because& because) {
  for (const engine::FailedCondition& failed : outcome.failed) {
    if (failed.node == law::kNoId && outcome.version != law::kNoId) because.add(failed.because);
  }
  for (const engine::Missing& missing : outcome.missing) because.add(in_words(missing, program));
  for (const engine::Reason& reason : outcome.reasons) because.add(reason.text);
}

}  // namespace

PayrollDues::PayrollDues(const LawBook& book, const ContributionRules& rules)
    : book_(book), rules_(rules), reader_(book.law()) {}

Expected<facts::PersonFile> PayrollDues::file_of(const std::string& known, Month month,
                                                 const std::string& spell) const {
  const law::Program& program = book_.law();
  const law::ListInfo& list = program.lists[rules_.spells];
  Because because;
  auto root = facts::read_json_text(known, 0);
  const auto added = facts::read_json_text(spell, 0);
  if (!root || !added) {
    because.add((root ? added.error() : root.error()).message);
    return std::unexpected(because.failure());
  }
  const auto person =
      std::ranges::find(root->members, program.entities[list.parent].name, &facts::JsonMember::key);
  if (person == root->members.end()) {
    because.add({"hồ sơ không có người này", "the file does not hold the person"});
    return std::unexpected(because.failure());
  }
  auto& members = person->value.members;
  auto rows = std::ranges::find(members, list.name, &facts::JsonMember::key);
  if (rows == members.end()) {
    members.push_back({list.name, {}, {}});
    rows = members.end() - 1;
  }
  std::vector<facts::JsonValue> items;
  for (const facts::JsonValue& row : rows->value.items) {
    SpellParts parts = without_month(row, month);
    if (!parts.covers) items.push_back(row);
    for (facts::JsonValue& part : parts.left) items.push_back(std::move(part));
  }
  items.push_back(*added);
  rows->value = {};
  rows->value.kind = facts::JsonKind::kArray;
  rows->value.items = std::move(items);
  auto file = reader_.read(*root, month.last_day(), false);
  if (file) return std::move(*file);
  for (const Diagnostic& fault : file.error()) {
    if (fault.severity == Severity::kError) because.add(fault.message);
  }
  return std::unexpected(because.failure());
}

Expected<std::vector<LineDue>> PayrollDues::of(store::Connection& connection, int64_t worker,
                                               Month month, const SpellFacts& facts,
                                               std::string_view employer_code) const {
  const law::Program& program = book_.law();
  const auto known = facts_of(connection, book_, worker, month.last_day());
  if (!known) return std::unexpected(known.error());
  const auto file = file_of(known->json, month,
                            spell_json(program, rules_, month, facts, employer_code, rules_.paid));
  if (!file) return std::unexpected(file.error());

  engine::Explainer explainer(program, *file, month.last_day());
  std::vector<LineDue> dues;
  Because because;
  for (const law::BenefitId rule : rules_.rules) {
    for (const engine::Outcome& outcome : explainer.outcomes(rule)) {
      if (outcome.benefit != rule) continue;
      const facts::Instance* of = outcome.instance;
      while (of != nullptr && of != file->subject) of = of->parent;
      if (of == nullptr) continue;  // of somebody else in the household
      explain_failure(outcome, program, because);
      if (outcome.status != engine::Status::kEntitled) continue;
      for (const engine::Pay& pay : outcome.pays) {
        if (!rules_.remitted.contains(pay.party)) continue;
        int64_t amount = 0;
        const bool is_whole =
            (engine::in_currency(pay) / program.currency_step).to_int64(amount) && amount >= 0;
        if (!is_whole || pay.fund == law::kNoId || pay.each != law::Frequency::kMonth ||
            !outcome.due) {
          const Text& label = program.benefits[rule].label;
          because.add({"\"" + label.vi + "\" không phải là khoản đóng hằng tháng vào một quỹ",
                       "\"" + label.en + "\" is not a monthly payment to a fund with a due date"});
          continue;
        }
        if (amount == 0) continue;
        const DueKey key{program.benefits[rule].name, program.parties[pay.party].name,
                         program.funds[pay.fund].name};
        const auto same = std::ranges::find(dues, key, &LineDue::key);
        if (same != dues.end()) {
          same->amount += amount;
        } else {
          dues.push_back({key, amount, *outcome.due});
        }
      }
    }
  }
  if (!because.is_empty()) return std::unexpected(because.failure());
  std::ranges::sort(dues, {}, &LineDue::key);
  return dues;
}

}  // namespace ansinh::agency
