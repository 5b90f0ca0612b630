// Who reaches whose file, passwords and codes, sessions, and the audit's chain, on both stores.
#include "agency/access.h"

#include "agency/audit.h"
#include "agency/merge.h"
#include "agency/registry_test_support.h"
#include "agency/session.h"
#include "agency/user.h"

namespace ansinh::agency {
namespace {

constexpr const char* kGoodPassword = "một mật khẩu dài";
const Date kAccessDay = Date::of(2026, 1, 15);
constexpr int64_t kMinuteUs = int64_t{60} * 1'000'000;

class AccessTest : public RegistryStoreTest {
 protected:
  int64_t living_in(const std::string& province, const std::string& commune) {
    return person({{.fact = "registry.province", .value = "\"" + province + "\""},
                   {.fact = "registry.commune", .value = "\"" + commune + "\""}});
  }
  std::string asks(const AccessActor& actor, Act act, int64_t whom, Date day = kAccessDay) {
    const auto done = may(db(), actor, act, whom, day);
    return done ? "may" : std::string(code_of(done.error()));
  }
  void add(const AccessActor& user) {
    ASSERT_TRUE(store::done(
        written([&](store::Connection& c) { return add_user(c, user, kGoodPassword, "test"); })));
  }
  bool logs_in(std::string_view user, std::string_view password, std::string_view code,
               int64_t now_us) {
    const auto actor =
        written([&](store::Connection& c) { return log_in(c, user, password, code, now_us); });
    return actor && actor->has_value();
  }
  void note(const char* what, int64_t whom) {
    ASSERT_TRUE(store::done(
        written([&](store::Connection& c) { return audit(c, "lan", what, whom, "x"); })));
  }
  AuditVerified verified(std::span<const Anchor> kept = {}) {
    auto result = verify_audit(db(), kept);
    EXPECT_TRUE(store::done(result));
    return result.value_or(AuditVerified{});
  }
  void sql(const std::string& text) {
    const auto done = db().run(text);
    ASSERT_TRUE(store::done(done));
    ASSERT_GT(*done, 0) << text;
  }
};
STORE_TEST_SUITE(AccessTest);

TEST_P(AccessTest, AnOfficerReachesTheAreaAlone) {
  const int64_t here = living_in("ha_noi", "Ba Đình");
  const int64_t beside = living_in("ha_noi", "Cầu Giấy");
  const int64_t far = living_in("ca_mau", "Ba Đình");
  const int64_t nowhere = person({});
  const AccessActor commune{"o", UserRole::kOfficer, 0, "ha_noi", "Ba Đình"};
  EXPECT_EQ(asks(commune, Act::kRecord, here), "may");
  for (const int64_t other : {beside, far, nowhere, int64_t{999'999}}) {
    EXPECT_EQ(asks(commune, Act::kRecord, other), "forbidden");
    EXPECT_EQ(asks(commune, Act::kReadFile, other), "forbidden");
  }
  const AccessActor province{"p", UserRole::kOfficer, 0, "ha_noi", ""};
  EXPECT_EQ(asks(province, Act::kReadFile, beside), "may");
  EXPECT_EQ(asks(province, Act::kReadFile, far), "forbidden");
  const AccessActor country{"c", UserRole::kOfficer, 0, "", ""};
  EXPECT_EQ(asks(country, Act::kReadFile, far), "may");
  EXPECT_EQ(asks(country, Act::kApprove, far), "forbidden");
  // A commune without its province is nowhere.
  EXPECT_EQ(asks({"x", UserRole::kOfficer, 0, "", "Ba Đình"}, Act::kReadFile, here), "forbidden");
}

TEST_P(AccessTest, MergedNumbersAreOnePerson) {
  const int64_t old_number = living_in("ca_mau", "Ba Đình"), kept = living_in("ha_noi", "Ba Đình");
  const AccessActor citizen{"me", UserRole::kCitizen, old_number, "", ""};
  const AccessActor officer{"o", UserRole::kOfficer, 0, "ha_noi", ""};
  EXPECT_EQ(asks(citizen, Act::kReadFile, kept), "forbidden");
  EXPECT_EQ(asks(officer, Act::kReadFile, old_number), "forbidden");
  ASSERT_TRUE(store::done(written(
      [&](store::Connection& c) { return merge(c, old_number, kept, "lan", "one person"); })));
  EXPECT_EQ(asks(citizen, Act::kReadFile, kept), "may");
  EXPECT_EQ(asks(citizen, Act::kReadFile, old_number), "may");
  EXPECT_EQ(asks(officer, Act::kReadFile, old_number), "may");
  ASSERT_TRUE(store::done(
      written([&](store::Connection& c) { return unmerge(c, old_number, "lan", "two"); })));
  EXPECT_EQ(asks(citizen, Act::kReadFile, kept), "forbidden");
}

TEST_P(AccessTest, AccountsOfAnIssuerHaveNoPassword) {
  const AccessActor issued{"oidc:079", UserRole::kCitizen, 7, "", ""};
  const auto refused_as = [&](auto&& body) {
    const auto done = store::transact(db(), store::Access::kWrite, body);
    return done ? std::string("done") : std::string(code_of(done.error()));
  };
  EXPECT_EQ(
      refused_as([&](store::Connection& c) { return add_user(c, issued, kGoodPassword, "t"); }),
      "bad-user");
  AccessActor plain = issued;
  plain.user = "079";
  EXPECT_EQ(refused_as([&](store::Connection& c) { return add_oidc_user(c, plain, "t"); }),
            "bad-user");
  ASSERT_TRUE(
      store::done(written([&](store::Connection& c) { return add_oidc_user(c, issued, "test"); })));
  EXPECT_FALSE(logs_in("oidc:079", "", "", kMinuteUs));
  EXPECT_FALSE(logs_in("oidc:079", kGoodPassword, "", kMinuteUs));
  const auto actor = actor_of_subject(db(), "079");
  ASSERT_TRUE(actor && *actor);
  EXPECT_EQ((**actor).person, 7);
  EXPECT_FALSE(*actor_of_subject(db(), "080"));
  const auto all = users(db());
  ASSERT_TRUE(all && all->size() == 1U);
  EXPECT_FALSE(all->front().has_totp || all->front().is_disabled);
}

TEST_P(AccessTest, ACitizenReachesOwnWardsAndThoseWhoConsented) {
  const int64_t me = person({}), child = person({}), friend_of_mine = person({});
  const AccessActor citizen{"me", UserRole::kCitizen, me, "", ""};
  EXPECT_EQ(asks(citizen, Act::kReadFile, me), "may");
  EXPECT_EQ(asks(citizen, Act::kReadFile, child), "forbidden");
  ASSERT_TRUE(written([&](store::Connection& c) {
    return relate(c, book(), child, Relation::kGuardian, me, Date::of(2020, 1, 1),
                  Date::of(2026, 1, 31), kRegistryTestOrigin);
  }));
  EXPECT_EQ(asks(citizen, Act::kReadFile, child), "may");
  EXPECT_EQ(asks(citizen, Act::kReadFile, child, Date::of(2026, 2, 1)), "forbidden");
  EXPECT_EQ(asks(citizen, Act::kReadFile, child, Date::of(2019, 12, 31)), "forbidden");
  EXPECT_EQ(asks({"child", UserRole::kCitizen, child, "", ""}, Act::kReadFile, me), "forbidden");

  const auto consent = written([&](store::Connection& c) {
    return give_consent(c, friend_of_mine, me, Date::of(2026, 3, 1), "friend");
  });
  ASSERT_TRUE(consent);
  EXPECT_EQ(asks(citizen, Act::kReadFile, friend_of_mine), "may");
  EXPECT_EQ(asks(citizen, Act::kReadAccessLog, friend_of_mine), "forbidden");
  EXPECT_EQ(asks(citizen, Act::kReadFile, friend_of_mine, Date::of(2026, 3, 2)), "forbidden");
  ASSERT_TRUE(written([&](store::Connection& c) {
    return withdraw_consent(c, friend_of_mine, *consent, "friend");
  }));
  EXPECT_EQ(asks(citizen, Act::kReadFile, friend_of_mine), "forbidden");
  EXPECT_EQ(asks({"nobody", UserRole::kCitizen, 0, "", ""}, Act::kReadFile, 0), "forbidden");
}

TEST(Access, NoRoleBothMakesAndReleasesAndAuditorsChangeNothing) {
  for (const UserRole role : {UserRole::kCitizen, UserRole::kEmployer, UserRole::kOfficer,
                              UserRole::kApprover, UserRole::kAuditor, UserRole::kAdministrator}) {
    EXPECT_EQ(role_named(name_of(role)), role);
    const auto has = [&](Act act) { return reach(role, act) != Reach::kNothing; };
    EXPECT_FALSE(has(Act::kPropose) && has(Act::kApprove));
    EXPECT_FALSE(has(Act::kMakePayments) && has(Act::kReleasePayments));
    EXPECT_FALSE(has(Act::kManageUsers) && has(Act::kReadFile));
  }
  for (const Act act :
       {Act::kConsent, Act::kApply, Act::kRecord, Act::kPropose, Act::kApprove, Act::kDeclare,
        Act::kImport, Act::kMakePayments, Act::kReleasePayments, Act::kManageUsers}) {
    EXPECT_EQ(reach(UserRole::kAuditor, act), Reach::kNothing);
  }
}

TEST(Totp, IsThatOfRfc6238) {
  const std::string secret = "12345678901234567890";
  const std::pair<int64_t, const char*> vectors[] = {
      {59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
      {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& [time, code] : vectors) EXPECT_EQ(totp_code(secret, time / 30, 8), code);
}

TEST_P(AccessTest, LocksAfterFailedTriesAndTellsNothing) {
  add({"an", UserRole::kOfficer, 0, "ha_noi", ""});
  const int64_t now = 1'800'000'000'000'000;
  EXPECT_TRUE(logs_in("an", kGoodPassword, "", now));
  EXPECT_FALSE(logs_in("nobody", kGoodPassword, "", now));
  EXPECT_FALSE(logs_in("nobody", "the password of nobody", "", now));
  for (int i = 0; i < kTriesMax; ++i) EXPECT_FALSE(logs_in("an", "wrong", "", now));
  EXPECT_FALSE(logs_in("an", kGoodPassword, "", now + kLockUs - 1));
  EXPECT_TRUE(logs_in("an", kGoodPassword, "", now + kLockUs));
  EXPECT_EQ(count("SELECT count(*) FROM user_account WHERE password LIKE '$argon2id$%'"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM audit WHERE what = 'locked'"), 1);
  written([&](store::Connection& c) { return disable_user(c, "an", "test"); });
  EXPECT_FALSE(logs_in("an", kGoodPassword, "", now + kLockUs));
}

TEST_P(AccessTest, ACodeIsGoodOnce) {
  add({"an", UserRole::kApprover, 0, "", ""});
  ASSERT_TRUE(written([&](store::Connection& c) { return new_totp(c, "an", "test"); }));
  const auto row = db().one("SELECT totp FROM user_account");
  const std::string secret = std::get<store::Bytes>((**row)[0]).value;
  const int64_t now = 1'800'000'000'000'000;
  const std::string code = totp_code(secret, now / 1'000'000 / 30);
  EXPECT_FALSE(logs_in("an", kGoodPassword, "", now));
  EXPECT_FALSE(logs_in("an", kGoodPassword, code, now + 2 * kMinuteUs));
  EXPECT_FALSE(logs_in("an", "wrong", code, now));
  EXPECT_TRUE(logs_in("an", kGoodPassword, code, now));
  EXPECT_FALSE(logs_in("an", kGoodPassword, code, now));
}

TEST_P(AccessTest, SessionsEndAndAreNotInTheStore) {
  add({"an", UserRole::kOfficer, 0, "ha_noi", ""});
  const int64_t now = 1'800'000'000'000'000;
  const auto made = written([&](store::Connection& c) { return begin_session(c, "an", now); });
  const auto other = written([&](store::Connection& c) { return begin_session(c, "an", now); });
  ASSERT_TRUE(made && other);
  const auto whose = [&](std::string_view token, int64_t at) {
    const auto actor = written([&](store::Connection& c) { return session_actor(c, token, at); });
    return actor && *actor ? (**actor).user : std::string();
  };
  EXPECT_EQ(whose(made->token, now), "an");
  EXPECT_EQ(whose(made->token + "A", now), "");
  EXPECT_EQ(whose(made->csrf, now), "");
  EXPECT_TRUE(is_csrf(db(), made->token, made->csrf).value());
  EXPECT_FALSE(is_csrf(db(), made->token, other->csrf).value());
  EXPECT_FALSE(is_csrf(db(), made->token, "").value());
  EXPECT_EQ(count("SELECT count(*) FROM session WHERE token = '" + made->token + "'"), 0);
  EXPECT_EQ(whose(made->token, now + kSessionIdleUs), "");
  EXPECT_EQ(whose(made->token, now + 20 * kMinuteUs), "an");
  EXPECT_EQ(whose(made->token, now + 40 * kMinuteUs), "an");
  EXPECT_EQ(whose(made->token, now + kSessionUs), "");
  written([&](store::Connection& c) { return end_session(c, made->token); });
  EXPECT_EQ(whose(made->token, now), "");
  EXPECT_EQ(whose(other->token, now), "an");
  written([&](store::Connection& c) { return disable_user(c, "an", "test"); });
  EXPECT_EQ(whose(other->token, now), "");
}

TEST_P(AccessTest, EveryChangeOfTheAuditIsFound) {
  for (int64_t i = 1; i <= 5; ++i) note("look", i % 2 == 0 ? 7 : 8);
  EXPECT_EQ(verified().entries, 5);
  EXPECT_TRUE(verified().faults.empty());
  EXPECT_EQ(audit_of(db(), 7, 10)->size(), 2U);
  EXPECT_EQ(audit_of(db(), 7, 10)->front().audit, 4);
  for (int i = 1; i <= 5; ++i) {
    const std::string at = " WHERE audit = " + std::to_string(i);
    for (const std::string change :
         {"UPDATE audit SET at = at + 1", "UPDATE audit SET user_name = 'lam'",
          "UPDATE audit SET what = 'loo'", "UPDATE audit SET detail = ''",
          "UPDATE audit SET person = person + 1", "UPDATE audit SET audit = audit + 10",
          "UPDATE audit SET hash = 'ab'", "DELETE FROM audit",
          "INSERT INTO audit SELECT person + 1, audit, at, user_name, what, detail, hash FROM "
          "audit"}) {
      ASSERT_TRUE(db().begin(store::Access::kWrite));
      sql(change + at);
      EXPECT_FALSE(verified().faults.empty()) << change << at;
      db().rollback();
    }
  }
  EXPECT_TRUE(verified().faults.empty());
}

TEST_P(AccessTest, ARemovedEndIsMissedByAnchors) {
  for (int i = 1; i <= 4; ++i) note("look", 7);
  const auto anchor = written([](store::Connection& c) { return make_anchor(c); });
  ASSERT_TRUE(anchor);
  // Somebody who can write everything makes the head fit a shorter chain.
  sql("DELETE FROM audit WHERE audit > 2");
  EXPECT_FALSE(verified().faults.empty());
  sql("UPDATE audit_head SET audit = 2, hash = (SELECT hash FROM audit WHERE audit = 2)");
  EXPECT_EQ(verified().faults.size(), 1U);
  sql("DELETE FROM audit_anchor");
  EXPECT_TRUE(verified().faults.empty());
  const Anchor kept[] = {*anchor};
  EXPECT_EQ(verified(kept).faults.size(), 1U);
  // And writes others in their place.
  note("nothing", 7);
  note("nothing", 7);
  EXPECT_TRUE(verified().faults.empty());
  EXPECT_EQ(verified(kept).faults.at(0).audit, 4);
}

}  // namespace
}  // namespace ansinh::agency
