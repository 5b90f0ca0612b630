// How much of each act the law files say: counted from the program, shown by `coverage` and `docs`.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "law/program.h"

namespace ansinh::cli {

// An article number in reading order: "9" before "10" before "10a".
struct ArticleLess {
  bool operator()(const std::string& a, const std::string& b) const;
};

struct UnverifiedEntry {
  std::string name;  // of the definition, parameter, table, benefit
  Text reason;
  Span span;
};
struct NotYetEntry {
  Text what;
  std::string cite;
  Span span;
};

struct ActCoverage {
  std::string name;
  Text label;                   // empty for texts that are only cited
  law::ActId act = law::kNoId;  // the first of this name: files may each open the act again
  std::set<std::string, ArticleLess> articles;  // that a rule, value or benefit rests on
  std::vector<UnverifiedEntry> unverified;
  std::vector<NotYetEntry> not_yet;
};

// The texts that citations name, each once: acts of the law (files may open one act again and
// again, and cite it freely as "Law 58/2014/QH13"), then texts that are only cited.
class CitedTexts {
 public:
  struct Entry {
    std::string name;
    Text label;                   // empty for texts that are only cited
    law::ActId act = law::kNoId;  // the first of this name
  };

  explicit CitedTexts(const law::Program& program);

  // Index into all(); a text not met before is added.
  size_t of_act(law::ActId act) const { return of_act_[act]; }
  size_t of_text(const std::string& text);
  size_t of(const law::Cite& cite);
  const std::vector<Entry>& all() const { return all_; }

 private:
  std::vector<Entry> all_;
  std::vector<size_t> of_act_;
  std::map<std::string, size_t> by_number_;
};

// "66" of a citation; empty if it names no article.
std::string article_of(const law::Cite& cite);

// Declared acts in their order, then texts that are only cited, by name. What rests on no citation
// that names an article stands under the act it was written in.
std::vector<ActCoverage> count_coverage(const law::Program& program);

}  // namespace ansinh::cli
