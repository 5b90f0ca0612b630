// What the checker claims, against enumeration: ranges hold every result, cases overlap or leave
// gaps exactly where some assignment says so, and values come back from their notation.
#include "law/check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "law/parse.h"
#include "law/ranges.h"
#include "law/types.h"

namespace ansinh::law {
namespace {

constexpr unsigned kSeed = 20'260'101;

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  int64_t roll(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine_);
  }
  bool coin() { return roll(0, 1) == 1; }

 private:
  std::mt19937_64 engine_;
};

// ---- ranges ------------------------------------------------------------------------------------

// A range of few values, all multiples of its measure.
Range small_range(Dice& dice) {
  const Rational measure(dice.roll(1, 3), dice.roll(1, 3));
  const int64_t low = dice.roll(-6, 4);
  const int64_t high = low + dice.roll(0, 6);
  return {Rational(low) * measure, Rational(high) * measure, measure};
}

std::vector<Rational> values_of(const Range& range) {
  std::vector<Rational> values;
  for (Rational v = *range.low; v <= *range.high; v += *range.measure) values.push_back(v);
  return values;
}

bool holds_value(const Range& range, const Rational& value) {
  if (range.low && value < *range.low) return false;
  if (range.high && *range.high < value) return false;
  if (!range.measure) return true;
  return range.measure->is_zero() ? value.is_zero() : (value / *range.measure).is_integer();
}

TEST(Ranges, HoldEveryResultOfArithmetic) {
  Dice dice(kSeed);
  for (int round = 0; round < 2000; ++round) {
    const Range a = small_range(dice);
    const Range b = small_range(dice);
    const Range sum = added(a, b);
    const Range product = multiplied(a, b);
    const Range both = united(a, b);
    const Range opposite = negated(a);
    const auto quotient = divided(a, b);
    for (const Rational& x : values_of(a)) {
      ASSERT_TRUE(holds_value(opposite, -x));
      ASSERT_TRUE(holds_value(both, x));
      for (const Rational& y : values_of(b)) {
        ASSERT_TRUE(holds_value(both, y));
        ASSERT_TRUE(holds_value(sum, x + y)) << x.to_string() << " + " << y.to_string();
        ASSERT_TRUE(holds_value(product, x * y)) << x.to_string() << " * " << y.to_string();
        if (!quotient) continue;
        ASSERT_FALSE(y.is_zero());
        ASSERT_TRUE(holds_value(*quotient, x / y)) << x.to_string() << " / " << y.to_string();
      }
    }
  }
}

TEST(Ranges, RefuseDivisorsThatMayBeZeroAndNoOthers) {
  Dice dice(kSeed + 1);
  for (int round = 0; round < 2000; ++round) {
    const Range a = small_range(dice);
    const Range b = small_range(dice);
    const auto values = values_of(b);
    const bool zero =
        std::any_of(values.begin(), values.end(), [](const Rational& y) { return y.is_zero(); });
    ASSERT_EQ(divided(a, b).has_value(), !zero);
  }
}

TEST(Ranges, ConstraintsKeepExactlyWhatFits) {
  Dice dice(kSeed + 2);
  for (int round = 0; round < 2000; ++round) {
    const Range a = small_range(dice);
    const Rational bound(dice.roll(-12, 12), dice.roll(1, 4));
    const bool strict = dice.coin();
    const Range under = below(a, bound, strict);
    const Range over = above(a, bound, strict);
    for (const Rational& x : values_of(a)) {
      ASSERT_EQ(holds_value(under, x), strict ? x < bound : x <= bound);
      ASSERT_EQ(holds_value(over, x), strict ? bound < x : bound <= x);
    }
  }
}

TEST(Ranges, OfAnyRealKeepTheirBounds) {
  const Range any{Rational(-5), Rational(5), std::nullopt};
  EXPECT_EQ(*below(any, Rational(1, 3), true).high, Rational(1, 3));
  EXPECT_EQ(*above(any, Rational(1, 3), true).low, Rational(1, 3));
  EXPECT_FALSE(divided(any, any).has_value());
  EXPECT_FALSE(divided(Range{}, Range{}).has_value());
  EXPECT_FALSE(multiplied(Range{}, any).low.has_value());
}

// Below, at or above each bound.
std::vector<int> cell_of(const Rational& value, const std::vector<Rational>& bounds) {
  std::vector<int> cell;
  for (const Rational& bound : bounds) cell.push_back(value < bound ? -1 : bound < value ? 1 : 0);
  return cell;
}

TEST(Ranges, ProbePointsStandForEveryCell) {
  Dice dice(kSeed + 3);
  for (int round = 0; round < 3000; ++round) {
    const Range range = small_range(dice);
    std::vector<Rational> bounds;
    for (int64_t i = dice.roll(0, 4); i > 0; --i)
      bounds.push_back(Rational(dice.roll(-20, 20), dice.roll(1, 3)));
    std::vector<std::vector<int>> cells;
    for (const Rational& point : probe_points(range, bounds)) {
      ASSERT_TRUE(holds_value(range, point)) << point.to_string();
      cells.push_back(cell_of(point, bounds));
    }
    for (const Rational& value : values_of(range)) {
      const auto cell = cell_of(value, bounds);
      ASSERT_NE(std::find(cells.begin(), cells.end(), cell), cells.end()) << value.to_string();
    }
  }
}

TEST(Ranges, ProbePointsOfAnyRealStandForEveryCell) {
  Dice dice(kSeed + 4);
  for (int round = 0; round < 2000; ++round) {
    const int64_t low = dice.roll(-6, 6);
    const Range range{Rational(low), Rational(low + dice.roll(0, 6)), std::nullopt};
    std::vector<Rational> bounds;
    for (int64_t i = dice.roll(0, 4); i > 0; --i) bounds.emplace_back(dice.roll(-8, 14));
    std::vector<std::vector<int>> cells;
    for (const Rational& point : probe_points(range, bounds)) {
      ASSERT_TRUE(holds_value(range, point)) << point.to_string();
      cells.push_back(cell_of(point, bounds));
    }
    for (Rational value = *range.low; value <= *range.high; value += Rational(1, 4)) {
      const auto cell = cell_of(value, bounds);
      ASSERT_NE(std::find(cells.begin(), cells.end(), cell), cells.end()) << value.to_string();
    }
  }
}

// ---- cases -------------------------------------------------------------------------------------

constexpr const char* kFrame = R"(currency VND "đồng" "đồng" in steps of 1

entity Person "Người" "Person"
  fact a : count "a" "a" range 0 .. 4
  fact b : count "b" "b" range 1 .. 3
  fact s : x "x" "x" | y "y" "y" | z "z" "z" "s" "s"
  fact f : yes/no "f" "f"
)";

struct Person {
  int64_t a = 0, b = 0;
  int s = 0;
  bool f = false;
};

std::vector<Person> everybody() {
  std::vector<Person> all;
  for (int64_t a = 0; a <= 4; ++a)
    for (int64_t b = 1; b <= 3; ++b)
      for (int s = 0; s < 3; ++s)
        for (const bool f : {false, true}) all.push_back({a, b, s, f});
  return all;
}

// A condition as text, and whom it holds for; `constant` if a part of it holds for all or for none.
struct Condition {
  std::string text;
  std::vector<bool> holds;
  bool constant = false;
  bool low = false,
       high = false;  // a bound of `a`: both together are one range, as in `a in 0 .. 3`
};

Condition leaf(Dice& dice) {
  static const std::vector<Person> kAll = everybody();
  Condition made;
  const auto add = [&](std::string text, auto&& test) {
    made.text = std::move(text);
    for (const Person& p : kAll) made.holds.push_back(test(p));
  };
  const int64_t k = dice.roll(0, 4);
  const int64_t m = k + dice.roll(0, 2);
  const int s = static_cast<int>(dice.roll(0, 2));
  const std::string member = std::string(1, static_cast<char>('x' + s));
  switch (dice.roll(0, 8)) {
    case 0:
      add("a < " + std::to_string(k), [&](const Person& p) { return p.a < k; });
      break;
    case 1:
      add("a >= " + std::to_string(k), [&](const Person& p) { return p.a >= k; });
      break;
    case 2:
      add("a = " + std::to_string(k), [&](const Person& p) { return p.a == k; });
      break;
    case 3:
      add("b != " + std::to_string(k), [&](const Person& p) { return p.b != k; });
      break;
    case 4:
      add("a in " + std::to_string(k) + " .. " + std::to_string(m),
          [&](const Person& p) { return k <= p.a && p.a <= m; });
      break;
    case 5:
      add("b <= " + std::to_string(k), [&](const Person& p) { return p.b <= k; });
      break;
    case 6:
      add("s is " + member, [&](const Person& p) { return p.s == s; });
      break;
    case 7:
      add("f", [&](const Person& p) { return p.f; });
      break;
    default:
      add("a < b", [&](const Person& p) { return p.a < p.b; });
      break;
  }
  return made;
}

bool is_constant(const std::vector<bool>& holds) {
  return std::all_of(holds.begin(), holds.end(), [&](bool one) { return one == holds[0]; });
}

Condition random_condition(Dice& dice, int depth) {
  if (depth == 0 || dice.roll(0, 2) == 0) {
    Condition made = leaf(dice);
    made.constant = is_constant(made.holds);
    made.low = made.text.starts_with("a >= ");
    made.high = made.text.starts_with("a < ");
    return made;
  }
  Condition made = random_condition(dice, depth - 1);
  const int64_t form = dice.roll(0, 4);
  if (form == 0) {
    made.text = "not (" + made.text + ")";
    made.holds.flip();
    made.low = made.high = false;
    return made;
  }
  const Condition other = random_condition(dice, depth - 1);
  const bool all = form <= 2;
  made.text = "(" + made.text + ") " + (all ? "and" : "or") + " (" + other.text + ")";
  for (size_t i = 0; i < made.holds.size(); ++i)
    made.holds[i] = all ? made.holds[i] && other.holds[i] : made.holds[i] || other.holds[i];
  const bool range = all && made.low && other.high;
  made.constant = (!range && (made.constant || other.constant)) || is_constant(made.holds);
  made.low = made.high = false;
  return made;
}

Diagnostics diagnostics_of(const std::string& items) {
  Diagnostics found;
  check({{"test.md", "```luat\n" + std::string(kFrame) + "\n" + items + "```\n"}},
        {Date::of(2026, 1, 1)}, found);
  return found;
}

bool has(const Diagnostics& diagnostics, std::string_view code) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [&](const Diagnostic& one) { return one.code.starts_with(code); });
}

const Diagnostic* find(const Diagnostics& diagnostics, std::string_view code) {
  for (const Diagnostic& one : diagnostics)
    if (one.code == code) return &one;
  return nullptr;
}

// Whom the words "a = 1, s is x, f: yes, a < b" describe.
std::vector<size_t> described(std::string words) {
  const std::vector<Person> all = everybody();
  std::vector<size_t> found;
  std::vector<std::string> parts;
  while (!words.empty()) {
    const size_t end = std::min(words.find(", "), words.size());
    parts.push_back(words.substr(0, end));
    words.erase(0, end + 2);
  }
  for (size_t i = 0; i < all.size(); ++i) {
    const Person& p = all[i];
    const std::map<std::string, bool> facts = {
        {"s is " + std::string(1, static_cast<char>('x' + p.s)), true},
        {"a = " + std::to_string(p.a), true},
        {"b = " + std::to_string(p.b), true},
        {std::string("f: ") + (p.f ? "yes" : "no"), true},
        {"a < b", p.a < p.b},
        {"a = b", p.a == p.b},
        {"a > b", p.a > p.b},
        {"b < a", p.b < p.a},
        {"b = a", p.b == p.a},
        {"b > a", p.b > p.a}};
    const bool fits = std::all_of(parts.begin(), parts.end(), [&](const std::string& part) {
      const auto fact = facts.find(part);
      return fact != facts.end() && fact->second;
    });
    if (fits) found.push_back(i);
  }
  return found;
}

TEST(Cases, OverlapAndLeaveGapsExactlyWhereSomebodySaysSo) {
  Dice dice(kSeed + 5);
  for (int round = 0; round < 1500; ++round) {
    std::vector<Condition> cases;
    for (int64_t i = dice.roll(2, 3); i > 0; --i) cases.push_back(random_condition(dice, 2));
    std::string items = "define r of Person : count \"r\" \"r\"  cite 1\n";
    for (const Condition& one : cases) items += "  when " + one.text + ": 1\n";
    const Diagnostics found = diagnostics_of(items);
    const size_t people = cases[0].holds.size();
    bool overlap = false;
    bool gap = false;
    bool constant = false;
    for (const Condition& one : cases) constant = constant || one.constant;
    for (size_t p = 0; p < people; ++p) {
      int64_t holding = 0;
      for (const Condition& one : cases) holding += one.holds[p];
      overlap = overlap || holding > 1;
      gap = gap || holding == 0;
    }
    ASSERT_EQ(has(found, "cases-overlap"), overlap) << items;
    ASSERT_EQ(has(found, "cases-gap"), gap && !overlap) << items;
    ASSERT_EQ(has(found, "always-"), constant) << items;
    if (const Diagnostic* one = find(found, "cases-overlap")) {
      const std::string& words = one->message.en;
      const auto people_meant = described(words.substr(words.find(": ") + 2));
      ASSERT_FALSE(people_meant.empty()) << items << words;
      for (const size_t p : people_meant) {
        int64_t holding = 0;
        for (const Condition& each : cases) holding += each.holds[p];
        ASSERT_GT(holding, 1) << items << words;
      }
    }
    if (const Diagnostic* one = find(found, "cases-gap")) {
      const std::string& words = one->message.en;
      const auto people_meant = described(words.substr(words.find("when ") + 5));
      ASSERT_FALSE(people_meant.empty()) << items << words;
      for (const size_t p : people_meant)
        for (const Condition& each : cases) ASSERT_FALSE(each.holds[p]) << items << words;
    }
  }
}

TEST(Cases, InOrderAreNeverReachedExactlyWhereNobodyIsLeft) {
  Dice dice(kSeed + 6);
  for (int round = 0; round < 1000; ++round) {
    std::vector<Condition> cases;
    for (int64_t i = dice.roll(2, 3); i > 0; --i) cases.push_back(random_condition(dice, 1));
    if (std::any_of(cases.begin(), cases.end(), [](const Condition& c) { return c.constant; }))
      continue;
    std::string items = "define r of Person : count \"r\" \"r\"  cite 1\n";
    std::vector<bool> left(cases[0].holds.size(), true);
    bool unreached = false;
    for (size_t i = 0; i < cases.size(); ++i) {
      items += (i == 0 ? "  when " : "  otherwise when ") + cases[i].text + ": 1\n";
      bool somebody = false;
      for (size_t p = 0; p < left.size(); ++p) {
        somebody = somebody || (left[p] && cases[i].holds[p]);
        left[p] = left[p] && !cases[i].holds[p];
      }
      unreached = unreached || !somebody;
    }
    unreached = unreached || std::none_of(left.begin(), left.end(), [](bool one) { return one; });
    items += "  otherwise 0\n";
    ASSERT_EQ(has(diagnostics_of(items), "never-reached"), unreached) << items;
  }
}

TEST(Exceptions, ThatBothApplyAreRefusedAndNoOthers) {
  Dice dice(kSeed + 7);
  for (int round = 0; round < 500; ++round) {
    const Condition one = random_condition(dice, 1);
    const Condition two = random_condition(dice, 1);
    bool both = false;
    for (size_t p = 0; p < one.holds.size(); ++p) both = both || (one.holds[p] && two.holds[p]);
    const std::string items =
        "define r of Person : count \"r\" \"r\"  cite 1\n  = 1\n"
        "exception first_one to r  cite 2\n  when " +
        one.text +
        ": 2\n"
        "exception second_one to r  cite 3\n  when " +
        two.text + ": 3\n";
    ASSERT_EQ(has(diagnostics_of(items), "exceptions-overlap"), both) << items;
  }
}

// ---- values ------------------------------------------------------------------------------------

constexpr const char* kTypes[] = {
    "yes/no",   "zone",       "count",       "number",     "ratio",      "VND",       "days",
    "months",   "years",      "date",        "month",      "text",       "VND/month", "VND/day",
    "VND/year", "ratio/year", "ratio/month", "days/month", "number/year"};

std::shared_ptr<const Program> program_of_types(std::vector<Type>& types) {
  std::string text =
      "```luat\ncurrency VND \"đồng\" \"dong\" in steps of 1\n"
      "enum zone \"Vùng\" \"Zone\" : I \"Vùng I\" \"Zone I\" | II \"Vùng II\" \"Zone II\"\n"
      "entity Person \"Người\" \"Person\"\n";
  int number = 0;
  for (const char* type : kTypes) {
    text += "  fact v" + std::to_string(number++) + " : " + type + " \"v\" \"v\"\n";
  }
  Diagnostics diagnostics;
  auto program = check({{"types.md", text + "```\n"}}, {Date::of(2026, 1, 1)}, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << diagnostics[0].message.en;
  for (const FactInfo& fact : program->facts) types.push_back(fact.type);
  return program;
}

// As a case and as a table cell would read it.
std::optional<Value> read_back(const std::string& written, const Type& type,
                               const Program& program) {
  const SourceFile source{"value.md", "```luat\nentity E \"e\" \"e\"\n  fact x : number presumed " +
                                          written + "\n```\n"};
  Diagnostics diagnostics;
  const File file = parse_file(source, 0, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << written << ": " << diagnostics[0].message.en;
  if (!diagnostics.empty()) return std::nullopt;
  for (const auto& part : file.parts) {
    if (const auto* block = std::get_if<Block>(&part)) {
      const auto& entity = std::get<EntityItem>(block->items.at(0).value);
      return literal_value(*entity.facts.at(0).presumed, type, program, diagnostics);
    }
  }
  return std::nullopt;
}

Value random_value(Dice& dice, const Type& type) {
  switch (type.base) {
    case Base::kYesNo:
      return dice.coin();
    case Base::kEnum:
      return static_cast<uint32_t>(dice.roll(0, 1));
    case Base::kDate:
      return Date{static_cast<int32_t>(dice.roll(-40'000, 80'000))};
    case Base::kMonth:
      return Month::of(Date{static_cast<int32_t>(dice.roll(-40'000, 80'000))});
    case Base::kText: {
      const std::string letters[] = {"a", "đ", " ", "\"", "\\", "\n", "|", "ệ", "1"};
      std::string text;
      for (int64_t i = dice.roll(0, 8); i > 0; --i)
        text += letters[static_cast<size_t>(dice.roll(0, 8))];
      return text;
    }
    default:
      break;
  }
  const int64_t most = dice.coin() ? 50 : 5'000'000'000;
  const Rational whole(dice.roll(-most, most));
  if (type.shown == Shown::kCount) return whole;
  if (type.shown == Shown::kYears && type.per == Per::kNone && dice.coin()) return whole;  // months
  const Rational decimal = whole / Rational(dice.coin() ? 1 : 100);
  return decimal * shown_scale(type);
}

TEST(Values, ComeBackFromTheirNotation) {
  std::vector<Type> types;
  const auto program = program_of_types(types);
  ASSERT_EQ(types.size(), std::size(kTypes));
  Dice dice(kSeed + 8);
  for (size_t t = 0; t < types.size(); ++t) {
    EXPECT_EQ(write(types[t], *program), kTypes[t]);
    for (int round = 0; round < 200; ++round) {
      const Value value = random_value(dice, types[t]);
      const std::string written = write(value, types[t], *program);
      const auto back = read_back(written, types[t], *program);
      ASSERT_TRUE(back.has_value()) << kTypes[t] << ": " << written;
      ASSERT_EQ(*back, value) << kTypes[t] << ": " << written;
      if (!written.starts_with("\"\"")) {
        EXPECT_FALSE(show(value, types[t], *program, Language::kVietnamese).empty()) << written;
        EXPECT_FALSE(show(value, types[t], *program, Language::kEnglish).empty()) << written;
      }
    }
  }
}

TEST(Values, AreShownAsPeopleWriteThem) {
  std::vector<Type> types;
  const auto program = program_of_types(types);
  const auto type = [&](std::string_view name) {
    for (size_t t = 0; t < types.size(); ++t)
      if (name == kTypes[t]) return types[t];
    return Type{};
  };
  const auto both = [&](const Value& value, std::string_view of) {
    return show(value, type(of), *program, Language::kVietnamese) + " | " +
           show(value, type(of), *program, Language::kEnglish);
  };
  EXPECT_EQ(both(Value{Rational(2'340'000)}, "VND/month"),
            "2.340.000 đồng/tháng | 2,340,000 VND/month");
  EXPECT_EQ(both(Value{Rational(316)}, "years"), "26 năm 4 tháng | 26 years 4 months");
  EXPECT_EQ(both(Value{Rational(3, 4)}, "ratio"), "75 % | 75%");
  EXPECT_EQ(both(Value{Date::of(2025, 7, 1)}, "date"), "01/07/2025 | 2025-07-01");
  EXPECT_EQ(both(Value{Month::of(2025, 7)}, "month"), "07/2025 | 2025-07");
  EXPECT_EQ(both(Value{uint32_t{1}}, "zone"), "Vùng II | Zone II");
  EXPECT_EQ(both(Value{Rational(1)}, "days"), "1 ngày | 1 day");
  EXPECT_EQ(both(Value{}, "date"), "không có | none");
}

TEST(Values, OfAnotherTypeAreRefused) {
  std::vector<Type> types;
  const auto program = program_of_types(types);
  // What each type refuses.
  const std::multimap<std::string, std::string> wrong = {
      {"yes/no", "1"},         {"yes/no", "2025-07-01"}, {"zone", "III"},
      {"zone", "1"},           {"count", "1.5"},         {"count", "yes"},
      {"VND", "5 days"},       {"VND", "5 VND/month"},   {"VND/month", "5 %"},
      {"days", "1 month"},     {"months", "10 days"},    {"date", "2025-07"},
      {"month", "2025-07-01"}, {"years", "2025-07-01"},  {"ratio", "5 years"},
      {"text", "5"},           {"date", "none"}};
  for (const auto& [name, written] : wrong) {
    for (size_t t = 0; t < types.size(); ++t) {
      if (name != kTypes[t]) continue;
      EXPECT_FALSE(read_back(written, types[t], *program).has_value()) << name << ": " << written;
    }
  }
}

}  // namespace
}  // namespace ansinh::law
