// Sockets: HTTP/1.1 on a pool of threads, with limits on everything that a client can make large.
//
// A request whose header or body is too large gets 431 or 413, one that is not HTTP 400; then the
// connection is closed. One that is not whole in time is closed without an answer. A handler runs
// on the thread of its connection: while all threads work, others wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "http/metrics.h"
#include "http/router.h"

namespace ansinh::http {

struct ServerOptions {
  std::string address = "127.0.0.1";  // without TLS: of this machine, behind a proxy
  uint16_t port = 0;                  // 0: any that is free
  // PEM files; empty: without TLS. 1.2 and 1.3 are spoken.
  std::string certificate = {}, private_key = {};
  int threads = 2;
  uint32_t header_max = 16 * 1024;
  uint64_t body_max = uint64_t{1024} * 1024;
  std::chrono::milliseconds request_time{10'000};  // from its first byte to its last
  std::chrono::milliseconds idle_time{30'000};     // between requests
  std::chrono::milliseconds stop_time{10'000};     // for requests under way when stopped
  int64_t connections_max = 1000;
  // One line of JSON for each request: time, route, method, status, µs. Called from all threads.
  std::function<void(const std::string& line)> log = {};
};

class Server {
 public:
  // Listens and answers until it is stopped. `router` and `metrics` must outlive it. Refused: the
  // address cannot be listened on.
  static std::expected<std::unique_ptr<Server>, Text> start(const Router& router, Metrics& metrics,
                                                            const ServerOptions& options);
  virtual ~Server() = default;  // stops

  virtual uint16_t port() const = 0;
  // Takes no more connections, closes those that wait, lets requests under way finish. Twice: once.
  virtual void stop() = 0;
};

}  // namespace ansinh::http
