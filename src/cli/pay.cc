// `ansinh pay`: from awards to money that arrived.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "agency/bank_account.h"
#include "agency/bank_report.h"
#include "agency/pain001.h"
#include "agency/payment_run.h"
#include "agency/reconcile.h"
#include "agency/statements.h"
#include "base/text.h"
#include "cli/agency_options.h"
#include "cli/out_file.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "http/show.h"

namespace ansinh::cli {

namespace {

using Json = nlohmann::ordered_json;

struct PayOptions {
  AgencyOptions agency;
  std::string month, folder, holder, bank, number;
  std::vector<std::string> files;
  int64_t run = 0, file = 0, person = 0;
  bool json = false;
};
using Pay = std::shared_ptr<PayOptions>;

std::string amount_of(const Terminal& terminal, int64_t amount) {
  return group_digits(std::to_string(amount), terminal.language == Language::kVietnamese);
}

std::string month_of(const Terminal& terminal, int64_t month) {
  const Month of{static_cast<int32_t>(month)};
  return terminal.language == Language::kVietnamese ? of.to_display() : of.to_string();
}

bool read_pay_month(const PayOptions& options, const Terminal& terminal, int64_t& month) {
  if (options.month.empty()) {
    month = Month::of(local_today()).months;
    return true;
  }
  const auto read = Month::parse(options.month);
  if (read) {
    month = read->months;
    return true;
  }
  fail(terminal, kUsage,
       {"--month: \"" + options.month + "\" không phải là một tháng",
        "--month: \"" + options.month + "\" is not a month"},
       {"viết như 2026-08", "write it like 2026-08"});
  return false;
}

std::string state_text(const Terminal& terminal, const agency::PaymentRun& run) {
  if (run.state == agency::RunState::kOrdering) return terminal.say("đang lập", "being ordered");
  if (run.state == agency::RunState::kOrdered) {
    return terminal.say("chờ người khác duyệt", "waits to be released by somebody else");
  }
  return terminal.say("đã duyệt", "released");
}

std::string run_text(const Terminal& terminal, const agency::PaymentRun& run,
                     const std::vector<agency::BankFile>& files) {
  int64_t count = 0, amount = 0;
  for (const agency::BankFile& file : files) {
    if (file.state == "rejected") continue;  // its payments are in another
    count += file.count;
    amount += file.amount;
  }
  const std::string head =
      std::to_string(run.run) + " (" + month_of(terminal, run.month) + ", " +
      (run.kind == agency::RunKind::kMonth ? terminal.say("chi tháng", "monthly")
                                           : terminal.say("chi lại", "paid again")) +
      "): " + state_text(terminal, run);
  return terminal.say("Đợt chi ", "Run ") + head + "; " + std::to_string(files.size()) +
         terminal.say(" tệp, ", " files, ") + amount_of(terminal, count) +
         terminal.say(" lệnh, ", " payments, ") + amount_of(terminal, amount) + "\n";
}

int print_run(const PayOptions& options, const Terminal& terminal, store::Connection& connection,
              const agency::PaymentRun& run) {
  const auto files = agency::files_of(connection, run.run);
  if (!files) return refused_by_agency(terminal, files.error());
  return print(options.json ? http::shown(run, *files).dump(2) + "\n"
                            : run_text(terminal, run, *files));
}

// ---- Orders -------------------------------------------------------------------------------------

int order(const PayOptions& options, const Terminal& terminal, bool is_again) {
  int64_t month = 0;
  if (!read_pay_month(options, terminal, month)) return kUsage;
  int code = kOk;
  const auto opened = open_agency(options.agency, terminal, code);
  if (!opened) return code;
  watch_interrupt();
  auto progress = std::make_unique<Progress>(terminal);
  const agency::RunProgress show = [&](const agency::PaymentRun& run) {
    progress->show(0, {"đến người số " + std::to_string(run.place),
                       "up to person " + std::to_string(run.place)});
    return !is_interrupted();
  };
  agency::PaymentRun run;
  if (is_again) {
    const auto made = agency::order_again(*opened->connection, month, opened->user, {}, show);
    progress.reset();
    if (!made) return refused_by_agency(terminal, made.error());
    if (!made->has_value()) {
      return print(options.json ? "null\n"
                                : terminal.say("Không có lệnh chi nào đang treo\n",
                                               "No payment is suspended\n"));
    }
    run = **made;
  } else {
    const auto made = agency::order_month(*opened->connection, month, opened->user, {}, show);
    progress.reset();
    if (!made) return refused_by_agency(terminal, made.error());
    run = *made;
  }
  if (run.state == agency::RunState::kOrdering) return say_interrupted(terminal);
  return print_run(options, terminal, *opened->connection, run);
}

int release_run(const PayOptions& options, const Terminal& terminal) {
  int code = kOk;
  const auto opened = open_agency(options.agency, terminal, code);
  if (!opened) return code;
  const auto run = agency::release(*opened->connection, options.run, opened->user);
  if (!run) return refused_by_agency(terminal, run.error());
  return print_run(options, terminal, *opened->connection, *run);
}

int list_runs(const PayOptions& options, const Terminal& terminal) {
  int code = kOk;
  const auto opened = open_agency(options.agency, terminal, code);
  if (!opened) return code;
  const auto runs = agency::runs(*opened->connection);
  if (!runs) return refused_by_agency(terminal, runs.error());
  Json all = Json::array();
  std::string text;
  for (const agency::PaymentRun& run : *runs) {
    const auto files = agency::files_of(*opened->connection, run.run);
    if (!files) return refused_by_agency(terminal, files.error());
    all.push_back(http::shown(run, *files));
    text += run_text(terminal, run, *files);
  }
  return print(options.json ? all.dump(2) + "\n" : text);
}

// ---- Files --------------------------------------------------------------------------------------

int write_one(const PayOptions& options, const Terminal& terminal, store::Connection& connection,
              int64_t file) {
  const std::string path =
      (std::filesystem::path(options.folder) / agency::file_name_of(file)).string();
  auto out = OutFile::open(path);
  const Text help{"xem thư mục có ghi được không, đĩa còn chỗ không",
                  "see whether the folder can be written and the disk has room"};
  if (!out) return fail(terminal, kCannotReadWrite, out.error(), help);
  std::optional<Text> fault;
  const auto written = agency::write_pain001(connection, file, [&](std::string_view text) {
    fault = out->write(text);
    return !fault;
  });
  if (fault) return fail(terminal, kCannotReadWrite, *fault, help);
  if (!written) return refused_by_agency(terminal, written.error());
  if (auto last = out->finish()) return fail(terminal, kCannotReadWrite, *last, help);
  return print(path + ": " + amount_of(terminal, written->count) +
               terminal.say(" lệnh, ", " payments, ") + amount_of(terminal, written->amount) +
               ", SHA-256 " + written->digest + "\n");
}

int write_files(const PayOptions& options, const Terminal& terminal) {
  int code = kOk;
  const auto opened = open_agency(options.agency, terminal, code);
  if (!opened) return code;
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  const auto files = agency::files_of(*opened->connection, options.run);
  if (!files) return refused_by_agency(terminal, files.error());
  if (files->empty()) {
    const auto run = agency::find_run(*opened->connection, options.run);
    if (!run) return refused_by_agency(terminal, run.error());
    if (run->has_value()) {
      return print(terminal.say("Đợt chi này không có lệnh nào\n", "This run has no payments\n"));
    }
    return fail(terminal, kUsage, {"không có đợt chi này", "there is no such run"},
                {"`ansinh pay runs` liệt kê các đợt chi", "`ansinh pay runs` lists the runs"});
  }
  for (const agency::BankFile& file : *files) {
    if (file.state == "rejected") continue;
    const int done = write_one(options, terminal, *opened->connection, file.file);
    if (done != kOk) return done;
  }
  return kOk;
}

int resend_file(const PayOptions& options, const Terminal& terminal) {
  int code = kOk;
  const auto opened = open_agency(options.agency, terminal, code);
  if (!opened) return code;
  const auto file = agency::resend(*opened->connection, options.file, opened->user);
  if (!file) return refused_by_agency(terminal, file.error());
  return print(terminal.say("Tệp mới ", "New file ") + agency::file_name_of(file->file) +
               terminal.say("; ghi bằng `ansinh pay file ", "; write it with `ansinh pay file ") +
               std::to_string(file->run) + "`\n");
}

// ---- Answers ------------------------------------------------------------------------------------

std::string taken_text(const Terminal& terminal, const std::string& path,
                       const agency::ReportTaken& taken) {
  if (taken.is_known) {
    return path + terminal.say(": đã nhận trước đây, không có gì thay đổi\n",
                               ": taken in before, nothing was changed\n");
  }
  const auto part = [&](int64_t count, const char* vi, const char* en) {
    return count == 0 ? std::string()
                      : ", " + amount_of(terminal, count) + " " + terminal.say(vi, en);
  };
  return path + ": " + amount_of(terminal, taken.records) + terminal.say(" bản ghi", " records") +
         part(taken.settled, "đã chi", "settled") + part(taken.refused, "bị từ chối", "refused") +
         part(taken.files_refused, "tệp bị từ chối", "files refused") +
         part(taken.returned, "bị trả lại", "returned") +
         part(taken.repeated, "đã biết", "known already") +
         part(taken.unknown, "chưa rõ", "unknown") + "\n";
}

int take_answers(const PayOptions& options, const Terminal& terminal) {
  int code = kOk;
  const auto opened = open_agency(options.agency, terminal, code);
  if (!opened) return code;
  Json all = Json::array();
  for (const std::string& path : options.files) {
    const auto taken = agency::take_report(*opened->connection, path, opened->user);
    if (!taken) return refused_by_agency(terminal, taken.error());
    if (options.json) {
      all.push_back(http::shown(*taken));
      all.back()["file"] = path;
    } else if (const int done = print(taken_text(terminal, path, *taken)); done != kOk) {
      return done;
    }
  }
  return options.json ? print(all.dump(2) + "\n") : kOk;
}

std::string reconciliation_text(const Terminal& terminal, const agency::Reconciliation& report) {
  const auto amount = [&](int64_t steps) { return padded(amount_of(terminal, steps), 22, true); };
  std::string text = terminal.say("Tệp gửi ngân hàng: số tiền, đã chi, bị từ chối, còn chờ\n",
                                  "Files: amount, settled, refused, in transit\n");
  for (const agency::FileLine& line : report.files) {
    text += "  " + padded(agency::file_name_of(line.file.file), 16, false) +
            padded(line.file.fund, 16, false) + amount(line.file.amount) +
            amount(line.file.settled) + amount(line.file.rejected) +
            amount(line.file.in_transit()) + "  " + line.file.state + "\n";
  }
  text += terminal.say("Tài khoản: sổ cái, ngân hàng báo\n", "Accounts: ledger, bank\n");
  for (const agency::AccountLine& line : report.accounts) {
    text += "  " + padded(line.fund, 32, false) + amount(line.ledger) +
            (line.has_statement ? amount(line.stated) : padded("-", 22, true)) +
            (line.agrees() ? "" : terminal.say("  LỆCH", "  DIFFERS")) + "\n";
    for (const std::string& gap : line.gaps) {
      text += terminal.say("    thiếu sao kê trước ", "    a statement is missing before ") + gap +
              "\n";
    }
  }
  if (!report.unknown.empty()) text += terminal.say("Chưa rõ\n", "Unknown\n");
  for (const agency::BankEntry& entry : report.unknown) {
    text += "  " + entry.day.to_string() + "  " + padded(entry.fund, 16, false) +
            amount(entry.amount) + "  " + entry.key + "\n";
  }
  text += terminal.say("Đang treo: ", "Suspended: ") + amount_of(terminal, report.suspended_count) +
          terminal.say(" lệnh, ", " payments, ") + amount_of(terminal, report.suspended_amount) +
          "\n";
  return text;
}

int reconcile_all(const PayOptions& options, const Terminal& terminal) {
  int code = kOk;
  const auto opened = open_agency(options.agency, terminal, code);
  if (!opened) return code;
  const auto report = agency::reconcile(*opened->connection);
  if (!report) return refused_by_agency(terminal, report.error());
  const int done = print(options.json ? http::shown(*report).dump(2) + "\n"
                                      : reconciliation_text(terminal, *report));
  return done != kOk || report->is_clean() ? done : kLawFailed;
}

// ---- Accounts -----------------------------------------------------------------------------------

int name_account(const PayOptions& options, const Terminal& terminal) {
  const agency::BankAccount account{options.holder, options.bank, options.number};
  if (const auto fault = agency::fault_of(account)) {
    return fail(terminal, kUsage, *fault, {"sửa rồi làm lại", "correct it and try again"});
  }
  int code = kOk;
  const auto opened = open_agency(options.agency, terminal, code);
  if (!opened) return code;
  if (!opened->book) {
    return fail(terminal, kUsage, {"thiếu --law", "--law is missing"},
                {"nêu thư mục của luật, ví dụ --law law/vn", "name the law, as --law law/vn"});
  }
  Json value{{"bank", account.bank}, {"number", account.number}};
  if (!account.holder.empty()) value["holder"] = account.holder;
  const auto recorded =
      store::transact(*opened->connection, store::Access::kWrite, [&](store::Connection& c) {
        const agency::NewStatement said[] = {{.fact = "registry.account", .value = value.dump()}};
        return agency::record(c, *opened->book, options.person, said,
                              {"payment desk", opened->user});
      });
  if (!recorded) return refused_by_agency(terminal, recorded.error());
  return print(terminal.say("Đã ghi tài khoản\n", "The account is recorded\n"));
}

}  // namespace

void add_pay(CLI::App& app, const Terminal& terminal, Command& chosen) {
  CLI::App* pay = app.add_subcommand(
      "pay", terminal.say("Chi trả: lập, duyệt, ghi tệp cho ngân hàng, nhận trả lời, đối chiếu",
                          "Pay: order, release, write files for the bank, take its answers in"));
  pay->require_subcommand(1);
  const auto add = [&](const char* name, const std::string& help, auto work, bool law = false) {
    auto options = std::make_shared<PayOptions>();
    CLI::App* command = pay->add_subcommand(name, help);
    add_agency_options(*command, terminal, options->agency, law);
    command->add_flag("--json", options->json, terminal.say("In dạng JSON", "Print as JSON"));
    command->callback([options, work, &terminal, &chosen] {
      chosen = [options, work, &terminal] { return work(*options, terminal); };
    });
    return std::pair(command, options);
  };
  const std::string month_help = terminal.say("Tháng, như 2026-08; không có thì tháng này",
                                              "Month, as 2026-08; else this one");
  const auto [run, run_options] =
      add("run", terminal.say("Lập lệnh chi của một tháng", "Order the payments of a month"),
          [](const PayOptions& o, const Terminal& t) { return order(o, t, false); });
  run->add_option("--month", run_options->month, month_help);
  const auto [again, again_options] =
      add("again",
          terminal.say("Chi lại những lệnh bị trả lại, vào tài khoản mới",
                       "Order again what came back, to new accounts"),
          [](const PayOptions& o, const Terminal& t) { return order(o, t, true); });
  again->add_option("--month", again_options->month, month_help);
  const auto [release, release_options] =
      add("release",
          terminal.say("Duyệt một đợt chi (người khác với người lập)",
                       "Release a run (another person than who ordered it)"),
          release_run);
  release->add_option("run", release_options->run, terminal.say("Số đợt chi", "Number of the run"))
      ->required();
  add("runs", terminal.say("Liệt kê các đợt chi", "List the runs"), list_runs);
  const auto [file, file_options] =
      add("file",
          terminal.say("Ghi các tệp pain.001 của một đợt chi", "Write the pain.001 files of a run"),
          write_files);
  file->add_option("run", file_options->run, terminal.say("Số đợt chi", "Number of the run"))
      ->required();
  file->add_option("--out", file_options->folder, terminal.say("Thư mục", "Folder"))->required();
  const auto [resend, resend_options] =
      add("resend",
          terminal.say("Gửi lại một tệp mà ngân hàng từ chối toàn bộ",
                       "Send again a file that the bank refused as a whole"),
          resend_file);
  resend->add_option("file", resend_options->file, terminal.say("Số tệp", "Number of the file"))
      ->required();
  const auto [answer, answer_options] =
      add("answer",
          terminal.say("Nhận trả lời pain.002 và sao kê camt.053 của ngân hàng",
                       "Take in the bank's answers (pain.002) and statements (camt.053)"),
          take_answers);
  answer->add_option("files", answer_options->files, terminal.say("Các tệp", "The files"))
      ->required();
  add("reconcile", terminal.say("Đối chiếu với ngân hàng", "Reconcile with the bank"),
      reconcile_all);
  const auto [account, account_options] =
      add("account",
          terminal.say("Ghi tài khoản ngân hàng của một người", "Record a person's bank account"),
          name_account, true);
  account->add_option("person", account_options->person, terminal.say("Số của người", "The person"))
      ->required();
  account->add_option("--bank", account_options->bank, terminal.say("BIC hoặc mã", "BIC or code"))
      ->required();
  account->add_option("--number", account_options->number, terminal.say("Số tài khoản", "Account"))
      ->required();
  account->add_option("--holder", account_options->holder, terminal.say("Chủ tài khoản", "Holder"));
}

}  // namespace ansinh::cli
