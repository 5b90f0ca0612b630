// Private to the room: the decisions of some hundred persons made again together.
//
//   read     what was decided and proposed, and what is known of each person, in a few queries
//   start    the law applied to each on some threads; wait() for them
//   write    proposals where it comes out otherwise, in the order of persons
//
// What comes out is what review() proposes for each person alone, but for record times: those of a
// slice are one.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "agency/finding.h"
#include "agency/revision.h"
#include "agency/steps.h"

namespace ansinh::agency {

struct ReviewSubject {
  int64_t person = 0;
  std::string cause;
};

class ReviewSlice {
 public:
  // Persons ascending, each once. `only_benefit` empty: all that was decided.
  ReviewSlice(const LawBook& book, const Finder& finder, std::vector<ReviewSubject> subjects,
              std::string only_benefit)
      : book_(book),
        finder_(finder),
        subjects_(std::move(subjects)),
        only_benefit_(std::move(only_benefit)) {}

  // These stop (steps.h).
  void read(const Steps& steps);
  void start(int threads);
  void wait() { threads_.clear(); }
  // Persons, ascending, about whom more must be looked at than the law: proposals that are outdated
  // now, a death before the day decided for. review_person() does; write() must leave them out.
  std::vector<int64_t> alone() const;
  // Leaves out those in `without` (ascending). Returns how many proposals were made.
  int64_t write(const Steps& steps, const Actor& by, std::span<const int64_t> without) const;

  const std::vector<ReviewSubject>& subjects() const { return subjects_; }
  // Those of whom something was decided or proposed after it was read.
  std::vector<int64_t> touched_since_read(const Steps& steps) const;

 private:
  // A decision that holds, and how it comes out now.
  struct Standing {
    size_t subject = 0;
    int64_t decision = 0, application = 0;
    Finding then;
    struct Proposed {
      Finding finding;
      bool is_open = false;
    };
    std::vector<Proposed> proposed;  // in its place, before
    std::string facts;
    Expected<Finding> now = Finding();
  };
  struct Numbers {
    int64_t decision = 0, revision = 0;  // the last ones
  };

  std::vector<int64_t> persons() const;
  void read_decisions(const Steps& steps);
  void read_facts(const Steps& steps);
  static bool is_proposal(const Standing& one, const Finding& now);
  void decide(Standing& one) const;

  const LawBook& book_;
  const Finder& finder_;
  std::vector<ReviewSubject> subjects_;
  std::string only_benefit_;
  int64_t known_at_ = 0;
  std::vector<Numbers> last_;  // by subject
  std::vector<Standing> standing_;
  std::atomic<size_t> next_ = 0;
  std::vector<std::jthread> threads_;  // last: they end before what they use
};

}  // namespace ansinh::agency
