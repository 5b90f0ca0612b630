// `ansinh compare`: a law and a reform of it over the same people.

#include "lab/compare.h"

#include <CLI/CLI.hpp>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/files.h"
#include "cli/nation.h"
#include "cli/snapshot.h"
#include "cli/terminal.h"
#include "engine/explain.h"
#include "engine/trace_text.h"
#include "lab/chunk_pool.h"
#include "lab/report.h"

namespace ansinh::cli {

namespace {

struct CompareOptions {
  NationOptions nation;
  std::vector<std::string> reform, explain;
  std::string report, csv, json;
};

class CompareText {
 public:
  CompareText(const lab::Side& before, const lab::Side& after, const lab::Comparison& comparison,
              Date on, const Terminal& terminal)
      : before_(before), after_(after), comparison_(comparison), on_(on), terminal_(terminal) {}

  std::string text(const std::vector<size_t>& dimensions) const {
    std::string all = notes() + funds() + benefits() + changes(0);
    for (const size_t dimension : dimensions)
      if (dimension != 0) all += changes(dimension);
    return all + deciles() + hint();
  }

 private:
  using Lines = std::vector<std::vector<std::string>>;

  const law::Program& law() const { return *after_.program; }
  std::string number(uint64_t count) const { return lab::show_count(count, terminal_.language); }
  std::string money(lab::Wide steps) const {
    return lab::show_money(steps, law(), terminal_.language);
  }
  std::string difference(lab::Wide steps) const { return (steps > 0 ? "+" : "") + money(steps); }
  std::string percent(lab::Wide part, lab::Wide whole) const {
    return lab::show_ratio(part * 100, whole, 2, terminal_.language) +
           (whole == 0 ? "" : terminal_.say(" %", "%"));
  }
  std::string rounded(const Rational& value, int decimals) const {
    bool exact = false;
    return group_digits(value.to_decimal(decimals, exact),
                        terminal_.language == Language::kVietnamese);
  }
  std::string title(const Text& text) const {
    return painted("\n" + terminal_.say(text) + "\n", kBold, terminal_.color_out);
  }
  std::string loud(const Text& text) const {
    return painted(terminal_.say("!! ", "!! ") + terminal_.say(text), kRed, terminal_.color_out) +
           "\n";
  }
  std::string currency() const { return terminal_.say(law().currency_label.vi, law().currency); }

  std::string notes() const {
    std::string all;
    if (comparison_.affected.count() == 0) {
      all += loud({"cải cách không làm thay đổi chế độ hay khoản đóng nào",
                   "the reform changes no benefit and no contribution"});
    } else if (comparison_.gains.cuts.empty() && comparison_.losses.cuts.empty()) {
      all += loud({"cải cách không làm thay đổi gì cho ai trong dữ liệu này vào ngày này",
                   "the reform changes nothing for anybody in these data on this date"});
    }
    for (const lab::ReachNote& note : lab::reach_notes(before_, after_, comparison_, on_))
      if (note.is_affected) all += loud(note.words);
    return all;
  }

  std::string funds() const {
    std::vector<std::array<std::array<lab::Wide, 2>, 2>> costs(law().funds.size() + 1);
    for (law::BenefitId b = 0; b < law().benefits.size(); ++b) {
      auto add = [&, kind = law().benefits[b].is_contribution ? 1 : 0](
                     const lab::BenefitTable& table, size_t when) {
        for (size_t f = 0; f < table.funds.size(); ++f) {
          const size_t fund = f + 1 == table.funds.size() ? costs.size() - 1 : f;
          costs[fund][static_cast<size_t>(kind)][when] += table.funds[f].per_year();
        }
      };
      add(comparison_.after.benefits[b], 1);
      const law::BenefitId old = comparison_.affected.before_of[b];
      if (old != law::kNoId) add(comparison_.before.benefits[old], 0);
    }
    Lines lines{{terminal_.say("quỹ", "fund"), "", terminal_.say("trước", "before"),
                 terminal_.say("sau", "after"), terminal_.say("chênh lệch", "difference")}};
    for (size_t f = 0; f < costs.size(); ++f) {
      for (const size_t kind : {size_t{0}, size_t{1}}) {
        const auto& [then, now] = costs[f][kind];
        if (then == 0 && now == 0) continue;
        lines.push_back(
            {f < law().funds.size() ? terminal_.say(law().funds[f].label)
                                    : terminal_.say("không nêu quỹ", "no fund"),
             kind == 0 ? terminal_.say("chi", "benefits") : terminal_.say("thu", "contributions"),
             money(then), money(now), difference(now - then)});
      }
    }
    return title({"Chi phí theo quỹ, trong một năm (" + currency() + ")",
                  "Cost by fund, in a year (" + currency() + ")"}) +
           aligned(lines, 2, terminal_);
  }

  std::string benefits() const {
    Lines lines{{terminal_.say("chế độ", "benefit"), terminal_.say("người trước", "people before"),
                 terminal_.say("sau", "after"), terminal_.say("tiền trước", "amount before"),
                 terminal_.say("sau", "after"), terminal_.say("chênh lệch", "difference")}};
    for (law::BenefitId b = 0; b < law().benefits.size(); ++b) {
      if (!comparison_.affected.after[b]) continue;
      const law::BenefitId old = comparison_.affected.before_of[b];
      const lab::Figures then =
          old == law::kNoId ? lab::Figures{} : lab::total_of(comparison_.before.benefits[old]);
      const lab::Figures now = lab::total_of(comparison_.after.benefits[b]);
      if (then.instances == 0 && now.instances == 0) continue;
      const lab::Wide cost = then.paid.per_year(), later = now.paid.per_year();
      lines.push_back({terminal_.say(law().benefits[b].label), number(then.people),
                       number(now.people), money(cost), money(later), difference(later - cost)});
    }
    if (lines.size() == 1) return "";
    return title({"Chế độ mà cải cách chạm đến (một năm)",
                  "Benefits that the reform touches (a year)"}) +
           aligned(lines, 1, terminal_);
  }

  std::string changes(size_t d) const {
    const lab::Dimension& dimension = before_.statistics->dimensions[d];
    Lines lines{{terminal_.say(dimension.label), terminal_.say("người", "people"),
                 terminal_.say("được thêm", "gain"), terminal_.say("bị giảm", "lose"),
                 terminal_.say("mỗi tháng", "a month"), terminal_.say("nghèo trước", "poor before"),
                 terminal_.say("sau", "after"), terminal_.say("khoảng cách", "gap"),
                 terminal_.say("sau", "after"), "Gini", terminal_.say("sau", "after")}};
    for (uint32_t g = 0; g < dimension.size(); ++g) {
      const lab::Change& change = comparison_.changes[d][g];
      const uint64_t people = comparison_.before.people[d][g];
      if (people == 0 && change == lab::Change{}) continue;
      const auto known = static_cast<lab::Wide>(change.before.people());
      std::vector<std::string> line{terminal_.say(lab::group_label(dimension, g)), number(people),
                                    number(change.gaining), number(change.losing),
                                    difference(change.net() / 12)};
      if (known == 0) {
        line.insert(line.end(), 4, "–");
      } else {
        line.push_back(percent(static_cast<lab::Wide>(change.before.poor()), known));
        line.push_back(percent(static_cast<lab::Wide>(change.after.poor()), known));
        line.push_back(rounded(change.before.gap(), 4));
        line.push_back(rounded(change.after.gap(), 4));
      }
      const bool has_gini = !comparison_.ginis[d].empty() && comparison_.ginis[d][g].people != 0;
      line.push_back(has_gini ? rounded(comparison_.ginis[d][g].before, 4) : "–");
      line.push_back(has_gini ? rounded(comparison_.ginis[d][g].after, 4) : "–");
      lines.push_back(std::move(line));
    }
    return title({"Thay đổi: " + dimension.label.vi, "Changes: " + dimension.label.en}) +
           aligned(lines, 1, terminal_);
  }

  std::string deciles() const {
    Lines lines{{"", terminal_.say("ít nhất", "least")}};
    for (int k = 1; k < 10; ++k) lines[0].push_back(std::to_string(k * 10) + "%");
    lines[0].push_back(terminal_.say("nhiều nhất", "most"));
    const auto add = [&](const std::string& name, const lab::Deciles& of) {
      if (of.cuts.empty()) return;
      std::vector<std::string> line{name, money(of.least / 12)};
      for (const int64_t cut : of.cuts) line.push_back(money(cut / 12));
      line.push_back(money(of.most / 12));
      lines.push_back(std::move(line));
    };
    add(terminal_.say("được thêm", "gains"), comparison_.gains);
    add(terminal_.say("bị giảm", "losses"), comparison_.losses);
    if (lines.size() == 1) return "";
    return title({"Mức thay đổi của một người mỗi tháng (" + currency() + ")",
                  "Change of a person a month (" + currency() + ")"}) +
           aligned(lines, 1, terminal_);
  }

  std::string hint() const {
    std::string all;
    const auto add = [&](uint64_t tree, const Text& what) {
      if (tree == lab::Comparison::kNoTree) return;
      const std::string name = std::to_string(tree + 1);
      all += terminal_.say(what.vi + " là hồ sơ " + name + ": --explain " + name + "\n",
                           what.en + " is record " + name + ": --explain " + name + "\n");
    };
    add(comparison_.most_gaining, {"\nđược thêm nhiều nhất", "\nthe largest gain"});
    add(comparison_.most_losing, {"bị giảm nhiều nhất", "the largest loss"});
    return all;
  }

  const lab::Side& before_;
  const lab::Side& after_;
  const lab::Comparison& comparison_;
  Date on_;
  const Terminal& terminal_;
};

// One record under a law, as `ansinh decide --why` shows it; of the affected benefits.
std::expected<std::string, Diagnostic> explained(const lab::Side& side,
                                                 const std::vector<bool>& affected, uint64_t tree,
                                                 Date on, const Terminal& terminal) {
  const auto columns = side.source->tree(tree);
  if (!columns) return std::unexpected(columns.error());
  const facts::PersonFile file = columns->person_file(0);
  engine::Explainer explainer(*side.program, file, on);
  std::vector<engine::Outcome> outcomes = explainer.outcomes();
  std::erase_if(outcomes, [&](const engine::Outcome& one) { return !affected[one.benefit]; });
  return engine::explain_text(*side.program, explainer, outcomes, terminal.language, true,
                              terminal.color_out);
}

int explain(const std::string& name, const lab::Side& before, const lab::Side& after,
            const lab::Affected& affected, Date on, const Terminal& terminal) {
  const auto tree = before.source->find(name);
  if (!tree) return fail_facts(terminal, tree.error());
  if (!*tree) {
    return fail(
        terminal, kUsage,
        {"--explain: không có hồ sơ “" + name + "”",
         "--explain: there is no record “" + name + "”"},
        {"nêu tên hồ sơ, hoặc số thứ tự từ 1 đến " + std::to_string(before.source->trees()),
         "give its name, or its number from 1 to " + std::to_string(before.source->trees())});
  }
  for (const lab::Side* side : {&before, &after}) {
    const bool is_after = side == &after;
    const auto text =
        explained(*side, is_after ? affected.after : affected.before, **tree, on, terminal);
    if (!text) return fail_facts(terminal, text.error());
    const std::string head = is_after ? terminal.say("sau cải cách", "after the reform")
                                      : terminal.say("trước cải cách", "before the reform");
    std::string title = "\n── ";
    title += terminal.say("hồ sơ ", "record ");
    title += name;
    title += ", ";
    title += head;
    title += "\n";
    const int code = print(painted(title, kBold, terminal.color_out) + *text);
    if (code != kOk) return code;
  }
  return kOk;
}

int run(CompareOptions options, const Terminal& terminal) {
  find_people(options.nation, options.reform);
  Date on;
  if (!read_date_argument(terminal, "--on", options.nation.on, on)) return kUsage;
  const LoadedLaw old_law = load_law(options.nation.law, on, terminal);
  if (old_law.code != kOk) return old_law.code;
  const LoadedLaw new_law = load_reform(options.nation.law, options.reform, on, terminal);
  if (new_law.code != kOk) return new_law.code;
  int code = kOk;
  const auto old_statistics = load_statistics(*old_law.program, options.nation, terminal, code);
  if (!old_statistics) return code;
  const auto new_statistics = load_statistics(*new_law.program, options.nation, terminal, code);
  if (!new_statistics) return code;
  std::vector<size_t> dimensions;
  if (!find_dimensions(*old_statistics, options.nation, terminal, dimensions)) return kUsage;
  const auto old_source = open_people(*old_law.program, options.nation, on, terminal, code);
  if (!old_source) return code;
  Terminal silent = terminal;
  const auto new_source = open_people(*new_law.program, options.nation, on, silent, code);
  if (!new_source) return code;

  const lab::Side before{old_law.program.get(), &*old_statistics, &*old_source};
  const lab::Side after{new_law.program.get(), &*new_statistics, &*new_source};
  auto progress = std::make_unique<RunProgress>(terminal, old_source->trees());
  lab::CompareOptions how;
  how.on = on;
  how.threads = options.nation.threads == 0 ? lab::usual_threads() : options.nation.threads;
  how.progress = [&](uint64_t done) { return (*progress)(done); };
  const auto comparison = lab::compare(before, after, how);
  const std::string time = progress->in_words(terminal);
  progress.reset();
  if (!comparison) return fail_facts(terminal, comparison.error());

  const auto figures = lab::figures_of(before, after, *comparison, on);
  const nlohmann::ordered_json head{{"law_before", old_law.program->digest},
                                    {"law_after", new_law.program->digest},
                                    {"reform", options.reform},
                                    {"on", on.to_string()},
                                    {"people", options.nation.people},
                                    {"records", old_source->trees()},
                                    {"records_left_out", old_source->counts().rejected},
                                    {"records_gaining", comparison->households_gaining},
                                    {"records_losing", comparison->households_losing},
                                    {"currency", new_law.program->currency}};
  if (!options.csv.empty()) {
    code = write_figures(options.csv, figures, {}, terminal);
    if (code != kOk) return code;
  }
  nlohmann::ordered_json all = head;
  all.update(lab::to_json(figures));
  if (!options.json.empty() && options.json != "-") {
    if (const auto wrong = write_file(options.json, all.dump(2) + "\n"))
      return cannot_write(terminal, *wrong);
  }
  if (!options.report.empty()) {
    const lab::ReportOptions page{on, terminal.language, options.nation.people};
    const std::string html =
        lab::report_html(before, after, *comparison, old_law.program->files.size(), page);
    if (const auto wrong = write_file(options.report, html)) return cannot_write(terminal, *wrong);
  }
  const int whole = old_source->counts().is_clean() ? kOk : kBadFacts;
  if (options.json == "-") {
    code = print(all.dump(2) + "\n");
    return code == kOk ? whole : code;
  }
  print_error(terminal.say("xong " + time + "; xét lại ", "done " + time + "; decided anew: ") +
              std::to_string(comparison->affected.count()) + terminal.say(" trong ", " of ") +
              std::to_string(new_law.program->benefits.size()) +
              terminal.say(" chế độ và khoản đóng\n", " benefits and contributions\n"));
  code = print(terminal.say("Ngày " + on.to_display() + ": ", "On " + on.to_string() + ": ") +
               counted(old_source->trees(), terminal.language) +
               terminal.say(" hồ sơ, ", " records, ") +
               counted(lab::total_of(comparison->before.people.front()), terminal.language) +
               terminal.say(" người\n", " people\n") +
               CompareText(before, after, *comparison, on, terminal).text(dimensions));
  for (const std::string& name : options.explain) {
    if (code == kOk) code = explain(name, before, after, comparison->affected, on, terminal);
  }
  if (code == kOk && !options.report.empty()) code = print("\n" + options.report + "\n");
  return code == kOk ? whole : code;
}

}  // namespace

void add_compare(CLI::App& app, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<CompareOptions>();
  CLI::App* command = app.add_subcommand(
      "compare", terminal.say("Một cải cách tốn bao nhiêu, ai được thêm, ai bị giảm",
                              "What a reform costs, who gains and who loses"));
  add_nation_options(*command, terminal, options->nation);
  command
      ->add_option(
          "--reform", options->reform,
          terminal.say("Tệp luật đặt lên trên luật; nhiều tệp thì lần lượt chồng lên nhau",
                       "A law file laid over the law; several are laid one over the other"))
      ->required()
      ->allow_extra_args(false)
      ->type_name("FILE");
  command
      ->add_option(
          "--report", options->report,
          terminal.say("Báo cáo: một trang HTML tự đủ", "A report: one HTML page by itself"))
      ->type_name("FILE");
  command
      ->add_option("--csv", options->csv,
                   terminal.say("Ghi mọi số liệu thành các tệp CSV trong thư mục này",
                                "Write all figures as CSV files into this folder"))
      ->type_name("DIR");
  command
      ->add_option("--json", options->json,
                   terminal.say("Ghi mọi số liệu vào tệp JSON này (- để in ra đầu ra chuẩn)",
                                "Write all figures to this JSON file (- for standard output)"))
      ->type_name("FILE");
  command
      ->add_option("--explain", options->explain,
                   terminal.say("Giải thích hồ sơ này (tên hoặc số thứ tự), trước và sau",
                                "Explain this record (name or number), before and after"))
      ->allow_extra_args(false)
      ->type_name("RECORD");
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return run(*options, terminal); }; });
}

}  // namespace ansinh::cli
