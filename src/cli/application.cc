// `ansinh application …`, `revision …`, `appeal …` and `replay`: decisions, step by step.

#include <CLI/CLI.hpp>
#include <memory>

#include "agency/application.h"
#include "agency/letter.h"
#include "agency/revision.h"
#include "cli/agency_options.h"
#include "cli/files.h"
#include "cli/terminal.h"

namespace ansinh::cli {

namespace {

struct CaseOptions {
  AgencyOptions agency;
  std::string id, benefit, reason, role = "officer", out, cause;
};

// "17-3": a person and the number of something of theirs.
bool read_id(const std::string& text, int64_t& person, int64_t& number, bool with_number) {
  const size_t dash = text.find('-');
  const auto whole = [](std::string_view digits, int64_t& into) {
    into = 0;
    for (const char c : digits) {
      if (c < '0' || c > '9' || into > INT64_MAX / 10 - 10) return false;
      into = into * 10 + (c - '0');
    }
    return !digits.empty();
  };
  if (!with_number) return whole(text, person);
  return dash != std::string::npos && whole(std::string_view(text).substr(0, dash), person) &&
         whole(std::string_view(text).substr(dash + 1), number);
}

std::string show(const agency::Application& at, const Terminal& terminal) {
  return std::to_string(at.person) + "-" + std::to_string(at.application) + "  " + at.benefit +
         "  " + at.state + terminal.say("  nhận ", "  received ") + at.received_on.to_string() +
         terminal.say("  hạn ", "  due ") + at.due_on.to_string() +
         (at.decision == 0 ? ""
                           : terminal.say("  quyết định ", "  decision ") +
                                 std::to_string(at.person) + "-" + std::to_string(at.decision)) +
         "\n";
}

std::string show(const agency::Revision& at, const Terminal& terminal) {
  const std::string person = std::to_string(at.person) + "-";
  return person + std::to_string(at.revision) + "  " + at.state +
         terminal.say("  thay quyết định ", "  changes decision ") + person +
         std::to_string(at.before) + terminal.say(" bằng ", " into ") + person +
         std::to_string(at.after) + "  (" + at.cause + ")\n";
}

std::string show(const agency::Appeal& at, const Terminal& terminal) {
  const std::string person = std::to_string(at.person) + "-";
  return person + std::to_string(at.appeal) + "  " + at.state +
         terminal.say("  về quyết định ", "  against decision ") + person +
         std::to_string(at.decision) +
         (at.answer == 0 ? ""
                         : terminal.say("  quyết định mới ", "  new decision ") + person +
                               std::to_string(at.answer)) +
         "\n";
}

// `--law` takes what follows it, the number as well.
void take_id_from_law(CaseOptions& options) {
  if (!options.id.empty() || options.agency.law.size() < 2) return;
  options.id = options.agency.law.back();
  options.agency.law.pop_back();
}

// One step in a transaction; prints what it returns.
template <typename Body>
int step(CaseOptions options, const Terminal& terminal, bool with_id, bool with_number,
         const Body& body) {
  int64_t person = 0, number = 0;
  if (with_id) take_id_from_law(options);
  if (with_id && !read_id(options.id, person, number, with_number)) {
    return fail(terminal, kUsage,
                {"\"" + options.id + "\" không phải là một số hồ sơ",
                 "\"" + options.id + "\" is not the number of one"},
                with_number
                    ? Text{"ví dụ 17-3: người 17, số 3", "such as 17-3: person 17, number 3"}
                    : Text{"ví dụ 17", "such as 17"});
  }
  int code = kOk;
  auto here = open_agency(options.agency, terminal, code);
  if (!here) return code;
  const agency::Actor by{here->user, options.role};
  auto result = store::transact(*here->connection, store::Access::kWrite,
                                [&](store::Connection& c) -> store::Expected<std::string> {
                                  return body(c, *here, person, number, by, options);
                                });
  if (!result) return refused_by_agency(terminal, result.error());
  return print(*result);
}

using Words = store::Expected<std::string>;

template <typename T>
Words shown(const store::Expected<T>& result, const Terminal& terminal) {
  if (!result) return std::unexpected(result.error());
  return show(*result, terminal);
}
template <typename T>
Words shown_all(const store::Expected<std::vector<T>>& result, const Terminal& terminal) {
  if (!result) return std::unexpected(result.error());
  std::string all;
  for (const T& one : *result) all += show(one, terminal);
  return all;
}

void add_id(CLI::App& command, const std::shared_ptr<CaseOptions>& options, const Text& words,
            const Terminal& terminal) {
  command.add_option("id", options->id, terminal.say(words));
}

template <typename Body>
CLI::App& add_step(CLI::App& group, const std::string& name, const Text& words,
                   const Terminal& terminal, const std::shared_ptr<CaseOptions>& options,
                   Command& chosen, bool with_id, bool with_number, Body body) {
  CLI::App* command = group.add_subcommand(name, terminal.say(words));
  add_agency_options(*command, terminal, options->agency, true);
  command->add_option(
      "--role", options->role,
      terminal.say("vai trò: officer, approver, …", "in which role: officer, approver, …"));
  if (with_id) {
    add_id(*command, options,
           with_number ? Text{"số, ví dụ 17-3", "its number, such as 17-3"}
                       : Text{"số của người", "the person's number"},
           terminal);
  }
  command->callback([=, &terminal, &chosen] {
    chosen = [=, &terminal] { return step(*options, terminal, with_id, with_number, body); };
  });
  return *command;
}

int run_replay(CaseOptions options, const Terminal& terminal) {
  take_id_from_law(options);
  int64_t person = 0, number = 0;
  if (!read_id(options.id, person, number, true)) {
    return fail(terminal, kUsage,
                {"\"" + options.id + "\" không phải là số quyết định",
                 "\"" + options.id + "\" is not the number of a decision"},
                {"ví dụ 17-3: người 17, quyết định 3", "such as 17-3: person 17, decision 3"});
  }
  int code = kOk;
  auto here = open_agency(options.agency, terminal, code);
  if (!here) return code;
  const auto again = agency::replay(*here->connection, *here->book, person, number);
  if (!again) return refused_by_agency(terminal, again.error());
  const agency::Finding& then = again->decision.finding;
  print(again->outcome + "\n");
  if (!again->is_same) {
    return fail(terminal, kBadFacts,
                {"quyết định " + options.id + " không cho lại đúng kết quả đã ghi",
                 "the decision " + options.id + " does not give what was written"},
                again->is_same_engine
                    ? Text{"kiểm tra kho: ansinh db verify, ansinh audit verify",
                           "look at the store: ansinh db verify, ansinh audit verify"}
                    : Text{"khi đó dùng bản máy tính " + then.engine,
                           "it was made by engine " + then.engine});
  }
  print_error(terminal.say("giống từng byte", "the same to the byte") +
              terminal.say("; mã luật ", "; law ") + then.law_digest.substr(0, 12) +
              terminal.say(", mã dữ kiện ", ", facts ") + then.facts_digest.substr(0, 12) +
              (again->is_known_so ? terminal.say("; sổ đăng ký cũng cho các dữ kiện đó",
                                                 "; the registry gives these facts, too")
                                  : terminal.say("; sổ đăng ký nay cho dữ kiện khác",
                                                 "; the registry gives other facts now")) +
              "\n");
  return kOk;
}

// All proposals of one cause, some hundred in one transaction.
void add_approve_all(CLI::App& revisions, const Terminal& terminal,
                     const std::shared_ptr<CaseOptions>& options, Command& chosen) {
  CLI::App* all = revisions.add_subcommand("approve-all",
                                           terminal.say("Phê duyệt mọi đề nghị của một nguyên nhân",
                                                        "Approve all proposals of one cause"));
  add_agency_options(*all, terminal, options->agency, true);
  all->add_option("--cause", options->cause,
                  terminal.say("nguyên nhân, như revision open ghi", "as revision open shows it"))
      ->required();
  all->add_option("--role", options->role, terminal.say("vai trò", "in which role"));
  all->callback([=, &terminal, &chosen] {
    chosen = [=, &terminal] {
      int code = kOk;
      auto here = open_agency(options->agency, terminal, code);
      if (!here) return code;
      const auto done = agency::approve_revisions(*here->connection, *here->book, options->cause,
                                                  {here->user, options->role});
      if (!done) return refused_by_agency(terminal, done.error());
      const std::string approved = std::to_string(done->approved);
      const std::string left = std::to_string(done->left);
      const std::string payable = std::to_string(done->payable);
      const std::string overpaid = std::to_string(done->overpaid);
      return print(terminal.say("đã duyệt " + approved + ", còn lại " + left + "; trả thêm " +
                                    payable + ", đã trả thừa " + overpaid + "\n",
                                approved + " approved, " + left + " left; owed to persons " +
                                    payable + ", paid too much " + overpaid + "\n"));
    };
  });
}

}  // namespace

void add_application(CLI::App& app, const Terminal& terminal, Command& chosen) {
  using agency::Actor;
  using store::Connection;
  const auto options = std::make_shared<CaseOptions>();
  CLI::App& group = *app.add_subcommand(
      "application", terminal.say("Hồ sơ: tiếp nhận, quyết định, phê duyệt, thông báo",
                                  "Applications: receive, decide, approve, notify"));
  group.require_subcommand(1);
  CLI::App& receive = add_step(
      group, "receive", {"Tiếp nhận một hồ sơ", "Receive one"}, terminal, options, chosen, true,
      false,
      [&terminal](Connection& c, Agency& here, int64_t person, int64_t, const Actor& by,
                  const CaseOptions& o) {
        return shown(agency::receive(c, *here.book, person, o.benefit, here.today, "request", by),
                     terminal);
      });
  receive.add_option("--benefit", options->benefit, terminal.say("chế độ", "the benefit"))
      ->required();
  add_step(group, "decide", {"Áp dụng pháp luật", "Apply the law"}, terminal, options, chosen, true,
           true,
           [&terminal](Connection& c, Agency& here, int64_t person, int64_t number, const Actor& by,
                       const CaseOptions&) -> Words {
             const auto done = agency::decide(c, *here.book, person, number, here.today, by);
             if (!done) return std::unexpected(done.error());
             std::string text = show(done->application, terminal);
             if (done->decision) text += terminal.say(done->decision->finding.words);
             for (const Text& one : done->missing) {
               text += terminal.say("  còn thiếu: ", "  missing: ") + terminal.say(one) + "\n";
             }
             return text;
           });
  add_step(group, "answer", {"Người dân đã bổ sung dữ kiện", "The facts asked for have come"},
           terminal, options, chosen, true, true,
           [&terminal](Connection& c, Agency&, int64_t person, int64_t number, const Actor& by,
                       const CaseOptions&) {
             return shown(agency::answer(c, person, number, by), terminal);
           });
  add_step(group, "approve", {"Phê duyệt (người khác người lập)", "Approve (not by its maker)"},
           terminal, options, chosen, true, true,
           [&terminal](Connection& c, Agency& here, int64_t person, int64_t number, const Actor& by,
                       const CaseOptions&) {
             return shown(agency::approve(c, *here.book, person, number, by), terminal);
           });
  CLI::App& back =
      add_step(group, "send-back", {"Trả lại để quyết định lại", "Send back to be decided again"},
               terminal, options, chosen, true, true,
               [&terminal](Connection& c, Agency&, int64_t person, int64_t number, const Actor& by,
                           const CaseOptions& o) {
                 return shown(agency::send_back(c, person, number, o.reason, by), terminal);
               });
  back.add_option("--reason", options->reason, terminal.say("vì sao", "why"))->required();
  add_step(group, "notify", {"Thư đã gửi; bắt đầu chi trả", "The letter went out; payment begins"},
           terminal, options, chosen, true, true,
           [&terminal](Connection& c, Agency&, int64_t person, int64_t number, const Actor& by,
                       const CaseOptions&) {
             return shown(agency::notify(c, person, number, by), terminal);
           });
  add_step(group, "list", {"Hồ sơ của một người", "A person's applications"}, terminal, options,
           chosen, true, false,
           [&terminal](Connection& c, Agency&, int64_t person, int64_t, const Actor&,
                       const CaseOptions&) {
             return shown_all(agency::applications_of(c, person), terminal);
           });
  add_step(group, "open", {"Việc cần làm, gấp nhất trước", "The work list, the most urgent first"},
           terminal, options, chosen, false, false,
           [&terminal](Connection& c, Agency&, int64_t, int64_t, const Actor&, const CaseOptions&) {
             constexpr int64_t kShownMax = 1000;
             return shown_all(agency::open_applications(c, kShownMax), terminal);
           });
  add_step(group, "propose",
           {"Đề xuất những gì luật tự cho", "Propose what the law grants by itself"}, terminal,
           options, chosen, true, false,
           [&terminal](Connection& c, Agency& here, int64_t person, int64_t, const Actor& by,
                       const CaseOptions&) {
             return shown_all(agency::propose(c, *here.book, person, here.today, by), terminal);
           });
  CLI::App& letter = add_step(
      group, "letter", {"Thư về một quyết định, dạng PDF", "The letter about a decision, as PDF"},
      terminal, options, chosen, true, true,
      [&terminal](Connection& c, Agency& here, int64_t person, int64_t number, const Actor&,
                  const CaseOptions& o) -> Words {
        const auto decision = agency::read_decision(c, person, number);
        if (!decision) return std::unexpected(decision.error());
        const auto rules = agency::decision_rules(*here.book);
        if (!rules) return std::unexpected(rules.error());
        const auto pdf = agency::letter_pdf(*here.book, *rules, *decision, "", terminal.language);
        if (!pdf) return std::unexpected(pdf.error());
        if (const auto wrong = write_file(o.out, *pdf)) {
          return std::unexpected(agency::refused("cannot-write", *wrong));
        }
        return o.out + "\n";
      });
  letter.add_option("--out", options->out, terminal.say("tệp PDF", "the PDF file"))->required();

  CLI::App& revisions = *app.add_subcommand(
      "revision", terminal.say("Xét lại khi dữ kiện hoặc luật thay đổi",
                               "Decisions made again when a fact or the law changed"));
  revisions.require_subcommand(1);
  CLI::App* find = revisions.add_subcommand(
      "find",
      terminal.say("Tìm các quyết định nay sẽ khác", "Find decisions that would be otherwise now"));
  add_agency_options(*find, terminal, options->agency, true);
  find->add_option("--benefit", options->benefit,
                   terminal.say("xét lại mọi quyết định về chế độ này (luật đã thay đổi)",
                                "all decisions on this benefit (the law has changed)"));
  find->callback([=, &terminal, &chosen] {
    chosen = [=, &terminal] {
      int code = kOk;
      auto here = open_agency(options->agency, terminal, code);
      if (!here) return code;
      const Actor by{here->user, "officer"};
      const auto done =
          options->benefit.empty()
              ? agency::review_changes(*here->connection, *here->book, by)
              : agency::review_law(*here->connection, *here->book, options->benefit, by);
      if (!done) return refused_by_agency(terminal, done.error());
      const std::string persons = std::to_string(done->persons);
      const std::string proposals = std::to_string(done->proposals);
      return print(terminal.say(persons + " người, " + proposals + " đề nghị xét lại\n",
                                persons + " persons, " + proposals + " proposals\n"));
    };
  });
  add_step(revisions, "open", {"Các đề nghị đang chờ", "Proposals that wait"}, terminal, options,
           chosen, false, false,
           [&terminal](Connection& c, Agency&, int64_t, int64_t, const Actor&, const CaseOptions&) {
             constexpr int64_t kShownMax = 1000;
             return shown_all(agency::open_revisions(c, kShownMax), terminal);
           });
  add_step(revisions, "approve", {"Phê duyệt một đề nghị", "Approve a proposal"}, terminal, options,
           chosen, true, true,
           [&terminal](Connection& c, Agency& here, int64_t person, int64_t number, const Actor& by,
                       const CaseOptions&) -> Words {
             const auto done = agency::approve_revision(c, *here.book, person, number, by);
             if (!done) return std::unexpected(done.error());
             return show(done->revision, terminal) +
                    terminal.say("  trả thêm ", "  owed to the person ") +
                    std::to_string(done->payable) +
                    terminal.say(", đã trả thừa ", ", paid too much ") +
                    std::to_string(done->overpaid) + "\n";
           });
  add_approve_all(revisions, terminal, options, chosen);
  CLI::App& refuse =
      add_step(revisions, "refuse", {"Không chấp nhận một đề nghị", "Refuse a proposal"}, terminal,
               options, chosen, true, true,
               [&terminal](Connection& c, Agency&, int64_t person, int64_t number, const Actor& by,
                           const CaseOptions& o) {
                 return shown(agency::refuse_revision(c, person, number, o.reason, by), terminal);
               });
  refuse.add_option("--reason", options->reason, terminal.say("vì sao", "why"))->required();

  CLI::App& appeals = *app.add_subcommand(
      "appeal", terminal.say("Khiếu nại quyết định", "Appeals against decisions"));
  appeals.require_subcommand(1);
  const auto with_reason = [&](CLI::App& command) {
    command.add_option("--reason", options->reason, terminal.say("lý do", "the reason"))
        ->required();
  };
  with_reason(add_step(appeals, "receive",
                       {"Nhận khiếu nại (số quyết định)", "Receive one (number of the decision)"},
                       terminal, options, chosen, true, true,
                       [&terminal](Connection& c, Agency& here, int64_t person, int64_t number,
                                   const Actor& by, const CaseOptions& o) {
                         return shown(agency::appeal(c, *here.book, person, number, here.today,
                                                     o.reason, by),
                                      terminal);
                       }));
  with_reason(add_step(appeals, "uphold", {"Giữ nguyên quyết định", "The decision stands"},
                       terminal, options, chosen, true, true,
                       [&terminal](Connection& c, Agency&, int64_t person, int64_t number,
                                   const Actor& by, const CaseOptions& o) {
                         return shown(agency::uphold(c, person, number, o.reason, by), terminal);
                       }));
  with_reason(add_step(
      appeals, "change", {"Quyết định lại", "Decide anew"}, terminal, options, chosen, true, true,
      [&terminal](Connection& c, Agency& here, int64_t person, int64_t number, const Actor& by,
                  const CaseOptions& o) {
        return shown(agency::change_on_appeal(c, *here.book, person, number, o.reason, by),
                     terminal);
      }));

  CLI::App* replay =
      app.add_subcommand("replay", terminal.say("Làm lại một quyết định từ biên nhận của nó",
                                                "Make a decision again from its receipt"));
  add_agency_options(*replay, terminal, options->agency, true);
  replay
      ->add_option("id", options->id,
                   terminal.say("số quyết định, ví dụ 17-3", "its number, such as 17-3"))
      ->required();
  replay->callback([=, &terminal, &chosen] {
    chosen = [=, &terminal] { return run_replay(*options, terminal); };
  });
}

}  // namespace ansinh::cli
