// OpenID Connect bearer tokens of others, checked by their published keys.
//
// Only RS256, ES256 (P-256) and EdDSA (Ed25519), each only with a key of its own type: what the
// token says of its algorithm never decides what the key is used for. "none" and HMAC are refused.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agency/agency.h"

namespace ansinh::agency {

class KeySet {
 public:
  // The text of a JWKS. Keys for other uses or algorithms are left out; RSA below 2048 bits too.
  static Expected<KeySet> parse(std::string_view jwks);
  KeySet(KeySet&&) noexcept;
  KeySet& operator=(KeySet&&) noexcept;
  ~KeySet();

  size_t size() const;

 private:
  friend class TokenCheck;
  struct Key;
  explicit KeySet(std::vector<std::unique_ptr<Key>> keys);
  std::vector<std::unique_ptr<Key>> keys_;
};

struct TokenRules {
  std::string issuer, audience;  // must be said so by the token; neither may be empty
  int64_t skew_s = 60;           // how far the issuer's clock may be from ours
};

struct TokenClaims {
  std::string subject;
  int64_t expires_s = 0;  // seconds since 1970 UTC
  std::string json;       // all claims
};

// Refuses with "bad-token"; the text says why, for logs, and repeats nothing of the token.
Expected<TokenClaims> check_token(std::string_view token, const KeySet& keys,
                                  const TokenRules& rules, int64_t now_s);

}  // namespace ansinh::agency
