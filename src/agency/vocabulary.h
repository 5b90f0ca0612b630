// The words in which facts are recorded: those of the law, of the registry and for relations; and
// how a value of each is checked and written, always in the same way.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/error.h"
#include "facts/json_text.h"
#include "facts/value_text.h"
#include "law/program.h"

namespace ansinh::agency {

// A fact that the registry keeps and the law does not declare: "registry.name".
struct RegistryFact {
  enum class Type : uint8_t { kText, kDate, kEnum, kObject };
  std::string name;  // with its "registry."
  Text label;
  Type type = Type::kText;
  law::EnumId enumeration = law::kNoId;  // kEnum
  std::string identifier;  // people are found by it under this kind; empty: they are not
  int digits = 0;          // texts: so many digits and nothing else; 0: anything
};

enum class PersonKind : uint8_t { kPerson, kHousehold, kEmployer };
std::string_view name_of(PersonKind kind);  // "person"
std::optional<PersonKind> person_kind(std::string_view name);

enum class WordKind : uint8_t {
  kFact,      // of the law: one value at a time
  kList,      // of the law: one statement a row
  kRegistry,  // one value at a time
  kOther,     // a relation to one other: "registry.household"
  kOthers,    // a relation to several: "registry.member"
};

struct Word {
  std::string name;
  WordKind kind = WordKind::kFact;
  uint32_t index = law::kNoId;  // FactId, ListId, or the place among the registry's facts
  bool is_many() const { return kind == WordKind::kList || kind == WordKind::kOthers; }
};

inline constexpr std::string_view kNameFact = "registry.name";
inline constexpr std::string_view kProvinceFact = "registry.province";
inline constexpr std::string_view kCommuneFact = "registry.commune";
inline constexpr std::string_view kHouseholdFact = "registry.household";
inline constexpr std::string_view kMemberFact = "registry.member";

// Immutable; may be shared between threads.
class Vocabulary {
 public:
  // `person`, `household`: entities, kNoId if there is none. The program must outlive it.
  Vocabulary(const law::Program& program, law::EntityId person, law::EntityId household,
             const std::map<std::string, RegistryFact, std::less<>>& registry);

  // Null: there is no such word for that kind.
  const Word* find(PersonKind kind, std::string_view name) const;
  // The likeliest word that was meant; empty if there is none.
  std::string nearest_to(PersonKind kind, std::string_view name) const;
  std::span<const RegistryFact> registry() const { return registry_; }
  const RegistryFact& registry_fact(const Word& word) const { return registry_[word.index]; }

  // A value as it is stored: the same facts give the same bytes. "null" stays: not known.
  std::expected<std::string, facts::ValueFault> canonical(const Word& word,
                                                          const facts::JsonValue& json) const;
  std::expected<std::string, facts::ValueFault> canonical(const Word& word,
                                                          std::string_view json) const;
  // Of a fact in a cell of CSV that is not empty: what a JSON string, a number or yes/no would say.
  std::expected<std::string, facts::ValueFault> cell(law::FactId fact, std::string_view text) const;
  std::expected<std::string, facts::ValueFault> cell(const Word& word, std::string_view text) const;

  // The first and the last day of a row of a list that has a period ("from" and "to" in the
  // canonical text); nothing where it is open, not known or there is no period.
  std::pair<std::optional<Date>, std::optional<Date>> period_of(const Word& word,
                                                                std::string_view row) const;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Words = std::unordered_map<std::string, Word, Hash, std::equal_to<>>;

  void add_entity(law::EntityId entity, Words& words);
  std::expected<std::string, facts::ValueFault> fact_value(law::FactId fact,
                                                           const facts::JsonValue& json) const;
  std::expected<std::string, facts::ValueFault> registry_value(const RegistryFact& fact,
                                                               const facts::JsonValue& json) const;
  std::expected<std::string, facts::ValueFault> row(law::ListId list,
                                                    const facts::JsonValue& json) const;
  std::expected<std::string, facts::ValueFault> rows(law::ListId list,
                                                     const facts::JsonValue& json) const;

  const law::Program& program_;
  std::vector<RegistryFact> registry_;
  std::array<Words, 3> words_;  // by PersonKind
};

// A text as JSON has it, with its quotes; and back, of a value that is a text (empty if not).
std::string json_text(std::string_view text);
std::string text_of_json(std::string_view json);

}  // namespace ansinh::agency
