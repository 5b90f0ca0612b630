// Cards and status lists: round trips, and every way in which one must be refused.
#include "card/card.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "card/base45.h"
#include "card/card_test_support.h"
#include "card/cbor.h"
#include "card/cose.h"
#include "card/deflate.h"

namespace ansinh::card {
namespace {

using test::kDay;
using test::key_number;
using test::kIssued;
using test::kNow;
using test::pinned;
using test::signed_text;
using test::some_card;
using test::verdict;

class CardTest : public testing::Test {
 protected:
  std::string verdict_of(std::string_view text, int64_t now = kNow) const {
    return verdict(check_card(text, keys_, {}, now));
  }
  // The bytes of a token as the text of a QR code.
  static std::string text_of_token(std::string_view token) { return base45(deflated(token)); }

  SigningKey key_ = key_number(1);
  KeySet keys_{pinned(key_)};
};

TEST_F(CardTest, GivesBackWhatWasSigned) {
  Card card = some_card();
  const auto check = check_card(signed_text(card, key_), keys_, {}, kNow);
  EXPECT_EQ(verdict(check), "valid");
  EXPECT_FALSE(check.is_status_known);
  card.key_id = key_.id();
  EXPECT_EQ(check.card, card);
}

// Byte by byte, so that no change of the format goes unnoticed: other readers depend on it.
TEST_F(CardTest, IsWrittenAsDocumented) {
  const std::string token = *inflated(*bytes_of_base45(signed_text(some_card(), key_)), 10'000);
  const auto item = read_cbor(token);
  ASSERT_TRUE(item.has_value());
  ASSERT_EQ(item->number, 18U);
  const auto& parts = item->items[0].items;
  EXPECT_EQ(test::hex_of(parts[0].text), "a10127");
  EXPECT_EQ(test::hex_of(write_cbor(parts[1])), "a10448" + test::hex_of(key_.id()));
  const auto claims = read_cbor(parts[2].text);
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(claims->find(1)->text, "https://ansinh.example.vn");
  EXPECT_EQ(claims->find(4)->integer(), kIssued + 365 * kDay);
  EXPECT_EQ(claims->find(5)->integer(), kIssued);
  EXPECT_EQ(claims->find(6)->integer(), kIssued);
  const CborItem& identity = *claims->find(169);
  EXPECT_EQ(identity.find(1)->text, "001085012345");
  EXPECT_EQ(identity.find(2)->text, "1.2.2");
  EXPECT_EQ(identity.find(3)->text, "vie");
  EXPECT_EQ(identity.find(4)->text, "Nguyễn Thị Hạnh");
  EXPECT_EQ(identity.find(8)->text, "19850203");
  EXPECT_EQ(identity.find(9)->integer(), 2);
  EXPECT_EQ(identity.find(23)->text, "VN");
  const CborItem& status = *claims->find(65535)->find("status_list");
  EXPECT_EQ(status.find("idx")->integer(), 12'345);
  EXPECT_EQ(status.find("uri")->text, "https://ansinh.example.vn/v1/card/status?list=1");
  const CborItem& coverage = claims->find(-65537)->find(1)->items[0];
  EXPECT_EQ(coverage.items[0].integer(), 2);
  EXPECT_EQ(coverage.items[4].integer(), 202507);
  EXPECT_EQ(coverage.items[5].kind, CborKind::kNull);
}

TEST_F(CardTest, MayBeTaggedAsAWebToken) {
  const std::string token = *inflated(*bytes_of_base45(signed_text(some_card(), key_)), 10'000);
  EXPECT_EQ(verdict_of(text_of_token("\xd8\x3d" + token)), "valid");
  EXPECT_EQ(verdict_of(text_of_token("\xd8\x3d\xd8\x3d" + token)), "not-signed");
  EXPECT_EQ(verdict_of(text_of_token(token.substr(1))), "not-signed");
}

TEST_F(CardTest, GivesBackRandomPeople) {
  std::mt19937_64 random(169);
  for (int round = 0; round < 2000; ++round) {
    Card card = test::random_card(random);
    const auto text = sign_card(card, key_);
    ASSERT_TRUE(text.has_value());
    ASSERT_LE(text->size(), kCardLettersMax);
    auto read = read_card(*text, keys_, kNow);
    ASSERT_TRUE(read.has_value()) << code_of(read.error());
    card.key_id = key_.id();
    ASSERT_EQ(*read, card);
  }
}

// The packing is not signed: another one of the very same bytes would be the same card. No other
// altered letter passes.
TEST_F(CardTest, RefusesEveryAlteredLetter) {
  const std::string text = signed_text(some_card(), key_);
  const std::string token = *inflated(*bytes_of_base45(text), 10'000);
  int64_t tried = 0, refused = 0;
  const auto try_one = [&](const std::string& other) {
    ++tried;
    if (check_card(other, keys_, {}, kNow).fault) {
      ++refused;
      return true;
    }
    return inflated(*bytes_of_base45(other), 10'000) == token;
  };
  for (size_t at = 0; at < text.size(); ++at) {
    for (const char letter :
         std::string_view("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:a_\n")) {
      if (letter == text[at]) continue;
      std::string other = text;
      other[at] = letter;
      ASSERT_TRUE(try_one(other)) << at << letter;
    }
    std::string shorter = text;
    shorter.erase(at, 1);
    ASSERT_TRUE(try_one(shorter)) << at;
    ASSERT_TRUE(try_one(text.substr(0, at))) << at;
  }
  EXPECT_GT(tried, 20'000);
  EXPECT_GE(refused, tried - 5);
}

TEST_F(CardTest, RefusesEveryAlteredByteOfTheToken) {
  const std::string token = *inflated(*bytes_of_base45(signed_text(some_card(), key_)), 10'000);
  for (size_t at = 0; at < token.size(); ++at) {
    for (unsigned change = 1; change < 256; ++change) {
      std::string other = token;
      other[at] = static_cast<char>(static_cast<uint8_t>(other[at]) ^ change);
      const auto read = read_sign1(other, keys_, kNow);
      ASSERT_FALSE(read.has_value()) << at << " ^ " << change;
    }
  }
}

TEST_F(CardTest, RefusesAForger) {
  // Another key under the id of ours, and under its own.
  const auto other = key_number(2);
  EXPECT_EQ(verdict_of(signed_text(some_card(), other)), "unknown-key");
  std::string token = sign1(other, "x", "");
  token.replace(token.find(other.id()), kKeyIdBytes, key_.id());
  EXPECT_EQ(verdict_of(text_of_token(token)), "forged");
  EXPECT_EQ(verdict_of(""), "damaged");
  EXPECT_EQ(verdict_of("xin chào"), "not-base45");
  EXPECT_EQ(verdict_of(base45("không nén")), "damaged");
  EXPECT_EQ(verdict_of(text_of_token("không phải CBOR")), "not-cbor");
  EXPECT_EQ(verdict_of(text_of_token(write_cbor(cbor_map({})))), "not-signed");
  EXPECT_EQ(verdict_of(text_of_token(write_cbor(cbor_tag(18, cbor_array({}))))), "not-signed");
}

TEST_F(CardTest, RefusesWhatIsGenuineButNoCard) {
  EXPECT_EQ(verdict_of(text_of_token(sign1(key_, "x", ""))), "not-a-card");
  EXPECT_EQ(verdict_of(text_of_token(sign1(key_, write_cbor(cbor_map({})), ""))), "not-a-card");
  const StatusList list{"u", kIssued, kIssued + kDay, 60, status_bits({})};
  EXPECT_EQ(verdict_of(text_of_token(sign_status_list(list, key_))), "not-a-card");
  // A claim of another kind than it should be.
  const auto claims = [&](int64_t key, CborItem value) {
    std::vector<std::pair<CborItem, CborItem>> all;
    const auto add = [&](int64_t number, CborItem item) {
      all.emplace_back(cbor_integer(number), number == key ? value : std::move(item));
    };
    add(1, cbor_text("https://a.example"));
    add(4, cbor_integer(kIssued + kDay));
    add(5, cbor_integer(kIssued));
    add(6, cbor_integer(kIssued));
    add(169, cbor_map({{cbor_integer(4), cbor_text("An")}}));
    if (key > 169 || key < 0) all.emplace_back(cbor_integer(key), value);
    return verdict_of(text_of_token(sign1(key_, write_cbor(cbor_map(std::move(all))), "")));
  };
  EXPECT_EQ(claims(0, {}), "valid");
  EXPECT_EQ(claims(1, cbor_integer(1)), "not-a-card");
  EXPECT_EQ(claims(4, cbor_text("mãi mãi")), "not-a-card");
  EXPECT_EQ(claims(5, cbor_null()), "not-a-card");
  EXPECT_EQ(claims(169, cbor_array({})), "not-a-card");
  EXPECT_EQ(claims(169, cbor_map({{cbor_integer(8), cbor_text("1985-2-3")}})), "not-a-card");
  EXPECT_EQ(claims(169, cbor_map({{cbor_integer(8), cbor_text("19851301")}})), "not-a-card");
  EXPECT_EQ(claims(169, cbor_map({{cbor_integer(9), cbor_integer(7)}})), "not-a-card");
  EXPECT_EQ(claims(65535, cbor_map({})), "not-a-card");
  EXPECT_EQ(claims(-65537, cbor_map({})), "not-a-card");
  EXPECT_EQ(claims(-70000, cbor_map({})), "valid");  // not ours: nothing to us
}

TEST_F(CardTest, IsValidFromADayToADay) {
  const std::string text = signed_text(some_card(), key_);
  EXPECT_EQ(verdict_of(text, kIssued - 1), "not-yet-valid");
  EXPECT_EQ(verdict_of(text, kIssued), "valid");
  EXPECT_EQ(verdict_of(text, kIssued + 365 * kDay - 1), "valid");
  EXPECT_EQ(verdict_of(text, kIssued + 365 * kDay), "expired");
  EXPECT_TRUE(check_card(text, keys_, {}, kIssued + 400 * kDay).card.has_value());
}

TEST_F(CardTest, OutlivesItsKeyUntilTheKeyIsRetired) {
  const std::string before = signed_text(some_card(), key_);
  const auto next = key_number(2);
  const std::string after = signed_text(some_card(), next);
  keys_ = {pinned(key_), pinned(next)};  // a new key signs now; the old one is still believed
  EXPECT_EQ(verdict_of(before), "valid");
  EXPECT_EQ(verdict_of(after), "valid");
  keys_ = {pinned(key_, Date::of(2026, 9, 1)), pinned(next)};
  EXPECT_EQ(verdict_of(before, kIssued + 62 * kDay - 1), "valid");
  EXPECT_EQ(verdict_of(before, kIssued + 62 * kDay), "retired-key");
  EXPECT_EQ(verdict_of(after, kIssued + 62 * kDay), "valid");
}

TEST_F(CardTest, RefusesTheOversized) {
  EXPECT_EQ(verdict_of(std::string(kTextLettersMax + 1, '0')), "too-long");
  // A bomb: ten megabytes of nothing.
  EXPECT_EQ(verdict_of(base45(deflated(std::string(500'000, '\0')))), "too-large");
  std::string deep = write_cbor(cbor_map({}));
  for (int k = 0; k < 4000; ++k) deep.insert(0, "\x81");
  EXPECT_EQ(verdict_of(text_of_token(deep)), "not-cbor");
  Card card = some_card();
  std::mt19937_64 random(3);
  for (int k = 0; k < 2000; ++k) card.name += static_cast<char>('a' + random() % 26);
  EXPECT_EQ(sign_card(card, key_).error(), CardFault::kTooLong);
}

TEST_F(CardTest, LeavesOutTheLastCoveragesAndSaysHowMany) {
  Card card = some_card();
  std::mt19937_64 random(4);
  for (int k = 0; k < 40; ++k) {
    std::string word;
    for (int c = 0; c < 30; ++c) word += static_cast<char>('a' + random() % 26);
    card.coverages.push_back({CoverageKind::kEntitled, word, {word + "1", word + "2"}});
  }
  const std::string text = signed_text(card, key_);
  EXPECT_LE(text.size(), kCardLettersMax);
  const auto read = read_card(text, keys_, kNow);
  ASSERT_TRUE(read.has_value());
  EXPECT_GT(read->coverages.size(), 5U);
  EXPECT_EQ(read->coverages.size() + static_cast<size_t>(read->coverages_left_out), 41U);
  EXPECT_EQ(read->coverages.front(), card.coverages.front());
}

// ---- Status lists -------------------------------------------------------------------------------

TEST_F(CardTest, IsRefusedWhenItsPlaceIsSet) {
  const std::string text = signed_text(some_card(), key_);
  const std::string uri = some_card().status->uri;
  const auto list = [&](const std::string& of, std::vector<int64_t> revoked, int64_t issued) {
    const StatusList made{of, issued, issued + 7 * kDay, 3600, status_bits(revoked)};
    const auto read = read_status_list(sign_status_list(made, key_), keys_, kNow);
    EXPECT_TRUE(read.has_value());
    return *read;
  };
  const auto with = [&](const std::vector<StatusList>& lists) {
    return verdict(check_card(text, keys_, lists, kNow));
  };
  EXPECT_EQ(with({list(uri, {}, kIssued)}), "valid");
  EXPECT_TRUE(check_card(text, keys_, std::vector{list(uri, {}, kIssued)}, kNow).is_status_known);
  EXPECT_EQ(with({list(uri, {12'344, 12'346, 0, kStatusPlaces - 1}, kIssued)}), "valid");
  EXPECT_EQ(with({list(uri, {12'345}, kIssued)}), "revoked");
  EXPECT_EQ(with({list("https://other.example", {12'345}, kIssued)}), "no-status");
  // Of two for the same cards the later one counts.
  EXPECT_EQ(with({list(uri, {}, kIssued - 60), list(uri, {12'345}, kIssued)}), "revoked");
  EXPECT_EQ(with({list(uri, {}, kIssued), list(uri, {12'345}, kIssued - 60)}), "valid");
  Card without = some_card();
  without.status.reset();
  EXPECT_EQ(verdict(check_card(signed_text(without, key_), keys_,
                               std::vector{list(uri, {}, kIssued)}, kNow)),
            "no-status");
}

TEST_F(CardTest, AStatusListIsRefusedWhenItIsOldOrAlteredOrOfAnotherKind) {
  const StatusList made{"u", kIssued, kIssued + 7 * kDay, 3600,
                        status_bits(std::vector{int64_t{5}})};
  const std::string token = sign_status_list(made, key_);
  EXPECT_LT(token.size(), 500U);
  const auto fault = [&](std::string_view bytes, int64_t now) {
    const auto read = read_status_list(bytes, keys_, now);
    return read ? "good" : std::string(code_of(read.error()));
  };
  EXPECT_EQ(fault(token, kNow), "good");
  EXPECT_EQ(fault(token, kIssued - 1), "not-yet-valid");
  EXPECT_EQ(fault(token, kIssued + 7 * kDay), "status-expired");
  for (size_t at = 0; at < token.size(); ++at) {
    std::string other = token;
    other[at] = static_cast<char>(static_cast<uint8_t>(other[at]) ^ 4U);
    EXPECT_NE(fault(other, kNow), "good") << at;
  }
  EXPECT_EQ(fault(sign1(key_, "x", kStatusType), kNow), "not-a-status-list");
  EXPECT_EQ(fault(sign1(key_, "x", ""), kNow), "not-a-status-list");
  EXPECT_EQ(fault(std::string(200'000, 'x'), kNow), "too-long");
  StatusList large = made;
  large.bits += '\0';  // more cards than a list has
  EXPECT_EQ(fault(sign_status_list(large, key_), kNow), "not-a-status-list");
  StatusList small = made;
  small.bits.resize(1);
  const auto read = read_status_list(sign_status_list(small, key_), keys_, kNow);
  ASSERT_TRUE(read.has_value());
  EXPECT_FALSE(read->is_revoked(4));
  EXPECT_TRUE(read->is_revoked(5));
  EXPECT_TRUE(read->is_revoked(8));  // it does not speak for it
  EXPECT_TRUE(read->is_revoked(-1));
}

// Token Status List, section 4.1: one bit a token; the array is b9 a3.
TEST(Status, SetsTheBitsOfTheDraftsExample) {
  const std::vector<int64_t> set{0, 3, 4, 5, 7, 8, 9, 13, 15};
  const std::string bits = status_bits(set);
  EXPECT_EQ(test::hex_of(bits.substr(0, 2)), "b9a3");
  // Its example in CBOR holds the same, compressed. (Its keys are not in the order that we want.)
  EXPECT_EQ(read_cbor(test::of_hex("a2646269747301636c73744a78dadbb918000217015d")).error(),
            CborFault::kForm);
  const StatusList list{.uri = "", .bits = *inflated(test::of_hex("78dadbb918000217015d"), 100)};
  for (int64_t place = 0; place < 16; ++place) {
    EXPECT_EQ(list.is_revoked(place), std::ranges::find(set, place) != set.end()) << place;
  }
}

// A full list with one card in a hundred revoked, as figures in docs/card.md.
TEST(Status, IsSmallOnTheWay) {
  std::mt19937_64 random(5);
  std::vector<int64_t> revoked(kStatusPlaces / 100);
  for (int64_t& place : revoked) place = static_cast<int64_t>(random() % kStatusPlaces);
  const StatusList list{"u", kIssued, kIssued + kDay, 3600, status_bits(revoked)};
  const std::string token = sign_status_list(list, key_number(1));
  RecordProperty("bytes", static_cast<int>(token.size()));
  EXPECT_LT(token.size(), 20'000U);
}

// ---- Keys ---------------------------------------------------------------------------------------

TEST(Keys, AreReadAsTheyWereWritten) {
  const KeySet keys{pinned(key_number(1)), pinned(key_number(2), Date::of(2027, 1, 1))};
  EXPECT_EQ(key_set_of_jwks(jwks(keys)), keys);
  EXPECT_EQ(key_set_of_jwks(jwks({})), KeySet{});
  const std::string one = jwks({pinned(key_number(1))});
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string other = one;
    other.replace(other.find(from), from.size(), to);
    return key_set_of_jwks(other).has_value();
  };
  EXPECT_TRUE(with("\"EdDSA\"", "\"EdDSA\""));
  EXPECT_FALSE(with("OKP", "EC"));
  EXPECT_FALSE(with("Ed25519", "X25519"));
  EXPECT_FALSE(with("2026-01-01", "2026-13-01"));
  EXPECT_FALSE(with(key_id_text(key_number(1).id()), key_id_text(key_number(2).id())));
  EXPECT_FALSE(key_set_of_jwks("").has_value());
  EXPECT_FALSE(key_set_of_jwks("[]").has_value());
  EXPECT_FALSE(key_set_of_jwks("{\"keys\": {}}").has_value());
  EXPECT_FALSE(key_set_of_jwks(R"({"keys": [1]})").has_value());
  EXPECT_FALSE(key_set_of_jwks(jwks({pinned(key_number(1)), pinned(key_number(1))})).has_value());
}

TEST(Keys, AreKeptInAFileOfTheirOwnerAlone) {
  const std::string folder = testing::TempDir() + "ansinh-card-" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  const std::string path = folder + "/card.pem";
  const auto key = SigningKey::make();
  EXPECT_FALSE(write_key_file(key, path).has_value());
  EXPECT_TRUE(write_key_file(key, path).has_value());  // what is there is not overwritten
  const auto read = read_key_file(path);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->public_key(), key.public_key());
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  EXPECT_EQ(read_key_file(path).error(), CardFault::kBadKeyFile);
  EXPECT_EQ(read_key_file(folder).error(), CardFault::kBadKeyFile);
  EXPECT_EQ(read_key_file(folder + "/none").error(), CardFault::kBadKeyFile);
  std::filesystem::remove_all(folder);
}

TEST(Faults, SayWhatIsWrongAndWhatToDo) {
  for (int k = 0; k <= static_cast<int>(CardFault::kBadKeySet); ++k) {
    const auto fault = static_cast<CardFault>(k);
    EXPECT_GT(text_of(fault).vi.size(), 20U);
    EXPECT_GT(text_of(fault).en.size(), 20U);
    for (int other = 0; other < k; ++other) {
      EXPECT_NE(code_of(fault), code_of(static_cast<CardFault>(other)));
    }
  }
}

}  // namespace
}  // namespace ansinh::card
