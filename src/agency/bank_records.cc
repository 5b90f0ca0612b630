#include "agency/bank_records.h"

#include <unordered_map>
#include <utility>

#include "agency/pain001.h"
#include "base/text.h"

namespace ansinh::agency {

namespace {

constexpr size_t kKeyMax = 200;
constexpr size_t kDetailsMax = 1'000'000;  // of one movement
constexpr std::string_view kAnswerRoot = "/Document/CstmrPmtStsRpt";
constexpr std::string_view kStatementRoot = "/Document/BkToCstmrStmt";

struct Reason {
  std::string code, told;
};

struct Movement {
  std::string amount, currency, status, reference, own_reference, batch, end_to_end;
  bool is_credit = false;
  std::optional<Date> day;
  Reason reason;
};

struct OneBalance {
  std::string kind, amount;
  bool is_credit = true;
  Date day;
};

std::optional<Date> day_of(std::string_view text) {
  const auto day = Date::parse(text.substr(0, 10));
  if (!day) return std::nullopt;
  return *day;
}

std::string signed_amount(const std::string& amount, bool is_credit) {
  return is_credit ? amount : "-" + amount;
}

// Whether the parts of a movement add up to it.
bool add_up(const Movement& whole, const std::vector<Movement>& parts) {
  for (const int decimals : {0, 2, 5}) {
    const auto all = amount_of_text(whole.amount, decimals);
    if (!all) continue;
    int64_t sum = 0;
    bool is_readable = true;
    for (const Movement& part : parts) {
      auto amount = amount_of_text(part.amount, decimals);
      if (amount && part.is_credit != whole.is_credit) amount = -*amount;
      is_readable = is_readable && amount && part.currency == whole.currency &&
                    !__builtin_add_overflow(sum, *amount, &sum);
    }
    if (is_readable) return sum == *all;
  }
  return false;
}

class BankReader : public XmlHandler {
 public:
  explicit BankReader(const OnRecord& on_record) : on_record_(on_record) {}

  void open(std::string_view name, const std::vector<XmlAttribute>& attributes) override {
    lengths_.push_back(path_.size());
    path_ += '/';
    path_ += name;
    if (lengths_.size() == 2) begin_message();
    if (name == "Amt") {
      currency_.clear();
      for (const XmlAttribute& attribute : attributes) {
        if (attribute.name == "Ccy") currency_ = attribute.value;
      }
    }
    if (kind_ == ReportKind::kStatement) {
      open_in_statement();
    } else {
      open_in_answer();
    }
  }

  void close(std::string_view, std::string_view text) override {
    if (is_known_) {
      if (kind_ == ReportKind::kStatement) {
        in_statement(inside(kStatementRoot), text);
      } else {
        in_answer(inside(kAnswerRoot), text);
      }
    }
    path_.resize(lengths_.back());
    lengths_.pop_back();
  }

  bool goes_on() const override { return goes_on_; }

  bool is_known() const { return is_known_; }
  ReportHead head() const { return {kind_, message_}; }

 private:
  std::string_view inside(std::string_view root) const {
    const std::string_view path = path_;
    return path.size() > root.size() ? path.substr(root.size() + 1) : std::string_view();
  }
  void begin_message() {
    is_known_ = path_ == kAnswerRoot || path_ == kStatementRoot;
    kind_ = path_ == kAnswerRoot ? ReportKind::kAnswer : ReportKind::kStatement;
    goes_on_ = is_known_;
  }
  void emit(const BankRecord& record) { goes_on_ = goes_on_ && on_record_(record); }

  // ---- pain.002 ----
  void open_in_answer() {
    const std::string_view at = inside(kAnswerRoot);
    if (at == "OrgnlGrpInfAndSts" || at == "OrgnlPmtInfAndSts") {
      group_ = {};
      if (at == "OrgnlGrpInfAndSts") message_reference_.clear();
    }
    if (at == "OrgnlPmtInfAndSts/TxInfAndSts") payment_ = {};
  }
  void in_answer(std::string_view at, std::string_view text) {
    if (at == "GrpHdr/MsgId") message_ = text;
    constexpr std::string_view kGroup = "OrgnlGrpInfAndSts", kPart = "OrgnlPmtInfAndSts",
                               kPayment = "OrgnlPmtInfAndSts/TxInfAndSts";
    if (at.starts_with(kPayment)) {
      in_status(at.substr(kPayment.size()), text, payment_, "/OrgnlEndToEndId", "/TxSts");
      if (at == kPayment) emit_payment();
    } else if (at.starts_with(kPart)) {
      in_status(at.substr(kPart.size()), text, group_, "/OrgnlPmtInfId", "/PmtInfSts");
      if (at == kPart) emit_group(group_.end_to_end);
    } else if (at.starts_with(kGroup)) {
      in_status(at.substr(kGroup.size()), text, group_, "/OrgnlMsgId", "/GrpSts");
      if (at == "OrgnlGrpInfAndSts/OrgnlMsgId") message_reference_ = text;
      if (at == kGroup) emit_group(message_reference_);
    }
  }
  static void in_status(std::string_view at, std::string_view text, Movement& status,
                        std::string_view reference, std::string_view state) {
    if (at == reference) status.end_to_end = text;
    if (at == state) status.status = text;
    if (at == "/StsRsnInf/Rsn/Cd" || at == "/StsRsnInf/Rsn/Prtry") status.reason.code = text;
    if (at == "/StsRsnInf/AddtlInf") add_text(status.reason.told, text);
  }
  void emit_payment() {
    BankRecord record;
    record.kind =
        payment_.status == "RJCT" ? BankRecord::Kind::kRefused : BankRecord::Kind::kAccepted;
    record.file_reference = group_.end_to_end.empty() ? message_reference_ : group_.end_to_end;
    record.payment_reference = payment_.end_to_end;
    record.reason = payment_.reason.code;
    record.told = payment_.reason.told;
    record.key = key_of("refused/" + payment_.end_to_end);
    emit(record);
  }
  void emit_group(const std::string& reference) {
    if (group_.status.empty()) return;  // only its payments have one
    BankRecord record;
    record.kind =
        group_.status == "RJCT" ? BankRecord::Kind::kFileRefused : BankRecord::Kind::kAccepted;
    record.file_reference = reference;
    record.reason = group_.reason.code;
    record.told = group_.reason.told;
    record.key = key_of("file-refused/" + reference);
    emit(record);
  }

  // ---- camt.053 ----
  void open_in_statement() {
    const std::string_view at = inside(kStatementRoot);
    if (at == "Stmt") {
      statement_.clear();
      account_.clear();
      opening_ = closing_ = {};
      count_ = 0;
    } else if (at == "Stmt/Bal") {
      balance_ = {};
    } else if (at == "Stmt/Ntry") {
      movement_ = {};
      details_.clear();
      ++count_;
    } else if (at == "Stmt/Ntry/NtryDtls/TxDtls" && details_.size() < kDetailsMax) {
      details_.emplace_back();
    }
  }
  void in_statement(std::string_view at, std::string_view text) {
    if (at == "GrpHdr/MsgId") message_ = text;
    constexpr std::string_view kDetail = "Stmt/Ntry/NtryDtls/TxDtls", kEntry = "Stmt/Ntry",
                               kBalance = "Stmt/Bal";
    if (at.starts_with(kDetail)) {
      if (!details_.empty()) in_detail(at.substr(kDetail.size()), text, details_.back());
    } else if (at.starts_with(kEntry)) {
      in_movement(at.substr(kEntry.size()), text);
      if (at == kEntry) emit_movement();
    } else if (at.starts_with(kBalance)) {
      in_balance(at.substr(kBalance.size()), text);
    } else if (at == "Stmt/Id") {
      statement_ = text;
    } else if (at == "Stmt/Acct/Id/IBAN" || at == "Stmt/Acct/Id/Othr/Id") {
      account_ = text;
    } else if (at == "Stmt") {
      end_statement();
    }
  }
  void in_balance(std::string_view at, std::string_view text) {
    if (at == "/Tp/CdOrPrtry/Cd") balance_.kind = text;
    if (at == "/Amt") balance_.amount = text;
    if (at == "/CdtDbtInd") balance_.is_credit = text == "CRDT";
    if (at == "/Dt/Dt" || at == "/Dt/DtTm") balance_.day = day_of(text).value_or(Date{});
    if (!at.empty()) return;
    if (balance_.kind == "OPBD" || balance_.kind == "PRCD") opening_ = balance_;
    if (balance_.kind == "CLBD") closing_ = balance_;
  }
  void in_movement(std::string_view at, std::string_view text) {
    if (at == "/Amt") {
      movement_.amount = text;
      movement_.currency = currency_;
    }
    if (at == "/CdtDbtInd") movement_.is_credit = text == "CRDT";
    if (at == "/Sts" && !text.empty()) movement_.status = text;
    if (at == "/Sts/Cd") movement_.status = text;
    if (at == "/BookgDt/Dt" || at == "/BookgDt/DtTm") movement_.day = day_of(text);
    if (at == "/AcctSvcrRef") movement_.reference = text;
    if (at == "/NtryRef") movement_.own_reference = text;
    if (at == "/NtryDtls/Btch/PmtInfId") movement_.batch = text;
    if (at == "/NtryDtls/Btch/MsgId" && movement_.batch.empty()) movement_.batch = text;
    if (at == "/AddtlNtryInf") add_text(movement_.reason.told, text);
  }
  void in_detail(std::string_view at, std::string_view text, Movement& detail) {
    if (at == "/Amt" || (at == "/AmtDtls/TxAmt/Amt" && detail.amount.empty())) {
      detail.amount = text;
      detail.currency = currency_;
    }
    if (at == "/CdtDbtInd") detail.status = text;
    if (at == "/Refs/EndToEndId") detail.end_to_end = text;
    if (at == "/Refs/PmtInfId") detail.batch = text;
    if (at == "/Refs/MsgId" && detail.batch.empty()) detail.batch = text;
    if (at == "/Refs/AcctSvcrRef") detail.reference = text;
    if (at == "/Refs/TxId" && detail.reference.empty()) detail.reference = text;
    if (at == "/RtrInf/Rsn/Cd" || at == "/RtrInf/Rsn/Prtry") detail.reason.code = text;
    if (at == "/RtrInf/AddtlInf" || at == "/RmtInf/Ustrd" || at == "/AddtlTxInf") {
      add_text(detail.reason.told, text);
    }
  }
  void emit_movement() {
    if (!movement_.status.empty() && movement_.status != "BOOK") return;  // not yet booked
    for (Movement& detail : details_) {
      detail.is_credit = detail.status.empty() ? movement_.is_credit : detail.status == "CRDT";
      if (details_.size() == 1 && detail.amount.empty()) {
        detail.amount = movement_.amount;
        detail.currency = movement_.currency;
      }
    }
    const std::string base = key_base();
    if (details_.empty() || !add_up(movement_, details_)) {
      Movement whole = movement_;
      if (details_.size() == 1) {
        whole.end_to_end = details_[0].end_to_end;
        if (whole.batch.empty()) whole.batch = details_[0].batch;
        whole.reason.code = details_[0].reason.code;
      } else if (!details_.empty() && whole.batch.empty()) {
        whole.batch = details_[0].batch;
      }
      emit_part(whole, base);
      return;
    }
    for (const Movement& detail : details_) {
      if (!goes_on_) return;
      Movement part = detail;
      if (part.batch.empty()) part.batch = movement_.batch;
      if (part.reason.told.empty()) part.reason.told = movement_.reason.told;
      emit_part(part, details_.size() == 1 ? base
                                           : base + "/" + part.reference + "/" + part.end_to_end +
                                                 "/" + part.amount);
    }
  }
  std::string key_base() const {
    std::string key = account_;
    if (!movement_.reference.empty()) {
      key += "/A/" + movement_.reference;
    } else if (!movement_.own_reference.empty()) {
      key += "/N/" + statement_ + "/" + movement_.own_reference;
    } else {
      key += "/S/" + statement_ + "/" + std::to_string(count_);
    }
    key += movement_.is_credit ? "/C" : "/D";
    key += movement_.amount + "/";
    if (movement_.day) key += movement_.day->to_string();
    return key;
  }
  void emit_part(const Movement& part, const std::string& key) {
    BankRecord record;
    record.kind = BankRecord::Kind::kMovement;
    record.file_reference = part.batch;
    record.payment_reference = part.end_to_end;
    record.account = account_;
    record.currency = part.currency;
    record.amount = part.amount;
    record.is_credit = part.is_credit;
    record.day = movement_.day;
    record.reason = part.reason.code;
    record.told = part.reason.told;
    record.statement = statement_;
    record.key = key_of(key);
    emit(record);
  }
  void end_statement() {
    BankRecord record;
    record.kind = BankRecord::Kind::kStatementEnds;
    record.account = account_;
    record.statement = statement_;
    if (!opening_.kind.empty()) record.opening = signed_amount(opening_.amount, opening_.is_credit);
    if (!closing_.kind.empty()) record.closing = signed_amount(closing_.amount, closing_.is_credit);
    record.opening_day = opening_.day;
    record.closing_day = closing_.day;
    emit(record);
  }

  // Of two records that the bank calls the same in one message, the second is another one.
  std::string key_of(const std::string& key) {
    std::string made = key.size() > kKeyMax ? sha256_hex(key) : key;
    const size_t times = ++times_[std::hash<std::string>()(made)];
    if (times > 1) made += "~" + std::to_string(times);
    return made;
  }
  static void add_text(std::string& all, std::string_view text) {
    if (all.size() > 1000 || text.empty()) return;
    if (!all.empty()) all += ' ';
    all += text;
  }

  const OnRecord& on_record_;
  std::string path_;
  std::vector<size_t> lengths_;
  ReportKind kind_ = ReportKind::kStatement;
  bool is_known_ = false, goes_on_ = true;
  std::string message_, message_reference_, currency_;
  Movement group_, payment_;  // pain.002: end_to_end is what the bank answers to
  std::string statement_, account_;
  OneBalance balance_, opening_, closing_;
  Movement movement_;
  std::vector<Movement> details_;
  size_t count_ = 0;
  std::unordered_map<size_t, size_t> times_;
};

}  // namespace

std::expected<ReportHead, XmlFault> read_bank_records(const XmlSource& source,
                                                      const OnRecord& on_record) {
  BankReader reader(on_record);
  if (auto read = read_xml(source, reader); !read) return std::unexpected(std::move(read.error()));
  if (!reader.is_known()) {
    return std::unexpected(
        XmlFault{1,
                 1,
                 {"đây không phải là trả lời pain.002 hay sao kê camt.053 của ngân hàng",
                  "this is neither an answer (pain.002) nor a statement (camt.053) of a bank"}});
  }
  return reader.head();
}

}  // namespace ansinh::agency
