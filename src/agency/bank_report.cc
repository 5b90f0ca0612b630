#include "agency/bank_report.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "agency/bank_apply.h"
#include "agency/clock.h"
#include "agency/pain001.h"
#include "base/text.h"

namespace ansinh::agency {

namespace {

// Makes sources that read the same bytes from the beginning.
using SourceMaker = std::function<std::optional<XmlSource>()>;

Failure cannot_read(const std::string& path) {
  return refused("cannot-read", {"không đọc được " + path + "; hãy xem tên tệp và quyền đọc",
                                 path + " cannot be read; check its name and your rights"});
}

Failure bad_file(const std::string& path, const XmlFault& fault) {
  const std::string where =
      path + ":" + std::to_string(fault.line) + ":" + std::to_string(fault.column) + ": ";
  return refused("bad-file", {where + fault.text.vi + "; không có gì được ghi nhận",
                              where + fault.text.en + "; nothing of it was taken in"});
}

std::map<std::string, Fund> by_account(std::vector<Fund> all) {
  std::map<std::string, Fund> made;
  for (Fund& fund : all) {
    if (fund.number.empty()) continue;
    std::string number = fund.number;
    made.emplace(std::move(number), std::move(fund));
  }
  return made;
}

// Checks a file as a whole: accounts, amounts, sums.
class ReportCheck {
 public:
  ReportCheck(const std::map<std::string, Fund>& funds, const std::string& path)
      : funds_(funds), path_(path) {}

  bool look(const BankRecord& record) {
    ++records_;
    using Kind = BankRecord::Kind;
    if (record.kind == Kind::kMovement) look_at_movement(record);
    if (record.kind == Kind::kStatementEnds) look_at_end(record);
    return !fault_;
  }
  std::optional<Failure>& fault() { return fault_; }
  int64_t records() const { return records_; }

 private:
  const Fund* fund_of(const BankRecord& record) {
    const auto found = funds_.find(record.account);
    if (found != funds_.end()) return &found->second;
    refuse("not-our-account", "tài khoản " + record.account + " không phải của quỹ nào",
           "the account " + record.account + " is that of no fund");
    return nullptr;
  }
  void look_at_movement(const BankRecord& record) {
    const Fund* fund = fund_of(record);
    if (fund == nullptr) return;
    const auto amount = amount_of_text(record.amount, fund->decimals);
    if (!amount) {
      return refuse("bad-amount", "\"" + record.amount + "\" không phải là số tiền",
                    "\"" + record.amount + "\" is not an amount");
    }
    if (record.currency != fund->currency) {
      return refuse(
          "wrong-currency",
          "có khoản bằng " + record.currency + " trong tài khoản " + fund->currency,
          "there is an amount in " + record.currency + " on an account in " + fund->currency);
    }
    if (__builtin_add_overflow(sum_, record.is_credit ? *amount : -*amount, &sum_)) {
      refuse("bad-amount", "tổng các khoản quá lớn", "the amounts are too large to be added up");
    }
  }
  void look_at_end(const BankRecord& record) {
    const Fund* fund = fund_of(record);
    if (fund == nullptr) return;
    const auto opening = balance(record.opening, fund->decimals);
    const auto closing = balance(record.closing, fund->decimals);
    const int64_t sum = std::exchange(sum_, 0);
    if (!fault_ && opening && closing && *opening + sum != *closing) {
      refuse("statement-sums",
             "sao kê " + record.statement + " không khớp: đầu kỳ " + record.opening +
                 " cộng phát sinh " + std::to_string(sum) + " khác cuối kỳ " + record.closing,
             "the statement " + record.statement + " does not add up: " + record.opening +
                 " and movements of " + std::to_string(sum) + " do not make " + record.closing);
    }
  }
  std::optional<int64_t> balance(const std::string& text, int decimals) {
    if (text.empty()) return std::nullopt;
    const bool is_negative = text.starts_with('-');
    const auto amount =
        amount_of_text(std::string_view(text).substr(is_negative ? 1 : 0), decimals);
    if (!amount) {
      refuse("bad-amount", "\"" + text + "\" không phải là số tiền",
             "\"" + text + "\" is not an amount");
      return std::nullopt;
    }
    return is_negative ? -*amount : *amount;
  }
  void refuse(std::string_view code, const std::string& vi, const std::string& en) {
    if (fault_) return;
    fault_ = refused(code, {path_ + ": " + vi + "; không có gì được ghi nhận",
                            path_ + ": " + en + "; nothing of it was taken in"});
  }

  const std::map<std::string, Fund>& funds_;
  const std::string& path_;
  std::optional<Failure> fault_;
  int64_t records_ = 0;
  int64_t sum_ = 0;
};

struct DigestContextFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

Expected<std::string> digest_of(const SourceMaker& make, const std::string& path) {
  const auto source = make();
  if (!source) return std::unexpected(cannot_read(path));
  const std::unique_ptr<EVP_MD_CTX, DigestContextFree> context(EVP_MD_CTX_new());
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  for (std::string_view piece = (*source)(); !piece.empty(); piece = (*source)()) {
    EVP_DigestUpdate(context.get(), piece.data(), piece.size());
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(context.get(), bytes.data(), &size);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    hex += kDigits[bytes[i] >> 4];
    hex += kDigits[bytes[i] & 15];
  }
  return hex;
}

struct KnownReport {
  int64_t report = 0, place = 0;
  bool is_done = false;
};

Expected<std::optional<KnownReport>> report_of(store::Connection& connection,
                                               const std::string& digest) {
  std::optional<KnownReport> found;
  const store::Cell key[] = {digest};
  const auto done =
      connection.each("SELECT bank_report, place, state FROM bank_report WHERE digest = $1", key,
                      [&](const store::Row& row) {
                        found = {row.integer(0), row.integer(1), row.text(2) == "done"};
                        return false;
                      });
  if (!done) return std::unexpected(done.error());
  return found;
}

Expected<KnownReport> begin_report(store::Connection& connection, const std::string& digest,
                                   const ReportHead& head, const std::string& by) {
  return store::transact(
      connection, store::Access::kWrite, [&](store::Connection& c) -> Expected<KnownReport> {
        const auto at = record_time(c);
        if (!at) return std::unexpected(at.error());
        const auto known = report_of(c, digest);
        if (!known) return std::unexpected(known.error());
        if (known->has_value()) return **known;
        const auto number = take_numbers(c, "bank_report");
        if (!number) return std::unexpected(number.error());
        const store::Cell row[] = {
            *number,
            digest,
            std::string(head.kind == ReportKind::kAnswer ? "pain.002" : "camt.053"),
            head.message,
            *at,
            by};
        if (auto done = c.run("INSERT INTO bank_report (bank_report, digest, kind, message, "
                              "place, state, received_at, received_by) "
                              "VALUES ($1, $2, $3, $4, 0, 'reading', $5, $6)",
                              row);
            !done) {
          return std::unexpected(done.error());
        }
        return KnownReport{*number, 0, false};
      });
}

Expected<void> apply_slice(store::Connection& connection, const std::map<std::string, Fund>& funds,
                           const std::vector<BankRecord>& records, int64_t place, bool is_last,
                           ReportTaken& taken, const std::string& by) {
  const ReportTaken before = taken;
  return store::transact(connection, store::Access::kWrite,
                         [&](store::Connection& c) -> Expected<void> {
                           taken = before;
                           const auto at = record_time(c);
                           if (!at) return std::unexpected(at.error());
                           const int64_t end = place + static_cast<int64_t>(records.size());
                           const store::Cell row[] = {taken.report, place, end,
                                                      std::string(is_last ? "done" : "reading")};
                           const auto changed = c.run(
                               "UPDATE bank_report SET place = $3, state = $4 "
                               "WHERE bank_report = $1 AND place = $2 AND state = 'reading'",
                               row);
                           if (!changed) return std::unexpected(changed.error());
                           if (*changed != 1) return std::unexpected(changed_meanwhile());
                           BankApply apply(c, funds, taken, *at, by);
                           int64_t at_place = place;
                           for (const BankRecord& record : records) {
                             if (auto applied = apply.apply(record, ++at_place); !applied)
                               return applied;
                           }
                           return {};
                         });
}

Expected<ReportTaken> take(store::Connection& connection, const SourceMaker& make,
                           const std::string& path, const std::string& by,
                           const ReportLimits& limits) {
  const auto digest = digest_of(make, path);
  if (!digest) return std::unexpected(digest.error());
  auto all = funds(connection);
  if (!all) return std::unexpected(all.error());
  const auto accounts = by_account(std::move(*all));

  ReportCheck check(accounts, path);
  auto first = make();
  if (!first) return std::unexpected(cannot_read(path));
  const auto head =
      read_bank_records(*first, [&](const BankRecord& record) { return check.look(record); });
  if (check.fault()) return std::unexpected(std::move(*check.fault()));
  if (!head) return std::unexpected(bad_file(path, head.error()));

  const auto known = begin_report(connection, *digest, *head, by);
  if (!known) return std::unexpected(known.error());
  ReportTaken taken{.report = known->report, .kind = head->kind, .message = head->message};
  taken.records = check.records();
  taken.is_known = known->is_done;
  if (known->is_done) return taken;

  auto second = make();
  if (!second) return std::unexpected(cannot_read(path));
  std::vector<BankRecord> slice;
  int64_t seen = 0, place = known->place;
  Expected<void> applied;
  const auto read = read_bank_records(*second, [&](const BankRecord& record) {
    if (seen++ < known->place) return true;
    slice.push_back(record);
    if (static_cast<int64_t>(slice.size()) < limits.slice_records) return true;
    applied = apply_slice(connection, accounts, slice, place, false, taken, by);
    place += static_cast<int64_t>(slice.size());
    slice.clear();
    return applied.has_value();
  });
  if (!applied) return std::unexpected(applied.error());
  if (!read || seen != check.records()) {
    return std::unexpected(
        refused("cannot-read", {path + " thay đổi trong lúc đọc; hãy đọc lại tệp nguyên vẹn",
                                path + " changed while it was read; read the whole file again"}));
  }
  applied = apply_slice(connection, accounts, slice, place, true, taken, by);
  if (!applied) return std::unexpected(applied.error());
  return taken;
}

}  // namespace

Expected<ReportTaken> take_report(store::Connection& connection, const std::string& path,
                                  const std::string& by, const ReportLimits& limits) {
  const SourceMaker make = [&path]() -> std::optional<XmlSource> {
    auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
    if (!*file) return std::nullopt;
    auto buffer = std::make_shared<std::string>(size_t{1} << 16, '\0');
    return [file, buffer]() -> std::string_view {
      file->read(buffer->data(), static_cast<std::streamsize>(buffer->size()));
      return {buffer->data(), static_cast<size_t>(file->gcount())};
    };
  };
  return take(connection, make, path, by, limits);
}

Expected<ReportTaken> take_report_text(store::Connection& connection, std::string_view text,
                                       const std::string& by, const ReportLimits& limits) {
  const SourceMaker make = [text]() -> std::optional<XmlSource> {
    return [rest = text]() mutable { return std::exchange(rest, std::string_view()); };
  };
  return take(connection, make, "-", by, limits);
}

Expected<std::vector<BankEntry>> unknown_entries(store::Connection& connection) {
  std::vector<BankEntry> found;
  const auto done = connection.each(
      "SELECT person, bank_entry, bank_report, fund, what, payment, bank_file, day, amount, taken, "
      "reason, told FROM bank_entry e WHERE (what = 'unknown' OR "
      "(amount > taken AND amount > 0) OR (-amount > taken AND amount < 0)) AND NOT "
      // What an employer's receipt says under the bank's reference is known.
      "(what = 'unknown' AND amount > 0 AND 1 = (SELECT count(*) FROM receipt r "
      "WHERE r.source_key = e.bank_entry AND r.amount = e.amount)) "
      "ORDER BY day, bank_entry",
      {}, [&](const store::Row& row) {
        found.push_back({.person = row.integer(0),
                         .key = std::string(row.text(1)),
                         .report = row.integer(2),
                         .fund = std::string(row.text(3)),
                         .what = std::string(row.text(4)),
                         .payment = row.maybe_integer(5).value_or(0),
                         .file = row.maybe_integer(6).value_or(0),
                         .day = Date{static_cast<int32_t>(row.integer(7))},
                         .amount = row.integer(8),
                         .taken = row.integer(9),
                         .reason = row.maybe_text(10).value_or(""),
                         .told = row.maybe_text(11).value_or("")});
        return true;
      });
  if (!done) return std::unexpected(done.error());
  return found;
}

}  // namespace ansinh::agency
