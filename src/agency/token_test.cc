// Bearer tokens: what is taken, and that nothing else is.
#include "agency/token.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <sodium.h>

#include <array>

namespace ansinh::agency {
namespace {

constexpr int64_t kTokenNow = 1'800'000'000;
const TokenRules kTokenRules{"https://id.test", "ansinh", 60};

std::string encoded(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), 7), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.resize(text.find('\0'));
  return text;
}

std::string number_of(EVP_PKEY* key, const char* name, int size = 0) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  if (size == 0) size = BN_num_bytes(number);
  std::string bytes(static_cast<size_t>(size), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), size);
  BN_free(number);
  return encoded(bytes);
}

std::string signature_of(EVP_PKEY* key, const EVP_MD* digest, const std::string& text) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestSignInit(context, nullptr, digest, nullptr, key);
  std::array<unsigned char, 1024> bytes{};
  size_t size = bytes.size();
  EXPECT_EQ(EVP_DigestSign(context, bytes.data(), &size,
                           reinterpret_cast<const unsigned char*>(text.data()), text.size()),
            1);
  EVP_MD_CTX_free(context);
  std::string signature(reinterpret_cast<char*>(bytes.data()), size);
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) return signature;
  const unsigned char* der = bytes.data();
  ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(size));
  std::array<unsigned char, 64> raw{};
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw.data(), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw.data() + 32, 32);
  ECDSA_SIG_free(pair);
  return {reinterpret_cast<char*>(raw.data()), raw.size()};
}

// One key of each kind, made once.
struct TestKeys {
  EVP_PKEY* rsa = EVP_RSA_gen(2048);
  EVP_PKEY* weak = EVP_RSA_gen(1024);
  EVP_PKEY* ec = EVP_EC_gen("P-256");
  EVP_PKEY* ed = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");

  std::string rsa_json(EVP_PKEY* key, const char* id) const {
    return R"({"kty":"RSA","kid":")" + std::string(id) + R"(","n":")" +
           number_of(key, OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" +
           number_of(key, OSSL_PKEY_PARAM_RSA_E) + R"("})";
  }
  std::string jwks() const {
    std::array<unsigned char, 32> raw{};
    size_t size = raw.size();
    EVP_PKEY_get_raw_public_key(ed, raw.data(), &size);
    return R"({"keys":[)" + rsa_json(rsa, "r") +
           R"(,{"kty":"EC","crv":"P-256","kid":"e","alg":"ES256","use":"sig","x":")" +
           number_of(ec, OSSL_PKEY_PARAM_EC_PUB_X, 32) + R"(","y":")" +
           number_of(ec, OSSL_PKEY_PARAM_EC_PUB_Y, 32) +
           R"("},{"kty":"OKP","crv":"Ed25519","kid":"d","x":")" +
           encoded({reinterpret_cast<char*>(raw.data()), size}) + R"("}]})";
  }
};

const TestKeys& test_keys() {
  static const TestKeys keys;
  return keys;
}
const KeySet& key_set() {
  static const KeySet keys = *KeySet::parse(test_keys().jwks());
  return keys;
}

const std::string kGoodClaims =
    R"({"iss":"https://id.test","aud":"ansinh","sub":"079","exp":1800000600,"nbf":1799999990})";

std::string token(const std::string& algorithm, const std::string& claims = kGoodClaims,
                  const std::string& more = "") {
  const TestKeys& keys = test_keys();
  const std::string text =
      encoded(R"({"alg":")" + algorithm + "\"" + more + "}") + "." + encoded(claims);
  EVP_PKEY* key = algorithm == "ES256" ? keys.ec : algorithm == "EdDSA" ? keys.ed : keys.rsa;
  return text + "." +
         encoded(signature_of(key, algorithm == "EdDSA" ? nullptr : EVP_sha256(), text));
}

std::string answer(const std::string& given, int64_t now = kTokenNow,
                   const TokenRules& rules = kTokenRules) {
  const auto claims = check_token(given, key_set(), rules, now);
  return claims ? claims->subject : claims.error().text.en;
}

constexpr const char* kFormText = "the token is refused: it has not the form of one";
constexpr const char* kSignText = "the token is refused: its signature is wrong";
constexpr const char* kAlgorithmText = "the token is refused: its algorithm is not taken";

TEST(Token, TakesTheThreeAlgorithms) {
  EXPECT_EQ(key_set().size(), 3U);
  for (const char* algorithm : {"RS256", "ES256", "EdDSA"}) {
    EXPECT_EQ(answer(token(algorithm)), "079") << algorithm;
  }
  EXPECT_EQ(answer(token("RS256", kGoodClaims, R"(,"kid":"r")")), "079");
  EXPECT_EQ(answer(token("RS256", kGoodClaims, R"(,"kid":"e")")), kSignText);
}

TEST(Token, RefusesEveryAlteredLetter) {
  for (const char* algorithm : {"RS256", "ES256", "EdDSA"}) {
    const std::string good = token(algorithm);
    for (size_t i = 0; i < good.size(); ++i) {
      std::string altered = good;
      altered[i] = altered[i] == 'A' ? 'B' : 'A';
      EXPECT_NE(answer(altered), "079") << algorithm << " " << i;
      EXPECT_NE(answer(good.substr(0, i)), "079") << algorithm << " " << i;
    }
    EXPECT_NE(answer(good + "A"), "079");
    EXPECT_EQ(answer(good + ".A"), kFormText);
  }
}

TEST(Token, RefusesNoneAndConfusedKeys) {
  const std::string none = encoded(R"({"alg":"none"})") + "." + encoded(kGoodClaims) + ".";
  EXPECT_EQ(answer(none), kAlgorithmText);
  // The public key's text as the secret of an HMAC.
  const std::string text = encoded(R"({"alg":"HS256","kid":"r"})") + "." + encoded(kGoodClaims);
  const std::string secret = test_keys().jwks();
  std::array<unsigned char, 32> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
  EXPECT_EQ(answer(text + "." + encoded({reinterpret_cast<char*>(mac.data()), size})),
            kAlgorithmText);
  // A good signature of one kind under the name of another.
  const std::string es = encoded(R"({"alg":"ES256"})") + "." + encoded(kGoodClaims);
  EXPECT_EQ(answer(es + "." + encoded(signature_of(test_keys().rsa, EVP_sha256(), es))), kSignText);
  EXPECT_EQ(answer(es + "." + encoded(std::string(64, '\0'))), kSignText);
  EXPECT_EQ(answer(token("RS256", kGoodClaims, R"(,"crit":["b64"])")), kFormText);
}

TEST(Token, RefusesForgedAndWeakKeys) {
  const std::string text = encoded(R"({"alg":"RS256"})") + "." + encoded(kGoodClaims);
  const TestKeys other;
  EXPECT_EQ(answer(text + "." + encoded(signature_of(other.rsa, EVP_sha256(), text))), kSignText);
  for (EVP_PKEY* key : {other.rsa, other.weak, other.ec, other.ed}) EVP_PKEY_free(key);
  const auto weak =
      KeySet::parse(R"({"keys":[)" + test_keys().rsa_json(test_keys().weak, "w") + "]}");
  EXPECT_EQ(weak->size(), 0U);
  EXPECT_EQ(code_of(KeySet::parse("[]").error()), "bad-keys");
}

TEST(Token, HoldsToTimesIssuerAndAudience) {
  const std::string good = token("EdDSA");
  EXPECT_EQ(answer(good, 1'800'000'659), "079");
  EXPECT_EQ(answer(good, 1'800'000'660), "the token is refused: it has expired");
  EXPECT_EQ(answer(good, 1'799'999'930), "079");
  EXPECT_EQ(answer(good, 1'799'999'929), "the token is refused: it is not valid yet");
  EXPECT_EQ(answer(good, kTokenNow, {"https://evil.test", "ansinh"}),
            "the token is refused: it is of another issuer");
  EXPECT_EQ(answer(good, kTokenNow, {"https://id.test", "bank"}),
            "the token is refused: it is for another audience");
  EXPECT_EQ(answer(good, kTokenNow, {"", ""}), kFormText);
  EXPECT_EQ(answer(token("EdDSA", R"({"iss":"https://id.test","aud":["x","ansinh"],"sub":"1",)"
                                  R"("exp":1800000600})")),
            "1");
  EXPECT_EQ(answer(token("EdDSA", R"({"iss":"https://id.test","aud":"ansinh","sub":"1"})")),
            "the token is refused: it has expired");
  EXPECT_EQ(answer(token("EdDSA", R"({"iss":"https://id.test","aud":"ansinh","sub":"1",)"
                                  R"("exp":1e300})")),
            "the token is refused: it has expired");
  EXPECT_EQ(answer(token("EdDSA", R"({"iss":"https://id.test","aud":"ansinh",)"
                                  R"("exp":1800000600})")),
            "the token is refused: it does not say whose it is");
}

}  // namespace
}  // namespace ansinh::agency
