#include "law/format.h"

#include <algorithm>
#include <utility>

#include "law/formatter.h"
#include "law/headings.h"

namespace ansinh::law {

namespace {

bool is_one_line(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n') == 1;
}

// Short items of one kind stand together; all others are set apart by a blank line.
bool stand_together(const Item& a, const std::string& a_text, const Item& b,
                    const std::string& b_text) {
  if (a.value.index() != b.value.index()) return false;
  if (std::holds_alternative<FundItem>(b.value) || std::holds_alternative<PartyItem>(b.value)) {
    return true;
  }
  const bool short_kind =
      std::holds_alternative<HighestOfItem>(b.value) || std::holds_alternative<NotYetItem>(b.value);
  return short_kind && is_one_line(a_text) && is_one_line(b_text);
}

std::string block_text(const Block& block, bool vietnamese, const Label& act_label) {
  ItemWriter writer(vietnamese);
  std::string out = vietnamese ? "```luat vi\n" : "```luat\n";
  std::string last;
  for (size_t i = 0; i < block.items.size(); ++i) {
    std::string text = writer.item(block.items[i], act_label);
    const bool apart = i > 0 && !stand_together(block.items[i - 1], last, block.items[i], text);
    if (apart) out += "\n";
    out += text;
    last = std::move(text);
  }
  return out + "```\n";
}

}  // namespace

std::string format_file(const File& file, std::optional<bool> vietnamese) {
  std::string out;
  Headings headings;
  for (const auto& part : file.parts) {
    if (const auto* heading = std::get_if<Heading>(&part)) {
      headings.enter(*heading);
      out += std::string(static_cast<size_t>(heading->level), '#');
      out += heading->text.empty() ? "\n" : " " + heading->text + "\n";
    } else if (const auto* prose = std::get_if<Prose>(&part)) {
      if (prose->text.find_first_not_of(" \t\r\n") != std::string::npos) headings.leave_titles();
      out += prose->text;
    } else {
      const Block& block = std::get<Block>(part);
      headings.leave_titles();
      out += block_text(block, vietnamese.value_or(block.vietnamese), headings.act_label());
    }
  }
  return out;
}

}  // namespace ansinh::law
