// Many persons' decisions made again (revision.h), slice by slice.
#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "agency/approval_slice.h"
#include "agency/clock.h"
#include "agency/review_slice.h"
#include "agency/revision_steps.h"

namespace ansinh::agency {

namespace {

// The persons whom changes concern, with all that changed of each, in words. Changes of households
// and others are noted for their members by themselves.
std::vector<ReviewSubject> subjects_of(const Steps& steps, const std::vector<Change>& changes) {
  std::map<int64_t, std::string> said;
  for (const Change& change : changes) {
    std::string& cause = said[change.person];
    if (cause.find(change.fact) == std::string::npos) {
      cause += (cause.empty() ? "" : ", ") + change.fact;
    }
  }
  std::map<int64_t, std::string> causes;
  for (const auto& [person, cause] : said) {
    const auto kind = steps.one("SELECT kind FROM person WHERE person = $1", {person});
    if (!kind || cell_text((*kind)[0]) != "person") continue;
    causes.emplace(kept(person_behind(steps.connection(), person)), cause);
  }
  std::vector<ReviewSubject> subjects;
  subjects.reserve(causes.size());
  for (const auto& [person, cause] : causes) subjects.push_back({person, cause});
  return subjects;
}

// One slice in one transaction; false: there are no more changes.
Expected<bool> review_some_changes(store::Connection& connection, const LawBook& book,
                                   const Finder& finder, const Actor& by,
                                   const ReviewLimits& limits, ReviewProgress& here) {
  return store::transact(
      connection, store::Access::kWrite, [&](store::Connection& c) -> Expected<bool> {
        return guarded(c, [&](const Steps& steps) {
          here = {};
          const std::vector<Change> changes = kept(waiting_changes(c, limits.slice));
          if (changes.empty()) return false;
          ReviewSlice slice(book, finder, subjects_of(steps, changes), "");
          slice.read(steps);
          slice.start(limits.threads);
          const int64_t now = steps.now();
          std::set<int64_t> persons;
          for (const Change& change : changes) {
            kept(mark_handled(c, change, now));
            persons.insert(change.person);
          }
          slice.wait();
          const std::vector<int64_t> alone = slice.alone();
          here.proposals = slice.write(steps, by, alone);
          for (const ReviewSubject& one : slice.subjects()) {
            if (!std::ranges::binary_search(alone, one.person)) continue;
            here.proposals += std::ssize(review_person(steps, book, one.person, one.cause, "", by));
          }
          here.persons = static_cast<int64_t>(persons.size());
          return true;
        });
      });
}

// Where the review of a benefit after a change of law is: kept in `job`, written in the transaction
// that did the work before it.
class LawReview {
 public:
  LawReview(store::Connection& connection, const LawBook& book, const std::string& benefit,
            const Actor& by, const ReviewLimits& limits)
      : connection_(connection),
        book_(book),
        finder_(book),
        benefit_(benefit),
        cause_("law " + book.law().digest.substr(0, 12)),
        by_(by),
        limits_(limits) {}

  Expected<ReviewProgress> run(const std::function<bool(const ReviewProgress&)>& progress) {
    if (auto done = open_job(); !done) return std::unexpected(std::move(done.error()));
    auto slice = read_after(place_);
    while (true) {
      if (!slice) return std::unexpected(std::move(slice.error()));
      if (*slice == nullptr) break;
      (*slice)->wait();
      const int64_t last = (*slice)->subjects().back().person;
      // The next one is decided while this one is written.
      auto next = read_after(last);
      if (auto done = write(**slice, last); !done) return std::unexpected(std::move(done.error()));
      if (progress && !progress(all_)) return all_;
      slice = std::move(next);
    }
    auto done = in_transaction([&](const Steps& steps) { move_job(steps, place_, "done"); });
    if (!done) return std::unexpected(std::move(done.error()));
    return all_;
  }

 private:
  template <class Body>
  Expected<void> in_transaction(const Body& body) {
    return store::transact(connection_, store::Access::kWrite, [&](store::Connection& c) {
      return guarded(c, [&](const Steps& steps) { body(steps); });
    });
  }

  // Takes up a review that was stopped; one that is done begins anew.
  Expected<void> open_job() {
    const std::string key = benefit_ + " " + book_.law().digest;
    return in_transaction([&](const Steps& steps) {
      benefit_named(book_.law(), benefit_);
      const int64_t at = steps.now();
      const auto found =
          steps.one("SELECT job, state, place FROM job WHERE kind = 'review' AND key = $1", {key});
      place_ = 0;
      if (!found) {
        job_ = kept(take_numbers(steps.connection(), "job"));
        steps.run(
            "INSERT INTO job (job, kind, key, state, place, started_at, changed_at, started_by) "
            "VALUES ($1, 'review', $2, 'running', '0', $3, $3, $4)",
            {job_, key, at, by_.name});
        return;
      }
      job_ = cell_number((*found)[0]);
      const bool is_running = cell_text((*found)[1]) == "running";
      if (is_running) place_ = std::stoll(cell_text((*found)[2]));
      steps.run("UPDATE job SET state = 'running', place = $2, changed_at = $3 WHERE job = $1",
                {job_, std::to_string(place_), at});
    });
  }

  void move_job(const Steps& steps, int64_t place, const std::string& state) const {
    const int64_t moved = steps.run(
        "UPDATE job SET place = $2, state = $3, changed_at = $4 WHERE job = $1 AND place = $5 AND "
        "state = 'running'",
        {job_, std::to_string(place), state, steps.now(), std::to_string(place_)});
    if (moved == 0) {
      stop("in-use", {"một lần xét lại khác về chế độ này đang chạy",
                      "another review of this benefit is running"});
    }
  }

  // The next slice, being decided; null: there is none.
  Expected<std::unique_ptr<ReviewSlice>> read_after(int64_t place) {
    return store::transact(
        connection_, store::Access::kRead,
        [&](store::Connection& c) -> Expected<std::unique_ptr<ReviewSlice>> {
          return guarded(c, [&](const Steps& steps) {
            std::vector<ReviewSubject> subjects;
            for (const Record& row :
                 steps.all("SELECT DISTINCT person FROM decision WHERE benefit = $1 AND "
                           "person > $2 ORDER BY person LIMIT $3",
                           {benefit_, place, limits_.slice})) {
              subjects.push_back({cell_number(row[0]), cause_});
            }
            if (subjects.empty()) return std::unique_ptr<ReviewSlice>();
            auto slice =
                std::make_unique<ReviewSlice>(book_, finder_, std::move(subjects), benefit_);
            slice->read(steps);
            slice->start(limits_.threads);
            return slice;
          });
        });
  }

  Expected<void> write(const ReviewSlice& slice, int64_t last) {
    int64_t made = 0;
    auto done = in_transaction([&](const Steps& steps) {
      std::vector<int64_t> alone;
      std::ranges::set_union(slice.touched_since_read(steps), slice.alone(),
                             std::back_inserter(alone));
      made = slice.write(steps, by_, alone);
      for (const int64_t person : alone) {
        made +=
            static_cast<int64_t>(review_person(steps, book_, person, cause_, benefit_, by_).size());
      }
      move_job(steps, last, "running");
    });
    if (!done) return done;
    place_ = last;
    all_.persons += static_cast<int64_t>(slice.subjects().size());
    all_.proposals += made;
    return {};
  }

  store::Connection& connection_;
  const LawBook& book_;
  const Finder finder_;
  std::string benefit_, cause_;
  Actor by_;
  ReviewLimits limits_;
  int64_t job_ = 0, place_ = 0;
  ReviewProgress all_;
};

}  // namespace

Expected<ReviewProgress> review_changes(store::Connection& connection, const LawBook& book,
                                        const Actor& by,
                                        const std::function<bool(const ReviewProgress&)>& progress,
                                        const ReviewLimits& limits) {
  const Finder finder(book);
  ReviewProgress all;
  while (true) {
    ReviewProgress here;
    const auto more = review_some_changes(connection, book, finder, by, limits, here);
    if (!more) return std::unexpected(more.error());
    all.persons += here.persons;
    all.proposals += here.proposals;
    if (!*more || (progress && !progress(all))) return all;
  }
}

Expected<ReviewProgress> review_law(store::Connection& connection, const LawBook& book,
                                    const std::string& benefit, const Actor& by,
                                    const std::function<bool(const ReviewProgress&)>& progress,
                                    const ReviewLimits& limits) {
  return LawReview(connection, book, benefit, by, limits).run(progress);
}

namespace {

// Money is read by ranges of persons: those of a slice do not lie further apart.
constexpr int64_t kApprovalRangeMax = 50'000;

std::vector<int64_t> persons_to_approve(const Steps& steps, const std::string& cause, int64_t after,
                                        int64_t count) {
  std::vector<int64_t> persons;
  for (const Record& row : steps.all("SELECT DISTINCT person FROM revision WHERE state = "
                                     "'proposed' AND cause = $1 AND person > $2 ORDER BY person "
                                     "LIMIT $3",
                                     {cause, after, count})) {
    const int64_t person = cell_number(row[0]);
    if (!persons.empty() && person - persons.front() > kApprovalRangeMax) break;
    persons.push_back(person);
  }
  return persons;
}

}  // namespace

Expected<ApproveProgress> approve_revisions(
    store::Connection& connection, const LawBook& book, const std::string& cause, const Actor& by,
    const std::function<bool(const ApproveProgress&)>& progress, const ReviewLimits& limits) {
  const auto rules = decision_rules(book);
  if (!rules) return std::unexpected(rules.error());
  ApproveProgress all;
  int64_t place = 0;
  while (true) {
    auto last = place;
    const auto here = store::transact(
        connection, store::Access::kWrite, [&](store::Connection& c) -> Expected<ApproveProgress> {
          return guarded(c, [&](const Steps& steps) {
            last = place;
            const auto persons = persons_to_approve(steps, cause, place, limits.slice);
            if (persons.empty()) return ApproveProgress{};
            last = persons.back();
            return ApprovalSlice(steps, book, *rules, by).approve(cause, persons);
          });
        });
    if (!here) return std::unexpected(here.error());
    if (last == place) return all;
    place = last;
    all.approved += here->approved;
    all.left += here->left;
    all.payable += here->payable;
    all.overpaid += here->overpaid;
    if (progress && !progress(all)) return all;
  }
}

}  // namespace ansinh::agency
