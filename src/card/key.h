// The keys that sign cards, and the public ones that a verifier has pinned.
//
// Ed25519 (RFC 8032). A private key is a file of its own, PKCS #8 in PEM (RFC 8410), as
// `openssl genpkey -algorithm ed25519` makes it; it never stands in the store. Public keys travel
// as a JWK Set (RFC 7517, RFC 8037) with two more members: "created" and "retired", dates.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "card/fault.h"

namespace ansinh::card {

inline constexpr size_t kPublicKeyBytes = 32;
inline constexpr size_t kSignatureBytes = 64;
inline constexpr size_t kKeyIdBytes = 8;

// The first 8 bytes of the SHA-256 of a public key: its `kid`.
std::string key_id_of(std::string_view public_key);
// In lower-case hex, as people see it; and back (empty: it is not one).
std::string key_id_text(std::string_view key_id);
std::string key_id_of_text(std::string_view text);

// A private key. What it holds is wiped when it goes.
class SigningKey {
 public:
  // A new one from the system's randomness.
  static SigningKey make();
  // From the 32 bytes of RFC 8032; anything else is our error.
  static SigningKey of_seed(std::string_view seed);
  // The text of a PEM file. Refused: kBadKeyFile.
  static std::expected<SigningKey, CardFault> of_pem(std::string_view pem);
  SigningKey(SigningKey&& other) noexcept;
  SigningKey& operator=(SigningKey&&) = delete;
  ~SigningKey();

  std::string pem() const;
  const std::string& public_key() const { return public_key_; }
  std::string id() const { return key_id_of(public_key_); }
  std::string sign(std::string_view message) const;  // 64 bytes

 private:
  SigningKey() = default;
  std::array<unsigned char, 64> secret_{};  // seed and public key, as libsodium has it
  std::string public_key_;
};

// The key in a file that nobody but its owner may read. Refused: kBadKeyFile.
std::expected<SigningKey, CardFault> read_key_file(const std::string& path);
// Makes the file with the mode 0600; refuses one that is there. What is wrong, or nothing.
std::optional<Text> write_key_file(const SigningKey& key, const std::string& path);

bool is_signed_by(std::string_view public_key, std::string_view message,
                  std::string_view signature);

// A public key that a verifier believes.
struct PinnedKey {
  std::string public_key;
  Date created;
  // From this day on (UTC) nothing that it signed is believed any more, whenever it was signed.
  std::optional<Date> retired;
  std::string id() const { return key_id_of(public_key); }
  bool is_retired(int64_t now_s) const;
  bool operator==(const PinnedKey&) const = default;
};

using KeySet = std::vector<PinnedKey>;

const PinnedKey* find_key(const KeySet& keys, std::string_view key_id);

// {"keys": [{"kty": "OKP", "crv": "Ed25519", …}]} on one line.
std::string jwks(const KeySet& keys);
// At most 1000 keys; each with the `kid` that belongs to it, none twice. Refused: kBadKeySet.
std::expected<KeySet, CardFault> key_set_of_jwks(std::string_view text);

}  // namespace ansinh::card
