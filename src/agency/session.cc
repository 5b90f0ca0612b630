#include "agency/session.h"

#include <sodium.h>

#include <array>
#include <cstdlib>

#include "agency/user.h"

namespace ansinh::agency {

namespace {

constexpr size_t kSessionTokenBytes = 32;
constexpr int64_t kSeenEveryUs = int64_t{60} * 1'000'000;  // so often is seen_at written

std::string random_token() {
  if (sodium_init() < 0) std::abort();
  std::array<unsigned char, kSessionTokenBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::array<char, 64> text{};
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text.data();
}

std::string token_hash(std::string_view token) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(token.data()),
                     token.size());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex{};
  return sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
}

}  // namespace

Expected<NewSession> begin_session(store::Connection& connection, std::string_view user,
                                   int64_t now_us) {
  NewSession made{.token = random_token(), .csrf = random_token()};
  const store::Cell values[] = {token_hash(made.token), std::string(user), token_hash(made.csrf),
                                now_us, now_us + kSessionUs};
  const auto added = connection.run(
      "INSERT INTO session (token, user_name, csrf, started_at, seen_at, ends_at) "
      "VALUES ($1, $2, $3, $4, $4, $5)",
      values);
  if (!added) return std::unexpected(added.error());
  return made;
}

Expected<std::optional<PeekedSession>> peek_session(store::Connection& connection,
                                                    std::string_view token, int64_t now_us) {
  const store::Cell values[] = {token_hash(token), now_us, now_us - kSessionIdleUs};
  const auto row = connection.one(
      "SELECT user_name, seen_at FROM session WHERE token = $1 AND ends_at > $2 AND seen_at > $3",
      values);
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  auto actor = actor_of(connection, std::get<std::string>((**row)[0]));
  if (!actor) return std::unexpected(actor.error());
  if (!*actor) return std::nullopt;
  const bool is_due = now_us - std::get<int64_t>((**row)[1]) >= kSeenEveryUs;
  return PeekedSession{std::move(**actor), is_due};
}

Expected<std::optional<AccessActor>> session_actor(store::Connection& connection,
                                                   std::string_view token, int64_t now_us) {
  auto seen = peek_session(connection, token, now_us);
  if (!seen) return std::unexpected(seen.error());
  if (!*seen) return std::nullopt;
  if ((*seen)->is_due_touch) {
    const store::Cell values[] = {token_hash(token), now_us};
    const auto done = connection.run("UPDATE session SET seen_at = $2 WHERE token = $1", values);
    if (!done) return std::unexpected(done.error());
  }
  return std::move((*seen)->actor);
}

Expected<bool> is_csrf(store::Connection& connection, std::string_view token,
                       std::string_view csrf) {
  const store::Cell values[] = {token_hash(token), token_hash(csrf)};
  const auto count =
      connection.number("SELECT count(*) FROM session WHERE token = $1 AND csrf = $2", values);
  if (!count) return std::unexpected(count.error());
  return count->value_or(0) == 1;
}

Expected<void> end_session(store::Connection& connection, std::string_view token) {
  const store::Cell values[] = {token_hash(token)};
  const auto ended = connection.run("DELETE FROM session WHERE token = $1", values);
  if (!ended) return std::unexpected(ended.error());
  return {};
}

Expected<int64_t> forget_sessions(store::Connection& connection, int64_t now_us) {
  const store::Cell values[] = {now_us, now_us - kSessionIdleUs};
  return connection.run("DELETE FROM session WHERE ends_at <= $1 OR seen_at <= $2", values);
}

}  // namespace ansinh::agency
