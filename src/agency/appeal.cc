// Appeals against decisions (revision.h).
#include "agency/letter.h"
#include "agency/notice.h"
#include "agency/revision_steps.h"

namespace ansinh::agency {

namespace {

constexpr const char* kAppealColumns =
    "SELECT person, appeal, decision, state, received_on, due_on, answer, version FROM appeal ";

Appeal appeal_from(const Record& row) {
  return {cell_number(row[0]), cell_number(row[1]), cell_number(row[2]),       cell_text(row[3]),
          cell_date(row[4]),   cell_date(row[5]),   cell_number_or(row[6], 0), cell_number(row[7])};
}

void add_appeal_event(const Steps& steps, const Appeal& at, const std::string& reason,
                      const Actor& by) {
  steps.run(
      "INSERT INTO appeal_event (person, appeal, event, state, recorded_at, recorded_by, reason) "
      "SELECT $1, $2, COALESCE(MAX(event), 0) + 1, $3, $4, $5, $6 FROM appeal_event "
      "WHERE person = $1 AND appeal = $2",
      {at.person, at.appeal, at.state, steps.now(), by.name, reason});
}

Appeal open_appeal(const Steps& steps, int64_t person, int64_t appeal, const Actor& by) {
  const auto row = steps.one(std::string(kAppealColumns) + "WHERE person = $1 AND appeal = $2",
                             {person, appeal});
  const std::string name = std::to_string(person) + "-" + std::to_string(appeal);
  if (!row) stop("not-found", {"không có khiếu nại " + name, "there is no appeal " + name});
  Appeal at = appeal_from(*row);
  if (at.state != "received") {
    stop("wrong-step", {"khiếu nại " + name + " đã được giải quyết (" + at.state + ")",
                        "the appeal " + name + " is " + at.state + " already"});
  }
  const auto had_part = steps.one(
      "SELECT event FROM decision_event WHERE person = $1 AND decision = $2 AND recorded_by = $3 "
      "LIMIT 1",
      {person, at.decision, by.name});
  if (had_part) {
    stop("maker-approves",
         {"người đã lập hoặc duyệt quyết định không được giải quyết khiếu nại về quyết định đó",
          "who made or approved a decision does not answer an appeal against it"});
  }
  return at;
}

void settle_appeal(const Steps& steps, Appeal& at, const std::string& state, int64_t answer,
                   const std::string& reason, const Actor& by) {
  const int64_t changed = steps.run(
      "UPDATE appeal SET state = $3, answer = $4, version = version + 1 WHERE person = $1 AND "
      "appeal = $2 AND version = $5",
      {at.person, at.appeal, state, unless_zero(answer), at.version});
  if (changed == 0) stop(changed_meanwhile());
  at.state = state;
  at.answer = answer;
  ++at.version;
  add_appeal_event(steps, at, reason, by);
  kept(queue_notice(
      steps.connection(), at.person, "appeal-answered", "appeal " + std::to_string(at.appeal),
      state == "upheld"
          ? Text{"Khiếu nại của Quý vị đã được xem xét; quyết định được giữ nguyên: " + reason,
                 "Your appeal was considered; the decision stands: " + reason}
          : Text{"Khiếu nại của Quý vị được chấp nhận; có quyết định mới: " + reason,
                 "Your appeal was successful; there is a new decision: " + reason}));
}

}  // namespace

Expected<Appeal> appeal(store::Connection& connection, const LawBook& book, int64_t person,
                        int64_t decision, Date received_on, const std::string& reason,
                        const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    const Decision against = kept(read_decision(steps.connection(), person, decision));
    if (against.state != "approved") {
      stop("wrong-step", {"chỉ khiếu nại được quyết định đã ban hành và đang có hiệu lực",
                          "only a decision that was issued and holds can be appealed"});
    }
    const DecisionRules rules = kept(decision_rules(book));
    const auto issued = steps.number(
        "SELECT max(recorded_at) FROM decision_event WHERE person = $1 AND "
        "decision = $2 AND what = 'approved'",
        {person, decision});
    const Date last{date_of_record_time(issued, book.roles.hours_east).days +
                    rules.appeal_within_days};
    if (rules.appeal_within_days > 0 && received_on > last) {
      stop("too-late", {"quá hạn khiếu nại (đến hết ngày " + last.to_display() + ")",
                        "the time for an appeal ended on " + last.to_string()});
    }
    if (steps.one(
            "SELECT appeal FROM appeal WHERE person = $1 AND decision = $2 AND state = 'received'",
            {person, decision})) {
      stop("open-already", {"quyết định này đang có khiếu nại chưa giải quyết",
                            "an appeal against this decision is being considered"});
    }
    Appeal at{person,      steps.next("appeal", "appeal", person),
              decision,    "received",
              received_on, working_days_after(book, rules, received_on, rules.answer_within),
              0,           1};
    steps.run(
        "INSERT INTO appeal (person, appeal, decision, state, received_on, due_on, version) "
        "VALUES ($1, $2, $3, $4, $5, $6, 1)",
        {person, at.appeal, decision, at.state, int64_t{at.received_on.days},
         int64_t{at.due_on.days}});
    add_appeal_event(steps, at, reason, by);
    return at;
  });
}

Expected<Appeal> uphold(store::Connection& connection, int64_t person, int64_t appeal,
                        const std::string& reason, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    Appeal at = open_appeal(steps, person, appeal, by);
    settle_appeal(steps, at, "upheld", 0, reason, by);
    return at;
  });
}

Expected<Appeal> change_on_appeal(store::Connection& connection, const LawBook& book,
                                  int64_t person, int64_t appeal, const std::string& reason,
                                  const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    Appeal at = open_appeal(steps, person, appeal, by);
    const Decision before = kept(read_decision(steps.connection(), person, at.decision));
    if (before.state != "approved") stop(changed_meanwhile());
    const Finding now = kept(find_out(steps.connection(), book, person, before.finding.benefit,
                                      before.finding.decided_for));
    if (says_the_same(before.finding, now)) {
      stop("nothing-changes",
           {"với các dữ kiện hiện có, quyết định vẫn như cũ; hãy ghi dữ kiện mới hoặc giữ nguyên "
            "quyết định",
            "with what is known the decision comes out the same; record new facts, or uphold it"});
    }
    if (now.status != "entitled" && now.status != "not-entitled") {
      stop("not-decidable", {"chưa đủ dữ kiện để quyết định lại:\n" + now.words.vi,
                             "it cannot be decided anew yet:\n" + now.words.en});
    }
    const Decision after = kept(write_decision(steps.connection(), book, person, before.application,
                                               "appeal", now, before.decision, by));
    put_in_place(steps, book, after, by);
    settle_appeal(steps, at, "changed", after.decision, reason, by);
    return at;
  });
}

Expected<std::vector<Appeal>> appeals_of(store::Connection& connection, int64_t person) {
  return guarded(connection, [&](const Steps& steps) {
    std::vector<Appeal> all;
    for (const Record& row :
         steps.all(std::string(kAppealColumns) + "WHERE person = $1 ORDER BY appeal", {person})) {
      all.push_back(appeal_from(row));
    }
    return all;
  });
}

}  // namespace ansinh::agency
