#include "lab/chunk_pool.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace ansinh::lab {

namespace {

constexpr auto kTick = std::chrono::milliseconds(100);
// So many chunks for each thread may wait to be taken: what bounds the memory.
constexpr size_t kWaitingPerThread = 2;

struct Done {
  std::optional<Diagnostic> fault;
  std::string bytes;
};

Diagnostic interrupted() {
  return {"interrupted",
          Severity::kError,
          {},
          {"đã dừng theo yêu cầu", "interrupted"},
          {"không có tệp nào được để lại dở dang", "no unfinished file is left behind"}};
}

class Pool {
 public:
  Pool(size_t chunks, size_t threads, const ChunkWork& work)
      : chunks_(chunks), waiting_max_(threads * kWaitingPerThread), work_(work) {}

  std::optional<Diagnostic> run(size_t threads) {
    std::vector<std::jthread> workers;
    workers.reserve(threads);
    for (size_t i = 0; i < threads; ++i) workers.emplace_back([this, i] { serve(i); });
    std::optional<Diagnostic> fault;
    for (size_t chunk = 0; chunk < chunks_ && !fault;) {
      std::unique_lock lock(mutex_);
      const bool is_here = changed_.wait_for(lock, kTick, [&] { return done_.contains(chunk); });
      if (is_here) {
        Done one = std::move(done_.extract(chunk).mapped());
        taken_ = ++chunk;
        lock.unlock();
        changed_.notify_all();
        fault = std::move(one.fault);
        if (!fault && work_.take) fault = work_.take(one.bytes);
      } else {
        lock.unlock();
      }
      if (!fault && work_.tick && !work_.tick()) fault = interrupted();
    }
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    return fault;
  }

 private:
  void serve(size_t worker) {
    while (true) {
      size_t chunk = 0;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock,
                      [&] { return stop_ || next_ == chunks_ || next_ < taken_ + waiting_max_; });
        if (stop_ || next_ == chunks_) return;
        chunk = next_++;
      }
      Done one;
      one.fault = work_.work(chunk, worker, stop_, one.bytes);
      {
        const std::lock_guard lock(mutex_);
        done_.emplace(chunk, std::move(one));
      }
      changed_.notify_all();
    }
  }

  size_t chunks_, waiting_max_;
  const ChunkWork& work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<size_t, Done> done_;
  size_t next_ = 0, taken_ = 0;
  std::atomic<bool> stop_ = false;
};

}  // namespace

size_t usual_threads() {
  return std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kThreadsMax);
}

std::optional<Diagnostic> run_chunks(size_t chunks, size_t threads, const ChunkWork& work) {
  threads = std::clamp<size_t>(std::min(threads, chunks), 1, kThreadsMax);
  return Pool(chunks, threads, work).run(threads);
}

}  // namespace ansinh::lab
