// Counters for Prometheus: requests by route and status, how long they took, what is under way.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace ansinh::http {

class Metrics {
 public:
  // `route`: the id of a route, never a path.
  void count(const std::string& route, int status, std::chrono::microseconds took);

  std::atomic<int64_t> connections{0};  // open now
  std::atomic<int64_t> turned_away{0};  // because there were too many

  // In the text format of Prometheus 0.0.4.
  std::string text() const;

 private:
  struct Times {
    std::array<int64_t, 12> at_most{};  // by kLimits, not cumulative; the last: above all
    int64_t count = 0, sum_us = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, int64_t> requests_;
  std::map<std::string, Times> times_;
};

}  // namespace ansinh::http
