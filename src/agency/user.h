// Local accounts: passwords by Argon2id, one-time codes by RFC 6238, a lock after failed tries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agency/access.h"

namespace ansinh::agency {

inline constexpr size_t kPasswordMin = 12;  // bytes
inline constexpr size_t kPasswordMax = 1024;
inline constexpr int64_t kTriesMax = 5;  // then locked
inline constexpr int64_t kLockUs = int64_t{15} * 60 * 1'000'000;

// All in write transactions; each is an entry of the audit by `by`.
Expected<void> add_user(store::Connection& connection, const AccessActor& user,
                        std::string_view password, std::string_view by);
// Without a password: known by an issuer's tokens. Its name must begin with "oidc:", and no other
// may.
Expected<void> add_oidc_user(store::Connection& connection, const AccessActor& user,
                             std::string_view by);
Expected<void> disable_user(store::Connection& connection, std::string_view user,
                            std::string_view by);
// Its role, person, province and commune are now those of `user`. Its sessions end.
Expected<void> change_role(store::Connection& connection, const AccessActor& user,
                           std::string_view by);
// A new secret, for otpauth:// and in Base32; shown this once.
Expected<std::string> new_totp(store::Connection& connection, std::string_view user,
                               std::string_view by);

// The RFC 6238 code (SHA-1) of a 30 s step.
std::string totp_code(std::string_view secret, int64_t step, int digits = 6);

// Whether the password is right, without anything being written: it takes long on purpose, so it is
// asked outside the transaction of log_in. The same work is done for a user who does not exist.
struct PasswordCheck {
  std::string hash;  // with which it was compared
  bool is_right = false;
};
Expected<PasswordCheck> check_password(store::Connection& connection, std::string_view user,
                                       std::string_view password);

// Who it is, if not locked or disabled and all is right; else nothing, and a failed try is counted.
// Inside a write transaction that must be committed in both cases. Which of name, password, code or
// lock was wrong is nowhere said. `code` is wanted of those who have a secret; each is good once,
// and 30 s before and after its time. A password that was changed since its check is wrong.
Expected<std::optional<AccessActor>> log_in(store::Connection& connection, std::string_view user,
                                            const PasswordCheck& password, std::string_view code,
                                            int64_t now_us);
// Both in one.
Expected<std::optional<AccessActor>> log_in(store::Connection& connection, std::string_view user,
                                            std::string_view password, std::string_view code,
                                            int64_t now_us);

// The account of an issuer's subject: "oidc:SUBJECT", so that none is mistaken for a local name.
Expected<std::optional<AccessActor>> actor_of_subject(store::Connection& connection,
                                                      std::string_view subject);

struct UserShown {
  AccessActor actor;
  bool has_totp = false, is_disabled = false;
};
// All accounts, by name.
Expected<std::vector<UserShown>> users(store::Connection& connection);

// An account that is not disabled.
Expected<std::optional<AccessActor>> actor_of(store::Connection& connection, std::string_view user);

}  // namespace ansinh::agency
