// The model of a population: what is drawn, in which order, and which fact of the law receives it.
// A JSON file beside the law, with tables in CSV (docs/population.md describes both).
//
// A model knows *units* (the law's root entity, called household here, and its people), *traits*
// (a small enumeration of each unit: age, sex, the province, the kind of work), *amounts* (whole
// numbers: money, dates) and *steps*, which draw one trait or amount after another. Facts and rows
// of lists are filled from them at the end. Figures to be met are *targets*; steps take their
// numbers from them, and all are measured on the finished people.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/base.h"
#include "law/program.h"

namespace ansinh::lab {

enum class Unit : uint8_t { kHousehold, kPerson };

using TraitId = uint32_t;
using AmountId = uint32_t;
inline constexpr uint32_t kNone = UINT32_MAX;
inline constexpr size_t kTraitValuesMax = 128;
inline constexpr int kAgeMax = 120;  // in completed years
inline constexpr int kAges = kAgeMax + 1;
inline constexpr int kYearLeast = 1950, kYearMost = 2300;  // of the date of a population
inline constexpr int64_t kNoAmount = INT64_MIN;
inline constexpr int64_t kSaidNone = INT64_MIN + 1;  // of a fact: known not to exist

// Traits that every model has; those with numbers have the numbers as names.
enum BuiltInTrait : TraitId {  // NOLINT(performance-enum-size): they are TraitIds
  kAge,
  kSex,            // female, male
  kLiving,         // alive, dead: died within the year before the date
  kPartnered,      // no, yes
  kInfants,        // own children in the household born within the year, the dead included
  kOlderChildren,  // own living children in the household beyond those
  kYoungChildren,  // own living children in the household below three years
  kLoneChildren,   // own living children in the household below sixteen, raised without a partner
  kPartnerInfants,
  kSize,  // of the household, the dead included
  kBuiltInTraits
};
// Amounts that every model has; dates are days since 1970-01-01.
enum BuiltInAmount : AmountId {  // NOLINT(performance-enum-size): they are AmountIds
  kOn,                           // the date of the population
  kBirth,                        // date
  kDeath,                        // date; none of the living
  kInfantBirth,
  kPartnerInfantBirth,
  kBuiltInAmounts
};

struct TraitInfo {
  std::string name;
  Unit unit = Unit::kPerson;
  std::vector<std::string> values;
  bool is_number = false;  // values are "0", "1", …
};
struct AmountInfo {
  std::string name;
  Unit unit = Unit::kPerson;
};

using ByValue = std::array<uint16_t, kTraitValuesMax>;

// Units of which each of these traits has one of the values marked.
struct Condition {
  struct Part {
    TraitId trait = 0;
    std::array<uint8_t, kTraitValuesMax> holds{};
  };
  std::vector<Part> parts;
};
struct Factor {
  TraitId trait = 0;
  ByValue by{};  // 0 … kFactorMax
};
inline constexpr uint16_t kFactorMax = 1000;
inline constexpr size_t kFactorsMax = 6;

// A distribution: values at evenly spaced ranks, a straight line between neighbours.
using Quantiles = std::vector<int64_t>;

enum class Trust : uint8_t { kPublished, kReported, kUnverified, kAssumed };
Text trust_text(Trust trust);

struct Source {
  std::string when, cite;
  Trust trust = Trust::kAssumed;
};

enum class Measure : uint8_t { kCount, kMean, kDistinct };

struct Target {
  std::string name;
  Text label;
  Unit unit = Unit::kPerson;
  Measure measure = Measure::kCount;
  Condition among;
  AmountId amount = kNone;  // kMean, kDistinct
  uint64_t figure = 0;      // units, or the mean
  uint64_t per = 0;         // otherwise: living people (all households) of the nation of the figure
  bool per_people = false;  // households: `per` counts people all the same
  Source source;
};

// ---- Steps -------------------------------------------------------------------------------------

// Gives some of the units a value of a trait.
struct Pick {
  enum class Size : uint8_t { kAll, kShare, kTarget };
  Unit unit = Unit::kPerson;
  TraitId trait = 0;
  uint8_t value = 0;
  Condition among;
  Size size = Size::kAll;
  uint64_t part = 0, whole = 1;  // kShare: of those among; kTarget: of all
  bool counts_people = false;    // households: the number is of their people
  uint32_t fill = kNone;         // kTarget: less those who meet this target already
  std::vector<Factor> weights;
};
// Gives each unit one of the values of a trait.
struct Choose {
  Unit unit = Unit::kPerson;
  TraitId trait = 0;
  Condition among;
  TraitId by = kNone;
  std::vector<std::vector<uint64_t>> up_to;  // by value of `by`: cumulated weights
  bool is_even = false;  // in the order of the units, each value its exact share of the people
};
// Draws an amount, or a date so many days from another.
struct Draw {
  Unit unit = Unit::kPerson;
  AmountId amount = 0;
  Condition among;
  TraitId by = kNone;
  std::vector<Quantiles> quantiles;  // by value of `by`, else one
  std::vector<Factor> percent;       // the amount times these, in percent
  AmountId from = kNone;             // a date: added to this one
  bool is_before = false;            // or taken from it
  bool is_month_end = false;         // and moved to the last day of its month
  int64_t round_to = 1;
  // Means to be met: amounts of those whom a target counts are multiplied by its millionths, which
  // load_model finds (calibrate).
  std::vector<uint32_t> targets;
  std::vector<uint64_t> millionths;
};
// Adds up amounts of the people of a household, for each of its members.
struct PerHead {
  AmountId amount = 0;
  std::vector<AmountId> people;  // of the living
  AmountId household = kNone;    // an amount per head, added
};
// Divides units by an amount into groups of one size, the least first.
struct Rank {
  Unit unit = Unit::kPerson;
  TraitId trait = 0;
  AmountId amount = 0;
};
// Gives the units among, in groups of very different sizes, the number of their group.
struct Group {
  AmountId amount = 0;
  Condition among;
  uint64_t part = 0, whole = 1;  // groups for the people of the nation
};
// Gives a person the value that another trait has of the partner; the first if there is none.
struct Copy {
  TraitId trait = 0, of_partner = 0;
};
using Step = std::variant<Pick, Choose, Draw, PerHead, Rank, Group, Copy>;

// ---- What is written ---------------------------------------------------------------------------

enum class From : uint8_t { kTrait, kAmount, kConstant, kLevel, kScaled };

struct FactSource {
  law::FactId fact = law::kNoId;
  Condition when;
  From from = From::kConstant;
  TraitId trait = 0;
  std::array<int64_t, kTraitValuesMax> stored{};  // kTrait: by value; kNoAmount: not given
  AmountId amount = 0;
  int64_t constant = 0;
  bool is_month = false;          // kAmount: the month of the date
  int64_t otherwise = kNoAmount;  // kAmount: for those who have none
  bool of_relative = false;       // read of the relative for whom the row is
  std::string prefix;             // texts: before the number
};

// Rows that follow one another from the end of a working life back to its beginning.
struct Career {
  TraitId by = kNone;
  std::vector<Quantiles> months;  // of all rows together, by value of `by`, else one
  int64_t age_least = 0;          // in months, when it begins
  AmountId end = kNone;           // a date in the last month; kNone: ongoing
  Quantiles row_months;
  Quantiles job_months, gap_months;  // a gap after each job; empty: none
  AmountId level = 0;                // at the end of the population, e.g. the wage
  int64_t step = 0, step_months = 1, level_least = 0;  // lower by a step for each so many months
  struct Index {
    int32_t month = 0;  // from this month since 1970-01 on
    int64_t value = 0;
  };
  std::vector<Index> index;  // ascending
  int64_t index_unit = 1;    // scaled = level × index / unit
  int64_t round_to = 1;
};

struct ListSource;

// For whom of the household a row is made: one for each of them that lives.
enum class Relative : uint8_t { kNobody, kPartner, kChild, kParent };

struct RowSource {
  Condition when;
  Relative each = Relative::kNobody;
  Condition relative;  // and for whom of them
  std::array<bool, 8>
      weekdays{};  // dates: a row for each such day (1 Monday …) from `from` to `to`
  bool has_weekdays = false;
  AmountId from = kNone, to = kNone;  // dates; `to` kNone: ongoing; of lists with periods
  std::optional<Career> career;
  std::vector<FactSource> facts;
  std::vector<ListSource> lists;  // below each of these rows
};
struct ListSource {
  law::ListId list = law::kNoId;
  Unit parent = Unit::kPerson;
  std::vector<RowSource> rows;
};

// ---- The whole ---------------------------------------------------------------------------------

// Ages in completed years by sex: index sex × (kAgeMax + 1) + age.
using AgeSex = std::vector<uint64_t>;

struct AgeGroup {
  int low = 0, high = kAgeMax;
};

struct People {
  law::EntityId entity = law::kNoId;
  law::FactId sex = law::kNoId, birth = law::kNoId, death = law::kNoId;  // death may be kNoId
  int64_t female = 0, male = 1;                                          // members of the fact
  AgeSex living, dead;  // the weights, in thousandths of a person
  uint64_t living_total = 0, dead_total = 0;
  std::vector<AgeGroup> age_groups, birth_groups;
  std::vector<uint64_t> age_group_persons;  // by sex, then group
  std::vector<uint64_t> birth_group_parts;  // by group, billionths
  std::vector<uint64_t> mother_age;         // weights by completed age at birth
  Source ages_source, deaths_source, births_source;
};

struct HouseholdRules {
  ByValue partnered_percent{};      // of women, by age
  Quantiles man_older_years;        // than his partner
  ByValue with_parents_percent{};   // of adults without a partner, by age
  ByValue with_children_percent{};  // of couples and others who live alone, by the age of the older
  uint32_t lone_mother_percent = 0;  // of children
};

struct Model {
  Text title;
  std::string path;
  std::string digest;  // SHA-256 of the model's file and its tables
  Date on;
  const law::Program* program = nullptr;
  People people;
  HouseholdRules households;
  std::vector<TraitInfo> traits;
  std::vector<AmountInfo> amounts;
  std::vector<Target> targets;
  std::vector<Step> steps;
  std::vector<FactSource> facts;  // of households and people
  std::vector<law::ListId>
      given;  // lists that are known of everybody, also where there are no rows
  std::vector<ListSource> lists;
  std::vector<int64_t> scales;  // by FactId: that of the column
};

// Finds the millionths of draws that have targets, on a few blocks made for it.
void calibrate(Model& model);

// The model in a file, or in `model.json` of a folder, for the law of `program`, which must outlive
// it. `sources` receives the texts that spans of errors point into. Errors: "cannot-read", those of
// JSON, and "model-…".
std::expected<Model, Diagnostic> load_model(const std::string& path, const law::Program& program,
                                            Sources& sources);

}  // namespace ansinh::lab
