// Any bytes: normalisation is idempotent, and nothing built on valid text reads past its end.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/date.h"
#include "base/error.h"
#include "base/text.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto date = ansinh::Date::parse(bytes)) require(date->to_string() == bytes);
  if (const auto month = ansinh::Month::parse(bytes)) require(month->to_string() == bytes);

  const auto text = ansinh::normalize(bytes);
  if (!text) {
    require(text.error() < size);
    return 0;
  }
  // A second byte order mark may follow the first; without it, normal text stays as it is.
  const auto again = ansinh::normalize(*text);
  require(again.has_value());
  if (!text->starts_with("\xEF\xBB\xBF")) require(*again == *text);

  size_t characters = 0;
  for (size_t offset = 0; offset < text->size(); ++characters) {
    ansinh::next_character(*text, offset);
  }
  require(characters == ansinh::character_count(*text));
  require(ansinh::display_width(*text) <= 2 * characters);
  ansinh::fold(*text);
  ansinh::group_digits(*text, true);
  ansinh::nearest_of(std::string_view(*text).substr(0, 64), &*text, &*text + 1);

  ansinh::Diagnostic diagnostic;
  if (size >= 3) diagnostic.span = {0, data[0], data[1], data[2]};
  const ansinh::Sources sources = {{"fuzz.md", *text}};
  ansinh::render(diagnostic, sources, ansinh::Language::kVietnamese, true);
  return 0;
}
