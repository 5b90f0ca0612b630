#include "agency/notice.h"

#include "agency/steps.h"

namespace ansinh::agency {

namespace {

std::vector<Notice> notices_from(const std::vector<Record>& rows) {
  std::vector<Notice> all;
  all.reserve(rows.size());
  for (const Record& row : rows) {
    all.push_back({cell_number(row[0]),
                   cell_number(row[1]),
                   cell_text(row[2]),
                   cell_text(row[3]),
                   {cell_text(row[4]), cell_text(row[5])},
                   cell_number(row[6]),
                   cell_number_or(row[7], 0)});
  }
  return all;
}

constexpr const char* kNoticeColumns =
    "SELECT person, notice, kind, about, vi, en, queued_at, sent_at FROM notice ";

}  // namespace

Expected<void> queue_notice(store::Connection& connection, int64_t person, const std::string& kind,
                            const std::string& about, const Text& text) {
  return guarded(connection, [&](const Steps& steps) {
    steps.run(
        "INSERT INTO notice (person, notice, kind, about, vi, en, queued_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        {person, steps.next("notice", "notice", person), kind, about, text.vi, text.en,
         steps.now()});
  });
}

Expected<std::vector<Notice>> notices_of(store::Connection& connection, int64_t person) {
  return guarded(connection, [&](const Steps& steps) {
    return notices_from(
        steps.all(std::string(kNoticeColumns) + "WHERE person = $1 ORDER BY notice", {person}));
  });
}

Expected<std::vector<Notice>> waiting_notices(store::Connection& connection, int64_t count_max) {
  return guarded(connection, [&](const Steps& steps) {
    return notices_from(steps.all(std::string(kNoticeColumns) +
                                      "WHERE sent_at IS NULL ORDER BY queued_at, person, notice "
                                      "LIMIT $1",
                                  {count_max}));
  });
}

Expected<void> mark_notice_sent(store::Connection& connection, int64_t person, int64_t notice) {
  return guarded(connection, [&](const Steps& steps) {
    steps.run(
        "UPDATE notice SET sent_at = $3 WHERE person = $1 AND notice = $2 AND sent_at IS NULL",
        {person, notice, steps.now()});
  });
}

}  // namespace ansinh::agency
