// What cards are written in, against the examples of the RFCs, and against what forgers send.

#include <gtest/gtest.h>

#include <random>

#include "card/base45.h"
#include "card/card_test_support.h"
#include "card/cbor.h"
#include "card/cose.h"
#include "card/deflate.h"

namespace ansinh::card {
namespace {

using test::hex_of;
using test::of_hex;

// RFC 8949, appendix A: those that a card may hold are written again as they were.
TEST(Cbor, ReadsAndWritesTheExamplesOfTheRfc) {
  for (const char* hex : {"00",
                          "01",
                          "0a",
                          "17",
                          "1818",
                          "1819",
                          "1864",
                          "1903e8",
                          "1a000f4240",
                          "1b000000e8d4a51000",
                          "1bffffffffffffffff",
                          "3bffffffffffffffff",
                          "20",
                          "29",
                          "3863",
                          "3903e7",
                          "f4",
                          "f5",
                          "f6",
                          "40",
                          "4401020304",
                          "60",
                          "6161",
                          "6449455446",
                          "62225c",
                          "62c3bc",
                          "63e6b0b4",
                          "64f0908591",
                          "80",
                          "83010203",
                          "8301820203820405",
                          "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
                          "a0",
                          "a201020304",
                          "a26161016162820203",
                          "826161a161626163",
                          "a56161614161626142616361436164614461656145",
                          "c074323031332d30332d32315432303a30343a30305a",
                          "c11a514b67b0",
                          "d74401020304",
                          "d818456449455446",
                          "d82076687474703a2f2f7777772e6578616d706c652e636f6d"}) {
    const auto item = read_cbor(of_hex(hex), {.items_max = 64});
    ASSERT_TRUE(item.has_value()) << hex;
    EXPECT_EQ(hex_of(write_cbor(*item)), hex);
  }
}

// Those that it may not: big numbers as tags of bytes are only bytes to us; the rest is refused.
TEST(Cbor, RefusesFloatsIndefiniteLengthsAndOtherSimpleValues) {
  for (const char* hex : {"f90000",
                          "f98000",
                          "f93c00",
                          "fb3ff199999999999a",
                          "f93e00",
                          "f97bff",
                          "fa47c35000",
                          "fa7f7fffff",
                          "fb7e37e43c8800759c",
                          "f90001",
                          "f90400",
                          "f9c400",
                          "fbc010666666666666",
                          "f97c00",
                          "f97e00",
                          "f9fc00",
                          "fa7f800000",
                          "fb7ff0000000000000",
                          "f7",
                          "f0",
                          "f8ff",
                          "c1fb41d452d9e8200000",
                          "5f42010243030405ff",
                          "7f657374726561646d696e67ff",
                          "9fff",
                          "9f018202039f0405ffff",
                          "83018202039f0405ff",
                          "bf61610161629f0203ffff",
                          "826161bf61626163ff",
                          "bf6346756ef563416d7421ff",
                          "1c",
                          "ff"}) {
    EXPECT_EQ(read_cbor(of_hex(hex)).error(), CborFault::kUnknown) << hex;
  }
}

TEST(Cbor, RefusesWhatIsNotTheOneFormOfAnItem) {
  const auto fault = [](const char* hex) { return read_cbor(of_hex(hex)).error(); };
  // Numbers and lengths in more bytes than they need.
  for (const char* hex : {"1817", "190018", "1900ff", "1a0000ffff", "1b00000000ffffffff", "3817",
                          "580100", "780161", "980100", "b8010000", "d81200"}) {
    EXPECT_EQ(fault(hex), CborFault::kForm) << hex;
  }
  EXPECT_EQ(fault("a201020103"), CborFault::kForm);   // a key twice
  EXPECT_EQ(fault("a203040102"), CborFault::kForm);   // keys out of order
  EXPECT_EQ(fault("a2200101020"), CborFault::kForm);  // -1 before 1
  EXPECT_EQ(fault("0000"), CborFault::kTrailing);
  EXPECT_EQ(fault("62c328"), CborFault::kNotUnicode);
  for (const char* hex : {"", "18", "1903", "62c3", "44010203", "8201", "a101",
                          "9bffffffffffffffff", "bbffffffffffffffff", "5bffffffffffffffff", "c1"}) {
    EXPECT_EQ(fault(hex), CborFault::kCutOff) << hex;
  }
}

TEST(Cbor, HasLimits) {
  const CborLimits limits{.depth_max = 4, .items_max = 10};
  EXPECT_TRUE(read_cbor(of_hex("81818100"), limits).has_value());
  EXPECT_EQ(read_cbor(of_hex("8181818100"), limits).error(), CborFault::kDeep);
  EXPECT_EQ(read_cbor(std::string(100'000, '\x81') + '\0', {}).error(), CborFault::kDeep);
  EXPECT_EQ(read_cbor(std::string(100'000, '\xc1') + '\0', {}).error(), CborFault::kDeep);
  EXPECT_TRUE(read_cbor(of_hex("89000000000000000000"), limits).has_value());
  EXPECT_EQ(read_cbor(of_hex("8a00000000000000000000"), limits).error(), CborFault::kMany);
}

TEST(Cbor, WritesKeysInTheOrderOfTheirBytes) {
  const CborItem map = cbor_map({{cbor_text("b"), cbor_integer(1)},
                                 {cbor_integer(-1), cbor_integer(2)},
                                 {cbor_integer(100), cbor_integer(3)},
                                 {cbor_integer(10), cbor_integer(4)}});
  EXPECT_EQ(hex_of(write_cbor(map)), "a40a041864032002616201");
  EXPECT_EQ(map.find(100)->integer(), 3);
  EXPECT_EQ(map.find("b")->integer(), 1);
  EXPECT_EQ(map.find(11), nullptr);
  EXPECT_FALSE(read_cbor(of_hex("1bffffffffffffffff"))->integer().has_value());
}

// RFC 9285, sections 4.3 and 4.4.
TEST(Base45, WritesAndReadsTheExamplesOfTheRfc) {
  EXPECT_EQ(base45("AB"), "BB8");
  EXPECT_EQ(base45("Hello!!"), "%69 VD92EX0");
  EXPECT_EQ(base45("base-45"), "UJCLQE7W581");
  EXPECT_EQ(bytes_of_base45("QED8WEX0"), "ietf!");
  EXPECT_EQ(base45(""), "");
  EXPECT_EQ(bytes_of_base45(""), "");
}

TEST(Base45, RefusesWhatNoBytesGive) {
  for (const char* text : {"GGW", ":::", "::", "A", "BB8A", "bb8", "BB8\n", "B_8", "BB\xC3"}) {
    EXPECT_FALSE(bytes_of_base45(text).has_value()) << text;
  }
  EXPECT_EQ(bytes_of_base45("FGW"), "\xff\xff");  // section 4.4: the largest group
}

TEST(Base45, GivesBackAllBytes) {
  std::mt19937_64 random(45);
  for (int round = 0; round < 500; ++round) {
    std::string bytes(random() % 200, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    EXPECT_EQ(bytes_of_base45(base45(bytes)), bytes);
  }
}

TEST(Deflate, GivesBackAndStopsAtItsLimit) {
  const std::string zeros(200'000, '\0');
  EXPECT_EQ(inflated(deflated(zeros), zeros.size()), zeros);
  EXPECT_EQ(inflated(deflated(zeros), zeros.size() - 1).error(), InflateFault::kTooLarge);
  EXPECT_EQ(inflated(deflated(""), 0), "");
  const std::string stream = deflated("một thẻ, một người");
  for (size_t size = 0; size < stream.size(); ++size) {
    EXPECT_EQ(inflated(stream.substr(0, size), 1000).error(), InflateFault::kNotZlib) << size;
  }
  EXPECT_EQ(inflated(stream + "x", 1000).error(), InflateFault::kNotZlib);
}

// RFC 8032, section 7.1, tests 1 to 3.
TEST(Key, SignsTheExamplesOfTheRfc) {
  struct Example {
    const char *seed, *public_key, *message, *signature;
  };
  for (const Example& one :
       {Example{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        Example{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
        Example{"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"}}) {
    const auto key = SigningKey::of_seed(of_hex(one.seed));
    EXPECT_EQ(hex_of(key.public_key()), one.public_key);
    EXPECT_EQ(hex_of(key.sign(of_hex(one.message))), one.signature);
    EXPECT_TRUE(is_signed_by(key.public_key(), of_hex(one.message), of_hex(one.signature)));
    EXPECT_FALSE(is_signed_by(key.public_key(), "other", of_hex(one.signature)));
    EXPECT_FALSE(is_signed_by(key.public_key(), of_hex(one.message), "short"));
  }
}

// RFC 8410, section 10.3: the private key of the examples.
TEST(Key, ReadsAndWritesThePemOfTheRfc) {
  const std::string pem =
      "-----BEGIN PRIVATE KEY-----\n"
      "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
      "-----END PRIVATE KEY-----\n";
  const auto key = SigningKey::of_pem(pem);
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(hex_of(key->public_key()),
            "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
  EXPECT_EQ(key->pem(), pem);
  for (const std::string& other :
       {std::string(), std::string("-----BEGIN PRIVATE KEY-----"), pem.substr(0, 60),
        std::string("-----END PRIVATE KEY----------BEGIN PRIVATE KEY-----"),
        std::string(
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/"
            "HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n")}) {
    EXPECT_EQ(SigningKey::of_pem(other).error(), CardFault::kBadKeyFile);
  }
}

// cose-wg/Examples, eddsa-examples/eddsa-sig-01.
TEST(Cose, SignsWhatTheWorkingGroupsExampleSigns) {
  const auto key = SigningKey::of_seed(
      of_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
  EXPECT_EQ(hex_of(key.sign(signed_bytes(of_hex("a201270300"), "This is the content."))),
            "7142fd2ff96d56db85bee905a76ba1d0b7321a95c8c4d3607c5781932b7afb87"
            "11497dfa751bf40b58b3bcc32300b1487f3db34085eef013bf08f4a44d6fef0d");
}

TEST(Cose, BelievesOnlyEd25519OfAPinnedKey) {
  const auto key = test::key_number(1);
  const KeySet keys{test::pinned(key)};
  const std::string token = sign1(key, "nội dung", "a/b");
  const auto read = read_sign1(token, keys, test::kNow);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->payload, "nội dung");
  EXPECT_EQ(read->type, "a/b");
  EXPECT_EQ(read->key_id, key.id());
  EXPECT_EQ(read_sign1(token, {}, test::kNow).error(), CardFault::kUnknownKey);
  EXPECT_EQ(read_sign1(token, {test::pinned(test::key_number(2))}, test::kNow).error(),
            CardFault::kUnknownKey);

  // The same with other headers, each rightly signed.
  const auto with = [&](const CborItem& header, const CborItem& unprotected) {
    const std::string bytes = write_cbor(header);
    const std::string made =
        write_cbor(cbor_tag(18, cbor_array({cbor_bytes(bytes), unprotected, cbor_bytes("x"),
                                            cbor_bytes(key.sign(signed_bytes(bytes, "x")))})));
    const auto said = read_sign1(made, keys, test::kNow);
    return said ? "good" : std::string(code_of(said.error()));
  };
  const CborItem eddsa = cbor_map({{cbor_integer(1), cbor_integer(-8)}});
  const CborItem id = cbor_map({{cbor_integer(4), cbor_bytes(key.id())}});
  EXPECT_EQ(with(eddsa, id), "good");
  EXPECT_EQ(with(cbor_map({{cbor_integer(1), cbor_integer(-7)}}), id), "wrong-algorithm");
  EXPECT_EQ(with(cbor_map({}), id), "wrong-algorithm");
  EXPECT_EQ(with(eddsa, cbor_map({})), "unknown-key");
  EXPECT_EQ(with(cbor_map({{cbor_integer(1), cbor_integer(-8)},
                           {cbor_integer(2), cbor_array({cbor_integer(99)})},
                           {cbor_integer(99), cbor_integer(1)}}),
                 id),
            "not-signed");  // critical, and not known
  EXPECT_EQ(with(eddsa, cbor_map({{cbor_integer(4), cbor_bytes(key.id())},
                                  {cbor_integer(33), cbor_bytes("certificate")}})),
            "not-signed");
  EXPECT_EQ(
      with(cbor_map({{cbor_integer(1), cbor_integer(-8)}, {cbor_integer(4), cbor_bytes(key.id())}}),
           cbor_map({})),
      "good");
}

}  // namespace
}  // namespace ansinh::card
