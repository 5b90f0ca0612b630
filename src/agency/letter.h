// The letter about a decision: plain words, every reason with its article, and how to appeal; in
// Vietnamese and in English.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agency/decision.h"
#include "agency/working_days.h"

namespace ansinh::agency {

// A whole page that needs nothing else. `name`: the person's; may be empty.
std::string letter_html(const LawBook& book, const DecisionRules& rules, const Decision& decision,
                        const std::string& name, Language language);

// The same as a PDF, A4. Refused: "no-font" (no font with Vietnamese letters is installed).
Expected<std::string> letter_pdf(const LawBook& book, const DecisionRules& rules,
                                 const Decision& decision, const std::string& name,
                                 Language language);

struct Letter {
  int64_t person = 0;
  int64_t letter = 0;
  int64_t decision = 0;
  Text html;
  int64_t recorded_at = 0;
};
// In both languages, as HTML.
Text letter_texts(const LawBook& book, const DecisionRules& rules, const Decision& decision,
                  const std::string& name);
// Makes and keeps the letter of a decision.
Expected<Letter> write_letter(store::Connection& connection, const LawBook& book,
                              const Decision& decision);
Expected<std::vector<Letter>> letters_of(store::Connection& connection, int64_t person);

}  // namespace ansinh::agency
