// Employers: payrolls, what is due, what came in.

#include "agency/declaration.h"
#include "agency/employer_statement.h"
#include "agency/receipt.h"
#include "http/routes.h"

namespace ansinh::http {

namespace {

using agency::Act;
using agency::Expected;

constexpr int64_t kMoneyMax = 1'000'000'000'000'000;
constexpr uint64_t kPayrollMax = uint64_t{64} * 1024 * 1024;

Expected<Reply> declared_reply(const Call& call, const Expected<agency::Payroll>& payroll,
                               const Month& month, bool is_whole, const std::string& key) {
  if (!payroll) return std::unexpected(payroll.error());
  const auto declared = agency::declare(call.connection, call.desk.book(),
                                        call.desk.contribution_rules(), call.person, *payroll,
                                        {month, is_whole, key, call.actor.user}, call.desk.today());
  if (!declared) return std::unexpected(declared.error());
  return Reply{.json = shown(*declared)};
}

Expected<Reply> declare_rows(Call& call) {
  const auto payroll =
      agency::read_payroll_json(call.connection, call.desk.book(), call.desk.contribution_rules(),
                                call.body()["rows"].dump());
  return declared_reply(call, payroll, *call.month("month"), call.body()["is_whole"].get<bool>(),
                        call.text("key"));
}

Expected<Reply> declare_csv(Call& call) {
  const auto payroll = agency::read_payroll_csv(call.connection, call.desk.book(),
                                                call.desk.contribution_rules(), call.request.body);
  const auto month = Month::parse(call.query("month"));
  return declared_reply(call, payroll, *month, call.query("part") != "true", call.query("key"));
}

Expected<Reply> employer_account(Call& call) {
  const auto statement =
      agency::statement_of_employer(call.connection, call.desk.book(),
                                    call.desk.contribution_rules(), call.person, call.desk.today());
  if (!statement) return std::unexpected(statement.error());
  return Reply{.json = Json::parse(agency::statement_json(*statement, call.desk.book().law()),
                                   nullptr, false)};
}

Expected<Reply> take_money(Call& call) {
  const auto taken = agency::take_receipt(
      call.connection, call.desk.book(), call.desk.contribution_rules(), call.person,
      {*call.date("received_on"), call.integer("amount"), call.text("key"), call.actor.user},
      call.desk.today());
  if (!taken) return std::unexpected(taken.error());
  return Reply{.json = {{"receipt", taken->receipt},
                        {"new", taken->is_new},
                        {"allocated", taken->allocated},
                        {"left", taken->left},
                        {"months_changed", taken->months_changed}}};
}

void add_payrolls(Router& router, Desk& desk) {
  auto rows = desk_route("POST", "/v1/employers/{employer}/payrolls", "declarePayroll",
                         {"Khai lao động và tiền lương một tháng", "Declare a month's payroll"},
                         Act::kDeclare, Work::kWrite, declare_rows);
  rows.route.request =
      object_schema({{"month", month_schema()},
                     {"is_whole", {{"type", "boolean"}}},
                     {"key", string_schema(200, 0)},
                     {"rows", {{"type", "array"}, {"items", any_object()}, {"maxItems", 100'000}}}},
                    {"key"});
  rows.route.body_max = kPayrollMax;
  add_desk_route(router, desk, std::move(rows));

  auto file = desk_route("POST", "/v1/employers/{employer}/payroll-files", "declarePayrollFile",
                         {"Nộp tệp CSV của bảng khai", "Upload a payroll as CSV"}, Act::kDeclare,
                         Work::kWrite, declare_csv);
  file.route.parameters = {
      {"month", true, {"Tháng", "The month"}, month_schema()},
      {"part", false, {"Chỉ một phần", "Only a part of the payroll"}, {{"type", "boolean"}}},
      {"key", false, {"Khóa của nguồn", "The source's own key"}, string_schema(200)}};
  file.route.request = {{"type", "string"}};
  file.route.request_type = "text/csv";
  file.route.body_max = kPayrollMax;
  add_desk_route(router, desk, std::move(file));
}

void add_registers(Router& router, Desk& desk) {
  auto list =
      desk_route("GET", "/v1/employers", "employers", {"Các đơn vị", "Employers"}, Act::kSearch,
                 Work::kRead, [](Call& call) -> Expected<Reply> {
                   const int64_t count = std::max<int64_t>(1, call.number("count"));
                   const auto all = agency::employers(call.connection, call.query("after"), count);
                   if (!all) return std::unexpected(all.error());
                   Json items = Json::array();
                   for (const auto& one : *all) items.push_back(shown(one));
                   const bool is_full = static_cast<int64_t>(all->size()) == count;
                   return Reply{.json = {{"items", std::move(items)},
                                         {"next", is_full ? Json(all->back().code) : Json()}}};
                 });
  list.route.parameters = {
      {"after", false, {"Sau mã này", "After this code"}, string_schema(60)},
      {"count", true, {"Số mục một trang", "Items a page"}, integer_schema(1, 1000)}};
  list.route.response = page_schema(any_object());
  add_desk_route(router, desk, std::move(list));

  auto add = desk_route(
      "POST", "/v1/employers", "addEmployer", {"Đăng ký một đơn vị", "Register an employer"},
      Act::kRecord, Work::kWrite, [](Call& call) -> Expected<Reply> {
        const auto added = agency::add_employer(call.connection, call.text("code"),
                                                call.text("name"), call.actor.user);
        if (!added) return std::unexpected(added.error());
        return Reply{.json = {{"employer", added->person}, {"new", added->is_new}}};
      });
  add.route.request = object_schema({{"code", string_schema(60)}, {"name", string_schema(300)}});
  add.route.success = 201;
  add_desk_route(router, desk, std::move(add));

  auto arrears = desk_route(
      "GET", "/v1/arrears", "arrears",
      {"Đơn vị nợ quá hạn, lâu nhất trước", "Employers in arrears"}, Act::kReadLedger, Work::kRead,
      [](Call& call) {
        constexpr int64_t kArrearsMost = 1000;
        return page_reply(
            call, agency::employers_in_arrears(call.connection, call.desk.today(), kArrearsMost));
      });
  arrears.route.parameters = page_parameters();
  arrears.route.response = page_schema(any_object());
  add_desk_route(router, desk, std::move(arrears));
}

void add_accounts(Router& router, Desk& desk) {
  add_desk_route(router, desk,
                 desk_route("GET", "/v1/employers/{employer}/statement", "employerStatement",
                            {"Phải đóng, đã đóng, còn nợ", "What is due, paid and owed"},
                            Act::kReadFile, Work::kRead, employer_account));
  auto receipt = desk_route("POST", "/v1/employers/{employer}/receipts", "takeReceipt",
                            {"Ghi tiền đơn vị đã nộp", "Take in an employer's money"}, Act::kRecord,
                            Work::kWrite, take_money);
  receipt.route.request = object_schema({{"received_on", date_schema()},
                                         {"amount", integer_schema(1, kMoneyMax)},
                                         {"key", string_schema(200)}});
  receipt.route.success = 201;
  add_desk_route(router, desk, std::move(receipt));
}

}  // namespace

void add_employer_routes(Router& router, Desk& desk) {
  add_registers(router, desk);
  add_payrolls(router, desk);
  add_accounts(router, desk);
}

}  // namespace ansinh::http
