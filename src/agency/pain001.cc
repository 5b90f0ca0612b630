#include "agency/pain001.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "agency/clock.h"
#include "base/date.h"
#include "base/text.h"

namespace ansinh::agency {

namespace {

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
}

void element(std::string& out, std::string_view name, std::string_view text) {
  out += '<';
  out += name;
  out += '>';
  append_escaped(out, text);
  out += "</";
  out += name;
  out += ">\n";
}

// At most `max` characters, cut between characters.
std::string_view cut(std::string_view text, size_t max) {
  size_t offset = 0;
  for (size_t count = 0; count < max && offset < text.size(); ++count) {
    next_character(text, offset);
  }
  return text.substr(0, offset);
}

void agent(std::string& out, std::string_view name, std::string_view bank) {
  out += '<';
  out += name;
  out += "><FinInstnId>";
  if (is_bic(bank)) {
    out += "<BICFI>";
    append_escaped(out, bank);
    out += "</BICFI>";
  } else {
    out += "<ClrSysMmbId><MmbId>";
    append_escaped(out, bank);
    out += "</MmbId></ClrSysMmbId>";
  }
  out += "</FinInstnId></";
  out += name;
  out += ">\n";
}

void account(std::string& out, std::string_view name, std::string_view number) {
  out += '<';
  out += name;
  out += "><Id>";
  if (is_iban(number)) {
    out += "<IBAN>";
    out += number;
    out += "</IBAN>";
  } else {
    out += "<Othr><Id>";
    append_escaped(out, number);
    out += "</Id></Othr>";
  }
  out += "</Id></";
  out += name;
  out += ">\n";
}

// "2026-07-05T08:30:00Z" of a record time.
std::string time_text(int64_t time_us) {
  const int64_t seconds = time_us / 1'000'000;
  const int64_t days = seconds / 86'400, rest = seconds % 86'400;
  const auto two = [](int64_t n) {
    return std::string{static_cast<char>('0' + n / 10), static_cast<char>('0' + n % 10)};
  };
  return Date{static_cast<int32_t>(days)}.to_string() + "T" + two(rest / 3600) + ":" +
         two(rest / 60 % 60) + ":" + two(rest % 60) + "Z";
}

struct DigestFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }
  void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  std::string hex() {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), bytes, &size);
    std::string text;
    for (unsigned int i = 0; i < size; ++i) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      text += kDigits[bytes[i] >> 4];
      text += kDigits[bytes[i] & 15];
    }
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, DigestFree> context_;
};

Failure file_differs(int64_t file) {
  const std::string name = file_name_of(file);
  return refused("file-differs",
                 {"tệp " + name + " không còn như lúc được lập; hãy chạy `ansinh prove`",
                  "the file " + name + " is not as it was ordered; run `ansinh prove`"});
}

Expected<MessageHead> head_of(store::Connection& connection, const BankFile& file) {
  const auto run = find_run(connection, file.run);
  if (!run) return std::unexpected(run.error());
  const auto all = funds(connection);
  if (!all) return std::unexpected(all.error());
  const auto fund = std::find_if(all->begin(), all->end(),
                                 [&](const Fund& one) { return one.fund == file.fund; });
  if (!run->has_value() || (*run)->released_at == 0 || fund == all->end() || file.state == "open") {
    return std::unexpected(
        refused("not-released", {"đợt chi chưa được duyệt nên chưa có tệp cho ngân hàng",
                                 "the run is not released, so that there is no file for the bank "
                                 "yet; let somebody release it"}));
  }
  return MessageHead{file, *fund, (*run)->released_at, date_of_record_time((*run)->released_at)};
}

Expected<WrittenFile> stream(store::Connection& connection, const BankFile& file,
                             const TextSink& sink) {
  auto head = head_of(connection, file);
  if (!head) return std::unexpected(head.error());
  WrittenFile written;
  Digest digest;
  bool is_writable = true;
  std::string text = pain001_head(*head);
  const auto flush = [&] {
    digest.add(text);
    is_writable = is_writable && sink(text);
    text.clear();
  };
  const store::Cell range[] = {file.file, file.first_person, file.last_person};
  const auto done = connection.each(
      "SELECT person, payment, award, month, attempt, run, fund, regular, back, amount, holder, "
      "bank, number, file, state, reason, version FROM payment WHERE file = $1 AND person >= $2 "
      "AND person <= $3 ORDER BY person, payment",
      range, [&](const store::Row& row) {
        const Payment payment = payment_from(row);
        text += pain001_payment(*head, payment);
        ++written.count;
        written.amount += payment.amount;
        if (text.size() > size_t{1} << 16) flush();
        return is_writable;
      });
  if (!done) return std::unexpected(done.error());
  text += pain001_end();
  flush();
  if (!is_writable) {
    return std::unexpected(Failure{store::FailureKind::kFull,
                                   {"không ghi được tệp chi; hãy xem đĩa còn chỗ không",
                                    "the payment file cannot be written; see whether the disk has "
                                    "room"},
                                   "agency:cannot-write"});
  }
  written.digest = digest.hex();
  return written;
}

}  // namespace

std::string amount_text(int64_t amount, int decimals) {
  std::string digits = std::to_string(amount < 0 ? -amount : amount);
  if (decimals > 0) {
    const auto places = static_cast<size_t>(decimals);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, ".");
  }
  return (amount < 0 ? "-" : "") + digits;
}

std::optional<int64_t> amount_of_text(std::string_view text, int decimals) {
  int64_t amount = 0;
  int after = -1;
  bool has_digit = false;
  for (const char c : text) {
    if (c == '.' && after < 0) {
      after = 0;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    has_digit = true;
    if (after >= decimals) {
      if (c != '0') return std::nullopt;  // "100.00" of a currency without decimals
      continue;
    }
    if (after >= 0) ++after;
    if (__builtin_mul_overflow(amount, 10, &amount) ||
        __builtin_add_overflow(amount, c - '0', &amount)) {
      return std::nullopt;
    }
  }
  if (!has_digit) return std::nullopt;
  for (int i = std::max(after, 0); i < decimals; ++i) {
    if (__builtin_mul_overflow(amount, 10, &amount)) return std::nullopt;
  }
  return amount;
}

std::string file_name_of(int64_t file) { return reference_of_file(file) + ".xml"; }

std::string pain001_head(const MessageHead& head) {
  const std::string id = reference_of_file(head.file.file);
  const std::string count = std::to_string(head.file.count);
  const std::string sum = amount_text(head.file.amount, head.fund.decimals);
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\n"
      "<CstmrCdtTrfInitn>\n<GrpHdr>\n";
  element(out, "MsgId", id);
  element(out, "CreDtTm", time_text(head.created_at));
  element(out, "NbOfTxs", count);
  element(out, "CtrlSum", sum);
  out += "<InitgPty>";
  element(out, "Nm", cut(head.file.payer.holder, 140));
  out += "</InitgPty>\n</GrpHdr>\n<PmtInf>\n";
  element(out, "PmtInfId", id);
  element(out, "PmtMtd", "TRF");
  element(out, "BtchBookg", "true");
  element(out, "NbOfTxs", count);
  element(out, "CtrlSum", sum);
  out += "<PmtTpInf><CtgyPurp><Cd>SSBE</Cd></CtgyPurp></PmtTpInf>\n<ReqdExctnDt>";
  element(out, "Dt", head.execution_day.to_string());
  out += "</ReqdExctnDt>\n<Dbtr>";
  element(out, "Nm", cut(head.file.payer.holder, 140));
  out += "</Dbtr>\n";
  account(out, "DbtrAcct", head.file.payer.number);
  agent(out, "DbtrAgt", head.file.payer.bank);
  element(out, "ChrgBr", "SLEV");
  return out;
}

std::string pain001_payment(const MessageHead& head, const Payment& payment) {
  const BankAccount to = payment.account.value_or(BankAccount{});
  std::string out;
  out.reserve(640);
  out += "<CdtTrfTxInf>\n<PmtId>";
  element(out, "EndToEndId", reference_of(PaymentKey{payment.person, payment.payment}));
  out += "</PmtId>\n<Amt><InstdAmt Ccy=\"";
  out += head.fund.currency;
  out += "\">";
  out += amount_text(payment.amount, head.fund.decimals);
  out += "</InstdAmt></Amt>\n";
  agent(out, "CdtrAgt", to.bank);
  out += "<Cdtr>";
  element(out, "Nm", to.holder.empty() ? "-" : cut(to.holder, 140));
  out += "</Cdtr>\n";
  account(out, "CdtrAcct", to.number);
  out += "<Purp><Cd>SSBE</Cd></Purp>\n<RmtInf>";
  const Month month{static_cast<int32_t>(payment.month)};
  element(out, "Ustrd",
          std::to_string(payment.person) + "/" + std::to_string(payment.award) + " " +
              month.to_string());
  out += "</RmtInf>\n</CdtTrfTxInf>\n";
  return out;
}

std::string pain001_end() { return "</PmtInf>\n</CstmrCdtTrfInitn>\n</Document>\n"; }

Expected<WrittenFile> check_pain001(store::Connection& connection, const BankFile& file) {
  return stream(connection, file, [](std::string_view) { return true; });
}

Expected<WrittenFile> write_pain001(store::Connection& connection, int64_t number,
                                    const TextSink& sink) {
  const auto file = find_file(connection, number);
  if (!file) return std::unexpected(file.error());
  if (!file->has_value()) {
    return std::unexpected(refused("not-found", {"không có tệp này; hãy xem lại số của nó",
                                                 "there is no such file; check its number"}));
  }
  auto written = stream(connection, **file, sink);
  if (!written) return written;
  const bool is_as_ordered = written->count == (*file)->count &&
                             written->amount == (*file)->amount &&
                             ((*file)->digest.empty() || (*file)->digest == written->digest);
  if (!is_as_ordered) return std::unexpected(file_differs(number));
  if (!(*file)->digest.empty()) return written;
  const auto noted = store::transact(
      connection, store::Access::kWrite, [&](store::Connection& c) -> Expected<int64_t> {
        const store::Cell row[] = {number, written->digest};
        return c.run(
            "UPDATE bank_file SET digest = $2, version = version + 1 "
            "WHERE bank_file = $1 AND digest IS NULL",
            row);
      });
  if (!noted) return std::unexpected(noted.error());
  return written;
}

}  // namespace ansinh::agency
