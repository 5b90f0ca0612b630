#include "http/metrics.h"

#include <fmt/format.h>

#include <string_view>

namespace ansinh::http {

namespace {

struct TimeLimit {
  int64_t us;
  std::string_view seconds;
};
constexpr std::array<TimeLimit, 11> kLimits = {{{500, "0.0005"},
                                                {1'000, "0.001"},
                                                {2'500, "0.0025"},
                                                {5'000, "0.005"},
                                                {10'000, "0.01"},
                                                {25'000, "0.025"},
                                                {50'000, "0.05"},
                                                {100'000, "0.1"},
                                                {250'000, "0.25"},
                                                {1'000'000, "1"},
                                                {5'000'000, "5"}}};

}  // namespace

void Metrics::count(const std::string& route, int status, std::chrono::microseconds took) {
  const int64_t us = took.count();
  size_t slot = 0;
  while (slot < kLimits.size() && us > kLimits[slot].us) ++slot;
  const std::lock_guard lock(mutex_);
  ++requests_[{route, status}];
  Times& times = times_[route];
  ++times.at_most[slot];
  ++times.count;
  times.sum_us += us;
}

std::string Metrics::text() const {
  std::string out =
      "# HELP ansinh_http_requests_total Requests answered.\n"
      "# TYPE ansinh_http_requests_total counter\n";
  const std::lock_guard lock(mutex_);
  for (const auto& [key, count] : requests_) {
    out += fmt::format("ansinh_http_requests_total{{route=\"{}\",status=\"{}\"}} {}\n", key.first,
                       key.second, count);
  }
  out +=
      "# HELP ansinh_http_request_seconds From the whole request to the answer.\n"
      "# TYPE ansinh_http_request_seconds histogram\n";
  for (const auto& [route, times] : times_) {
    int64_t so_far = 0;
    for (size_t i = 0; i < kLimits.size(); ++i) {
      so_far += times.at_most[i];
      out += fmt::format("ansinh_http_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n", route,
                         kLimits[i].seconds, so_far);
    }
    out += fmt::format("ansinh_http_request_seconds_bucket{{route=\"{}\",le=\"+Inf\"}} {}\n", route,
                       times.count);
    out += fmt::format("ansinh_http_request_seconds_sum{{route=\"{}\"}} {}.{:06}\n", route,
                       times.sum_us / 1'000'000, times.sum_us % 1'000'000);
    out +=
        fmt::format("ansinh_http_request_seconds_count{{route=\"{}\"}} {}\n", route, times.count);
  }
  out += fmt::format(
      "# TYPE ansinh_http_connections gauge\nansinh_http_connections {}\n"
      "# TYPE ansinh_http_turned_away_total counter\n"
      "ansinh_http_turned_away_total {}\n",
      connections.load(), turned_away.load());
  return out;
}

}  // namespace ansinh::http
