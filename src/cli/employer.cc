// ansinh employer …, ansinh worker months: contributions from the command line.
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "agency/declaration.h"
#include "agency/employer_statement.h"
#include "agency/receipt.h"
#include "base/text.h"
#include "cli/agency_options.h"
#include "cli/files.h"
#include "cli/terminal.h"
#include "http/show.h"

namespace ansinh::cli {

namespace {

using agency::ContributionRules;
using agency::Employer;

struct EmployerOptions {
  AgencyOptions agency;
  std::string code, name, file, month, key, received, from, to, html;
  int64_t amount = 0, person = 0;
  bool part = false, json = false;
};
using Options = std::shared_ptr<EmployerOptions>;

// The opened agency with the rules of its law's contributions.
struct Desk {
  Agency agency;
  ContributionRules rules;
  store::Connection& db() const { return *agency.connection; }
  const agency::LawBook& book() const { return *agency.book; }
};

std::optional<Desk> open_desk(const EmployerOptions& options, const Terminal& terminal, int& code) {
  auto opened = open_agency(options.agency, terminal, code);
  if (!opened) return std::nullopt;
  Desk desk{std::move(*opened), {}};
  auto rules = agency::read_contribution_rules(desk.book());
  if (!rules) {
    code = refused_by_agency(terminal, rules.error());
    return std::nullopt;
  }
  desk.rules = std::move(*rules);
  return desk;
}

bool read_month(const Terminal& terminal, std::string_view option, const std::string& text,
                Month& month) {
  const auto read = Month::parse(text);
  if (read) {
    month = *read;
    return true;
  }
  const std::string name(option);
  fail(terminal, kUsage,
       {name + ": \"" + text + "\" không phải là một tháng",
        name + ": \"" + text + "\" is not a month"},
       {"viết như 2026-08", "write it like 2026-08"});
  return false;
}

std::string money(const Terminal& terminal, int64_t steps) {
  return group_digits(std::to_string(steps), terminal.language == Language::kVietnamese);
}

int add_one(const EmployerOptions& options, const Terminal& terminal) {
  int code = kOk;
  auto opened = open_agency(options.agency, terminal, code);
  if (!opened) return code;
  const auto added =
      store::transact(*opened->connection, store::Access::kWrite, [&](store::Connection& c) {
        return agency::add_employer(c, options.code, options.name, opened->user);
      });
  if (!added) return refused_by_agency(terminal, added.error());
  return print((added->is_new ? terminal.say("Đã đăng ký đơn vị số ", "Registered employer ")
                              : terminal.say("Đã có đơn vị số ", "There already: employer ")) +
               std::to_string(added->person) + "\n");
}

std::string rejects_text(const agency::Declared& declared, const std::string& file,
                         const Terminal& terminal) {
  std::string out;
  for (const agency::RejectedRow& row : declared.rejected) {
    out += file + ":" + std::to_string(row.line) + ": " +
           (row.column.empty() ? "" : row.column + ": ") + terminal.say(row.reason) + "\n";
  }
  return out;
}

int declare_file(const EmployerOptions& options, const Terminal& terminal) {
  Month month;
  if (!read_month(terminal, "--month", options.month, month)) return kUsage;
  const auto bytes = read_bytes(options.file);
  if (!bytes) {
    return fail(terminal, kCannotReadWrite, bytes.error(),
                {"kiểm tra lại đường dẫn", "check the path"});
  }
  int code = kOk;
  auto desk = open_desk(options, terminal, code);
  if (!desk) return code;
  const bool is_json = options.file.ends_with(".json");
  const auto declared = store::transact(
      desk->db(), store::Access::kWrite,
      [&](store::Connection& c) -> agency::Expected<agency::Declared> {
        const auto employer = agency::find_employer(c, options.code);
        if (!employer) return std::unexpected(employer.error());
        const auto payroll = is_json
                                 ? agency::read_payroll_json(c, desk->book(), desk->rules, *bytes)
                                 : agency::read_payroll_csv(c, desk->book(), desk->rules, *bytes);
        if (!payroll) return std::unexpected(payroll.error());
        return agency::declare(c, desk->book(), desk->rules, employer->person, *payroll,
                               {month, !options.part, options.key, desk->agency.user},
                               desk->agency.today);
      });
  if (!declared) return refused_by_agency(terminal, declared.error());
  print_error(rejects_text(*declared, options.file, terminal));
  if (declared->declaration == 0) {
    return fail(
        terminal, kBadFacts,
        {std::to_string(declared->rejected.size()) + " dòng bị từ chối, bảng khai chưa được "
                                                     "nhận",
         std::to_string(declared->rejected.size()) +
             " rows are rejected, and the payroll is not taken"},
        {"sửa các dòng đó rồi gửi lại; --part nhận những dòng đúng và giữ nguyên những "
         "người khác",
         "correct them and send it again; --part takes the good rows and leaves all others "
         "as they are"});
  }
  const std::string number = std::to_string(declared->declaration);
  if (!declared->is_new) {
    return print(terminal.say("Bảng khai này đã nhận trước đây: số " + number + "\n",
                              "This payroll was taken before: declaration " + number + "\n"));
  }
  const std::string due = money(terminal, declared->due_more);
  const std::string lines = std::to_string(declared->line_count);
  const std::string changed = std::to_string(declared->changed);
  const int printed = print(terminal.say("Bảng khai số " + number + ": " + lines + " người, " +
                                             changed + " thay đổi, phải đóng thêm " + due + "\n",
                                         "Declaration " + number + ": " + lines + " workers, " +
                                             changed + " changed, due more: " + due + "\n"));
  return declared->rejected.empty() ? printed : static_cast<int>(kBadFacts);
}

int take_money(const EmployerOptions& options, const Terminal& terminal) {
  Date received;
  if (!read_date_argument(terminal, "--received", options.received, received)) return kUsage;
  int code = kOk;
  auto desk = open_desk(options, terminal, code);
  if (!desk) return code;
  const auto taken = store::transact(
      desk->db(), store::Access::kWrite,
      [&](store::Connection& c) -> agency::Expected<agency::ReceiptTaken> {
        const auto employer = agency::find_employer(c, options.code);
        if (!employer) return std::unexpected(employer.error());
        return agency::take_receipt(c, desk->book(), desk->rules, employer->person,
                                    {received, options.amount, options.key, desk->agency.user},
                                    desk->agency.today);
      });
  if (!taken) return refused_by_agency(terminal, taken.error());
  const std::string number = std::to_string(taken->receipt);
  if (!taken->is_new) {
    return print(terminal.say("Khoản tiền này đã ghi trước đây: số " + number + "\n",
                              "This money was taken before: receipt " + number + "\n"));
  }
  const std::string paid = money(terminal, taken->allocated), left = money(terminal, taken->left);
  const std::string months = std::to_string(taken->months_changed);
  return print(terminal.say("Khoản tiền số " + number + ": phân bổ " + paid + ", còn lại " + left +
                                ", " + months + " tháng của người lao động đổi trạng thái\n",
                            "Receipt " + number + ": allocated " + paid + ", left " + left + ", " +
                                months + " workers' months changed\n"));
}

agency::Expected<agency::EmployerStatement> read_statement(Desk& desk,
                                                           const EmployerOptions& options,
                                                           std::optional<Month> first,
                                                           std::optional<Month> last) {
  return store::transact(
      desk.db(), store::Access::kRead,
      [&](store::Connection& c) -> agency::Expected<agency::EmployerStatement> {
        const auto employer = agency::find_employer(c, options.code);
        if (!employer) return std::unexpected(employer.error());
        std::optional<std::pair<Month, Month>> months;
        if (first || last) {
          months = {first.value_or(Month::of(1800, 1)), last.value_or(Month::of(2400, 12))};
        }
        return agency::statement_of_employer(c, desk.book(), desk.rules, employer->person,
                                             desk.agency.today, months);
      });
}

std::string dues_text(const agency::EmployerStatement& statement, const Terminal& terminal) {
  std::string out;
  for (const agency::DueShown& due : statement.dues) {
    const agency::DueKey& key = due.group.key;
    out += due.group.month.to_string() + "  " + due.group.due_on.to_string() + "  " +
           padded(money(terminal, due.due), 18, true) +
           padded(money(terminal, due.paid), 18, true) +
           padded(money(terminal, due.open()), 18, true) + (due.is_overdue ? " !  " : "    ") +
           key.fund +
           (due.group.is_interest ? terminal.say("  tiền lãi", "  interest")
                                  : "  " + key.contribution + " (" + key.party + ")") +
           "\n";
  }
  const auto line = [&](const char* vi, const char* en, int64_t amount) {
    out +=
        padded(terminal.say(vi, en), 40, false) + padded(money(terminal, amount), 18, true) + "\n";
  };
  line("Phải đóng", "Due", statement.due);
  line("Đã đóng", "Paid", statement.paid);
  line("Còn phải đóng", "Open", statement.open);
  line("Trong đó quá hạn", "Of it overdue", statement.overdue);
  line("Tiền lãi chưa ghi sổ", "Interest not charged yet", statement.interest_more);
  line("Tiền chưa phân bổ", "Money not allocated", statement.left);
  for (const agency::InterestShown& interest : statement.interest) {
    if (!interest.unclear) continue;
    out += terminal.say("Chưa rõ tiền lãi ", "Interest not clear ") +
           interest.group.month.to_string() + " " + interest.group.key.fund + ": " +
           terminal.say(*interest.unclear) + "\n";
  }
  return out;
}

int show_statement(const EmployerOptions& options, const Terminal& terminal) {
  std::optional<Month> first, last;
  Month month;
  if (!options.month.empty()) {
    if (!read_month(terminal, "--month", options.month, month)) return kUsage;
    first = last = month;
  }
  if (!options.from.empty()) {
    if (!read_month(terminal, "--from", options.from, month)) return kUsage;
    first = month;
  }
  if (!options.to.empty()) {
    if (!read_month(terminal, "--to", options.to, month)) return kUsage;
    last = month;
  }
  int code = kOk;
  auto desk = open_desk(options, terminal, code);
  if (!desk) return code;
  const auto statement = read_statement(*desk, options, first, last);
  if (!statement) return refused_by_agency(terminal, statement.error());
  if (!options.html.empty()) {
    const std::string html =
        agency::statement_html(*statement, desk->book().law(), terminal.language);
    if (const auto fault = write_file(options.html, html)) return cannot_write(terminal, *fault);
    return kOk;
  }
  return print(options.json ? agency::statement_json(*statement, desk->book().law())
                            : dues_text(*statement, terminal));
}

int show_arrears(const EmployerOptions& options, const Terminal& terminal) {
  int code = kOk;
  auto opened = open_agency(options.agency, terminal, code);
  if (!opened) return code;
  constexpr int64_t kShownMax = 1000;
  const auto owing =
      store::transact(*opened->connection, store::Access::kRead, [&](store::Connection& c) {
        return agency::employers_in_arrears(c, opened->today, kShownMax);
      });
  if (!owing) return refused_by_agency(terminal, owing.error());
  std::string out;
  for (const agency::EmployerInArrears& one : *owing) {
    out += one.oldest_due.to_string() + padded(money(terminal, one.overdue), 20, true) + "  " +
           one.employer.code + "  " + one.employer.name + "\n";
  }
  if (owing->empty()) out = terminal.say("Không đơn vị nào nợ quá hạn\n", "Nobody is in arrears\n");
  return print(out);
}

int charge(const EmployerOptions& options, const Terminal& terminal) {
  int code = kOk;
  auto desk = open_desk(options, terminal, code);
  if (!desk) return code;
  const auto charged = store::transact(
      desk->db(), store::Access::kWrite, [&](store::Connection& c) -> agency::Expected<int64_t> {
        const auto employer = agency::find_employer(c, options.code);
        if (!employer) return std::unexpected(employer.error());
        return agency::charge_late_interest(c, desk->book(), desk->rules, employer->person,
                                            desk->agency.today, desk->agency.user);
      });
  if (!charged) return refused_by_agency(terminal, charged.error());
  return print(terminal.say("Ghi thêm tiền lãi: ", "Interest charged: ") +
               money(terminal, *charged) + "\n");
}

int queue_notices(const EmployerOptions& options, const Terminal& terminal) {
  int code = kOk;
  auto desk = open_desk(options, terminal, code);
  if (!desk) return code;
  constexpr int64_t kSlice = 1000;
  int64_t queued = 0, after = 0;
  do {
    const auto slice =
        store::transact(desk->db(), store::Access::kWrite, [&](store::Connection& c) {
          return agency::queue_arrears_notices(c, desk->rules, desk->agency.today, after, kSlice);
        });
    if (!slice) return refused_by_agency(terminal, slice.error());
    queued += slice->queued;
    after = slice->last;
  } while (after != 0);
  return print(terminal.say("Thông báo mới: ", "New notices: ") + std::to_string(queued) + "\n");
}

int show_months(const EmployerOptions& options, const Terminal& terminal) {
  int code = kOk;
  auto opened = open_agency(options.agency, terminal, code);
  if (!opened) return code;
  const auto months =
      store::transact(*opened->connection, store::Access::kRead, [&](store::Connection& c) {
        return agency::months_of_worker(c, options.person, opened->today);
      });
  if (!months) return refused_by_agency(terminal, months.error());
  std::string out;
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const agency::WorkerMonthShown& shown : *months) {
    json.push_back(http::shown(shown));
    out += shown.month.month.to_string() + "  " +
           padded(terminal.say(agency::label_of(shown.month.state)), 20, false) +
           (shown.is_overdue ? "! " : "  ") +
           padded(money(terminal, shown.month.amount), 16, true) + "  " + shown.employer_code +
           "  " + shown.employer_name + "\n";
  }
  return print(options.json ? json.dump(2) + "\n" : out);
}

// One subcommand: its name, what it says of itself, what it does.
struct Part {
  const char* name;
  const char* vi;
  const char* en;
  int (*run)(const EmployerOptions&, const Terminal&);
  bool needs_law, needs_employer;
};

CLI::App* add_part(CLI::App& parent, const Terminal& terminal, Command& chosen, const Part& part,
                   const Options& options) {
  CLI::App* command = parent.add_subcommand(part.name, terminal.say(part.vi, part.en));
  add_agency_options(*command, terminal, options->agency, part.needs_law);
  if (part.needs_employer) {
    command
        ->add_option("employer", options->code,
                     terminal.say("Mã đơn vị, hoặc #SỐ", "The employer's code, or #NUMBER"))
        ->required()
        ->type_name("CODE");
  }
  command->callback([options, part, &terminal, &chosen] {
    chosen = [options, part, &terminal] { return part.run(*options, terminal); };
  });
  return command;
}

void add_months(CLI::App& command, const Terminal& terminal, EmployerOptions& options) {
  command.add_option("--month", options.month, terminal.say("Chỉ tháng này", "This month only"))
      ->type_name("MONTH");
  command.add_option("--from", options.from, terminal.say("Từ tháng", "From this month on"))
      ->type_name("MONTH");
  command.add_option("--to", options.to, terminal.say("Đến tháng", "Up to this month"))
      ->type_name("MONTH");
  command.add_flag("--json", options.json, terminal.say("In dạng JSON", "Print as JSON"));
}

}  // namespace

void add_employer(CLI::App& app, const Terminal& terminal, Command& chosen) {
  CLI::App* command =
      app.add_subcommand("employer", terminal.say("Đơn vị sử dụng lao động: khai, đóng, nợ",
                                                  "Employers: payrolls, contributions, arrears"));
  command->require_subcommand(1);
  const auto part = [&](const Part& what) {
    auto options = std::make_shared<EmployerOptions>();
    return std::pair(add_part(*command, terminal, chosen, what, options), options);
  };
  {
    const auto [add, options] =
        part({"add", "Đăng ký đơn vị", "Register an employer", add_one, false, true});
    add->add_option("--name", options->name, terminal.say("Tên đơn vị", "The employer's name"))
        ->required();
  }
  {
    const auto [declare, options] =
        part({"declare", "Nhận bảng khai của một tháng (CSV hoặc JSON)",
              "Take the payroll of a month (CSV or JSON)", declare_file, true, true});
    declare
        ->add_option("file", options->file,
                     terminal.say("Tệp .csv hoặc .json", "A .csv or .json file"))
        ->required()
        ->type_name("FILE");
    declare
        ->add_option("--month", options->month,
                     terminal.say("Tháng, ví dụ 2026-08", "The month, for example 2026-08"))
        ->required()
        ->type_name("MONTH");
    declare->add_flag("--part", options->part,
                      terminal.say("Chỉ một phần: những người không có trong tệp giữ nguyên",
                                   "Only a part: who is not in the file stays as he or she was"));
    declare->add_option("--key", options->key,
                        terminal.say("Khóa của bảng khai; cùng khóa chỉ nhận một lần",
                                     "The payroll's key; the same key is taken once"));
  }
  {
    const auto [due, options] =
        part({"due", "Số phải đóng theo tháng, quỹ, bên đóng",
              "What is due by month, fund and party", show_statement, true, true});
    add_months(*due, terminal, *options);
  }
  {
    const auto [receipt, options] = part({"receipt", "Ghi tiền đơn vị nộp và phân bổ",
                                          "Take money in and allocate it", take_money, true, true});
    receipt->add_option("--amount", options->amount, terminal.say("Số tiền", "The amount"))
        ->required();
    receipt
        ->add_option("--received", options->received,
                     terminal.say("Ngày tiền về", "The day on which it came in"))
        ->required()
        ->type_name("DATE");
    receipt
        ->add_option("--key", options->key,
                     terminal.say("Số tham chiếu của ngân hàng", "The bank's reference"))
        ->required();
  }
  {
    const auto [statement, options] =
        part({"statement", "Thông báo kết quả đóng của đơn vị", "The employer's statement",
              show_statement, true, true});
    add_months(*statement, terminal, *options);
    statement
        ->add_option("--html", options->html,
                     terminal.say("Ghi thành trang HTML", "Write it as an HTML page"))
        ->type_name("FILE");
  }
  {
    const auto [arrears, options] =
        part({"arrears", "Những đơn vị nợ quá hạn", "Employers with overdue contributions",
              show_arrears, false, false});
    arrears
        ->add_option(
            "--on", options->agency.on,
            terminal.say("Tính đến ngày; mặc định hôm nay", "As of a day; today by default"))
        ->type_name("DATE");
  }
  part({"charge", "Ghi tiền lãi chậm đóng đến ngày làm việc",
        "Charge late interest up to the date of the work", charge, true, true});
  part({"notices", "Tạo thông báo cho người lao động có tháng chưa đóng",
        "Queue notices to workers who have unpaid months", queue_notices, true, false});
}

void add_worker(CLI::App& app, const Terminal& terminal, Command& chosen) {
  CLI::App* command = app.add_subcommand(
      "worker",
      terminal.say("Quá trình đóng của một người lao động", "What was paid for a worker"));
  command->require_subcommand(1);
  auto options = std::make_shared<EmployerOptions>();
  CLI::App* months = add_part(*command, terminal, chosen,
                              {"months", "Từng tháng đã đóng, chưa đóng và đơn vị",
                               "Each month: paid or not, and by whom", show_months, false, false},
                              options);
  months
      ->add_option("person", options->person,
                   terminal.say("Số của người lao động", "The worker's number"))
      ->required()
      ->type_name("NUMBER");
  months->add_option("--on", options->agency.on, terminal.say("Tính đến ngày", "As of a day"))
      ->type_name("DATE");
  months->add_flag("--json", options->json, terminal.say("In dạng JSON", "Print as JSON"));
}

}  // namespace ansinh::cli
