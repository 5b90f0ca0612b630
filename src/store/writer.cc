#include "store/writer.h"

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace ansinh::store {

namespace {

struct Waiting {
  Writer::Work work;
  Writer::Done done;
};

Failure too_many() {
  return {FailureKind::kBusy,
          {"quá nhiều yêu cầu ghi đang chờ; hãy thử lại sau ít giây",
           "too many writes are waiting; try again in a few seconds"},
          "Writer"};
}

class GroupWriter final : public Writer {
 public:
  GroupWriter(Store& store, std::unique_ptr<Connection> connection, const Options& options)
      : store_(store), connection_(std::move(connection)), options_(options) {
    thread_ = std::jthread([this] { loop(); });
  }
  GroupWriter(const GroupWriter&) = delete;
  GroupWriter& operator=(const GroupWriter&) = delete;
  ~GroupWriter() override {
    {
      const std::lock_guard lock(mutex_);
      is_ending_ = true;
    }
    wake_.notify_one();
  }

  void submit(Work work, Done done) override {
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() < options_.waiting_max) {
        waiting_.push_back({std::move(work), std::move(done)});
        wake_.notify_one();
        return;
      }
    }
    done(std::unexpected(too_many()));
  }

 private:
  // After so many failures among those that are written together, each is written apart.
  static constexpr int kRoundsMax = 4;

  void loop() {
    std::vector<Waiting> together;
    while (true) {
      together.clear();
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return is_ending_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        while (!waiting_.empty() && together.size() < options_.together_max) {
          together.push_back(std::move(waiting_.front()));
          waiting_.pop_front();
        }
      }
      write_all(together);
    }
  }

  // What each has come to; the commit's failure is that of all. Savepoints cost as much as what is
  // written, so only those that have failed once get one: if another fails, all begin anew.
  void write_all(std::vector<Waiting>& together) {
    std::vector<Expected<void>> results;
    std::vector<bool> is_apart(together.size(), false);
    bool begins_anew = true;
    Expected<void> done;
    for (int round = 0; begins_anew; ++round) {
      if (round == kRoundsMax) is_apart.assign(together.size(), true);
      begins_anew = false;
      done = with_connection([&](Connection& connection) -> Expected<void> {
        results.assign(together.size(), Expected<void>());
        for (size_t i = 0; i < together.size(); ++i) {
          auto written = is_apart[i] ? write_apart(connection, together[i], results[i])
                                     : together[i].work(connection);
          if (written) continue;
          begins_anew = !is_apart[i] && !is_of_all(written.error());
          if (begins_anew) is_apart[i] = true;
          return written;
        }
        return {};
      });
    }
    for (size_t i = 0; i < together.size(); ++i) {
      together[i].done(done ? std::move(results[i]) : done);
    }
  }

  // One in a savepoint of its own, undone if it fails; its failure is in `result`, that of all is
  // returned.
  static Expected<void> write_apart(Connection& connection, Waiting& one, Expected<void>& result) {
    if (auto begun = connection.savepoint(); !begun) return begun;
    result = one.work(connection);
    if (result) return connection.release();
    return is_of_all(result.error()) ? result : connection.undo();
  }

  // Nobody's own fault: all are tried again, or all fail.
  static bool is_of_all(const Failure& failure) {
    return failure.kind == FailureKind::kBusy || failure.kind == FailureKind::kLost ||
           failure.kind == FailureKind::kFull;
  }

  // After a broken connection a new one is tried once, unless the commit itself may have arrived.
  template <typename Body>
  Expected<void> with_connection(const Body& body) {
    for (int attempt = 0;; ++attempt) {
      if (connection_ == nullptr) {
        auto made = store_.connect();
        if (!made) return std::unexpected(std::move(made.error()));
        connection_ = std::move(*made);
      }
      bool was_whole = false;
      auto done = transact(*connection_, Access::kWrite, [&](Connection& c) -> Expected<void> {
        was_whole = false;
        auto result = body(c);
        was_whole = result.has_value();
        return result;
      });
      if (done || done.error().kind != FailureKind::kLost) return done;
      connection_ = nullptr;
      if (was_whole || attempt > 0) return done;
    }
  }

  Store& store_;
  std::unique_ptr<Connection> connection_;
  const Options options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> waiting_;
  bool is_ending_ = false;
  std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace

Expected<std::unique_ptr<Writer>> Writer::start(Store& store, const Options& options) {
  auto connection = store.connect();
  if (!connection) return std::unexpected(std::move(connection.error()));
  return std::make_unique<GroupWriter>(store, std::move(*connection), options);
}

Expected<void> Writer::write(Work work) {
  std::promise<Expected<void>> promise;
  auto result = promise.get_future();
  submit(std::move(work), [&](Expected<void> done) { promise.set_value(std::move(done)); });
  return result.get();
}

}  // namespace ansinh::store
