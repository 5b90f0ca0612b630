#include "http/server.h"

#include <utility>  // before Boost's coroutines, which forget it with g++ 12

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cctype>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <thread>

#include "http/problem.h"

namespace ansinh::http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;
using Strand = asio::strand<asio::io_context::executor_type>;
using Stream = beast::basic_stream<tcp, Strand>;
using Clock = std::chrono::steady_clock;

// One client. Everything but the constructor runs on its strand.
struct Client {
  explicit Client(asio::io_context& context) : stream(asio::make_strand(context)) {}
  Stream stream;
  std::optional<asio::ssl::stream<Stream&>> tls = std::nullopt;
  bool is_waiting = true;  // between requests
  std::string peer = {};
};

Request request_of(bhttp::request<bhttp::string_body>& message, std::string peer) {
  Request out;
  out.peer = std::move(peer);
  out.method = std::string(message.method_string());
  const std::string target(message.target());
  const size_t question = target.find('?');
  out.path = target.substr(0, question);
  if (question != std::string::npos) out.query = target.substr(question + 1);
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::string& value = out.headers[name];
    if (!value.empty()) value += ", ";
    value += std::string(field.value());
  }
  out.body = std::move(message.body());
  return out;
}

bhttp::response<bhttp::string_body> message_of(Response response, unsigned version, bool is_head) {
  bhttp::response<bhttp::string_body> out;
  out.version(version);
  out.result(static_cast<unsigned>(response.status));
  const bool has_body = response.status != 304 && response.status != 204;
  if (has_body) out.set(bhttp::field::content_type, response.type);
  out.set("X-Content-Type-Options", "nosniff");
  out.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  out.set("Referrer-Policy", "no-referrer");
  out.set("Cross-Origin-Resource-Policy", "same-origin");
  bool is_cache_said = false;
  for (const auto& [name, value] : response.headers) {
    out.insert(name, value);
    is_cache_said = is_cache_said || name == "Cache-Control";
  }
  if (!is_cache_said) out.set(bhttp::field::cache_control, "no-store");
  if (is_head && has_body) {
    out.content_length(response.body.size());
  } else {
    out.body() = std::move(response.body);
    out.prepare_payload();
  }
  return out;
}

// What the parser found wrong, as an answer.
Problem unreadable(const beast::error_code& fault) {
  if (fault == bhttp::error::body_limit) {
    return {.status = 413,
            .code = "body-too-large",
            .message = {"nội dung quá lớn", "the body is too large"},
            .help = {"gửi từng phần nhỏ hơn", "send less at a time"}};
  }
  if (fault == bhttp::error::header_limit || fault == bhttp::error::buffer_overflow) {
    return {.status = 431,
            .code = "header-too-large",
            .message = {"phần đầu của yêu cầu quá lớn", "the request's header is too large"},
            .help = {"rút ngắn địa chỉ và các đầu mục", "shorten the address and the headers"}};
  }
  return {.status = 400,
          .code = "not-http",
          .message = {"yêu cầu không đúng HTTP/1.1", "the request is not HTTP/1.1"},
          .help = {"xem RFC 9112", "see RFC 9112"}};
}

class PoolServer final : public Server {
 public:
  PoolServer(const Router& router, Metrics& metrics, const ServerOptions& options)
      : router_(router),
        metrics_(metrics),
        options_(options),
        acceptor_(asio::make_strand(context_)) {}
  ~PoolServer() override { PoolServer::stop(); }

  std::expected<void, Text> listen() {
    beast::error_code fault;
    if (!options_.certificate.empty()) {
      tls_.emplace(asio::ssl::context::tls_server);
      tls_->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                        asio::ssl::context::no_tlsv1_1);
      tls_->use_certificate_chain_file(options_.certificate, fault);
      if (!fault) tls_->use_private_key_file(options_.private_key, asio::ssl::context::pem, fault);
      if (fault) {
        return std::unexpected(
            Text{"không dùng được chứng thư " + options_.certificate + ": " + fault.message(),
                 "cannot use the certificate " + options_.certificate + ": " + fault.message()});
      }
    }
    const auto address = asio::ip::make_address(options_.address, fault);
    const tcp::endpoint endpoint(address, options_.port);
    if (!fault) acceptor_.open(endpoint.protocol(), fault);
    if (!fault) acceptor_.set_option(asio::socket_base::reuse_address(true), fault);
    if (!fault) acceptor_.bind(endpoint, fault);
    if (!fault) acceptor_.listen(asio::socket_base::max_listen_connections, fault);
    if (fault) {
      const std::string where = options_.address + ":" + std::to_string(options_.port);
      return std::unexpected(Text{"không nghe được ở " + where + ": " + fault.message(),
                                  "cannot listen on " + where + ": " + fault.message()});
    }
    port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(acceptor_.get_executor(), accept(), asio::detached);
    for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { context_.run(); });
    return {};
  }

  uint16_t port() const override { return port_; }

  void stop() override {
    {
      std::unique_lock lock(mutex_);
      if (std::exchange(is_stopping_, true)) return;
      asio::post(acceptor_.get_executor(), [this] {
        beast::error_code ignored;
        acceptor_.close(ignored);
      });
      for (const auto& client : clients_) {
        asio::post(client->stream.get_executor(), [client] {
          if (client->is_waiting) client->stream.close();
        });
      }
      gone_.wait_for(lock, options_.stop_time, [this] { return clients_.empty(); });
    }
    context_.stop();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  bool is_stopping() {
    const std::lock_guard lock(mutex_);
    return is_stopping_;
  }

  asio::awaitable<void> accept() {
    for (;;) {
      auto client = std::make_shared<Client>(context_);
      beast::error_code fault;
      co_await acceptor_.async_accept(client->stream.socket(),
                                      asio::redirect_error(asio::use_awaitable, fault));
      if (is_stopping()) co_return;
      if (fault) {  // mostly no more file descriptors: not at once again
        asio::steady_timer timer(acceptor_.get_executor(), std::chrono::milliseconds(50));
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, fault));
        continue;
      }
      if (metrics_.connections.load() >= options_.connections_max) {
        ++metrics_.turned_away;
        continue;
      }
      {
        const std::lock_guard lock(mutex_);
        if (is_stopping_) co_return;
        clients_.insert(client);
        ++metrics_.connections;
      }
      client->stream.socket().set_option(tcp::no_delay(true), fault);
      const auto peer = client->stream.socket().remote_endpoint(fault);
      if (!fault) client->peer = peer.address().to_string();
      asio::co_spawn(client->stream.get_executor(), serve(client), [this, client](const auto&) {
        --metrics_.connections;
        const std::lock_guard lock(mutex_);
        clients_.erase(client);
        gone_.notify_all();
      });
    }
  }

  asio::awaitable<void> serve(std::shared_ptr<Client> client) {
    beast::error_code fault;
    if (tls_) {
      client->tls.emplace(client->stream, *tls_);
      client->is_waiting = false;
      client->stream.expires_after(options_.request_time);
      co_await client->tls->async_handshake(asio::ssl::stream_base::server,
                                            asio::redirect_error(asio::use_awaitable, fault));
      if (!fault) {
        co_await converse(client, *client->tls);
        client->stream.expires_after(std::chrono::seconds(2));
        co_await client->tls->async_shutdown(asio::redirect_error(asio::use_awaitable, fault));
      }
    } else {
      co_await converse(client, client->stream);
      client->stream.socket().shutdown(tcp::socket::shutdown_both, fault);
    }
    client->stream.close();
  }

  // `io`: the client's stream, or what encrypts it.
  template <class Io>
  asio::awaitable<void> converse(std::shared_ptr<Client> client, Io& io) {
    Stream& stream = client->stream;
    beast::flat_buffer buffer(options_.header_max + 64 * 1024);
    beast::error_code fault;
    while (!is_stopping()) {
      client->is_waiting = true;
      if (buffer.size() == 0) {
        stream.expires_after(options_.idle_time);
        const size_t got = co_await io.async_read_some(
            buffer.prepare(4096), asio::redirect_error(asio::use_awaitable, fault));
        if (fault) break;
        buffer.commit(got);
      }
      client->is_waiting = false;
      stream.expires_after(options_.request_time);
      bhttp::request_parser<bhttp::string_body> parser;
      parser.header_limit(options_.header_max);
      parser.body_limit(UINT64_MAX);  // until the header is read
      co_await bhttp::async_read_header(io, buffer, parser,
                                        asio::redirect_error(asio::use_awaitable, fault));
      if (!fault) {
        const uint64_t most = body_max_of(parser.get());
        parser.body_limit(most);
        if (parser.content_length().value_or(0) > most) fault = bhttp::error::body_limit;
      }
      if (!fault && beast::iequals(parser.get()[bhttp::field::expect], "100-continue")) {
        bhttp::response<bhttp::empty_body> go_on(bhttp::status::continue_, 11);
        co_await bhttp::async_write(io, go_on, asio::redirect_error(asio::use_awaitable, fault));
      }
      if (!fault) {
        co_await bhttp::async_read(io, buffer, parser,
                                   asio::redirect_error(asio::use_awaitable, fault));
      }
      const bool is_parse_fault =
          fault && fault.category() == bhttp::make_error_code(bhttp::error::bad_method).category();
      if (fault && (!is_parse_fault || fault == bhttp::error::end_of_stream ||
                    fault == bhttp::error::partial_message)) {
        break;
      }
      const auto began = Clock::now();
      auto& message = parser.get();
      const std::string method =
          message.method() == bhttp::verb::unknown ? "other" : std::string(message.method_string());
      const bool is_head = !fault && message.method() == bhttp::verb::head;
      std::string route = "none";
      Response response = fault ? problem(Request(), unreadable(fault))
                                : router_.answer(request_of(message, client->peer), route);
      const bool goes_on = !fault && message.keep_alive() && !is_stopping();
      const int status = response.status;
      auto out = message_of(std::move(response), 11, is_head);
      if (tls_) out.set("Strict-Transport-Security", "max-age=31536000");
      out.keep_alive(goes_on);
      stream.expires_after(options_.request_time);
      bhttp::response_serializer<bhttp::string_body> serializer(out);
      const bool was_fault = static_cast<bool>(fault);
      fault = {};
      if (is_head) {  // NOLINT(bugprone-branch-clone): not seen through co_await
        co_await bhttp::async_write_header(io, serializer,
                                           asio::redirect_error(asio::use_awaitable, fault));
      } else {
        co_await bhttp::async_write(io, serializer,
                                    asio::redirect_error(asio::use_awaitable, fault));
      }
      tell(route, method, status, Clock::now() - began);
      if (was_fault && !fault) co_await drain(stream, io, buffer);
      if (fault || !goes_on) break;
    }
  }

  // Routes that take files take more, from those who show some token.
  uint64_t body_max_of(const bhttp::request<bhttp::string_body>& message) const {
    if (message.count(bhttp::field::authorization) == 0 &&
        message.count(bhttp::field::cookie) == 0) {
      return options_.body_max;
    }
    const std::string_view target(message.target().data(), message.target().size());
    return router_.body_max(std::string(message.method_string()),
                            target.substr(0, target.find('?')), options_.body_max);
  }

  // Reads on a little, so that a client that still sends sees the answer and not a broken pipe.
  template <class Io>
  asio::awaitable<void> drain(Stream& stream, Io& io, beast::flat_buffer& buffer) const {
    beast::error_code fault;
    if constexpr (std::is_same_v<Io, Stream>) {
      stream.socket().shutdown(tcp::socket::shutdown_send, fault);
    }
    stream.expires_after(std::chrono::seconds(2));
    constexpr size_t kPiece = 16384;
    uint64_t read = 0;
    while (!fault && read < 4 * options_.body_max) {
      buffer.clear();
      read += co_await io.async_read_some(buffer.prepare(kPiece),
                                          asio::redirect_error(asio::use_awaitable, fault));
    }
  }

  void tell(const std::string& route, const std::string& method, int status, Clock::duration took) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(took);
    metrics_.count(route, status, us);
    if (!options_.log) return;
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    const nlohmann::ordered_json line = {{"time_ms", now.count()},
                                         {"route", route},
                                         {"method", method},
                                         {"status", status},
                                         {"us", us.count()}};
    options_.log(line.dump());
  }

  const Router& router_;
  Metrics& metrics_;
  const ServerOptions options_;
  asio::io_context context_;
  std::optional<asio::ssl::context> tls_;
  asio::basic_socket_acceptor<tcp, Strand> acceptor_;
  uint16_t port_ = 0;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable gone_;
  bool is_stopping_ = false;
  std::set<std::shared_ptr<Client>> clients_;
};

}  // namespace

std::expected<std::unique_ptr<Server>, Text> Server::start(const Router& router, Metrics& metrics,
                                                           const ServerOptions& options) {
  auto server = std::make_unique<PoolServer>(router, metrics, options);
  if (auto listening = server->listen(); !listening) {
    return std::unexpected(std::move(listening.error()));
  }
  return server;
}

}  // namespace ansinh::http
