// "facts", "given" and "lists" of a model: which fact of the law receives what.

#include <algorithm>

#include "facts/columns.h"
#include "facts/fact_range.h"
#include "facts/value_text.h"
#include "lab/model_reader.h"

namespace ansinh::lab {

namespace {

// "Person.work" or "Person.sex" taken apart.
std::pair<std::string, std::string> parts_of(const std::string& name) {
  const size_t dot = name.find('.');
  if (dot == std::string::npos) return {name, ""};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

class Outputs {
 public:
  explicit Outputs(Names& names)
      : names_(names),
        model_(names.model()),
        program_(*model_.program),
        is_filled_(program_.facts.size()) {}

  void read(const Cursor& root) {
    root.at("facts").each_member([&](const std::string& key, const Cursor& member) {
      const auto [entity_name, fact_name] = parts_of(key);
      const law::EntityId entity = unit_entity(member, entity_name);
      if (member.has_fault()) return;
      const law::FactId fact = fact_of(member, entity, fact_name);
      if (member.has_fault()) return;
      if (fact == model_.people.sex || fact == model_.people.birth || fact == model_.people.death) {
        member.fail("built-in", {"dữ kiện này do \"people\" ghi", "\"people\" writes this fact"},
                    {"bỏ mục này", "take it out"});
      }
      model_.facts.push_back(source(member, fact, unit_of(entity), nullptr));
    });
    if (const auto given = root.find("given")) {
      given->each_item([&](const Cursor& item) {
        const law::ListId list = list_of(item, item.text());
        if (list != law::kNoId) model_.given.push_back(list);
      });
    }
    if (const auto lists = root.find("lists")) {
      lists->each_item([&](const Cursor& item) { read_list(item); });
    }
  }

 private:
  Unit unit_of(law::EntityId entity) const {
    return entity == program_.root_entity ? Unit::kHousehold : Unit::kPerson;
  }

  law::EntityId unit_entity(const Cursor& at, const std::string& name) const {
    const std::vector<std::string> known = {program_.entities[program_.root_entity].name,
                                            program_.entities[model_.people.entity].name};
    if (name == known[0]) return program_.root_entity;
    if (name == known[1]) return model_.people.entity;
    at.fail_name("đối tượng", "entity", name, known);
    return law::kNoId;
  }

  law::FactId fact_of(const Cursor& at, law::EntityId entity, const std::string& name) const {
    std::vector<std::string> known;
    for (const law::FactId id : program_.entities[entity].facts) {
      known.push_back(program_.facts[id].name);
      if (known.back() == name) return id;
    }
    at.fail_name("dữ kiện", "fact", program_.entities[entity].name + "." + name, known);
    return law::kNoId;
  }

  // "Person.work" from the top; below a row, the name alone.
  law::ListId list_of(const Cursor& at, const std::string& path) const {
    const auto [entity_name, list_name] = parts_of(path);
    const law::EntityId entity = unit_entity(at, entity_name);
    return entity == law::kNoId ? law::kNoId : list_of(at, entity, list_name);
  }

  law::ListId list_of(const Cursor& at, law::EntityId entity, const std::string& name) const {
    std::vector<std::string> known;
    for (const law::ListId id : program_.entities[entity].lists) {
      if (program_.lists[id].child == model_.people.entity) continue;
      known.push_back(program_.lists[id].name);
      if (known.back() == name) return id;
    }
    at.fail_name("danh sách", "list", program_.entities[entity].name + "." + name, known);
    return law::kNoId;
  }

  // A value of the fact as its column stores it; widens the scale where it must.
  int64_t stored(const Cursor& at, law::FactId fact, const facts::JsonValue& json) {
    const law::FactInfo& info = program_.facts[fact];
    const auto value = facts::read_value(json, info.type, program_);
    if (!value) {
      at.fail("value", value.error().message, value.error().help);
      return 0;
    }
    return stored(at, fact, *value);
  }

  int64_t stored(const Cursor& at, law::FactId fact, const law::Value& value) {
    if (std::holds_alternative<std::monostate>(value)) return kSaidNone;
    if (const auto* yes = std::get_if<bool>(&value)) return *yes ? 1 : 0;
    if (const auto* member = std::get_if<uint32_t>(&value)) return *member;
    if (const auto* date = std::get_if<Date>(&value)) return date->days;
    if (const auto* month = std::get_if<Month>(&value)) return month->months;
    if (const auto* number = std::get_if<Rational>(&value)) {
      int64_t out = 0;
      const Rational scaled = *number * Rational(model_.scales[fact]);
      if (scaled.to_int64(out)) return out;
    }
    at.fail("value", {"giá trị này không dùng được ở đây", "this value cannot be used here"},
            {"số phải hợp với \"over\"", "a number must agree with \"over\""});
    return 0;
  }

  void check_range(const Cursor& at, law::FactId fact, int64_t value) const {
    const law::FactInfo& info = program_.facts[fact];
    const facts::StoredRange range = facts::stored_range(program_, info, model_.scales[fact]);
    if (value == kSaidNone || (value >= range.low && value <= range.high)) return;
    at.fail("range", {"ngoài phạm vi mà luật cho phép", "outside the range that the law allows"},
            {"xem khai báo của dữ kiện " + info.name, "see the declaration of " + info.name});
  }

  void read_trait(const Cursor& at, const Cursor& trait, FactSource& out, Unit unit) {
    out.from = From::kTrait;
    out.trait = names_.trait(trait, unit);
    out.stored.fill(kNoAmount);
    const TraitInfo& info = model_.traits[out.trait];
    if (const auto map = at.find("map")) {
      map->each_member([&](const std::string& key, const Cursor& member) {
        const int64_t value = stored(member, out.fact, member.json());
        if (!member.has_fault()) check_range(member, out.fact, value);
        names_.mark(member, out.trait, key, [&](size_t at_value) { out.stored[at_value] = value; });
      });
      return;
    }
    const law::Type& type = program_.facts[out.fact].type;
    for (size_t value = 0; value < info.values.size() && !at.has_fault(); ++value) {
      facts::JsonValue json;
      json.kind = facts::JsonKind::kString;
      json.text = info.values[value];
      if (info.is_number) json.kind = facts::JsonKind::kNumber;
      if (type.base == law::Base::kYesNo) {
        json.kind = json.text == "yes" ? facts::JsonKind::kTrue : facts::JsonKind::kFalse;
        if (json.text != "yes" && json.text != "no") json.kind = facts::JsonKind::kNull;
      }
      out.stored[value] = stored(trait, out.fact, json);
    }
  }

  FactSource source(const Cursor& at, law::FactId fact, Unit unit, const RowSource* row) {
    at.only(
        {"trait", "map", "amount", "value", "career", "text", "over", "else", "relative", "when"});
    FactSource out;
    out.fact = fact;
    const law::FactInfo& info = program_.facts[fact];
    const int64_t over = at.whole_or("over", 1, facts::FactColumn::kScaleMax, 1);
    if (is_filled_[fact] && model_.scales[fact] != over) {
      at.fail("over",
              {"“over” khác với chỗ khác ghi cùng dữ kiện",
               "another “over” than elsewhere for this fact"},
              {"ghi cùng một số", "write the same number"});
    }
    is_filled_[fact] = true;
    model_.scales[fact] = over;
    if (const auto relative = at.find("relative")) {
      out.of_relative = relative->yes_no();
      if (out.of_relative && (row == nullptr || row->each == Relative::kNobody)) {
        relative->fail("relative", {"dòng này không có \"each\"", "this row has no \"each\""},
                       {"thêm \"each\" hoặc bỏ mục này", "add \"each\", or take this out"});
      }
    }
    if (const auto when = at.find("when")) out.when = names_.condition(when, unit, false);
    const auto trait = at.find("trait");
    const auto amount = at.find("amount");
    const auto text = at.find("text");
    const auto part = at.find("career");
    const bool is_text = info.type.base == law::Base::kText;
    if (trait) {
      read_trait(at, *trait, out, unit);
    } else if (amount) {
      out.from = From::kAmount;
      out.amount = names_.amount(*amount, unit);
      out.is_month = info.type.base == law::Base::kMonth;
      if (text) out.prefix = text->text();
      if (const auto otherwise = at.find("else")) {
        out.otherwise = stored(*otherwise, fact, otherwise->json());
      }
      const bool fits = is_text == text.has_value() && info.type.base != law::Base::kEnum &&
                        info.type.base != law::Base::kYesNo;
      if (!fits) misfit(*amount, info);
    } else if (part) {
      const std::string name = part->text();
      if (row == nullptr || !row->career || (name != "level" && name != "scaled")) {
        part->fail_name("phần của \"career\"", "part of a career", name, {"level", "scaled"});
      }
      out.from = name == "level" ? From::kLevel : From::kScaled;
      if (info.type.base != law::Base::kNumber) misfit(*part, info);
    } else {
      const Cursor value = at.at("value");
      if (at.has_fault()) return out;
      out.constant = stored(value, fact, value.json());
      if (!at.has_fault()) check_range(value, fact, out.constant);
    }
    return out;
  }

  static void misfit(const Cursor& at, const law::FactInfo& info) {
    at.fail("type",
            {"dữ kiện " + info.name + " không nhận được loại này",
             "the fact " + info.name + " cannot receive this"},
            {"chữ cần \"amount\" và \"text\"; liệt kê cần \"trait\"",
             "texts need \"amount\" and \"text\"; enumerations need \"trait\""});
  }

  void read_list(const Cursor& at) {
    at.only({"list", "rows"});
    const Cursor name = at.at("list");
    const law::ListId list = list_of(name, name.text());
    if (list == law::kNoId) return;
    read_rows(at, list, unit_of(program_.lists[list].parent), model_.lists);
  }

  // The rows of a list, and the lists below them; of the unit at the top all the same.
  void read_rows(const Cursor& at, law::ListId id, Unit unit, std::vector<ListSource>& all) {
    const law::ListInfo& info = program_.lists[id];
    ListSource list;
    list.list = id;
    list.parent = unit;
    for (const ListSource& other : all) {
      if (other.list == id) {
        at.at("list").fail("twice", {"danh sách này đã có ở trên", "this list is above already"},
                           {"đặt mọi \"rows\" vào một chỗ", "put all its \"rows\" in one place"});
      }
    }
    at.at("rows").each_item([&](const Cursor& item) {
      item.only({"when", "each", "relative", "from", "to", "weekdays", "career", "facts", "lists"});
      RowSource row;
      // Below a row, of whom it speaks is settled: the dead may have survivors.
      row.when = names_.condition(item.find("when"), unit, &all == &model_.lists);
      read_relative(item, unit, row);
      read_period(item, info, unit, row);
      if (const auto facts = item.find("facts")) {
        facts->each_member([&](const std::string& key, const Cursor& member) {
          const law::FactId fact = fact_of(member, info.child, key);
          if (fact != law::kNoId) row.facts.push_back(source(member, fact, unit, &row));
        });
      }
      if (const auto below = item.find("lists")) {
        below->each_item([&](const Cursor& member) {
          member.only({"list", "rows"});
          const Cursor name = member.at("list");
          const law::ListId child = list_of(name, info.child, name.text());
          if (child != law::kNoId) read_rows(member, child, unit, row.lists);
        });
      }
      list.rows.push_back(std::move(row));
    });
    all.push_back(std::move(list));
  }

  void read_relative(const Cursor& at, Unit unit, RowSource& row) {
    const auto each = at.find("each");
    if (!each) return;
    const std::vector<std::string> names = {"partner", "child", "parent"};
    const std::string name = each->text();
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) each->fail_name("quan hệ", "relation", name, names);
    if (unit != Unit::kPerson) {
      each->fail("form", {"chỉ dùng cho người", "is for people only"},
                 {"bỏ \"each\"", "take \"each\" out"});
    }
    row.each = static_cast<Relative>(found - names.begin() + 1);
    row.relative = names_.condition(at.find("relative"), Unit::kPerson);
  }

  void read_period(const Cursor& at, const law::ListInfo& info, Unit unit, RowSource& row) {
    const auto career = at.find("career");
    const auto weekdays = at.find("weekdays");
    const bool has_period = info.form != law::ListForm::kChildren;
    if (career && (info.form != law::ListForm::kSpellsByMonth || unit != Unit::kPerson)) {
      career->fail("form",
                   {"chỉ dùng cho quãng thời gian theo tháng của người",
                    "is for spells by month of people only"},
                   {"bỏ \"career\"", "take \"career\" out"});
      return;
    }
    if (weekdays && info.form != law::ListForm::kDates) {
      weekdays->fail("form", {"chỉ dùng cho danh sách ngày", "is for lists of dates only"},
                     {"bỏ \"weekdays\"", "take \"weekdays\" out"});
      return;
    }
    if (career) {
      row.career = read_career(*career, unit);
      return;
    }
    if (!has_period) return;
    row.from = names_.amount(at.at("from"), unit);
    if (const auto to = at.find("to")) row.to = names_.amount(*to, unit);
    if (!weekdays) return;
    row.has_weekdays = true;
    row.to = names_.amount(at.at("to"), unit);
    weekdays->each_item(
        [&](const Cursor& item) { row.weekdays[static_cast<size_t>(item.whole(1, 7))] = true; });
  }

  Career read_career(const Cursor& at, Unit unit) {
    at.only({"months", "age_least", "end", "row_months", "job_months", "gap_months", "level",
             "step", "step_months", "level_least", "index", "index_unit", "round"});
    Career career;
    career.months = names_.quantiles(at.at("months"), unit, career.by, 1, 1200);
    career.age_least = at.whole_or("age_least", 0, kAgeMax, 0) * 12;
    if (const auto end = at.find("end")) career.end = names_.amount(*end, unit);
    career.row_months = at.at("row_months").quantiles(1, 1200);
    if (const auto job = at.find("job_months")) career.job_months = job->quantiles(1, 1200);
    if (const auto gap = at.find("gap_months")) career.gap_months = gap->quantiles(0, 1200);
    if (career.job_months.empty() != career.gap_months.empty()) {
      at.fail("both",
              {"“job_months” và “gap_months” phải đi với nhau",
               "“job_months” and “gap_months” go together"},
              {"thêm mục còn thiếu", "add the other"});
    }
    career.level = names_.amount(at.at("level"), unit);
    career.step = at.whole_or("step", 0, 1'000'000'000, 0);
    career.step_months = at.whole_or("step_months", 1, 1200, 1);
    career.level_least = at.whole_or("level_least", 0, 1'000'000'000, 0);
    career.index_unit = at.whole_or("index_unit", 1, 1'000'000'000, 1);
    career.round_to = at.whole_or("round", 1, 1'000'000'000, 1);
    at.at("index").each_member([&](const std::string& key, const Cursor& member) {
      const auto month = Month::parse(key);
      const int64_t value = member.whole(1, 1'000'000'000);
      if (!month || (!career.index.empty() && career.index.back().month >= month->months)) {
        member.fail("month", {"phải là các tháng tăng dần", "must be months in ascending order"},
                    {"viết như “2024-07”", "write them as “2024-07”"});
        return;
      }
      career.index.push_back({month->months, value});
    });
    if (!at.has_fault() && career.index.empty()) {
      at.at("index").fail("month", {"phải có ít nhất một tháng", "at least one month is needed"},
                          {"viết như “2024-07”: 1000", "write it as “2024-07”: 1000"});
    }
    return career;
  }

  Names& names_;
  Model& model_;
  const law::Program& program_;
  std::vector<bool> is_filled_;  // by FactId: something fills it
};

}  // namespace

void read_outputs(const Cursor& root, Names& names) { Outputs(names).read(root); }

}  // namespace ansinh::lab
