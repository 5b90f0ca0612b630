#include "agency/bank_account.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>
#include <vector>

#include "base/text.h"

namespace ansinh::agency {

namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_code(char c) { return is_upper(c) || is_digit(c); }

bool is_printable(std::string_view text) {
  return valid_utf8_prefix(text) == text.size() &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// One thing that was said of a person's account.
struct Said {
  int64_t statement, valid_from;
  std::optional<std::string> value;
};

// Of those that stand, the one that begins latest, then the one said last.
std::optional<BankAccount> account_among(std::vector<Said>& all,
                                         const std::vector<int64_t>& replaced) {
  std::erase_if(all, [&](const Said& said) {
    return std::find(replaced.begin(), replaced.end(), said.statement) != replaced.end();
  });
  const auto last = std::max_element(all.begin(), all.end(), [](const Said& a, const Said& b) {
    return std::pair(a.valid_from, a.statement) < std::pair(b.valid_from, b.statement);
  });
  if (last == all.end() || !last->value) return std::nullopt;
  return read_bank_account(*last->value);
}

}  // namespace

bool is_bic(std::string_view text) {
  return (text.size() == 8 || text.size() == 11) &&
         std::all_of(text.begin(), text.begin() + 4, is_code) &&
         std::all_of(text.begin() + 4, text.begin() + 6, is_upper) &&
         std::all_of(text.begin() + 6, text.end(), is_code);
}

bool is_iban(std::string_view text) {
  if (text.size() < 15 || text.size() > 34 || !std::all_of(text.begin(), text.end(), is_code) ||
      !is_upper(text[0]) || !is_upper(text[1]) || !is_digit(text[2]) || !is_digit(text[3])) {
    return false;
  }
  int rest = 0;
  for (const std::string_view part : {text.substr(4), text.substr(0, 4)}) {
    for (const char c : part) {
      rest = is_digit(c) ? (rest * 10 + (c - '0')) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
    }
  }
  return rest == 1;
}

std::optional<Text> fault_of(const BankAccount& account) {
  if (account.number.empty() || account.number.size() > 34 ||
      !std::all_of(account.number.begin(), account.number.end(),
                   [](char c) { return is_code(c) || (c >= 'a' && c <= 'z'); })) {
    return Text{"số tài khoản phải gồm 1 đến 34 chữ và số, không có dấu cách",
                "the account number must be 1 to 34 letters and digits without blanks"};
  }
  if (account.bank.empty() || account.bank.size() > 35 ||
      !std::all_of(account.bank.begin(), account.bank.end(), is_code)) {
    return Text{"ngân hàng phải là mã BIC, hoặc mã gồm chữ hoa và số",
                "the bank must be a BIC, or a code of capital letters and digits"};
  }
  if (!is_printable(account.holder) || character_count(account.holder) > 140) {
    return Text{"tên chủ tài khoản dài quá 140 ký tự, hoặc có ký tự không in được",
                "the holder's name is longer than 140 characters, or has signs that cannot be "
                "printed"};
  }
  return std::nullopt;
}

std::optional<BankAccount> read_bank_account(std::string_view json) {
  const auto value = nlohmann::json::parse(json, nullptr, false);
  if (!value.is_object()) return std::nullopt;
  const auto text = [&](const char* name) {
    const auto found = value.find(name);
    return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  BankAccount account{text("holder"), text("bank"), text("number")};
  if (fault_of(account)) return std::nullopt;
  return account;
}

Expected<std::map<int64_t, BankAccount>> bank_accounts(store::Connection& connection, int64_t first,
                                                       int64_t last) {
  std::map<int64_t, BankAccount> found;
  std::vector<Said> said;
  std::vector<int64_t> replaced;
  int64_t person = 0;
  const auto finish = [&] {
    if (auto account = account_among(said, replaced)) {
      found.emplace_hint(found.end(), person, std::move(*account));
    }
    said.clear();
    replaced.clear();
  };
  const store::Cell range[] = {first, last};
  const auto done = connection.each(
      "SELECT person, statement, value, valid_from, replaces FROM statement "
      "WHERE fact = 'registry.account' AND person >= $1 AND person <= $2 "
      "ORDER BY person, statement",
      range, [&](const store::Row& row) {
        if (row.integer(0) != person) {
          finish();
          person = row.integer(0);
        }
        said.push_back(
            {row.integer(1), row.maybe_integer(3).value_or(INT64_MIN), row.maybe_text(2)});
        if (const auto old = row.maybe_integer(4)) replaced.push_back(*old);
        return true;
      });
  if (!done) return std::unexpected(done.error());
  finish();
  return found;
}

Expected<std::optional<BankAccount>> bank_account_of(store::Connection& connection,
                                                     int64_t person) {
  for (int steps = 0; steps < 16; ++steps) {
    auto found = bank_accounts(connection, person, person);
    if (!found) return std::unexpected(found.error());
    if (!found->empty()) return std::move(found->begin()->second);
    const store::Cell key[] = {person};
    const auto into = connection.number("SELECT merged_into FROM person WHERE person = $1", key);
    if (!into) return std::unexpected(into.error());
    if (!into->has_value()) break;
    person = **into;
  }
  return std::optional<BankAccount>();
}

}  // namespace ansinh::agency
