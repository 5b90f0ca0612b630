// How much of each act the law files say: counted from the program, shown by `coverage` and `docs`.
#pragma once

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
  Text label;                 // empty for texts that are only cited
  law::ActId act = law::kNoId;  // the first of this name: files may each open the act again
  std::set<std::string, ArticleLess> articles;  // that a rule, value or benefit rests on
  std::vector<UnverifiedEntry> unverified;
  std::vector<NotYetEntry> not_yet;
};

// Declared acts in their order, then texts that are only cited, by name. What rests on no citation
// that names an article stands under the act it was written in.
std::vector<ActCoverage> count_coverage(const law::Program& program);

// "66" of "66(1)(a)"; the text and article of a free citation ("Circular 59/2015 art 17(1)").
std::string article_of(const std::string& clause);
struct FreeCite {
  std::string text, article;
};
FreeCite split_free_cite(const std::string& cite);

}  // namespace ansinh::cli
