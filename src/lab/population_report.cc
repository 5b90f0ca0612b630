// What a population came to, as JSON.

#include <cmath>
#include <nlohmann/json.hpp>

#include "lab/population.h"

namespace ansinh::lab {

nlohmann::ordered_json to_json(const PopulationReport& report) {
  using Json = nlohmann::ordered_json;
  Json all{{"title", {{"vi", report.title.vi}, {"en", report.title.en}}},
           {"on", report.on.to_string()},
           {"people", report.people},
           {"living", report.living},
           {"households", report.households},
           {"seed", report.seed},
           {"model", report.model_digest},
           {"law", report.law_digest},
           {"bytes", report.bytes}};
  Json& targets = all["targets"] = Json::array();
  for (const TargetLine& line : report.targets) {
    targets.push_back({{"name", line.name},
                       {"label", {{"vi", line.label.vi}, {"en", line.label.en}}},
                       {"kind", line.is_mean ? "mean" : "count"},
                       {"target", std::round(line.target)},
                       {"reached", std::round(line.reached)},
                       {"difference", std::round(line.difference())},
                       {"relative", line.relative()},
                       {"counted", line.counted},
                       {"when", line.source.when},
                       {"source", line.source.cite},
                       {"trust", trust_text(line.source.trust).en}});
  }
  Json& rows = all["rows"] = Json::object();
  for (const auto& [name, count] : report.rows) rows[name] = count;
  return all;
}

}  // namespace ansinh::lab
