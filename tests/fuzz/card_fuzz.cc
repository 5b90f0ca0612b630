// Any bytes as each of the things that a verifier reads: refused, or what gives the same bytes
// again.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "card/base45.h"
#include "card/card.h"
#include "card/cbor.h"
#include "card/cose.h"
#include "card/deflate.h"

namespace {

using namespace ansinh::card;

constexpr int64_t kNow = 1'800'000'000;
constexpr size_t kInflatedMax = 100'000;

void require(bool holds) {
  if (!holds) std::abort();
}

const SigningKey& key_of_test() {
  static const SigningKey key = SigningKey::of_seed(std::string(32, 'k'));
  return key;
}

const KeySet& keys_of_test() {
  static const KeySet keys{{key_of_test().public_key(), ansinh::Date::of(2026, 1, 1), {}}};
  return keys;
}

// Claims that the key does vouch for: what is behind the signature is reached, too.
void read_claims(std::string_view bytes) {
  const std::string text = base45(deflated(sign1(key_of_test(), bytes, "")));
  const auto card = read_card(text, keys_of_test(), kNow);
  if (card) {
    const auto again = sign_card(*card, key_of_test());
    if (again && card->coverages_left_out == 0) {
      auto same = read_card(*again, keys_of_test(), kNow);
      require(same.has_value());
      if (same->coverages_left_out == 0) require(*same == *card);
    }
  }
  (void)read_status_list(sign1(key_of_test(), bytes, kStatusType), keys_of_test(), kNow);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto item = read_cbor(bytes)) require(write_cbor(*item) == bytes);
  if (const auto some = bytes_of_base45(bytes)) require(base45(*some) == bytes);
  if (const auto some = inflated(bytes, kInflatedMax)) require(some->size() <= kInflatedMax);
  require(bytes_of_base45(base45(bytes)) == bytes);
  require(!read_sign1(bytes, keys_of_test(), kNow).has_value());  // nobody has the key
  (void)check_card(bytes, keys_of_test(), {}, kNow);
  (void)check_card(base45(bytes), keys_of_test(), {}, kNow);
  (void)check_card(base45(deflated(bytes)), keys_of_test(), {}, kNow);
  (void)read_status_list(bytes, keys_of_test(), kNow);
  (void)key_set_of_jwks(bytes);
  (void)SigningKey::of_pem(bytes);
  read_claims(bytes);
  return 0;
}
