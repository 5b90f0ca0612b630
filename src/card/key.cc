#include "card/key.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

namespace ansinh::card {

namespace {

using KeyJson = nlohmann::ordered_json;

// PKCS #8 of an Ed25519 key up to its seed (RFC 8410, section 7): version 0, the algorithm
// 1.3.101.112, an octet string in an octet string.
constexpr std::string_view kPkcs8Head(
    "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20", 16);
constexpr std::string_view kPemBegin = "-----BEGIN PRIVATE KEY-----";
constexpr std::string_view kPemEnd = "-----END PRIVATE KEY-----";
constexpr size_t kSeedBytes = 32;
constexpr size_t kKeyFileMax = 4096;
constexpr size_t kKeysMax = 1000;
constexpr int64_t kDaySeconds = 86'400;

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void start_sodium() {
  if (sodium_init() < 0) std::abort();  // no randomness on this machine
}

std::string base64_of(std::string_view bytes, int variant) {
  std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), raw(bytes), bytes.size(), variant);
  out.pop_back();  // its NUL
  return out;
}

std::optional<std::string> bytes_of_base64(std::string_view text, int variant) {
  std::string out(text.size(), '\0');
  size_t size = 0;
  const int done = sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(),
                                     text.data(), text.size(), "\r\n", &size, nullptr, variant);
  if (done != 0) return std::nullopt;
  out.resize(size);
  return out;
}

std::string member(const KeyJson& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || !found->is_string() ? std::string() : found->get<std::string>();
}

std::optional<PinnedKey> pinned_key(const KeyJson& one) {
  if (!one.is_object() || member(one, "kty") != "OKP" || member(one, "crv") != "Ed25519") {
    return std::nullopt;
  }
  auto bytes = bytes_of_base64(member(one, "x"), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  const auto created = Date::parse(member(one, "created"));
  if (!bytes || bytes->size() != kPublicKeyBytes || !created) return std::nullopt;
  PinnedKey key{.public_key = std::move(*bytes), .created = *created, .retired = std::nullopt};
  if (member(one, "kid") != key_id_text(key.id())) return std::nullopt;
  if (one.contains("retired")) {
    const auto retired = Date::parse(member(one, "retired"));
    if (!retired) return std::nullopt;
    key.retired = *retired;
  }
  return key;
}

class OpenFile {
 public:
  explicit OpenFile(int number) : number_(number) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

}  // namespace

std::string key_id_of(std::string_view public_key) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), raw(public_key), public_key.size());
  return {reinterpret_cast<const char*>(digest.data()), kKeyIdBytes};
}

std::string key_id_text(std::string_view key_id) {
  std::string out(2 * key_id.size() + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), raw(key_id), key_id.size());
  out.pop_back();
  return out;
}

std::string key_id_of_text(std::string_view text) {
  std::string out(kKeyIdBytes, '\0');
  size_t size = 0;
  const int done = sodium_hex2bin(reinterpret_cast<unsigned char*>(out.data()), out.size(),
                                  text.data(), text.size(), nullptr, &size, nullptr);
  return done == 0 && size == kKeyIdBytes ? out : std::string();
}

SigningKey SigningKey::make() {
  start_sodium();
  std::string seed(kSeedBytes, '\0');
  randombytes_buf(seed.data(), seed.size());
  SigningKey key = of_seed(seed);
  sodium_memzero(seed.data(), seed.size());
  return key;
}

SigningKey SigningKey::of_seed(std::string_view seed) {
  static_assert(crypto_sign_SECRETKEYBYTES == 64 && crypto_sign_SEEDBYTES == kSeedBytes);
  assert(seed.size() == kSeedBytes);
  start_sodium();
  SigningKey key;
  key.public_key_.resize(kPublicKeyBytes);
  crypto_sign_seed_keypair(reinterpret_cast<unsigned char*>(key.public_key_.data()),
                           key.secret_.data(), raw(seed));
  return key;
}

std::expected<SigningKey, CardFault> SigningKey::of_pem(std::string_view pem) {
  const size_t begin = pem.find(kPemBegin);
  const size_t end = pem.find(kPemEnd);
  if (begin == std::string_view::npos || end == std::string_view::npos ||
      end < begin + kPemBegin.size()) {
    return std::unexpected(CardFault::kBadKeyFile);
  }
  const size_t from = begin + kPemBegin.size();
  auto der = bytes_of_base64(pem.substr(from, end - from), sodium_base64_VARIANT_ORIGINAL);
  if (!der || der->size() != kPkcs8Head.size() + kSeedBytes || !der->starts_with(kPkcs8Head)) {
    return std::unexpected(CardFault::kBadKeyFile);
  }
  SigningKey key = of_seed(std::string_view(*der).substr(kPkcs8Head.size()));
  sodium_memzero(der->data(), der->size());
  return key;
}

SigningKey::SigningKey(SigningKey&& other) noexcept
    : secret_(other.secret_), public_key_(std::move(other.public_key_)) {
  sodium_memzero(other.secret_.data(), other.secret_.size());
}

SigningKey::~SigningKey() { sodium_memzero(secret_.data(), secret_.size()); }

std::string SigningKey::pem() const {
  std::string der(kPkcs8Head);
  der.append(reinterpret_cast<const char*>(secret_.data()), kSeedBytes);
  std::string out = std::string(kPemBegin) + "\n" + base64_of(der, sodium_base64_VARIANT_ORIGINAL) +
                    "\n" + std::string(kPemEnd) + "\n";
  sodium_memzero(der.data(), der.size());
  return out;
}

std::string SigningKey::sign(std::string_view message) const {
  std::string signature(kSignatureBytes, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, raw(message),
                       message.size(), secret_.data());
  return signature;
}

std::expected<SigningKey, CardFault> read_key_file(const std::string& path) {
  const OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat about {};
  if (file.number() < 0 || ::fstat(file.number(), &about) != 0 || !S_ISREG(about.st_mode) ||
      (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return std::unexpected(CardFault::kBadKeyFile);
  }
  std::string text(kKeyFileMax, '\0');
  const ssize_t size = ::read(file.number(), text.data(), text.size());
  if (size <= 0) return std::unexpected(CardFault::kBadKeyFile);
  auto key = SigningKey::of_pem(std::string_view(text).substr(0, static_cast<size_t>(size)));
  sodium_memzero(text.data(), text.size());
  return key;
}

std::optional<Text> write_key_file(const SigningKey& key, const std::string& path) {
  const auto fault = [&path]() -> Text {
    const std::string why = std::strerror(errno);
    return {path + ": không ghi được (" + why + ")", path + ": cannot be written (" + why + ")"};
  };
  const OpenFile file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.number() < 0) return fault();
  std::string text = key.pem();
  const ssize_t written = ::write(file.number(), text.data(), text.size());
  const bool is_whole = written == static_cast<ssize_t>(text.size()) && ::fsync(file.number()) == 0;
  sodium_memzero(text.data(), text.size());
  if (is_whole) return std::nullopt;
  Text said = fault();
  ::unlink(path.c_str());
  return said;
}

bool is_signed_by(std::string_view public_key, std::string_view message,
                  std::string_view signature) {
  return public_key.size() == kPublicKeyBytes && signature.size() == kSignatureBytes &&
         crypto_sign_verify_detached(raw(signature), raw(message), message.size(),
                                     raw(public_key)) == 0;
}

bool PinnedKey::is_retired(int64_t now_s) const {
  return retired && now_s >= int64_t{retired->days} * kDaySeconds;
}

const PinnedKey* find_key(const KeySet& keys, std::string_view key_id) {
  for (const PinnedKey& key : keys) {
    if (key.id() == key_id) return &key;
  }
  return nullptr;
}

std::string jwks(const KeySet& keys) {
  KeyJson all = KeyJson::array();
  for (const PinnedKey& key : keys) {
    KeyJson one = {
        {"kty", "OKP"},
        {"crv", "Ed25519"},
        {"alg", "EdDSA"},
        {"use", "sig"},
        {"kid", key_id_text(key.id())},
        {"x", base64_of(key.public_key, sodium_base64_VARIANT_URLSAFE_NO_PADDING)},
        {"created", key.created.to_string()},
    };
    if (key.retired) one["retired"] = key.retired->to_string();
    all.push_back(std::move(one));
  }
  return KeyJson{{"keys", std::move(all)}}.dump();
}

std::expected<KeySet, CardFault> key_set_of_jwks(std::string_view text) {
  const KeyJson json = KeyJson::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("keys") || !json["keys"].is_array() ||
      json["keys"].size() > kKeysMax) {
    return std::unexpected(CardFault::kBadKeySet);
  }
  KeySet keys;
  for (const KeyJson& one : json["keys"]) {
    auto key = pinned_key(one);
    if (!key || find_key(keys, key->id()) != nullptr) {
      return std::unexpected(CardFault::kBadKeySet);
    }
    keys.push_back(std::move(*key));
  }
  return keys;
}

}  // namespace ansinh::card
