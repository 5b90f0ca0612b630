#include "agency/access.h"

#include <array>

#include "agency/clock.h"
#include "agency/person_facts.h"
#include "agency/statements.h"

namespace ansinh::agency {

namespace {

constexpr std::array<std::string_view, 6> kRoleNames = {"citizen",  "employer", "officer",
                                                        "approver", "auditor",  "administrator"};

constexpr auto kNone = Reach::kNothing;
constexpr auto kOwnFile = Reach::kOwn;
constexpr auto kNear = Reach::kClose;
constexpr auto kDistrict = Reach::kArea;
constexpr auto kEverybody = Reach::kAll;

// By act, then role in the order of UserRole. Who manages users sees nobody's file; who audits sees
// all and changes nothing.
constexpr std::array<std::array<Reach, 6>, kActs> kMay = {{
    // citizen, employer, officer, approver, auditor, administrator
    {kNear, kOwnFile, kDistrict, kDistrict, kEverybody, kNone},  // kReadFile
    {kOwnFile, kOwnFile, kNone, kNone, kEverybody, kNone},       // kReadAccessLog
    {kOwnFile, kNone, kNone, kNone, kNone, kNone},               // kConsent
    {kNear, kNone, kDistrict, kNone, kNone, kNone},              // kApply
    {kNone, kNone, kDistrict, kDistrict, kEverybody, kNone},     // kSearch
    {kNone, kNone, kDistrict, kNone, kNone, kNone},              // kRecord
    {kNone, kNone, kDistrict, kNone, kNone, kNone},              // kPropose
    {kNone, kNone, kNone, kDistrict, kNone, kNone},              // kApprove
    {kNone, kOwnFile, kDistrict, kNone, kNone, kNone},           // kDeclare
    {kNone, kNone, kNone, kNone, kNone, kEverybody},             // kImport
    {kNone, kNone, kDistrict, kNone, kNone, kNone},              // kMakePayments
    {kNone, kNone, kNone, kDistrict, kNone, kNone},              // kReleasePayments
    {kNone, kNone, kDistrict, kDistrict, kEverybody, kNone},     // kReadLedger
    {kNone, kNone, kNone, kNone, kEverybody, kNone},             // kReadAudit
    {kNone, kNone, kNone, kNone, kNone, kEverybody},             // kManageUsers
}};

Failure forbidden() {
  return refused("forbidden", {"bạn không có quyền làm việc này; hãy hỏi người quản trị",
                               "you may not do this; ask the administrator"});
}

Expected<bool> is_guardian(store::Connection& connection, int64_t who, int64_t ward, Date today) {
  const auto relations = relations_of(connection, ward, Known{});
  if (!relations) return std::unexpected(relations.error());
  for (const Related& one : *relations) {
    if (one.fact == "registry.guardian" && one.other == who && (!one.from || *one.from <= today) &&
        (!one.until || *one.until >= today)) {
      return true;
    }
  }
  return false;
}

Expected<bool> has_consent(store::Connection& connection, int64_t who, int64_t person, Date today) {
  const store::Cell values[] = {person, who, int64_t{today.days}};
  const auto count = connection.number(
      "SELECT count(*) FROM consent WHERE person = $1 AND other = $2 AND withdraws IS NULL "
      "AND (until_day IS NULL OR until_day >= $3) AND NOT EXISTS (SELECT 1 FROM consent later "
      "WHERE later.person = $1 AND later.withdraws = consent.consent)",
      values);
  if (!count) return std::unexpected(count.error());
  return count->value_or(0) > 0;
}

Expected<bool> lives_in_area(store::Connection& connection, const AccessActor& actor,
                             int64_t person) {
  if (actor.province.empty()) return actor.commune.empty();
  const store::Cell values[] = {person};
  const auto row =
      connection.one("SELECT province, commune FROM profile WHERE person = $1", values);
  if (!row) return std::unexpected(row.error());
  if (!*row) return false;
  const auto text = [](const store::Cell& cell) -> std::string_view {
    const auto* found = std::get_if<std::string>(&cell);
    return found ? std::string_view(*found) : std::string_view();
  };
  return in_area(actor, text((**row)[0]), text((**row)[1]));
}

// The number that stands for one after merging; a number that nobody has stands for itself.
Expected<int64_t> standing_number(store::Connection& connection, int64_t person) {
  const auto behind = person_behind(connection, person);
  if (behind || code_of(behind.error()) != "not-found") return behind;
  return person;
}

// Of one's own number and the one that it was merged into.
Expected<bool> reaches_close(store::Connection& connection, const AccessActor& actor, int64_t mine,
                             int64_t person, Date today) {
  for (const int64_t who : {actor.person, mine}) {
    const auto guardian = is_guardian(connection, who, person, today);
    if (!guardian || *guardian) return guardian;
    const auto consented = has_consent(connection, who, person, today);
    if (!consented || *consented) return consented;
    if (mine == actor.person) break;
  }
  return false;
}

Expected<bool> reaches(store::Connection& connection, const AccessActor& actor, Reach how,
                       int64_t person, Date today) {
  if (how == Reach::kNothing || how == Reach::kAll) return how == Reach::kAll;
  if (how == Reach::kArea && person == 0) return true;
  if (person == 0) return false;
  const auto theirs = standing_number(connection, person);
  if (!theirs) return std::unexpected(theirs.error());
  if (how == Reach::kArea) return lives_in_area(connection, actor, *theirs);
  if (actor.person == 0) return false;
  const auto mine = standing_number(connection, actor.person);
  if (!mine) return std::unexpected(mine.error());
  if (*theirs == *mine) return true;
  if (how == Reach::kOwn) return false;
  const auto close = reaches_close(connection, actor, *mine, person, today);
  if (!close || *close || *theirs == person) return close;
  return reaches_close(connection, actor, *mine, *theirs, today);
}

Expected<int64_t> add_consent(store::Connection& connection, int64_t person, int64_t other,
                              std::optional<int64_t> until, std::optional<int64_t> withdraws,
                              std::string_view recorded_by) {
  const auto at = record_time(connection);
  if (!at) return std::unexpected(at.error());
  store::Record values{person, other, {}, {}, *at, std::string(recorded_by)};
  if (until) values[2] = *until;
  if (withdraws) values[3] = *withdraws;
  const auto number = connection.number(
      "INSERT INTO consent (person, consent, other, until_day, withdraws, recorded_at, "
      "recorded_by) VALUES ($1, (SELECT coalesce(max(consent), 0) + 1 FROM consent "
      "WHERE person = $1), $2, $3, $4, $5, $6) RETURNING consent",
      values);
  if (!number) return std::unexpected(number.error());
  return number->value();
}

}  // namespace

std::string_view name_of(UserRole role) { return kRoleNames[static_cast<size_t>(role)]; }

std::optional<UserRole> role_named(std::string_view name) {
  for (size_t i = 0; i < kRoleNames.size(); ++i) {
    if (kRoleNames[i] == name) return static_cast<UserRole>(i);
  }
  return std::nullopt;
}

Reach reach(UserRole role, Act act) {
  return kMay[static_cast<size_t>(act)][static_cast<size_t>(role)];
}

Expected<void> may(store::Connection& connection, const AccessActor& actor, Act act, int64_t person,
                   Date today) {
  const auto yes = reaches(connection, actor, reach(actor.role, act), person, today);
  if (!yes) return std::unexpected(yes.error());
  if (!*yes) return std::unexpected(forbidden());
  return {};
}

bool in_area(const AccessActor& actor, std::string_view province, std::string_view commune) {
  if (actor.province.empty()) return actor.commune.empty();
  return actor.province == province && (actor.commune.empty() || actor.commune == commune);
}

Expected<int64_t> give_consent(store::Connection& connection, int64_t person, int64_t other,
                               std::optional<Date> until, std::string_view recorded_by) {
  return add_consent(connection, person, other,
                     until ? std::optional<int64_t>(until->days) : std::nullopt, std::nullopt,
                     recorded_by);
}

Expected<void> withdraw_consent(store::Connection& connection, int64_t person, int64_t consent,
                                std::string_view recorded_by) {
  const store::Cell values[] = {person, consent};
  const auto other = connection.number(
      "SELECT other FROM consent WHERE person = $1 AND consent = $2 AND withdraws IS NULL", values);
  if (!other) return std::unexpected(other.error());
  if (!*other) {
    return std::unexpected(refused("not-found", {"không có sự đồng ý này; hãy xem lại số của nó",
                                                 "there is no such consent; check its number"}));
  }
  const auto added = add_consent(connection, person, **other, std::nullopt, consent, recorded_by);
  if (!added) return std::unexpected(added.error());
  return {};
}

}  // namespace ansinh::agency
