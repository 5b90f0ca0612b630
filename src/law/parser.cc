#include "law/parser.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "law/keywords.h"

namespace ansinh::law {

namespace {

bool matches(const Token& token, std::string_view word) {
  return (token.kind == TokenKind::kWord || token.kind == TokenKind::kPunctuation) &&
         token.text == word;
}

}  // namespace

bool Parser::at_all_of(Phrase phrase, size_t ahead) const {
  std::string_view rest = phrase.text();
  while (true) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    if (!matches(peek(ahead), word)) return false;
    if (word.size() == rest.size()) return true;
    rest.remove_prefix(word.size() + 1);
    ++ahead;
  }
}

bool Parser::expect(Phrase phrase) {
  if (accept(phrase)) return true;
  std::string written(phrase.text());
  for (const Keyword& one : keywords()) {
    if (vietnamese_ && one.key == phrase.text()) written = one.vietnamese;
  }
  written = "`" + written + "`";
  fail_expected("expected-word", {written, written});
  return false;
}

const Token& Parser::take() {
  const Token& token = peek();
  if (token.kind != TokenKind::kEnd) ++index_;
  return token;
}

bool Parser::at_name(size_t ahead) const {
  const Token& token = peek(ahead);
  const bool word =
      token.kind == TokenKind::kName || (token.kind == TokenKind::kWord && !vietnamese_);
  return word && !token.is_reserved;
}

Span Parser::here() const {
  if (index_ < limit_) return tokens_[index_].span;
  if (tokens_.empty()) return {};
  const Span& last = tokens_[std::min(index_, tokens_.size()) - (index_ > 0 ? 1 : 0)].span;
  return {last.file, last.line, last.column + last.length, 1};
}

std::string Parser::shown() const {
  const Token& token = peek();
  if (token.kind == TokenKind::kText) return "\"" + std::string(token.text) + "\"";
  if (token.kind == TokenKind::kCite) return "cite";
  return std::string(token.text);
}

Span Parser::span_from(size_t start) const {
  if (tokens_.empty() || start >= tokens_.size()) return {};
  Span span = tokens_[start].span;
  size_t last = index_ > start ? index_ - 1 : start;
  while (last > start && tokens_[last].span.line != span.line) --last;
  span.length = tokens_[last].span.column + tokens_[last].span.length - span.column;
  return span;
}

void Parser::fail(std::string code, const Span& span, Text message, Text help) {
  if (failed_) return;
  failed_ = true;
  // What the lexer could not read it has reported already.
  if (index_ < limit_ && tokens_[index_].kind == TokenKind::kBad) return;
  complain(std::move(code), span, std::move(message), std::move(help));
}

void Parser::fail_expected(std::string code, Words what) {
  const bool end = at_end();
  const std::string found = shown();
  const std::string vi(what.vi);
  const std::string en(what.en);
  fail(std::move(code), here(),
       {end ? "Thiếu " + vi + " ở đây." : "Cần " + vi + ", nhưng gặp `" + found + "`.",
        end ? "Here " + en + " is missing." : "Expected " + en + ", but found `" + found + "`."},
       {"Viết " + vi + " ở chỗ này.", "Write " + en + " in this place."});
}

void Parser::complain(std::string code, const Span& span, Text message, Text help) {
  diagnostics_.push_back(
      {std::move(code), Severity::kError, span, std::move(message), std::move(help)});
}

std::string Parser::name(Words what) {
  if (at_name()) return std::string(take().text);
  const Token& token = peek();
  if (token.kind == TokenKind::kWord || token.kind == TokenKind::kName) {
    const std::string text(token.text);
    fail("reserved-name", token.span,
         {"`" + text + "` là từ của ngôn ngữ, không thể làm " + std::string(what.vi) + ".",
          "`" + text + "` is a word of the language and cannot be " + std::string(what.en) + "."},
         {"Chọn một tên khác, ví dụ `" + text + "_1`.",
          "Choose another name, for example `" + text + "_1`."});
    return {};
  }
  fail_expected("expected-name", what);
  return {};
}

Label Parser::label() {
  Label label;
  const Span span = here();
  label.text.vi = take().text;
  // The second text may stand on the next line.
  const bool on_next_line = !failed_ && index_ < item_end_ && index_ >= limit_ &&
                            tokens_[index_].kind == TokenKind::kText;
  if (peek().kind == TokenKind::kText || on_next_line) {
    label.text.en = tokens_[index_].text;
    ++index_;
    if (on_next_line) next_limit();
    return label;
  }
  label.text.en = label.text.vi;
  if (index_ < limit_ && tokens_[index_].kind == TokenKind::kBad) return label;  // reported already
  complain("label-pair", span, {"Chỉ có một nhãn.", "There is only one label."},
           {"Viết hai nhãn: \"tiếng Việt\" rồi \"tiếng Anh\".",
            "Write two: \"Vietnamese\", then \"English\"."});
  return label;
}

Text Parser::text_pair() {
  if (peek().kind == TokenKind::kText) return label().text;
  fail_expected("expected-text", {"hai đoạn chữ \"tiếng Việt\" \"tiếng Anh\"",
                                  "two texts \"Vietnamese\" \"English\""});
  return {};
}

std::optional<Date> Parser::date() {
  if (peek().kind == TokenKind::kDate) return *Date::parse(take().text);
  fail_expected("expected-date", {"một ngày (2025-07-01)", "a date (2025-07-01)"});
  return std::nullopt;
}

std::optional<int64_t> Parser::whole_number() {
  if (peek().kind == TokenKind::kNumber) {
    int64_t value = 0;
    const auto number = Rational::parse(peek().text);
    if (number && number->to_int64(value) && value <= 1'000'000) {
      take();
      return value;
    }
  }
  fail_expected("expected-number", {"một số nguyên", "a whole number"});
  return std::nullopt;
}

void Parser::citations(std::vector<Citation>& into) {
  while (peek().kind == TokenKind::kCite) {
    const Token& token = take();
    std::string_view rest = token.text;
    const size_t before = into.size();
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(';'), rest.size());
      std::string_view part = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      while (!part.empty() && (part.front() == ' ' || part.front() == '\t')) part.remove_prefix(1);
      while (!part.empty() && (part.back() == ' ' || part.back() == '\t')) part.remove_suffix(1);
      if (!part.empty()) into.push_back({std::string(part), false});
    }
    if (into.size() == before) {
      complain("empty-cite", token.span,
               {"`cite` không nêu điều nào.", "This `cite` names nothing."},
               {"Viết điều khoản sau nó: `cite 66(1)(a)`.",
                "Write the place after it: `cite 66(1)(a)`."});
    }
  }
}

std::vector<std::string> Parser::names(std::vector<Span>* spans) {
  std::vector<std::string> found;
  do {
    const Span span = here();
    std::string one = name({"một tên", "a name"});
    if (failed_) break;
    found.push_back(std::move(one));
    if (spans != nullptr) spans->push_back(span);
  } while (accept(","));
  return found;
}

// ---- types -------------------------------------------------------------------------------------

// The unit of a word in either number, or "".
std::string_view Parser::plural_unit(std::string_view word) {
  if (word == "day" || word == "days") return "days";
  if (word == "month" || word == "months") return "months";
  if (word == "year" || word == "years") return "years";
  return {};
}

bool Parser::is_unit_word(size_t ahead) const {
  const Token& token = peek(ahead);
  return token.kind == TokenKind::kWord && !plural_unit(token.text).empty();
}

std::string Parser::per_word() {
  if (is_unit_word(0)) {
    const std::string_view unit = plural_unit(take().text);
    return std::string(unit.substr(0, unit.size() - 1));
  }
  fail_expected("expected-unit", {"`day`, `month` hoặc `year`", "`day`, `month` or `year`"});
  return {};
}

TypeExpr Parser::type() {
  constexpr std::array<std::string_view, 6> kWords = {"count", "number", "ratio",
                                                      "date",  "month",  "text"};
  const size_t start = index_;
  TypeExpr type;
  const Token& token = peek();
  const bool known = token.kind == TokenKind::kWord &&
                     std::find(kWords.begin(), kWords.end(), token.text) != kWords.end();
  if (accept("yes / no")) {
    type.word = "yes/no";
  } else if (accept("spells of")) {
    type.word = "spells";
    type.series_of = name({"tên danh sách", "the name of a list"});
  } else if (known) {
    type.word = take().text;
  } else if (is_unit_word(0)) {
    type.word = plural_unit(take().text);
  } else if (at_name()) {
    const bool several_texts = peek(1).kind == TokenKind::kText &&
                               peek(2).kind == TokenKind::kText &&
                               (at("|", 3) || at("or none", 3) || peek(3).kind == TokenKind::kText);
    if (several_texts || at("|", 1)) {
      members(type);
    } else {
      type.word = take().text;
    }
  } else {
    fail_expected("expected-type", {"một kiểu (yes/no, ratio, VND, years, date, …)",
                                    "a type (yes/no, ratio, VND, years, date, …)"});
  }
  if (accept("/")) type.per = per_word();
  type.or_none = accept("or none");
  return spanned(std::move(type), start);
}

// The last member's label, or that of the whole? Two texts at the end belong to the member if the
// other members have labels or if more follows; to the whole otherwise.
void Parser::members(TypeExpr& type) {
  do {
    EnumMember member;
    member.span = here();
    member.name = name({"tên một giá trị", "the name of a member"});
    size_t texts = 0;
    while (peek(texts).kind == TokenKind::kText) ++texts;
    const bool labelled = !type.members.empty() && type.members.back().label.given();
    const bool own = texts >= 4 || at("|", texts) || at("or none", texts) || labelled;
    if (texts > 0 && own) member.label = label();
    if (failed_) return;
    type.members.push_back(std::move(member));
  } while (accept("|"));
}

}  // namespace ansinh::law
