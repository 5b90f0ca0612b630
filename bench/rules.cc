#include "rules.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>

#include "lab/random.h"
#include "measure.h"

namespace ansinh::bench {

namespace {

constexpr int64_t kLeastPension = 2'340'000;
constexpr int kSpells = 8;
constexpr int kYears = 40;
constexpr int32_t kMonths = 12;
constexpr int32_t kFirstMonth = (1985 - 1970) * kMonths;

// ---- A single pension rule ---------------------------------------------------------------------

RuleInputs pension_inputs(uint64_t people, uint64_t seed) {
  lab::Random random(seed, 0);
  RuleInputs inputs;
  for (uint64_t i = 0; i < people; ++i) {
    inputs.sex.push_back(static_cast<uint8_t>(random.below(2)));
    inputs.months_paid.push_back(static_cast<int32_t>(random.between(150, 480)));
    inputs.years_early.push_back(static_cast<int32_t>(random.between(0, 5)));
    inputs.salary.push_back(random.between(3'000'000, 43'000'000));
  }
  return inputs;
}

// Rates in 1/1000: half a year of 2 % is 10, of 1 % is 5.
void pension_loop(const RuleInputs& inputs, std::vector<int64_t>& results) {
  for (size_t i = 0; i < inputs.sex.size(); ++i) {
    const int64_t halves = (inputs.months_paid[i] + 5) / 6;
    const int64_t woman = 450 + 10 * (halves - 30);
    const int64_t man = halves >= 40 ? 450 + 10 * (halves - 40) : 400 + 5 * (halves - 30);
    const int64_t full = std::min<int64_t>(inputs.sex[i] == 0 ? woman : man, 750);
    const int64_t rate = full - 20 * inputs.years_early[i];
    const int64_t pension = std::max(rate * inputs.salary[i], kLeastPension * 1000);
    results[i] = halves < 30 ? kRefused : (pension + 500) / 1000;
  }
}

// ---- Histories ---------------------------------------------------------------------------------

// Eight spells of 6 to 48 months with gaps of 0 to 10 months between them.
RuleInputs last60_inputs(uint64_t people, uint64_t seed) {
  lab::Random random(seed, 0);
  RuleInputs inputs;
  inputs.begin.push_back(0);
  for (uint64_t i = 0; i < people; ++i) {
    int32_t month = kFirstMonth + static_cast<int32_t>(random.below(24));
    for (int s = 0; s < kSpells; ++s) {
      const auto length = static_cast<int32_t>(random.between(6, 48));
      inputs.from.push_back(month);
      inputs.to.push_back(month + length - 1);
      inputs.salary.push_back(random.between(3'000'000, 43'000'000));
      month += length + static_cast<int32_t>(random.between(0, 10));
    }
    inputs.begin.push_back(static_cast<uint32_t>(inputs.from.size()));
  }
  return inputs;
}

int64_t half_up(int64_t sum, int64_t count) { return (2 * sum + count) / (2 * count); }

void last60_loop(const RuleInputs& inputs, std::vector<int64_t>& results) {
  for (size_t i = 0; i + 1 < inputs.begin.size(); ++i) {
    int64_t left = 60, sum = 0;
    for (uint32_t s = inputs.begin[i + 1]; s > inputs.begin[i] && left > 0; --s) {
      const int64_t months = std::min<int64_t>(left, inputs.to[s - 1] - inputs.from[s - 1] + 1);
      sum += months * inputs.salary[s - 1];
      left -= months;
    }
    results[i] = left == 60 ? kRefused : half_up(sum, 60 - left);
  }
}

// A wage for each of forty calendar years.
RuleInputs best20_inputs(uint64_t people, uint64_t seed) {
  lab::Random random(seed, 0);
  RuleInputs inputs;
  inputs.begin.push_back(0);
  for (uint64_t i = 0; i < people; ++i) {
    for (int32_t year = 0; year < kYears; ++year) {
      inputs.from.push_back(kFirstMonth + year * kMonths);
      inputs.to.push_back(kFirstMonth + year * kMonths + kMonths - 1);
      inputs.salary.push_back(random.between(3'000'000, 43'000'000));
    }
    inputs.begin.push_back(static_cast<uint32_t>(inputs.from.size()));
  }
  return inputs;
}

void best20_loop(const RuleInputs& inputs, std::vector<int64_t>& results) {
  std::array<int64_t, kYears> wages{};
  for (size_t i = 0; i + 1 < inputs.begin.size(); ++i) {
    std::copy_n(inputs.salary.begin() + inputs.begin[i], kYears, wages.begin());
    std::nth_element(wages.begin(), wages.begin() + kYears / 2, wages.end(), std::greater<>());
    int64_t sum = 0;
    for (int k = 0; k < kYears / 2; ++k) sum += wages[static_cast<size_t>(k)];
    results[i] = half_up(sum, kYears / 2);
  }
}

// ---- Columns -----------------------------------------------------------------------------------

// A fact that every row has.
template <typename T, typename Change>
void set_fact(facts::Columns& columns, const char* entity, const char* name,
              const std::vector<T>& from, uint32_t first, uint32_t count, const Change& change) {
  const law::EntityId id = columns.program->entity_by_name.at(entity);
  for (facts::FactColumn& column : columns.entities[id].facts) {
    if (columns.program->facts[column.fact].name != name) continue;
    column.all = facts::Cell::kValue;
    column.state.clear();
    column.value.resize(count);
    std::transform(from.begin() + first, from.begin() + first + count, column.value.begin(),
                   change);
    return;
  }
  fail(std::string("the law has no fact ") + name);
}

int64_t as_is(int64_t value) { return value; }

void set_people(facts::Columns& columns, uint32_t count) {
  columns.trees = count;
  columns.entities[columns.program->root_entity].rows = count;
}

void fill_pension(const RuleInputs& inputs, uint32_t first, uint32_t count,
                  facts::Columns& columns) {
  set_people(columns, count);
  set_fact(columns, "Person", "sex", inputs.sex, first, count, as_is);
  set_fact(columns, "Person", "months_paid", inputs.months_paid, first, count, as_is);
  set_fact(columns, "Person", "years_early", inputs.years_early, first, count,
           [](int64_t years) { return years * kMonths; });
  set_fact(columns, "Person", "salary", inputs.salary, first, count, as_is);
}

void fill_spells(const RuleInputs& inputs, uint32_t first, uint32_t count,
                 facts::Columns& columns) {
  set_people(columns, count);
  const uint32_t begin = inputs.begin[first];
  const uint32_t rows = inputs.begin[first + count] - begin;
  facts::ListColumn& list = columns.entities[columns.program->root_entity].lists.front();
  list.all = facts::Known::kGiven;
  list.begin.resize(count + 1);
  facts::EntityColumns& work = columns.entities[columns.program->entity_by_name.at("work")];
  work.rows = rows;
  work.parent.resize(rows);
  for (uint32_t i = 0; i <= count; ++i) list.begin[i] = inputs.begin[first + i] - begin;
  for (uint32_t i = 0; i < count; ++i)
    std::fill(work.parent.begin() + list.begin[i], work.parent.begin() + list.begin[i + 1], i);
  work.from.assign(inputs.from.begin() + begin, inputs.from.begin() + begin + rows);
  work.to.assign(inputs.to.begin() + begin, inputs.to.begin() + begin + rows);
  set_fact(columns, "work", "salary", inputs.salary, begin, rows, as_is);
}

constexpr std::array<Rule, 3> kRules{{
    {"pension_rule", "retirement", pension_inputs, pension_loop, fill_pension},
    {"last60", "averaged", last60_inputs, last60_loop, fill_spells},
    {"best20", "averaged", best20_inputs, best20_loop, fill_spells},
}};

}  // namespace

std::span<const Rule> rules() { return kRules; }

void write_bytes(const std::string& path, const void* bytes, size_t size) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
  if (!file.flush()) fail(path + " cannot be written");
}

void write_inputs(const RuleInputs& inputs, const std::string& folder) {
  const auto write = [&](const char* name, const auto& values) {
    if (!values.empty())
      write_bytes(folder + "/" + name + ".bin", values.data(), values.size() * sizeof(values[0]));
  };
  write("sex", inputs.sex);
  write("months_paid", inputs.months_paid);
  write("years_early", inputs.years_early);
  write("begin", inputs.begin);
  write("from", inputs.from);
  write("to", inputs.to);
  write("salary", inputs.salary);
}

}  // namespace ansinh::bench
