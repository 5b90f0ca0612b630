// Money: payment runs, files for the bank and its answers, the ledger, and the proof of the sums.

#include "agency/bank_report.h"
#include "agency/clock.h"
#include "agency/ledger.h"
#include "agency/pain001.h"
#include "agency/payment_run.h"
#include "agency/proof.h"
#include "agency/reconcile.h"
#include "http/routes.h"

namespace ansinh::http {

namespace {

using agency::Act;
using agency::Expected;

constexpr uint64_t kReportMax = uint64_t{64} * 1024 * 1024;

Expected<Reply> run_reply(Call& call, const Expected<agency::PaymentRun>& run) {
  if (!run) return std::unexpected(run.error());
  const auto files = agency::files_of(call.connection, run->run);
  if (!files) return std::unexpected(files.error());
  return Reply{.json = shown(*run, *files), .version = run->version};
}

// ---- Runs ---------------------------------------------------------------------------------------

Expected<Reply> order_run(Call& call) {
  if (auto yes = check_everywhere(call); !yes) return std::unexpected(yes.error());
  const int64_t month = call.month("month")->months;
  if (call.text("kind") != "again") {
    return run_reply(call, agency::order_month(call.connection, month, call.actor.user));
  }
  const auto again = agency::order_again(call.connection, month, call.actor.user);
  if (!again) return std::unexpected(again.error());
  if (!*again) return Reply{.json = {{"run", nullptr}}};
  return run_reply(call, **again);
}

Expected<Reply> show_run(Call& call) {
  const auto run = agency::find_run(call.connection, call.number("run"));
  if (!run) return std::unexpected(run.error());
  if (!*run) {
    return std::unexpected(agency::refused(
        "not-found",
        {"không có đợt chi này; xem lại số", "there is no such run; check its number"}));
  }
  return run_reply(call, **run);
}

Expected<Reply> list_runs(Call& call) {
  const auto all = agency::runs(call.connection);
  if (!all) return std::unexpected(all.error());
  std::vector<Json> items;
  for (const agency::PaymentRun& run : *all) {
    const auto files = agency::files_of(call.connection, run.run);
    if (!files) return std::unexpected(files.error());
    items.push_back(shown(run, *files));
  }
  return Reply{.json = page_of(call, items)};
}

void add_runs(Router& router, Desk& desk) {
  auto order = desk_route("POST", "/v1/payment-runs", "orderPayments",
                          {"Lập đợt chi của một tháng, hoặc làm tiếp", "Order a month's payments"},
                          Act::kMakePayments, Work::kOwn, order_run);
  order.route.request = object_schema(
      {{"month", month_schema()}, {"kind", {{"type", "string"}, {"enum", {"month", "again"}}}}},
      {"kind"});
  order.route.success = 201;
  add_desk_route(router, desk, std::move(order));

  auto release =
      desk_route("POST", "/v1/payment-runs/{run}/release", "releasePayments",
                 {"Duyệt đợt chi, không phải người lập", "Release, not by its maker"},
                 Act::kReleasePayments, Work::kOwn, [](Call& call) -> Expected<Reply> {
                   if (auto yes = check_everywhere(call); !yes) {
                     return std::unexpected(yes.error());
                   }
                   return run_reply(
                       call, agency::release(call.connection, call.number("run"), call.actor.user));
                 });
  add_desk_route(router, desk, std::move(release));
  add_desk_route(router, desk,
                 desk_route("GET", "/v1/payment-runs/{run}", "paymentRun",
                            {"Một đợt chi và các tệp", "A run and its files"}, Act::kReadLedger,
                            Work::kRead, show_run));
  auto list = desk_route("GET", "/v1/payment-runs", "paymentRuns", {"Các đợt chi", "Payment runs"},
                         Act::kReadLedger, Work::kRead, list_runs);
  list.route.parameters = page_parameters();
  list.route.response = page_schema(any_object());
  add_desk_route(router, desk, std::move(list));
}

// ---- The bank -----------------------------------------------------------------------------------

Expected<Reply> bank_file(Call& call) {
  if (auto yes = check_everywhere(call); !yes) return std::unexpected(yes.error());
  const int64_t number = call.number("file");
  std::string xml;
  const auto written = agency::write_pain001(call.connection, number, [&](std::string_view text) {
    xml += text;
    return true;
  });
  if (!written) return std::unexpected(written.error());
  return Reply{.type = "application/xml",
               .bytes = std::move(xml),
               .file_name = agency::file_name_of(number)};
}

void add_bank(Router& router, Desk& desk) {
  auto file = desk_route("GET", "/v1/payment-files/{file}", "paymentFile",
                         {"Tệp pain.001 cho ngân hàng", "The pain.001 for the bank"},
                         Act::kMakePayments, Work::kOwn, bank_file);
  file.route.response_type = "application/xml";
  file.route.response = {{"type", "string"}};
  add_desk_route(router, desk, std::move(file));

  auto resend = desk_route("POST", "/v1/payment-files/{file}/resend", "resendFile",
                           {"Lập lại tệp bị ngân hàng từ chối", "Make a rejected file again"},
                           Act::kMakePayments, Work::kOwn, [](Call& call) -> Expected<Reply> {
                             if (auto yes = check_everywhere(call); !yes) {
                               return std::unexpected(yes.error());
                             }
                             const auto made = agency::resend(call.connection, call.number("file"),
                                                              call.actor.user);
                             if (!made) return std::unexpected(made.error());
                             return Reply{.json = {{"file", made->file}, {"run", made->run}}};
                           });
  add_desk_route(router, desk, std::move(resend));

  auto report = desk_route("POST", "/v1/bank-reports", "takeBankReport",
                           {"Nhận pain.002 hoặc camt.053", "Take a pain.002 or camt.053"},
                           Act::kMakePayments, Work::kOwn, [](Call& call) -> Expected<Reply> {
                             if (auto yes = check_everywhere(call); !yes) {
                               return std::unexpected(yes.error());
                             }
                             return reply_of(agency::take_report_text(
                                 call.connection, call.request.body, call.actor.user));
                           });
  report.route.request = {{"type", "string"}};
  report.route.request_type = "application/xml";
  report.route.body_max = kReportMax;
  report.route.success = 201;
  add_desk_route(router, desk, std::move(report));

  add_desk_route(router, desk,
                 desk_route("GET", "/v1/reconciliation", "reconciliation",
                            {"Đối chiếu với ngân hàng", "What the bank has said of what was sent"},
                            Act::kReadLedger, Work::kOwn, [](Call& call) {
                              return reply_of(agency::reconcile(call.connection));
                            }));
}

// ---- The ledger ---------------------------------------------------------------------------------

void add_ledger(Router& router, Desk& desk) {
  auto balances = desk_route(
      "GET", "/v1/ledger", "balances", {"Số dư các tài khoản", "The accounts' balances"},
      Act::kReadLedger, Work::kRead, [](Call& call) -> Expected<Reply> {
        const auto until = Date::parse(call.query("until"));
        return page_reply(
            call,
            agency::balances(call.connection, until ? std::optional<Date>(*until) : std::nullopt));
      });
  balances.route.parameters = page_parameters();
  balances.route.parameters.push_back(
      {"until", false, {"Đến hết ngày", "Up to a day"}, date_schema()});
  balances.route.response = page_schema(any_object());
  add_desk_route(router, desk, std::move(balances));

  auto entries =
      desk_route("GET", "/v1/persons/{person}/ledger", "entries",
                 {"Bút toán của một người", "A person's entries"}, Act::kReadFile, Work::kRead,
                 [](Call& call) {
                   return page_reply(call, agency::entries_of(call.connection, call.person));
                 });
  entries.route.parameters = page_parameters();
  entries.route.response = page_schema(any_object());
  add_desk_route(router, desk, std::move(entries));

  add_desk_route(
      router, desk,
      desk_route("GET", "/v1/proof", "prove", {"Chứng minh các tổng khớp", "Prove the sums"},
                 Act::kReadLedger, Work::kOwn,
                 [](Call& call) { return reply_of(agency::prove(call.connection)); }));

  auto list = desk_route(
      "GET", "/v1/funds", "funds", {"Các quỹ", "The funds"}, Act::kReadLedger, Work::kRead,
      [](Call& call) { return page_reply(call, agency::funds(call.connection)); });
  list.route.parameters = page_parameters();
  list.route.response = page_schema(any_object());
  add_desk_route(router, desk, std::move(list));

  auto name = desk_route(
      "POST", "/v1/funds", "setFund", {"Đặt tên và tài khoản của quỹ", "Name a fund, its account"},
      Act::kMakePayments, Work::kWrite, [](Call& call) -> Expected<Reply> {
        if (auto yes = check_everywhere(call); !yes) return std::unexpected(yes.error());
        const auto at = agency::record_time(call.connection);
        if (!at) return std::unexpected(at.error());
        const agency::Fund fund{call.text("fund"),     {call.text("name_vi"), call.text("name_en")},
                                call.text("currency"), static_cast<int>(call.integer("decimals")),
                                call.text("holder"),   call.text("bank"),
                                call.text("number")};
        const auto done = agency::set_fund(call.connection, fund, *at, call.actor.user);
        if (!done) return std::unexpected(done.error());
        return done_reply();
      });
  name.route.request =
      object_schema({{"fund", {{"type", "string"}, {"pattern", "^[a-z][a-z0-9_]{0,59}$"}}},
                     {"name_vi", string_schema(200)},
                     {"name_en", string_schema(200)},
                     {"currency", {{"type", "string"}, {"pattern", "^[A-Z]{3}$"}}},
                     {"decimals", integer_schema(0, 4)},
                     {"holder", string_schema(140)},
                     {"bank", string_schema(40)},
                     {"number", string_schema(40)}});
  name.route.response = done_schema();
  add_desk_route(router, desk, std::move(name));
}

}  // namespace

void add_money_routes(Router& router, Desk& desk) {
  add_runs(router, desk);
  add_bank(router, desk);
  add_ledger(router, desk);
}

}  // namespace ansinh::http
