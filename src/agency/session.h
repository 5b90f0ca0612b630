// Sessions of browsers: random tokens of which the store holds only hashes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agency/access.h"

namespace ansinh::agency {

inline constexpr int64_t kSessionUs = int64_t{12} * 3600 * 1'000'000;    // at most
inline constexpr int64_t kSessionIdleUs = int64_t{30} * 60 * 1'000'000;  // without a request

struct NewSession {
  std::string token;  // for a cookie: HttpOnly, Secure, SameSite=Strict
  std::string csrf;   // to be sent in a header with whatever changes something
};

// All but is_csrf and peek_session inside a write transaction.
Expected<NewSession> begin_session(store::Connection& connection, std::string_view user,
                                   int64_t now_us);
// Whose session it is; nothing if it is not known, has ended, or its user was disabled.
Expected<std::optional<AccessActor>> session_actor(store::Connection& connection,
                                                   std::string_view token, int64_t now_us);
// The same without writing that the session was used: for each request. `is_due_touch`: it is time
// to call session_actor.
struct PeekedSession {
  AccessActor actor;
  bool is_due_touch = false;
};
Expected<std::optional<PeekedSession>> peek_session(store::Connection& connection,
                                                    std::string_view token, int64_t now_us);
// Whether both tokens are of one session.
Expected<bool> is_csrf(store::Connection& connection, std::string_view token,
                       std::string_view csrf);
Expected<void> end_session(store::Connection& connection, std::string_view token);
// Removes those that ended; returns how many.
Expected<int64_t> forget_sessions(store::Connection& connection, int64_t now_us);

}  // namespace ansinh::agency
