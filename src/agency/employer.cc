#include "agency/employer.h"

#include <charconv>

#include "agency/clock.h"
#include "agency/statements.h"
#include "base/text.h"

namespace ansinh::agency {

namespace {

constexpr size_t kCodeCharactersMax = 60, kNameCharactersMax = 300;

Employer employer_from(const store::Row& row) {
  Employer employer{row.integer(0),
                    std::string(row.text(1)),
                    std::string(row.text(2)),
                    row.text(3) == "active",
                    std::nullopt,
                    row.integer(5)};
  if (const auto day = row.maybe_integer(4)) employer.charged_on = Date{static_cast<int32_t>(*day)};
  return employer;
}

Expected<std::vector<Employer>> employers_where(store::Connection& connection, std::string_view sql,
                                                store::Values values) {
  std::vector<Employer> all;
  const auto read = connection.each(sql, values, [&](const store::Row& row) {
    all.push_back(employer_from(row));
    return true;
  });
  if (!read) return std::unexpected(read.error());
  return all;
}

Failure no_such_employer(std::string_view which) {
  const std::string name(which);
  return refused("not-found", {"không có đơn vị \"" + name + "\"; xem lại mã, hoặc đăng ký đơn vị",
                               "there is no employer \"" + name +
                                   "\"; check the code, or register the employer"});
}

Expected<Employer> only_employer(Expected<std::vector<Employer>> found, std::string_view which) {
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return std::unexpected(no_such_employer(which));
  return found->front();
}

bool is_short_line(std::string_view text, size_t characters_max) {
  return !text.empty() && text.front() != ' ' && text.back() != ' ' && text.front() != '#' &&
         text.find_first_of("\r\n\t") == std::string_view::npos &&
         valid_utf8_prefix(text) == text.size() && character_count(text) <= characters_max;
}

Expected<void> employer_event(store::Connection& connection, int64_t person, std::string_view kind,
                              const std::string& details, int64_t at, const std::string& by) {
  const store::Cell values[] = {person, std::string(kind), details, at, by};
  const auto done = connection.run(
      "INSERT INTO employer_event (person, event, kind, details, recorded_at, recorded_by) "
      "SELECT $1, coalesce(max(event), 0) + 1, $2, $3, $4, $5 FROM employer_event "
      "WHERE person = $1",
      values);
  if (!done) return std::unexpected(done.error());
  return {};
}

}  // namespace

Expected<EmployerAdded> add_employer(store::Connection& connection, std::string_view code,
                                     std::string_view name, const std::string& by) {
  if (!is_short_line(code, kCodeCharactersMax)) {
    return std::unexpected(refused(
        "bad-code", {"mã đơn vị phải có từ 1 đến 60 ký tự, không bắt đầu bằng # hay dấu cách",
                     "an employer's code has 1 to 60 characters and does not begin with # "
                     "or a space"}));
  }
  if (!is_short_line(name, kNameCharactersMax)) {
    return std::unexpected(refused("bad-name", {"tên đơn vị phải có từ 1 đến 300 ký tự",
                                                "an employer's name has 1 to 300 characters"}));
  }
  const store::Cell key[] = {std::string(code)};
  const auto known = employers_where(
      connection,
      "SELECT person, code, name, state, charged_on, version FROM employer WHERE code = $1", key);
  if (!known) return std::unexpected(known.error());
  if (!known->empty()) {
    const Employer& employer = known->front();
    if (employer.name == name) return EmployerAdded{employer.person, false};
    return std::unexpected(refused(
        "code-taken", {"mã \"" + employer.code + "\" đã là của đơn vị \"" + employer.name + "\"",
                       "the code \"" + employer.code + "\" is that of \"" + employer.name + "\""}));
  }
  const auto at = record_time(connection);
  if (!at) return std::unexpected(at.error());
  const auto person = new_person(connection, PersonKind::kEmployer, {"employer register", by});
  if (!person) return std::unexpected(person.error());
  const store::Cell values[] = {*person, std::string(code), std::string(name)};
  const auto added = connection.run(
      "INSERT INTO employer (person, code, name, state, version) "
      "VALUES ($1, $2, $3, 'active', 1)",
      values);
  if (!added) return std::unexpected(added.error());
  const auto event = employer_event(connection, *person, "registered", std::string(code), *at, by);
  if (!event) return std::unexpected(event.error());
  return EmployerAdded{*person, true};
}

Expected<Employer> find_employer(store::Connection& connection, std::string_view code) {
  if (code.starts_with('#')) {
    int64_t person = 0;
    const auto [end, error] = std::from_chars(code.data() + 1, code.data() + code.size(), person);
    if (error != std::errc() || end != code.data() + code.size()) {
      return std::unexpected(no_such_employer(code));
    }
    return employer_of(connection, person);
  }
  const store::Cell key[] = {std::string(code)};
  return only_employer(
      employers_where(
          connection,
          "SELECT person, code, name, state, charged_on, version FROM employer WHERE code = $1",
          key),
      code);
}

Expected<Employer> employer_of(store::Connection& connection, int64_t person) {
  const store::Cell key[] = {person};
  return only_employer(
      employers_where(
          connection,
          "SELECT person, code, name, state, charged_on, version FROM employer WHERE person = $1",
          key),
      "#" + std::to_string(person));
}

Expected<std::vector<Employer>> employers(store::Connection& connection, std::string_view after,
                                          int64_t count_max) {
  const store::Cell key[] = {std::string(after), count_max};
  return employers_where(connection,
                         "SELECT person, code, name, state, charged_on, version FROM employer "
                         "WHERE code > $1 ORDER BY code LIMIT $2",
                         key);
}

Expected<void> set_account_state(store::Connection& connection, const Employer& employer,
                                 std::optional<Date> charged_on, std::optional<Date> open_from) {
  const auto cell = [](std::optional<Date> day) {
    return day ? store::Cell(int64_t{day->days}) : store::Cell();
  };
  const store::Cell values[] = {employer.person, cell(charged_on), cell(open_from),
                                employer.version};
  const auto changed = connection.run(
      "UPDATE employer SET charged_on = $2, open_from = $3, version = version + 1 "
      "WHERE person = $1 AND version = $4",
      values);
  if (!changed) return std::unexpected(changed.error());
  if (*changed == 0) return std::unexpected(changed_meanwhile());
  return {};
}

Expected<std::vector<Employer>> employers_overdue(store::Connection& connection, Date on,
                                                  int64_t count_max) {
  const store::Cell key[] = {int64_t{on.days}, count_max};
  return employers_where(connection,
                         "SELECT person, code, name, state, charged_on, version FROM employer "
                         "WHERE open_from < $1 ORDER BY open_from, person LIMIT $2",
                         key);
}

Expected<void> end_employer(store::Connection& connection, int64_t person, const std::string& why,
                            const std::string& by) {
  const auto at = record_time(connection);
  if (!at) return std::unexpected(at.error());
  const store::Cell key[] = {person};
  const auto changed = connection.run(
      "UPDATE employer SET state = 'ended', version = version + 1 "
      "WHERE person = $1 AND state = 'active'",
      key);
  if (!changed) return std::unexpected(changed.error());
  if (*changed == 0) {
    const auto employer = employer_of(connection, person);
    if (!employer) return std::unexpected(employer.error());
    return {};  // it has ended already
  }
  return employer_event(connection, person, "ended", why, *at, by);
}

}  // namespace ansinh::agency
