// For tests of money: people with awards and accounts, and a small bank.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <map>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "agency/agency.h"
#include "agency/bank_report.h"
#include "agency/clock.h"
#include "agency/ledger.h"
#include "agency/pain001.h"
#include "agency/payment_run.h"
#include "agency/proof.h"
#include "agency/reconcile.h"
#include "agency/schema.h"
#include "store/test_store.h"

namespace ansinh::agency::test {

inline const std::string kPensions = "pension";
inline const std::string kMaker = "an";
inline const std::string kApprover = "binh";

template <class T>
T must(Expected<T> result) {
  if (!result) {
    std::cerr << result.error().text.en << ": " << result.error().detail << "\n";
    std::abort();
  }
  return std::move(*result);
}
inline void must(const Expected<void>& result) {
  if (result) return;
  std::cerr << result.error().text.en << ": " << result.error().detail << "\n";
  std::abort();
}

// In a transaction, if none is under way.
inline void sql(store::Connection& c, const std::string& text,
                std::initializer_list<store::Cell> values = {}) {
  const std::vector<store::Cell> cells(values);
  must(c.run(text, cells));
}

inline void give_fund(store::Connection& c, const std::string& fund, const std::string& number) {
  must(store::transact(c, store::Access::kWrite, [&](store::Connection& in) -> Expected<void> {
    const int64_t at = must(record_time(in));
    return set_fund(in, {fund, {fund, fund}, "VND", 0, "QUY BAO HIEM", "BFTVVNVX", number}, at,
                    kMaker);
  }));
}

inline void give_person(store::Connection& c, int64_t person) {
  sql(c,
      "INSERT INTO person (person, kind, recorded_at, recorded_by) VALUES ($1, 'person', 1, 'x')",
      {person});
}

inline void give_account(store::Connection& c, int64_t person, const std::string& number,
                         const std::string& holder = "NGUYEN VAN AN") {
  sql(c,
      "INSERT INTO statement (person, statement, fact, value, source, recorded_at, recorded_by) "
      "SELECT $1, coalesce(max(statement), 0) + 1, 'registry.account', $2, 'test', 1, 'x' "
      "FROM statement WHERE person = $1",
      {person,
       "{\"holder\":\"" + holder + "\",\"bank\":\"BFTVVNVX\",\"number\":\"" + number + "\"}"});
}

inline void give_award(store::Connection& c, int64_t person, int64_t award,
                       const std::string& state = "in-payment") {
  sql(c,
      "INSERT INTO award (person, award, benefit, about, application, state, version) "
      "VALUES ($1, $2, 'old-age', $4, 1, $3, 1)",
      {person, award, state, std::to_string(award)});
}

inline void give_term(store::Connection& c, int64_t person, int64_t award, int64_t from,
                      store::Cell until, int64_t amount, const std::string& each = "month",
                      const std::string& fund = kPensions) {
  sql(c,
      "INSERT INTO award_term (person, award, term, from_month, until_month, amount, each, fund, "
      "decision, recorded_at) SELECT $1, $2, coalesce(max(term), 0) + 1, $3, $4, $5, $6, $7, 1, "
      "$8 FROM award_term WHERE person = $1 AND award = $2",
      {person, award, from, std::move(until), amount, each, fund, must(last_record_time(c)) + 1});
}

// ---- A bank -------------------------------------------------------------------------------------

enum class Fate : uint8_t { kPaid, kRefused, kReturned };
struct Transfer {
  std::string reference, account, holder;
  int64_t amount = 0;
};
struct Message {
  std::string id;
  std::vector<Transfer> transfers;
  int64_t sum = 0;
};

inline Message read_message(const std::string& text) {
  pugi::xml_document document;
  EXPECT_TRUE(document.load_buffer(text.data(), text.size()));
  const auto root = document.child("Document").child("CstmrCdtTrfInitn");
  Message message{root.child("GrpHdr").child_value("MsgId"), {}, 0};
  for (const auto& node : root.child("PmtInf").children("CdtTrfTxInf")) {
    const auto id = node.child("CdtrAcct").child("Id");
    const std::string iban = id.child_value("IBAN");
    message.transfers.push_back(
        {node.child("PmtId").child_value("EndToEndId"),
         iban.empty() ? id.child("Othr").child_value("Id") : iban,
         node.child("Cdtr").child_value("Nm"),
         amount_of_text(node.child("Amt").child_value("InstdAmt"), 0).value_or(-1)});
    message.sum += message.transfers.back().amount;
  }
  EXPECT_EQ(root.child("GrpHdr").child_value("NbOfTxs"), std::to_string(message.transfers.size()));
  EXPECT_EQ(root.child("GrpHdr").child_value("CtrlSum"), std::to_string(message.sum));
  return message;
}

struct BankAnswer {
  std::string answer;     // pain.002; empty: nothing was refused
  std::string statement;  // camt.053
};

class Bank {
 public:
  // `references`: how its own references begin.
  Bank(std::string account, int64_t balance, std::string references = "REF")
      : account_(std::move(account)),
        references_(std::move(references)),
        balance_(balance),
        opening_(balance) {}

  using Fates = std::function<Fate(const Transfer&)>;

  // Carries out a message and tells of it. `each_alone`: every payment is a movement of its own.
  // `more`: further entries (see movement()) that the statement has.
  BankAnswer carry_out(const Message& message, const Fates& fates, const std::string& day,
                       bool each_alone = false, const std::vector<std::string>& more = {}) {
    BankAnswer made;
    std::string refused;
    opening_ = balance_;
    int64_t taken = 0;
    std::vector<std::string> movements;
    for (const Transfer& transfer : message.transfers) {
      const Fate fate = fates(transfer);
      if (fate == Fate::kRefused) {
        refused += "<TxInfAndSts><OrgnlEndToEndId>" + transfer.reference +
                   "</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn>"
                   "</StsRsnInf></TxInfAndSts>";
        continue;
      }
      taken += transfer.amount;
      if (fate == Fate::kPaid) paid_[transfer.reference] += transfer.amount;
      if (each_alone)
        movements.push_back(movement(transfer.amount, false, day, transfer.reference));
      if (fate == Fate::kReturned) {
        movements.push_back(movement(transfer.amount, true, day, transfer.reference, "AC04"));
      }
    }
    if (!each_alone && taken != 0) {
      movements.insert(movements.begin(), movement(taken, false, day, "", "", message.id));
    }
    for (const std::string& one : more) movements.push_back(one);
    if (!refused.empty()) made.answer = answer(message.id, "PART", refused);
    made.statement = statement(day, movements);
    return made;
  }
  BankAnswer refuse_all(const Message& message) { return {answer(message.id, "RJCT", ""), ""}; }

  // An entry on the statement; the balance moves with it.
  std::string movement(int64_t amount, bool is_credit, const std::string& day,
                       const std::string& reference, const std::string& reason = "",
                       const std::string& batch = "") {
    balance_ += is_credit ? amount : -amount;
    const std::string sign = is_credit ? "CRDT" : "DBIT";
    const std::string number = std::to_string(++count_);
    std::string details;
    if (!batch.empty()) details += "<Btch><PmtInfId>" + batch + "</PmtInfId></Btch>";
    if (!reference.empty()) {
      details += "<TxDtls><Refs><EndToEndId>" + reference +
                 "</EndToEndId></Refs><Amt Ccy=\"VND\">" + std::to_string(amount) +
                 "</Amt><CdtDbtInd>" + sign + "</CdtDbtInd>" +
                 (reason.empty() ? "" : "<RtrInf><Rsn><Cd>" + reason + "</Cd></Rsn></RtrInf>") +
                 "</TxDtls>";
    }
    return "<Ntry><Amt Ccy=\"VND\">" + std::to_string(amount) + "</Amt><CdtDbtInd>" + sign +
           "</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>" + day +
           "</Dt></BookgDt><AcctSvcrRef>" + references_ + number +
           "</AcctSvcrRef><BkTxCd><Prtry><Cd>NTRF</Cd></Prtry></BkTxCd>" +
           (details.empty() ? "" : "<NtryDtls>" + details + "</NtryDtls>") + "</Ntry>\n";
  }

  std::string statement(const std::string& day, const std::vector<std::string>& movements) {
    const std::string number = std::to_string(++statements_);
    const auto balance = [&](const char* kind, int64_t amount) {
      return std::string("<Bal><Tp><CdOrPrtry><Cd>") + kind +
             "</Cd></CdOrPrtry></Tp><Amt Ccy=\"VND\">" +
             std::to_string(amount < 0 ? -amount : amount) + "</Amt><CdtDbtInd>" +
             (amount < 0 ? "DBIT" : "CRDT") + "</CdtDbtInd><Dt><Dt>" + day + "</Dt></Dt></Bal>";
    };
    std::string text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document "
        "xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr><MsgId>" +
        account_ + "-" + number + "</MsgId><CreDtTm>" + day + "T20:00:00</CreDtTm></GrpHdr><Stmt>" +
        "<Id>" + account_ + "-" + number + "</Id><Acct><Id><Othr><Id>" + account_ +
        "</Id></Othr></Id></Acct>" + balance("OPBD", opening_) + balance("CLBD", balance_);
    for (const std::string& movement : movements) text += movement;
    opening_ = balance_;
    return text + "</Stmt></BkToCstmrStmt></Document>\n";
  }

  static std::string answer(const std::string& message, const std::string& status,
                            const std::string& payments) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document "
           "xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.12\"><CstmrPmtStsRpt><GrpHdr>"
           "<MsgId>ANSWER-" +
           message + "</MsgId><CreDtTm>2026-07-06T08:00:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts>" +
           "<OrgnlMsgId>" + message + "</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>" +
           "<GrpSts>" + status + "</GrpSts></OrgnlGrpInfAndSts>" +
           (payments.empty() ? ""
                             : "<OrgnlPmtInfAndSts><OrgnlPmtInfId>" + message + "</OrgnlPmtInfId>" +
                                   payments + "</OrgnlPmtInfAndSts>") +
           "</CstmrPmtStsRpt></Document>\n";
  }

  int64_t balance() const { return balance_; }
  // What arrived, by reference.
  const std::map<std::string, int64_t>& paid() const { return paid_; }

 private:
  std::string account_, references_;
  int64_t balance_;
  int64_t opening_;
  int64_t count_ = 0, statements_ = 0;
  std::map<std::string, int64_t> paid_;
};

inline std::string text_of_file(store::Connection& c, int64_t file) {
  std::string text;
  must(write_pain001(c, file, [&](std::string_view piece) {
    text += piece;
    return true;
  }));
  return text;
}

inline void expect_balanced(store::Connection& c) {
  const auto off = must(trial_balance(c));
  EXPECT_TRUE(off.empty()) << off.front().fund << " is off by " << off.front().amount;
}

inline void expect_proved(store::Connection& c) {
  for (const ProofLine& line : must(prove(c)).lines) {
    EXPECT_TRUE(line.is_equal()) << line.name << " " << line.of << ": " << line.left << " / "
                                 << line.right << " "
                                 << (line.differing.empty() ? "" : line.differing.front());
  }
}

inline std::map<std::string, int64_t> ledger_by_name(store::Connection& c) {
  std::map<std::string, int64_t> made;
  for (const Balance& balance : must(balances(c))) {
    if (balance.amount() != 0) {
      made[balance.fund + "/" + std::string(name_of(balance.role))] = balance.amount();
    }
  }
  return made;
}

}  // namespace ansinh::agency::test
