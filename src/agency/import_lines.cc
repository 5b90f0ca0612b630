#include <algorithm>

#include "agency/import_row.h"
#include "facts/json_text.h"
#include "facts/mapped_file.h"

namespace ansinh::agency {

namespace {

using facts::JsonKind;
using facts::JsonMember;
using facts::JsonValue;

// One object a line: of persons and households all that is said of them, lists among it; of a list
// the row with "person" (and "id") beside its facts.
class JsonRows final : public RowReader {
 public:
  JsonRows(const LawBook& book, facts::MappedFile file, const ImportTable& table)
      : book_(book), file_(std::move(file)), table_(table) {}

  Expected<std::optional<ImportRow>> next() override {
    const std::string_view all = file_.bytes();
    while (offset_ < all.size()) {
      const size_t end = std::min(all.find('\n', offset_), all.size());
      const std::string_view text = all.substr(offset_, end - offset_);
      offset_ = std::min(end + 1, all.size());
      const int64_t line = line_++;
      if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      ImportRow row;
      row.line = line;
      fill(row, text);
      return row;
    }
    return std::nullopt;
  }
  void seek(uint64_t offset, int64_t line) override {
    offset_ = offset;
    line_ = line;
  }
  uint64_t offset() const override { return offset_; }
  int64_t line() const override { return line_; }
  std::string_view bytes() const override { return file_.bytes(); }

 private:
  static void reject(ImportRow& row, const std::string& column, std::string code, Text reason) {
    if (row.reject) return;
    row.reject = RowReject{row.line, column, std::move(code), std::move(reason)};
  }
  static void reject(ImportRow& row, const std::string& column, const facts::ValueFault& fault) {
    reject(row, column, fault.code,
           {fault.message.vi + "; " + fault.help.vi, fault.message.en + "; " + fault.help.en});
  }

  void fill(ImportRow& row, std::string_view text) {
    auto json = facts::read_json_text(text, 0);
    if (!json) return reject(row, "", json.error().code, json.error().message);
    if (json->kind != JsonKind::kObject) {
      return reject(row, "", "wrong-shape",
                    {"mỗi dòng là một đối tượng { … }", "each line is an object { … }"});
    }
    table_.list == nullptr ? fill_person(row, *json) : fill_row(row, *json);
    if (!row.reject && row.key.empty() && row.papers.empty()) {
      const std::string name = table_.list == nullptr ? "id" : "person";
      reject(row, name, name + "-missing",
             {"dòng không nói về ai: thiếu \"" + name + "\"",
              "the line does not say of whom it is: \"" + name + "\" is missing"});
    }
  }

  // A key may be a text or a whole number.
  static bool take_key(ImportRow& row, const JsonMember& member, std::string& key) {
    if (member.value.kind != JsonKind::kString && member.value.kind != JsonKind::kNumber) {
      reject(row, member.key, "not-a-text",
             {"khóa phải là chữ hoặc số", "a key must be a text or a number"});
      return false;
    }
    key = member.value.text;
    return true;
  }

  // The papers named by a word, if it is one.
  void take_paper(ImportRow& row, const Word& word, const JsonValue& value) const {
    if (word.kind != WordKind::kRegistry || value.kind != JsonKind::kString) return;
    const RegistryFact& fact = book_.words->registry_fact(word);
    if (!fact.identifier.empty()) row.papers.emplace_back(fact.identifier, value.text);
  }

  void fill_person(ImportRow& row, const JsonValue& json) const {
    std::optional<Date> valid_from;
    for (const JsonMember& member : json.members) {
      if (row.reject) return;
      if (member.key == "note" || member.key.starts_with("$")) continue;
      if (member.key == "id") {
        take_key(row, member, row.key);
      } else if (member.key == "household" && table_.kind == PersonKind::kPerson) {
        take_key(row, member, row.household);
      } else if (member.key == "valid_from") {
        const auto date = facts::read_date(member.value);
        if (!date) return reject(row, member.key, date.error());
        valid_from = *date;
      } else {
        take_fact(row, member);
      }
    }
    if (!valid_from) return;
    for (auto& [word, said] : row.said) {
      if (word->kind != WordKind::kList) said.valid_from = valid_from;
    }
  }

  void take_fact(ImportRow& row, const JsonMember& member) const {
    const Word* word = book_.words->find(table_.kind, member.key);
    if (word == nullptr) word = book_.words->find(table_.kind, "registry." + member.key);
    if (word == nullptr || word->kind == WordKind::kOther || word->kind == WordKind::kOthers) {
      const std::string near = book_.words->nearest_to(table_.kind, member.key);
      return reject(
          row, member.key, "unknown-fact",
          {near.empty() ? "không có dữ kiện này" : "không có dữ kiện này; có phải " + near,
           near.empty() ? "there is no such fact" : "there is no such fact; is it " + near});
    }
    const bool has_rows = word->kind == WordKind::kList && member.value.kind == JsonKind::kArray &&
                          !member.value.items.empty();
    if (!has_rows) return say(row, *word, member, member.value);
    for (const JsonValue& item : member.value.items) say(row, *word, member, item);
  }

  void say(ImportRow& row, const Word& word, const JsonMember& member,
           const JsonValue& value) const {
    NewStatement said{.fact = word.name};
    if (word.kind == WordKind::kList && value.kind == JsonKind::kObject) {
      const auto id = std::find_if(value.members.begin(), value.members.end(),
                                   [](const JsonMember& m) { return m.key == "$id"; });
      if (id != value.members.end()) said.source_key = id->value.text;
    }
    auto canonical = book_.words->canonical(word, value);
    if (!canonical) return reject(row, member.key, canonical.error());
    take_paper(row, word, value);
    const auto [from, until] = book_.words->period_of(word, *canonical);
    said.valid_from = from;
    said.valid_until = until;
    said.value = std::move(*canonical);
    row.said.emplace_back(&word, std::move(said));
  }

  void fill_row(ImportRow& row, JsonValue& json) const {
    std::string key;
    JsonValue facts;
    facts.kind = JsonKind::kObject;
    for (JsonMember& member : json.members) {
      const Word* word = book_.words->find(PersonKind::kPerson, "registry." + member.key);
      if (word == nullptr) word = book_.words->find(PersonKind::kPerson, member.key);
      if (member.key == "id") {
        take_key(row, member, key);
      } else if (member.key == "person") {
        take_key(row, member, row.key);
      } else if (word != nullptr && word->kind == WordKind::kRegistry &&
                 !book_.words->registry_fact(*word).identifier.empty()) {
        take_paper(row, *word, member.value);
      } else {
        facts.members.push_back(std::move(member));
      }
    }
    if (row.reject) return;
    const JsonMember whole{table_.list->name, {}, {}};
    say(row, *table_.list, whole, facts);
    if (!row.reject && !key.empty()) row.said.back().second.source_key = key;
  }

  const LawBook& book_;
  facts::MappedFile file_;
  ImportTable table_;
  uint64_t offset_ = 0;
  int64_t line_ = 1;
};

}  // namespace

Expected<std::unique_ptr<RowReader>> open_json_rows(const LawBook& book, const std::string& path,
                                                    const ImportTable& table) {
  auto file = facts::MappedFile::open(path);
  if (!file) return std::unexpected(cannot_read(file.error()));
  return std::make_unique<JsonRows>(book, std::move(*file), table);
}

}  // namespace ansinh::agency
