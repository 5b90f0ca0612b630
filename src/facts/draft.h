// A person's file while it is being read: what was stated, and where it stands in the text.
//
// from_json and from_case fill a Draft; finish() then does what both share: checks the values
// against each other (validate.h), adds what the law presumes, completes the chain of parents,
// brings rows into canonical order, numbers the instances and computes the digest.
#pragma once

#include <deque>
#include <expected>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "facts/person_file.h"

namespace ansinh::facts {

// One instance and where its pieces were stated; a Span with line 0: not stated.
struct DraftRow {
  Instance* instance = nullptr;
  Span span;
  uint32_t position = 0;  // in its list, 0-based, as written
  Span from_span, to_span;
  std::vector<Span> fact_spans;  // by slot
  std::vector<Span> list_spans;  // by slot
};

class Draft {
 public:
  static constexpr size_t kErrorsMax = 50;
  static constexpr size_t kRowsMax = 1'000'000;

  explicit Draft(const law::Program& program) : program_(program) {}

  DraftRow& add_top(law::EntityId entity, Span span);
  // A row of a list of `parent`; the list counts as stated.
  DraftRow& add_row(DraftRow& parent, law::ListId list, Span span);
  void state_list(DraftRow& row, law::ListId list, Known known, Span span);
  // nullopt: unknown, said openly.
  void state_fact(DraftRow& row, law::FactId fact, std::optional<law::Value> value, Span span);
  // Ends of a spell (or both of a date), in months or days since the epoch; nullopt: not known.
  void state_from(DraftRow& row, std::optional<int32_t> from, Span span);
  void state_to(DraftRow& row, std::optional<int32_t> to, Span span);

  // After kErrorsMax errors further ones are dropped, and the last says so.
  void refuse(std::string code, Span span, Text message, Text help);
  bool too_many_errors() const { return diagnostics_.size() > kErrorsMax; }

  // "/Person/work/3": as a JSON pointer.
  std::string path(const DraftRow& row) const;

  const law::Program& program() const { return program_; }
  std::deque<DraftRow>& rows() { return rows_; }
  DraftRow& row_of(const Instance& instance) { return rows_[instance.serial]; }
  const DraftRow& row_of(const Instance& instance) const { return rows_[instance.serial]; }
  DraftRow* top(law::EntityId entity);

  // The file, or every fault found on the way. `on`: the decision date, if it is known. The digest
  // is left empty if it is not wanted. The Draft is spent afterwards.
  std::expected<PersonFile, Diagnostics> finish(Span whole, std::optional<Date> on,
                                                bool with_digest = true);

 private:
  DraftRow& add(law::EntityId entity, Span span);
  bool link_tops(Span whole);
  void presume();
  void sort(Instance& instance);
  void number(Instance& instance, uint32_t& next);

  const law::Program& program_;
  PersonFile file_;
  std::deque<DraftRow> rows_;  // by provisional serial
  std::vector<DraftRow*> tops_;
  Diagnostics diagnostics_;
};

// Canonical order of two rows of one list: by period or order fact, then by all facts, then by
// their own lists (which must already be in order). Unknown comes first.
std::strong_ordering compare_rows(const Instance& a, const Instance& b,
                                  const law::Program& program);

}  // namespace ansinh::facts
