// The figures of a run or a comparison as plain tables: what CSV and JSON files hold, alike.
//
// Counts are numbers. Money is text in currency units, exact; shares and coefficients are exact
// too, as a fraction "n/d" beside a decimal rounded to six places.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lab/compare.h"
#include "lab/run.h"

namespace ansinh::lab {

struct FigureTable {
  std::string name;  // of the CSV file, without its ending; of the member in JSON
  std::vector<std::string> columns;
  std::vector<std::vector<nlohmann::ordered_json>> rows;
};

std::vector<FigureTable> figures_of(const law::Program& program, const Statistics& statistics,
                                    const RunResult& result);
std::vector<FigureTable> figures_of(const Side& before, const Side& after,
                                    const Comparison& comparison, Date on);

std::string to_csv(const FigureTable& table);
nlohmann::ordered_json to_json(const std::vector<FigureTable>& tables);

// The group's name in data; "unknown" and "whole household" for the two behind the named ones.
std::string group_name(const Dimension& dimension, uint32_t group);
Text group_label(const Dimension& dimension, uint32_t group);

// All of a benefit's figures; all people of the first dimension.
Figures total_of(const BenefitTable& table);
uint64_t total_of(const std::vector<uint64_t>& people);

}  // namespace ansinh::lab
