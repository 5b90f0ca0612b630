#include "lab/figures.h"

#include "facts/csv_text.h"

namespace ansinh::lab {

namespace {

using Json = nlohmann::ordered_json;
using Row = std::vector<Json>;

constexpr int kDecimals = 6;

std::string decimal(const Rational& number) {
  bool exact = false;
  return number.to_decimal(kDecimals, exact);
}
std::string fraction(const Rational& number) {
  int64_t numerator = 0, denominator = 1;
  if (number.to_int64_pair(numerator, denominator))
    return std::to_string(numerator) + "/" + std::to_string(denominator);
  return number.to_string();
}

const char* kind_of(const law::BenefitInfo& benefit) {
  return benefit.is_contribution ? "contribution" : "benefit";
}

void put_paid(Row& row, const Paid<Wide>& paid, const law::Program& program) {
  for (const Wide amount : {paid.once, paid.day, paid.month, paid.year, paid.per_year()})
    row.emplace_back(plain_money(amount, program));
}

FigureTable people_table(const Statistics& statistics, const Tables& tables) {
  FigureTable table{"people", {"dimension", "group", "people"}, {}};
  for (size_t d = 0; d < tables.people.size(); ++d) {
    const Dimension& dimension = statistics.dimensions[d];
    for (uint32_t g = 0; g < dimension.whole(); ++g)
      table.rows.push_back({dimension.name, group_name(dimension, g), tables.people[d][g]});
  }
  return table;
}

FigureTable open_table(const law::Program& program, const std::vector<Open>& all) {
  FigureTable table{"undecided", {"benefit", "rows", "asked", "why_vi", "why_en", "of_asked"}, {}};
  for (const Open& open : all)
    for (const auto& [why, count] : open.why)
      table.rows.push_back(
          {program.benefits[open.benefit].name, open.rows, open.asked, why.vi, why.en, count});
  return table;
}

}  // namespace

std::string group_name(const Dimension& dimension, uint32_t group) {
  if (group == dimension.unknown()) return "unknown";
  if (group == dimension.whole()) return "whole household";
  return dimension.members[group];
}

Text group_label(const Dimension& dimension, uint32_t group) {
  if (group == dimension.unknown()) return {"không rõ", "not known"};
  if (group == dimension.whole()) return {"cả hộ", "whole household"};
  return dimension.groups[group];
}

Figures total_of(const BenefitTable& table) {
  Figures all;
  for (const Figures& figures : table.groups.front()) all += figures;
  return all;
}

uint64_t total_of(const std::vector<uint64_t>& people) {
  uint64_t all = 0;
  for (const uint64_t count : people) all += count;
  return all;
}

std::vector<FigureTable> figures_of(const law::Program& program, const Statistics& statistics,
                                    const RunResult& result) {
  const Tables& tables = result.tables;
  FigureTable benefits{
      "benefits",
      {"benefit", "kind", "dimension", "group", "people", "instances", "paid_once_in_the_year",
       "paid_a_day", "paid_a_month", "paid_a_year", "all_in_a_year"},
      {}};
  FigureTable funds{"funds",
                    {"fund", "kind", "benefit", "paid_once_in_the_year", "paid_a_day",
                     "paid_a_month", "paid_a_year", "all_in_a_year"},
                    {}};
  FigureTable statuses{"statuses",
                       {"benefit", "entitled", "not_entitled", "cannot_tell", "incomplete", "error",
                        "entitled_for_other_times", "amounts_not_added"},
                       {}};
  for (law::BenefitId b = 0; b < tables.benefits.size(); ++b) {
    const law::BenefitInfo& info = program.benefits[b];
    const BenefitTable& of = tables.benefits[b];
    for (size_t d = 0; d < of.groups.size(); ++d) {
      const Dimension& dimension = statistics.dimensions[d];
      for (uint32_t g = 0; g < dimension.size(); ++g) {
        const Figures& figures = of.groups[d][g];
        if (figures.instances == 0) continue;
        Row row{info.name,      kind_of(info),    dimension.name, group_name(dimension, g),
                figures.people, figures.instances};
        put_paid(row, figures.paid, program);
        benefits.rows.push_back(std::move(row));
      }
    }
    for (size_t f = 0; f < of.funds.size(); ++f) {
      if (of.funds[f] == Paid<Wide>{}) continue;
      Row row{f < program.funds.size() ? program.funds[f].name : "", kind_of(info), info.name};
      put_paid(row, of.funds[f], program);
      funds.rows.push_back(std::move(row));
    }
    Row row{info.name};
    for (const uint64_t rows : of.statuses.rows) row.emplace_back(rows);
    row.emplace_back(of.statuses.elsewhen);
    row.emplace_back(of.statuses.odd);
    statuses.rows.push_back(std::move(row));
  }
  return {std::move(benefits), std::move(funds), people_table(statistics, tables),
          std::move(statuses), open_table(program, result.open)};
}

std::vector<FigureTable> figures_of(const Side& before, const Side& after,
                                    const Comparison& comparison, Date on) {
  const law::Program& old_law = *before.program;
  const law::Program& new_law = *after.program;
  const Statistics& statistics = *before.statistics;
  FigureTable benefits{"benefits",
                       {"benefit", "kind", "affected", "dimension", "group", "people_before",
                        "people_after", "all_in_a_year_before", "all_in_a_year_after"},
                       {}};
  FigureTable funds{
      "funds", {"fund", "kind", "all_in_a_year_before", "all_in_a_year_after", "difference"}, {}};
  const Figures none;
  std::vector<std::array<std::array<Wide, 2>, 2>> by_fund(new_law.funds.size() + 1);
  for (law::BenefitId b = 0; b < new_law.benefits.size(); ++b) {
    const law::BenefitInfo& info = new_law.benefits[b];
    const law::BenefitId old = comparison.affected.before_of[b];
    const BenefitTable* of_old = old == law::kNoId ? nullptr : &comparison.before.benefits[old];
    const BenefitTable& of = comparison.after.benefits[b];
    for (size_t d = 0; d < of.groups.size(); ++d) {
      const Dimension& dimension = statistics.dimensions[d];
      for (uint32_t g = 0; g < dimension.size(); ++g) {
        const Figures& now = of.groups[d][g];
        const Figures& then = of_old == nullptr ? none : of_old->groups[d][g];
        if (now.instances == 0 && then.instances == 0) continue;
        benefits.rows.push_back({info.name, kind_of(info),
                                 static_cast<bool>(comparison.affected.after[b]), dimension.name,
                                 group_name(dimension, g), then.people, now.people,
                                 plain_money(then.paid.per_year(), old_law),
                                 plain_money(now.paid.per_year(), new_law)});
      }
    }
    const size_t kind = info.is_contribution ? 1 : 0;
    for (size_t f = 0; f < of.funds.size(); ++f) by_fund[f][kind][1] += of.funds[f].per_year();
    if (of_old == nullptr) continue;
    for (size_t f = 0; f < of_old->funds.size(); ++f) {
      const bool is_none = f + 1 == of_old->funds.size();
      by_fund[is_none ? new_law.funds.size() : f][kind][0] += of_old->funds[f].per_year();
    }
  }
  for (size_t f = 0; f < by_fund.size(); ++f) {
    for (const size_t kind : {size_t{0}, size_t{1}}) {
      const auto& [then, now] = by_fund[f][kind];
      if (then == 0 && now == 0) continue;
      funds.rows.push_back({f < new_law.funds.size() ? new_law.funds[f].name : "",
                            kind == 1 ? "contribution" : "benefit", plain_money(then, new_law),
                            plain_money(now, new_law), plain_money(now - then, new_law)});
    }
  }
  FigureTable changes{
      "changes",
      {"dimension", "group", "people", "gaining", "losing", "gained_in_a_year", "lost_in_a_year",
       "people_with_income", "poor_before", "poor_after", "poverty_gap_before", "poverty_gap_after",
       "poverty_gap_before_exact", "poverty_gap_after_exact", "gini_before", "gini_after",
       "gini_before_exact", "gini_after_exact"},
      {}};
  for (size_t d = 0; d < comparison.changes.size(); ++d) {
    const Dimension& dimension = statistics.dimensions[d];
    for (uint32_t g = 0; g < dimension.size(); ++g) {
      const Change& change = comparison.changes[d][g];
      const uint64_t people = comparison.before.people[d][g];
      if (people == 0 && change == Change{}) continue;
      Row row{dimension.name,
              group_name(dimension, g),
              people,
              change.gaining,
              change.losing,
              plain_money(change.gained, new_law),
              plain_money(change.lost, new_law),
              change.before.people(),
              change.before.poor(),
              change.after.poor(),
              decimal(change.before.gap()),
              decimal(change.after.gap()),
              fraction(change.before.gap()),
              fraction(change.after.gap())};
      if (comparison.ginis[d].empty()) {
        row.insert(row.end(), 4, "");
      } else {
        const GiniPair& pair = comparison.ginis[d][g];
        for (const Rational& one : {pair.before, pair.after}) row.emplace_back(decimal(one));
        for (const Rational& one : {pair.before, pair.after}) row.emplace_back(fraction(one));
      }
      changes.rows.push_back(std::move(row));
    }
  }
  FigureTable deciles{"deciles", {"of", "decile", "in_a_year"}, {}};
  for (const auto& [name, of] :
       {std::pair{"gains", &comparison.gains}, std::pair{"losses", &comparison.losses}}) {
    if (of->cuts.empty()) continue;
    deciles.rows.push_back({name, 0, plain_money(of->least, new_law)});
    for (size_t k = 0; k < of->cuts.size(); ++k)
      deciles.rows.push_back({name, k + 1, plain_money(of->cuts[k], new_law)});
    deciles.rows.push_back({name, kTenths, plain_money(of->most, new_law)});
  }
  FigureTable reaches{"reaches", {"law", "benefit", "reaches", "affected"}, {}};
  for (const bool is_after : {false, true}) {
    const law::Program& law = is_after ? new_law : old_law;
    const auto& affected = is_after ? comparison.affected.after : comparison.affected.before;
    for (const Reach& reach :
         odd_reaches(law, is_after ? comparison.after : comparison.before, on)) {
      reaches.rows.push_back({is_after ? "after" : "before", law.benefits[reach.benefit].name,
                              reach.is_everybody ? "everybody" : "nobody",
                              static_cast<bool>(affected[reach.benefit])});
    }
  }
  return {std::move(funds),
          std::move(benefits),
          std::move(changes),
          std::move(deciles),
          std::move(reaches),
          people_table(statistics, comparison.before),
          open_table(new_law, comparison.open)};
}

std::string to_csv(const FigureTable& table) {
  std::string text;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (c != 0) text += ',';
    text += table.columns[c];
  }
  text += '\n';
  for (const Row& row : table.rows) {
    for (size_t c = 0; c < row.size(); ++c) {
      if (c != 0) text += ',';
      facts::put_csv_cell(text, row[c].is_string() ? row[c].get<std::string>() : row[c].dump());
    }
    text += '\n';
  }
  return text;
}

Json to_json(const std::vector<FigureTable>& tables) {
  Json all = Json::object();
  for (const FigureTable& table : tables) {
    Json rows = Json::array();
    for (const Row& row : table.rows) {
      Json entry = Json::object();
      for (size_t c = 0; c < row.size(); ++c) entry[table.columns[c]] = row[c];
      rows.push_back(std::move(entry));
    }
    all[table.name] = std::move(rows);
  }
  return all;
}

}  // namespace ansinh::lab
