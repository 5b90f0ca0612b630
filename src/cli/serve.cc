// `ansinh serve`: everything over HTTP (docs/api.md).

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>
#include <memory>
#include <mutex>

#include "agency/card.h"
#include "agency/clock.h"
#include "cli/agency_options.h"
#include "cli/cli.h"
#include "cli/files.h"
#include "cli/terminal.h"
#include "http/desk.h"
#include "http/routes.h"
#include "http/server.h"
#include "http/service.h"

namespace ansinh::cli {

namespace {

constexpr int kServeThreads = 16;  // most of the time they wait for the disk

struct ServeOptions {
  AgencyOptions agency;
  http::ServerOptions server;
  http::DeskOptions desk;
  std::string oidc_keys, card_key;
  int body_kb = 1024;
  bool quiet = false;
};

// Keys of an issuer, if one was named.
bool read_issuer(ServeOptions& options, const Terminal& terminal, int& code) {
  agency::TokenRules& rules = options.desk.oidc.rules;
  if (options.oidc_keys.empty()) return true;
  code = kUsage;
  if (rules.issuer.empty() || rules.audience.empty()) {
    fail(terminal, code,
         {"--oidc-keys cần --oidc-issuer và --oidc-audience",
          "--oidc-keys needs --oidc-issuer and --oidc-audience"},
         {"nêu cả ba", "give all three"});
    return false;
  }
  const auto text = read_bytes(options.oidc_keys);
  if (!text) {
    code = fail(terminal, kCannotReadWrite, text.error(), {"kiểm tra đường dẫn", "check the path"});
    return false;
  }
  auto keys = agency::KeySet::parse(*text);
  if (!keys) {
    code = refused_by_agency(terminal, keys.error());
    return false;
  }
  options.desk.oidc.keys = std::make_shared<const agency::KeySet>(std::move(*keys));
  return true;
}

// The key that signs cards, if one was named.
bool read_card_key(ServeOptions& options, const Terminal& terminal) {
  if (options.card_key.empty()) return true;
  auto key = card::read_key_file(options.card_key);
  if (!key) {
    refused_by_agency(terminal, agency::refused_card(key.error()));
    return false;
  }
  options.desk.card_key = std::make_shared<const card::SigningKey>(std::move(*key));
  return true;
}

int listen(http::ServerOptions options, const http::Router& router, http::Metrics& metrics,
           const sigset_t& ends, bool quiet, const Terminal& terminal) {
  std::mutex one_line;
  if (!quiet) {
    options.log = [&one_line](const std::string& line) {
      const std::lock_guard lock(one_line);
      print_error(line + "\n");
    };
  }
  auto server = http::Server::start(router, metrics, options);
  if (!server) {
    return fail(terminal, kCannotReadWrite, server.error(),
                {"chọn --address, --port hoặc tệp chứng thư khác",
                 "choose another --address, --port or certificate"});
  }
  const std::string where = (options.certificate.empty() ? "http://" : "https://") +
                            options.address + ":" + std::to_string((*server)->port());
  print(terminal.say("Đang nghe ở " + where, "Listening on " + where) + "\n");
  std::cout.flush();
  int signal = 0;
  sigwait(&ends, &signal);
  (*server)->stop();
  return kOk;
}

int serve(ServeOptions options, const Terminal& terminal) {
  // Blocked before any thread starts, so that only sigwait takes them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  int code = kOk;
  if (options.server.certificate.empty() != options.server.private_key.empty()) {
    return fail(terminal, kUsage,
                {"--certificate và --private-key phải đi cùng nhau",
                 "--certificate and --private-key belong together"},
                {"nêu cả hai tệp PEM", "give both PEM files"});
  }
  if (!read_issuer(options, terminal, code)) return code;
  if (!read_card_key(options, terminal)) return kBadFacts;
  auto here = open_agency(options.agency, terminal, code);
  if (!here) return code;
  if (!options.agency.on.empty()) options.desk.today = here->today;
  options.desk.is_secure = !options.server.certificate.empty();

  http::Metrics metrics;
  http::Router router;
  http::add_service(router, here->book->program, metrics);
  auto desk = http::Desk::open(*here->store, std::move(*here->book), options.desk);
  if (!desk) return refused_by_agency(terminal, desk.error());
  http::add_agency(router, **desk);
  options.server.body_max = static_cast<uint64_t>(options.body_kb) * 1024;
  return listen(options.server, router, metrics, ends, options.quiet, terminal);
}

void add_serve_address(CLI::App& command, const Terminal& terminal, ServeOptions& options) {
  command
      .add_option("--address", options.server.address,
                  terminal.say("Địa chỉ để nghe, mặc định 127.0.0.1",
                               "The address to listen on, 127.0.0.1 unless given"))
      ->type_name("IP");
  options.server.port = 8080;
  command
      .add_option("--port", options.server.port,
                  terminal.say("Cổng, mặc định 8080; 0: cổng trống bất kỳ",
                               "The port, 8080 unless given; 0: any that is free"))
      ->type_name("PORT");
  command
      .add_option("--certificate", options.server.certificate,
                  terminal.say("Chứng thư TLS, tệp PEM", "The TLS certificate, a PEM file"))
      ->type_name("FILE");
  command
      .add_option("--private-key", options.server.private_key,
                  terminal.say("Khóa riêng của chứng thư, tệp PEM", "Its private key, a PEM file"))
      ->type_name("FILE");
  options.server.threads = kServeThreads;
  command
      .add_option("--threads", options.server.threads,
                  terminal.say("Số luồng, mặc định 16", "Threads, 16 unless given"))
      ->check(CLI::Range(1, 256))
      ->type_name("N");
}

void add_serve_limits(CLI::App& command, const Terminal& terminal, ServeOptions& options) {
  command
      .add_option(
          "--body-max", options.body_kb,
          terminal.say("Nội dung lớn nhất của một yêu cầu, KiB (mặc định 1024; tệp: 64 MiB)",
                       "The largest body of a request, KiB (1024 by default; files: 64 MiB)"))
      ->check(CLI::Range(1, 1024 * 1024))
      ->type_name("KIB");
  command
      .add_option("--rate", options.desk.requests_per_second,
                  terminal.say("Số yêu cầu mỗi giây của một người dùng, mặc định 50; 0: không hạn "
                               "chế",
                               "Requests a second of one user, 50 unless given; 0: no limit"))
      ->check(CLI::Range(0.0, 1e6))
      ->type_name("N");
  command.add_flag("--quiet", options.quiet,
                   terminal.say("Không ghi nhật ký từng yêu cầu", "No log of each request"));
}

void add_serve_card_key(CLI::App& command, const Terminal& terminal, ServeOptions& options) {
  command
      .add_option("--card-key", options.card_key,
                  terminal.say("Tệp khóa riêng ký thẻ (PEM); không có thì không cấp thẻ",
                               "The private key that signs cards (PEM); without it none is issued"))
      ->type_name("FILE");
}

void add_serve_issuer(CLI::App& command, const Terminal& terminal, ServeOptions& options) {
  command
      .add_option("--oidc-keys", options.oidc_keys,
                  terminal.say("Khóa của bên phát hành OpenID Connect, tệp JWKS",
                               "Keys of an OpenID Connect issuer, a JWKS file"))
      ->type_name("FILE");
  command
      .add_option("--oidc-issuer", options.desk.oidc.rules.issuer,
                  terminal.say("Bên phát hành (iss)", "The issuer (iss)"))
      ->type_name("URL");
  command
      .add_option("--oidc-audience", options.desk.oidc.rules.audience,
                  terminal.say("Bên nhận (aud)", "The audience (aud)"))
      ->type_name("NAME");
}

}  // namespace

void add_serve(CLI::App& app, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* command = app.add_subcommand(
      "serve", terminal.say("Trả lời qua HTTP: mọi việc của cơ quan (docs/api.md)",
                            "Answer over HTTP: all that the agency does (docs/api.md)"));
  add_agency_options(*command, terminal, options->agency, true);
  add_serve_address(*command, terminal, *options);
  add_serve_limits(*command, terminal, *options);
  add_serve_issuer(*command, terminal, *options);
  add_serve_card_key(*command, terminal, *options);
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return serve(*options, terminal); }; });
}

}  // namespace ansinh::cli
