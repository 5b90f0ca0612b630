#include "lab/population_model.h"

#include <filesystem>

#include "base/text.h"
#include "lab/model_reader.h"

namespace ansinh::lab {

namespace {

constexpr std::string_view kFormat = "ansinh population 1";

std::vector<std::string> numbers(int most) {
  std::vector<std::string> names;
  for (int number = 0; number <= most; ++number) names.push_back(std::to_string(number));
  return names;
}

void declare_built_in(Model& model) {
  model.traits = {
      {"age", Unit::kPerson, numbers(kAgeMax), true},
      {"sex", Unit::kPerson, {"female", "male"}, false},
      {"living", Unit::kPerson, {"alive", "dead"}, false},
      {"partnered", Unit::kPerson, {"no", "yes"}, false},
      {"infants", Unit::kPerson, numbers(9), true},
      {"older_children", Unit::kPerson, numbers(30), true},
      {"young_children", Unit::kPerson, numbers(30), true},
      {"lone_children", Unit::kPerson, numbers(30), true},
      {"partner_infants", Unit::kPerson, numbers(9), true},
      {"size", Unit::kHousehold, numbers(60), true},
  };
  model.amounts = {{"on", Unit::kPerson},
                   {"birth", Unit::kPerson},
                   {"death", Unit::kPerson},
                   {"infant_birth", Unit::kPerson},
                   {"partner_infant_birth", Unit::kPerson}};
}

void read_traits(const Cursor& at, const Names& names) {
  at.each_member([&](const std::string& key, const Cursor& member) {
    member.only({"of", "values", "like"});
    TraitInfo trait;
    if (const auto like = member.find("like")) {
      trait = names.model().traits[names.trait(*like, Unit::kPerson)];
    } else {
      member.at("values").each_item(
          [&](const Cursor& item) { trait.values.push_back(item.text()); });
    }
    trait.name = key;
    trait.unit = names.unit(member);
    for (const TraitInfo& other : names.model().traits) {
      if (other.name == key) {
        member.fail("twice", {"đã có đặc điểm này", "there is such a trait already"},
                    {"đặt tên khác", "give it another name"});
      }
    }
    if (trait.values.empty() || trait.values.size() > kTraitValuesMax) {
      member.at("values").fail("values",
                               {"phải có từ 1 đến 128 giá trị", "must be 1 to 128 values"},
                               {"giá trị đầu là của những ai không được gán",
                                "the first is that of those who are given no other"});
    }
    names.model().traits.push_back(std::move(trait));
  });
}

// Amounts are declared by the steps that draw them.
void declare_amounts(const Cursor& at, const Names& names) {
  at.each_item([&](const Cursor& step) {
    const auto found = step.find("amount");
    const bool is_drawn = found && !step.find("rank");
    if (!is_drawn) return;
    AmountInfo info{found->text(), names.unit(step)};
    for (const AmountInfo& other : names.model().amounts) {
      if (other.name != info.name) continue;
      if (other.unit == info.unit) return;
      found->fail("twice", {"số lượng này đã thuộc đơn vị khác", "this amount is of another unit"},
                  {"đặt tên khác", "give it another name"});
    }
    names.model().amounts.push_back(std::move(info));
  });
}

void read_targets(const Cursor& at, const Names& names) {
  at.each_member([&](const std::string& key, const Cursor& member) {
    member.only({"label", "of", "among", "mean", "distinct", "figure", "per", "per_people", "when",
                 "source", "trust"});
    Target target;
    target.name = key;
    target.label = member.at("label").label();
    target.unit = names.unit(member);
    target.among = names.condition(member.find("among"), target.unit);
    target.figure = static_cast<uint64_t>(member.at("figure").whole(0, 1'000'000'000'000));
    if (const auto mean = member.find("mean")) {
      target.measure = Measure::kMean;
      target.amount = names.amount(*mean, target.unit);
    } else {
      if (const auto distinct = member.find("distinct")) {
        target.measure = Measure::kDistinct;
        target.amount = names.amount(*distinct, target.unit);
        target.per_people = true;
      }
      target.per = static_cast<uint64_t>(member.at("per").whole(1, 1'000'000'000'000));
      if (const auto people = member.find("per_people")) target.per_people = people->yes_no();
    }
    target.source = names.source(member);
    names.model().targets.push_back(std::move(target));
  });
}

Diagnostic cannot_read(const std::string& path, const std::string& why) {
  return {"cannot-read",
          Severity::kError,
          {},
          {path + ": không đọc được (" + why + ")", path + ": cannot be read (" + why + ")"},
          {"--model nhận một tệp JSON, hoặc thư mục có model.json",
           "--model takes a JSON file, or a folder with model.json"}};
}

}  // namespace

std::expected<Model, Diagnostic> load_model(const std::string& path, const law::Program& program,
                                            Sources& sources) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path file =
      fs::is_directory(path, error) ? fs::path(path) / "model.json" : fs::path(path);
  const auto text = read_text_file(file.string());
  if (!text) return std::unexpected(cannot_read(file.string(), text.error()));
  sources.push_back({file.string(), *text});
  const auto json = facts::read_json_text(*text, static_cast<uint32_t>(sources.size() - 1));
  if (!json) return std::unexpected(json.error());

  Model model;
  model.path = file.string();
  model.program = &program;
  model.scales.assign(program.facts.size(), 1);
  std::string all_bytes = *text;
  Fault fault;
  Names names(model);
  declare_built_in(model);
  const Cursor root(fault, *json, "");
  root.only({"format", "title", "on", "people", "households", "traits", "targets", "steps", "facts",
             "given", "lists"});
  const Cursor format = root.at("format");
  if (!fault.first && format.text() != kFormat) {
    format.fail(
        "format",
        {"không phải mô hình mà chương trình này đọc", "is no model that this program reads"},
        {"phải là “" + std::string(kFormat) + "”", "must be “" + std::string(kFormat) + "”"});
  }
  model.title = root.at("title").label();
  const Cursor on = root.at("on");
  const auto date = Date::parse(on.text());
  if (!date || date->year() < kYearLeast || date->year() > kYearMost) {
    on.fail("date", {"phải là một ngày từ 1950 đến 2300", "must be a date from 1950 to 2300"},
            {"viết như “2026-01-01”", "write it as “2026-01-01”"});
  }
  model.on = date.value_or(Date{});
  if (!fault.first) read_people(root, names, file.parent_path().string(), all_bytes);
  if (!fault.first) read_traits(root.at("traits"), names);
  if (!fault.first) declare_amounts(root.at("steps"), names);
  if (!fault.first) read_targets(root.at("targets"), names);
  if (!fault.first) read_steps(root.at("steps"), names);
  if (!fault.first) read_outputs(root, names);
  if (fault.first) return std::unexpected(std::move(*fault.first));
  model.digest = sha256_hex(all_bytes);
  calibrate(model);
  return model;
}

}  // namespace ansinh::lab
