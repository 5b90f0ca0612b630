// `ansinh card`: keys that sign cards, cards issued, revoked and verified, the list of those
// revoked.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "agency/card.h"
#include "agency/card_print.h"
#include "agency/clock.h"
#include "card/card.h"
#include "cli/agency_options.h"
#include "cli/files.h"
#include "cli/terminal.h"

namespace ansinh::cli {

namespace {

struct CardOptions {
  AgencyOptions agency;
  std::string key;  // the private key's file
  std::string key_id, why, out, pdf, png, svg;
  std::string text, keys;
  std::vector<std::string> status;
  int64_t person = 0, card = 0, list = 1;
};
using CardWork = int (*)(const CardOptions&, const Terminal&);

constexpr int64_t kNoonSeconds = 43'200;

int refused_by_card(const Terminal& terminal, card::CardFault fault, const std::string& about) {
  const Text text = card::text_of(fault);
  const std::string code(card::code_of(fault));
  const std::string before = about.empty() ? "" : about + ": ";
  return fail(terminal, kBadFacts, {before + text.vi, before + text.en},
              {"mã lỗi " + code, "code " + code});
}

// Nothing and a printed message if it is not there or not to be used.
std::optional<card::SigningKey> read_signing_key(const CardOptions& options,
                                                 const Terminal& terminal) {
  auto key = card::read_key_file(options.key);
  if (key) return std::move(*key);
  refused_by_card(terminal, key.error(), options.key);
  return std::nullopt;
}

// Now, or noon of --on.
std::optional<int64_t> now_of(const CardOptions& options, const Terminal& terminal) {
  if (options.agency.on.empty()) return agency::machine_time_us() / 1'000'000;
  Date on;
  if (!read_date_argument(terminal, "--on", options.agency.on, on)) return std::nullopt;
  return agency::seconds_of_day(on, 0) + kNoonSeconds;
}

// `body` in a write transaction; prints what it returns.
template <class Body>
int card_step(const CardOptions& options, const Terminal& terminal, const Body& body) {
  int code = kOk;
  auto here = open_agency(options.agency, terminal, code);
  if (!here) return code;
  const auto said = store::transact(
      *here->connection, store::Access::kWrite,
      [&](store::Connection& c) -> agency::Expected<std::string> { return body(c, *here); });
  if (!said) return refused_by_agency(terminal, said.error());
  return print(*said);
}

// ---- Keys ---------------------------------------------------------------------------------------

int make_card_key(const CardOptions& options, const Terminal& terminal) {
  int code = kOk;
  auto here = open_agency(options.agency, terminal, code);
  if (!here) return code;
  // A file that is there is a key made before, or by another program.
  const bool is_there = std::filesystem::exists(options.key);
  if (!is_there) {
    if (const auto fault = card::write_key_file(card::SigningKey::make(), options.key)) {
      return cannot_write(terminal, *fault);
    }
  }
  const auto key = read_signing_key(options, terminal);
  if (!key) return kBadFacts;
  const auto done = store::transact(
      *here->connection, store::Access::kWrite,
      [&](store::Connection& c) { return agency::add_card_key(c, *key, here->today, here->user); });
  if (!done) return refused_by_agency(terminal, done.error());
  const std::string id = card::key_id_text(key->id());
  return print(
      terminal.say("Đã thêm khóa " + id + "; giữ kín tệp " + options.key + "\n",
                   "Added the key " + id + "; keep the file " + options.key + " secret\n"));
}

int list_card_keys(const CardOptions& options, const Terminal& terminal) {
  return card_step(options, terminal,
                   [&](store::Connection& c, const Agency&) -> agency::Expected<std::string> {
                     const auto keys = agency::card_keys(c);
                     if (!keys) return std::unexpected(keys.error());
                     std::string text;
                     for (const card::PinnedKey& key : *keys) {
                       text += card::key_id_text(key.id()) + terminal.say("  từ ", "  from ") +
                               key.created.to_display() +
                               (key.retired ? terminal.say("  thôi tin từ ", "  retired from ") +
                                                  key.retired->to_display()
                                            : "") +
                               "\n";
                     }
                     return text;
                   });
}

int retire_card_key(const CardOptions& options, const Terminal& terminal) {
  return card_step(
      options, terminal,
      [&](store::Connection& c, const Agency& here) -> agency::Expected<std::string> {
        const auto done = agency::retire_card_key(c, options.key_id, here.today, here.user);
        if (!done) return std::unexpected(done.error());
        return terminal.say("Từ " + here.today.to_display() + " không tin khóa này nữa\n",
                            "This key is not believed from " + here.today.to_display() + " on\n");
      });
}

int export_card_keys(const CardOptions& options, const Terminal& terminal) {
  int code = kOk;
  auto here = open_agency(options.agency, terminal, code);
  if (!here) return code;
  const auto keys = agency::card_keys(*here->connection);
  if (!keys) return refused_by_agency(terminal, keys.error());
  const std::string text = card::jwks(*keys) + "\n";
  if (options.out.empty()) return print(text);
  if (const auto fault = write_file(options.out, text)) return cannot_write(terminal, *fault);
  return kOk;
}

// ---- Cards --------------------------------------------------------------------------------------

// The pictures that were asked for; nothing is wrong if all could be written.
int write_pictures(const CardOptions& options, const Terminal& terminal, const card::Card& card,
                   const agency::IssuedCard& issued) {
  const auto write = [&](const std::string& path, const agency::Expected<std::string>& bytes) {
    if (!bytes) return refused_by_agency(terminal, bytes.error());
    const auto fault = write_file(path, *bytes);
    return fault ? cannot_write(terminal, *fault) : static_cast<int>(kOk);
  };
  int code = kOk;
  if (!options.pdf.empty()) {
    code = write(options.pdf, agency::card_pdf(card, issued, terminal.language));
  }
  if (code == kOk && !options.png.empty()) {
    code = write(options.png, agency::card_png(issued.text));
  }
  if (code == kOk && !options.svg.empty()) {
    code = write(options.svg, agency::card_svg(issued.text));
  }
  return code;
}

int issue_card(const CardOptions& options, const Terminal& terminal) {
  const auto key = read_signing_key(options, terminal);
  if (!key) return kBadFacts;
  int code = kOk;
  auto here = open_agency(options.agency, terminal, code);
  if (!here) return code;
  const auto issued =
      store::transact(*here->connection, store::Access::kWrite, [&](store::Connection& c) {
        return agency::issue_card(c, *here->book, options.person, *key, here->today, here->user);
      });
  if (!issued) return refused_by_agency(terminal, issued.error());
  const card::KeySet keys{{key->public_key(), here->today, std::nullopt}};
  const auto card = card::read_card(issued->text, keys, 0);
  if (!card) return refused_by_card(terminal, card.error(), "");  // our own: cannot be
  code = write_pictures(options, terminal, *card, *issued);
  if (code != kOk) return code;
  print_error(terminal.say(
      "Thẻ số " + std::to_string(issued->person) + "-" + std::to_string(issued->card) +
          ", có giá trị đến trước " + issued->expires_on.to_display() + "\n",
      "Card no. " + std::to_string(issued->person) + "-" + std::to_string(issued->card) +
          ", valid before " + issued->expires_on.to_display() + "\n"));
  return print(issued->text + "\n");
}

int revoke_card(const CardOptions& options, const Terminal& terminal) {
  return card_step(options, terminal,
                   [&](store::Connection& c, const Agency& here) -> agency::Expected<std::string> {
                     const auto done = agency::revoke_card(c, options.person, options.card,
                                                           options.why, here.today, here.user);
                     if (!done) return std::unexpected(done.error());
                     return terminal.say(
                         "Đã thu hồi; công bố lại danh sách: `ansinh card status`\n",
                         "Revoked; publish the list again: `ansinh card status`\n");
                   });
}

int write_status(const CardOptions& options, const Terminal& terminal) {
  const auto key = read_signing_key(options, terminal);
  const auto now = now_of(options, terminal);
  if (!key || !now) return now ? kBadFacts : kUsage;
  int code = kOk;
  auto here = open_agency(options.agency, terminal, code);
  if (!here) return code;
  const auto list =
      store::transact(*here->connection, store::Access::kRead, [&](store::Connection& c) {
        return agency::status_list(c, *here->book, options.list, *key, *now);
      });
  if (!list) return refused_by_agency(terminal, list.error());
  if (const auto fault = write_file(options.out, *list)) return cannot_write(terminal, *fault);
  return print(terminal.say("Đã ghi ", "Wrote ") + std::to_string(list->size()) +
               terminal.say(" byte: ", " bytes: ") + options.out + "\n");
}

// ---- Verifying: without a store and without a network -------------------------------------------

// The text itself, or that of a file (- for standard input); without blanks at its ends.
std::optional<std::string> text_of_argument(const CardOptions& options, const Terminal& terminal) {
  std::string text = options.text;
  if (text == "-" || std::filesystem::exists(text)) {
    auto bytes = read_bytes(text);
    if (!bytes) {
      fail(terminal, kCannotReadWrite, bytes.error(), {"kiểm tra đường dẫn", "check the path"});
      return std::nullopt;
    }
    text = std::move(*bytes);
  }
  // A blank is a letter of base 45: only the end of the line is left out.
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

std::string shown_card(const card::Card& card, const Terminal& terminal) {
  const auto day = [](int64_t seconds) {
    return agency::date_of_record_time(seconds * 1'000'000).to_display();
  };
  std::string out = card.name + "\n";
  out += terminal.say("  số          ", "  number      ") + card.id + "\n";
  if (card.birth_date) {
    out += terminal.say("  ngày sinh   ", "  born        ") + card.birth_date->to_display() + "\n";
  }
  out += terminal.say("  có giá trị  ", "  valid       ") + day(card.valid_from_s) + " – " +
         day(card.expires_s - 1) + "\n";
  out += terminal.say("  nơi cấp     ", "  issuer      ") + card.issuer + "\n";
  for (const card::Coverage& one : card.coverages) {
    out += one.kind == card::CoverageKind::kInPayment
               ? terminal.say("  đang hưởng  ", "  paid        ")
           : one.kind == card::CoverageKind::kInsured
               ? terminal.say("  tham gia    ", "  insured     ")
               : terminal.say("  đủ điều kiện ", "  entitled    ");
    out += terminal.say(one.label);
    if (one.from) out += terminal.say(", từ ", ", from ") + one.from->to_display();
    if (one.until) out += terminal.say(" đến ", " to ") + one.until->to_display();
    out += "\n";
  }
  if (card.coverages_left_out > 0) {
    const std::string count = std::to_string(card.coverages_left_out);
    out += terminal.say("  và " + count + " chế độ nữa không ghi trên thẻ\n",
                        "  and " + count + " more that are not on the card\n");
  }
  return out;
}

std::optional<std::string> read_file_of(const std::string& path, const Terminal& terminal) {
  auto bytes = read_bytes(path);
  if (bytes) return std::move(*bytes);
  fail(terminal, kCannotReadWrite, bytes.error(), {"kiểm tra đường dẫn", "check the path"});
  return std::nullopt;
}

int verify_card(const CardOptions& options, const Terminal& terminal) {
  const auto now = now_of(options, terminal);
  if (!now) return kUsage;
  const auto text = text_of_argument(options, terminal);
  const auto pinned = text ? read_file_of(options.keys, terminal) : std::nullopt;
  if (!pinned) return kCannotReadWrite;
  const auto keys = card::key_set_of_jwks(*pinned);
  if (!keys) return refused_by_card(terminal, keys.error(), options.keys);
  std::vector<card::StatusList> lists;
  for (const std::string& path : options.status) {
    const auto bytes = read_file_of(path, terminal);
    if (!bytes) return kCannotReadWrite;
    auto list = card::read_status_list(*bytes, *keys, *now);
    if (!list) return refused_by_card(terminal, list.error(), path);
    lists.push_back(std::move(*list));
  }
  const card::CardCheck check = card::check_card(*text, *keys, lists, *now);
  if (check.fault) {
    if (check.card) print_error(shown_card(*check.card, terminal));
    return refused_by_card(terminal, *check.fault, "");
  }
  std::string said = terminal.say("Thẻ thật và còn hiệu lực\n", "The card is genuine and valid\n");
  if (!check.is_status_known) {
    said += terminal.say("Chưa biết có bị thu hồi không: cần --status\n",
                         "Whether it was revoked is not known: --status is wanted\n");
  }
  return print(said + shown_card(*check.card, terminal));
}

// ---- The commands -------------------------------------------------------------------------------

struct CardCommands {
  CLI::App& parent;
  const Terminal& terminal;
  Command& chosen;
  std::shared_ptr<CardOptions> options = std::make_shared<CardOptions>();

  CLI::App* add(CLI::App& to, const char* name, const Text& about, CardWork work) const {
    CLI::App* command = to.add_subcommand(name, terminal.say(about));
    command->callback([kept = options, work, &said = terminal, &then = chosen] {
      then = [kept, work, &said] { return work(*kept, said); };
    });
    return command;
  }
  void key_file(CLI::App& command) const {
    command
        .add_option("--key", options->key,
                    terminal.say("Tệp khóa riêng (PEM, chỉ chủ tệp đọc được)",
                                 "The file of the private key (PEM, read by its owner alone)"))
        ->required()
        ->type_name("FILE");
  }
  void day(CLI::App& command) const {
    command
        .add_option("--on", options->agency.on,
                    terminal.say("Ngày xét; mặc định là lúc này", "The date; now by default"))
        ->type_name("DATE");
  }
  void person(CLI::App& command) const {
    command
        .add_option("person", options->person, terminal.say("Số của người", "The person's number"))
        ->required()
        ->type_name("NUMBER");
  }
  void file(CLI::App& command, const char* name, std::string& to, const Text& about) const {
    command.add_option(name, to, terminal.say(about))->type_name("FILE");
  }
};

void add_card_keys(const CardCommands& all) {
  const Terminal& terminal = all.terminal;
  CardOptions& options = *all.options;
  CLI::App* keys =
      all.parent.add_subcommand("keys", terminal.say("Khóa ký thẻ", "The keys that sign cards"));
  keys->require_subcommand(1);
  CLI::App* make = all.add(*keys, "new",
                           {"Tạo khóa vào tệp (hoặc dùng tệp đã có) và thêm khóa công khai",
                            "Make a key in a file (or take the one there) and add its public key"},
                           make_card_key);
  add_agency_options(*make, terminal, options.agency, false);
  all.day(*make);
  all.key_file(*make);
  CLI::App* list =
      all.add(*keys, "list", {"Liệt kê khóa công khai", "List the public keys"}, list_card_keys);
  add_agency_options(*list, terminal, options.agency, false);
  CLI::App* retire = all.add(*keys, "retire",
                             {"Từ ngày này không tin thẻ do khóa ký nữa",
                              "From this day on believe nothing that a key signed"},
                             retire_card_key);
  retire->add_option("id", options.key_id, terminal.say("Mã khóa", "The key's id"))->required();
  add_agency_options(*retire, terminal, options.agency, false);
  all.day(*retire);
  CLI::App* out = all.add(*keys, "export",
                          {"Ghi khóa công khai (JWKS) cho người kiểm tra thẻ",
                           "Write the public keys (JWKS) for those who verify"},
                          export_card_keys);
  add_agency_options(*out, terminal, options.agency, false);
  all.file(*out, "--out", options.out,
           {"Tệp JWKS; mặc định in ra", "The JWKS file; printed if not given"});
}

void add_card_work(const CardCommands& all) {
  const Terminal& terminal = all.terminal;
  CardOptions& options = *all.options;
  CLI::App* issue = all.add(all.parent, "issue",
                            {"Cấp thẻ cho một người; thẻ trước bị thu hồi",
                             "Issue a card to a person; those before it are revoked"},
                            issue_card);
  all.person(*issue);
  add_agency_options(*issue, terminal, options.agency, true);
  all.key_file(*issue);
  all.file(*issue, "--pdf", options.pdf, {"Trang để in", "The page to print"});
  all.file(*issue, "--png", options.png, {"Mã QR, ảnh PNG", "The QR code, a PNG picture"});
  all.file(*issue, "--svg", options.svg, {"Mã QR, ảnh SVG", "The QR code, an SVG picture"});

  CLI::App* verify = all.add(all.parent, "verify",
                             {"Kiểm tra thẻ, không cần mạng hay kho dữ liệu",
                              "Verify a card, without a network or a store"},
                             verify_card);
  verify
      ->add_option("card", options.text,
                   terminal.say("Chữ trong mã QR, hoặc tệp chứa nó (-: đầu vào chuẩn)",
                                "The text of the QR code, or a file with it (-: standard input)"))
      ->required();
  verify
      ->add_option("--keys", options.keys,
                   terminal.say("Khóa công khai tin cậy (JWKS)", "The pinned public keys (JWKS)"))
      ->required()
      ->type_name("FILE");
  verify
      ->add_option("--status", options.status,
                   terminal.say("Danh sách thu hồi; nêu được nhiều lần",
                                "A status list; may be given several times"))
      ->type_name("FILE");
  all.day(*verify);

  CLI::App* revoke =
      all.add(all.parent, "revoke", {"Thu hồi một thẻ", "Revoke a card"}, revoke_card);
  all.person(*revoke);
  revoke->add_option("card", options.card, terminal.say("Thẻ thứ mấy của người này", "Which card"))
      ->required()
      ->type_name("NUMBER");
  revoke->add_option("--why", options.why, terminal.say("Lý do", "The reason"))->required();
  add_agency_options(*revoke, terminal, options.agency, false);
  all.day(*revoke);

  CLI::App* status = all.add(all.parent, "status",
                             {"Ghi danh sách thu hồi đã ký để công bố",
                              "Write the signed list of revoked cards, to be published"},
                             write_status);
  add_agency_options(*status, terminal, options.agency, true);
  all.key_file(*status);
  status
      ->add_option("--list", options.list,
                   terminal.say("Danh sách thứ mấy, mặc định 1", "Which list, 1 unless given"))
      ->type_name("NUMBER");
  all.file(*status, "--out", options.out, {"Tệp để ghi", "The file to write"});
  status->get_option("--out")->required();
}

}  // namespace

void add_card(CLI::App& app, const Terminal& terminal, Command& chosen) {
  CLI::App* card = app.add_subcommand(
      "card", terminal.say("Thẻ an sinh: khóa, cấp, kiểm tra, thu hồi (docs/card.md)",
                           "The card: keys, issue, verify, revoke (docs/card.md)"));
  card->require_subcommand(1);
  const CardCommands all{*card, terminal, chosen};
  add_card_keys(all);
  add_card_work(all);
}

}  // namespace ansinh::cli
