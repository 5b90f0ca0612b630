// Small sentences that texts and outcomes share.
#pragma once

#include <string>
#include <vector>

#include "engine/explain.h"
#include "law/program.h"

namespace ansinh::engine {

// A result in words: "65 %", "chưa biết", "không được hưởng: …", "37 months".
std::string show_result(const Result& result, const law::Type& type, const law::Program& program,
                        Language language);

// A label inside a sentence: "Tuổi" becomes "tuổi", "BHXH" stays.
std::string in_sentence(const Text& label, Language language);

// A condition with the values it rests on: "age ≥ retirement age (age: 59 years; …)".
Text condition_words(law::NodeId node, const std::vector<Input>& inputs,
                     const law::Program& program);

// What is missing, by label and, for a row of a list, which one: "ngày sinh (lần sinh, dòng 2)".
std::string missing_words(const Missing& missing, const law::Program& program, Language language);
// The same where place_words of its instance is known.
std::string missing_words_at(const Missing& missing, const law::Program& program, Language language,
                             const std::string& place);

// Where an instance stands, from the top: "Person / sick leave 2"; empty for the topmost.
std::string place_words(const facts::Instance* instance, const law::Program& program,
                        Language language);

std::string cites_words(const law::Cites& cites, const law::Program& program, Language language);

}  // namespace ansinh::engine
