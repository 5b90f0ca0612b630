// Who did what and looked at whose file: a chain in which each entry's hash covers the one before.
//
// The hash is SHA-256 over the fields, each with its length before it, and the hash of the entry
// before. An altered, added or removed entry breaks the chain; a removed end is missed by the head
// in the store, and by anchors: numbers and hashes that were written down, in the store and outside
// (on paper, with another authority), where who rewrites the whole chain cannot reach them.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agency/agency.h"

namespace ansinh::agency {

struct AuditEntry {
  int64_t audit = 0;  // 1, 2, … without holes
  int64_t at = 0;
  std::string user;
  std::string what;    // "look", "login", "role", …
  int64_t person = 0;  // 0: about nobody's file
  std::string detail;  // no personal data
  std::string hash;    // 64 hex digits
};

// Its hash after `previous` (empty before the first).
std::string audit_hash(const AuditEntry& entry, std::string_view previous);

// Adds an entry, inside a write transaction; returns its number. Other writers wait until it ends.
Expected<int64_t> audit(store::Connection& connection, std::string_view user, std::string_view what,
                        int64_t person, std::string_view detail = {});

// What was done with a person's file, newest first: for the person and for auditors.
Expected<std::vector<AuditEntry>> audit_of(store::Connection& connection, int64_t person,
                                           int64_t count_max);

struct Anchor {
  int64_t audit = 0;
  std::string hash;
};
// The chain's end now, written down in the store; keep it elsewhere, too. In a write transaction.
Expected<Anchor> make_anchor(store::Connection& connection);

// What is wrong with the chain, in its order; `audit` 0: with the chain as a whole.
struct AuditFault {
  int64_t audit = 0;
  Text text;
};
struct AuditVerified {
  int64_t entries = 0;
  std::vector<AuditFault> faults;  // the first 100
};
// Reads the whole chain and compares it with the head, the store's anchors and those `kept`.
// Inside one read transaction.
Expected<AuditVerified> verify_audit(store::Connection& connection, std::span<const Anchor> kept);

}  // namespace ansinh::agency
