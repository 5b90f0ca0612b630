// "people" and "households" of a model: tables of ages, deaths and births beside it, as CSV.

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/text.h"
#include "facts/csv_text.h"
#include "lab/model_reader.h"
#include "lab/random.h"

namespace ansinh::lab {

namespace {

constexpr int64_t kBillion = 1'000'000'000;

// A number of a table in billionths; nothing if it is not one, is negative or far too large.
std::optional<int64_t> billionths(std::string_view text) {
  const auto number = Rational::parse(text);
  if (!number || number->is_negative() || *number > Rational(4'000'000'000)) return std::nullopt;
  int64_t out = 0;
  (*number * Rational(kBillion)).rounded(Rounding::kHalfUp, Rational(1)).to_int64(out);
  return out;
}

// "0-4", "100+", "35": completed years.
std::optional<AgeGroup> age_group(std::string_view text) {
  AgeGroup group;
  const auto number = [&](std::string_view part, int& out) {
    const auto parsed =
        part.size() <= 3 ? Rational::parse(part) : std::unexpected(std::string("format"));
    int64_t whole = 0;
    if (!parsed || !parsed->to_int64(whole) || whole < 0 || whole > kAgeMax) return false;
    out = static_cast<int>(whole);
    return true;
  };
  if (text.ends_with('+')) {
    if (!number(text.substr(0, text.size() - 1), group.low)) return std::nullopt;
    return group;
  }
  const size_t dash = text.find('-');
  const bool is_good =
      number(text.substr(0, dash), group.low) &&
      (dash == std::string_view::npos || number(text.substr(dash + 1), group.high));
  if (!is_good) return std::nullopt;
  if (dash == std::string_view::npos) group.high = group.low;
  return group.low <= group.high ? std::optional(group) : std::nullopt;
}

struct TableRow {
  int sex = -1;  // 0 female, 1 male; -1: the table does not say
  AgeGroup ages;
  int64_t value = 0;  // billionths
};

// The rows of a CSV that agree with {"csv": FILE, "where": {column: value}, "value": column}.
class Table {
 public:
  Table(const Cursor& at, const std::string& folder, std::string& all_bytes) : at_(at) {
    at.only({"csv", "where", "value", "when", "source", "trust"});
    const std::string name = at.at("csv").text();
    const std::string value = at.at("value").text();
    if (at.has_fault()) return;
    path_ = (std::filesystem::path(folder) / name).string();
    auto text = read_text_file(path_);
    if (!text) {
      at.at("csv").fail("table", {path_ + ": không đọc được", path_ + ": cannot be read"},
                        {"đặt bảng CSV cạnh tệp mô hình", "put the CSV beside the model's file"});
      return;
    }
    all_bytes += *text;
    read(*text, value);
  }

  const std::vector<TableRow>& rows() const { return rows_; }
  void fail(const std::string& vi, const std::string& en) const {
    at_.at("csv").fail("table", {path_ + ": " + vi, path_ + ": " + en},
                       {"sửa bảng hoặc mục \"where\", \"value\" (docs/population.md)",
                        "correct the table, or \"where\" and \"value\" (docs/population.md)"});
  }

 private:
  static constexpr size_t kNowhere = SIZE_MAX;

  size_t column(const std::string& name, bool must) const {
    const auto found = std::ranges::find(head_, name);
    if (found != head_.end()) return static_cast<size_t>(found - head_.begin());
    if (must) fail("không có cột “" + name + "”", "there is no column “" + name + "”");
    return kNowhere;
  }

  void read(const std::string& text, const std::string& value) {
    facts::CsvCursor csv(text);
    if (csv.next() != facts::CsvStep::kRow) return fail("bảng trống", "the table is empty");
    for (size_t i = 0; i < csv.count(); ++i) head_.push_back(csv.cells()[i].text);
    const size_t value_column = column(value, true);
    const size_t sex = column("sex", false);
    const size_t from = column("age_from", false);
    const size_t group = from == kNowhere ? column("age_group", true) : from;
    std::vector<std::pair<size_t, std::string>> where;
    if (const auto conditions = at_.find("where")) {
      conditions->each_member([&](const std::string& key, const Cursor& member) {
        where.emplace_back(column(key, true), member.text());
      });
    }
    if (at_.has_fault()) return;
    size_t line = 1;
    for (facts::CsvStep step = csv.next(); step != facts::CsvStep::kEnd; step = csv.next()) {
      ++line;
      const std::string place = std::to_string(line);
      if (step != facts::CsvStep::kRow || csv.count() != head_.size()) {
        return fail("dòng " + place + " không đủ ô", "line " + place + " has not its cells");
      }
      const auto& cells = csv.cells();
      if (!std::ranges::all_of(
              where, [&](const auto& one) { return cells[one.first].text == one.second; })) {
        continue;
      }
      if (!take(cells, sex, group, value_column)) {
        return fail("dòng " + place + ": giới tính, tuổi hoặc số không đọc được",
                    "line " + place + ": sex, age or number cannot be read");
      }
    }
    if (rows_.empty()) return fail("không có dòng nào hợp với \"where\"", "no row fits \"where\"");
    if (from != kNowhere) close_groups();
  }

  bool take(const std::vector<facts::CsvCell>& cells, size_t sex, size_t group, size_t value) {
    TableRow row;
    if (sex != kNowhere) {
      if (cells[sex].text != "female" && cells[sex].text != "male") return false;
      row.sex = cells[sex].text == "male" ? 1 : 0;
    }
    const auto ages = age_group(cells[group].text);
    const auto number = billionths(cells[value].text);
    if (!ages || !number) return false;
    row.ages = *ages;
    row.value = *number;
    rows_.push_back(row);
    return true;
  }

  // "age_from": a row holds up to the next of its sex.
  void close_groups() {
    for (TableRow& row : rows_) {
      row.ages.high = kAgeMax;
      for (const TableRow& other : rows_) {
        if (other.sex == row.sex && other.ages.low > row.ages.low) {
          row.ages.high = std::min(row.ages.high, other.ages.low - 1);
        }
      }
    }
  }

  const Cursor& at_;
  std::string path_;
  std::vector<std::string> head_;
  std::vector<TableRow> rows_;
};

// The persons of a group by single years: along a line whose slope is that between the groups on
// both sides, and whose sum is the group's.
void spread(const std::vector<TableRow>& groups, size_t i, uint64_t* ages) {
  const TableRow& row = groups[i];
  const int64_t years = row.ages.high - row.ages.low + 1;
  const int64_t persons = row.value / (kBillion / 1000);  // thousandths
  if (row.ages.high == kAgeMax) {  // the open group: half as many each two years
    int64_t left = persons;
    for (int64_t age = row.ages.low; age <= kAgeMax; ++age) {
      const int64_t here = age == kAgeMax ? left : left * 3 / 10;
      ages[age] = static_cast<uint64_t>(here);
      left -= here;
    }
    return;
  }
  const int64_t mean = persons / years;
  int64_t slope = 0;  // a year, in half years below
  if (i > 0 && i + 1 < groups.size() && groups[i + 1].ages.high != kAgeMax) {
    const int64_t before = groups[i - 1].value / (kBillion / 1000) /
                           (groups[i - 1].ages.high - groups[i - 1].ages.low + 1);
    const int64_t after = groups[i + 1].value / (kBillion / 1000) /
                          (groups[i + 1].ages.high - groups[i + 1].ages.low + 1);
    slope = (after - before) / (2 * years);
    const int64_t most = mean / years;
    slope = std::clamp(slope, -most, most);
  }
  int64_t left = persons;
  for (int64_t k = 0; k < years; ++k) {
    const int64_t here = k + 1 == years ? left : mean + slope * (2 * k - years + 1) / 2;
    ages[row.ages.low + k] = static_cast<uint64_t>(here);
    left -= here;
  }
}

void read_ages(const Cursor& at, Names& names, const std::string& folder, std::string& bytes) {
  People& people = names.model().people;
  const Table table(at, folder, bytes);
  people.ages_source = names.source(at);
  people.living.assign(size_t{2} * kAges, 0);
  for (int sex = 0; sex < 2 && !at.has_fault(); ++sex) {
    std::vector<TableRow> groups;
    std::ranges::copy_if(table.rows(), std::back_inserter(groups),
                         [&](const TableRow& row) { return row.sex == sex; });
    std::ranges::sort(groups, {}, [](const TableRow& row) { return row.ages.low; });
    int next = 0;
    for (size_t i = 0; i < groups.size(); ++i) {
      if (groups[i].ages.low != next) {
        return table.fail("các nhóm tuổi phải liền nhau, từ 0",
                          "age groups must follow one another, from 0");
      }
      next = groups[i].ages.high + 1;
      spread(groups, i, people.living.data() + size_t{kAges} * static_cast<size_t>(sex));
      if (sex == 0) people.age_groups.push_back(groups[i].ages);
      people.age_group_persons.push_back(static_cast<uint64_t>(groups[i].value / kBillion));
    }
    if (groups.empty() || people.age_group_persons.size() !=
                              people.age_groups.size() * (static_cast<size_t>(sex) + 1)) {
      return table.fail("hai giới phải có cùng các nhóm tuổi",
                        "both sexes must have the same age groups");
    }
  }
  for (const uint64_t persons : people.living) people.living_total += persons;
  if (people.living_total == 0) table.fail("không có người nào", "there are no people in it");
}

void read_deaths(const Cursor& at, Names& names, const std::string& folder, std::string& bytes) {
  People& people = names.model().people;
  const Table table(at, folder, bytes);
  people.deaths_source = names.source(at);
  for (const TableRow& row : table.rows()) {
    if (row.sex < 0) return table.fail("không có cột “sex”", "there is no column “sex”");
    for (int age = row.ages.low; age <= row.ages.high; ++age) {
      const size_t cell = size_t{kAges} * static_cast<size_t>(row.sex) + static_cast<size_t>(age);
      const auto product = static_cast<Wide>(people.living[cell]) * row.value;
      people.dead[cell] = static_cast<uint64_t>(product / kBillion);
    }
  }
}

void read_births(const Cursor& at, Names& names, const std::string& folder, std::string& bytes) {
  People& people = names.model().people;
  const Table table(at, folder, bytes);
  people.births_source = names.source(at);
  people.mother_age.assign(kAges, 0);
  for (const TableRow& row : table.rows()) {
    people.birth_groups.push_back(row.ages);
    people.birth_group_parts.push_back(static_cast<uint64_t>(row.value));
  }
  // Within a group along a line, as between its neighbours; outside all groups there are no births.
  for (const TableRow& row : table.rows()) {
    const int64_t years = row.ages.high - row.ages.low + 1;
    const auto mean_of = [&](int age) {
      for (const TableRow& other : table.rows()) {
        if (age < other.ages.low || age > other.ages.high) continue;
        return other.value / (other.ages.high - other.ages.low + 1);
      }
      return int64_t{0};
    };
    const int64_t mean = row.value / years;
    const int64_t slope = (mean_of(row.ages.high + 1) - mean_of(row.ages.low - 1)) / (2 * years);
    const int64_t bounded = std::clamp(slope, -mean / years, mean / years);
    for (int64_t k = 0; k < years; ++k) {
      people.mother_age[static_cast<size_t>(row.ages.low + k)] =
          static_cast<uint64_t>(mean + bounded * (2 * k - years + 1) / 2);
    }
  }
  if (std::ranges::all_of(people.mother_age, [](uint64_t weight) { return weight == 0; })) {
    table.fail("không có lần sinh nào", "there are no births in it");
  }
}

ByValue by_age(const Cursor& at, const Names& names, TraitId trait) {
  return names.factor(at, trait, 0, 100).by;
}

void read_households(const Cursor& at, Names& names) {
  at.only({"partnered_percent", "man_older_years", "with_parents_percent", "with_children_percent",
           "lone_mother_percent"});
  HouseholdRules& rules = names.model().households;
  rules.partnered_percent = by_age(at.at("partnered_percent"), names, kAge);
  rules.man_older_years = at.at("man_older_years").quantiles(-30, 50);
  rules.with_parents_percent = by_age(at.at("with_parents_percent"), names, kAge);
  rules.with_children_percent = by_age(at.at("with_children_percent"), names, kAge);
  rules.lone_mother_percent = static_cast<uint32_t>(at.at("lone_mother_percent").whole(0, 100));
}

// The fact of an entity with a type; kNoId and a fault if there is none.
law::FactId fact_of(const Cursor& at, const law::Program& program, law::EntityId entity,
                    law::Base base) {
  const std::string name = at.text();
  std::vector<std::string> known;
  for (const law::FactId id : program.entities[entity].facts) {
    const law::FactInfo& info = program.facts[id];
    if (info.type.base != base) continue;
    if (info.name == name) return id;
    known.push_back(info.name);
  }
  at.fail_name("dữ kiện", "fact", program.entities[entity].name + "." + name, known);
  return law::kNoId;
}

}  // namespace

void read_people(const Cursor& root, Names& names, const std::string& folder,
                 std::string& all_bytes) {
  Model& model = names.model();
  const law::Program& program = *model.program;
  const Cursor at = root.at("people");
  at.only({"entity", "sex", "female", "male", "birth", "death", "ages", "deaths", "mothers"});
  const Cursor entity = at.at("entity");
  const std::string name = entity.text();
  std::vector<std::string> known;
  for (law::EntityId id = 0; id < program.entities.size(); ++id) {
    if (program.entities[id].parent != program.root_entity) continue;
    known.push_back(program.entities[id].name);
    if (known.back() == name) model.people.entity = id;
  }
  if (model.people.entity == law::kNoId) {
    entity.fail_name("đối tượng dưới " + program.entities[program.root_entity].name,
                     "entity below " + program.entities[program.root_entity].name, name, known);
    return;
  }
  People& people = model.people;
  people.sex = fact_of(at.at("sex"), program, people.entity, law::Base::kEnum);
  people.birth = fact_of(at.at("birth"), program, people.entity, law::Base::kDate);
  if (const auto death = at.find("death")) {
    people.death = fact_of(*death, program, people.entity, law::Base::kDate);
  }
  if (at.has_fault()) return;
  const law::EnumInfo& sexes = program.enums[program.facts[people.sex].type.enumeration];
  for (const auto& [key, member] : {std::pair("female", &people.female), {"male", &people.male}}) {
    const Cursor here = at.at(key);
    const auto found = std::ranges::find(sexes.members, here.text());
    if (found == sexes.members.end()) {
      here.fail_name("giá trị", "member", here.text(), sexes.members);
      return;
    }
    *member = found - sexes.members.begin();
  }
  people.dead.assign(size_t{2} * kAges, 0);
  read_ages(at.at("ages"), names, folder, all_bytes);
  if (const auto deaths = at.find("deaths"); deaths && !at.has_fault()) {
    read_deaths(*deaths, names, folder, all_bytes);
  }
  for (const uint64_t persons : people.dead) people.dead_total += persons;
  read_births(at.at("mothers"), names, folder, all_bytes);
  read_households(root.at("households"), names);
}

}  // namespace ansinh::lab
