#include "agency/application.h"

#include <algorithm>

#include "agency/letter.h"
#include "agency/notice.h"
#include "agency/steps.h"
#include "base/text.h"

namespace ansinh::agency {

namespace {

struct ApplicationStep {
  std::string_view from, to;
};
constexpr ApplicationStep kApplicationSteps[] = {
    {"received", "asked"},    {"asked", "received"},    {"received", "decided"},
    {"decided", "received"},  {"decided", "approved"},  {"decided", "refused"},
    {"approved", "notified"}, {"refused", "notified"},  {"received", "withdrawn"},
    {"asked", "withdrawn"},   {"decided", "withdrawn"},
};

std::string name_of_application(int64_t person, int64_t application) {
  return std::to_string(person) + "-" + std::to_string(application);
}

constexpr const char* kApplicationColumns =
    "SELECT person, application, benefit, channel, state, received_on, due_on, decision, version "
    "FROM application ";

Application application_from(const Record& row) {
  return {cell_number(row[0]), cell_number(row[1]),       cell_text(row[2]),
          cell_text(row[3]),   cell_text(row[4]),         cell_date(row[5]),
          cell_date(row[6]),   cell_number_or(row[7], 0), cell_number(row[8])};
}

Application read_it(const Steps& steps, int64_t person, int64_t application) {
  const auto row =
      steps.one(std::string(kApplicationColumns) + "WHERE person = $1 AND application = $2",
                {person, application});
  if (!row) {
    const std::string name = name_of_application(person, application);
    stop("not-found", {"không có hồ sơ " + name, "there is no application " + name});
  }
  return application_from(*row);
}

void add_application_event(const Steps& steps, const Application& at, const std::string& reason,
                           const Actor& by) {
  steps.run(
      "INSERT INTO application_event (person, application, event, state, recorded_at, recorded_by, "
      "reason) SELECT $1, $2, COALESCE(MAX(event), 0) + 1, $3, $4, $5, $6 FROM application_event "
      "WHERE person = $1 AND application = $2",
      {at.person, at.application, at.state, steps.now(), by.name, reason});
}

void require_step(const Application& at, std::string_view to) {
  const bool is_step = std::ranges::any_of(kApplicationSteps, [&](const ApplicationStep& step) {
    return step.from == at.state && step.to == to;
  });
  if (is_step) return;
  const std::string name = name_of_application(at.person, at.application);
  stop("wrong-step",
       {"hồ sơ " + name + " đang ở bước \"" + at.state + "\", không thể sang \"" + std::string(to) +
            "\"",
        "the application " + name + " is " + at.state + " and cannot become " + std::string(to)});
}

// One step; `at` is as it is afterwards.
void move_to(const Steps& steps, Application& at, const std::string& to, const std::string& reason,
             const Actor& by) {
  require_step(at, to);
  const int64_t changed = steps.run(
      "UPDATE application SET state = $3, decision = $4, version = version + 1 "
      "WHERE person = $1 AND application = $2 AND version = $5",
      {at.person, at.application, to, unless_zero(at.decision), at.version});
  if (changed == 0) stop(changed_meanwhile());
  at.state = to;
  ++at.version;
  add_application_event(steps, at, reason, by);
}

std::string about_application(const Application& at) {
  return "application " + std::to_string(at.application);
}

Text label_of_benefit(const LawBook& book, const std::string& benefit) {
  const auto found = book.law().benefit_by_name.find(benefit);
  if (found == book.law().benefit_by_name.end()) return {benefit, benefit};
  return book.law().benefits[found->second].label;
}

}  // namespace

std::optional<Failure> may_approve(const Decision& decision, const DecisionRules& rules,
                                   const Actor& by) {
  if (decision.recorded_by == by.name) {
    return refused("maker-approves",
                   {"người lập quyết định không được tự phê duyệt; cần người khác phê duyệt",
                    "who made a decision does not approve it; somebody else must"});
  }
  const auto limit = rules.approve_up_to.find(by.role);
  if (limit == rules.approve_up_to.end()) return std::nullopt;
  int64_t all = 0;
  for (const Term& term : decision.finding.terms) {
    if (__builtin_add_overflow(all, term.amount, &all)) all = INT64_MAX;
  }
  if (all <= limit->second) return std::nullopt;
  return refused("above-limit",
                 {"số tiền " + group_digits(std::to_string(all), true) + " vượt mức " +
                      group_digits(std::to_string(limit->second), true) +
                      " mà vai trò này được duyệt; chuyển người có thẩm quyền cao hơn",
                  "the amount of " + group_digits(std::to_string(all), false) + " is above the " +
                      group_digits(std::to_string(limit->second), false) +
                      " that this role may approve; pass it on to a higher one"});
}

Expected<Application> receive(store::Connection& connection, const LawBook& book, int64_t person,
                              const std::string& benefit, Date received_on,
                              const std::string& channel, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    const int64_t behind = kept(person_behind(steps.connection(), person));
    const auto found = book.law().benefit_by_name.find(benefit);
    if (found == book.law().benefit_by_name.end() ||
        book.law().benefits[found->second].is_contribution) {
      stop("not-found", {"luật không có chế độ \"" + benefit + "\"",
                         "the law has no benefit \"" + benefit + "\""});
    }
    const auto open = steps.one(
        "SELECT application FROM application WHERE person = $1 AND benefit = $2 AND state IN "
        "('received', 'asked', 'decided')",
        {behind, benefit});
    if (open) {
      const std::string name = name_of_application(behind, cell_number((*open)[0]));
      stop("open-already", {"hồ sơ " + name + " cho chế độ này đang được giải quyết",
                            "the application " + name + " for this benefit is being decided"});
    }
    const DecisionRules rules = kept(decision_rules(book));
    Application at;
    at.person = behind;
    at.application = steps.next("application", "application", behind);
    at.benefit = benefit;
    at.channel = channel;
    at.state = "received";
    at.received_on = received_on;
    at.due_on = working_days_after(book, rules, received_on, rules.decide_within_of(benefit));
    at.version = 1;
    steps.run(
        "INSERT INTO application (person, application, benefit, channel, state, received_on, "
        "due_on, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
        {behind, at.application, benefit, channel, at.state, int64_t{received_on.days},
         int64_t{at.due_on.days}});
    add_application_event(steps, at, "", by);
    return at;
  });
}

Expected<Application> ask(store::Connection& connection, int64_t person, int64_t application,
                          const Text& what, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    Application at = read_it(steps, person, application);
    move_to(steps, at, "asked", what.vi + " · " + what.en, by);
    kept(queue_notice(steps.connection(), person, "facts-wanted", about_application(at),
                      {"Để giải quyết hồ sơ, xin cho biết: " + what.vi,
                       "To decide your application we need to know: " + what.en}));
    return at;
  });
}

Expected<Application> answer(store::Connection& connection, int64_t person, int64_t application,
                             const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    Application at = read_it(steps, person, application);
    if (at.state == "decided") require_step(at, "answered");  // that is `send_back`
    move_to(steps, at, "received", "", by);
    return at;
  });
}

Expected<Decided> decide(store::Connection& connection, const LawBook& book, int64_t person,
                         int64_t application, Date on, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    Decided out;
    out.application = read_it(steps, person, application);
    require_step(out.application, "decided");
    const Finding finding =
        kept(find_out(steps.connection(), book, person, out.application.benefit, on));
    if (finding.status == "cannot-tell") {
      Text what;
      for (const Text& one : finding.missing) {
        what.vi += (what.vi.empty() ? "" : "; ") + one.vi;
        what.en += (what.en.empty() ? "" : "; ") + one.en;
      }
      out.missing = finding.missing;
      out.application = kept(ask(steps.connection(), person, application, what, by));
      return out;
    }
    if (finding.status == "incomplete" || finding.status == "error") {
      stop("not-decidable",
           {"luật dưới dạng chương trình chưa quyết định được trường hợp này:\n" + finding.words.vi,
            "the law as a program cannot decide this case:\n" + finding.words.en});
    }
    out.decision = kept(
        write_decision(steps.connection(), book, person, application, "first", finding, 0, by));
    out.application.decision = out.decision->decision;
    move_to(steps, out.application, "decided", "", by);
    return out;
  });
}

Expected<Application> approve(store::Connection& connection, const LawBook& book, int64_t person,
                              int64_t application, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    Application at = read_it(steps, person, application);
    require_step(at, "approved");
    const Decision decision = kept(read_decision(steps.connection(), person, at.decision));
    const DecisionRules rules = kept(decision_rules(book));
    if (auto why_not = may_approve(decision, rules, by)) stop(std::move(*why_not));
    kept(mark_decision(steps.connection(), person, at.decision, "approved", by, ""));
    const bool is_entitled = decision.finding.status == "entitled";
    if (is_entitled) kept(grant(steps.connection(), decision, by));
    kept(write_letter(steps.connection(), book, decision));
    const Text label = label_of_benefit(book, at.benefit);
    kept(queue_notice(
        steps.connection(), person, "decided", about_application(at),
        is_entitled ? Text{"Hồ sơ “" + label.vi + "” đã được chấp thuận.",
                           "Your application “" + label.en + "” was granted."}
                    : Text{"Hồ sơ “" + label.vi + "” không được chấp thuận; thư nêu rõ lý do.",
                           "Your application “" + label.en +
                               "” was refused; the letter gives the reasons."}));
    move_to(steps, at, is_entitled ? "approved" : "refused", "", by);
    return at;
  });
}

Expected<Application> send_back(store::Connection& connection, int64_t person, int64_t application,
                                const std::string& reason, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    Application at = read_it(steps, person, application);
    if (at.state != "decided") require_step(at, "sent-back");
    kept(mark_decision(steps.connection(), person, at.decision, "sent-back", by, reason));
    move_to(steps, at, "received", reason, by);
    return at;
  });
}

Expected<Application> notify(store::Connection& connection, int64_t person, int64_t application,
                             const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    Application at = read_it(steps, person, application);
    move_to(steps, at, "notified", "", by);
    for (const Award& award : kept(awards_of(steps.connection(), person))) {
      if (award.benefit == at.benefit && award.state == "approved") {
        kept(start_payment(steps.connection(), person, award.award, by));
      }
    }
    return at;
  });
}

Expected<Application> withdraw(store::Connection& connection, int64_t person, int64_t application,
                               const std::string& reason, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    Application at = read_it(steps, person, application);
    move_to(steps, at, "withdrawn", reason, by);
    return at;
  });
}

Expected<Application> read_application(store::Connection& connection, int64_t person,
                                       int64_t application) {
  return guarded(connection,
                 [&](const Steps& steps) { return read_it(steps, person, application); });
}

Expected<std::vector<Application>> applications_of(store::Connection& connection, int64_t person) {
  return guarded(connection, [&](const Steps& steps) {
    std::vector<Application> all;
    for (const Record& row :
         steps.all(std::string(kApplicationColumns) + "WHERE person = $1 ORDER BY application",
                   {person})) {
      all.push_back(application_from(row));
    }
    return all;
  });
}

Expected<std::vector<ApplicationEvent>> events_of(store::Connection& connection, int64_t person,
                                                  int64_t application) {
  return guarded(connection, [&](const Steps& steps) {
    std::vector<ApplicationEvent> all;
    for (const Record& row : steps.all("SELECT state, recorded_at, recorded_by, reason FROM "
                                       "application_event WHERE person = $1 AND application = $2 "
                                       "ORDER BY event",
                                       {person, application})) {
      all.push_back({cell_text(row[0]), cell_number(row[1]), cell_text(row[2]), cell_text(row[3])});
    }
    return all;
  });
}

Expected<std::vector<Application>> open_applications(store::Connection& connection,
                                                     int64_t count_max) {
  return guarded(connection, [&](const Steps& steps) {
    std::vector<Application> all;
    for (const Record& row : steps.all(std::string(kApplicationColumns) +
                                           "WHERE state IN ('received', 'asked', 'decided') "
                                           "ORDER BY due_on, person, application LIMIT $1",
                                       {count_max})) {
      all.push_back(application_from(row));
    }
    return all;
  });
}

Expected<std::vector<Application>> propose(store::Connection& connection, const LawBook& book,
                                           int64_t person, Date on, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    std::vector<Application> all;
    const std::vector<Award> awards = kept(awards_of(steps.connection(), person));
    for (const law::BenefitInfo& benefit : book.law().benefits) {
      const bool is_automatic =
          !benefit.is_contribution &&
          std::ranges::any_of(benefit.versions, [&](const law::BenefitVersion& version) {
            return version.automatically && version.force.contains(on);
          });
      if (!is_automatic) continue;
      const bool is_awarded = std::ranges::any_of(awards, [&](const Award& award) {
        return award.benefit == benefit.name && award.about.empty() && award.state != "ended";
      });
      if (is_awarded) continue;
      const Finding finding = kept(find_out(steps.connection(), book, person, benefit.name, on));
      if (finding.status != "entitled") continue;
      const bool is_new = std::ranges::any_of(finding.terms, [&](const Term& term) {
        return std::ranges::none_of(awards, [&](const Award& award) {
          return award.benefit == benefit.name && award.about == term.about;
        });
      });
      if (!is_new) continue;
      auto at = receive(steps.connection(), book, person, benefit.name, on, "automatic", by);
      if (!at && code_of(at.error()) == "open-already") continue;
      Application application = kept(std::move(at));
      const Decision decision =
          kept(write_decision(steps.connection(), book, application.person, application.application,
                              "first", finding, 0, by));
      application.decision = decision.decision;
      move_to(steps, application, "decided", "", by);
      all.push_back(application);
    }
    return all;
  });
}

}  // namespace ansinh::agency
