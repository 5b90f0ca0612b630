#include "lab/model_reader.h"

#include <algorithm>

#include "base/text.h"

namespace ansinh::lab {

namespace {

const facts::JsonValue& nothing() {
  static const facts::JsonValue value;
  return value;
}

std::string in_quotes(std::string_view text) { return "“" + std::string(text) + "”"; }

// "0-14", "60+", "7": the least and the most, if it is such a text.
bool read_range(std::string_view text, int64_t& low, int64_t& high) {
  const auto digits = [&](std::string_view part, int64_t& out) {
    if (part.empty() || part.size() > 6) return false;
    out = 0;
    for (const char c : part) {
      if (c < '0' || c > '9') return false;
      out = out * 10 + (c - '0');
    }
    return true;
  };
  if (text.ends_with('+')) {
    high = INT32_MAX;
    return digits(text.substr(0, text.size() - 1), low);
  }
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) {
    const bool is_number = digits(text, low);
    high = low;
    return is_number;
  }
  return digits(text.substr(0, dash), low) && digits(text.substr(dash + 1), high) && low <= high;
}

}  // namespace

void Cursor::fail(std::string_view code, const Text& message, const Text& help) const {
  if (fault_->first) return;
  const std::string place = (path_.empty() ? "/" : path_) + ": ";
  fault_->first = Diagnostic{"model-" + std::string(code),
                             Severity::kError,
                             value_->span,
                             {place + message.vi, place + message.en},
                             help};
}

void Cursor::fail_name(std::string_view what_vi, std::string_view what_en, std::string_view name,
                       const std::vector<std::string>& known) const {
  // A name may stand with its entity before it; those known do not.
  const std::string near = nearest(name.substr(name.rfind('.') + 1), known);
  std::string all;
  for (const std::string& one : known) {
    if (all.size() > 200) {
      all += ", …";
      break;
    }
    all += (all.empty() ? "" : ", ") + one;
  }
  Text help{"các tên có ở đây: " + all, "the names here: " + all};
  if (!near.empty())
    help = {"có phải là " + in_quotes(near) + "?", "did you mean " + in_quotes(near) + "?"};
  fail("unknown-name",
       {"không có " + std::string(what_vi) + " " + in_quotes(name),
        "there is no " + std::string(what_en) + " " + in_quotes(name)},
       help);
}

Cursor Cursor::at(std::string_view key) const {
  if (auto found = find(key)) return *found;
  if (!has_fault()) {
    fail("missing", {"thiếu " + in_quotes(key), in_quotes(key) + " is missing"},
         {"thêm mục này (docs/population.md)", "add it (docs/population.md)"});
  }
  return {*fault_, nothing(), path_ + "/" + std::string(key)};
}

std::optional<Cursor> Cursor::find(std::string_view key) const {
  if (has_fault()) return std::nullopt;
  if (value_->kind != facts::JsonKind::kObject) {
    fail("form", {"phải là một đối tượng { }", "must be an object { }"},
         {"xem docs/population.md", "see docs/population.md"});
    return std::nullopt;
  }
  for (const facts::JsonMember& member : value_->members) {
    if (member.key == key) return Cursor(*fault_, member.value, path_ + "/" + member.key);
  }
  return std::nullopt;
}

void Cursor::only(std::initializer_list<std::string_view> keys) const {
  for (const facts::JsonMember& member : value_->members) {
    if (member.key == "note" || std::ranges::find(keys, member.key) != keys.end()) continue;
    std::vector<std::string> known(keys.begin(), keys.end());
    Cursor(*fault_, member.value, path_ + "/" + member.key)
        .fail_name("mục", "member", member.key, known);
  }
}

void Cursor::each_item(const std::function<void(const Cursor&)>& use) const {
  if (has_fault()) return;
  if (value_->kind != facts::JsonKind::kArray) {
    fail("form", {"phải là một danh sách [ ]", "must be a list [ ]"},
         {"xem docs/population.md", "see docs/population.md"});
    return;
  }
  for (size_t i = 0; i < value_->items.size() && !has_fault(); ++i) {
    use(Cursor(*fault_, value_->items[i], path_ + "/" + std::to_string(i)));
  }
}

void Cursor::each_member(
    const std::function<void(const std::string& key, const Cursor&)>& use) const {
  if (has_fault()) return;
  if (value_->kind != facts::JsonKind::kObject) {
    fail("form", {"phải là một đối tượng { }", "must be an object { }"},
         {"xem docs/population.md", "see docs/population.md"});
    return;
  }
  for (const facts::JsonMember& member : value_->members) {
    if (has_fault()) return;
    if (member.key != "note") {
      use(member.key, Cursor(*fault_, member.value, path_ + "/" + member.key));
    }
  }
}

std::string Cursor::text() const {
  if (has_fault()) return {};
  if (value_->kind == facts::JsonKind::kString) return value_->text;
  fail("form", {"phải là một chuỗi chữ", "must be a text"},
       {"viết trong dấu ngoặc kép", "write it in quotes"});
  return {};
}

bool Cursor::yes_no() const {
  if (has_fault()) return false;
  if (value_->kind == facts::JsonKind::kTrue) return true;
  if (value_->kind != facts::JsonKind::kFalse) {
    fail("form", {"phải là true hoặc false", "must be true or false"},
         {"viết không có dấu ngoặc kép", "write it without quotes"});
  }
  return false;
}

int64_t Cursor::whole(int64_t low, int64_t high) const {
  if (has_fault()) return low;
  int64_t number = 0;
  const auto parsed = value_->kind == facts::JsonKind::kNumber
                          ? Rational::parse(value_->text)
                          : std::unexpected(std::string("format"));
  if (parsed && parsed->to_int64(number) && number >= low && number <= high) return number;
  const std::string range = std::to_string(low) + " … " + std::to_string(high);
  fail("number", {"phải là số nguyên " + range, "must be a whole number " + range},
       {"viết bằng chữ số, không có dấu ngoặc kép", "write it in digits, without quotes"});
  return low;
}

int64_t Cursor::whole_or(std::string_view key, int64_t low, int64_t high, int64_t otherwise) const {
  const auto found = find(key);
  return found ? found->whole(low, high) : otherwise;
}

Rational Cursor::share() const {
  if (has_fault()) return {};
  if (value_->kind == facts::JsonKind::kString && value_->text.ends_with('%')) {
    const auto number =
        Rational::parse(std::string_view(value_->text).substr(0, value_->text.size() - 1));
    if (number && !number->is_negative() && *number <= Rational(100)) {
      return *number / Rational(100);
    }
  }
  fail("share",
       {"phải là tỷ lệ như \"12.5%\", từ 0% đến 100%",
        "must be a share such as \"12.5%\", from 0% to 100%"},
       {"viết trong dấu ngoặc kép, có dấu %", "write it in quotes, with %"});
  return {};
}

Text Cursor::label() const {
  only({"vi", "en"});
  return {at("vi").text(), at("en").text()};
}

Quantiles Cursor::quantiles(int64_t low, int64_t high) const {
  Quantiles all;
  if (value_->kind == facts::JsonKind::kNumber) return {whole(low, high)};
  each_item([&](const Cursor& item) { all.push_back(item.whole(low, high)); });
  if (!has_fault() && (all.empty() || !std::ranges::is_sorted(all))) {
    fail("quantiles",
         {"phải là các giá trị tăng dần, ít nhất một",
          "must be values in ascending order, at least one"},
         {"các phân vị cách đều nhau, từ thấp nhất đến cao nhất",
          "evenly spaced quantiles, from the least to the most"});
  }
  if (all.empty()) all.push_back(low);
  return all;
}

// ---- Names -------------------------------------------------------------------------------------

Unit Names::unit(const Cursor& at) const {
  const auto found = at.find("of");
  if (!found) return Unit::kPerson;
  const std::string text = found->text();
  if (text != "household" && text != "person") {
    found->fail_name("đơn vị", "unit", text, {"household", "person"});
  }
  return text == "household" ? Unit::kHousehold : Unit::kPerson;
}

TraitId Names::trait(const Cursor& at, Unit unit) const {
  const std::string name = at.text();
  std::vector<std::string> known;
  for (TraitId id = 0; id < model_.traits.size(); ++id) {
    const TraitInfo& info = model_.traits[id];
    if (unit == Unit::kHousehold && info.unit == Unit::kPerson) continue;
    if (info.name == name) return id;
    known.push_back(info.name);
  }
  at.fail_name("đặc điểm", "trait", name, known);
  return 0;
}

AmountId Names::amount(const Cursor& at, Unit unit) const {
  const std::string name = at.text();
  std::vector<std::string> known;
  for (AmountId id = 0; id < model_.amounts.size(); ++id) {
    const AmountInfo& info = model_.amounts[id];
    if (info.unit != unit && id != kOn) continue;
    if (info.name == name) return id;
    known.push_back(info.name);
  }
  at.fail_name("số lượng", "amount", name, known);
  return 0;
}

const Target* Names::target(const Cursor& at) const {
  const std::string name = at.text();
  std::vector<std::string> known;
  for (const Target& target : model_.targets) {
    if (target.name == name) return &target;
    known.push_back(target.name);
  }
  at.fail_name("chỉ tiêu", "target", name, known);
  return nullptr;
}

void Names::mark(const Cursor& at, TraitId trait, std::string_view text,
                 const std::function<void(size_t)>& use) const {
  const TraitInfo& info = model_.traits[trait];
  const auto size = static_cast<int64_t>(info.values.size());
  if (text.starts_with("not ")) {
    std::array<uint8_t, kTraitValuesMax> out{};
    mark(at, trait, text.substr(4), [&](size_t value) { out[value] = 1; });
    for (size_t value = 0; value < info.values.size(); ++value) {
      if (out[value] == 0) use(value);
    }
    return;
  }
  int64_t low = 0;
  int64_t high = 0;
  if (info.is_number && read_range(text, low, high) && low < size) {
    for (int64_t value = low; value <= std::min(high, size - 1); ++value) {
      use(static_cast<size_t>(value));
    }
    return;
  }
  const auto found = std::ranges::find(info.values, text);
  if (!info.is_number && found != info.values.end()) {
    use(static_cast<size_t>(found - info.values.begin()));
    return;
  }
  if (info.is_number) {
    const std::string most = std::to_string(size - 1);
    at.fail("value",
            {in_quotes(text) + " không phải giá trị của " + in_quotes(info.name),
             in_quotes(text) + " is no value of " + in_quotes(info.name)},
            {"viết như \"15-59\", \"60+\" hoặc \"7\", từ 0 đến " + most,
             "write it as \"15-59\", \"60+\" or \"7\", from 0 to " + most});
    return;
  }
  at.fail_name("giá trị", "value of " + in_quotes(info.name), text, info.values);
}

uint8_t Names::value(const Cursor& at, TraitId trait) const {
  size_t found = 0;
  mark(at, trait, at.text(), [&](size_t value) { found = value; });
  return static_cast<uint8_t>(found);
}

Condition Names::condition(const std::optional<Cursor>& at, Unit unit, bool living_only) const {
  Condition condition;
  bool says_living = unit == Unit::kHousehold || !living_only;
  if (at) {
    at->each_member([&](const std::string& key, const Cursor& member) {
      facts::JsonValue name;
      Condition::Part part;
      part.trait = kNone;
      std::vector<std::string> known;
      for (TraitId id = 0; id < model_.traits.size(); ++id) {
        if (unit == Unit::kHousehold && model_.traits[id].unit == Unit::kPerson) continue;
        known.push_back(model_.traits[id].name);
        if (known.back() == key) part.trait = id;
      }
      if (part.trait == kNone) {
        member.fail_name("đặc điểm", "trait", key, known);
        return;
      }
      const auto holds = [&](size_t value) { part.holds[value] = 1; };
      if (member.is(facts::JsonKind::kArray)) {
        member.each_item([&](const Cursor& item) { mark(item, part.trait, item.text(), holds); });
      } else {
        mark(member, part.trait, member.text(), holds);
      }
      says_living = says_living || part.trait == kLiving;
      condition.parts.push_back(part);
    });
  }
  if (!says_living) {
    Condition::Part part;
    part.trait = kLiving;
    part.holds[0] = 1;
    condition.parts.push_back(part);
  }
  return condition;
}

Factor Names::factor(const Cursor& at, TraitId trait, uint16_t otherwise, uint16_t most) const {
  Factor factor;
  factor.trait = trait;
  factor.by.fill(otherwise);
  at.each_member([&](const std::string& key, const Cursor& member) {
    const auto weight = static_cast<uint16_t>(member.whole(0, most));
    mark(member, trait, key, [&](size_t value) { factor.by[value] = weight; });
  });
  return factor;
}

std::vector<Factor> Names::factors(const std::optional<Cursor>& at, Unit unit, uint16_t otherwise,
                                   uint16_t most) const {
  std::vector<Factor> factors;
  if (!at) return factors;
  at->each_member([&](const std::string& key, const Cursor& member) {
    for (TraitId id = 0; id < model_.traits.size(); ++id) {
      const TraitInfo& info = model_.traits[id];
      if (info.name != key || (unit == Unit::kHousehold && info.unit == Unit::kPerson)) continue;
      factors.push_back(factor(member, id, otherwise, most));
      return;
    }
    std::vector<std::string> known;
    for (const TraitInfo& info : model_.traits) {
      if (unit == Unit::kPerson || info.unit == Unit::kHousehold) known.push_back(info.name);
    }
    member.fail_name("đặc điểm", "trait", key, known);
  });
  if (factors.size() > kFactorsMax) {
    at->fail("too-many", {"nhiều hơn 6 đặc điểm", "more than 6 traits"},
             {"bớt đi, hoặc chia thành hai bước", "take some out, or make two steps"});
    factors.resize(kFactorsMax);
  }
  return factors;
}

std::vector<Quantiles> Names::quantiles(const Cursor& at, Unit unit, TraitId& by, int64_t low,
                                        int64_t high) const {
  if (!at.is(facts::JsonKind::kObject)) return {at.quantiles(low, high)};
  at.only({"by", "of"});
  by = trait(at.at("by"), unit);
  std::vector<Quantiles> all(model_.traits[by].values.size());
  const Cursor table = at.at("of");
  table.each_member([&](const std::string& key, const Cursor& member) {
    const Quantiles quantiles = member.quantiles(low, high);
    mark(member, by, key, [&](size_t value) { all[value] = quantiles; });
  });
  return all;  // values without quantiles: nothing is drawn
}

Source Names::source(const Cursor& at) const {
  Source source;
  source.when = at.at("when").text();
  source.cite = at.at("source").text();
  const Cursor trust = at.at("trust");
  const std::vector<std::string> names = {"published", "reported", "unverified", "assumed"};
  const auto found = std::ranges::find(names, trust.text());
  if (found == names.end()) {
    trust.fail_name("mức tin cậy", "mark of trust", trust.text(), names);
  } else {
    source.trust = static_cast<Trust>(found - names.begin());
  }
  return source;
}

Text trust_text(Trust trust) {
  switch (trust) {
    case Trust::kPublished:
      return {"đã công bố", "published"};
    case Trust::kReported:
      return {"theo báo chí", "reported"};
    case Trust::kUnverified:
      return {"chưa kiểm chứng", "unverified"};
    case Trust::kAssumed:
      return {"giả định", "assumed"};
  }
  return {};
}

}  // namespace ansinh::lab
