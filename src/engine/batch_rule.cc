// Definitions: versions, cases, exceptions, and what is kept of them by row.
#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

#include "engine/batch_run.h"
#include "engine/carry.h"

namespace ansinh::engine::batch {

using law::NodeId;

namespace {

// A part of a domain for each law is worth it if they have so many places each.
constexpr size_t kPlacesPerLaw = 128;

bool is_series(const law::Type& type) { return type.base == law::Base::kSeries; }

}  // namespace

namespace {

// Puts values into a column of n rows, which is made when first it is needed.
void store(Vec& all, std::shared_ptr<Ragged>& series, size_t n, const Places& rows,
           const Vec& values) {
  if (all.size() == 0) all = Vec::marked(n, Mark::kHand);
  put(all, rows, values);
  if (values.series == nullptr) return;
  if (series == nullptr) {
    series = std::make_shared<Ragged>();
    series->items = std::make_shared<std::vector<Item>>();
    series->begin = series->end = Column<uint32_t>::alike(n, 0);
    all.series = series;
  }
  series->grain = values.series->grain;
  series->unit = values.series->unit;
  uint32_t* begin = series->begin.writable();
  uint32_t* end = series->end.writable();
  for (uint32_t i = 0; i < rows.size(); ++i) {
    const auto items = values.series->of(i);
    begin[rows[i]] = static_cast<uint32_t>(series->items->size());
    series->items->insert(series->items->end(), items.begin(), items.end());
    end[rows[i]] = static_cast<uint32_t>(series->items->size());
  }
}

}  // namespace

Domain Run::enter(law::EntityId entity, Rows&& rows, const Domain& asking, Column<Mark>& why_not,
                  bool& governed) const {
  Domain out;
  const size_t n = rows.size();
  out.size = static_cast<uint32_t>(n);
  out.dates = asking.dates;
  why_not = Column<Mark>::alike(n, Mark::kKnown);
  governed = false;
  const law::EntityId governor = plan_.governor[entity];
  if (governor != law::kNoId) {
    const bool home_within = program_.is_within(asking.home().entity, governor);
    const law::FactId id = program_.entities[governor].governing_fact;
    const law::FactInfo& info = program_.facts[id];
    const facts::FactColumn& column = columns_.entities[governor].facts[info.slot];
    Dates& dates = out.dates;
    size_t entered = 0;
    for (size_t i = 0; i < n; ++i) {
      const uint32_t governing = climb(entity, rows[i], governor);
      if (home_within && climb(asking.home().entity, asking.home().row[i], governor) == governing) {
        continue;
      }
      if (++entered == 1 && !dates.varies()) {
        dates.law_at = Column<int32_t>::alike(n, dates.law.days);
        dates.value_at = Column<int32_t>::alike(n, dates.value.days);
        dates.today_at = Column<int32_t>::alike(n, dates.today.days);
      }
      switch (column.at(governing)) {
        case facts::Cell::kNone:
          why_not.set(i, Mark::kRefused);
          break;
        case facts::Cell::kUnknown:
          why_not.set(i, Mark::kUnknown);
          break;
        case facts::Cell::kNotGiven:
          why_not.set(i, info.presumed ? Mark::kHand : Mark::kUnknown);
          break;
        case facts::Cell::kValue: {
          auto day = static_cast<int32_t>(column.value_at(governing));
          if (info.type.base == law::Base::kMonth) day = Month{day}.first_day().days;
          dates.law_at.set(i, day);
          dates.value_at.set(i, day);
          break;
        }
      }
    }
    governed = entered == n && entered > 0;
  }
  out.frames.push_back({entity, std::move(rows)});
  return out;
}

// The frame in which the entity's row is found.
const Frame& Run::frame_of(law::EntityId entity, const Domain& domain) const {
  for (const Frame& frame : domain.frames) {
    if (program_.is_within(frame.entity, entity)) return frame;
  }
  assert(false);  // the checker finds every name
  return domain.home();
}

// The same definition is often asked of the same places: by several conditions, one after another.
Vec Run::definition_here(law::DefinitionId id, const Domain& domain) {
  if (earlier_ != nullptr && (*definition_before_)[id] != law::kNoId) {
    return earlier_->definition_here((*definition_before_)[id], domain);
  }
  const law::DefinitionInfo& info = program_.definitions[id];
  if (domain.has_point() && (info.depends.month || info.depends.year)) {
    return definition_at(id, domain);
  }
  const Frame& frame = frame_of(info.entity, domain);
  const Frame& home = domain.home();
  Asked& asked = asked_[id];
  if (asked.entity == frame.entity && asked.home_entity == home.entity &&
      asked.values.size() == domain.size && asked.rows.shape == frame.row.shape &&
      asked.rows.index.is_same(frame.row.index) && asked.home.is_same(home.row.index) &&
      asked.dates.is_same(domain.dates)) {
    return asked.values;
  }
  Vec values = definition_at(id, domain);
  asked_[id] = {frame.entity, home.entity, frame.row, home.row.index, domain.dates, values};
  return values;
}

Vec Run::definition_at(law::DefinitionId id, const Domain& domain) {
  const law::DefinitionInfo& info = program_.definitions[id];
  Column<Mark> why_not;
  bool governed = false;
  Domain inner = enter(info.entity, rows_of(info.entity, domain), domain, why_not, governed);
  const bool has_point = domain.has_point() && (info.depends.month || info.depends.year);
  const bool is_common = !domain.dates.varies() && (governed || !inner.dates.varies());
  DateKey key{};
  if (is_common) {
    key = plan_.uses.key(id, domain.dates.law, domain.dates.value, domain.dates.today);
    if (governed) key = {INT32_MIN, 0, key.today};  // the other dates are the row's own
  }
  if (++depth_ > kDepthMax) {
    --depth_;
    return Vec::marked(domain.size, Mark::kHand);
  }
  const auto set_point = [&](Domain& at, const Places* places) {
    at.is_at_point = true;
    at.month = places == nullptr ? domain.month : domain.month.pick(*places);
    at.year = places == nullptr ? domain.year : domain.year.pick(*places);
    at.home_has_point = true;
  };
  Vec out;
  if (!why_not.is_alike(Mark::kKnown)) {
    Places known;
    for (uint32_t i = 0; i < domain.size; ++i) {
      if (why_not[i] == Mark::kKnown) known.push_back(i);
    }
    Domain part = part_of(inner, known);
    if (has_point) set_point(part, &known);
    Assembler all(domain.size, is_series(info.type));
    all.put(known, has_point   ? compute(id, part)
                   : is_common ? kept(id, part, key)
                               : dated(id, part));
    for (uint32_t i = 0; i < domain.size; ++i) {
      if (why_not[i] != Mark::kKnown) all.put({i}, Vec::marked(1, why_not[i]));
    }
    out = all.take();
  } else if (has_point) {
    set_point(inner, nullptr);
    out = compute(id, inner);
  } else if (is_common) {
    out = kept(id, inner, key);
  } else {
    out = dated(id, inner);
  }
  --depth_;
  return out;
}

bool Run::is_mixed(const Domain& domain) {
  const Frame& home = domain.home();
  return home.row.shape == kNoShape && !shapes(home.entity).all.empty();
}

template <typename Evaluate>
Vec Run::by_shape(bool series, const Domain& domain, const Evaluate& evaluate) {
  const Rows& rows = domain.home().row;
  const Shapes& shapes = this->shapes(domain.home().entity);
  std::vector<uint32_t> shape_of(domain.size);
  for (uint32_t i = 0; i < domain.size; ++i) shape_of[i] = shapes.shape_of[rows[i]];
  const std::vector<Places> places = divided(shape_of, static_cast<uint32_t>(shapes.all.size()));
  Assembler all(domain.size, series);
  for (uint32_t shape = 0; shape < places.size(); ++shape) {
    if (places[shape].empty()) continue;
    const bool is_only = places[shape].size() == domain.size;
    Domain part = is_only ? domain : part_of(domain, places[shape]);
    Rows& home = part.frames.back().row;
    home.shape = shape;
    home.fills_shape = rows.is_whole;
    home.is_whole = false;
    Vec values = evaluate(part);
    if (is_only) return values;
    all.put(places[shape], std::move(values));
  }
  return all.take();
}

// What the definition gives for the rows, evaluated once for each row.
Vec Run::kept(law::DefinitionId id, const Domain& domain, const DateKey& key) {
  const law::DefinitionInfo& info = program_.definitions[id];
  if (domain.size == 0) return Vec{};
  if (is_mixed(domain)) {
    return by_shape(is_series(info.type), domain,
                    [&](const Domain& part) { return kept(id, part, key); });
  }
  const Rows& rows = domain.home().row;
  const Shapes& shapes = this->shapes(info.entity);
  const bool has_shape = rows.shape != kNoShape;
  const bool is_whole = has_shape ? rows.fills_shape : rows.is_whole;
  const size_t n =
      has_shape ? shapes.all[rows.shape].rows.size() : columns_.entities[info.entity].rows;
  Kept& kept = kept_[id][{key, rows.shape}];
  if (kept.is_whole && kept.values.alike) {
    if (domain.size == n) return kept.values;
    return std::move(pick(kept.values, Places{0})).stretch(domain.size);
  }
  if (kept.is_whole && is_whole) return kept.values;
  Column<uint32_t> at = rows.index;  // in the shape
  if (has_shape && !is_whole) {
    at = Column<uint32_t>::raw(domain.size);
    uint32_t* to = at.writable();
    for (uint32_t i = 0; i < domain.size; ++i) to[i] = shapes.place_of[rows[i]];
  }
  if (kept.is_whole) return pick(kept.values, at);
  if (kept.done.empty()) {
    // Nothing is known yet; often everything is asked for, or all is alike.
    Vec values;
    if (is_whole) {
      values = compute(id, domain);
    } else {
      values = compute_once(id, domain, n, at, kept);
    }
    if (is_whole || values.alike) {
      kept.is_whole = true;
      kept.values = values;
      if (values.alike && values.size() != n) {
        kept.values = std::move(pick(values, Places{0})).stretch(n);
      }
    }
    return values;
  }
  if (has_shape && is_whole) {
    at = Column<uint32_t>::raw(n);
    uint32_t* to = at.writable();
    std::iota(to, to + n, 0U);
  }
  return compute_once(id, domain, n, at, kept);
}

// Of the rows that have not been evaluated before; then of all.
Vec Run::compute_once(law::DefinitionId id, const Domain& domain, size_t n,
                      const Column<uint32_t>& at, Kept& kept) {
  const bool is_first = kept.done.empty();
  if (is_first) kept.done.assign(n, 0);
  // The first appearance of each row that is not done.
  const Places places = places_where(
      domain.size, [&](size_t i) { return std::exchange(kept.done[at[i]], uint8_t{1}) == 0; });
  Places fresh(places.size());
  for (size_t i = 0; i < places.size(); ++i) fresh[i] = at[places[i]];
  if (!places.empty()) {
    Vec values =
        places.size() == domain.size ? compute(id, domain) : compute(id, part_of(domain, places));
    if (is_first && values.alike) {
      if (places.size() == domain.size) return values;
      return std::move(pick(values, Places{0})).stretch(domain.size);
    }
    store(kept.values, kept.series, n, fresh, values);
  }
  return pick(kept.values, at);
}

const Run::KeysOfUse& Run::keys_of(law::DefinitionId id, const Dates& dates, size_t size) {
  KeysOfUse& found = keys_[plan_.uses.class_of(id)];
  if (found.keys != nullptr && found.keys->size() == size && found.dates.is_same(dates)) {
    return found;
  }
  auto keys = std::make_shared<std::vector<DateKey>>(size);
  found.dates = dates;
  found.one_key = found.one_law = true;
  for (size_t i = 0; i < size; ++i) {
    const bool again = i != 0 && dates.law_at[i] == dates.law_at[i - 1] &&
                       dates.value_at[i] == dates.value_at[i - 1] &&
                       dates.today_at[i] == dates.today_at[i - 1];
    (*keys)[i] = again ? (*keys)[i - 1]
                       : plan_.uses.key(id, Date{dates.law_at[i]}, Date{dates.value_at[i]},
                                        Date{dates.today_at[i]});
    found.one_key = found.one_key && (*keys)[i] == (*keys)[0];
    found.one_law = found.one_law && (*keys)[i].law == (*keys)[0].law;
  }
  found.keys = std::move(keys);
  return found;
}

// On dates that differ from place to place: those of each row's last question are kept.
Vec Run::dated(law::DefinitionId id, const Domain& domain) {
  if (domain.size == 0) return Vec{};
  if (is_mixed(domain)) {
    return by_shape(is_series(program_.definitions[id].type), domain,
                    [&](const Domain& part) { return dated(id, part); });
  }
  const size_t n = columns_.entities[program_.definitions[id].entity].rows;
  const Dates& dates = domain.dates;
  if (dates.law_at.is_alike() && plan_.uses.is_by_law(id)) {
    return kept(id, domain,
                plan_.uses.key(id, dates.law_of(0), dates.value_of(0), dates.today_of(0)));
  }
  const KeysOfUse& found_keys = keys_of(id, dates, domain.size);
  const bool one_key = found_keys.one_key;
  const bool one_law = found_keys.one_law;
  // Held: what this rests on may ask for other places.
  const std::shared_ptr<const std::vector<DateKey>> held = found_keys.keys;
  const std::vector<DateKey>& keys = *held;
  if (one_key) return kept(id, domain, keys[0]);
  if (!one_law) {  // under one law more is alike, also of what this rests on
    std::map<int32_t, uint32_t> laws;
    std::vector<uint32_t> law_of(domain.size);
    for (uint32_t i = 0; i < domain.size; ++i) {
      const bool again = i != 0 && keys[i].law == keys[i - 1].law;
      law_of[i] =
          again ? law_of[i - 1]
                : laws.try_emplace(keys[i].law, static_cast<uint32_t>(laws.size())).first->second;
    }
    if (laws.size() * kPlacesPerLaw <= domain.size) {
      Assembler all(domain.size, is_series(program_.definitions[id].type));
      for (const Places& places : divided(law_of, static_cast<uint32_t>(laws.size()))) {
        all.put(places, dated(id, part_of(domain, places)));
      }
      return all.take();
    }
  }
  std::unique_ptr<Dated>& slot = dated_[id];
  if (slot == nullptr) {
    slot = std::make_unique<Dated>();
    slot->key.assign(n, {INT32_MIN, INT32_MIN, INT32_MIN});
    slot->stamp.assign(n, 0);
  }
  Dated& dated = *slot;
  if (dated.is_busy) return compute(id, domain);
  const Rows& rows = domain.home().row;
  if (one_law) {
    const auto found = dated.alike.find({keys[0].law, rows.shape});
    if (found != dated.alike.end()) return Vec(found->second).stretch(domain.size);
  }
  const uint32_t stamp = ++stamp_;
  Places places(domain.size);  // to be computed, and
  Places fresh(domain.size);   // their rows
  Places clash;                // rows that are asked for on two dates at once
  size_t count = 0;
  for (uint32_t i = 0; i < domain.size; ++i) {
    const uint32_t row = rows[i];
    const DateKey& key = keys[i];
    if (dated.key[row] != key) {
      if (dated.stamp[row] == stamp) {
        clash.push_back(i);
        continue;
      }
      dated.key[row] = key;
      places[count] = i;
      fresh[count] = row;
      ++count;
    }
    dated.stamp[row] = stamp;
  }
  places.resize(count);
  fresh.resize(count);
  if (!places.empty()) {
    dated.is_busy = true;
    const Vec values =
        places.size() == domain.size ? compute(id, domain) : compute(id, part_of(domain, places));
    dated.is_busy = false;
    if (values.alike && one_law && places.size() == domain.size) {
      for (const uint32_t row : fresh) dated.key[row] = {INT32_MIN, INT32_MIN, INT32_MIN};
      dated.alike[{keys[0].law, rows.shape}] = pick(values, Places{0});
      return values;
    }
    store(dated.values, dated.series, n, fresh, values);
  }
  if (clash.empty()) return pick(dated.values, rows.index);
  Places others;
  for (uint32_t i = 0, next = 0; i < domain.size; ++i) {
    if (next < clash.size() && clash[next] == i) {
      ++next;
    } else {
      others.push_back(i);
    }
  }
  Assembler all(domain.size, is_series(program_.definitions[id].type));
  all.put(others, pick(dated.values, rows.index.pick(others)));
  all.put(clash, compute(id, part_of(domain, clash)));
  return all.take();
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
    if (version != law::kNoId) return compute_version(info.versions[version], info.type, domain);
    Vec out = Vec::marked(domain.size, Mark::kRefused);
    out.alike = true;
    return out;
  }
  const auto none = static_cast<uint32_t>(info.versions.size());
  std::vector<uint32_t> version_of(domain.size);
  bool is_one = true;
  for (uint32_t i = 0; i < domain.size; ++i) {
    const bool again = i != 0 && domain.dates.law_at[i] == domain.dates.law_at[i - 1];
    version_of[i] = again ? version_of[i - 1] : std::min(none, version_on(domain.dates.law_of(i)));
    is_one = is_one && version_of[i] == version_of[0];
  }
  if (is_one && version_of[0] != none) {
    return compute_version(info.versions[version_of[0]], info.type, domain);
  }
  Assembler all(domain.size, is_series(info.type));
  const std::vector<Places> by_version = divided(version_of, none + 1);
  for (uint32_t version = 0; version <= none; ++version) {
    const Places& places = by_version[version];
    if (places.empty()) continue;
    if (version == none) {
      all.put(places, Vec::marked(places.size(), Mark::kRefused));
    } else {
      all.put(places, compute_version(info.versions[version], info.type, part_of(domain, places)));
    }
  }
  return all.take();
}

Vec Run::compute_version(const law::DefinitionVersion& version, const law::Type& type,
                         const Domain& domain) {
  if (!version.not_yet.empty()) {
    Vec out = Vec::marked(domain.size, Mark::kIncomplete);
    out.alike = true;
    return out;
  }
  if (version.is_carry) return carry(version, domain);
  if (std::optional<Vec> values = fused(version, type, domain)) return *std::move(values);
  Column<uint8_t> taken;
  Column<uint8_t> none;
  Vec answer = branches(version.branches, is_series(type), domain, taken, none);
  if (!none.is_alike(0)) {
    answer.alike = false;
    for (size_t i = 0; i < domain.size; ++i) {
      if (none[i] != 0) answer.mark.set(i, Mark::kError);
    }
  }
  for (const law::FinishRule& rule : version.finish) {
    const Vec argument = eval(rule.argument, domain);
    answer = rule.kind == law::ExprKind::kRounded
                 ? rounded(answer, rule.rounding, argument)
                 : extreme_of(answer, argument, type.base == law::Base::kNumber,
                              rule.kind == law::ExprKind::kAtLeast);
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
      out.mark.set(i, start.mark[i]);
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
    if (!dates.varies()) dates.law_at = Column<int32_t>::alike(at.size, dates.law.days);
    dates.value_at = Column<int32_t>::raw(at.size);
    int32_t* day = dates.value_at.writable();
    bool same = true;
    for (uint32_t i = 0; i < at.size; ++i) {
      day[i] = day_of(i);
      same = same && day[i] == day[0] && dates.law_at[i] == dates.law_at[0];
    }
    dates.today_at = dates.value_at;
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
    if (count[i] > kCarryStepsMax) out.mark.set(i, Mark::kError);
  }
  return out;
}

Vec Run::branches(const std::vector<law::BranchRule>& rules, bool series, const Domain& domain,
                  Column<uint8_t>& taken, Column<uint8_t>& none) {
  const size_t n = domain.size;
  if (!series) {
    if (std::optional<Vec> out = masked_branches(rules, domain, taken, none)) return *out;
  }
  taken = Column<uint8_t>::alike(n, 0);
  none = Column<uint8_t>::alike(n, 0);
  Column<Mark> open = Column<Mark>::alike(n, Mark::kKnown);
  Assembler assembler(n, series);
  bool is_split = false;  // some places are settled
  Places left;            // if so, those that are not
  const auto of_left = [&](NodeId node) {
    return is_split ? eval(node, part_of(domain, left)) : eval(node, domain);
  };
  const auto mark_taken = [&](const Places& places) {
    uint8_t* cells = taken.writable();
    for (const uint32_t place : places) cells[place] = 1;
  };
  const auto place_of = [&](size_t i) { return is_split ? left[i] : static_cast<uint32_t>(i); };
  for (const law::BranchRule& rule : rules) {
    if (is_split ? left.empty() : n == 0) break;
    const bool needs_all_before = rule.in_order || rule.condition == law::kNoId;
    Places later;  // places of the domain
    if (needs_all_before && !open.is_alike(Mark::kKnown)) {
      Places tried;
      for (size_t i = 0; i < (is_split ? left.size() : n); ++i) {
        const uint32_t place = place_of(i);
        (open[place] != Mark::kKnown ? later : tried).push_back(place);
      }
      left = std::move(tried);
      is_split = true;
      if (left.empty()) {
        left = std::move(later);
        continue;
      }
    }
    if (rule.condition == law::kNoId) {
      Vec result = of_left(rule.result);
      if (!is_split) {
        taken = Column<uint8_t>::alike(n, 1);
        return result;
      }
      mark_taken(left);
      assembler.put(left, std::move(result));
      left = std::move(later);
      continue;
    }
    const Vec condition = of_left(rule.condition);
    if (condition.alike && later.empty()) {
      if (condition.is_yes(0)) {
        Vec result = of_left(rule.result);
        if (!is_split) {
          taken = Column<uint8_t>::alike(n, 1);
          return result;
        }
        mark_taken(left);
        assembler.put(left, std::move(result));
        left.clear();
        break;
      }
      if (condition.mark[0] == Mark::kKnown) continue;
      if (!is_split && open.is_alike()) {
        open = Column<Mark>::alike(n, graver(open[0], condition.mark[0]));
        continue;
      }
      for (size_t i = 0; i < (is_split ? left.size() : n); ++i) {
        open.set(place_of(i), graver(open[place_of(i)], condition.mark[0]));
      }
      continue;
    }
    Places holding;
    if (later.empty() && condition.all_known() && !condition.value.is_alike()) {
      const int64_t* value = condition.value.cells();
      holding = places_where(condition.size(), [value](size_t i) { return value[i] != 0; });
      later = places_where(condition.size(), [value](size_t i) { return value[i] == 0; });
      if (is_split) {
        for (uint32_t& place : holding) place = left[place];
        for (uint32_t& place : later) place = left[place];
      }
    } else
      for (size_t i = 0; i < (is_split ? left.size() : n); ++i) {
        const uint32_t place = place_of(i);
        if (condition.is_yes(i)) {
          holding.push_back(place);
        } else {
          if (condition.mark[i] != Mark::kKnown) {
            open.set(place, graver(open[place], condition.mark[i]));
          }
          later.push_back(place);
        }
      }
    if (!std::ranges::is_sorted(later)) std::ranges::sort(later);
    if (!holding.empty()) {
      if (holding.size() == n) {
        taken = Column<uint8_t>::alike(n, 1);
      } else {
        mark_taken(holding);
      }
      Vec result = holding.size() == n ? eval(rule.result, domain)
                                       : eval(rule.result, part_of(domain, holding));
      assembler.put(holding, std::move(result));
    }
    left = std::move(later);
    is_split = true;
  }
  if (!is_split && n != 0) {  // all conditions are alike, and none holds
    const bool is_none = open[0] == Mark::kKnown;
    none = Column<uint8_t>::alike(n, is_none ? 1 : 0);
    Vec rest = Vec::marked(n, is_none ? Mark::kError : open[0]);
    rest.alike = true;
    return rest;
  }
  if (!left.empty()) {
    Vec rest = Vec::marked(left.size(), Mark::kKnown);
    for (size_t i = 0; i < left.size(); ++i) {
      const Mark mark = open[left[i]];
      if (mark == Mark::kKnown) none.set(left[i], 1);
      rest.mark.set(i, mark == Mark::kKnown ? Mark::kError : mark);
    }
    assembler.put(left, std::move(rest));
  }
  return assembler.take();
}

Vec Run::exceptions(const std::vector<law::ExceptionRule>& rules, Vec&& base, bool series,
                    const Domain& domain) {
  const size_t n = domain.size;
  const auto in_force_of = [&](const law::ExceptionRule& rule) {
    Places places;
    for (uint32_t i = 0; i < n; ++i) {
      if (rule.force.contains(domain.dates.law_of(i))) places.push_back(i);
    }
    return places;
  };
  const bool is_usual = !domain.dates.varies();  // then in force for all or for none
  const bool any = n != 0 && std::ranges::any_of(rules, [&](const law::ExceptionRule& rule) {
                     return !is_usual || rule.force.contains(domain.dates.law);
                   });
  if (!any) return std::move(base);
  Domain inner = domain;
  inner.base = std::make_shared<const Vec>(base);
  Column<uint8_t> changed = Column<uint8_t>::alike(n, 0);
  Column<Mark> open = Column<Mark>::alike(n, Mark::kKnown);
  Assembler all(n, series);
  bool alike = base.alike;
  for (const law::ExceptionRule& rule : rules) {
    if (is_usual && !rule.force.contains(domain.dates.law)) continue;
    const Places in_force = is_usual ? Places{} : in_force_of(rule);
    if (!is_usual && in_force.empty()) continue;
    const size_t size = is_usual ? n : in_force.size();
    const auto outer = [&](size_t i) { return is_usual ? static_cast<uint32_t>(i) : in_force[i]; };
    Column<uint8_t> taken;
    Column<uint8_t> none;
    const Vec answer = is_usual
                           ? branches(rule.branches, series, inner, taken, none)
                           : branches(rule.branches, series, part_of(inner, in_force), taken, none);
    if (answer.alike && taken.is_alike(0) && none.is_alike(1)) continue;
    alike = false;
    Places held;        // in `answer`
    Places held_outer;  // in `domain`
    for (uint32_t i = 0; i < size; ++i) {
      const uint32_t place = outer(i);
      if (taken[i] != 0) {
        if (changed[place] != 0) {
          changed.set(place, 2);
          continue;
        }
        changed.set(place, 1);
        held.push_back(i);
        held_outer.push_back(place);
      } else if (none[i] == 0) {
        open.set(place, graver(open[place], answer.mark[i]));
      }
    }
    if (held.empty()) continue;
    all.put(held_outer,
            exceptions(rule.exceptions, pick(answer, held), series, part_of(domain, held_outer)));
  }
  if (changed.is_alike(0) && open.is_alike(Mark::kKnown)) {
    base.alike = alike;
    return std::move(base);
  }
  const Places rest = places_where(n, [&](size_t i) { return changed[i] == 0; });
  const Places two = places_where(n, [&](size_t i) { return changed[i] == 2; });
  if (!rest.empty()) {
    Vec kept = pick(base, rest);
    for (size_t i = 0; i < rest.size(); ++i) {
      Mark mark = open[rest[i]];
      if (mark == Mark::kKnown) continue;
      // A refusal of the rule itself does not settle it.
      if (kept.mark[i] <= Mark::kBoth || kept.mark[i] == Mark::kHand) {
        mark = graver(mark, kept.mark[i]);
      }
      kept.mark.set(i, mark);
    }
    all.put(rest, std::move(kept));
  }
  if (series) {
    if (two.empty()) return all.take();
    Vec out = all.take();
    for (const uint32_t place : two) out.mark.set(place, Mark::kError);
    return out;
  }
  if (!two.empty()) all.put(two, Vec::marked(two.size(), Mark::kError));
  return all.take();
}

}  // namespace ansinh::engine::batch
