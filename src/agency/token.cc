#include "agency/token.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace ansinh::agency {

namespace {

using TokenJson = nlohmann::json;

constexpr size_t kTokenMax = 16'384;
constexpr int kRsaBitsMin = 2048;
constexpr size_t kP256Bytes = 32;

template <auto free_it>
struct OpensslFree {
  template <class T>
  void operator()(T* pointer) const {
    free_it(pointer);
  }
};
using PublicKey = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, OpensslFree<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, OpensslFree<EVP_MD_CTX_free>>;
using ParamBuild = std::unique_ptr<OSSL_PARAM_BLD, OpensslFree<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, OpensslFree<OSSL_PARAM_free>>;
using BigNumber = std::unique_ptr<BIGNUM, OpensslFree<BN_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, OpensslFree<ECDSA_SIG_free>>;

Failure bad_token(std::string vi, std::string en) {
  return refused("bad-token", {"thẻ đăng nhập bị từ chối: " + std::move(vi),
                               "the token is refused: " + std::move(en)});
}

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::optional<std::string> base64url(std::string_view text) {
  std::string bytes(text.size(), '\0');
  size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, &end,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      end != text.data() + text.size()) {
    return std::nullopt;
  }
  bytes.resize(size);
  return bytes;
}

std::string text_member(const TokenJson& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string bytes_member(const TokenJson& json, const char* name) {
  return base64url(text_member(json, name)).value_or("");
}

BigNumber big_number(std::string_view bytes) {
  return BigNumber(BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), nullptr));
}

PublicKey key_from(const char* type, OSSL_PARAM_BLD* build) {
  const Params params(OSSL_PARAM_BLD_to_param(build));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return PublicKey(key);
}

PublicKey rsa_key(const TokenJson& json) {
  const std::string n_bytes = bytes_member(json, "n"), e_bytes = bytes_member(json, "e");
  if (n_bytes.empty() || e_bytes.empty() || n_bytes.size() > 1024 || e_bytes.size() > 8) return {};
  const BigNumber n = big_number(n_bytes), e = big_number(e_bytes);
  const ParamBuild build(OSSL_PARAM_BLD_new());
  if (!OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) ||
      !OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, e.get())) {
    return {};
  }
  PublicKey key = key_from("RSA", build.get());
  if (key && EVP_PKEY_get_bits(key.get()) < kRsaBitsMin) return {};
  return key;
}

PublicKey p256_key(const TokenJson& json) {
  const std::string x = bytes_member(json, "x"), y = bytes_member(json, "y");
  if (text_member(json, "crv") != "P-256" || x.size() != kP256Bytes || y.size() != kP256Bytes) {
    return {};
  }
  const std::string point = "\x04" + x + y;
  const ParamBuild build(OSSL_PARAM_BLD_new());
  if (!OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) ||
      !OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                        point.size())) {
    return {};
  }
  return key_from("EC", build.get());
}

PublicKey ed25519_key(const TokenJson& json) {
  const std::string x = bytes_member(json, "x");
  if (text_member(json, "crv") != "Ed25519" || x.size() != 32) return {};
  return PublicKey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(x), x.size()));
}

// ES256 signs r and s, 32 bytes each; OpenSSL wants them in DER.
std::optional<std::string> der_of_es256(std::string_view raw) {
  if (raw.size() != 2 * kP256Bytes) return std::nullopt;
  const EcSignature signature(ECDSA_SIG_new());
  BigNumber r = big_number(raw.substr(0, kP256Bytes)), s = big_number(raw.substr(kP256Bytes));
  if (!signature || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return std::nullopt;
  std::ignore = r.release();  // the signature owns them now
  std::ignore = s.release();
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return std::nullopt;
  std::string text(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return text;
}

bool has_audience(const TokenJson& claims, const std::string& audience) {
  const auto found = claims.find("aud");
  if (found == claims.end()) return false;
  if (found->is_string()) return found->get<std::string>() == audience;
  if (!found->is_array()) return false;
  for (const auto& one : *found) {
    if (one.is_string() && one.get<std::string>() == audience) return true;
  }
  return false;
}

// Whole seconds within what can be compared without overflow.
std::optional<int64_t> seconds(const TokenJson& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number()) return std::nullopt;
  const double value = found->get<double>();
  if (!(value >= 0 && value < 1e12)) return std::nullopt;
  return static_cast<int64_t>(value);
}

Expected<TokenClaims> claims_of(const TokenJson& claims, const TokenRules& rules, int64_t now_s) {
  if (text_member(claims, "iss") != rules.issuer) {
    return std::unexpected(bad_token("của nơi cấp khác", "it is of another issuer"));
  }
  if (!has_audience(claims, rules.audience)) {
    return std::unexpected(bad_token("không cấp cho hệ thống này", "it is for another audience"));
  }
  const auto expires = seconds(claims, "exp");
  if (!expires || now_s >= *expires + rules.skew_s) {
    return std::unexpected(bad_token("đã hết hạn", "it has expired"));
  }
  for (const char* name : {"nbf", "iat"}) {
    if (!claims.contains(name)) continue;
    const auto from = seconds(claims, name);
    if (!from || now_s + rules.skew_s < *from) {
      return std::unexpected(bad_token("chưa có hiệu lực", "it is not valid yet"));
    }
  }
  TokenClaims result{.subject = text_member(claims, "sub"), .expires_s = *expires, .json = {}};
  if (result.subject.empty()) {
    return std::unexpected(bad_token("không nói của ai", "it does not say whose it is"));
  }
  result.json = claims.dump();
  return result;
}

}  // namespace

struct KeySet::Key {
  std::string id, algorithm;
  PublicKey key;
};

KeySet::KeySet(std::vector<std::unique_ptr<Key>> keys) : keys_(std::move(keys)) {}
KeySet::KeySet(KeySet&&) noexcept = default;
KeySet& KeySet::operator=(KeySet&&) noexcept = default;
KeySet::~KeySet() = default;
size_t KeySet::size() const { return keys_.size(); }

Expected<KeySet> KeySet::parse(std::string_view jwks) {
  const TokenJson json = TokenJson::parse(jwks, nullptr, false);
  if (!json.is_object() || !json.contains("keys") || !json["keys"].is_array()) {
    return std::unexpected(refused("bad-keys", {"không phải JWKS: cần {\"keys\": […]}",
                                                "not a JWKS: {\"keys\": […]} is wanted"}));
  }
  std::vector<std::unique_ptr<Key>> keys;
  for (const TokenJson& one : json["keys"]) {
    if (!one.is_object()) continue;
    if (one.contains("use") && text_member(one, "use") != "sig") continue;
    auto key = std::make_unique<Key>();
    key->id = text_member(one, "kid");
    const std::string type = text_member(one, "kty");
    if (type == "RSA") {
      key->algorithm = "RS256";
      key->key = rsa_key(one);
    } else if (type == "EC") {
      key->algorithm = "ES256";
      key->key = p256_key(one);
    } else if (type == "OKP") {
      key->algorithm = "EdDSA";
      key->key = ed25519_key(one);
    }
    if (one.contains("alg") && text_member(one, "alg") != key->algorithm) continue;
    if (key->key) keys.push_back(std::move(key));
  }
  return KeySet(std::move(keys));
}

class TokenCheck {
 public:
  // Whether a key of this algorithm (and id, if the token names one) made the signature.
  static bool is_signed(const KeySet& keys, const std::string& algorithm, const std::string& id,
                        std::string_view text, const std::string& signature) {
    for (const auto& key : keys.keys_) {
      if (key->algorithm != algorithm || (!id.empty() && key->id != id)) continue;
      if (verifies(*key, text, signature)) return true;
    }
    return false;
  }

 private:
  static bool verifies(const KeySet::Key& key, std::string_view text,
                       const std::string& signature) {
    std::string wanted = signature;
    if (key.algorithm == "ES256") {
      auto der = der_of_es256(signature);
      if (!der) return false;
      wanted = std::move(*der);
    }
    const DigestContext context(EVP_MD_CTX_new());
    const EVP_MD* digest = key.algorithm == "EdDSA" ? nullptr : EVP_sha256();
    return context &&
           EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key.key.get()) == 1 &&
           EVP_DigestVerify(context.get(), octets(wanted), wanted.size(), octets(text),
                            text.size()) == 1;
  }
};

Expected<TokenClaims> check_token(std::string_view token, const KeySet& keys,
                                  const TokenRules& rules, int64_t now_s) {
  const size_t first = token.find('.');
  const size_t second = first == token.npos ? first : token.find('.', first + 1);
  if (token.size() > kTokenMax || second == token.npos ||
      token.find('.', second + 1) != token.npos || rules.issuer.empty() || rules.audience.empty()) {
    return std::unexpected(bad_token("không đúng dạng", "it has not the form of one"));
  }
  const auto header_text = base64url(token.substr(0, first));
  const auto claims_text = base64url(token.substr(first + 1, second - first - 1));
  const auto signature = base64url(token.substr(second + 1));
  const TokenJson header = TokenJson::parse(header_text.value_or(""), nullptr, false);
  if (!claims_text || !signature || !header.is_object() || header.contains("crit")) {
    return std::unexpected(bad_token("không đúng dạng", "it has not the form of one"));
  }
  const std::string algorithm = text_member(header, "alg");
  if (algorithm != "RS256" && algorithm != "ES256" && algorithm != "EdDSA") {
    return std::unexpected(bad_token("thuật toán không được nhận", "its algorithm is not taken"));
  }
  if (!TokenCheck::is_signed(keys, algorithm, text_member(header, "kid"), token.substr(0, second),
                             *signature)) {
    return std::unexpected(bad_token("chữ ký sai", "its signature is wrong"));
  }
  const TokenJson claims = TokenJson::parse(*claims_text, nullptr, false);
  if (!claims.is_object()) {
    return std::unexpected(bad_token("không đúng dạng", "it has not the form of one"));
  }
  return claims_of(claims, rules, now_s);
}

}  // namespace ansinh::agency
