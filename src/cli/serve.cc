#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>
#include <memory>
#include <mutex>

#include "agency/clock.h"
#include "cli/cli.h"
#include "cli/files.h"
#include "cli/terminal.h"
#include "http/server.h"
#include "http/service.h"

namespace ansinh::cli {

namespace {

struct ServeOptions {
  std::vector<std::string> law;
  http::ServerOptions server;
  int body_kb = 1024;
  bool quiet = false;
};

int run(const ServeOptions& options, const Terminal& terminal) {
  // Blocked before any thread starts, so that only sigwait below takes them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  const Date today = agency::date_of_record_time(agency::machine_time_us());
  const LoadedLaw law = load_law(options.law, today, terminal);
  if (law.code != kOk) return law.code;

  http::Metrics metrics;
  http::Router router;
  http::add_service(router, law.program, metrics);
  http::ServerOptions server_options = options.server;
  server_options.body_max = static_cast<uint64_t>(options.body_kb) * 1024;
  std::mutex one_line;
  if (!options.quiet) {
    server_options.log = [&one_line](const std::string& line) {
      const std::lock_guard lock(one_line);
      print_error(line + "\n");
    };
  }
  auto server = http::Server::start(router, metrics, server_options);
  if (!server) {
    return fail(terminal, kCannotReadWrite, server.error(),
                {"chọn --address hoặc --port khác", "choose another --address or --port"});
  }
  const std::string where =
      "http://" + server_options.address + ":" + std::to_string((*server)->port());
  print(terminal.say("Đang nghe ở " + where, "Listening on " + where) + "\n");
  std::cout.flush();
  int signal = 0;
  sigwait(&ends, &signal);
  (*server)->stop();
  return kOk;
}

}  // namespace

void add_serve(CLI::App& app, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* command = app.add_subcommand(
      "serve", terminal.say("Trả lời qua HTTP: xét theo luật, xem luật (docs/api.md)",
                            "Answer over HTTP: decisions by the law, the law (docs/api.md)"));
  command
      ->add_option("--law", options->law,
                   terminal.say("Thư mục hoặc tệp luật", "Folders or files of the law"))
      ->required()
      ->type_name("PATH");
  command
      ->add_option("--address", options->server.address,
                   terminal.say("Địa chỉ để nghe, mặc định 127.0.0.1",
                                "The address to listen on, 127.0.0.1 unless given"))
      ->type_name("IP");
  options->server.port = 8080;
  command
      ->add_option("--port", options->server.port,
                   terminal.say("Cổng, mặc định 8080; 0: cổng nào trống",
                                "The port, 8080 unless given; 0: any that is free"))
      ->type_name("PORT");
  command
      ->add_option("--threads", options->server.threads,
                   terminal.say("Số luồng, mặc định 2", "Threads, 2 unless given"))
      ->check(CLI::Range(1, 256))
      ->type_name("N");
  command
      ->add_option("--body-max", options->body_kb,
                   terminal.say("Nội dung lớn nhất, KiB, mặc định 1024",
                                "The largest body in KiB, 1024 unless given"))
      ->check(CLI::Range(1, 65'536))
      ->type_name("KIB");
  command->add_flag("--quiet", options->quiet, terminal.say("Không ghi nhật ký", "Write no log"));
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return run(*options, terminal); }; });
}

}  // namespace ansinh::cli
