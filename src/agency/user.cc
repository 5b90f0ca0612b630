#include "agency/user.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <array>
#include <utility>
#include <vector>

#include "agency/audit.h"
#include "agency/clock.h"

namespace ansinh::agency {

namespace {

constexpr int64_t kTotpStepUs = int64_t{30} * 1'000'000;
constexpr size_t kTotpBytes = 20;
constexpr size_t kUserNameMax = 100;
constexpr std::string_view kIssuerPrefix = "oidc:";

Failure no_user() {
  return refused("not-found", {"không có người dùng này; hãy xem lại tên",
                               "there is no such user; check the name"});
}

std::string argon2id(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (sodium_init() < 0 ||
      crypto_pwhash_str_alg(hash.data(), password.data(), password.size(),
                            crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return {};  // no memory: fits no password
  }
  return hash.data();
}

bool is_password(const std::string& hash, std::string_view password) {
  return !hash.empty() &&
         crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

std::string base32(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(byte);
    for (count += 8; count >= 5; count -= 5) text += kLetters[(bits >> (count - 5)) & 31];
  }
  if (count > 0) text += kLetters[(bits << (5 - count)) & 31];
  return text;
}

// Writes an event and an entry of the audit of a change that was made.
Expected<void> user_changed(store::Connection& connection, std::string_view user,
                            const std::string& what, int64_t person, std::string_view by) {
  const auto at = record_time(connection);
  if (!at) return std::unexpected(at.error());
  const store::Cell values[] = {std::string(user), what, *at, std::string(by)};
  const auto added = connection.run(
      "INSERT INTO user_event (user_name, event, what, recorded_at, recorded_by) VALUES ($1, "
      "(SELECT coalesce(max(event), 0) + 1 FROM user_event WHERE user_name = $1), $2, $3, $4)",
      values);
  if (!added) return std::unexpected(added.error());
  const auto noted = audit(connection, by, "user", person, std::string(user) + " " + what);
  if (!noted) return std::unexpected(noted.error());
  return {};
}

Expected<void> end_sessions(store::Connection& connection, std::string_view user) {
  const store::Cell values[] = {std::string(user)};
  const auto ended = connection.run("DELETE FROM session WHERE user_name = $1", values);
  if (!ended) return std::unexpected(ended.error());
  return {};
}

std::string role_words(const AccessActor& user) {
  std::string words = "role " + std::string(name_of(user.role));
  if (!user.province.empty()) words += " " + user.province;
  if (!user.commune.empty()) words += "/" + user.commune;
  return words;
}

Expected<void> fits(const AccessActor& user) {
  const bool own = user.role == UserRole::kCitizen || user.role == UserRole::kEmployer;
  if (own && user.person <= 0) {
    return std::unexpected(refused("bad-user", {"vai trò này cần số của người hoặc đơn vị",
                                                "this role wants the number of a person"}));
  }
  if (user.province.empty() && !user.commune.empty()) {
    return std::unexpected(
        refused("bad-user", {"có xã thì phải có tỉnh", "a commune wants its province, too"}));
  }
  return {};
}

struct Account {
  AccessActor actor;
  std::string password, totp;
  bool has_totp = false;
  int64_t totp_step = 0, failed = 0, locked_until = 0;
  bool disabled = false;
};

Expected<std::optional<Account>> account_of(store::Connection& connection, std::string_view user) {
  std::optional<Account> found;
  const store::Cell values[] = {std::string(user)};
  const auto read = connection.each(
      "SELECT person, role, province, commune, password, totp, totp_step, failed, locked_until, "
      "disabled FROM user_account WHERE user_name = $1",
      values, [&](const store::Row& row) {
        const auto role = role_named(row.text(1));
        if (!role) return false;
        found = Account{
            .actor = {std::string(user), *role, row.integer(0), std::string(row.text(2)),
                      std::string(row.text(3))},
            .password = std::string(row.text(4)),
            .totp = row.is_null(5) ? std::string() : std::string(row.text(5)),
            .has_totp = !row.is_null(5),
            .totp_step = row.integer(6),
            .failed = row.integer(7),
            .locked_until = row.integer(8),
            .disabled = row.integer(9) != 0,
        };
        return false;
      });
  if (!read) return std::unexpected(read.error());
  return found;
}

// The step whose code it is, around now and after the last that was used; 0: none.
int64_t step_of_code(const Account& account, std::string_view code, int64_t now_us) {
  const int64_t now = now_us / kTotpStepUs;
  int64_t found = 0;
  for (int64_t step = now - 1; step <= now + 1; ++step) {
    const std::string right = totp_code(account.totp, step);
    const bool same =
        code.size() == right.size() && sodium_memcmp(code.data(), right.data(), code.size()) == 0;
    if (same && step > account.totp_step) found = step;
  }
  return found;
}

}  // namespace

std::string totp_code(std::string_view secret, int64_t step, int digits) {
  std::array<unsigned char, 8> counter{};
  for (size_t i = 0; i < 8; ++i) {
    counter[i] = static_cast<unsigned char>(static_cast<uint64_t>(step) >> (56 - 8 * i));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(), counter.size(),
       mac.data(), &size);
  const size_t at = mac[size - 1] & 15U;
  uint32_t number = 0;
  for (size_t i = 0; i < 4; ++i) number = (number << 8) | mac[at + i];
  std::string text = std::to_string(number & 0x7fffffffU);
  const auto wanted = static_cast<size_t>(digits);
  if (text.size() < wanted) text.insert(0, wanted - text.size(), '0');
  return text.substr(text.size() - wanted);
}

namespace {

// `hash`: of the password; empty: nobody can log in with one.
Expected<void> add_account(store::Connection& connection, const AccessActor& user,
                           const std::string& hash, std::string_view by) {
  if (user.user.empty() || user.user.size() > kUserNameMax ||
      user.user.starts_with(kIssuerPrefix) != hash.empty()) {
    return std::unexpected(
        refused("bad-user", {"tên cần có từ 1 đến 100 byte và không bắt đầu bằng oidc:",
                             "the name must have 1 to 100 bytes and not begin with oidc:"}));
  }
  if (auto good = fits(user); !good) return good;
  const store::Cell values[] = {user.user,     user.person,  std::string(name_of(user.role)),
                                user.province, user.commune, hash};
  const auto added = connection.run(
      "INSERT INTO user_account (user_name, person, role, province, commune, password, totp, "
      "totp_step, failed, locked_until, disabled, version) "
      "VALUES ($1, $2, $3, $4, $5, $6, NULL, 0, 0, 0, 0, 1) ON CONFLICT (user_name) DO NOTHING",
      values);
  if (!added) return std::unexpected(added.error());
  if (*added == 0) {
    return std::unexpected(refused("taken", {"đã có người dùng tên này; hãy chọn tên khác",
                                             "there is a user of this name; choose another"}));
  }
  return user_changed(connection, user.user, "add " + role_words(user), user.person, by);
}

}  // namespace

Expected<void> add_user(store::Connection& connection, const AccessActor& user,
                        std::string_view password, std::string_view by) {
  if (password.size() < kPasswordMin || password.size() > kPasswordMax) {
    return std::unexpected(refused("bad-password", {"mật khẩu cần có từ 12 đến 1024 byte",
                                                    "the password must have 12 to 1024 bytes"}));
  }
  return add_account(connection, user, argon2id(password), by);
}

Expected<void> add_oidc_user(store::Connection& connection, const AccessActor& user,
                             std::string_view by) {
  return add_account(connection, user, "", by);
}

Expected<void> disable_user(store::Connection& connection, std::string_view user,
                            std::string_view by) {
  const store::Cell values[] = {std::string(user)};
  const auto done = connection.run(
      "UPDATE user_account SET disabled = 1, version = version + 1 WHERE user_name = $1", values);
  if (!done) return std::unexpected(done.error());
  if (*done == 0) return std::unexpected(no_user());
  if (auto ended = end_sessions(connection, user); !ended) return ended;
  return user_changed(connection, user, "disable", 0, by);
}

Expected<void> change_role(store::Connection& connection, const AccessActor& user,
                           std::string_view by) {
  if (auto good = fits(user); !good) return good;
  const store::Cell values[] = {user.user, user.person, std::string(name_of(user.role)),
                                user.province, user.commune};
  const auto done = connection.run(
      "UPDATE user_account SET person = $2, role = $3, province = $4, commune = $5, "
      "version = version + 1 WHERE user_name = $1",
      values);
  if (!done) return std::unexpected(done.error());
  if (*done == 0) return std::unexpected(no_user());
  if (auto ended = end_sessions(connection, user.user); !ended) return ended;
  return user_changed(connection, user.user, role_words(user), user.person, by);
}

Expected<std::string> new_totp(store::Connection& connection, std::string_view user,
                               std::string_view by) {
  std::string secret(kTotpBytes, '\0');
  if (sodium_init() < 0) std::abort();
  randombytes_buf(secret.data(), secret.size());
  const store::Cell values[] = {std::string(user), store::Bytes{secret}};
  const auto done = connection.run(
      "UPDATE user_account SET totp = $2, totp_step = 0, version = version + 1 "
      "WHERE user_name = $1",
      values);
  if (!done) return std::unexpected(done.error());
  if (*done == 0) return std::unexpected(no_user());
  if (auto noted = user_changed(connection, user, "totp", 0, by); !noted) {
    return std::unexpected(noted.error());
  }
  return base32(secret);
}

Expected<PasswordCheck> check_password(store::Connection& connection, std::string_view user,
                                       std::string_view password) {
  static const std::string kNobody = argon2id("the password of nobody");
  const auto account = account_of(connection, user);
  if (!account) return std::unexpected(account.error());
  const bool known = account->has_value() && !(**account).password.empty();
  PasswordCheck check{known ? (**account).password : kNobody, false};
  check.is_right = password.size() <= kPasswordMax && is_password(check.hash, password) && known;
  return check;
}

Expected<std::optional<AccessActor>> log_in(store::Connection& connection, std::string_view user,
                                            std::string_view password, std::string_view code,
                                            int64_t now_us) {
  const auto check = check_password(connection, user, password);
  if (!check) return std::unexpected(check.error());
  return log_in(connection, user, *check, code, now_us);
}

Expected<std::optional<AccessActor>> log_in(store::Connection& connection, std::string_view user,
                                            const PasswordCheck& password, std::string_view code,
                                            int64_t now_us) {
  // The clock's row first: two tries at once are counted one after the other.
  if (auto at = record_time(connection, now_us); !at) return std::unexpected(at.error());
  const auto account = account_of(connection, user);
  if (!account) return std::unexpected(account.error());
  const bool known = account->has_value();
  const bool fits_password = known && password.is_right && password.hash == (**account).password;
  if (!known) return std::nullopt;
  const Account& one = **account;
  const bool open = !one.disabled && one.locked_until <= now_us;
  const int64_t step = one.has_totp ? step_of_code(one, code, now_us) : 0;
  if (open && fits_password && (!one.has_totp || step > 0)) {
    const store::Cell values[] = {one.actor.user, std::max(one.totp_step, step)};
    const auto done = connection.run(
        "UPDATE user_account SET failed = 0, totp_step = $2 WHERE user_name = $1", values);
    if (!done) return std::unexpected(done.error());
    const auto noted = audit(connection, user, "login", 0);
    if (!noted) return std::unexpected(noted.error());
    return one.actor;
  }
  // A lock is not made longer by those who try on.
  if (!open) return std::nullopt;
  const bool locks = one.failed + 1 >= kTriesMax;
  const store::Cell values[] = {one.actor.user, locks ? int64_t{0} : one.failed + 1,
                                locks ? now_us + kLockUs : int64_t{0}};
  const auto done = connection.run(
      "UPDATE user_account SET failed = $2, locked_until = $3 WHERE user_name = $1", values);
  if (!done) return std::unexpected(done.error());
  const auto noted = audit(connection, user, locks ? "locked" : "login refused", 0);
  if (!noted) return std::unexpected(noted.error());
  return std::nullopt;
}

Expected<std::vector<UserShown>> users(store::Connection& connection) {
  std::vector<UserShown> all;
  const auto read = connection.each(
      "SELECT user_name, role, person, province, commune, totp, disabled FROM user_account "
      "ORDER BY user_name",
      {}, [&](const store::Row& row) {
        const auto role = role_named(row.text(1));
        if (role) {
          all.push_back({{std::string(row.text(0)), *role, row.integer(2), std::string(row.text(3)),
                          std::string(row.text(4))},
                         !row.is_null(5),
                         row.integer(6) != 0});
        }
        return true;
      });
  if (!read) return std::unexpected(read.error());
  return all;
}

Expected<std::optional<AccessActor>> actor_of(store::Connection& connection,
                                              std::string_view user) {
  const auto account = account_of(connection, user);
  if (!account) return std::unexpected(account.error());
  if (!*account || (**account).disabled) return std::nullopt;
  return (**account).actor;
}

Expected<std::optional<AccessActor>> actor_of_subject(store::Connection& connection,
                                                      std::string_view subject) {
  return actor_of(connection, std::string(kIssuerPrefix) + std::string(subject));
}

}  // namespace ansinh::agency
