// A law, and what the agency must know of its words.
//
// The law declares that there is a date of birth, but not that the registry searches by it. That is
// said in one small file beside the law, agency.json (docs/registry.md, "The words of the law"):
//
//   {"person": "Person", "household": "Household", "members": "members",
//    "birth_date": "date_of_birth", "death_date": "date_of_death", "sex": "sex",
//    "province": "province", "complete_lists": ["work"],
//    "registry": {"name": {"vi": "Họ và tên", "en": "Name", "type": "text"}, ...}}
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agency/agency.h"
#include "agency/vocabulary.h"
#include "law/program.h"

namespace ansinh::agency {

struct Roles {
  law::EntityId person = law::kNoId;     // the entity of persons
  law::EntityId household = law::kNoId;  // what holds them together; kNoId: nothing does
  law::ListId members = law::kNoId;      // the list of the household that holds persons
  // Facts: kNoId if the law has none such. birth_date, death_date and sex of persons; province of
  // persons or households.
  law::FactId birth_date = law::kNoId, death_date = law::kNoId, sex = law::kNoId,
              province = law::kNoId;
  // Lists that the registry keeps whole: nothing recorded means that there are none.
  std::vector<law::ListId> complete_lists;
  int hours_east = 0;                                         // of UTC: the country's civil day
  std::map<std::string, RegistryFact, std::less<>> registry;  // by name
};

struct LawBook {
  std::shared_ptr<const law::Program> program;
  std::shared_ptr<const Vocabulary> words;  // in which facts are recorded
  Roles roles;
  std::string agency_json;  // the text that says so; each theme reads its own part of it

  const law::Program& law() const { return *program; }
};

// Reads and checks the law under the paths and the agency.json found in its folder. Refused:
// "law-refused" (with the first error), "agency-file" (what is wrong in agency.json).
Expected<LawBook> read_law_book(const std::vector<std::string>& paths, Date as_of);
// The same for a law that was read already and the text of its agency.json.
Expected<LawBook> make_law_book(std::shared_ptr<const law::Program> program,
                                const std::string& agency_json);

}  // namespace ansinh::agency
