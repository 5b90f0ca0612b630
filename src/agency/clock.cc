#include "agency/clock.h"

#include <chrono>

namespace ansinh::agency {

namespace {
constexpr int64_t kDayUs = int64_t{86'400} * 1'000'000;
constexpr int64_t kHourUs = kDayUs / 24;
}  // namespace

int64_t machine_time_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Expected<int64_t> record_time(store::Connection& connection, int64_t machine_us) {
  const store::Cell values[] = {machine_us};
  const auto time = connection.number(
      "UPDATE counter SET next = CASE WHEN next >= $1 THEN next + 1 ELSE $1 END "
      "WHERE name = 'clock' RETURNING next",
      values);
  if (!time) return std::unexpected(time.error());
  return time->value();
}

Expected<int64_t> last_record_time(store::Connection& connection) {
  const auto time = connection.number("SELECT next FROM counter WHERE name = 'clock'");
  if (!time) return std::unexpected(time.error());
  return time->value_or(0);
}

Date date_of_record_time(int64_t record_time_us, int hours_east) {
  const int64_t local = record_time_us + hours_east * kHourUs;
  const int64_t days = local >= 0 ? local / kDayUs : -((kDayUs - 1 - local) / kDayUs);
  return Date{static_cast<int32_t>(days)};
}

Expected<int64_t> take_numbers(store::Connection& connection, std::string_view counter,
                               int64_t count) {
  const store::Cell values[] = {std::string(counter), count};
  const auto next = connection.number(
      "UPDATE counter SET next = next + $2 WHERE name = $1 RETURNING next", values);
  if (!next) return std::unexpected(next.error());
  if (!next->has_value()) {
    return std::unexpected(refused("not-found", {"không có dãy số " + std::string(counter),
                                                 "there is no series " + std::string(counter)}));
  }
  return **next - count;
}

}  // namespace ansinh::agency
