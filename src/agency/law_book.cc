#include "agency/law_book.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "law/check.h"

namespace ansinh::agency {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::unexpected<Failure> bad_file(const std::string& vi, const std::string& en) {
  return std::unexpected(refused("agency-file", {"agency.json: " + vi, "agency.json: " + en}));
}

// The place of the name among a law's declarations; kNoId if it is not there.
template <class Ids, class Infos>
uint32_t find_in(const Ids& ids, const Infos& infos, const std::string& name) {
  for (const uint32_t id : ids) {
    if (infos[id].name == name) return id;
  }
  return law::kNoId;
}

Text read_label(const json& in, const std::string& name) {
  if (in.is_object()) return {in.value("vi", name), in.value("en", name)};
  return {name, name};
}

class RolesReader {
 public:
  explicit RolesReader(const law::Program& program) : program_(program) {}

  Expected<Roles> read(const json& all) {
    if (!all.is_object()) return bad_file("không phải là một đối tượng", "is not an object");
    roles_.person = entity(all, "person");
    roles_.household = entity(all, "household");
    if (roles_.person == law::kNoId) fault("person");
    if (!is_good_) return bad();
    const law::EntityInfo& person = program_.entities[roles_.person];
    roles_.birth_date = fact(all, "birth_date", person);
    roles_.death_date = fact(all, "death_date", person);
    roles_.sex = fact(all, "sex", person);
    if (roles_.household != law::kNoId) {
      const law::EntityInfo& household = program_.entities[roles_.household];
      roles_.members = person.list;
      if (person.parent != roles_.household) fault("household");
      roles_.province = fact(all, "province", household);
    } else {
      roles_.province = fact(all, "province", person);
    }
    for (const json& name : all.value("complete_lists", json::array())) {
      const auto id = find_in(person.lists, program_.lists, name.is_string() ? name : "");
      if (id == law::kNoId) fault("complete_lists");
      roles_.complete_lists.push_back(id);
    }
    roles_.hours_east = all.value("hours_east", 0);
    const json registry = all.value("registry", json::object());
    for (const auto& [name, in] : registry.items()) {
      registry_fact(name, in);
    }
    if (!is_good_) return bad();
    return std::move(roles_);
  }

 private:
  void fault(const std::string& name) {
    if (is_good_) name_ = name;
    is_good_ = false;
  }
  Expected<Roles> bad() const {
    return bad_file("\"" + name_ + "\" không có trong luật, hoặc không đúng dạng",
                    "\"" + name_ + "\" is not in the law, or not of the right form");
  }

  law::EntityId entity(const json& all, const std::string& role) {
    const std::string name = all.value(role, "");
    if (name.empty()) return law::kNoId;
    const auto found = program_.entity_by_name.find(name);
    if (found != program_.entity_by_name.end()) return found->second;
    fault(role);
    return law::kNoId;
  }

  law::FactId fact(const json& all, const std::string& role, const law::EntityInfo& of) {
    const std::string name = all.value(role, "");
    if (name.empty()) return law::kNoId;
    const law::FactId id = find_in(of.facts, program_.facts, name);
    if (id == law::kNoId) fault(role);
    return id;
  }

  void registry_fact(const std::string& name, const json& in) {
    RegistryFact fact;
    fact.name = "registry." + name;
    fact.label = read_label(in, name);
    const std::string type = in.is_object() ? in.value("type", "text") : "text";
    if (type == "date") {
      fact.type = RegistryFact::Type::kDate;
    } else if (type == "object") {
      fact.type = RegistryFact::Type::kObject;
    } else if (type != "text") {
      fact.type = RegistryFact::Type::kEnum;
      for (uint32_t i = 0; i < program_.enums.size(); ++i) {
        if (program_.enums[i].name == type) fact.enumeration = i;
      }
      if (fact.enumeration == law::kNoId) fault("registry." + name);
    }
    if (in.is_object()) {
      fact.identifier = in.value("identifier", "");
      fact.digits = in.value("digits", 0);
    }
    roles_.registry.emplace(fact.name, fact);
  }

  const law::Program& program_;
  Roles roles_;
  bool is_good_ = true;
  std::string name_;
};

}  // namespace

Expected<LawBook> make_law_book(std::shared_ptr<const law::Program> program,
                                const std::string& agency_json) {
  const json all = json::parse(agency_json, nullptr, false);
  if (all.is_discarded()) return bad_file("không phải là JSON", "is not JSON");
  try {
    auto roles = RolesReader(*program).read(all);
    if (!roles) return std::unexpected(std::move(roles.error()));
    auto words = std::make_shared<const Vocabulary>(*program, roles->person, roles->household,
                                                    roles->registry);
    return LawBook{.program = std::move(program),
                   .words = std::move(words),
                   .roles = std::move(*roles),
                   .agency_json = agency_json};
  } catch (const json::exception& error) {  // a value of another type than it should have
    return bad_file(error.what(), error.what());
  }
}

Expected<LawBook> read_law_book(const std::vector<std::string>& paths, Date as_of) {
  Diagnostics diagnostics;
  Sources sources = law::read_law(paths, diagnostics);
  std::shared_ptr<const law::Program> program;
  if (!has_errors(diagnostics)) {
    program = law::check(std::move(sources), law::CheckOptions{as_of}, diagnostics);
  }
  for (const Diagnostic& fault : diagnostics) {
    if (fault.severity != Severity::kError) continue;
    return std::unexpected(refused("law-refused", {"luật bị từ chối: " + fault.message.vi,
                                                   "the law is refused: " + fault.message.en}));
  }
  for (const std::string& path : paths) {
    std::error_code error;
    const fs::path file = fs::path(path) / "agency.json";
    if (!fs::is_regular_file(file, error)) continue;
    const auto text = read_text_file(file.string());
    if (!text) return bad_file(text.error(), text.error());
    return make_law_book(std::move(program), *text);
  }
  return bad_file("không có trong thư mục luật nào", "is in none of the folders of the law");
}

}  // namespace ansinh::agency
