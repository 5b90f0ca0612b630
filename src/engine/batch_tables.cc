#include "engine/batch_tables.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace ansinh::engine::batch {

namespace {

constexpr int64_t kCellDenominatorMax = int64_t{1} << 30;

std::vector<const law::CellValue*> cells_of(const law::ParamInfo& info) {
  std::vector<const law::CellValue*> out;
  out.reserve(info.rows.size());
  for (const law::ParamRow& row : info.rows) out.push_back(&row.value);
  return out;
}

std::vector<const law::CellValue*> cells_of(const law::TableInfo& info) {
  std::vector<const law::CellValue*> out;
  for (const law::TableVersion& version : info.versions) {
    for (const law::TableRow& row : version.rows) out.push_back(&row.value);
  }
  return out;
}

// A bound times a denominator; nothing if it is a text or too large.
std::optional<int64_t> plain_bound(const law::Value& bound, int64_t denominator) {
  if (const auto* number = std::get_if<Rational>(&bound)) {
    int64_t top = 0;
    int64_t bottom = 1;
    int64_t out = 0;
    if (!number->to_int64_pair(top, bottom) || denominator % bottom != 0 ||
        __builtin_mul_overflow(top, denominator / bottom, &out)) {
      return std::nullopt;
    }
    return out;
  }
  if (std::holds_alternative<std::string>(bound)) return std::nullopt;
  return answer_of(bound).small;
}

// The edges of all versions over `factor`; false if one does not fit.
bool scale(std::vector<TableIndex::Edge>& edges, size_t first, size_t step, int64_t factor) {
  for (size_t i = first; i < edges.size(); i += step) {
    if (edges[i].bound == TableIndex::kNone) continue;
    if (__builtin_mul_overflow(edges[i].bound, factor, &edges[i].bound)) return false;
    edges[i].bound += edges[i].more;
  }
  return true;
}

}  // namespace

Cells::Cells(std::span<const law::CellValue* const> cells) {
  int64_t common = 1;
  for (const law::CellValue* cell : cells) {
    mark.push_back(cell->hole == law::Hole::kNotYet ? Mark::kIncomplete
                   : cell->hole == law::Hole::kNone ? Mark::kRefused
                                                    : Mark::kKnown);
    value.push_back(0);
    denominators.push_back(1);
    if (mark.back() != Mark::kKnown) continue;
    if (const auto* number = std::get_if<Rational>(&cell->value)) {
      if (!number->to_int64_pair(value.back(), denominators.back())) {
        mark.back() = Mark::kHand;
        value.back() = 0;
        denominators.back() = 1;
      }
    } else if (const auto* text = std::get_if<std::string>(&cell->value)) {
      value.back() = static_cast<int64_t>(reinterpret_cast<intptr_t>(text));
    } else {
      value.back() = answer_of(cell->value).small;
    }
    if (common != 0) {
      common = std::lcm(common, denominators.back());
      if (common <= 0 || common > kCellDenominatorMax) common = 0;
    }
  }
  // One denominator for all, where the numerators stay small.
  for (size_t i = 0; common != 0 && i < value.size(); ++i) {
    int64_t top = 0;
    if (__builtin_mul_overflow(value[i], common / denominators[i], &top)) common = 0;
  }
  if (common == 0) return;
  for (size_t i = 0; i < value.size(); ++i) value[i] *= common / denominators[i];
  denominators.clear();
  denominator = common;
}

Vec Cells::column(size_t size) const {
  Vec out = Vec::marked(size, Mark::kKnown);
  out.value = Column<int64_t>::raw(size);
  std::fill_n(out.value.writable(), size, 0);
  out.denominator = denominator;
  if (!denominators.empty()) out.denominators = Column<int64_t>::alike(size, 1);
  return out;
}

void Cells::put(size_t cell, Vec& out, size_t i) const {
  if (mark[cell] != Mark::kKnown) {
    out.mark.set(i, mark[cell]);
    return;
  }
  out.value.set(i, value[cell]);
  if (!denominators.empty()) out.denominators.set(i, denominators[cell]);
}

ParamIndex::ParamIndex(const law::ParamInfo& info) : cells(cells_of(info)) {
  for (const law::ParamRow& row : info.rows) from.push_back(row.from.days);
}

TableIndex::TableIndex(const law::TableInfo& info) : denominators(info.keys.size(), 1) {
  const size_t keys = info.keys.size();
  const auto each_bound = [&](const auto& use) {
    for (const law::TableVersion& version : info.versions) {
      for (const law::TableRow& row : version.rows) {
        for (size_t k = 0; k < keys; ++k) {
          if (row.keys[k].any) continue;
          if (row.keys[k].low) use(k, *row.keys[k].low);
          if (row.keys[k].high) use(k, *row.keys[k].high);
        }
      }
    }
  };
  each_bound([&](size_t k, const law::Value& bound) {
    int64_t top = 0;
    int64_t bottom = 1;
    if (const auto* number = std::get_if<Rational>(&bound)) {
      is_plain = is_plain && number->to_int64_pair(top, bottom);
      denominators[k] = std::lcm(denominators[k], bottom);
      if (denominators[k] <= 0 || denominators[k] > kCellDenominatorMax) denominators[k] = 1;
    }
  });
  each_bound([&](size_t k, const law::Value& bound) {
    is_plain = is_plain && plain_bound(bound, denominators[k]).has_value();
  });
  if (!is_plain || keys == 0) {
    is_plain = false;
    return;
  }
  cells.emplace(cells_of(info));
  size_t next_row = 0;
  for (const law::TableVersion& from : info.versions) {
    Version& version = versions.emplace_back();
    version.force = from.force;
    version.first_row = next_row;
    version.rows = from.rows.size();
    next_row += version.rows;
    for (const law::TableRow& row : from.rows) {
      for (size_t k = 0; k < keys; ++k) {
        const law::KeyMatch& match = row.keys[k];
        Edge low;
        Edge high;
        if (!match.any && match.low) {
          low = {*plain_bound(*match.low, denominators[k]), match.low_open ? 1 : 0};
        }
        if (!match.any && match.high) {
          high = {*plain_bound(*match.high, denominators[k]), match.high_open ? 0 : 1};
        }
        version.low.push_back(low);
        version.high.push_back(high);
      }
    }
    // By the key that tells most rows apart.
    for (size_t k = 0; k < keys; ++k) {
      std::vector<Edge> cuts;
      for (size_t row = 0; row < version.rows; ++row) {
        for (const auto* edges : {&version.low, &version.high}) {
          const Edge edge = (*edges)[row * keys + k];
          if (edge.bound != kNone) cuts.push_back(edge);
        }
      }
      std::ranges::sort(cuts);
      cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
      if (cuts.size() <= version.cuts.size()) continue;
      version.cuts = std::move(cuts);
      version.split = k;
    }
    for (size_t stretch = 0; stretch <= version.cuts.size(); ++stretch) {
      version.begin.push_back(static_cast<uint32_t>(version.matches.size()));
      for (uint32_t row = 0; row < version.rows; ++row) {
        const Edge low = version.low[row * keys + version.split];
        const Edge high = version.high[row * keys + version.split];
        // The stretch begins at a cut, or has no beginning.
        const bool is_above =
            low.bound == kNone || (stretch > 0 && low <= version.cuts[stretch - 1]);
        const bool is_below =
            high.bound == kNone || (stretch < version.cuts.size() && version.cuts[stretch] <= high);
        if (is_above && is_below) version.matches.push_back(row);
      }
    }
    version.begin.push_back(static_cast<uint32_t>(version.matches.size()));
  }
}

std::optional<Vec> look_up(const TableIndex& table, const law::TableInfo& info,
                           std::span<const Vec> keys, const Column<Mark>& marks, size_t n,
                           Date date, const Column<int32_t>& dates) {
  if (!table.is_plain) return std::nullopt;
  // Keys and bounds over one denominator.
  std::vector<Vec> fine(keys.begin(), keys.end());
  std::vector<int64_t> factors;  // of the bounds
  for (size_t k = 0; k < keys.size(); ++k) {
    if (!fine[k].denominators.empty()) return std::nullopt;
    const bool is_number = info.keys[k].base == law::Base::kNumber;
    const int64_t of_key = is_number ? fine[k].denominator : 1;
    const int64_t common = std::lcm(table.denominators[k], of_key);
    if (common <= 0 || common > kCellDenominatorMax || !fine[k].refine(common / of_key)) {
      return std::nullopt;
    }
    factors.push_back(common / table.denominators[k]);
  }
  struct Scaled {
    std::vector<TableIndex::Edge> low, high, cuts;
    bool is_ready = false;
  };
  std::vector<Scaled> scaled(table.versions.size());
  Vec out = table.cells->column(n);
  out.mark = marks;
  int64_t* values = out.value.writable();
  const TableIndex::Version* version = nullptr;
  const Scaled* edges = nullptr;
  int32_t found_on = 0;
  for (size_t i = 0; i < n; ++i) {
    const int32_t day = dates.empty() ? date.days : dates[i];
    if (!out.known(i)) continue;
    if (edges == nullptr || version == nullptr || day != found_on) {
      found_on = day;
      version = nullptr;
      for (size_t v = 0; v < table.versions.size() && version == nullptr; ++v) {
        if (!table.versions[v].force.contains(Date{day})) continue;
        version = &table.versions[v];
        Scaled& here = scaled[v];
        edges = &here;
        if (here.is_ready) continue;
        here = {version->low, version->high, version->cuts, true};
        for (size_t k = 0; k < keys.size(); ++k) {
          if (!scale(here.low, k, keys.size(), factors[k]) ||
              !scale(here.high, k, keys.size(), factors[k])) {
            return std::nullopt;
          }
        }
        if (!scale(here.cuts, 0, 1, factors[version->split])) return std::nullopt;
      }
    }
    if (version == nullptr) {
      out.mark.set(i, Mark::kRefused);
      continue;
    }
    const auto cut = std::ranges::upper_bound(edges->cuts, fine[version->split].value[i],
                                              std::less<>{}, &TableIndex::Edge::bound);
    const auto stretch = static_cast<size_t>(cut - edges->cuts.begin());
    const uint32_t* row = version->matches.data() + version->begin[stretch];
    const uint32_t* end = version->matches.data() + version->begin[stretch + 1];
    for (; row != end; ++row) {
      bool fits = true;
      for (size_t k = 0; k < keys.size() && fits; ++k) {
        const int64_t value = fine[k].value[i];
        const int64_t low = edges->low[*row * keys.size() + k].bound;
        const int64_t high = edges->high[*row * keys.size() + k].bound;
        fits = value >= low && (high == TableIndex::kNone || value < high);
      }
      if (fits) break;
    }
    if (row == end) {
      out.mark.set(i, Mark::kError);
      continue;
    }
    const size_t cell = version->first_row + *row;
    if (table.cells->mark[cell] == Mark::kKnown && table.cells->denominators.empty()) {
      values[i] = table.cells->value[cell];
    } else {
      table.cells->put(cell, out, i);
    }
  }
  if (n != 0) settle_denominators(out);
  return out;
}

}  // namespace ansinh::engine::batch
