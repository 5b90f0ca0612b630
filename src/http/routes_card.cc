// Cards over HTTP: a person's own, and what everybody needs to verify one without asking again.

#include <map>
#include <mutex>

#include "agency/card.h"
#include "agency/card_print.h"
#include "agency/clock.h"
#include "http/problem.h"
#include "http/routes.h"

namespace ansinh::http {

namespace {

using agency::Act;
using agency::Expected;

constexpr int64_t kNoonSeconds = 43'200;
constexpr int64_t kListsMost = 1'000'000;

// Seconds since 1970 UTC; at noon where the desk works on a given day.
int64_t card_time(const Desk& desk) {
  if (!desk.options().today) return agency::machine_time_us() / 1'000'000;
  return agency::seconds_of_day(*desk.options().today, desk.book().roles.hours_east) + kNoonSeconds;
}

store::Failure no_card_key() {
  return agency::refused("no-card-key",
                         {"máy chủ này không có khóa ký thẻ; hãy chạy với --card-key",
                          "this server has no key that signs cards; run it with --card-key"});
}

// ---- A person's card ----------------------------------------------------------------------------

// What a card of ours says; the keys are not asked, as it stands in our store.
Expected<card::Card> said_on(Call& call, const agency::IssuedCard& issued) {
  auto keys = agency::card_keys(call.connection);
  if (!keys) return std::unexpected(keys.error());
  for (card::PinnedKey& key : *keys) key.retired.reset();
  auto card = card::read_card(issued.text, *keys, 0);
  if (!card) return std::unexpected(agency::refused_card(card.error()));
  return std::move(*card);
}

Expected<Reply> show_cards(Call& call) {
  const auto cards = agency::cards_of(call.connection, call.person);
  if (!cards) return std::unexpected(cards.error());
  Json all = Json::array();
  for (const agency::IssuedCard& one : *cards) {
    Json shown_card = shown(one);
    const bool is_expired = call.desk.today() >= one.expires_on;
    shown_card["state"] = one.revoked_on ? "revoked" : is_expired ? "expired" : "valid";
    if (!one.revoked_on && !is_expired) {
      const auto card = said_on(call, one);
      if (!card) return std::unexpected(card.error());
      shown_card["says"] = shown(*card);
    }
    all.push_back(std::move(shown_card));
  }
  return Reply{.json = {{"person", call.person}, {"cards", std::move(all)}}};
}

Expected<Reply> issue_card_over_http(Call& call) {
  const auto& key = call.desk.options().card_key;
  if (!key) return std::unexpected(no_card_key());
  const auto issued = agency::issue_card(call.connection, call.desk.book(), call.person, *key,
                                         call.desk.today(), call.actor.user);
  if (!issued) return std::unexpected(issued.error());
  return Reply{.json = shown(*issued)};
}

Expected<Reply> revoke_card_over_http(Call& call) {
  const auto done = agency::revoke_card(call.connection, call.person, call.number("card"),
                                        call.text("why"), call.desk.today(), call.actor.user);
  if (!done) return std::unexpected(done.error());
  return done_reply();
}

Expected<Reply> card_as_pdf(Call& call) {
  const auto issued = agency::card_in_use(call.connection, call.person, call.desk.today());
  if (!issued) return std::unexpected(issued.error());
  const auto card = said_on(call, *issued);
  if (!card) return std::unexpected(card.error());
  const auto language = call.query("language") == "en" ? Language::kEnglish : Language::kVietnamese;
  auto pdf = agency::card_pdf(*card, *issued, language);
  if (!pdf) return std::unexpected(pdf.error());
  return Reply{.type = "application/pdf",
               .bytes = std::move(*pdf),
               .file_name = "card-" + std::to_string(call.person) + "-" +
                            std::to_string(issued->card) + ".pdf"};
}

Expected<Reply> card_as_svg(Call& call) {
  const auto issued = agency::card_in_use(call.connection, call.person, call.desk.today());
  if (!issued) return std::unexpected(issued.error());
  auto svg = agency::card_svg(issued->text);
  if (!svg) return std::unexpected(svg.error());
  return Reply{.type = "image/svg+xml", .bytes = std::move(*svg)};
}

void add_person_cards(Router& router, Desk& desk) {
  const std::string at = "/v1/persons/{person}/card";
  auto show = desk_route("GET", at, "cards",
                         {"Thẻ của một người, mới nhất trước", "A person's cards, the last first"},
                         Act::kReadFile, Work::kRead, show_cards);
  show.route.response = answer_schema(
      {{"person", integer_schema(1, INT64_MAX)}, {"cards", list_schema(any_object())}});
  add_desk_route(router, desk, std::move(show));

  auto issue =
      desk_route("POST", at, "issueCard",
                 {"Cấp thẻ; thẻ trước bị thu hồi", "Issue a card; those before it are revoked"},
                 Act::kApply, Work::kWrite, issue_card_over_http);
  issue.route.success = 201;
  add_desk_route(router, desk, std::move(issue));

  auto revoke = desk_route("POST", at + "/{card}/revoke", "revokeCard",
                           {"Thu hồi thẻ: mất, sai", "Revoke a card: lost, wrong"}, Act::kApply,
                           Work::kWrite, revoke_card_over_http);
  revoke.route.request = object_schema({{"why", string_schema(500)}});
  revoke.route.response = done_schema();
  add_desk_route(router, desk, std::move(revoke));

  auto pdf = desk_route("GET", at + "/pdf", "cardPdf", {"Thẻ để in, PDF", "The card to print, PDF"},
                        Act::kReadFile, Work::kRead, card_as_pdf);
  pdf.route.parameters = {{"language",
                           false,
                           {"vi hoặc en", "vi or en"},
                           {{"type", "string"}, {"enum", {"vi", "en"}}}}};
  pdf.route.response_type = "application/pdf";
  pdf.route.response = {{"type", "string"}};
  add_desk_route(router, desk, std::move(pdf));

  auto svg = desk_route("GET", at + "/svg", "cardSvg", {"Mã QR, ảnh SVG", "The QR code, SVG"},
                        Act::kReadFile, Work::kRead, card_as_svg);
  svg.route.response_type = "image/svg+xml";
  svg.route.response = {{"type", "string"}};
  add_desk_route(router, desk, std::move(svg));
}

// ---- For verifiers: public ----------------------------------------------------------------------

// Signed lists are kept as long as nothing more is revoked, and at most an hour.
class KeptLists {
 public:
  Expected<std::string> list(Desk& desk, int64_t number) {
    const auto& key = desk.options().card_key;
    if (!key) return std::unexpected(no_card_key());
    const int64_t now = card_time(desk);
    return desk.read([&](store::Connection& connection) -> Expected<std::string> {
      const auto revoked = agency::revoked_in_list(connection, number);
      if (!revoked) return std::unexpected(revoked.error());
      if (auto kept = find(number, *revoked, now)) return std::move(*kept);
      auto made = agency::status_list(connection, desk.book(), number, *key, now);
      if (made) keep(number, {*revoked, now, *made});
      return made;
    });
  }

 private:
  static constexpr int64_t kKeptSeconds = 3'600;
  struct Kept {
    int64_t revoked = 0, made_s = 0;
    std::string bytes;
  };

  std::optional<std::string> find(int64_t number, int64_t revoked, int64_t now) {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(number);
    if (found == kept_.end() || found->second.revoked != revoked ||
        now >= found->second.made_s + kKeptSeconds) {
      return std::nullopt;
    }
    return found->second.bytes;
  }
  void keep(int64_t number, Kept made) {
    const std::lock_guard lock(mutex_);
    kept_[number] = std::move(made);
  }

  std::mutex mutex_;
  std::map<int64_t, Kept> kept_;  // only lists that there are
};

std::optional<Response> refused_as_too_often(Desk& desk, const Request& request) {
  if (desk.is_within_rate("peer " + request.peer)) return std::nullopt;
  return problem(request, {.status = 429,
                           .code = "too-often",
                           .message = {"quá nhiều yêu cầu", "too many requests"},
                           .help = {"thử lại sau một giây", "try again in a second"}});
}

void add_public_card_routes(Router& router, Desk& desk) {
  Route keys{.method = "GET",
             .path = "/v1/card/keys",
             .id = "cardKeys",
             .summary = {"Khóa công khai để kiểm tra thẻ (JWKS)",
                         "The public keys that verify cards (JWKS)"}};
  keys.response = answer_schema({{"keys", list_schema(any_object())}});
  keys.has_etag = true;
  keys.handler = [&desk](const Request& request) {
    if (auto refused = refused_as_too_often(desk, request)) return std::move(*refused);
    const auto all =
        desk.read([](store::Connection& connection) { return agency::card_keys(connection); });
    if (!all) return problem(request, problem_of(all.error()));
    return Response{.body = card::jwks(*all)};
  };
  router.add(std::move(keys));

  Route status{.method = "GET",
               .path = "/v1/card/status",
               .id = "cardStatus",
               .summary = {"Danh sách thẻ bị thu hồi, đã ký", "The signed list of revoked cards"}};
  status.parameters = {{"list",
                        false,
                        {"Danh sách thứ mấy, mặc định 1", "Which list, 1 unless given"},
                        integer_schema(1, kListsMost)}};
  status.response = {{"type", "string"}};
  status.response_type = std::string(card::kStatusType);
  status.problems = {404, 422};
  status.has_etag = true;
  const auto lists = std::make_shared<KeptLists>();
  status.handler = [&desk, lists](const Request& request) {
    if (auto refused = refused_as_too_often(desk, request)) return std::move(*refused);
    const std::string_view asked = request.parameter("list");
    const auto made = lists->list(desk, asked.empty() ? 1 : std::stoll(std::string(asked)));
    if (!made) return problem(request, problem_of(made.error()));
    return Response{.type = std::string(card::kStatusType), .body = *made};
  };
  router.add(std::move(status));
}

}  // namespace

void add_card_routes(Router& router, Desk& desk) {
  add_person_cards(router, desk);
  add_public_card_routes(router, desk);
}

}  // namespace ansinh::http
