#include "cli/coverage_count.h"

#include <algorithm>

namespace ansinh::cli {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == ',')) text.pop_back();
  text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

// "58-2014-QH13" for both "VN/58-2014-QH13" and "Law 58/2014/QH13".
std::string number_of(const std::string& name) {
  const size_t digit = name.find_first_of("0123456789");
  if (digit == std::string::npos) return "";
  std::string number = name.substr(digit, name.find(' ', digit) - digit);
  std::replace(number.begin(), number.end(), '/', '-');
  return number;
}

std::string article_of_clause(const std::string& clause) {
  if (clause.empty() || !is_digit(clause.front())) return "";
  return clause.substr(0, clause.find_first_of("(,; "));
}

struct FreeCite {
  std::string text, article;
};

// "Circular 59/2015/TT-BLDTBXH art 17(1)" into the text and its article.
FreeCite split_free_cite(const std::string& cite) {
  for (const std::string_view word :
       {" art. ", " art ", " article ", " Article ", " điều ", " Điều "}) {
    const size_t at = cite.find(word);
    if (at == std::string::npos) continue;
    return {trimmed(cite.substr(0, at)), article_of_clause(cite.substr(at + word.size()))};
  }
  return {trimmed(cite), ""};
}

class Counter {
 public:
  explicit Counter(const law::Program& program) : program_(program), texts_(program) {
    acts_ = texts_.all().size();
  }

  std::vector<ActCoverage> run() {
    for (const auto& param : program_.params) count(param);
    for (const auto& table : program_.tables) count(table);
    for (const auto& definition : program_.definitions) {
      for (const auto& version : definition.versions) count(definition.name, version);
    }
    for (const auto& benefit : program_.benefits) {
      for (const auto& version : benefit.versions) count(benefit.name, version);
    }
    for (const auto& rule : program_.highest_of) cited(rule.cite);
    for (const auto& rule : program_.not_yet) not_yet(rule.what, rule.cite, rule.act, rule.span);
    if (acts_ != 0) entry(acts_ - 1);  // acts without any rule are listed, too
    std::sort(all_.begin() + static_cast<std::ptrdiff_t>(acts_), all_.end(),
              [](const ActCoverage& a, const ActCoverage& b) { return a.name < b.name; });
    std::erase_if(all_, [](const ActCoverage& act) {
      return act.act == law::kNoId && act.articles.empty() && act.unverified.empty() &&
             act.not_yet.empty();
    });
    return std::move(all_);
  }

 private:
  ActCoverage& entry(size_t index) {
    while (all_.size() <= index) {
      const CitedTexts::Entry& text = texts_.all()[all_.size()];
      all_.push_back({text.name, text.label, text.act, {}, {}, {}});
    }
    return all_[index];
  }

  // The entry to which a citation belongs, with its article counted.
  ActCoverage& counted(const law::Cite& cite) {
    ActCoverage& found = entry(texts_.of(cite));
    if (const std::string article = article_of(cite); !article.empty())
      found.articles.insert(article);
    return found;
  }

  void cited(const law::Cites& cites) {
    for (const law::Cite& cite : cites) counted(cite);
  }

  ActCoverage& home(const law::Cites& cites, law::ActId act) {
    if (!cites.empty()) return counted(cites.front());
    return entry(act != law::kNoId ? texts_.of_act(act) : texts_.of_text("–"));
  }

  void unverified(const std::string& name, const std::optional<Text>& reason,
                  const law::Cites& cites, law::ActId act, Span span) {
    if (reason) home(cites, act).unverified.push_back({name, *reason, span});
  }

  void not_yet(const Text& what, const law::Cites& cites, law::ActId act, Span span) {
    home(cites, act).not_yet.push_back({what, cites.empty() ? "" : cites.front().text, span});
  }

  void count(const law::ParamInfo& param) {
    cited(param.cite);
    for (const law::ParamRow& row : param.rows) {
      cited(row.cite);
      const law::Cites& cites = row.cite.empty() ? param.cite : row.cite;
      unverified(param.name, row.unverified, cites, law::kNoId, row.span);
      if (row.value.hole == law::Hole::kNotYet)
        not_yet(row.value.what, cites, law::kNoId, row.span);
    }
  }

  void count(const law::TableInfo& table) {
    for (const law::TableVersion& version : table.versions) {
      cited(version.cite);
      unverified(table.name, version.unverified, version.cite, law::kNoId, version.span);
      for (const law::TableRow& row : version.rows) {
        cited(row.cite);
        const law::Cites& cites = row.cite.empty() ? version.cite : row.cite;
        unverified(table.name, row.unverified, cites, law::kNoId, row.span);
        if (row.value.hole == law::Hole::kNotYet)
          not_yet(row.value.what, cites, law::kNoId, row.span);
      }
    }
  }

  void count_branches(const std::vector<law::BranchRule>& branches, const law::Cites& own,
                      law::ActId act, Span span) {
    for (const law::BranchRule& branch : branches) {
      cited(branch.cite);
      if (branch.result == law::kNoId) continue;
      const law::Node& node = program_.node(branch.result);
      if (node.op != law::Op::kNotYet) continue;
      not_yet(program_.reasons[node.index], branch.cite.empty() ? own : branch.cite, act, span);
    }
  }

  void count_exceptions(const std::vector<law::ExceptionRule>& exceptions, law::ActId act) {
    for (const law::ExceptionRule& rule : exceptions) {
      cited(rule.cite);
      unverified(rule.name, rule.unverified, rule.cite, act, rule.span);
      count_branches(rule.branches, rule.cite, act, rule.span);
      count_exceptions(rule.exceptions, act);
    }
  }

  void count(const std::string& name, const law::DefinitionVersion& version) {
    cited(version.cite);
    unverified(name, version.unverified, version.cite, version.act, version.span);
    count_branches(version.branches, version.cite, version.act, version.span);
    count_exceptions(version.exceptions, version.act);
    for (const law::CarryStepRule& step : version.steps) cited(step.cite);
  }

  void count(const std::string& name, const law::BenefitVersion& version) {
    cited(version.cite);
    unverified(name, version.unverified, version.cite, version.act, version.span);
    for (const law::ConditionRule& condition : version.conditions) cited(condition.cite);
    for (const law::PaymentRule& payment : version.payments) cited(payment.cite);
  }

  const law::Program& program_;
  CitedTexts texts_;
  std::vector<ActCoverage> all_;  // parallel to texts_.all()
  size_t acts_ = 0;               // declared ones, at the front
};

}  // namespace

bool ArticleLess::operator()(const std::string& a, const std::string& b) const {
  const auto number = [](const std::string& text) {
    size_t value = 0;
    for (size_t i = 0; i < text.size() && i < 9 && is_digit(text[i]); ++i) {
      value = value * 10 + static_cast<size_t>(text[i] - '0');
    }
    return value;
  };
  const size_t left = number(a);
  const size_t right = number(b);
  return left != right ? left < right : a < b;
}

CitedTexts::CitedTexts(const law::Program& program) {
  for (law::ActId id = 0; id < program.acts.size(); ++id) {
    const law::ActInfo& act = program.acts[id];
    const auto [entry, is_new] = by_number_.emplace(number_of(act.name), all_.size());
    if (is_new) all_.push_back({act.name, act.label, id});
    of_act_.push_back(entry->second);
  }
}

size_t CitedTexts::of_text(const std::string& text) {
  const std::string number = number_of(text);
  const auto [entry, is_new] = by_number_.emplace(number.empty() ? text : number, all_.size());
  if (is_new) all_.push_back({text, {}, law::kNoId});
  return entry->second;
}

size_t CitedTexts::of(const law::Cite& cite) {
  return cite.act != law::kNoId ? of_act_[cite.act] : of_text(split_free_cite(cite.text).text);
}

std::string article_of(const law::Cite& cite) {
  return cite.act != law::kNoId ? article_of_clause(cite.text) : split_free_cite(cite.text).article;
}

std::vector<ActCoverage> count_coverage(const law::Program& program) {
  return Counter(program).run();
}

}  // namespace ansinh::cli
