// Private to the room: columns of values, the unit of work of the batch executor.
//
// A Vec holds what one node gives in each place of a domain. Numbers are numerator / denominator in
// 64 bits, with one denominator for the whole column wherever that is possible; what leaves 64 bits
// is marked kHand, and the explaining executor decides it by its wider arithmetic.
//
// A Vec is `alike` if it was made only from what is alike in all rows of the block (constants,
// facts that nobody has, empty lists), never by looking at the values: any other rows of the block
// would give the same on the same dates. It is computed for one place and stretched.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/rational.h"
#include "engine/answer.h"
#include "engine/column.h"
#include "engine/explain.h"
#include "law/program.h"

namespace ansinh::engine::batch {

__extension__ using Wide = __int128;

// The states of explain, and kHand: to be decided by explain. kBoth: incomplete, and something is
// unknown as well.
enum class Mark : uint8_t { kKnown, kUnknown, kIncomplete, kBoth, kError, kRefused, kHand };

// As Merge does: the gravest wins.
inline Mark graver(Mark a, Mark b) {
  const Mark most = a < b ? b : a;
  if (most > Mark::kBoth) return most;
  return static_cast<Mark>(static_cast<uint8_t>(a) | static_cast<uint8_t>(b));
}
Column<Mark> graver(const Column<Mark>& a, const Column<Mark>& b);

using Places = std::vector<uint32_t>;  // indexes into a domain

// Those of the first n at which it holds.
template <typename Holds>
Places places_where(size_t n, const Holds& holds) {
  Places out(n);
  size_t count = 0;
  for (size_t i = 0; i < n; ++i) {
    out[count] = static_cast<uint32_t>(i);
    count += holds(i) ? 1 : 0;
  }
  out.resize(count);
  return out;
}

// The places of each of the groups, ascending.
inline std::vector<Places> divided(const std::vector<uint32_t>& group_of, uint32_t groups) {
  std::vector<size_t> count(groups, 0);
  for (const uint32_t group : group_of) ++count[group];
  std::vector<Places> out(groups);
  for (uint32_t group = 0; group < groups; ++group) out[group].reserve(count[group]);
  for (uint32_t i = 0; i < group_of.size(); ++i) out[group_of[i]].push_back(i);
  return out;
}

inline constexpr uint32_t kNoRow = 0xFFFFFFFF;

struct Item {  // of a series: as Stretch, with at most one row
  int32_t from = 0, to = 0;
  uint32_t row = kNoRow;  // of the entity of the series; kNoRow: a bare period
};

// The series of every place. The items are shared with other series, which may add to them.
struct Ragged {
  law::Grain grain = law::Grain::kRows;
  law::Grain unit = law::Grain::kRows;
  std::shared_ptr<std::vector<Item>> items;
  Column<uint32_t> begin, end;  // by place
  std::span<const Item> of(size_t place) const {
    return {items->data() + begin[place], items->data() + end[place]};
  }
};

struct Vec {
  Column<Mark> mark;
  Column<int64_t> value;         // as Answer::small; numbers: the numerator; texts: a pointer
  int64_t denominator = 1;       // of numbers, of every place
  Column<int64_t> denominators;  // or, if not empty, of each place
  std::shared_ptr<const Ragged> series;
  bool alike = false;

  size_t size() const { return mark.size(); }
  bool known(size_t i) const { return mark[i] == Mark::kKnown; }
  bool all_known() const { return mark.is_alike(Mark::kKnown); }
  bool is_yes(size_t i) const { return known(i) && value[i] != 0; }
  bool is_no(size_t i) const { return known(i) && value[i] == 0; }
  int64_t denominator_of(size_t i) const {
    return denominators.empty() ? denominator : denominators[i];
  }
  const std::string& text(size_t i) const {  // of a column of texts, which holds where they stand
    // NOLINTNEXTLINE(performance-no-int-to-ptr): texts are owned by the program or the columns
    return *reinterpret_cast<const std::string*>(static_cast<intptr_t>(value[i]));
  }
  Rational number(size_t i) const { return Rational(value[i], denominator_of(i)); }

  static Vec constant(size_t size, int64_t value, int64_t denominator = 1);
  static Vec marked(size_t size, Mark mark);
  static Vec of(size_t size, const law::Value& value);       // must outlive the Vec if it is a text
  void set_fraction(size_t i, Wide numerator, Wide bottom);  // kHand if too large
  // The same numbers over `denominator` * factor for every place, unless they may not fit.
  bool refine(int64_t factor);
  // Denominators of each place, to be overwritten place by place.
  void spread();
  // All places from the one that was computed; alike.
  Vec&& stretch(size_t size) &&;
};

// A series that has nothing in it for any row.
inline bool is_empty(const Vec& vec) {
  return vec.alike && vec.size() != 0 && vec.series->of(0).empty();
}

// One denominator for both, where each has one and they do not differ too much.
void unify(Vec& a, Vec& b);

// One denominator for all where they are alike.
void settle_denominators(Vec& vec);

// The chosen places of a column.
Vec pick(const Vec& from, const Places& places);
Vec pick(const Vec& from, const Column<uint32_t>& places);

// Overwrites places of a column without series.
void put(Vec& all, const Places& places, const Vec& values);

// Puts columns for parts of a domain together. What is put nowhere is kHand.
class Assembler {
 public:
  Assembler(size_t size, bool is_series);
  void put(const Places& places, Vec&& part);  // part[i] goes to places[i]
  Vec take();

 private:
  Vec all_;
  bool is_series_ = false;
  bool is_first_ = true;
  std::vector<std::pair<Places, Vec>> parts_;  // of series
};

// a op b, place by place; the marks are merged.
Vec add(const Vec& a, const Vec& b);
Vec subtract(const Vec& a, const Vec& b);
Vec multiply(const Vec& a, const Vec& b);
Vec divide(const Vec& a, const Vec& b);  // by zero: kError
Vec rounded(const Vec& a, Rounding mode, const Vec& multiple);

// The greater or the lesser of both.
Vec extreme_of(const Vec& one, const Vec& other, bool is_number, bool greatest);

// -1, 0, 1 for two known numbers.
int compare_numbers(const Vec& a, size_t i, const Vec& b, size_t j);

}  // namespace ansinh::engine::batch
