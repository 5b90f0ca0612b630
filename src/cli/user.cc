// `ansinh user` and `ansinh audit`: who may work here, and what was done.

#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <memory>

#include "agency/audit.h"
#include "agency/user.h"
#include "cli/agency_options.h"
#include "cli/terminal.h"

namespace ansinh::cli {

namespace {

struct UserOptions {
  AgencyOptions agency;
  std::string name, role, province, commune, anchors;
  int64_t person = 0, count = 100;
  bool is_oidc = false;
};
using UserWork = int (*)(const UserOptions&, const Terminal&);

// One line of standard input; not shown where it is typed.
std::string read_password(const Terminal& terminal) {
  const bool is_typed = ::isatty(STDIN_FILENO) != 0;
  termios shown{};
  if (is_typed) {
    print_error(terminal.say("Mật khẩu: ", "Password: "));
    ::tcgetattr(STDIN_FILENO, &shown);
    termios hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  std::string line;
  std::getline(std::cin, line);
  if (is_typed) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    print_error("\n");
  }
  return line;
}

std::optional<agency::AccessActor> actor_named(const UserOptions& options,
                                               const Terminal& terminal) {
  const auto role = agency::role_named(options.role);
  if (!role) {
    fail(terminal, kUsage,
         {"không có vai trò \"" + options.role + "\"", "there is no role \"" + options.role + "\""},
         {"dùng citizen, employer, officer, approver, auditor hoặc administrator",
          "use citizen, employer, officer, approver, auditor or administrator"});
    return std::nullopt;
  }
  return agency::AccessActor{options.is_oidc ? "oidc:" + options.name : options.name, *role,
                             options.person, options.province, options.commune};
}

// `body` in a write transaction; prints what it returns.
template <class Body>
int user_step(const UserOptions& options, const Terminal& terminal, const Body& body) {
  int code = kOk;
  auto here = open_agency(options.agency, terminal, code);
  if (!here) return code;
  const auto done = store::transact(
      *here->connection, store::Access::kWrite,
      [&](store::Connection& c) -> agency::Expected<std::string> { return body(c, here->user); });
  if (!done) return refused_by_agency(terminal, done.error());
  return print(*done);
}

int add_account(const UserOptions& options, const Terminal& terminal) {
  const auto actor = actor_named(options, terminal);
  if (!actor) return kUsage;
  const std::string password = options.is_oidc ? "" : read_password(terminal);
  return user_step(
      options, terminal,
      [&](store::Connection& c, const std::string& by) -> agency::Expected<std::string> {
        const auto done = options.is_oidc ? agency::add_oidc_user(c, *actor, by)
                                          : agency::add_user(c, *actor, password, by);
        if (!done) return std::unexpected(done.error());
        return terminal.say("Đã thêm tài khoản ", "Added the account ") + actor->user + "\n";
      });
}

int change_account(const UserOptions& options, const Terminal& terminal) {
  const auto actor = actor_named(options, terminal);
  if (!actor) return kUsage;
  return user_step(
      options, terminal,
      [&](store::Connection& c, const std::string& by) -> agency::Expected<std::string> {
        const auto done = agency::change_role(c, *actor, by);
        if (!done) return std::unexpected(done.error());
        return terminal.say("Đã đổi; các phiên đã kết thúc\n",
                            "Changed; the sessions have ended\n");
      });
}

int disable_account(const UserOptions& options, const Terminal& terminal) {
  return user_step(
      options, terminal,
      [&](store::Connection& c, const std::string& by) -> agency::Expected<std::string> {
        const auto done = agency::disable_user(c, options.name, by);
        if (!done) return std::unexpected(done.error());
        return terminal.say("Đã khóa tài khoản ", "Disabled the account ") + options.name + "\n";
      });
}

int give_totp(const UserOptions& options, const Terminal& terminal) {
  return user_step(
      options, terminal,
      [&](store::Connection& c, const std::string& by) -> agency::Expected<std::string> {
        const auto secret = agency::new_totp(c, options.name, by);
        if (!secret) return std::unexpected(secret.error());
        return "otpauth://totp/An%20Sinh:" + options.name + "?secret=" + *secret +
               "&issuer=An%20Sinh\n" + *secret + "\n";
      });
}

int list_accounts(const UserOptions& options, const Terminal& terminal) {
  int code = kOk;
  auto here = open_agency(options.agency, terminal, code);
  if (!here) return code;
  const auto all = agency::users(*here->connection);
  if (!all) return refused_by_agency(terminal, all.error());
  std::string text;
  for (const agency::UserShown& one : *all) {
    text += padded(one.actor.user, 24, false) +
            padded(std::string(agency::name_of(one.actor.role)), 16, false) +
            (one.actor.person == 0 ? "" : std::to_string(one.actor.person) + "  ") +
            one.actor.province + (one.actor.commune.empty() ? "" : "/" + one.actor.commune) +
            (one.has_totp ? terminal.say("  có mã một lần", "  one-time codes") : "") +
            (one.is_disabled ? terminal.say("  đã khóa", "  disabled") : "") + "\n";
  }
  return print(text);
}

// ---- The audit ----------------------------------------------------------------------------------

// Lines "17 4f2a…", as `audit anchor` prints them.
std::optional<std::vector<agency::Anchor>> read_anchors(const std::string& path,
                                                        const Terminal& terminal) {
  std::vector<agency::Anchor> kept;
  if (path.empty()) return kept;
  std::ifstream in(path);
  agency::Anchor one;
  while (in >> one.audit >> one.hash) kept.push_back(one);
  if (in.eof() && !kept.empty()) return kept;
  fail(terminal, kCannotReadWrite,
       {path + ": không đọc được các mốc", path + ": the anchors cannot be read"},
       {"mỗi dòng một số và một mã băm, như `ansinh audit anchor` in ra",
        "a number and a hash a line, as `ansinh audit anchor` prints them"});
  return std::nullopt;
}

int verify_chain(const UserOptions& options, const Terminal& terminal) {
  const auto kept = read_anchors(options.anchors, terminal);
  if (!kept) return kCannotReadWrite;
  int code = kOk;
  auto here = open_agency(options.agency, terminal, code);
  if (!here) return code;
  const auto verified =
      store::transact(*here->connection, store::Access::kRead,
                      [&](store::Connection& c) { return agency::verify_audit(c, *kept); });
  if (!verified) return refused_by_agency(terminal, verified.error());
  std::string text;
  for (const agency::AuditFault& fault : verified->faults) {
    text += std::to_string(fault.audit) + ": " + terminal.say(fault.text) + "\n";
  }
  const std::string entries = std::to_string(verified->entries);
  text += verified->faults.empty()
              ? terminal.say(entries + " mục, chuỗi nguyên vẹn\n", entries + " entries, unbroken\n")
              : terminal.say(entries + " mục, CHUỖI BỊ SỬA\n", entries + " entries, ALTERED\n");
  const int printed = print(text);
  return verified->faults.empty() ? printed : static_cast<int>(kBadFacts);
}

int show_looks(const UserOptions& options, const Terminal& terminal) {
  int code = kOk;
  auto here = open_agency(options.agency, terminal, code);
  if (!here) return code;
  const auto all = agency::audit_of(*here->connection, options.person, options.count);
  if (!all) return refused_by_agency(terminal, all.error());
  std::string text;
  for (const agency::AuditEntry& one : *all) {
    text += std::to_string(one.audit) + "  " + std::to_string(one.at) + "  " +
            padded(one.user, 24, false) + padded(one.what, 12, false) + one.detail + "\n";
  }
  if (text.empty()) text = terminal.say("chưa ai xem\n", "nobody has looked\n");
  return print(text);
}

int write_anchor(const UserOptions& options, const Terminal& terminal) {
  return user_step(options, terminal,
                   [&](store::Connection& c, const std::string&) -> agency::Expected<std::string> {
                     const auto made = agency::make_anchor(c);
                     if (!made) return std::unexpected(made.error());
                     return std::to_string(made->audit) + " " + made->hash + "\n";
                   });
}

CLI::App* add_user_work(CLI::App& group, const std::string& name, const Text& words,
                        const Terminal& terminal, const std::shared_ptr<UserOptions>& options,
                        Command& chosen, UserWork work) {
  CLI::App* command = group.add_subcommand(name, terminal.say(words));
  add_agency_options(*command, terminal, options->agency, false);
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return work(*options, terminal); }; });
  return command;
}

void add_account_options(CLI::App& command, const Terminal& terminal, UserOptions& options) {
  command
      .add_option("--role", options.role,
                  terminal.say("citizen, employer, officer, approver, auditor, administrator",
                               "citizen, employer, officer, approver, auditor, administrator"))
      ->required();
  command.add_option("--person", options.person,
                     terminal.say("Số của người hoặc đơn vị", "The person's or employer's number"));
  command.add_option("--province", options.province,
                     terminal.say("Chỉ tỉnh này", "Only this province"));
  command.add_option("--commune", options.commune, terminal.say("Chỉ xã này", "Only this commune"));
}

}  // namespace

void add_user(CLI::App& app, const Terminal& terminal, Command& chosen) {
  const auto options = std::make_shared<UserOptions>();
  CLI::App& users = *app.add_subcommand(
      "user", terminal.say("Tài khoản: thêm, vai trò, khóa", "Accounts: add, role, disable"));
  users.require_subcommand(1);
  const auto with_name = [&](CLI::App* command) {
    command->add_option("name", options->name, terminal.say("tên đăng nhập", "the name"))
        ->required();
    return command;
  };
  CLI::App* add = with_name(add_user_work(
      users, "add",
      {"Thêm tài khoản; mật khẩu đọc từ đầu vào", "Add one; the password is read from the input"},
      terminal, options, chosen, add_account));
  add_account_options(*add, terminal, *options);
  add->add_flag("--oidc", options->is_oidc,
                terminal.say("Đăng nhập bằng OpenID Connect; tên là subject",
                             "Logs in by OpenID Connect; the name is the subject"));
  CLI::App* role =
      with_name(add_user_work(users, "role", {"Đổi vai trò, địa bàn", "Change the role and area"},
                              terminal, options, chosen, change_account));
  add_account_options(*role, terminal, *options);
  with_name(add_user_work(users, "disable", {"Khóa tài khoản", "Disable one"}, terminal, options,
                          chosen, disable_account));
  with_name(add_user_work(users, "totp",
                          {"Khóa bí mật mới cho mã một lần; chỉ in lần này",
                           "A new secret for one-time codes; printed this once"},
                          terminal, options, chosen, give_totp));
  add_user_work(users, "list", {"Các tài khoản", "All accounts"}, terminal, options, chosen,
                list_accounts);

  CLI::App& audits = *app.add_subcommand(
      "audit", terminal.say("Nhật ký: ai đã làm gì, xem ai", "Who did what and looked at whom"));
  audits.require_subcommand(1);
  CLI::App* verify =
      add_user_work(audits, "verify", {"Kiểm tra chuỗi có bị sửa không", "Find any change"},
                    terminal, options, chosen, verify_chain);
  verify
      ->add_option("--anchors", options->anchors,
                   terminal.say("Tệp các mốc đã cất riêng", "A file of anchors kept elsewhere"))
      ->type_name("FILE");
  CLI::App* show =
      add_user_work(audits, "show", {"Ai đã xem hồ sơ một người", "Who looked at a person's file"},
                    terminal, options, chosen, show_looks);
  show->add_option("person", options->person, terminal.say("số của người", "the person's number"))
      ->required();
  show->add_option("--count", options->count, terminal.say("nhiều nhất", "at most"));
  add_user_work(audits, "anchor",
                {"Ghi một mốc; hãy cất nơi khác", "Write an anchor; keep it elsewhere"}, terminal,
                options, chosen, write_anchor);
}

}  // namespace ansinh::cli
