// What a snapshot says of the law for which it was made: enough to read it without that law, and to
// tell where another law differs.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "law/program.h"

namespace ansinh::facts {

// The law's entities, facts, lists and enumerations as JSON (docs/snapshot.md, "Schema").
std::string snapshot_schema(const law::Program& program);

// A program that has these declarations and no rules; nothing if the text is not such a schema. Its
// ids number the declarations in the order of the text.
std::shared_ptr<const law::Program> program_of_schema(std::string_view json);

// How the declarations of a snapshot are found in a law.
struct SchemaMap {
  std::vector<law::EntityId> entities;  // by the snapshot's ids
  std::vector<law::FactId> facts;
  std::vector<law::ListId> lists;
  std::vector<std::vector<int64_t>>
      members;               // by the snapshot's fact: its members; empty: the same
  bool may_reorder = false;  // rows of one list may stand in another order under this law
};

// The map, or how the law differs so that the snapshot cannot be read with it. The law may declare
// more: entities, facts and lists that the snapshot does not have are not given.
std::expected<SchemaMap, Text> map_schema(const law::Program& snapshot, const law::Program& law);

}  // namespace ansinh::facts
