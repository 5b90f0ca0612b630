// `ansinh ledger` and `ansinh prove`: what the books say, and that they are right.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "agency/clock.h"
#include "agency/ledger.h"
#include "agency/proof.h"
#include "base/text.h"
#include "cli/agency_options.h"
#include "cli/terminal.h"
#include "http/show.h"

namespace ansinh::cli {

namespace {

using LedgerJson = nlohmann::ordered_json;

struct LedgerOptions {
  AgencyOptions agency;
  std::string until, fund, name_vi, name_en, holder, bank, number;
  std::string currency = "VND";
  int decimals = 0;
  int64_t person = 0;
  bool json = false;
};

std::string steps_text(const Terminal& terminal, int64_t steps) {
  return group_digits(std::to_string(steps), terminal.language == Language::kVietnamese);
}

int print_balances(const LedgerOptions& options, const Terminal& terminal) {
  std::optional<Date> until;
  if (!options.until.empty()) {
    Date day;
    if (!read_date_argument(terminal, "--until", options.until, day)) return kUsage;
    until = day;
  }
  int code = kOk;
  const auto opened = open_agency(options.agency, terminal, code);
  if (!opened) return code;
  const auto all = agency::balances(*opened->connection, until);
  if (!all) return refused_by_agency(terminal, all.error());
  LedgerJson json = LedgerJson::array();
  std::string text;
  int64_t sum = 0;
  for (const agency::Balance& balance : *all) {
    sum += balance.amount();
    json.push_back(http::shown(balance));
    text += padded(balance.fund, 24, false) +
            padded(terminal.say(agency::label_of(balance.role)), 40, false) +
            padded(steps_text(terminal, balance.debit), 24, true) +
            padded(steps_text(terminal, balance.credit), 24, true) +
            padded(steps_text(terminal, balance.amount()), 24, true) + "\n";
  }
  text += terminal.say("Cân đối: ", "Trial balance: ") + steps_text(terminal, sum) + "\n";
  const int done = print(options.json ? json.dump(2) + "\n" : text);
  return done != kOk || sum == 0 ? done : kLawFailed;
}

int print_entries(const LedgerOptions& options, const Terminal& terminal) {
  int code = kOk;
  const auto opened = open_agency(options.agency, terminal, code);
  if (!opened) return code;
  const auto all = agency::entries_of(*opened->connection, options.person);
  if (!all) return refused_by_agency(terminal, all.error());
  std::string text;
  for (const agency::PostedEntry& posted : *all) {
    text += std::to_string(posted.number) + "  " + posted.entry.day.to_string() + "  " +
            posted.entry.cause + " " + posted.entry.cause_key + "  " + posted.entry.recorded_by +
            (posted.entry.corrects == 0 ? ""
                                        : terminal.say("  sửa bút toán ", "  corrects entry ") +
                                              std::to_string(posted.entry.corrects)) +
            "\n";
    for (const agency::Posting& posting : posted.entry.postings) {
      text += "    " + padded(posting.fund, 24, false) +
              padded(terminal.say(agency::label_of(posting.role)), 40, false) +
              padded(steps_text(terminal, posting.amount), 24, true) + "\n";
    }
  }
  return print(text);
}

int name_fund(const LedgerOptions& options, const Terminal& terminal) {
  int code = kOk;
  const auto opened = open_agency(options.agency, terminal, code);
  if (!opened) return code;
  const agency::Fund fund{options.fund,
                          {options.name_vi.empty() ? options.fund : options.name_vi,
                           options.name_en.empty() ? options.fund : options.name_en},
                          options.currency,
                          options.decimals,
                          options.holder,
                          options.bank,
                          options.number};
  const auto done = store::transact(*opened->connection, store::Access::kWrite,
                                    [&](store::Connection& c) -> agency::Expected<void> {
                                      const auto at = agency::record_time(c);
                                      if (!at) return std::unexpected(at.error());
                                      return agency::set_fund(c, fund, *at, opened->user);
                                    });
  if (!done) return refused_by_agency(terminal, done.error());
  return print(terminal.say("Đã ghi quỹ ", "Recorded the fund ") + options.fund + "\n");
}

int prove_sums(const LedgerOptions& options, const Terminal& terminal) {
  int code = kOk;
  const auto opened = open_agency(options.agency, terminal, code);
  if (!opened) return code;
  const auto proof = agency::prove(*opened->connection);
  if (!proof) return refused_by_agency(terminal, proof.error());
  std::string text;
  for (const agency::ProofLine& line : proof->lines) {
    const std::string mark = line.is_equal() ? painted("=", kGreen, terminal.color_out)
                                             : painted("≠", kRed, terminal.color_out);
    text += padded(line.name, 12, false) + padded(line.of, 16, false) +
            padded(steps_text(terminal, line.left), 26, true) + " " + mark + " " +
            padded(steps_text(terminal, line.right), 26, false) + terminal.say(line.left_label) +
            " / " + terminal.say(line.right_label) + " (" + steps_text(terminal, line.count) +
            ")\n";
    for (const std::string& what : line.differing) text += "    " + what + "\n";
  }
  if (proof->waiting_count != 0) {
    text += terminal.say("Chờ đợt chi sau (tạm dừng, hoặc quyết định sau đợt chi): ",
                         "Left to the next run (suspended, or decided since the last): ") +
            steps_text(terminal, proof->waiting_count) + terminal.say(" khoản, ", " awards, ") +
            steps_text(terminal, proof->waiting) + "\n";
  }
  text += proof->is_equal() ? terminal.say("Mọi tổng đều khớp\n", "All sums agree\n")
                            : terminal.say("CÓ TỔNG KHÔNG KHỚP\n", "SUMS DO NOT AGREE\n");
  const int done = print(options.json ? http::shown(*proof).dump(2) + "\n" : text);
  return done != kOk || proof->is_equal() ? done : kLawFailed;
}

}  // namespace

void add_ledger(CLI::App& app, const Terminal& terminal, Command& chosen) {
  CLI::App* ledger = app.add_subcommand(
      "ledger",
      terminal.say("Sổ cái: số dư, bút toán, các quỹ", "The ledger: balances, entries, funds"));
  ledger->require_subcommand(1);
  const auto add = [&](CLI::App& parent, const char* name, const std::string& help, auto work) {
    auto options = std::make_shared<LedgerOptions>();
    CLI::App* command = parent.add_subcommand(name, help);
    add_agency_options(*command, terminal, options->agency, false);
    command->add_flag("--json", options->json, terminal.say("In dạng JSON", "Print as JSON"));
    command->callback([options, work, &terminal, &chosen] {
      chosen = [options, work, &terminal] { return work(*options, terminal); };
    });
    return std::pair(command, options);
  };
  const auto [balance, balance_options] =
      add(*ledger, "balance", terminal.say("Số dư các tài khoản", "Balances of all accounts"),
          print_balances);
  balance->add_option("--until", balance_options->until,
                      terminal.say("Đến hết ngày này", "Up to this day"));
  const auto [entries, entries_options] = add(
      *ledger, "entries",
      terminal.say("Các bút toán của một người hay đơn vị", "The entries of a person or employer"),
      print_entries);
  entries->add_option("person", entries_options->person, terminal.say("Số", "The number"))
      ->required();
  const auto [fund, fund_options] =
      add(*ledger, "fund",
          terminal.say("Khai quỹ và tài khoản chi", "Name a fund and the account it pays from"),
          name_fund);
  fund->add_option("fund", fund_options->fund, terminal.say("Tên trong luật", "Name in the law"))
      ->required();
  fund->add_option("--name-vi", fund_options->name_vi, terminal.say("Tên", "Vietnamese name"));
  fund->add_option("--name-en", fund_options->name_en, terminal.say("Tên tiếng Anh", "Name"));
  fund->add_option("--holder", fund_options->holder, terminal.say("Chủ tài khoản", "Holder"));
  fund->add_option("--bank", fund_options->bank, terminal.say("BIC hoặc mã", "BIC or code"));
  fund->add_option("--number", fund_options->number, terminal.say("Số tài khoản", "Account"));
  fund->add_option("--currency", fund_options->currency, terminal.say("Đơn vị tiền", "Currency"));
  fund->add_option("--decimals", fund_options->decimals,
                   terminal.say("Số chữ số lẻ", "Decimals of the currency"));
  add(app, "prove",
      terminal.say("Chứng minh mọi tổng khớp: khoản hưởng, lệnh, tệp, sao kê, sổ cái",
                   "Prove that all sums agree: awards, orders, files, statements, ledger"),
      prove_sums);
}

}  // namespace ansinh::cli
