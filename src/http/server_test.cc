// A real client over loopback, byte by byte.
#include "http/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <thread>
#include <tuple>

#include "facts/test_law.h"
#include "http/service.h"

namespace ansinh::http {
namespace {

class Wire {
 public:
  explicit Wire(uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    is_open_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire() { ::close(socket_); }

  bool is_open() const { return is_open_; }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }
  // One answer with a Content-Length (without its body if `is_head`); empty if closed instead.
  std::string answer(bool is_head = false) {
    for (;;) {
      const size_t end = read_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const size_t at = read_.find("Content-Length: ");
        const size_t body = is_head || at > end ? 0 : std::stoul(read_.substr(at + 16));
        if (read_.size() >= end + 4 + body) {
          std::string out = read_.substr(0, end + 4 + body);
          read_.erase(0, end + 4 + body);
          return out;
        }
      }
      if (!more()) return "";
    }
  }
  // Whether the other side closes, sending nothing more.
  bool is_closed() { return read_.empty() && !more() && read_.empty(); }

 private:
  bool more() {
    char bytes[4096];
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
    if (got > 0) read_.append(bytes, static_cast<size_t>(got));
    return got > 0;
  }
  int socket_;
  bool is_open_ = false;
  std::string read_;
};

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    add_service(router_, facts::test_law(), metrics_);
    Route slow{.method = "GET", .path = "/slow/{name}", .id = "slow", .summary = {}};
    slow.path_parameters = {{"name", true, {}, {{"type", "string"}}}};
    slow.handler = [this](const Request& request) {
      ++slow_under_way_;
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      return Response{.type = "application/json",
                      .body = "\"" + std::string(request.parameter("name")) + "\""};
    };
    router_.add(std::move(slow));
    ServerOptions options;
    options.header_max = 2048;
    options.body_max = 20'000;
    options.request_time = std::chrono::milliseconds(500);
    options.idle_time = std::chrono::milliseconds(1500);
    options.log = [this](const std::string& line) {
      const std::lock_guard lock(log_mutex_);
      log_ += line + "\n";
    };
    auto server = Server::start(router_, metrics_, options);
    ASSERT_TRUE(server) << server.error().en;
    server_ = std::move(*server);
  }

  std::string ask(const std::string& request, bool is_head = false) {
    Wire wire(server_->port());
    wire.send(request);
    return wire.answer(is_head);
  }
  static std::string get(const std::string& target, const std::string& headers = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
  }
  static std::string post(const std::string& target, const std::string& body,
                          const std::string& type = "application/json") {
    return "POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Type: " + type +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  static std::string status(const std::string& answer) {
    return answer.size() < 12 ? answer : answer.substr(9, 3);
  }
  static nlohmann::json body(const std::string& answer) {
    return nlohmann::json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
  }
  std::string code(const std::string& answer) {
    return status(answer) + " " + body(answer)["code"].get<std::string>();
  }
  std::string log() {
    const std::lock_guard lock(log_mutex_);
    return log_;
  }

  Router router_;
  Metrics metrics_;
  std::mutex log_mutex_;
  std::string log_;
  std::atomic<int> slow_under_way_{0};
  std::unique_ptr<Server> server_;  // stops before what it uses goes
};

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  Wire wire(server_->port());
  for (int i = 0; i < 3; ++i) {
    wire.send(get("/health"));
    EXPECT_EQ(body(wire.answer()), nlohmann::json({{"status", "ok"}}));
  }
  wire.send("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status(wire.answer()), "200");
  EXPECT_TRUE(wire.is_closed());
  wire.send("");
  // Two sent at once are answered one after the other.
  Wire both(server_->port());
  both.send(get("/health") + get("/v1/law"));
  EXPECT_EQ(status(both.answer()), "200");
  EXPECT_EQ(body(both.answer())["digest"], facts::test_law()->digest);
}

TEST_F(ServerTest, RefusesWhatIsNoRoute) {
  EXPECT_EQ(code(ask(get("/nothing"))), "404 no-route");
  EXPECT_EQ(code(ask(get("/v1/../../etc/passwd"))), "404 no-route");
  EXPECT_EQ(code(ask(get("/v1/%2e%2e/%2e%2e/etc/passwd"))), "404 no-route");
  EXPECT_EQ(code(ask(get("//health"))), "404 no-route");
  const std::string wrong = ask("DELETE /health HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(code(wrong), "405 wrong-method");
  EXPECT_NE(wrong.find("Allow: GET, HEAD\r\n"), std::string::npos) << wrong;
  EXPECT_EQ(code(ask(get("/slow/%zz"))), "400 bad-path");
  EXPECT_EQ(code(ask(get("/slow/%ff"))), "400 bad-path");
  EXPECT_EQ(code(ask(get("/health?x=1"))), "400 unknown-parameter");
  EXPECT_EQ(code(ask(get("/health", "Accept: text/html\r\n"))), "406 not-acceptable");
  EXPECT_EQ(status(ask(get("/health", "Accept: text/html, */*;q=0.1\r\n"))), "200");
}

TEST_F(ServerTest, RefusesInTheLanguageAskedFor) {
  EXPECT_EQ(body(ask(get("/x")))["title"], "không có địa chỉ này");
  const std::string english = ask(get("/x", "Accept-Language: fr, en;q=0.8\r\n"));
  EXPECT_EQ(body(english)["title"], "there is no such address");
  EXPECT_EQ(body(english)["message"]["vi"], "không có địa chỉ này");
  EXPECT_NE(english.find("Content-Type: application/problem+json\r\n"), std::string::npos);
}

TEST_F(ServerTest, RefusesWhatIsMalformedOrTooLarge) {
  EXPECT_EQ(code(ask("what is this\r\n\r\n")), "400 not-http");
  EXPECT_EQ(code(ask("GET /health HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")),
            "400 not-http");
  EXPECT_EQ(code(ask("POST /v1/decide HTTP/1.1\r\nContent-Length: 5\r\n"
                     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
            "400 not-http");
  EXPECT_EQ(code(ask(get("/health", "X: " + std::string(5000, 'x') + "\r\n"))),
            "431 header-too-large");
  EXPECT_EQ(code(ask(post("/v1/decide?on=2025-07-01", std::string(50'000, ' ')))),
            "413 body-too-large");
  EXPECT_EQ(status(ask(get("/health"))), "200");
}

TEST_F(ServerTest, ClosesWhatIsTooSlow) {
  Wire slow(server_->port());
  slow.send("GET /health HT");
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(slow.is_closed());
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_GT(took, std::chrono::milliseconds(300));
  EXPECT_LT(took, std::chrono::seconds(5));
  // A byte now and then does not buy time.
  Wire drip(server_->port());
  for (const char c : std::string("POST /v1/d")) {
    drip.send(std::string(1, c));
    std::this_thread::sleep_for(std::chrono::milliseconds(80));
  }
  EXPECT_TRUE(drip.is_closed());
}

TEST_F(ServerTest, HeadAndEtag) {
  const std::string whole = ask(get("/v1/law"));
  const std::string head = ask("HEAD /v1/law HTTP/1.1\r\nHost: x\r\n\r\n", true);
  EXPECT_EQ(status(head), "200");
  EXPECT_EQ(head.substr(head.find("Content-Length")).substr(0, 20),
            whole.substr(whole.find("Content-Length")).substr(0, 20));
  const size_t at = whole.find("ETag: ") + 6;
  const std::string etag = whole.substr(at, whole.find("\r\n", at) - at);
  EXPECT_EQ(status(ask(get("/v1/law", "If-None-Match: " + etag + "\r\n"), true)), "304");
  EXPECT_EQ(status(ask(get("/v1/law", "If-None-Match: \"other\"\r\n"))), "200");
}

TEST_F(ServerTest, Decides) {
  const std::string to = "/v1/decide?on=2025-07-01";
  const std::string entity = facts::test_law()->entities.front().name;
  const auto plain = body(ask(post(to, "{\"" + entity + "\": {}}")));
  ASSERT_TRUE(plain.contains("outcomes")) << plain;
  EXPECT_EQ(plain["on"], "2025-07-01");
  EXPECT_EQ(plain["receipt"]["law_digest"], facts::test_law()->digest) << plain["receipt"];
  EXPECT_FALSE(plain.contains("steps"));
  EXPECT_TRUE(body(ask(post(to + "&why=true", "{\"" + entity + "\": {}}"))).contains("steps"));
  EXPECT_EQ(code(ask(post("/v1/decide", "{}"))), "400 missing-parameter");
  EXPECT_EQ(code(ask(post("/v1/decide?on=2025-02-30", "{}"))), "400 bad-parameter");
  EXPECT_EQ(code(ask(post(to + "&on=2025-07-02", "{}"))), "400 repeated-parameter");
  EXPECT_EQ(code(ask(post(to + "&benefit=none", "{}"))), "400 bad-parameter");
  EXPECT_EQ(code(ask(post(to, "{"))), "400 bad-json");
  EXPECT_EQ(code(ask(post(to, "\"\xff\""))), "400 bad-json");
  EXPECT_EQ(code(ask(post(to, "[]"))), "422 bad-facts");
  EXPECT_EQ(code(ask(post(to, "{}", "text/plain"))), "415 wrong-content-type");
  const auto unknown = body(ask(post(to, "{\"" + entity + "\": {\"no_such\": 1}}")));
  EXPECT_EQ(unknown["code"], "bad-facts");
  EXPECT_EQ(unknown["errors"].size(), 1U) << unknown;
  // 20 000 brackets deep: refused, not a stack that overflows.
  EXPECT_EQ(status(ask(post(to, std::string(9000, '[') + std::string(9000, ']')))), "422");
}

TEST_F(ServerTest, TheLogAndTheMetricsNameNobody) {
  ask(get("/slow/NguyenVanAn"));
  ask(get("/v1/persons/079063012345"));
  ask(get("/health?name=NguyenVanAn"));
  server_->stop();
  const std::string lines = log();
  EXPECT_NE(lines.find(R"("route":"slow","method":"GET","status":200)"), std::string::npos)
      << lines;
  EXPECT_NE(lines.find(R"("route":"none","method":"GET","status":404)"), std::string::npos);
  for (const std::string& text : {lines, metrics_.text()}) {
    EXPECT_EQ(text.find("NguyenVanAn"), std::string::npos);
    EXPECT_EQ(text.find("079063012345"), std::string::npos);
  }
  EXPECT_NE(metrics_.text().find("ansinh_http_requests_total{route=\"slow\",status=\"200\"} 1\n"),
            std::string::npos)
      << metrics_.text();
}

TEST_F(ServerTest, ManyAtOnce) {
  std::atomic<int> good{0};
  const std::string request =
      post("/v1/decide?on=2025-07-01", "{\"" + facts::test_law()->entities.front().name + "\":{}}");
  const std::string expected = body(ask(request)).dump();
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([&] {
      Wire wire(server_->port());
      for (int k = 0; k < 50; ++k) {
        wire.send(request);
        const std::string answer = wire.answer();
        if (status(answer) == "200" && body(answer).dump() == expected) ++good;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(good.load(), 16 * 50);
}

TEST_F(ServerTest, StopsWhenWhatIsUnderWayIsDone) {
  Wire waits(server_->port());
  waits.send(get("/health"));
  EXPECT_EQ(status(waits.answer()), "200");
  Wire works(server_->port());
  works.send(get("/slow/last"));
  while (slow_under_way_ == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const uint16_t port = server_->port();
  server_->stop();
  const std::string answer = works.answer();
  EXPECT_EQ(status(answer), "200");
  EXPECT_NE(answer.find("Connection: close"), std::string::npos) << answer;
  EXPECT_TRUE(waits.is_closed());
  Wire late(port);
  EXPECT_FALSE(late.is_open());
}

TEST_F(ServerTest, OpenApiNamesEveryRoute) {
  const auto document = body(ask(get("/openapi.json")));
  EXPECT_EQ(document["openapi"], "3.1.0");
  for (const char* path : {"/health", "/metrics", "/openapi.json", "/v1/law", "/v1/law/benefits"}) {
    EXPECT_TRUE(document["paths"][path].contains("get")) << path;
  }
  const auto& decide = document["paths"]["/v1/decide"]["post"];
  EXPECT_EQ(decide["parameters"][0]["name"], "on");
  EXPECT_TRUE(decide["responses"].contains("422"));
  EXPECT_TRUE(decide["responses"].contains("415"));
}

// A certificate for one test, signed by itself; the names of its two files.
std::pair<std::string, std::string> make_certificate(const std::filesystem::path& folder) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  const std::string names[] = {(folder / "certificate.pem").string(),
                               (folder / "key.pem").string()};
  for (const std::string& name : names) {
    FILE* file = std::fopen(name.c_str(), "w");
    if (name == names[0]) {
      PEM_write_X509(file, certificate);
    } else {
      PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    }
    std::fclose(file);
  }
  X509_free(certificate);
  EVP_PKEY_free(key);
  return {names[0], names[1]};
}

TEST_F(ServerTest, SpeaksTls) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("ansinh-tls-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  ServerOptions options;
  std::tie(options.certificate, options.private_key) = make_certificate(folder);
  auto server = Server::start(router_, metrics_, options);
  ASSERT_TRUE(server) << server.error().en;
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  BIO* wire = BIO_new_ssl_connect(context);
  BIO_set_conn_hostname(wire, ("127.0.0.1:" + std::to_string((*server)->port())).c_str());
  ASSERT_EQ(BIO_do_connect(wire), 1);
  const std::string request = get("/health", "Connection: close\r\n");
  BIO_write(wire, request.data(), static_cast<int>(request.size()));
  std::string answer;
  std::array<char, 4096> bytes{};
  for (int n = 0; (n = BIO_read(wire, bytes.data(), static_cast<int>(bytes.size()))) > 0;) {
    answer.append(bytes.data(), static_cast<size_t>(n));
  }
  BIO_free_all(wire);
  SSL_CTX_free(context);
  EXPECT_EQ(status(answer), "200") << answer;
  EXPECT_NE(answer.find("Strict-Transport-Security: max-age="), std::string::npos);
  // Without TLS nothing is answered.
  Wire plain((*server)->port());
  plain.send(get("/health"));
  EXPECT_TRUE(plain.is_closed());
  options.private_key = "/nothing";
  EXPECT_FALSE(Server::start(router_, metrics_, options));
  std::filesystem::remove_all(folder);
}

TEST_F(ServerTest, RefusesAPortThatIsTaken) {
  ServerOptions options;
  options.port = server_->port();
  const auto second = Server::start(router_, metrics_, options);
  ASSERT_FALSE(second);
  EXPECT_TRUE(second.error().en.starts_with("cannot listen on 127.0.0.1:")) << second.error().en;
}

}  // namespace
}  // namespace ansinh::http
