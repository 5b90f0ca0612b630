#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "law/parser.h"

namespace ansinh::law {

namespace {

using Phrases = std::span<const Phrase>;

constexpr std::array<std::string_view, 18> kItemWords = {
    "currency", "act",    "use",       "enum",    "fund",         "party",
    "entity",   "spells", "dates",     "facts",   "param",        "table",
    "calendar", "define", "exception", "benefit", "contribution", "carry"};
constexpr std::array<std::string_view, 3> kFurtherItemWords = {"highest", "not", "case"};

constexpr std::array<Phrase, 2> kCommonPhrases = {"in force", "unverified"};

}  // namespace

// ---- items and their clauses -------------------------------------------------------------------

std::vector<Item> Parser::items() {
  std::vector<Item> items;
  size_t index = 0;
  while (index < tokens_.size()) {
    const auto starts = [this](size_t i) {
      return tokens_[i].first_on_line && tokens_[i].span.column == 1;
    };
    size_t end = index + 1;
    while (end < tokens_.size() && !starts(end)) ++end;
    index_ = index;
    item_end_ = end;
    limit_ = end;
    failed_ = false;
    if (starts(index)) {
      read_item(items);
    } else {
      complain("indented-item", tokens_[index].span,
               {"Khối phải bắt đầu bằng một mục ở cột đầu tiên.",
                "A block must begin with an item in the first column."},
               {"Xóa phần thụt vào trước mục.", "Remove the indentation before the item."});
    }
    index = end;
  }
  return items;
}

void Parser::read_item(std::vector<Item>& items) {
  item_ = ItemKind::kNoBody;
  in_header_ = true;
  const Span span = tokens_[index_].span;
  auto value = item_value();
  if (!value) {
    failed_ = false;
    std::vector<std::string> words(kItemWords.begin(), kItemWords.end());
    words.insert(words.end(), kFurtherItemWords.begin(), kFurtherItemWords.end());
    const std::string text(tokens_[index_].text);
    const std::string near = nearest(text, words);
    if (tokens_[index_].kind == TokenKind::kBad) return;
    complain("unknown-item", span,
             {"Không có loại mục nào bắt đầu bằng `" + text + "`.",
              "No item begins with `" + text + "`."},
             near.empty()
                 ? Text{"Mục bắt đầu ở cột đầu bằng define, benefit, param, case, …; dòng nối "
                        "tiếp phải thụt vào.",
                        "Items begin in the first column with define, benefit, param, case, …; "
                        "indent a line that goes on."}
                 : Text{"Ý bạn là `" + near + "`?", "Do you mean `" + near + "`?"});
    return;
  }
  items.push_back({std::move(*value), span});
}

std::optional<ItemValue> Parser::item_value() {
  // The limit depends on the kind of the item: each function sets it before it reads on.
  const auto begin = [this](ItemKind kind) {
    item_ = kind;
    next_limit();
  };
  using Read = ItemValue (Parser::*)();
  struct Entry {
    Phrase words;
    ItemKind kind;
    Read read;
  };
  static const std::array<Entry, 21> entries = {{
      {"currency", ItemKind::kNoBody, &Parser::currency},
      {"act", ItemKind::kNoBody, &Parser::act},
      {"use", ItemKind::kNoBody, &Parser::use},
      {"enum", ItemKind::kNoBody, &Parser::enumeration},
      {"fund", ItemKind::kNoBody, &Parser::fund_or_party<FundItem>},
      {"party", ItemKind::kNoBody, &Parser::fund_or_party<PartyItem>},
      {"entity", ItemKind::kEntity, &Parser::entity},
      {"spells", ItemKind::kEntity, &Parser::spells},
      {"dates", ItemKind::kEntity, &Parser::dates},
      {"facts of", ItemKind::kEntity, &Parser::facts_of},
      {"param", ItemKind::kParam, &Parser::param},
      {"table", ItemKind::kTable, &Parser::table},
      {"calendar", ItemKind::kCalendar, &Parser::calendar},
      {"define", ItemKind::kDefine, &Parser::define},
      {"exception", ItemKind::kException, &Parser::exception},
      {"benefit", ItemKind::kBenefit, &Parser::benefit},
      {"contribution", ItemKind::kContribution, &Parser::contribution},
      {"highest of", ItemKind::kNoBody, &Parser::highest_of},
      {"carry", ItemKind::kCarry, &Parser::carry},
      {"not yet expressed", ItemKind::kNotYet, &Parser::not_yet},
      {"case", ItemKind::kCase, &Parser::case_item},
  }};
  for (const Entry& entry : entries) {
    if (!at(entry.words)) continue;
    begin(entry.kind);
    accept(entry.words);
    return (this->*entry.read)();
  }
  return std::nullopt;
}

bool Parser::token_matches(size_t index, Phrase phrase) const {
  if (index >= item_end_ || tokens_[index].hash != phrase.first_hash()) return false;
  std::string_view rest = phrase.text();
  while (true) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    if (index >= item_end_ || tokens_[index].text != word) return false;
    const TokenKind kind = tokens_[index].kind;
    if (kind != TokenKind::kWord && kind != TokenKind::kPunctuation) return false;
    if (word.size() == rest.size()) return true;
    rest.remove_prefix(word.size() + 1);
    ++index;
  }
}

bool Parser::starts_common_clause(size_t index) const {
  const TokenKind kind = tokens_[index].kind;
  if (kind == TokenKind::kCite) return true;
  if (kind == TokenKind::kText) {
    return in_header_ && index > 0 && tokens_[index - 1].kind != TokenKind::kText;
  }
  return std::any_of(kCommonPhrases.begin(), kCommonPhrases.end(),
                     [&](Phrase phrase) { return token_matches(index, phrase); });
}

namespace {

// The words that begin a clause, by kind of item, in the order of Parser::ItemKind.
constexpr std::array<Phrase, 1> kNoBodyClauses = {"short months"};
constexpr std::array<Phrase, 5> kEntityClauses = {"fact", "presumed", "may overlap", "in order of",
                                                  "governed by"};
constexpr std::array<Phrase, 1> kParamClauses = {"renewed every"};
constexpr std::array<Phrase, 8> kDefineClauses = {
    "=", "when", "otherwise", "in order of", "not yet expressed", "at least", "at most", "rounded"};
constexpr std::array<Phrase, 1> kExceptionClauses = {"when"};
constexpr std::array<Phrase, 7> kBenefitClauses = {
    "entitled when", "pays", "gives", "from fund", "on application", "automatically", "instead of"};
constexpr std::array<Phrase, 2> kContributionClauses = {"owed when", "due by"};
constexpr std::array<Phrase, 3> kCarryClauses = {"starts with", "on", "each"};
constexpr std::array<Phrase, 3> kCaseClauses = {"source", "given", "expect"};
constexpr std::array<Phrase, 1> kNotYetClauses = {"needed by"};

constexpr std::array<Phrases, 12> kClauses = {Phrases(kNoBodyClauses),
                                              Phrases(kEntityClauses),
                                              Phrases(kParamClauses),
                                              Phrases(),
                                              Phrases(),
                                              Phrases(kDefineClauses),
                                              Phrases(kExceptionClauses),
                                              Phrases(kBenefitClauses),
                                              Phrases(kContributionClauses),
                                              Phrases(kCarryClauses),
                                              Phrases(kCaseClauses),
                                              Phrases(kNotYetClauses)};

}  // namespace

bool Parser::starts_clause(size_t index) const {
  const Token& token = tokens_[index];
  if (!token.first_on_line) return false;
  if (item_ == ItemKind::kCase && clause_column_ > 0 && token.span.column > clause_column_) {
    return false;  // a fact of this name
  }
  if (item_ != ItemKind::kEntity && starts_common_clause(index)) return true;
  if (item_ == ItemKind::kEntity && in_header_ && token.kind == TokenKind::kText) return true;
  if (token.kind == TokenKind::kRow && item_ != ItemKind::kCase) {
    return index == 0 || tokens_[index - 1].kind != TokenKind::kRow;
  }
  if (item_ == ItemKind::kContribution && token_matches(index + 1, "pays")) return true;
  if (token_matches(index, "not yet expressed") &&
      (token_matches(index - 1, ":") || token_matches(index - 1, "otherwise"))) {
    return false;  // the result of a case
  }
  const Phrases phrases = kClauses.at(static_cast<size_t>(item_));
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](Phrase phrase) { return token_matches(index, phrase); });
}

void Parser::next_limit() {
  const size_t start = index_;
  const bool at_item = start < item_end_ && tokens_[start].span.column == 1;
  if (!at_item && start < item_end_ && !starts_common_clause(start)) in_header_ = false;
  limit_ = start + 1;
  while (limit_ < item_end_ && !starts_clause(limit_)) ++limit_;
  limit_ = std::min(limit_, item_end_);
}

void Parser::report_leftover(size_t clause_start) {
  if (failed_ || at_end()) return;
  const Token& token = peek();
  const std::string text = shown();
  const Span span = here();
  if (!token.first_on_line && index_ != clause_start) {
    fail("unexpected-text", span,
         {"Không rõ `" + text + "` ở đây.", "`" + text + "` does not belong here."},
         {"Xóa nó, hoặc thêm phép tính hay mệnh đề còn thiếu trước nó.",
          "Remove it, or add the operator or clause that is missing before it."});
    return;
  }
  const Phrases phrases = kClauses.at(static_cast<size_t>(item_));
  std::vector<std::string> words = {"in", "cite", "unverified"};
  for (const Phrase phrase : phrases)
    words.emplace_back(phrase.text().substr(0, phrase.text().find(' ')));
  const std::string near = nearest(text, words);
  std::string all;
  for (const Phrase phrase : phrases)
    all += (all.empty() ? "`" : ", `") + std::string(phrase.text()) + "`";
  Text help = {"Ở đây có thể viết: " + all + ".", "Here you can write: " + all + "."};
  if (all.empty()) help = {"Xóa dòng này.", "Remove this line."};
  if (!near.empty() && text.size() > 2)
    help = {"Ý bạn là `" + near + "`?", "Do you mean `" + near + "`?"};
  fail("unknown-clause", span,
       {"Không có mệnh đề nào bắt đầu bằng `" + text + "` trong mục này.",
        "No clause of this item begins with `" + text + "`."},
       std::move(help));
}

void Parser::repeated(const Span& span) {
  complain("repeated-clause", span,
           {"Mệnh đề này đã được viết trong mục.", "This item has that clause already."},
           {"Giữ lại một.", "Keep one of them."});
}

bool Parser::label_clause(Label& into) {
  if (peek().kind != TokenKind::kText) return false;
  if (into.given()) repeated(here());
  into = label();
  return true;
}

bool Parser::in_force(std::optional<Date>& from, std::optional<Date>& until) {
  const Span span = here();
  if (!accept("in force")) return false;
  if (from) repeated(span);
  expect("from");
  from = date();
  if (accept("until")) until = date();
  if (from && until && *until < *from) {
    complain("empty-period", span,
             {"Ngày hết hiệu lực trước ngày có hiệu lực.", "It ends before it begins."},
             {"Kiểm tra lại hai ngày.", "Check the two dates."});
  }
  return true;
}

void Parser::common_header(Common& common) {
  common.span = here();
  common.name = name({"tên của mục", "the name of the item"});
}

std::string Parser::name_of_header(Common& common, Words what) {
  common.of_span = here();
  return name(what);
}

bool Parser::common_clause(Common& common) {
  if (label_clause(common.label)) return true;
  if (peek().kind == TokenKind::kCite) {
    citations(common.cite);
    return true;
  }
  const Span span = here();
  if (accept("unverified")) {
    if (common.unverified) repeated(span);
    common.unverified.emplace();
    if (peek().kind == TokenKind::kText) common.unverified->reason = label().text;
    return true;
  }
  return in_force(common.from, common.until);
}

// ---- items that frame a program ----------------------------------------------------------------

ItemValue Parser::currency() {
  CurrencyItem item;
  item.span = here();
  item.name = name({"tên đơn vị tiền", "the name of the currency"});
  clauses([&] {
    if (!accept("in steps of")) return label_clause(item.label);
    if (peek().kind != TokenKind::kNumber) {
      fail_expected("expected-number", {"một số", "a number"});
      return true;
    }
    const auto step = Rational::parse(take().text);
    if (step) item.step = *step;
    return true;
  });
  return item;
}

ItemValue Parser::act() {
  ActItem item;
  item.span = here();
  if (peek().kind == TokenKind::kRaw) {
    item.name = take().text;
  } else {
    fail_expected("expected-name",
                  {"số hiệu văn bản (VN/41-2024-QH15)", "the name of the act (VN/41-2024-QH15)"});
  }
  std::optional<Date> from;
  bool dated = false;
  clauses([&] {
    dated = dated || at("in force");
    if (accept("short months")) {
      item.short_month_written = true;
      if (accept("run over")) {
        item.short_month = ShortMonth::kNextFirstDay;
      } else if (!accept("end on their last day")) {
        fail_expected("expected-word", {"`end on their last day` hoặc `run over`",
                                        "`end on their last day` or `run over`"});
      }
      return true;
    }
    return in_force(from, item.until) || label_clause(item.label);
  });
  if (from) {
    item.from = *from;
  } else if (!dated) {
    complain(
        "missing-in-force", item.span,
        {"Văn bản không ghi ngày có hiệu lực.", "The act does not say from when it is in force."},
        {"Thêm `in force from 2025-07-01`.", "Add `in force from 2025-07-01`."});
  }
  return item;
}

ItemValue Parser::use() {
  UseItem item;
  clauses([&] {
    do {
      if (peek().kind != TokenKind::kRaw) {
        fail_expected("expected-name",
                      {"tên một tệp, không có .md", "the name of a file, without .md"});
        return true;
      }
      item.spans.push_back(here());
      item.files.emplace_back(take().text);
    } while (accept(","));
    return true;
  });
  return item;
}

ItemValue Parser::enumeration() {
  EnumItem item;
  item.span = here();
  item.name = name({"tên danh mục", "the name of the enumeration"});
  clauses([&] {
    if (!accept(":")) return label_clause(item.label);
    do {
      EnumMember member;
      member.span = here();
      member.name = name({"tên một giá trị", "the name of a member"});
      if (peek().kind == TokenKind::kText) member.label = label();
      if (failed_) return true;
      item.members.push_back(std::move(member));
    } while (accept("|"));
    return true;
  });
  if (item.members.empty() && !item.name.empty()) {
    complain(
        "missing-members", item.span,
        {"Danh mục chưa có giá trị nào.", "This enumeration has no members."},
        {"Viết chúng sau dấu `:`, cách nhau bằng `|`.", "Write them after `:`, separated by `|`."});
  }
  return item;
}

// ---- values by date and by key -----------------------------------------------------------------

ItemValue Parser::param() {
  ParamItem item;
  common_header(item.common);
  if (expect(":")) item.type = type();
  clauses([&] {
    if (accept("renewed every")) {
      if (const auto years = whole_number()) item.renewed_years = static_cast<int>(*years);
      if (!accept("years")) expect("year");
      return true;
    }
    if (peek().kind == TokenKind::kRow) {
      if (!item.rows.columns.empty()) repeated(here());
      item.rows = declared_rows({"from", "value"}, {"cite", "note"});
      return true;
    }
    return common_clause(item.common);
  });
  if (item.rows.columns.empty()) {
    complain(
        "missing-table", item.common.span,
        {"Tham số này chưa có bảng giá trị.", "This parameter has no table of values."},
        {"Thêm bảng có cột `from` và `value`.", "Add a table with columns `from` and `value`."});
  }
  return item;
}

ItemValue Parser::table() {
  TableItem item;
  common_header(item.common);
  std::vector<std::string> required;
  if (expect("by")) {
    do {
      TableKey key;
      key.name = name({"tên một khóa", "the name of a key"});
      if (expect(":")) key.type = type();
      required.push_back(key.name);
      if (!failed_) item.keys.push_back(std::move(key));
    } while (accept(","));
    if (expect("gives")) item.gives = type();
  }
  required.emplace_back("value");
  clauses([&] {
    if (peek().kind != TokenKind::kRow) return common_clause(item.common);
    if (!item.rows.columns.empty()) repeated(here());
    item.rows = declared_rows(required, {"cite", "note"});
    return true;
  });
  if (item.rows.columns.empty()) {
    complain("missing-table", item.common.span,
             {"Bảng này chưa có dòng nào.", "This table has no rows."},
             {"Thêm bảng có cột cho mỗi khóa và cột `value`.",
              "Add a table with a column for each key and a column `value`."});
  }
  return item;
}

ItemValue Parser::calendar() {
  CalendarItem item;
  common_header(item.common);
  clauses([&] {
    if (peek().kind != TokenKind::kRow) return common_clause(item.common);
    if (!item.rows.columns.empty()) repeated(here());
    item.rows = declared_rows({"from", "to"}, {"name", "cite", "note"});
    return true;
  });
  if (item.rows.columns.empty()) {
    complain("missing-table", item.common.span,
             {"Lịch này chưa có dòng nào.", "This calendar has no rows."},
             {"Thêm bảng có cột `from` và `to`.", "Add a table with columns `from` and `to`."});
  }
  return item;
}

// ---- what is not said --------------------------------------------------------------------------

ItemValue Parser::highest_of() {
  HighestOfItem item;
  item.span = here();
  item.benefits = names(&item.spans);
  clauses([&] {
    if (peek().kind != TokenKind::kCite) return false;
    citations(item.cite);
    return true;
  });
  return item;
}

ItemValue Parser::not_yet() {
  NotYetItem item;
  item.span = here();
  item.what = text_pair();
  clauses([&] {
    if (accept("needed by")) {
      const auto found = names(&item.needed_by_spans);
      item.needed_by.insert(item.needed_by.end(), found.begin(), found.end());
      return true;
    }
    if (peek().kind != TokenKind::kCite) return false;
    citations(item.cite);
    return true;
  });
  return item;
}

}  // namespace ansinh::law
