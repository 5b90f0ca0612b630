// The registry: finding people, what is said of them, and what the law says of that.

#include <filesystem>
#include <fstream>

#include "agency/clock.h"
#include "agency/duplicates.h"
#include "agency/import.h"
#include "agency/merge.h"
#include "agency/person_facts.h"
#include "agency/worker_month.h"
#include "http/problem.h"
#include "http/routes.h"
#include "http/service.h"

namespace ansinh::http {

namespace {

using agency::Act;
using agency::Expected;

constexpr int64_t kIdMax = 9'000'000'000'000'000;
constexpr uint64_t kImportMax = uint64_t{64} * 1024 * 1024;

std::vector<Parameter> time_parameters() {
  return {
      {"on", false, {"Ngày xét, mặc định hôm nay", "The date, today unless given"}, date_schema()},
      {"known_at",
       false,
       {"Như đã biết vào lúc (µs từ 1970)", "As it was known at (µs since 1970)"},
       integer_schema(0, INT64_MAX)}};
}

agency::Known known_of(const Call& call) {
  const int64_t at = call.number("known_at");
  return at == 0 ? agency::Known{} : agency::Known{at};
}

agency::Origin origin_of(const Call& call) {
  const std::string source = call.text("source");
  return {source.empty() ? "officer " + call.actor.user : source, call.actor.user};
}

std::optional<Date> date_in(const Json& object, const char* field) {
  if (!object.contains(field)) return std::nullopt;
  const auto read = Date::parse(object[field].get<std::string>());
  return read ? std::optional<Date>(*read) : std::nullopt;
}

Json statement_schema() {
  return object_schema({{"fact", string_schema(200)},
                        {"value", Json::object()},
                        {"takes_back", {{"type", "boolean"}}},
                        {"from", date_schema()},
                        {"until", date_schema()},
                        {"key", string_schema(200)},
                        {"replaces", integer_schema(1, kIdMax)}},
                       {"value", "takes_back", "from", "until", "key", "replaces"});
}

std::vector<agency::NewStatement> statements_in(const Json& list) {
  std::vector<agency::NewStatement> out;
  for (const Json& one : list) {
    agency::NewStatement made{.fact = one["fact"].get<std::string>()};
    const bool takes_back = one.contains("takes_back") && one["takes_back"].get<bool>();
    if (!takes_back && one.contains("value")) made.value = one["value"].dump();
    made.valid_from = date_in(one, "from");
    made.valid_until = date_in(one, "until");
    if (one.contains("key")) made.source_key = one["key"].get<std::string>();
    if (one.contains("replaces")) made.replaces = one["replaces"].get<int64_t>();
    out.push_back(std::move(made));
  }
  return out;
}

Expected<Reply> recorded_reply(const Expected<agency::Recorded>& done) {
  if (!done) return std::unexpected(done.error());
  return Reply{.json = {{"recorded_at", done->at}, {"statements", done->statements}}};
}

// ---- Finding ------------------------------------------------------------------------------------

Expected<Reply> search_people(Call& call) {
  agency::SearchQuery query;
  query.text = call.query("text");
  const auto born = Date::parse(call.query("born"));
  if (born) query.born = *born;
  if (const int64_t year = call.number("born_year"); year != 0) {
    query.born_year = static_cast<int>(year);
  }
  if (agency::reach(call.actor.role, Act::kSearch) == agency::Reach::kArea) {
    query.province = call.actor.province;
    query.commune = call.actor.commune;
  }
  if (const int64_t count = call.number("count"); count != 0) query.count_max = count;
  const auto result = agency::search(call.connection, query);
  if (!result) return std::unexpected(result.error());
  Json items = Json::array();
  for (const agency::Found& one : result->found) items.push_back(shown(one));
  return Reply{.json = {{"items", std::move(items)}, {"is_more", result->is_more}}};
}

void add_search_route(Router& router, Desk& desk) {
  auto find = desk_route("GET", "/v1/persons", "searchPersons",
                         {"Tìm người theo số hoặc tên", "Find a person by number or name"},
                         Act::kSearch, Work::kRead, search_people);
  find.route.parameters = {
      {"text", false, {"Số hoặc tên, có dấu hay không", "A number, or a name"}, string_schema(200)},
      {"born", false, {"Ngày sinh", "The date of birth"}, date_schema()},
      {"born_year", false, {"Năm sinh", "The year of birth"}, integer_schema(1850, 2200)},
      {"count", false, {"Nhiều nhất", "At most"}, integer_schema(1, 200)}};
  find.route.response =
      answer_schema({{"items", list_schema(any_object())}, {"is_more", {{"type", "boolean"}}}});
  add_desk_route(router, desk, std::move(find));
}

// ---- Files --------------------------------------------------------------------------------------

Expected<Reply> show_person(Call& call) {
  const auto facts =
      agency::facts_of(call.connection, call.desk.book(), call.person, call.on(), known_of(call));
  if (!facts) return std::unexpected(facts.error());
  const auto relations = agency::relations_of(call.connection, facts->person, known_of(call));
  if (!relations) return std::unexpected(relations.error());
  Json all{{"person", facts->person},
           {"on", call.on().to_string()},
           {"facts", Json::parse(facts->json, nullptr, false)},
           {"relations", Json::array()}};
  for (const agency::Related& one : *relations) all["relations"].push_back(shown(one));
  return Reply{.json = std::move(all)};
}

Expected<Reply> decide_person(Call& call) {
  const agency::LawBook& book = call.desk.book();
  law::BenefitId only = law::kNoId;
  if (const std::string name = call.query("benefit"); !name.empty()) {
    const auto found = book.law().benefit_by_name.find(name);
    if (found == book.law().benefit_by_name.end()) {
      return std::unexpected(agency::refused(
          "not-found", {"không có chế độ này; xem tên ở /v1/law/benefits",
                        "there is no such benefit; /v1/law/benefits has the names"}));
    }
    only = found->second;
  }
  const auto facts =
      agency::facts_of(call.connection, book, call.person, call.on(), known_of(call));
  if (!facts) return std::unexpected(facts.error());
  auto said = call.desk.decider().decide(facts->json, call.on(), only, call.query("why") == "true");
  if (!said) return std::unexpected(agency::refused("bad-facts", said.error().message));
  return Reply{.type = "application/json", .bytes = std::move(*said)};
}

void add_file_routes(Router& router, Desk& desk) {
  auto show = desk_route("GET", "/v1/persons/{person}", "showPerson",
                         {"Hồ sơ của một người vào một ngày", "A person's file on a date"},
                         Act::kReadFile, Work::kRead, show_person);
  show.route.parameters = time_parameters();
  show.route.has_etag = true;
  add_desk_route(router, desk, std::move(show));

  auto history = desk_route(
      "GET", "/v1/persons/{person}/statements", "statements",
      {"Mọi điều đã ghi, theo thứ tự ghi", "All that was said, in the order of record"},
      Act::kReadFile, Work::kRead, [](Call& call) {
        return page_reply(call, agency::history_of(call.connection, call.person, known_of(call)));
      });
  history.route.parameters = page_parameters();
  history.route.parameters.push_back(time_parameters()[1]);
  history.route.response = page_schema(any_object());
  add_desk_route(router, desk, std::move(history));

  auto decide = desk_route("GET", "/v1/persons/{person}/decide", "decidePerson",
                           {"Luật nói gì về người này, có lý do; không lưu gì",
                            "What the law says of a person, with reasons; nothing is kept"},
                           Act::kReadFile, Work::kRead, decide_person);
  decide.route.parameters = time_parameters();
  decide.route.parameters.push_back(
      {"benefit", false, {"Chỉ chế độ này", "This benefit only"}, string_schema(200)});
  decide.route.parameters.push_back({"why",
                                     false,
                                     {"Kèm từng bước và điều luật", "With every step and article"},
                                     {{"type", "boolean"}}});
  add_desk_route(router, desk, std::move(decide));

  auto months = desk_route(
      "GET", "/v1/persons/{person}/months", "workerMonths",
      {"Các tháng làm việc và đã đóng hay chưa", "Months of work, and whether they are paid"},
      Act::kReadFile, Work::kRead, [](Call& call) {
        return page_reply(
            call, agency::months_of_worker(call.connection, call.person, call.desk.today()));
      });
  months.route.parameters = page_parameters();
  months.route.response = page_schema(any_object());
  add_desk_route(router, desk, std::move(months));
}

// ---- Recording ----------------------------------------------------------------------------------

// Whoever is registered by an officer of an area must be of it.
Expected<Reply> add_person(Call& call) {
  const auto kind = agency::person_kind(call.text("kind"));
  const auto origin = origin_of(call);
  const auto person = agency::new_person(call.connection, *kind, origin);
  if (!person) return std::unexpected(person.error());
  const auto said = agency::record(call.connection, call.desk.book(), *person,
                                   statements_in(call.body()["statements"]), origin);
  if (!said) return std::unexpected(said.error());
  const auto yes =
      agency::may(call.connection, call.actor, Act::kRecord, *person, call.desk.today());
  if (!yes) return std::unexpected(yes.error());
  return Reply{.json = {{"person", *person}, {"statements", said->statements}}};
}

Expected<Reply> record_event(Call& call) {
  const agency::LawBook& book = call.desk.book();
  const auto origin = origin_of(call);
  const std::string kind = call.text("kind");
  const Date date = *call.date("date");
  if (kind == "death") {
    return recorded_reply(agency::record_death(call.connection, book, call.person, date, origin));
  }
  if (kind == "marriage") {
    return recorded_reply(agency::record_marriage(call.connection, book, call.person,
                                                  call.integer("other"), date, origin));
  }
  if (kind == "move") {
    return recorded_reply(agency::record_move(
        call.connection, book, call.person,
        {call.integer("household"), call.text("province"), call.text("commune"), date}, origin));
  }
  const auto child = agency::record_birth(
      call.connection, book,
      {date, call.text("name"), call.text("sex"), call.person, call.integer("other")}, origin);
  if (!child) return std::unexpected(child.error());
  return Reply{.json = {{"child", *child}}};
}

std::optional<agency::Relation> relation_named(const std::string& name) {
  if (name == "household") return agency::Relation::kHousehold;
  if (name == "mother") return agency::Relation::kMother;
  if (name == "father") return agency::Relation::kFather;
  if (name == "spouse") return agency::Relation::kSpouse;
  return agency::Relation::kGuardian;
}

void add_record_routes(Router& router, Desk& desk) {
  const Json statements = {
      {"type", "array"}, {"items", statement_schema()}, {"minItems", 1}, {"maxItems", 1000}};
  auto add = desk_route("POST", "/v1/persons", "addPerson",
                        {"Đăng ký một người, hộ hoặc đơn vị", "Register a person or household"},
                        Act::kRecord, Work::kWrite, add_person);
  add.route.request =
      object_schema({{"kind", {{"type", "string"}, {"enum", {"person", "household"}}}},
                     {"source", string_schema(200)},
                     {"statements", statements}},
                    {"source"});
  add.route.success = 201;
  add_desk_route(router, desk, std::move(add));

  auto say = desk_route("POST", "/v1/persons/{person}/statements", "record",
                        {"Ghi điều biết được về một người", "Write down what is said of a person"},
                        Act::kRecord, Work::kWrite, [](Call& call) {
                          return recorded_reply(agency::record(
                              call.connection, call.desk.book(), call.person,
                              statements_in(call.body()["statements"]), origin_of(call)));
                        });
  say.route.request =
      object_schema({{"source", string_schema(200)}, {"statements", statements}}, {"source"});
  say.route.success = 201;
  add_desk_route(router, desk, std::move(say));

  auto event = desk_route(
      "POST", "/v1/persons/{person}/events", "recordEvent",
      {"Ghi việc sinh, chết, kết hôn, chuyển nơi ở", "Record a birth, a death, a marriage, a move"},
      Act::kRecord, Work::kWrite, record_event);
  event.route.request = object_schema(
      {{"kind", {{"type", "string"}, {"enum", {"birth", "death", "marriage", "move"}}}},
       {"date", date_schema()},
       {"source", string_schema(200)},
       {"name", string_schema(200)},
       {"sex", string_schema(60)},
       {"other", integer_schema(1, kIdMax)},
       {"household", integer_schema(1, kIdMax)},
       {"province", string_schema(60)},
       {"commune", string_schema(60)}},
      {"source", "name", "sex", "other", "household", "province", "commune"});
  event.route.success = 201;
  add_desk_route(router, desk, std::move(event));

  auto relate = desk_route(
      "POST", "/v1/persons/{person}/relations", "relate",
      {"Ghi quan hệ giữa hai người", "Record that two belong together"}, Act::kRecord, Work::kWrite,
      [](Call& call) {
        return recorded_reply(agency::relate(
            call.connection, call.desk.book(), call.person, *relation_named(call.text("relation")),
            call.integer("other"), call.date("from"), call.date("until"), origin_of(call)));
      });
  relate.route.request = object_schema(
      {{"relation",
        {{"type", "string"}, {"enum", {"household", "mother", "father", "spouse", "guardian"}}}},
       {"other", integer_schema(1, kIdMax)},
       {"from", date_schema()},
       {"until", date_schema()},
       {"source", string_schema(200)}},
      {"from", "until", "source"});
  relate.route.success = 201;
  add_desk_route(router, desk, std::move(relate));
}

// ---- Two numbers of one person ------------------------------------------------------------------

void add_merge_routes(Router& router, Desk& desk) {
  auto queue =
      desk_route("GET", "/v1/duplicates", "duplicates",
                 {"Có thể trùng, nhiều khả năng nhất trước", "Likely duplicates"}, Act::kImport,
                 Work::kRead, [](Call& call) {
                   constexpr int64_t kPairsMost = 10'000;
                   return page_reply(call, agency::waiting_duplicates(call.connection, kPairsMost));
                 });
  queue.route.parameters = page_parameters();
  queue.route.response = page_schema(any_object());
  add_desk_route(router, desk, std::move(queue));

  auto decide =
      desk_route("POST", "/v1/duplicates/{person}/{other}", "decideDuplicate",
                 {"Một người hay hai người", "Whether two are one"}, Act::kRecord, Work::kWrite,
                 [](Call& call) -> Expected<Reply> {
                   const auto may_other = agency::may(call.connection, call.actor, Act::kRecord,
                                                      call.number("other"), call.desk.today());
                   if (!may_other) return std::unexpected(may_other.error());
                   const auto done = agency::decide_duplicate(
                       call.connection, call.person, call.number("other"),
                       call.body()["is_same"].get<bool>(), call.actor.user, call.text("reason"));
                   if (!done) return std::unexpected(done.error());
                   return done_reply();
                 });
  decide.route.request =
      object_schema({{"is_same", {{"type", "boolean"}}}, {"reason", string_schema(1000)}});
  decide.route.response = done_schema();
  add_desk_route(router, desk, std::move(decide));

  auto unmerge = desk_route("POST", "/v1/persons/{person}/unmerge", "unmerge",
                            {"Tách lại người đã hợp nhất", "Part one who was merged"}, Act::kRecord,
                            Work::kWrite, [](Call& call) -> Expected<Reply> {
                              const auto done =
                                  agency::unmerge(call.connection, call.person, call.actor.user,
                                                  call.text("reason"));
                              if (!done) return std::unexpected(done.error());
                              return done_reply();
                            });
  unmerge.route.request = object_schema({{"reason", string_schema(1000)}});
  unmerge.route.response = done_schema();
  add_desk_route(router, desk, std::move(unmerge));
}

// ---- Import -------------------------------------------------------------------------------------

// The body as a file of its own while the import reads it.
class Spool {
 public:
  static std::optional<Spool> write(const std::string& bytes, const std::string& ending) {
    std::string name = (std::filesystem::temp_directory_path() / "ansinh-XXXXXX").string() + ending;
    const int file = ::mkstemps(name.data(), static_cast<int>(ending.size()));
    if (file < 0) return std::nullopt;
    ::close(file);
    Spool spool(name);
    std::ofstream out(name, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) return std::nullopt;
    return spool;
  }
  Spool(Spool&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Spool(const Spool&) = delete;
  ~Spool() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  explicit Spool(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

Json counts_json(const agency::ImportCounts& counts) {
  return {{"rows", counts.rows},         {"created", counts.created},
          {"changed", counts.changed},   {"unchanged", counts.unchanged},
          {"rejected", counts.rejected}, {"statements", counts.statements}};
}

Expected<Reply> import_rows(Call& call) {
  constexpr size_t kRejectedShown = 1000;
  const auto spool = Spool::write(call.request.body, ".csv");
  if (!spool) {
    return std::unexpected(agency::refused(
        "cannot-read", {"không ghi được tệp tạm; hãy báo người vận hành",
                        "a temporary file cannot be written; tell whoever runs the server"}));
  }
  Json rejected = Json::array();
  agency::ImportOptions options;
  options.path = spool->path();
  options.table = call.query("table");
  options.source = call.query("source");
  options.recorded_by = call.actor.user;
  options.dry_run = call.query("dry_run") == "true";
  options.rejected = [&](const agency::ImportOptions::Rejected& row) {
    if (rejected.size() >= kRejectedShown) return;
    rejected.push_back({{"line", row.line},
                        {"column", row.column},
                        {"code", row.code},
                        {"reason", text_json(row.reason)}});
  };
  const auto counts = agency::import_file(call.desk.store(), call.desk.book(), options);
  if (!counts) return std::unexpected(counts.error());
  Json all = counts_json(*counts);
  all["rows_rejected"] = std::move(rejected);
  return Reply{.json = std::move(all)};
}

void add_import_route(Router& router, Desk& desk) {
  auto import = desk_route(
      "POST", "/v1/imports", "import",
      {"Nhập CSV; gửi lại cùng tệp không thêm gì", "Import CSV; the same file again adds nothing"},
      Act::kImport, Work::kOwn, import_rows);
  import.route.parameters = {
      {"table",
       true,
       {"persons, households hoặc một danh sách", "persons, households or a list"},
       string_schema(100)},
      {"source", true, {"Nguồn của dữ liệu", "Whose data it is"}, string_schema(100)},
      { "dry_run",
        false,
        {"Chỉ xem, không ghi", "Only look, write nothing"},
        {
          { "type",
            "boolean" }
        } }};
  import.route.request = {{ "type", "string" }};
  import.route.request_type = "text/csv";
  import.route.body_max = kImportMax;
  add_desk_route(router, desk, std::move(import));
}

}  // namespace

void add_person_routes(Router& router, Desk& desk) {
  add_search_route(router, desk);
  add_file_routes(router, desk);
  add_record_routes(router, desk);
  add_merge_routes(router, desk);
  add_import_route(router, desk);
}

}  // namespace ansinh::http
