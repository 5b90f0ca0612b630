// Definitions: versions, cases, exceptions, and what is kept of them by row.
#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

#include "engine/batch_run.h"
#include "engine/carry.h"

namespace ansinh::engine::batch {

namespace {

constexpr int kDepthMax = 400;

bool is_series(const law::Type& type) { return type.base == law::Base::kSeries; }

Places all_places(uint32_t size) {
  Places places(size);
  std::iota(places.begin(), places.end(), 0U);
  return places;
}

// Values with the denominators of each place, to be overwritten place by place.
void spread(Vec& vec) {
  if (vec.denominators.empty()) vec.denominators.assign(vec.size(), vec.denominator);
}

void put(Vec& all, const Places& places, const Vec& part) {
  if (!part.denominators.empty() || part.denominator != all.denominator) spread(all);
  for (size_t i = 0; i < places.size(); ++i) {
    all.mark[places[i]] = part.mark[i];
    all.value[places[i]] = part.value[i];
    if (!all.denominators.empty()) all.denominators[places[i]] = part.denominator_of(i);
  }
}

}  // namespace

Domain Run::enter(law::EntityId entity, std::vector<uint32_t>&& rows, const Domain& asking,
                  std::vector<Mark>& why_not, bool& governed) const {
  Domain out;
  out.size = static_cast<uint32_t>(rows.size());
  out.dates = asking.dates;
  why_not.assign(rows.size(), Mark::kKnown);
  governed = false;
  const law::EntityId governor = governor_[entity];
  if (governor != law::kNoId) {
    const bool home_within = program_.is_within(asking.home().entity, governor);
    const law::FactId id = program_.entities[governor].governing_fact;
    const law::FactInfo& info = program_.facts[id];
    const facts::FactColumn& column = columns_.entities[governor].facts[info.slot];
    Dates& dates = out.dates;
    size_t entered = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      const uint32_t governing = climb(entity, rows[i], governor);
      if (home_within && climb(asking.home().entity, asking.home().row[i], governor) == governing) {
        continue;
      }
      if (++entered == 1 && !dates.varies()) {
        dates.law_at.assign(rows.size(), dates.law.days);
        dates.value_at.assign(rows.size(), dates.value.days);
        dates.today_at.assign(rows.size(), dates.today.days);
      }
      switch (column.at(governing)) {
        case facts::Cell::kNone:
          why_not[i] = Mark::kRefused;
          break;
        case facts::Cell::kUnknown:
          why_not[i] = Mark::kUnknown;
          break;
        case facts::Cell::kNotGiven:
          why_not[i] = info.presumed ? Mark::kHand : Mark::kUnknown;
          break;
        case facts::Cell::kValue: {
          auto day = static_cast<int32_t>(column.value_at(governing));
          if (info.type.base == law::Base::kMonth) day = Month{day}.first_day().days;
          dates.law_at[i] = dates.value_at[i] = day;
          break;
        }
      }
    }
    governed = entered == rows.size() && entered > 0;
  }
  out.frames.push_back({entity, std::move(rows)});
  return out;
}

uint64_t Run::date_key(const Dates& dates, bool governed) {
  const std::array<int32_t, 4> key =
      governed ? std::array<int32_t, 4>{0, 0, dates.today.days, 1}
               : std::array<int32_t, 4>{dates.law.days, dates.value.days, dates.today.days, 0};
  return date_keys_.try_emplace(key, date_keys_.size()).first->second;
}

Vec Run::definition_here(law::DefinitionId id, const Domain& domain) {
  const law::DefinitionInfo& info = program_.definitions[id];
  std::vector<Mark> why_not;
  bool governed = false;
  Domain inner = enter(info.entity, rows_of(info.entity, domain), domain, why_not, governed);
  const bool has_point = domain.has_point() && (info.depends.month || info.depends.year);
  const bool is_common = !domain.dates.varies() && (governed || !inner.dates.varies());
  if (++depth_ > kDepthMax) {
    --depth_;
    return Vec::marked(domain.size, Mark::kHand);
  }
  const bool is_open = std::ranges::any_of(why_not, [](Mark m) { return m != Mark::kKnown; });
  Vec out;
  if (is_open) {
    Places known;
    for (uint32_t i = 0; i < domain.size; ++i) {
      if (why_not[i] == Mark::kKnown) known.push_back(i);
    }
    Domain part = part_of(inner, known);
    if (has_point) {
      part.month.resize(known.size());
      part.year.resize(known.size());
      for (size_t i = 0; i < known.size(); ++i) {
        part.month[i] = domain.month[known[i]];
        part.year[i] = domain.year[known[i]];
      }
      part.home_has_point = true;
    }
    Assembler all(domain.size, is_series(info.type));
    all.put(known, is_common && !has_point ? kept(id, part, date_key(domain.dates, governed))
                                           : compute(id, part));
    for (uint32_t i = 0; i < domain.size; ++i) {
      if (why_not[i] != Mark::kKnown) all.put({i}, Vec::marked(1, why_not[i]));
    }
    out = all.take();
  } else if (has_point) {
    inner.month = domain.month;
    inner.year = domain.year;
    inner.home_has_point = true;
    out = compute(id, inner);
  } else if (is_common) {
    out = kept(id, inner, date_key(domain.dates, governed));
  } else {
    out = compute(id, inner);
  }
  --depth_;
  return out;
}

// What the definition gives for the rows, evaluated once for each row.
Vec Run::kept(law::DefinitionId id, const Domain& domain, uint64_t key) {
  const law::DefinitionInfo& info = program_.definitions[id];
  const std::vector<uint32_t>& rows = domain.home().row;
  Kept& kept = kept_[{key, id}];
  if (kept.done.empty()) {
    kept.done.assign(columns_.entities[info.entity].rows, 0);
    kept.values = Vec::marked(kept.done.size(), Mark::kHand);
    if (is_series(info.type)) kept.series_place.assign(kept.done.size(), 0);
  }
  Places places;  // of the first appearance of each row that is not done
  Places fresh;
  for (uint32_t i = 0; i < rows.size(); ++i) {
    if (kept.done[rows[i]] != 0) continue;
    kept.done[rows[i]] = 1;
    places.push_back(i);
    fresh.push_back(rows[i]);
  }
  if (!places.empty()) {
    Vec values =
        places.size() == rows.size() ? compute(id, domain) : compute(id, part_of(domain, places));
    put(kept.values, fresh, values);
    if (values.series != nullptr) {
      kept.series.grain = values.series->grain;
      kept.series.unit = values.series->unit;
      for (uint32_t i = 0; i < fresh.size(); ++i) {
        const auto items = values.series->of(i);
        kept.series_place[fresh[i]] = static_cast<uint32_t>(kept.series.begin.size() - 1);
        kept.series.items.insert(kept.series.items.end(), items.begin(), items.end());
        kept.series.close();
      }
    }
  }
  Vec out = pick(kept.values, rows);
  if (is_series(info.type)) {
    auto series = std::make_shared<Ragged>();
    series->grain = kept.series.grain;
    series->unit = kept.series.unit;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (out.known(i)) {
        const auto items = kept.series.of(kept.series_place[rows[i]]);
        series->items.insert(series->items.end(), items.begin(), items.end());
      }
      series->close();
    }
    out.series = std::move(series);
  }
  return out;
}

Vec Run::compute(law::DefinitionId id, const Domain& domain) {
  const law::DefinitionInfo& info = program_.definitions[id];
  const auto version_on = [&](Date date) {
    for (uint32_t v = 0; v < info.versions.size(); ++v) {
      if (info.versions[v].force.contains(date)) return v;
    }
    return law::kNoId;
  };
  if (domain.size == 0) return Vec{};
  if (!domain.dates.varies()) {
    const uint32_t version = version_on(domain.dates.law);
    if (version == law::kNoId) return Vec::marked(domain.size, Mark::kRefused);
    return compute_version(info.versions[version], info.type, domain);
  }
  std::map<uint32_t, Places> by_version;
  for (uint32_t i = 0; i < domain.size; ++i) {
    by_version[version_on(domain.dates.law_of(i))].push_back(i);
  }
  Assembler all(domain.size, is_series(info.type));
  for (const auto& [version, places] : by_version) {
    if (version == law::kNoId) {
      all.put(places, Vec::marked(places.size(), Mark::kRefused));
    } else {
      all.put(places, compute_version(info.versions[version], info.type, part_of(domain, places)));
    }
  }
  return all.take();
}

Vec Run::compute_version(const law::DefinitionVersion& version, const law::Type& type,
                         const Domain& domain) {
  if (!version.not_yet.empty()) return Vec::marked(domain.size, Mark::kIncomplete);
  if (version.is_carry) return carry(version, domain);
  std::vector<uint8_t> taken;
  std::vector<uint8_t> none;
  Vec answer = branches(version.branches, is_series(type), domain, taken, none);
  for (size_t i = 0; i < domain.size; ++i) {
    if (none[i] != 0) answer.mark[i] = Mark::kError;
  }
  for (const law::FinishRule& rule : version.finish) {
    const Vec argument = eval(rule.argument, domain);
    if (rule.kind == law::ExprKind::kRounded) {
      answer = rounded(std::move(answer), rule.rounding, argument);
      continue;
    }
    const bool is_number = type.base == law::Base::kNumber;
    if (argument.denominator != answer.denominator || !argument.denominators.empty()) {
      spread(answer);
    }
    for (size_t i = 0; i < domain.size; ++i) {
      answer.mark[i] = graver(answer.mark[i], argument.mark[i]);
      if (!answer.known(i)) continue;
      const bool below = is_number ? compare_numbers(answer, i, argument, i) < 0
                                   : answer.value[i] < argument.value[i];
      const bool above = is_number ? compare_numbers(answer, i, argument, i) > 0
                                   : answer.value[i] > argument.value[i];
      if (rule.kind == law::ExprKind::kAtLeast ? !below : !above) continue;
      answer.value[i] = argument.value[i];
      if (!answer.denominators.empty()) answer.denominators[i] = argument.denominator_of(i);
    }
  }
  return exceptions(version.exceptions, std::move(answer), is_series(type), domain);
}

// The value is carried from one change to the next, for all places that a change concerns at once.
Vec Run::carry(const law::DefinitionVersion& version, const Domain& domain) {
  const Vec start = eval(version.carry_date, domain);
  Vec out = Vec::marked(domain.size, Mark::kRefused);  // not started yet
  Places begun;
  Date first{INT32_MAX};
  Date last{INT32_MIN};
  for (uint32_t i = 0; i < domain.size; ++i) {
    if (!start.known(i)) {
      out.mark[i] = start.mark[i];
      continue;
    }
    const Date begin{static_cast<int32_t>(start.value[i])};
    const Date today = domain.dates.today_of(i);
    if (today < begin) continue;
    begun.push_back(i);
    first = std::min(first, begin);
    last = std::max(last, today);
  }
  if (begun.empty()) return out;
  const std::vector<CarryStep> steps = carry_steps(version, program_, first, last);
  const auto set_day = [](Domain& at, const auto& day_of) {
    Dates& dates = at.dates;
    if (!dates.varies()) dates.law_at.assign(at.size, dates.law.days);
    dates.value_at.resize(at.size);
    dates.today_at.resize(at.size);
    bool same = true;
    for (uint32_t i = 0; i < at.size; ++i) {
      dates.value_at[i] = dates.today_at[i] = day_of(i);
      same = same && dates.value_at[i] == dates.value_at[0] && dates.law_at[i] == dates.law_at[0];
    }
    if (!same || at.size == 0) return;
    dates = {Date{dates.law_at[0]}, Date{dates.value_at[0]}, Date{dates.value_at[0]}, {}, {}, {}};
  };
  Domain at = part_of(domain, begun);
  set_day(at, [&](uint32_t i) { return static_cast<int32_t>(start.value[begun[i]]); });
  put(out, begun, eval(version.carry_start, at));
  std::vector<size_t> count(domain.size, 0);
  for (const CarryStep& step : steps) {
    Places places;
    for (const uint32_t i : begun) {
      if (start.value[i] < step.date.days && step.date <= domain.dates.today_of(i)) {
        places.push_back(i);
        ++count[i];
      }
    }
    if (places.empty()) continue;
    Domain here = part_of(domain, places);
    set_day(here, [&](uint32_t) { return step.date.days; });
    here.previous = std::make_shared<const Vec>(pick(out, places));
    put(out, places, eval(version.steps[step.rule].value, here));
  }
  for (const uint32_t i : begun) {
    if (count[i] > kCarryStepsMax) out.mark[i] = Mark::kError;
  }
  return out;
}

Vec Run::branches(const std::vector<law::BranchRule>& rules, bool series, const Domain& domain,
                  std::vector<uint8_t>& taken, std::vector<uint8_t>& none) {
  taken.assign(domain.size, 0);
  none.assign(domain.size, 0);
  std::vector<Mark> open(domain.size, Mark::kKnown);
  if (rules.size() == 1 && rules[0].condition == law::kNoId) {
    taken.assign(domain.size, 1);
    return eval(rules[0].result, domain);
  }
  Assembler all(domain.size, series);
  Places left = all_places(domain.size);
  for (const law::BranchRule& rule : rules) {
    if (left.empty()) break;
    const bool needs_all_before = rule.in_order || rule.condition == law::kNoId;
    Places tried;
    Places later;
    for (const uint32_t place : left) {
      (needs_all_before && open[place] != Mark::kKnown ? later : tried).push_back(place);
    }
    Places holding;
    if (rule.condition == law::kNoId) {
      holding = std::move(tried);
    } else if (!tried.empty()) {
      const Vec condition = tried.size() == domain.size
                                ? eval(rule.condition, domain)
                                : eval(rule.condition, part_of(domain, tried));
      for (size_t i = 0; i < tried.size(); ++i) {
        if (condition.is_yes(i)) {
          holding.push_back(tried[i]);
        } else {
          open[tried[i]] = graver(open[tried[i]], condition.mark[i]);
          later.push_back(tried[i]);
        }
      }
      std::ranges::sort(later);
    }
    if (!holding.empty()) {
      for (const uint32_t place : holding) taken[place] = 1;
      all.put(holding, holding.size() == domain.size ? eval(rule.result, domain)
                                                     : eval(rule.result, part_of(domain, holding)));
    }
    left = std::move(later);
  }
  Vec rest = Vec::marked(left.size(), Mark::kKnown);
  for (size_t i = 0; i < left.size(); ++i) {
    const Mark mark = open[left[i]];
    none[left[i]] = mark == Mark::kKnown ? 1 : 0;
    rest.mark[i] = mark == Mark::kKnown ? Mark::kError : mark;
  }
  if (!left.empty()) all.put(left, std::move(rest));
  return all.take();
}

Vec Run::exceptions(const std::vector<law::ExceptionRule>& rules, Vec&& base, bool series,
                    const Domain& domain) {
  if (rules.empty()) return std::move(base);
  Domain inner = domain;
  inner.base = std::make_shared<const Vec>(base);
  std::vector<uint8_t> changed(domain.size, 0);
  std::vector<Mark> open(domain.size, Mark::kKnown);
  Assembler all(domain.size, series);
  for (const law::ExceptionRule& rule : rules) {
    Places in_force;
    for (uint32_t i = 0; i < domain.size; ++i) {
      if (rule.force.contains(domain.dates.law_of(i))) in_force.push_back(i);
    }
    if (in_force.empty()) continue;
    const Domain here = part_of(inner, in_force);
    std::vector<uint8_t> taken;
    std::vector<uint8_t> none;
    const Vec answer = branches(rule.branches, series, here, taken, none);
    Places held;        // in `here`
    Places held_outer;  // in `domain`
    for (uint32_t i = 0; i < in_force.size(); ++i) {
      const uint32_t place = in_force[i];
      if (taken[i] != 0) {
        if (changed[place] != 0) {
          changed[place] = 2;
          continue;
        }
        changed[place] = 1;
        held.push_back(i);
        held_outer.push_back(place);
      } else if (none[i] == 0) {
        open[place] = graver(open[place], answer.mark[i]);
      }
    }
    if (held.empty()) continue;
    all.put(held_outer,
            exceptions(rule.exceptions, pick(answer, held), series, part_of(domain, held_outer)));
  }
  Places rest;
  Places two;
  for (uint32_t i = 0; i < domain.size; ++i) {
    if (changed[i] == 0) rest.push_back(i);
    if (changed[i] == 2) two.push_back(i);
  }
  if (!rest.empty()) {
    Vec kept = pick(base, rest);
    for (size_t i = 0; i < rest.size(); ++i) {
      Mark mark = open[rest[i]];
      if (mark == Mark::kKnown) continue;
      // A refusal of the rule itself does not settle it.
      if (kept.mark[i] == Mark::kUnknown || kept.mark[i] == Mark::kIncomplete ||
          kept.mark[i] == Mark::kHand) {
        mark = graver(mark, kept.mark[i]);
      }
      kept.mark[i] = mark;
    }
    all.put(rest, std::move(kept));
  }
  if (series) {
    if (two.empty()) return all.take();
    Vec out = all.take();
    for (const uint32_t place : two) out.mark[place] = Mark::kError;
    return out;
  }
  if (!two.empty()) all.put(two, Vec::marked(two.size(), Mark::kError));
  return all.take();
}

}  // namespace ansinh::engine::batch
