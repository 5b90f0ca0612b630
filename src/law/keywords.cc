#include "law/keywords.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text.h"

namespace ansinh::law {

namespace {

constexpr std::array kKeywords = std::to_array<Keyword>({
    // items
    {"currency", "đơn vị tiền"},
    {"in steps of", "theo bước"},
    {"act", "văn bản"},
    {"short months end on their last day", "tháng thiếu kết thúc vào ngày cuối tháng"},
    {"short months run over", "tháng thiếu tính sang tháng sau"},
    {"use", "sử dụng"},
    {"enum", "danh mục"},
    {"fund", "quỹ"},
    {"party", "bên"},
    {"entity", "đối tượng"},
    {"as", "gọi là"},
    {"spells", "quá trình"},
    {"dates", "danh sách ngày"},
    {"facts of", "dữ kiện của"},
    {"fact", "dữ kiện"},
    {"hint", "gợi ý"},
    {"range", "phạm vi"},
    {"presumed", "mặc nhiên"},
    {"may overlap", "được trùng nhau"},
    {"in order of", "theo thứ tự"},
    {"governed by", "áp dụng luật tại"},
    {"param", "tham số"},
    {"renewed every", "cập nhật mỗi"},
    {"table", "bảng"},
    {"gives", "cho"},
    {"calendar", "lịch"},
    {"define", "định nghĩa"},
    {"exception", "ngoại lệ"},
    {"to@exception", "đối với"},
    {"benefit", "chế độ"},
    {"contribution", "khoản đóng"},
    {"carry", "chuyển tiếp"},
    {"case", "tình huống"},
    // clauses
    {"cite", "căn cứ"},
    {"in force from", "có hiệu lực từ"},
    {"until", "đến hết"},
    {"unverified", "chưa đối chiếu"},
    {"as written", "đúng như văn bản"},
    {"within calendar year", "trong năm dương lịch"},
    {"within@order", "cùng"},
    {"when", "khi"},
    {"otherwise", "còn lại"},
    {"not entitled because", "không được hưởng vì"},
    {"because", "vì"},
    {"not yet expressed", "chưa diễn đạt"},
    {"needed by", "cần cho"},
    {"entitled when", "được hưởng khi"},
    {"owed when", "phải đóng khi"},
    {"pays", "chi trả"},
    {"pays@contribution", "đóng"},
    {"once", "một lần"},
    {"each day", "mỗi ngày"},
    {"each month", "mỗi tháng"},
    {"each year", "mỗi năm"},
    {"for", "trong thời gian"},
    {"from fund", "từ quỹ"},
    {"to fund", "vào quỹ"},
    {"on application", "khi có đề nghị"},
    {"within@application", "trong hạn"},
    {"of@application", "kể từ"},
    {"automatically", "tự động"},
    {"instead of", "thay cho"},
    {"due by", "hạn đóng"},
    {"starts with", "bắt đầu với"},
    {"on each change of", "mỗi khi thay đổi"},
    {"each year on month", "mỗi năm vào tháng"},
    {"becomes", "trở thành"},
    {"source", "nguồn"},
    {"given", "cho biết"},
    {"expect", "mong đợi"},
    {"of row", "của dòng"},
    {"entitled", "được hưởng"},
    {"not entitled", "không được hưởng"},
    {"cannot tell", "chưa kết luận được"},
    {"missing", "thiếu"},
    {"refused", "bị từ chối"},
    {"incomplete", "chưa đầy đủ"},
    {"error", "lỗi"},
    // types
    {"count", "số đếm"},
    {"number", "số"},
    {"ratio", "tỷ lệ"},
    {"date", "ngày dương lịch"},
    {"month@type", "tháng dương lịch"},
    {"text", "chuỗi chữ"},
    // literals and units
    {"years", "năm"},
    {"months", "tháng"},
    {"days", "ngày"},
    {"working days", "ngày làm việc"},
    {"half years", "nửa năm"},
    {"yes", "có"},
    {"no", "không"},
    {"none", "không có"},
    {"unknown", "chưa biết"},
    {"ongoing", "đang tiếp diễn"},
    {"any", "bất kỳ"},
    // expressions
    {"or", "hoặc"},
    {"and", "và"},
    {"not", "không phải"},
    {"is", "là"},
    {"is not", "không phải là"},
    {"is one of", "là một trong"},
    {"in", "trong"},
    {"has", "tồn tại"},
    {"own", "bản thân"},
    {"at least", "ít nhất"},
    {"at most", "nhiều nhất"},
    {"rounded half up to", "làm tròn nửa lên đến"},
    {"rounded half even to", "làm tròn nửa chẵn đến"},
    {"rounded up to", "làm tròn lên đến"},
    {"rounded down to", "làm tròn xuống đến"},
    {"on", "tại"},
    {"under the law of", "theo luật ngày"},
    {"of", "của"},
    {"today", "hôm nay"},
    {"month", "tháng đang xét"},
    {"year", "năm đang xét"},
    {"base", "mức gốc"},
    {"previous", "mức trước"},
    {"position", "vị trí"},
    {"so far", "đến nay"},
    {"higher of", "mức cao hơn giữa"},
    {"lower of", "mức thấp hơn giữa"},
    {"later of", "ngày muộn hơn giữa"},
    {"earlier of", "ngày sớm hơn giữa"},
    {"absolute", "trị tuyệt đối"},
    {"entitled to", "đủ điều kiện hưởng"},
    {"amount of", "mức hưởng của"},
    {"start of", "thời điểm đầu của"},
    {"end of", "thời điểm cuối của"},
    {"year of", "năm của"},
    {"month of", "tháng của"},
    {"day of", "ngày của"},
    {"weekday of", "thứ trong tuần của"},
    {"first day of", "ngày đầu của"},
    {"last day of", "ngày cuối của"},
    {"years between", "số năm giữa"},
    {"months between", "số tháng giữa"},
    {"days between", "số ngày giữa"},
    {"working days after", "ngày làm việc sau"},
    {"working days in", "số ngày làm việc trong"},
    {"days in", "số ngày trong"},
    {"months in", "số tháng trong"},
    {"calendar year of", "cả năm của"},
    {"calendar month of", "cả tháng của"},
    {"to", "đến"},
    {"from", "từ"},
    {"before", "trước"},
    {"after", "sau"},
    // series
    {"where", "mà"},
    {"months of", "số tháng của"},
    {"days of", "số ngày của"},
    {"months of@series", "các tháng của"},
    {"days of@series", "các ngày của"},
    {"last", "cuối cùng"},
    {"first", "đầu tiên"},
    {"best", "cao nhất"},
    {"by", "theo"},
    {"last run of", "đợt liên tục cuối của"},
    {"longest run of", "đợt liên tục dài nhất của"},
    {"bridging gaps up to", "nối khoảng hở đến"},
    {"union of", "hợp của"},
    {"except", "trừ"},
    {"within", "nằm trong"},
    {"sum of", "tổng của"},
    {"mean of", "bình quân của"},
    {"highest of", "giá trị cao nhất của"},
    {"lowest of", "giá trị thấp nhất của"},
    {"first of", "giá trị đầu của"},
    {"last of", "giá trị cuối của"},
    {"any of", "có lúc"},
    {"all of", "luôn luôn"},
    {"over", "trên"},
    {"count of", "số lượng của"},
    {"longest gap of", "khoảng hở dài nhất của"},
});

constexpr std::array kColumns = std::to_array<Keyword>({
    {"from", "từ"},
    {"to", "đến"},
    {"value", "giá trị"},
    {"cite", "căn cứ"},
    {"note", "ghi chú"},
    {"name", "tên"},
});

// English words of phrases that the parser reads but the formatter never writes.
constexpr std::array<std::string_view, 8> kFurtherWords = {"day", "weekday", "number", "half",
                                                           "gap", "row",     "all",    "any"};

// Never names: an expression or a clause would read differently with them.
constexpr auto kReserved = std::to_array<std::string_view>({
    "absolute", "after",    "all",       "amount", "and",     "any",      "at",
    "base",     "because",  "becomes",   "before", "best",    "bridging", "by",
    "calendar", "cite",     "count",     "day",    "days",    "each",     "earlier",
    "end",      "entitled", "except",    "first",  "for",     "from",     "fund",
    "has",      "higher",   "highest",   "hint",   "in",      "is",       "last",
    "later",    "longest",  "lower",     "lowest", "mean",    "month",    "months",
    "no",       "none",     "not",       "number", "of",      "on",       "once",
    "ongoing",  "or",       "otherwise", "over",   "own",     "pays",     "position",
    "presumed", "previous", "rounded",   "row",    "so",      "start",    "sum",
    "to",       "today",    "under",     "union",  "unknown", "until",    "unverified",
    "weekday",  "when",     "where",     "within", "working", "year",     "years",
    "yes",
});

std::string_view english_of(std::string_view key) { return key.substr(0, key.find('@')); }

std::string_view first_word(std::string_view text) { return text.substr(0, text.find(' ')); }

// What is known of words, found by their hashes.
class WordTable {
 public:
  // The use of a word, to be filled in.
  WordUse& add(std::string_view word) {
    Entry& entry = entries_[place_of(word, word_hash(word))];
    entry.word = word;
    entry.hash = word_hash(word);
    return entry.use;
  }
  WordUse find(std::string_view word, uint32_t hash) const {
    return entries_[place_of(word, hash)].use;
  }

 private:
  struct Entry {
    std::string_view word;
    uint32_t hash = 0;  // 0: free
    WordUse use;
  };
  static constexpr size_t kPlaces = 2048;  // several times the words of the language

  // Where the word stands, or the free place where it would.
  size_t place_of(std::string_view word, uint32_t hash) const {
    size_t place = hash % kPlaces;
    while (entries_[place].hash != 0 &&
           (entries_[place].hash != hash || entries_[place].word != word)) {
      place = (place + 1) % kPlaces;
    }
    return place;
  }

  std::vector<Entry> entries_ = std::vector<Entry>(kPlaces);
};

struct Tables {
  std::unordered_map<std::string_view, std::string_view> vietnamese_by_key;
  // Vietnamese phrases by their first word, the longest first.
  std::unordered_map<std::string_view, std::vector<const Keyword*>> by_first_word;
  WordTable words;

  Tables() {
    for (const Keyword& entry : kKeywords) {
      vietnamese_by_key.emplace(entry.key, entry.vietnamese);
      by_first_word[first_word(entry.vietnamese)].push_back(&entry);
      if (entry.vietnamese.find(' ') == std::string_view::npos) {
        words.add(entry.vietnamese).is_reserved = true;
      }
      add_words(english_of(entry.key));
    }
    for (const std::string_view word : kFurtherWords) words.add(word).is_keyword = true;
    for (const std::string_view word : kReserved) words.add(word).is_reserved = true;
    for (auto& [word, phrases] : by_first_word) {
      std::sort(phrases.begin(), phrases.end(), [](const Keyword* a, const Keyword* b) {
        return a->vietnamese.size() > b->vietnamese.size();
      });
    }
  }

  void add_words(std::string_view phrase) {
    while (!phrase.empty()) {
      const std::string_view word = first_word(phrase);
      words.add(word).is_keyword = true;
      phrase.remove_prefix(std::min(word.size() + 1, phrase.size()));
    }
  }
};

const Tables& tables() {
  static const Tables tables;
  return tables;
}

bool is_word_character(std::string_view text, size_t offset) {
  if (offset >= text.size()) return false;
  const char c = text[offset];
  if (c == '_' || (c >= '0' && c <= '9')) return true;
  return is_letter(next_character(text, offset));
}

// The length of `phrase` at the start of `text`, with any number of blanks between its words; 0 if
// it is not there.
size_t match_phrase(std::string_view text, std::string_view phrase) {
  size_t at = 0;
  while (true) {
    const std::string_view word = first_word(phrase);
    if (!text.substr(at).starts_with(word)) return 0;
    at += word.size();
    if (is_word_character(text, at)) return 0;
    if (word.size() == phrase.size()) return at;
    phrase.remove_prefix(word.size() + 1);
    const size_t blanks = at;
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
    if (at == blanks) return 0;
  }
}

}  // namespace

std::span<const Keyword> keywords() { return kKeywords; }

std::string_view keyword(std::string_view key, bool vietnamese) {
  if (!vietnamese) return english_of(key);
  const auto found = tables().vietnamese_by_key.find(key);
  assert(found != tables().vietnamese_by_key.end());
  return found->second;
}

std::string_view match_vietnamese(std::string_view text, std::string_view& english) {
  size_t end = 0;
  while (is_word_character(text, end)) next_character(text, end);
  const auto found = tables().by_first_word.find(text.substr(0, end));
  if (found == tables().by_first_word.end()) return {};
  for (const Keyword* entry : found->second) {
    const size_t length = match_phrase(text, entry->vietnamese);
    if (length == 0) continue;
    english = english_of(entry->key);
    return text.substr(0, length);
  }
  return {};
}

WordUse use_of_word(std::string_view word, uint32_t hash) {
  return tables().words.find(word, hash);
}

bool is_keyword_word(std::string_view word) {
  return use_of_word(word, word_hash(word)).is_keyword;
}

bool is_reserved(std::string_view word) { return use_of_word(word, word_hash(word)).is_reserved; }

std::string column_to_english(std::string_view heading) {
  for (const Keyword& column : kColumns) {
    if (heading == column.vietnamese) return std::string(column.key);
  }
  return std::string(heading);
}

std::string column_to_vietnamese(std::string_view heading) {
  for (const Keyword& column : kColumns) {
    if (heading == column.key) return std::string(column.vietnamese);
  }
  return std::string(heading);
}

}  // namespace ansinh::law
