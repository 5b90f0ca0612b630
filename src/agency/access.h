// Who may do what: one table of roles and acts, and whose files a role reaches.
//
// An officer or approver of a province (and commune) reaches those whose profile names it; without
// one, all. A citizen reaches the own file, the files of those whose guardian he or she is, and of
// those who consented. An employer reaches its own. Nothing says whether a file that is out of
// reach exists.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agency/agency.h"

namespace ansinh::agency {

enum class UserRole : uint8_t {
  kCitizen,
  kEmployer,
  kOfficer,
  kApprover,
  kAuditor,
  kAdministrator
};
std::string_view name_of(UserRole role);  // "citizen"
std::optional<UserRole> role_named(std::string_view name);

enum class Act : uint8_t {
  kReadFile,         // a person's, household's or employer's file, decisions and payments
  kReadAccessLog,    // who looked at a file
  kConsent,          // let another person see one's own file
  kApply,            // make or withdraw an application, appeal
  kSearch,           // among all persons
  kRecord,           // statements and events
  kPropose,          // decide, for another to approve
  kApprove,          // what another proposed
  kDeclare,          // an employer's monthly payroll
  kImport,           // many rows at once; batches
  kMakePayments,     // runs and files for the bank
  kReleasePayments,  // that another made
  kReadLedger,       // and totals of all kinds
  kReadAudit,        // all of it, and verify it
  kManageUsers,
};
inline constexpr size_t kActs = 15;

// How far a role reaches with an act.
enum class Reach : uint8_t {
  kNothing,
  kOwn,    // itself
  kClose,  // itself, wards, those who consented
  kArea,   // those in the province and commune
  kAll,
};
Reach reach(UserRole role, Act act);

// Who asks.
struct AccessActor {
  std::string user;
  UserRole role = UserRole::kCitizen;
  int64_t person = 0;             // the own file; 0: none
  std::string province, commune;  // empty: everywhere
};

// Refuses with "forbidden". `person` 0: the act is about nobody's file; that wants kArea or kAll,
// and whoever has kArea must keep what it shows to the area (in_area).
Expected<void> may(store::Connection& connection, const AccessActor& actor, Act act, int64_t person,
                   Date today);

// Whether a profile's province and commune are among the actor's.
bool in_area(const AccessActor& actor, std::string_view province, std::string_view commune);

// `person` lets `other` see the file; returns its number. Inside a write transaction.
Expected<int64_t> give_consent(store::Connection& connection, int64_t person, int64_t other,
                               std::optional<Date> until, std::string_view recorded_by);
Expected<void> withdraw_consent(store::Connection& connection, int64_t person, int64_t consent,
                                std::string_view recorded_by);

}  // namespace ansinh::agency
