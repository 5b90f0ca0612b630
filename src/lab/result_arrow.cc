#include "lab/result_arrow.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <unordered_map>

#include "law/check.h"

namespace ansinh::lab {

// ---- What is kept ------------------------------------------------------------------------------

// The words of a dictionary, as a column of texts.
struct ArrowWords {
  std::vector<int32_t> offsets{0};
  std::string bytes;

  void add(std::string_view word) {
    bytes += word;
    offsets.push_back(static_cast<int32_t>(bytes.size()));
  }
};

namespace {

__extension__ using Int128 = __int128;

constexpr int64_t kPlacesFactor = 1'000'000;
static_assert(ArrowResults::kPlaces == 6);
// As many digits as decimal128 holds.
constexpr size_t kDigitsMax = 38;

// One column while it is filled: a value or nothing for each row.
struct Column {
  std::string name, format;
  std::shared_ptr<const ArrowWords> words;  // the values are places in it
  int64_t rows = 0, nulls = 0;
  std::vector<uint8_t> validity;
  std::string data;              // values, bits of yes/no, bytes of texts
  std::vector<int32_t> offsets;  // of texts

  Column(std::string name_of, std::string format_of,
         std::shared_ptr<const ArrowWords> words_of = nullptr)
      : name(std::move(name_of)), format(std::move(format_of)), words(std::move(words_of)) {
    if (is_text()) offsets.push_back(0);
  }
  bool is_text() const { return format == "u"; }

  template <typename T>
  void put(T value) {
    mark(true);
    put_bytes(&value, sizeof(T));
  }
  template <typename T>
  void put_or_nothing(T value, bool is_there) {
    mark(is_there);
    if (!is_there) value = {};
    put_bytes(&value, sizeof(T));
  }
  void put_text(std::string_view text, bool is_there) {
    mark(is_there);
    if (is_there) data += text;
    offsets.push_back(static_cast<int32_t>(data.size()));
  }
  void put_yes_no(bool value) {
    if (rows % 8 == 0) data += '\0';
    if (value) data.back() = static_cast<char>(data.back() | 1 << (rows % 8));
    mark(true);
  }

 private:
  void put_bytes(const void* bytes, size_t size) {
    data.append(static_cast<const char*>(bytes), size);
  }
  void mark(bool is_there) {
    if (rows % 8 == 0) validity.push_back(0);
    if (is_there) {
      validity.back() = static_cast<uint8_t>(validity.back() | 1 << (rows % 8));
    } else {
      ++nulls;
    }
    ++rows;
  }
};

}  // namespace

struct ArrowBatch {
  std::vector<Column> columns;
  int64_t rows = 0;
};

// ---- Filling -----------------------------------------------------------------------------------

namespace {

// An amount with kPlaces places, if it is one.
std::optional<Int128> in_places(const Rational& number) {
  const Rational scaled = number * Rational(kPlacesFactor);
  int64_t narrow = 0;
  if (scaled.to_int64(narrow)) return narrow;
  if (!scaled.is_integer()) return std::nullopt;
  const std::string digits = scaled.to_string();
  const bool is_negative = digits.starts_with('-');
  if (digits.size() - (is_negative ? 1 : 0) > kDigitsMax) return std::nullopt;
  Int128 value = 0;
  for (const char digit : std::string_view(digits).substr(is_negative ? 1 : 0))
    value = value * 10 + (digit - '0');
  return is_negative ? -value : value;
}

std::optional<Int128> in_places(int64_t numerator, int64_t denominator) {
  if (kPlacesFactor % denominator == 0) return Int128{numerator} * (kPlacesFactor / denominator);
  return in_places(Rational(numerator, denominator));
}

std::shared_ptr<const ArrowWords> words_of(const std::vector<law::NamedLabel>& names) {
  auto words = std::make_shared<ArrowWords>();
  for (const law::NamedLabel& one : names) words->add(one.name);
  return words;
}

struct Reasons {
  ReasonWords::Words vi, en;
};

}  // namespace

ArrowResults::ArrowResults(const law::Program& program)
    : program_(program),
      vi_(program, Language::kVietnamese),
      en_(program, Language::kEnglish),
      parties_(words_of(program.parties)),
      funds_(words_of(program.funds)) {
  using engine::Status;
  const auto benefits = std::make_shared<ArrowWords>();
  for (const law::BenefitInfo& info : program.benefits) benefits->add(info.name);
  const auto statuses = std::make_shared<ArrowWords>();
  for (const Status status : {Status::kEntitled, Status::kNotEntitled, Status::kCannotTell,
                              Status::kIncomplete, Status::kError})
    statuses->add(word_of(status));
  const auto frequencies = std::make_shared<ArrowWords>();
  for (const law::Frequency each :
       {law::Frequency::kOnce, law::Frequency::kDay, law::Frequency::kMonth, law::Frequency::kYear})
    frequencies->add(word_of(each));
  const auto currency = std::make_shared<ArrowWords>();
  currency->add(program.currency);
  const auto units = std::make_shared<ArrowWords>();
  units->add("months");
  units->add("days");
  benefits_ = benefits;
  statuses_ = statuses;
  frequencies_ = frequencies;
  currency_ = currency;
  units_ = units;
  empty_ = make({});  // the columns, for a table without rows
}

ArrowResults::~ArrowResults() = default;

std::string ArrowResults::chunk(const ResultTable& table) const {
  auto batch = make(table);
  const std::lock_guard lock(mutex_);
  const uint64_t number = next_++;
  made_.emplace(number, std::move(batch));
  return {reinterpret_cast<const char*>(&number), sizeof(number)};
}

std::shared_ptr<const ArrowBatch> ArrowResults::make(const ResultTable& table) const {
  const std::string decimal = "d:38," + std::to_string(kPlaces);
  Column record("record", "l"), name("name", "u"), person("person", "i"), row("row", "i"),
      benefit("benefit", "i", benefits_), status("status", "i", statuses_),
      reason_vi("reason_vi", "u"), reason_en("reason_en", "u"), article_vi("article_vi", "u"),
      article_en("article_en", "u"), payment("payment", "i"), amount("amount", decimal),
      amount_exact("amount_exact", "u"), currency("currency", "i", currency_),
      each("each", "i", frequencies_), on("on", "tdD"), from("from", "tdD"), until("until", "tdD"),
      duration("duration", decimal), duration_unit("duration_unit", "i", units_),
      party("party", "i", parties_), fund("fund", "i", funds_), counted("counted", "b");
  // The same few reasons come again and again.
  std::map<std::array<uint32_t, 4>, Reasons> reasons;
  for (size_t i = 0; i < table.size(); ++i) {
    const law::BenefitInfo& info = program_.benefits[table.benefit[i]];
    record.put(static_cast<int64_t>(table.tree[i]));
    name.put_text(table.name[i], !table.name[i].empty());
    person.put_or_nothing(static_cast<int32_t>(table.person[i]), table.person[i] != 0);
    row.put(static_cast<int32_t>(table.row[i]));
    benefit.put(static_cast<int32_t>(table.benefit[i]));
    status.put(static_cast<int32_t>(table.status[i]));

    const bool is_refused = table.status[i] == engine::Status::kNotEntitled;
    const Reasons* why = nullptr;
    if (is_refused) {
      const auto [at, is_new] = reasons.try_emplace(
          {table.benefit[i], table.version[i], table.failed[i], table.replaced_by[i]});
      if (is_new) {
        const auto words = [&](const ReasonWords& in) {
          return in.of(table.benefit[i], table.version[i], table.status[i], table.failed[i],
                       table.replaced_by[i]);
        };
        at->second = {words(vi_), words(en_)};
      }
      why = &at->second;
    }
    reason_vi.put_text(is_refused ? why->vi.reason : "", is_refused);
    reason_en.put_text(is_refused ? why->en.reason : "", is_refused);
    article_vi.put_text(is_refused ? why->vi.article : "", is_refused);
    article_en.put_text(is_refused ? why->en.article : "", is_refused);

    const bool is_paid = table.payment[i] != ResultTable::kNoPayment;
    const law::PaymentRule* rule =
        is_paid ? &info.versions[table.version[i]].payments[table.payment[i] - 1] : nullptr;
    payment.put_or_nothing(static_cast<int32_t>(table.payment[i]), is_paid);
    std::optional<Int128> exact;
    std::string fraction;
    if (is_paid) {
      const auto wide = table.wide.find(i);
      exact = wide != table.wide.end() ? in_places(wide->second)
                                       : in_places(table.numerator[i], table.denominator[i]);
      if (!exact)
        fraction = wide != table.wide.end()
                       ? wide->second.to_string()
                       : Rational(table.numerator[i], table.denominator[i]).to_string();
    }
    amount.put_or_nothing(exact.value_or(0), exact.has_value());
    amount_exact.put_text(fraction, !fraction.empty());
    currency.put_or_nothing(int32_t{0}, is_paid);
    each.put_or_nothing(is_paid ? static_cast<int32_t>(rule->each) : 0, is_paid);
    on.put_or_nothing(table.on[i], table.on[i] != ResultTable::kNoDate);
    from.put_or_nothing(table.from[i], table.from[i] != ResultTable::kNoDate);
    until.put_or_nothing(table.until[i], table.until[i] != ResultTable::kNoDate);
    const bool has_length = is_paid && !table.duration[i].is_zero();
    const std::optional<Int128> length =
        has_length ? in_places(table.duration[i]) : std::optional<Int128>();
    duration.put_or_nothing(length.value_or(0), length.has_value());
    duration_unit.put_or_nothing(
        has_length && program_.nodes[rule->duration].type.month == 0 ? int32_t{1} : int32_t{0},
        has_length);
    const auto id_of = [](uint32_t id) { return id == law::kNoId ? 0 : static_cast<int32_t>(id); };
    party.put_or_nothing(is_paid ? id_of(rule->party) : 0, is_paid && rule->party != law::kNoId);
    fund.put_or_nothing(is_paid ? id_of(rule->fund) : 0, is_paid && rule->fund != law::kNoId);
    counted.put_yes_no(table.counted[i] != 0);
  }
  auto batch = std::make_shared<ArrowBatch>();
  batch->rows = static_cast<int64_t>(table.size());
  for (Column* column : {&record,       &name,          &person,     &row,        &benefit, &status,
                         &reason_vi,    &reason_en,     &article_vi, &article_en, &payment, &amount,
                         &amount_exact, &currency,      &each,       &on,         &from,    &until,
                         &duration,     &duration_unit, &party,      &fund,       &counted})
    batch->columns.push_back(std::move(*column));
  return batch;
}

void ArrowResults::take(std::string_view tokens) {
  const std::lock_guard lock(mutex_);
  for (size_t at = 0; at + sizeof(uint64_t) <= tokens.size(); at += sizeof(uint64_t)) {
    uint64_t number = 0;
    std::memcpy(&number, tokens.data() + at, sizeof(number));
    auto batch = made_.extract(number).mapped();
    if (batch->rows != 0) taken_.push_back(std::move(batch));
  }
}

// ---- Handing over ------------------------------------------------------------------------------
//
// The structures that a consumer gets own what they point to: a structure of ours behind
// private_data, which holds the batch as long as any of them lives. A consumer may move children
// out and release them on their own.

namespace {

struct HeldSchema {
  std::string format, name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
  ArrowSchema dictionary{};
};

void release_schema(ArrowSchema* schema) {
  auto* held = static_cast<HeldSchema*>(schema->private_data);
  for (ArrowSchema& child : held->children)
    if (child.release != nullptr) child.release(&child);
  if (held->dictionary.release != nullptr) held->dictionary.release(&held->dictionary);
  delete held;
  schema->release = nullptr;
}

ArrowSchema schema_of(std::string format, std::string name, std::vector<ArrowSchema> children,
                      const ArrowSchema* dictionary, bool may_be_null) {
  auto* held = new HeldSchema{std::move(format), std::move(name), std::move(children), {}, {}};
  for (ArrowSchema& child : held->children) held->child_pointers.push_back(&child);
  if (dictionary != nullptr) held->dictionary = *dictionary;
  return {held->format.c_str(),
          held->name.c_str(),
          nullptr,
          may_be_null ? facts::kArrowNullable : 0,
          static_cast<int64_t>(held->children.size()),
          held->child_pointers.data(),
          dictionary != nullptr ? &held->dictionary : nullptr,
          release_schema,
          held};
}

ArrowSchema schema_of(const Column& column) {
  if (column.words == nullptr) return schema_of(column.format, column.name, {}, nullptr, true);
  const ArrowSchema words = schema_of("u", "", {}, nullptr, true);
  return schema_of(column.format, column.name, {}, &words, true);
}

struct HeldArray {
  std::shared_ptr<const void> owner;
  std::array<const void*, 3> buffers{};
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
  ArrowArray dictionary{};
};

void release_array(ArrowArray* array) {
  auto* held = static_cast<HeldArray*>(array->private_data);
  for (ArrowArray& child : held->children)
    if (child.release != nullptr) child.release(&child);
  if (held->dictionary.release != nullptr) held->dictionary.release(&held->dictionary);
  delete held;
  array->release = nullptr;
}

ArrowArray array_of(HeldArray* held, int64_t rows, int64_t nulls, int64_t buffers) {
  for (ArrowArray& child : held->children) held->child_pointers.push_back(&child);
  const bool has_words = held->dictionary.release != nullptr;
  return {rows,
          nulls,
          0,
          buffers,
          static_cast<int64_t>(held->children.size()),
          held->buffers.data(),
          held->child_pointers.data(),
          has_words ? &held->dictionary : nullptr,
          release_array,
          held};
}

ArrowArray array_of(const std::shared_ptr<const ArrowWords>& words) {
  auto* held =
      new HeldArray{words, {nullptr, words->offsets.data(), words->bytes.data()}, {}, {}, {}};
  return array_of(held, static_cast<int64_t>(words->offsets.size()) - 1, 0, 3);
}

ArrowArray array_of(const std::shared_ptr<const ArrowBatch>& batch, const Column& column) {
  auto* held = new HeldArray{batch, {}, {}, {}, {}};
  held->buffers[0] = column.nulls == 0 ? nullptr : column.validity.data();
  held->buffers[1] =
      column.is_text() ? static_cast<const void*>(column.offsets.data()) : column.data.data();
  held->buffers[2] = column.data.data();
  if (column.words != nullptr) held->dictionary = array_of(column.words);
  return array_of(held, column.rows, column.nulls, column.is_text() ? 3 : 2);
}

struct Stream {
  std::shared_ptr<const ArrowBatch> columns;
  std::vector<std::shared_ptr<const ArrowBatch>> batches;
  size_t next = 0;
};

ArrowSchema schema_of(const ArrowBatch& batch) {
  std::vector<ArrowSchema> columns;
  columns.reserve(batch.columns.size());
  for (const Column& column : batch.columns) columns.push_back(schema_of(column));
  return schema_of("+s", "", std::move(columns), nullptr, false);
}

ArrowArray array_of(const std::shared_ptr<const ArrowBatch>& batch) {
  auto* table = new HeldArray{batch, {}, {}, {}, {}};
  for (const Column& column : batch->columns) table->children.push_back(array_of(batch, column));
  return array_of(table, batch->rows, 0, 1);
}

int get_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  *out = schema_of(*static_cast<const Stream*>(stream->private_data)->columns);
  return 0;
}

int get_next(ArrowArrayStream* stream, ArrowArray* out) {
  auto* held = static_cast<Stream*>(stream->private_data);
  *out = {};
  if (held->next == held->batches.size()) return 0;
  *out = array_of(held->batches[held->next++]);
  return 0;
}

const char* get_last_error(ArrowArrayStream*) { return nullptr; }

void release_stream(ArrowArrayStream* stream) {
  delete static_cast<Stream*>(stream->private_data);
  stream->release = nullptr;
}

}  // namespace

void ArrowResults::batch(const ResultTable& table, ArrowSchema& schema, ArrowArray& array) const {
  const auto batch = make(table);
  schema = schema_of(*batch);
  array = array_of(batch);
}

void ArrowResults::stream(ArrowArrayStream& out) const {
  out = {get_schema, get_next, get_last_error, release_stream, new Stream{empty_, taken_, 0}};
}

}  // namespace ansinh::lab
