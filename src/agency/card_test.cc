// A person's card from the registry and the law to the verifier, and back when it is revoked; on
// both stores.
#include "agency/card.h"

#include "agency/application.h"
#include "agency/audit.h"
#include "agency/card_print.h"
#include "agency/decision_test_support.h"
#include "agency/merge.h"
#include "agency/statements.h"
#include "card/card_test_support.h"

namespace ansinh::agency {
namespace {

using card::test::key_number;
using card::test::verdict;
using store::done;
using test::kDecisionDay;
using test::kLan;
using test::kMinh;

LawBook card_book(const std::string& rules) {
  std::string text = test::kDecisionLaw;
  text.replace(text.find("LEVEL"), 5, "500_000");
  text.replace(text.rfind("```"), 3, R"(
party member "Thành viên" "Member"
contribution health_contribution of Person "Đóng bảo hiểm y tế" "Health insurance"  cite 6
  owed when sex is male because "không phải nam" "not male"
  member pays level each month to fund old_age
```)");
  Diagnostics diagnostics;
  const Sources sources{{"test.md", text}};
  auto program = law::check(sources, {Date::of(2025, 7, 1)}, diagnostics);
  for (const Diagnostic& d : diagnostics) {
    if (d.severity == Severity::kError) {
      ADD_FAILURE() << render(d, sources, Language::kEnglish, false);
    }
  }
  std::string roles = test::kDecisionRoles;
  const std::string name = R"("registry": {)";
  roles.replace(roles.find(name), name.size(),
                name + R"("national_number": {"vi": "Số định danh", "en": "National number",
                "identifier": "national", "digits": 12}, )");
  roles.insert(roles.rfind('}'), ", \"card\": " + rules);
  auto book = make_law_book(std::move(program), roles);
  if (!book) ADD_FAILURE() << book.error().text.en;
  return *book;
}

constexpr const char* kCardRules = R"({"note": "for tests", "issuer": "https://card.example",
    "country": "VN", "language": "vie", "identifier": "national",
    "gender": {"male": 1, "female": 2}, "valid_months": 60, "status_days": 7})";

const LawBook& book_of_cards() {
  static const LawBook made = card_book(kCardRules);
  return made;
}

class AgencyCardTest : public store::StoreTest {
 protected:
  AgencyCardTest() {
    migrated(migrations());
    c_ = connect();
  }
  store::Connection& c() { return *c_; }

  template <class Body>
  auto in(Body&& body) {
    auto result = store::transact(c(), store::Access::kWrite, body);
    EXPECT_TRUE(done(result));
    if (!result) std::abort();
    if constexpr (!std::is_void_v<typename decltype(result)::value_type>) return std::move(*result);
  }
  void SetUp() override {
    in([&](store::Connection& c) { return add_card_key(c, key_, kDecisionDay, "lan"); });
  }
  template <class Body>
  std::string refusal(Body&& body) {
    const auto result = store::transact(c(), store::Access::kWrite, body);
    return result ? "done" : std::string(code_of(result.error()));
  }
  int64_t person(const std::vector<NewStatement>& more = {}) {
    return in([&](store::Connection& c) -> Expected<int64_t> {
      const Origin origin{"civil registry", "lan"};
      auto made = new_person(c, PersonKind::kPerson, origin);
      if (!made) return made;
      std::vector<NewStatement> said{
          {.fact = "registry.name", .value = "\"Nguyễn Thị Ánh\""},
          {.fact = "date_of_birth", .value = "\"1945-02-03\""},
          {.fact = "sex", .value = "\"female\""},
      };
      said.insert(said.end(), more.begin(), more.end());
      auto recorded = record(c, book_of_cards(), *made, said, origin);
      if (!recorded) return std::unexpected(recorded.error());
      return made;
    });
  }
  IssuedCard issued(int64_t person, Date on = kDecisionDay) {
    return in([&](store::Connection& c) {
      return issue_card(c, book_of_cards(), person, key_, on, "lan");
    });
  }
  card::CardCheck check(const std::string& text, Date on,
                        const std::vector<card::StatusList>& lists = {}) {
    return card::check_card(text, card_keys(c()).value(), lists, noon(on));
  }
  card::StatusList list(Date on, int64_t number = 1) {
    const auto bytes = status_list(c(), book_of_cards(), number, key_, noon(on));
    EXPECT_TRUE(done(bytes));
    const auto read = card::read_status_list(*bytes, card_keys(c()).value(), noon(on));
    EXPECT_TRUE(read.has_value());
    return *read;
  }
  static int64_t noon(Date on) { return seconds_of_day(on, 7) + 43'200; }

  card::SigningKey key_ = key_number(1);
  std::unique_ptr<store::Connection> c_;
};
STORE_TEST_SUITE(AgencyCardTest);

TEST_P(AgencyCardTest, SaysWhoItIsAndWhatTheLawGrants) {
  const int64_t an = person({{.fact = "registry.national_number", .value = "\"001145012345\""}});
  const IssuedCard card = issued(an);
  EXPECT_EQ(card.card, 1);
  EXPECT_EQ(card.list, 1);
  EXPECT_EQ(card.expires_on, Date::of(2030, 8, 29));
  const auto seen = check(card.text, kDecisionDay);
  EXPECT_EQ(verdict(seen), "valid");
  ASSERT_TRUE(seen.card.has_value());
  EXPECT_EQ(seen.card->name, "Nguyễn Thị Ánh");
  EXPECT_EQ(seen.card->id, "001145012345");
  EXPECT_EQ(seen.card->birth_date, Date::of(1945, 2, 3));
  EXPECT_EQ(seen.card->gender, card::CardGender::kFemale);
  EXPECT_EQ(seen.card->issuer, "https://card.example");
  EXPECT_EQ(seen.card->country, "VN");
  EXPECT_EQ(seen.card->key_id, key_.id());
  ASSERT_EQ(seen.card->coverages.size(), 1U);
  EXPECT_EQ(seen.card->coverages[0].name, "old_pension");
  EXPECT_EQ(seen.card->coverages[0].kind, card::CoverageKind::kEntitled);
  EXPECT_EQ(seen.card->coverages[0].label.vi, "Trợ cấp tuổi già");
  EXPECT_EQ(seen.card->coverages[0].label.en, "Old-age pension");
  EXPECT_EQ(verdict(check(card.text, Date::of(2025, 8, 28))), "not-yet-valid");
  EXPECT_EQ(verdict(check(card.text, Date::of(2030, 8, 28))), "valid");
  EXPECT_EQ(verdict(check(card.text, Date::of(2030, 8, 29))), "expired");
}

TEST_P(AgencyCardTest, SaysWhatIsPaidAndWhatIsInsured) {
  const int64_t an = person({{.fact = "sex", .value = "\"male\""}});
  in([&](store::Connection& c) -> Expected<void> {
    auto proposed = propose(c, book_of_cards(), an, kDecisionDay, kLan);
    if (!proposed) return std::unexpected(proposed.error());
    for (const Application& one : *proposed) {
      if (auto yes = approve(c, book_of_cards(), an, one.application, kMinh); !yes) {
        return std::unexpected(yes.error());
      }
    }
    return {};
  });
  const auto seen = check(issued(an).text, kDecisionDay);
  ASSERT_TRUE(seen.card.has_value());
  ASSERT_EQ(seen.card->coverages.size(), 2U);
  EXPECT_EQ(seen.card->id, std::to_string(an));  // no other number is known
  EXPECT_EQ(seen.card->coverages[0].name, "old_pension");
  EXPECT_EQ(seen.card->coverages[0].kind, card::CoverageKind::kInPayment);
  EXPECT_EQ(seen.card->coverages[0].from, Month::of(2025, 8));
  EXPECT_FALSE(seen.card->coverages[0].until.has_value());
  EXPECT_EQ(seen.card->coverages[1].name, "health_contribution");
  EXPECT_EQ(seen.card->coverages[1].kind, card::CoverageKind::kInsured);
}

TEST_P(AgencyCardTest, LeavesOutWhatIsNobodysBusiness) {
  std::string rules = kCardRules;
  rules.insert(rules.rfind('}'), R"(, "leaves_out": ["old_pension"])");
  const LawBook book = card_book(rules);
  const int64_t an = person();
  const IssuedCard card =
      in([&](store::Connection& c) { return issue_card(c, book, an, key_, kDecisionDay, "lan"); });
  EXPECT_TRUE(check(card.text, kDecisionDay).card->coverages.empty());
}

TEST_P(AgencyCardTest, IsRevokedByAReasonAndByItsSuccessor) {
  const int64_t an = person(), binh = person();
  const IssuedCard first = issued(an), other = issued(binh);
  EXPECT_NE(first.place, other.place);
  const auto status = [&](const IssuedCard& card) {
    return verdict(check(card.text, kDecisionDay, {list(kDecisionDay)}));
  };
  EXPECT_EQ(status(first), "valid");
  const IssuedCard second = issued(an);
  EXPECT_EQ(second.card, 2);
  EXPECT_EQ(status(first), "revoked");
  EXPECT_EQ(status(second), "valid");
  EXPECT_EQ(status(other), "valid");
  EXPECT_EQ(verdict(check(first.text, kDecisionDay)), "valid");  // without a list nobody knows
  const auto revoke = [&](int64_t card) {
    return refusal([&](store::Connection& c) {
      return revoke_card(c, an, card, "mất thẻ", kDecisionDay, "lan");
    });
  };
  EXPECT_EQ(card_in_use(c(), an, kDecisionDay)->card, 2);
  EXPECT_EQ(revoke(2), "done");
  EXPECT_EQ(revoke(2), "wrong-state");
  EXPECT_EQ(revoke(3), "not-found");
  EXPECT_EQ(status(second), "revoked");
  EXPECT_EQ(code_of(card_in_use(c(), an, kDecisionDay).error()), "not-found");
  const auto cards = cards_of(c(), an);
  ASSERT_EQ(cards->size(), 2U);
  EXPECT_EQ((*cards)[0].why, "mất thẻ");
  EXPECT_EQ((*cards)[1].why, "replaced");
  EXPECT_EQ((*cards)[1].revoked_on, kDecisionDay);
  const auto looks = audit_of(c(), an, 100);
  EXPECT_EQ(looks->size(), 4U);  // issued, replaced, issued, revoked
  EXPECT_EQ(verdict(check(other.text, Date::of(2025, 9, 10), {list(kDecisionDay)})), "valid");
}

TEST_P(AgencyCardTest, AListGrowsOldAndKnowsOnlyItsOwn) {
  const IssuedCard card = issued(person());
  const auto bytes = status_list(c(), book_of_cards(), 1, key_, noon(kDecisionDay));
  const auto keys = card_keys(c()).value();
  EXPECT_EQ(card::read_status_list(*bytes, keys, noon(kDecisionDay) + 7 * 86'400).error(),
            card::CardFault::kStatusExpired);
  const auto fault = [&](int64_t number, const card::SigningKey& key) {
    return std::string(
        code_of(status_list(c(), book_of_cards(), number, key, noon(kDecisionDay)).error()));
  };
  EXPECT_EQ(fault(0, key_), "not-found");
  EXPECT_EQ(fault(2, key_), "not-found");
  EXPECT_EQ(fault(1, key_number(9)), "unknown-key");
  // The next list begins where this one is full.
  in([&](store::Connection& c) -> Expected<void> {
    const auto moved = c.run("UPDATE counter SET next = 1048575 WHERE name = 'card_place'");
    if (!moved) return std::unexpected(moved.error());
    return {};
  });
  const IssuedCard last = issued(person()), next = issued(person());
  EXPECT_EQ(last.place, card::kStatusPlaces - 1);
  EXPECT_EQ(next.list, 2);
  EXPECT_EQ(next.place, 0);
  EXPECT_EQ(status_lists(c()), 2);
  EXPECT_EQ(verdict(check(next.text, kDecisionDay, {list(kDecisionDay)})), "no-status");
  EXPECT_EQ(verdict(check(next.text, kDecisionDay, {list(kDecisionDay), list(kDecisionDay, 2)})),
            "valid");
}

TEST_P(AgencyCardTest, KeysAreRotatedAndRetired) {
  const int64_t an = person(), binh = person();
  const IssuedCard before = issued(an);
  const auto old = key_.id();
  const auto next = key_number(2);
  const auto issue_with = [&](const card::SigningKey& key, Date on) {
    return refusal(
        [&](store::Connection& c) { return issue_card(c, book_of_cards(), binh, key, on, "lan"); });
  };
  EXPECT_EQ(issue_with(next, kDecisionDay), "unknown-key");
  in([&](store::Connection& c) { return add_card_key(c, next, kDecisionDay, "lan"); });
  EXPECT_EQ(
      refusal([&](store::Connection& c) { return add_card_key(c, next, kDecisionDay, "lan"); }),
      "wrong-state");
  EXPECT_EQ(issue_with(next, kDecisionDay), "done");
  EXPECT_EQ(verdict(check(before.text, Date::of(2026, 1, 1))), "valid");
  const auto retire = [&](const std::string& id) {
    return refusal(
        [&](store::Connection& c) { return retire_card_key(c, id, Date::of(2026, 1, 1), "lan"); });
  };
  EXPECT_EQ(retire("0000000000000000"), "not-found");
  EXPECT_EQ(retire(card::key_id_text(old)), "done");
  EXPECT_EQ(retire(card::key_id_text(old)), "wrong-state");
  EXPECT_EQ(verdict(check(before.text, Date::of(2025, 12, 31))), "valid");
  EXPECT_EQ(verdict(check(before.text, Date::of(2026, 1, 1))), "retired-key");
  EXPECT_EQ(issue_with(key_, Date::of(2026, 1, 2)), "retired-key");
  EXPECT_EQ(card::key_set_of_jwks(card::jwks(card_keys(c()).value())), card_keys(c()).value());
}

TEST_P(AgencyCardTest, IsNotIssuedToEverybody) {
  const auto issue = [&](int64_t to, const LawBook& book = book_of_cards()) {
    return refusal(
        [&](store::Connection& c) { return issue_card(c, book, to, key_, kDecisionDay, "lan"); });
  };
  EXPECT_EQ(issue(12'345), "not-found");
  const int64_t household = in([](store::Connection& c) {
    return new_person(c, PersonKind::kHousehold, {"civil registry", "lan"});
  });
  EXPECT_EQ(issue(household), "not-found");
  const int64_t nameless = in([](store::Connection& c) {
    return new_person(c, PersonKind::kPerson, {"civil registry", "lan"});
  });
  EXPECT_EQ(issue(nameless), "bad-facts");
  EXPECT_EQ(issue(person(), test::decision_book()), "no-card-rules");
  // Of two numbers of one person the one that stands gets the card.
  const int64_t an = person(), again = person();
  in([&](store::Connection& c) { return merge(c, again, an, "lan", "một người"); });
  EXPECT_EQ(issued(again).person, an);
}

TEST_P(AgencyCardTest, IsPrinted) {
  const IssuedCard issued_card = issued(person());
  const card::Card read = *check(issued_card.text, kDecisionDay).card;
  for (const Language language : {Language::kVietnamese, Language::kEnglish}) {
    const auto pdf = card_pdf(read, issued_card, language);
    ASSERT_TRUE(done(pdf));
    EXPECT_TRUE(pdf->starts_with("%PDF-"));
    EXPECT_GT(pdf->size(), 5'000U);
  }
  const auto svg = card_svg(issued_card.text);
  ASSERT_TRUE(done(svg));
  EXPECT_TRUE(svg->starts_with("<svg"));
  const auto png = card_png(issued_card.text);
  ASSERT_TRUE(done(png));
  EXPECT_TRUE(png->starts_with("\x89PNG"));
}

TEST(CardRules, AreCheckedOneByOne) {
  const auto fault = [](const std::string& from, const std::string& to) {
    std::string rules = kCardRules;
    rules.replace(rules.find(from), from.size(), to);
    const auto read = card_rules(card_book(rules));
    return read ? "good" : std::string(code_of(read.error()));
  };
  EXPECT_EQ(fault("for tests", "still"), "good");
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"https://card.example", "http://card.example"},
           {"https://card.example", "https://card.example/"},
           {"\"vie\"", "\"vi\""},
           {"\"national\"", "\"passport\""},
           {"60", "0"},
           {"60", "1000"},
           {"7", "\"7\""},
           {"\"male\": 1", "\"male\": 4"},
           {"\"valid_months\"", "\"valid_month\""},
           {"\"valid_months\": 60", "\"leaves_out\": [\"no_such_benefit\"]"},
           {"\"valid_months\": 60, ", ""}}) {
    EXPECT_EQ(fault(from, to), "agency-file") << from << " -> " << to;
  }
  EXPECT_EQ(code_of(card_rules(test::decision_book()).error()), "no-card-rules");
}

}  // namespace
}  // namespace ansinh::agency
