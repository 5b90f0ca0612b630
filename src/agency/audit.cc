#include "agency/audit.h"

#include <sodium.h>

#include <map>
#include <utility>

#include "agency/clock.h"

namespace ansinh::agency {

namespace {

constexpr size_t kAuditFaultsMax = 100;

void put_field(std::string& into, std::string_view value) {
  into += std::to_string(value.size());
  into += ':';
  into += value;
}

struct AuditHead {
  int64_t audit = 0;
  std::string hash;
};

Expected<AuditHead> audit_head(store::Connection& connection) {
  const auto row = connection.one("SELECT audit, hash FROM audit_head WHERE head = 1");
  if (!row) return std::unexpected(row.error());
  if (!*row) return AuditHead{-1, {}};
  return AuditHead{std::get<int64_t>((**row)[0]), std::get<std::string>((**row)[1])};
}

AuditEntry audit_entry(const store::Row& row) {
  return {.audit = row.integer(0),
          .at = row.integer(1),
          .user = std::string(row.text(2)),
          .what = std::string(row.text(3)),
          .person = row.integer(4),
          .detail = std::string(row.text(5)),
          .hash = std::string(row.text(6))};
}

// What is to be at some places of the chain, and what is wrong with it.
class AuditCheck {
 public:
  void expect(int64_t audit, const std::string& hash) { anchors_.emplace(audit, hash); }

  void entry(const AuditEntry& entry) {
    ++verified_.entries;
    if (entry.audit != last_ + 1) {
      fault(last_ + 1, {"mục này thiếu, hoặc có mục thừa ở đây",
                        "this entry is missing, or there is one too many here"});
    }
    if (entry.hash != audit_hash(entry, previous_)) {
      fault(entry.audit, {"mục này hoặc mục ngay trước đã bị sửa",
                          "this entry or the one before it was altered"});
    }
    const auto [from, to] = anchors_.equal_range(entry.audit);
    for (auto it = from; it != to; ++it) {
      if (it->second != entry.hash) {
        fault(entry.audit, {"khác với điểm neo đã ghi", "differs from an anchor"});
      }
    }
    last_ = entry.audit;
    previous_ = entry.hash;
  }

  AuditVerified end(const AuditHead& head) {
    if (head.audit != last_ || head.hash != previous_) {
      fault(0, {"cuối chuỗi không khớp với đầu mối: có mục bị thêm hoặc bị bỏ ở cuối",
                "the chain does not end where its head says: entries at the end were added or "
                "removed"});
    }
    for (const auto& [audit, hash] : anchors_) {
      if (audit > last_) {
        fault(audit, {"có điểm neo nhưng mục này đã mất", "has an anchor, but is gone"});
      }
    }
    return std::move(verified_);
  }

 private:
  void fault(int64_t audit, Text text) {
    if (verified_.faults.size() < kAuditFaultsMax) {
      verified_.faults.push_back({audit, std::move(text)});
    }
  }

  std::multimap<int64_t, std::string> anchors_;
  AuditVerified verified_;
  int64_t last_ = 0;
  std::string previous_;
};

}  // namespace

std::string audit_hash(const AuditEntry& entry, std::string_view previous) {
  std::string text = "ansinh audit 1\n";
  for (const int64_t number : {entry.audit, entry.at, entry.person}) {
    put_field(text, std::to_string(number));
  }
  for (const std::string_view field : {std::string_view(entry.user), std::string_view(entry.what),
                                       std::string_view(entry.detail), previous}) {
    put_field(text, field);
  }
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(digest, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  char hex[2 * sizeof digest + 1];
  sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
  return hex;
}

Expected<int64_t> audit(store::Connection& connection, std::string_view user, std::string_view what,
                        int64_t person, std::string_view detail) {
  const auto at = record_time(connection);  // from here on, nobody else adds one
  if (!at) return std::unexpected(at.error());
  const auto head = audit_head(connection);
  if (!head) return std::unexpected(head.error());
  AuditEntry entry{.audit = head->audit + 1,
                   .at = *at,
                   .user = std::string(user),
                   .what = std::string(what),
                   .person = person,
                   .detail = std::string(detail),
                   .hash = {}};
  entry.hash = audit_hash(entry, head->hash);
  const store::Cell row[] = {entry.person, entry.audit,  entry.at,  entry.user,
                             entry.what,   entry.detail, entry.hash};
  if (auto added = connection.run("INSERT INTO audit (person, audit, at, user_name, what, detail, "
                                  "hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                                  row);
      !added) {
    return std::unexpected(added.error());
  }
  const store::Cell end[] = {entry.audit, entry.hash, head->audit};
  const auto moved = connection.run(
      "UPDATE audit_head SET audit = $1, hash = $2 WHERE head = 1 AND audit = $3", end);
  if (!moved) return std::unexpected(moved.error());
  if (*moved != 1) return std::unexpected(changed_meanwhile());
  return entry.audit;
}

Expected<std::vector<AuditEntry>> audit_of(store::Connection& connection, int64_t person,
                                           int64_t count_max) {
  std::vector<AuditEntry> entries;
  const store::Cell values[] = {person, count_max};
  const auto read = connection.each(
      "SELECT audit, at, user_name, what, person, detail, hash FROM audit WHERE person = $1 "
      "ORDER BY audit DESC LIMIT $2",
      values, [&](const store::Row& row) {
        entries.push_back(audit_entry(row));
        return true;
      });
  if (!read) return std::unexpected(read.error());
  return entries;
}

Expected<Anchor> make_anchor(store::Connection& connection) {
  const auto at = record_time(connection);
  if (!at) return std::unexpected(at.error());
  const auto head = audit_head(connection);
  if (!head) return std::unexpected(head.error());
  const store::Cell values[] = {head->audit, head->hash, *at};
  const auto added = connection.run(
      "INSERT INTO audit_anchor (audit, hash, recorded_at) VALUES ($1, $2, $3) "
      "ON CONFLICT (audit) DO NOTHING",
      values);
  if (!added) return std::unexpected(added.error());
  return Anchor{head->audit, head->hash};
}

Expected<AuditVerified> verify_audit(store::Connection& connection, std::span<const Anchor> kept) {
  AuditCheck check;
  for (const Anchor& anchor : kept) check.expect(anchor.audit, anchor.hash);
  const auto head = audit_head(connection);
  if (!head) return std::unexpected(head.error());
  auto read = connection.each("SELECT audit, hash FROM audit_anchor WHERE audit > 0", {},
                              [&](const store::Row& row) {
                                check.expect(row.integer(0), std::string(row.text(1)));
                                return true;
                              });
  if (!read) return std::unexpected(read.error());
  read = connection.each(
      "SELECT audit, at, user_name, what, person, detail, hash FROM audit ORDER BY audit, person",
      {}, [&](const store::Row& row) {
        check.entry(audit_entry(row));
        return true;
      });
  if (!read) return std::unexpected(read.error());
  return check.end(*head);
}

}  // namespace ansinh::agency
