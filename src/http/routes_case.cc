// From an application to an appeal: the steps of application.h and revision.h.

#include "agency/application.h"
#include "agency/letter.h"
#include "agency/notice.h"
#include "agency/payment_run.h"
#include "agency/revision.h"
#include "http/routes.h"

namespace ansinh::http {

namespace {

using agency::Act;
using agency::Expected;

constexpr int64_t kListMost = 1000;

Json reason_schema() { return object_schema({{"reason", string_schema(2000)}}); }

// Those of a list whose person the caller may see.
template <class T>
Expected<std::vector<T>> in_reach(const Call& call, Expected<std::vector<T>> all) {
  if (!all) return all;
  std::vector<T> kept;
  for (T& one : *all) {
    const auto yes =
        agency::may(call.connection, call.actor, Act::kReadFile, one.person, call.desk.today());
    if (yes) {
      kept.push_back(std::move(one));
    } else if (agency::code_of(yes.error()) != "forbidden") {
      return std::unexpected(yes.error());
    }
  }
  return kept;
}

// A list of one person's things.
template <class Read>
void add_list(Router& router, Desk& desk, const std::string& name, const std::string& id,
              Text summary, Read read) {
  auto list = desk_route(
      "GET", "/v1/persons/{person}/" + name, id, std::move(summary), Act::kReadFile, Work::kRead,
      [read](Call& call) { return page_reply(call, read(call.connection, call.person)); });
  list.route.parameters = page_parameters();
  list.route.response = page_schema(any_object());
  add_desk_route(router, desk, std::move(list));
}

// ---- Applications -------------------------------------------------------------------------------

using ApplicationStep = std::function<Expected<agency::Application>(Call&, int64_t application)>;

void add_step(Router& router, Desk& desk, const std::string& name, const std::string& id,
              Text summary, Act act, bool with_reason, ApplicationStep step) {
  auto made = desk_route(
      "POST", "/v1/persons/{person}/applications/{application}/" + name, id, std::move(summary),
      act, Work::kWrite, [step = std::move(step)](Call& call) -> Expected<Reply> {
        const int64_t number = call.number("application");
        const auto now = agency::read_application(call.connection, call.person, number);
        if (!now) return std::unexpected(now.error());
        if (auto same = check_version(call, now->version); !same) {
          return std::unexpected(same.error());
        }
        return reply_of(step(call, number));
      });
  if (with_reason) made.route.request = reason_schema();
  made.route.problems = {412};
  add_desk_route(router, desk, std::move(made));
}

Expected<Reply> decide_application(Call& call) {
  const int64_t number = call.number("application");
  const auto now = agency::read_application(call.connection, call.person, number);
  if (!now) return std::unexpected(now.error());
  if (auto same = check_version(call, now->version); !same) return std::unexpected(same.error());
  const auto done = agency::decide(call.connection, call.desk.book(), call.person, number,
                                   call.desk.today(), call.by());
  if (!done) return std::unexpected(done.error());
  Json missing = Json::array();
  for (const Text& one : done->missing) missing.push_back(text_json(one));
  Json all = shown(done->application);
  all["missing"] = std::move(missing);
  all["decided"] = done->decision ? shown(*done->decision) : Json();
  return Reply{.json = std::move(all), .version = done->application.version};
}

void add_application_steps(Router& router, Desk& desk) {
  auto decide = desk_route("POST", "/v1/persons/{person}/applications/{application}/decide",
                           "decideApplication", {"Áp dụng pháp luật", "Apply the law"},
                           Act::kPropose, Work::kWrite, decide_application);
  decide.route.problems = {412};
  add_desk_route(router, desk, std::move(decide));
  add_step(router, desk, "answer", "answerApplication",
           {"Người dân đã bổ sung dữ kiện", "The facts asked for have come"}, Act::kApply, false,
           [](Call& call, int64_t number) {
             return agency::answer(call.connection, call.person, number, call.by());
           });
  add_step(router, desk, "approve", "approveApplication",
           {"Phê duyệt, không phải người lập", "Approve, not by its maker"}, Act::kApprove, false,
           [](Call& call, int64_t number) {
             return agency::approve(call.connection, call.desk.book(), call.person, number,
                                    call.by());
           });
  add_step(router, desk, "send-back", "sendBackApplication",
           {"Trả lại để quyết định lại", "Send back to be decided again"}, Act::kApprove, true,
           [](Call& call, int64_t number) {
             return agency::send_back(call.connection, call.person, number, call.text("reason"),
                                      call.by());
           });
  add_step(router, desk, "notify", "notifyApplication",
           {"Thư đã gửi; bắt đầu chi trả", "The letter went out; payment begins"}, Act::kPropose,
           false, [](Call& call, int64_t number) {
             return agency::notify(call.connection, call.person, number, call.by());
           });
  add_step(router, desk, "withdraw", "withdrawApplication", {"Rút hồ sơ", "Withdraw"}, Act::kApply,
           true, [](Call& call, int64_t number) {
             return agency::withdraw(call.connection, call.person, number, call.text("reason"),
                                     call.by());
           });
}

void add_applications(Router& router, Desk& desk) {
  auto apply = desk_route("POST", "/v1/persons/{person}/applications", "apply",
                          {"Nộp hồ sơ", "Apply"}, Act::kApply, Work::kWrite, [](Call& call) {
                            return reply_of(agency::receive(
                                call.connection, call.desk.book(), call.person,
                                call.text("benefit"), call.desk.today(), "request", call.by()));
                          });
  apply.route.request = object_schema({{"benefit", string_schema(200)}});
  apply.route.success = 201;
  add_desk_route(router, desk, std::move(apply));

  auto show = desk_route(
      "GET", "/v1/persons/{person}/applications/{application}", "application",
      {"Một hồ sơ và các bước của nó", "An application and its steps"}, Act::kReadFile, Work::kRead,
      [](Call& call) -> Expected<Reply> {
        const int64_t number = call.number("application");
        auto reply = reply_of(agency::read_application(call.connection, call.person, number));
        if (!reply) return reply;
        const auto events = agency::events_of(call.connection, call.person, number);
        if (!events) return std::unexpected(events.error());
        reply->json["events"] = Json::array();
        for (const auto& one : *events) {
          reply->json["events"].push_back(shown(one));
        }
        return reply;
      });
  add_desk_route(router, desk, std::move(show));
  add_list(router, desk, "applications", "applications",
           {"Các hồ sơ của một người", "A person's applications"}, agency::applications_of);

  auto open =
      desk_route("GET", "/v1/applications", "openApplications",
                 {"Việc cần làm, gấp nhất trước", "The work list, the most urgent first"},
                 Act::kSearch, Work::kRead, [](Call& call) {
                   return page_reply(
                       call, in_reach(call, agency::open_applications(call.connection, kListMost)));
                 });
  open.route.parameters = page_parameters();
  open.route.response = page_schema(any_object());
  add_desk_route(router, desk, std::move(open));

  auto propose =
      desk_route("POST", "/v1/persons/{person}/proposals", "propose",
                 {"Đề xuất những gì luật tự cho", "Propose what the law grants by itself"},
                 Act::kPropose, Work::kWrite, [](Call& call) -> Expected<Reply> {
                   const auto made = agency::propose(call.connection, call.desk.book(), call.person,
                                                     call.desk.today(), call.by());
                   if (!made) return std::unexpected(made.error());
                   Json all = Json::array();
                   for (const auto& one : *made) all.push_back(shown(one));
                   return Reply{.json = {{"items", std::move(all)}}};
                 });
  add_desk_route(router, desk, std::move(propose));
}

// ---- Decisions ----------------------------------------------------------------------------------

Expected<Reply> letter_of(Call& call) {
  const auto decision =
      agency::read_decision(call.connection, call.person, call.number("decision"));
  if (!decision) return std::unexpected(decision.error());
  const auto language = call.query("language") == "en" ? Language::kEnglish : Language::kVietnamese;
  const store::Cell values[] = {call.person};
  const auto row = call.connection.one("SELECT name FROM profile WHERE person = $1", values);
  if (!row) return std::unexpected(row.error());
  const std::string* named = *row ? std::get_if<std::string>(&(**row)[0]) : nullptr;
  auto pdf = agency::letter_pdf(call.desk.book(), call.desk.decision_rules(), *decision,
                                named == nullptr ? "" : *named, language);
  if (!pdf) return std::unexpected(pdf.error());
  return Reply{.type = "application/pdf",
               .bytes = std::move(*pdf),
               .file_name = "decision-" + std::to_string(call.person) + "-" +
                            std::to_string(decision->decision) + ".pdf"};
}

Expected<Reply> replay_decision(Call& call) {
  const auto again =
      agency::replay(call.connection, call.desk.book(), call.person, call.number("decision"));
  if (!again) return std::unexpected(again.error());
  return Reply{.json = {{"same", again->is_same},
                        {"same_engine", again->is_same_engine},
                        {"known_so", again->is_known_so},
                        {"outcome", Json::parse(again->outcome, nullptr, false)}}};
}

void add_decisions(Router& router, Desk& desk) {
  add_list(router, desk, "decisions", "decisions",
           {"Các quyết định về một người", "Decisions on a person"}, agency::decisions_of);
  add_list(router, desk, "notices", "notices", {"Thông báo cho một người", "What a person is told"},
           agency::notices_of);
  const std::string one = "/v1/persons/{person}/decisions/{decision}";
  add_desk_route(router, desk,
                 desk_route("GET", one, "decision", {"Một quyết định, có lý do", "A decision"},
                            Act::kReadFile, Work::kRead, [](Call& call) {
                              return reply_of(agency::read_decision(call.connection, call.person,
                                                                    call.number("decision")));
                            }));
  add_desk_route(router, desk,
                 desk_route("GET", one + "/replay", "replay",
                            {"Làm lại quyết định từ biên nhận", "Make it again from its receipt"},
                            Act::kReadFile, Work::kRead, replay_decision));
  auto letter = desk_route("GET", one + "/letter", "letter", {"Thư, dạng PDF", "The letter, PDF"},
                           Act::kReadFile, Work::kRead, letter_of);
  letter.route.parameters = {{"language",
                              false,
                              {"vi hoặc en", "vi or en"},
                              {{"type", "string"}, {"enum", {"vi", "en"}}}}};
  letter.route.response_type = "application/pdf";
  letter.route.response = {{"type", "string"}};
  add_desk_route(router, desk, std::move(letter));
}

// ---- Awards -------------------------------------------------------------------------------------

template <class Step>
void add_award_step(Router& router, Desk& desk, const std::string& name, const std::string& id,
                    Text summary, bool with_month, Step step) {
  auto made =
      desk_route("POST", "/v1/persons/{person}/awards/{award}/" + name, id, std::move(summary),
                 Act::kApprove, Work::kWrite, [step](Call& call) -> Expected<Reply> {
                   const Expected<void> done = step(call, call.number("award"));
                   if (!done) return std::unexpected(done.error());
                   return done_reply();
                 });
  made.route.request =
      with_month ? object_schema({{"reason", string_schema(2000)}, {"last_month", month_schema()}})
                 : reason_schema();
  made.route.response = done_schema();
  add_desk_route(router, desk, std::move(made));
}

// Many banks book a file as one sum: what was on its way in it has arrived when the bank has taken
// or refused all of it.
Expected<bool> is_file_taken(const Call& call, const agency::Payment& payment) {
  if (payment.state != agency::PaymentState::kOrdered || !payment.file) return false;
  const auto file = agency::find_file(call.connection, *payment.file);
  if (!file) return std::unexpected(file.error());
  return *file && (*file)->state == "sent" && (*file)->in_transit() == 0;
}

void add_awards(Router& router, Desk& desk) {
  add_list(router, desk, "awards", "awards", {"Các khoản được hưởng", "What was awarded"},
           agency::awards_of);
  add_award_step(router, desk, "suspend", "suspendAward", {"Tạm dừng", "Suspend"}, false,
                 [](Call& call, int64_t award) {
                   return agency::suspend(call.connection, call.person, award, call.text("reason"),
                                          call.by());
                 });
  add_award_step(router, desk, "resume", "resumeAward", {"Chi trả tiếp", "Resume"}, false,
                 [](Call& call, int64_t award) {
                   return agency::resume(call.connection, call.person, award, call.text("reason"),
                                         call.by());
                 });
  add_award_step(router, desk, "end", "endAward", {"Chấm dứt sau một tháng", "End after a month"},
                 true, [](Call& call, int64_t award) {
                   return agency::end_award(call.connection, call.person, award,
                                            *call.month("last_month"), call.text("reason"),
                                            call.by());
                 });
  auto payments = desk_route(
      "GET", "/v1/persons/{person}/payments", "payments",
      {"Các khoản đã chi và đi tới đâu", "Payments, and where they are"}, Act::kReadFile,
      Work::kRead, [](Call& call) -> Expected<Reply> {
        const auto all = agency::payments_of(call.connection, call.person);
        if (!all) return std::unexpected(all.error());
        std::vector<Json> items;
        for (const agency::Payment& one : *all) {
          const auto events = agency::payment_events(call.connection, call.person, one.payment);
          if (!events) return std::unexpected(events.error());
          items.push_back(shown(one, *events));
          const auto taken = is_file_taken(call, one);
          if (!taken) return std::unexpected(taken.error());
          if (*taken) items.back()["state"] = agency::name_of(agency::PaymentState::kSettled);
        }
        return Reply{.json = page_of(call, items)};
      });
  payments.route.parameters = page_parameters();
  payments.route.response = page_schema(any_object());
  add_desk_route(router, desk, std::move(payments));
}

// ---- Revisions ----------------------------------------------------------------------------------

Expected<Reply> find_revisions(Call& call) {
  if (auto yes = check_everywhere(call); !yes) return std::unexpected(yes.error());
  const std::string benefit = call.text("benefit");
  const auto done = benefit.empty()
                        ? agency::review_changes(call.connection, call.desk.book(), call.by())
                        : agency::review_law(call.connection, call.desk.book(), benefit, call.by());
  if (!done) return std::unexpected(done.error());
  return Reply{.json = {{"persons", done->persons}, {"proposals", done->proposals}}};
}

void add_revisions(Router& router, Desk& desk) {
  add_list(router, desk, "revisions", "revisions",
           {"Đề nghị xét lại về một người", "Proposals to revise"}, agency::revisions_of);
  auto find = desk_route("POST", "/v1/revisions", "findRevisions",
                         {"Tìm các quyết định nay sẽ khác", "Find what would be otherwise now"},
                         Act::kPropose, Work::kOwn, find_revisions);
  find.route.request = object_schema({{"benefit", string_schema(200)}}, {"benefit"});
  add_desk_route(router, desk, std::move(find));

  auto open = desk_route(
      "GET", "/v1/revisions", "openRevisions", {"Các đề nghị đang chờ", "Proposals that wait"},
      Act::kSearch, Work::kRead, [](Call& call) {
        return page_reply(call, in_reach(call, agency::open_revisions(call.connection, kListMost)));
      });
  open.route.parameters = page_parameters();
  open.route.response = page_schema(any_object());
  add_desk_route(router, desk, std::move(open));

  auto approve = desk_route(
      "POST", "/v1/persons/{person}/revisions/{revision}/approve", "approveRevision",
      {"Phê duyệt một đề nghị", "Approve a proposal"}, Act::kApprove, Work::kWrite,
      [](Call& call) -> Expected<Reply> {
        const auto done = agency::approve_revision(call.connection, call.desk.book(), call.person,
                                                   call.number("revision"), call.by());
        if (!done) return std::unexpected(done.error());
        Json all = shown(done->revision);
        all["payable"] = done->payable;
        all["overpaid"] = done->overpaid;
        return Reply{.json = std::move(all), .version = done->revision.version};
      });
  add_desk_route(router, desk, std::move(approve));

  auto refuse = desk_route(
      "POST", "/v1/persons/{person}/revisions/{revision}/refuse", "refuseRevision",
      {"Không chấp nhận", "Refuse a proposal"}, Act::kApprove, Work::kWrite, [](Call& call) {
        return reply_of(agency::refuse_revision(
            call.connection, call.person, call.number("revision"), call.text("reason"), call.by()));
      });
  refuse.route.request = reason_schema();
  add_desk_route(router, desk, std::move(refuse));
}

// ---- Appeals ------------------------------------------------------------------------------------

void add_appeals(Router& router, Desk& desk) {
  add_list(router, desk, "appeals", "appeals", {"Các khiếu nại", "A person's appeals"},
           agency::appeals_of);
  auto appeal =
      desk_route("POST", "/v1/persons/{person}/decisions/{decision}/appeals", "appeal",
                 {"Khiếu nại một quyết định", "Appeal against a decision"}, Act::kApply,
                 Work::kWrite, [](Call& call) {
                   return reply_of(agency::appeal(call.connection, call.desk.book(), call.person,
                                                  call.number("decision"), call.desk.today(),
                                                  call.text("reason"), call.by()));
                 });
  appeal.route.request = reason_schema();
  appeal.route.success = 201;
  add_desk_route(router, desk, std::move(appeal));

  auto uphold = desk_route(
      "POST", "/v1/persons/{person}/appeals/{appeal}/uphold", "upholdAppeal",
      {"Giữ nguyên quyết định", "The decision stands"}, Act::kApprove, Work::kWrite,
      [](Call& call) {
        return reply_of(agency::uphold(call.connection, call.person, call.number("appeal"),
                                       call.text("reason"), call.by()));
      });
  uphold.route.request = reason_schema();
  add_desk_route(router, desk, std::move(uphold));

  auto change =
      desk_route("POST", "/v1/persons/{person}/appeals/{appeal}/change", "changeOnAppeal",
                 {"Quyết định lại", "Decide anew"}, Act::kApprove, Work::kWrite, [](Call& call) {
                   return reply_of(agency::change_on_appeal(call.connection, call.desk.book(),
                                                            call.person, call.number("appeal"),
                                                            call.text("reason"), call.by()));
                 });
  change.route.request = reason_schema();
  add_desk_route(router, desk, std::move(change));
}

}  // namespace

void add_case_routes(Router& router, Desk& desk) {
  add_applications(router, desk);
  add_application_steps(router, desk);
  add_decisions(router, desk);
  add_awards(router, desk);
  add_revisions(router, desk);
  add_appeals(router, desk);
}

}  // namespace ansinh::http
