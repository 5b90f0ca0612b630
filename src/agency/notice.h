// Something to tell a person: queued in the transaction that causes it, sent by whoever sends.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agency/agency.h"

namespace ansinh::agency {

struct Notice {
  int64_t person = 0;
  int64_t notice = 0;
  std::string kind;   // facts-wanted, decided, revised, appeal-answered
  std::string about;  // "application 3", "decision 2", "appeal 1"
  Text text;
  int64_t queued_at = 0;
  int64_t sent_at = 0;  // 0: it waits
};

Expected<void> queue_notice(store::Connection& connection, int64_t person, const std::string& kind,
                            const std::string& about, const Text& text);
Expected<std::vector<Notice>> notices_of(store::Connection& connection, int64_t person);
// Those that wait, oldest first.
Expected<std::vector<Notice>> waiting_notices(store::Connection& connection, int64_t count_max);
Expected<void> mark_notice_sent(store::Connection& connection, int64_t person, int64_t notice);

}  // namespace ansinh::agency
