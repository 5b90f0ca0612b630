// What the checker claims, against enumeration: cases overlap or leave gaps exactly where some
// assignment says so.
#include "law/check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "law/dice_test_support.h"

namespace ansinh::law {
namespace {

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

}  // namespace
}  // namespace ansinh::law
