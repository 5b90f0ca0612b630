#include "facts/arrow_field.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>

#include "base/date.h"
#include "base/text.h"

namespace ansinh::facts {

namespace {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

constexpr int64_t kSecondsPerDay = 86'400;

int number_after(std::string_view text, char mark) {
  const size_t at = text.find(mark);
  int number = 0;
  if (at != std::string_view::npos)
    std::from_chars(text.data() + at + 1, text.data() + text.size(), number);
  return number;
}

void integer(ArrowField& field, int width, bool is_signed) {
  field.form = ArrowForm::kInteger;
  field.width = width;
  field.is_signed = is_signed;
}

// "d:PRECISION,SCALE" or "d:PRECISION,SCALE,BITS".
void decimal(ArrowField& field, std::string_view format) {
  const size_t comma = format.find(',');
  const std::string_view rest = format.substr(std::min(comma, format.size()));
  const size_t second = rest.find(',', 1);
  const int bits = second == std::string_view::npos ? 128 : number_after(rest.substr(1), ',');
  field.scale = number_after(rest, ',');
  field.width = bits / 8;
  const bool is_read = (bits == 32 || bits == 64 || bits == 128) && field.scale >= 0;
  if (is_read) field.form = ArrowForm::kDecimal;
}

// "tsUNIT:ZONE": a moment of a time zone is a different day elsewhere.
void moment(ArrowField& field, std::string_view format) {
  static constexpr std::string_view kUnits = "smun";
  const size_t unit = format.size() < 4 ? std::string_view::npos : kUnits.find(format[2]);
  if (unit == std::string_view::npos || format.size() > 4) return;
  field.form = ArrowForm::kMoments;
  field.per_day = kSecondsPerDay;
  for (size_t i = 0; i < unit; ++i) field.per_day *= 1000;
}

void read_format(ArrowField& field, std::string_view format) {
  if (format.size() == 1) {
    switch (format[0]) {
      case 'n':
        field.form = ArrowForm::kNull;
        return;
      case 'b':
        field.form = ArrowForm::kYesNo;
        return;
      case 'c':
      case 'C':
        return integer(field, 1, format[0] == 'c');
      case 's':
      case 'S':
        return integer(field, 2, format[0] == 's');
      case 'i':
      case 'I':
        return integer(field, 4, format[0] == 'i');
      case 'l':
      case 'L':
        return integer(field, 8, format[0] == 'l');
      case 'u':
      case 'U':
        field.form = ArrowForm::kText;
        field.width = format[0] == 'u' ? 4 : 8;
        return;
      case 'e':
      case 'f':
      case 'g':
        field.form = ArrowForm::kFloat;
        return;
      default:
        return;
    }
  }
  if (format == "vu") {
    field.form = ArrowForm::kTextView;
  } else if (format == "tdD") {
    field.form = ArrowForm::kDays;
  } else if (format == "tdm") {
    field.form = ArrowForm::kMoments;
    field.per_day = kSecondsPerDay * 1000;
  } else if (format.starts_with("ts")) {
    moment(field, format);
  } else if (format.starts_with("d:")) {
    decimal(field, format);
  } else if (format == "+s") {
    field.form = ArrowForm::kStruct;
  } else if (format == "+l" || format == "+L") {
    field.form = ArrowForm::kList;
    field.width = format == "+l" ? 4 : 8;
  } else if (format == "+vl" || format == "+vL") {
    field.form = ArrowForm::kListView;
    field.width = format == "+vl" ? 4 : 8;
  } else if (format.starts_with("+w:")) {
    field.form = ArrowForm::kFixedList;
    field.scale = number_after(format, ':');
  }
}

template <typename T>
T cell(const void* buffer, int64_t at) {
  T value;
  std::memcpy(&value, static_cast<const char*>(buffer) + at * static_cast<int64_t>(sizeof(T)),
              sizeof(T));
  return value;
}

bool bit(const void* bits, int64_t at) {
  return (static_cast<const uint8_t*>(bits)[at / 8] >> (at % 8) & 1) != 0;
}

int64_t sized(const void* buffer, int64_t at, int width) {
  return width == 4 ? cell<int32_t>(buffer, at) : cell<int64_t>(buffer, at);
}

int64_t integer_of(const ArrowField& field, const void* buffer, int64_t at) {
  switch (field.width) {
    case 1:
      return field.is_signed ? cell<int8_t>(buffer, at) : cell<uint8_t>(buffer, at);
    case 2:
      return field.is_signed ? cell<int16_t>(buffer, at) : cell<uint16_t>(buffer, at);
    case 4:
      return field.is_signed ? cell<int32_t>(buffer, at) : cell<uint32_t>(buffer, at);
    default:
      return cell<int64_t>(buffer, at);
  }
}

std::string digits_of(const ArrowField& field, const void* buffer, int64_t at) {
  const int64_t value = integer_of(field, buffer, at);
  const bool is_large = field.width == 8 && !field.is_signed;
  return is_large ? std::to_string(static_cast<uint64_t>(value)) : std::to_string(value);
}

std::string decimal_of(const ArrowField& field, const void* buffer, int64_t at) {
  Int128 value = 0;
  if (field.width == 4) value = cell<int32_t>(buffer, at);
  if (field.width == 8) value = cell<int64_t>(buffer, at);
  if (field.width == 16) value = cell<Int128>(buffer, at);
  const bool is_negative = value < 0;
  UInt128 rest =
      is_negative ? UInt128{0} - static_cast<UInt128>(value) : static_cast<UInt128>(value);
  std::string text;  // from its end
  for (int place = 0; rest != 0 || place <= field.scale; ++place) {
    if (place == field.scale && field.scale != 0) text += '.';
    text += static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  }
  if (is_negative) text += '-';
  std::reverse(text.begin(), text.end());
  return text;
}

std::string_view view_of(const ArrowArray& array, int64_t at) {
  constexpr int32_t kInlineMax = 12;
  const auto* view = static_cast<const char*>(array.buffers[1]) + at * 16;
  int32_t length = 0, buffer = 0, offset = 0;
  std::memcpy(&length, view, 4);
  if (length <= kInlineMax) return {view + 4, static_cast<size_t>(length)};
  std::memcpy(&buffer, view + 8, 4);
  std::memcpy(&offset, view + 12, 4);
  return {static_cast<const char*>(array.buffers[2 + buffer]) + offset,
          static_cast<size_t>(length)};
}

JsonValue text_value(std::string_view bytes, Span span) {
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  if (std::ranges::all_of(bytes, is_plain))
    return {JsonKind::kString, span, std::string(bytes), {}, {}};
  auto normal = normalize(bytes);
  // What is not UTF-8 is no text: whoever reads it says that it has the wrong shape.
  if (!normal) return {JsonKind::kArray, span, {}, {}, {}};
  return {JsonKind::kString, span, std::move(*normal), {}, {}};
}

// A moment that is not midnight stays text with its time, which no date is.
JsonValue day_value(const ArrowField& field, int64_t days, bool is_midnight, Span span) {
  JsonValue out{JsonKind::kString, span, {}, {}, {}};
  constexpr int64_t kDaysMax = 1'000'000;
  if (days < -kDaysMax || days > kDaysMax) {
    out.text = "day " + std::to_string(days);
    return out;
  }
  const Date date{static_cast<int32_t>(days)};
  out.text = field.is_month ? Month::of(date).to_string() : date.to_string();
  if (!is_midnight) out.text += "T…";
  return out;
}

JsonValue list_value(const ArrowField& field, const ArrowArray& array, int64_t first, int64_t count,
                     Span span) {
  JsonValue out{JsonKind::kArray, span, {}, {}, {}};
  out.items.reserve(static_cast<size_t>(count));
  for (int64_t i = first; i < first + count; ++i)
    out.items.push_back(arrow_value(*field.inner, *array.children[0], i, span));
  return out;
}

JsonValue struct_value(const ArrowField& field, const ArrowArray& array, int64_t at, Span span) {
  JsonValue out{JsonKind::kObject, span, {}, {}, {}};
  for (size_t i = 0; i < field.children.size(); ++i) {
    JsonValue value = arrow_value(field.children[i], *array.children[i], at, span);
    if (value.kind == JsonKind::kNull) continue;  // a table cannot leave a cell out otherwise
    out.members.push_back({field.children[i].name, span, std::move(value)});
  }
  return out;
}

}  // namespace

ArrowField arrow_field(const ArrowSchema& schema, const std::string& path) {
  ArrowField field;
  field.name = schema.name == nullptr ? "" : schema.name;
  field.path = path;
  field.format = schema.format;
  read_format(field, field.format);
  if (schema.dictionary != nullptr) {
    field.form = field.form == ArrowForm::kInteger ? ArrowForm::kDictionary : ArrowForm::kOther;
    field.inner = std::make_unique<ArrowField>(arrow_field(*schema.dictionary, path));
  } else if (field.form == ArrowForm::kStruct) {
    for (int64_t i = 0; i < schema.n_children; ++i) {
      const char* name = schema.children[i]->name;
      std::string below = path.empty() ? "" : path + ".";
      below += name == nullptr ? "" : name;
      field.children.push_back(arrow_field(*schema.children[i], below));
    }
  } else if (schema.n_children == 1) {
    field.inner = std::make_unique<ArrowField>(arrow_field(*schema.children[0], path));
  }
  return field;
}

JsonValue arrow_value(const ArrowField& field, const ArrowArray& array, int64_t at, Span span) {
  const int64_t i = array.offset + at;
  JsonValue nothing{JsonKind::kNull, span, {}, {}, {}};
  if (field.form == ArrowForm::kNull) return nothing;
  if (array.null_count != 0 && array.buffers[0] != nullptr && !bit(array.buffers[0], i))
    return nothing;
  switch (field.form) {
    case ArrowForm::kYesNo:
      return {bit(array.buffers[1], i) ? JsonKind::kTrue : JsonKind::kFalse, span, {}, {}, {}};
    case ArrowForm::kInteger:
      return {JsonKind::kNumber, span, digits_of(field, array.buffers[1], i), {}, {}};
    case ArrowForm::kDecimal:
      return {JsonKind::kNumber, span, decimal_of(field, array.buffers[1], i), {}, {}};
    case ArrowForm::kText: {
      const int64_t first = sized(array.buffers[1], i, field.width);
      const int64_t end = sized(array.buffers[1], i + 1, field.width);
      return text_value(
          {static_cast<const char*>(array.buffers[2]) + first, static_cast<size_t>(end - first)},
          span);
    }
    case ArrowForm::kTextView:
      return text_value(view_of(array, i), span);
    case ArrowForm::kDays:
      return day_value(field, cell<int32_t>(array.buffers[1], i), true, span);
    case ArrowForm::kMoments: {
      const auto moment = cell<int64_t>(array.buffers[1], i);
      int64_t days = moment / field.per_day;
      if (days * field.per_day > moment) --days;
      return day_value(field, days, days * field.per_day == moment, span);
    }
    case ArrowForm::kDictionary:
      return arrow_value(*field.inner, *array.dictionary, integer_of(field, array.buffers[1], i),
                         span);
    case ArrowForm::kList: {
      const int64_t first = sized(array.buffers[1], i, field.width);
      return list_value(field, array, first, sized(array.buffers[1], i + 1, field.width) - first,
                        span);
    }
    case ArrowForm::kListView:
      return list_value(field, array, sized(array.buffers[1], i, field.width),
                        sized(array.buffers[2], i, field.width), span);
    case ArrowForm::kFixedList:
      return list_value(field, array, i * field.scale, field.scale, span);
    case ArrowForm::kStruct:
      return struct_value(field, array, i, span);
    default:
      return nothing;
  }
}

}  // namespace ansinh::facts
