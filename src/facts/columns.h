// Many people's facts as typed columns: what the batch executor reads and a snapshot stores.
//
// A Columns holds whole trees (a household with its persons, their spells, …) of one law's
// entities, entity by entity: row i of an entity belongs to row parent[i] of the entity above it,
// and the rows of one parent stand together, in the canonical order of a PersonFile. It is filled
// tree by tree (append) or written directly by a generator, and read in place; person_file(…) gives
// a tree back as the PersonFile it was made from, equal to the digest.
//
// What the law presumes is not stored: a cell that was not given says so, and readers presume.
//
// A column in which all rows are alike costs nothing: vectors that would only repeat one thing are
// EMPTY (see each). The law knows hundreds of facts, and most are stated of few people. Read by
// at(…) and friends, or call spell_out first where plain arrays are wanted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/rational.h"
#include "facts/person_file.h"
#include "law/program.h"

namespace ansinh::facts {

enum class Cell : uint8_t {
  kNotGiven,  // the law's presumption holds, if it has one; else unknown
  kUnknown,   // said openly: unknown even where the law presumes something
  kNone,      // known not to exist (facts `or none`)
  kValue,
};

// Values by base type: yes/no 0 or 1; enumerations the member; dates days since 1970-01-01; months
// since 1970-01; texts the number in `texts`; numbers value / scale in base units, or, where that
// does not fit, the number in `odd`.
struct FactColumn {
  static constexpr int64_t kScaleMax = 1'000'000;

  law::FactId fact = law::kNoId;
  Cell all = Cell::kNotGiven;  // the state of every row while `state` is empty
  std::vector<Cell> state;     // by row, or empty
  std::vector<int64_t> value;  // by row, 0 unless kValue (and where `odd`); empty if no row has one
  int64_t scale = 1;           // numbers: the common denominator, at most kScaleMax
  std::vector<std::string> texts;
  std::unordered_map<uint32_t, Rational> odd;  // by row: numbers that value / scale cannot hold

  Cell at(uint32_t row) const { return state.empty() ? all : state[row]; }
  int64_t value_at(uint32_t row) const { return value.empty() ? 0 : value[row]; }
  // Of a number column, where at(row) is kValue; in base units.
  Rational number(uint32_t row) const;
  // Adds the cell of row `row`, the first that the column does not have yet.
  void push(uint32_t row, Cell cell, int64_t value_of_cell = 0);
  void push_number(uint32_t row, const Rational& number);
  // The number of a text in `texts`, which it enters if it is new.
  uint32_t number_of(std::string_view text);
  void clear();

  std::unordered_map<std::string, uint32_t> text_numbers;  // of number_of
};

// The lists of one kind: children (or spells, dates) of each row of the entity above.
struct ListColumn {
  law::ListId list = law::kNoId;
  Known all = Known::kPresumed;  // the knowledge of every row while `known` is empty
  // By parent row, or empty: kGiven, kUnknown (said openly, where the law presumes there are none),
  // kPresumed (not given). Rows may be there though the list is not given: a subject's own row.
  std::vector<Known> known;
  // By parent row, and one more: where its rows begin in the child; empty: nobody has rows.
  std::vector<uint32_t> begin;

  Known at(uint32_t row) const { return known.empty() ? all : known[row]; }
  uint32_t begin_of(uint32_t row) const { return begin.empty() ? 0 : begin[row]; }
  uint32_t end_of(uint32_t row) const { return begin.empty() ? 0 : begin[row + 1]; }
  // Adds parent row `row`, the first that the column does not have yet; its children end at `end`.
  void push(uint32_t row, Known known_of_row, uint32_t end);
  void clear();
};

struct EntityColumns {
  law::EntityId entity = law::kNoId;
  uint32_t rows = 0;
  std::vector<uint32_t> parent;   // by row; empty for the root entity
  std::vector<int32_t> from, to;  // spells and dates: as in Instance, kOpen and kNotGiven included;
                                  // empty for the other entities
  std::vector<FactColumn> facts;  // by slot
  std::vector<ListColumn> lists;  // by slot
};

// Whom a tree is about: a row of an entity, counted from the tree's first row of that entity.
struct Subject {
  law::EntityId entity = law::kNoId;
  uint32_t row = 0;
  bool operator==(const Subject&) const = default;
};

struct Columns {
  // The program must outlive the columns.
  explicit Columns(const law::Program& checked);

  const law::Program* program;
  std::vector<EntityColumns> entities;  // by EntityId
  uint32_t trees = 0;                   // rows of the root entity
  std::vector<Subject> subjects;        // by tree; empty: each tree is about its root
  std::vector<std::string> names;       // by tree: what the source calls it; empty: no names

  // Adds a tree after the others. `name` may be empty.
  void append(const PersonFile& file, std::string_view name = {});
  // Adds `count` trees of columns of the same program.
  void append(const Columns& other, uint32_t first, uint32_t count);
  // The tree as a person's file, without the digest (which takes longest) if it is not wanted.
  PersonFile person_file(uint32_t tree, bool with_digest = true) const;

  Subject subject(uint32_t tree) const;
  void set_subject(uint32_t tree, Subject subject);
  std::string_view name(uint32_t tree) const {
    return names.empty() ? std::string_view() : std::string_view(names[tree]);
  }
  void set_name(uint32_t tree, std::string_view name);
  // The rows of an entity that belong to a tree: first and one past the last.
  std::pair<uint32_t, uint32_t> rows_of(uint32_t tree, law::EntityId entity) const;

  // Fills every vector that is empty only because all its rows are alike.
  void spell_out();
  // Empty again; capacity is kept.
  void clear();
};

// What is wrong with columns that were written directly (sizes, states, members, values out of
// their declared range, rows out of order), in words for the programmer; nothing if all holds. Rows
// are compared in full only with `order`, which takes long.
std::optional<std::string> fault_of(const Columns& columns, bool order = true);

// Brings the rows of every parent into canonical order. For columns that were written under another
// law, whose order of facts or presumptions differ.
Columns in_canonical_order(const Columns& columns);

}  // namespace ansinh::facts
