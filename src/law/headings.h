// Follows the headings of a file from top to bottom: the article that holds at a place, and the
// level-1 titles above it. The parser and the formatter must agree on both.
#pragma once

#include <string>
#include <vector>

#include "law/syntax.h"

namespace ansinh::law {

class Headings {
 public:
  void enter(const Heading& heading);
  // Prose (other than blank lines) or a block ends a group of titles.
  void leave_titles() { in_titles_ = false; }
  // Of the nearest enclosing heading that names one; empty if there is none.
  std::string article() const;
  // The label that an act at this place takes if it has none of its own: the Vietnamese and the
  // English title of the last group, or one title for both.
  Label act_label() const;

 private:
  struct Open {
    int level;
    std::string article;
  };
  std::vector<Open> open_;
  std::vector<std::string> titles_;
  bool in_titles_ = false;
};

}  // namespace ansinh::law
