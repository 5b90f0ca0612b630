// The page of one law file: headings, prose, and each item with its rules in words, its text and
// its cases.

#include <cmark.h>

#include <cstdlib>
#include <memory>
#include <set>

#include "cli/site.h"
#include "law/check.h"
#include "law/keywords.h"

namespace ansinh::cli {

namespace {

std::string name_of(const law::Item& item) {
  return std::visit(
      [](const auto& value) -> std::string {
        using Kind = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Kind, law::UseItem> ||
                      std::is_same_v<Kind, law::HighestOfItem> ||
                      std::is_same_v<Kind, law::NotYetItem>) {
          return "";
        } else if constexpr (requires { value.common.name; }) {
          return value.common.name;
        } else {
          return value.name;
        }
      },
      item.value);
}

Text label_of(const law::Item& item) {
  return std::visit(
      [](const auto& value) -> Text {
        if constexpr (requires { value.common.label; }) {
          return value.common.label.text;
        } else if constexpr (requires { value.label; }) {
          return value.label.text;
        } else {
          return {};
        }
      },
      item.value);
}

Text kind_of(const law::Item& item) {
  static const Text kinds[] = {{"đơn vị tiền", "currency"},
                               {"văn bản", "act"},
                               {"dựa trên", "stands on"},
                               {"danh mục", "enumeration"},
                               {"quỹ", "fund"},
                               {"bên đóng, bên chi", "party"},
                               {"dữ kiện", "facts"},
                               {"mức theo ngày", "value by date"},
                               {"bảng", "table"},
                               {"lịch", "calendar"},
                               {"định nghĩa", "definition"},
                               {"ngoại lệ", "exception"},
                               {"chế độ", "benefit"},
                               {"khoản đóng", "contribution"},
                               {"mức cao nhất", "highest of"},
                               {"diễn biến", "carry"},
                               {"chưa diễn đạt", "not yet expressed"},
                               {"ca thử", "case"}};
  return kinds[item.value.index()];
}

// `use` and the frame of a file are shown as text only.
bool is_frame(const law::Item& item) {
  return std::holds_alternative<law::UseItem>(item.value) ||
         std::holds_alternative<law::CurrencyItem>(item.value) ||
         std::holds_alternative<law::FundItem>(item.value) ||
         std::holds_alternative<law::PartyItem>(item.value);
}

// Names of cases are a space of their own.
std::string anchor_of(const law::Item& item) {
  const std::string name = name_of(item);
  if (name.empty()) return "";
  if (std::holds_alternative<law::CaseItem>(item.value)) return "case-" + anchor(name);
  if (std::holds_alternative<law::ActItem>(item.value)) return "act-" + anchor(name);
  return anchor(name);
}

// Marks the language of each paragraph, for screen readers and hyphenation.
std::string with_languages(std::string_view html) {
  std::string marked;
  while (!html.empty()) {
    const size_t begin = html.find("<p>");
    const size_t end = begin == std::string_view::npos ? begin : html.find("</p>", begin);
    if (end == std::string_view::npos) break;
    const std::string_view paragraph = html.substr(begin + 3, end - begin - 3);
    marked += html.substr(0, begin);
    marked += is_vietnamese(paragraph) ? "<p lang=\"vi\">" : "<p lang=\"en\">";
    marked += paragraph;
    html.remove_prefix(end);
  }
  return marked + std::string(html);
}

std::string prose_html(const std::string& markdown) {
  const std::unique_ptr<char, decltype(&std::free)> html(
      cmark_markdown_to_html(markdown.data(), markdown.size(), CMARK_OPT_DEFAULT), &std::free);
  return html == nullptr ? "" : with_languages(html.get());
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

class LawPage {
 public:
  LawPage(const Site& site, uint32_t index)
      : site_(site),
        file_(*site.program.files[index]),
        index_(index),
        lines_(lines_of(site.program.sources[file_.source].text)) {}

  std::string html() {
    std::string body = "<article class=\"law\">";
    std::string title = file_.stem;
    bool has_title = false;
    for (const auto& part : file_.parts) {
      if (const auto* heading = std::get_if<law::Heading>(&part)) {
        if (heading->level == 1) {
          const bool ours =
              is_vietnamese(heading->text) == (site_.language == Language::kVietnamese);
          if (ours && !has_title) {
            title = heading->text;
            has_title = true;
          }
        }
      }
    }
    body += "<h1>" + escaped(title) + "</h1>" + contents();
    for (const auto& part : file_.parts) {
      if (const auto* heading = std::get_if<law::Heading>(&part)) {
        if (heading->level > 1 || heading->text != title) body += heading_html(*heading);
      } else if (const auto* prose = std::get_if<law::Prose>(&part)) {
        body += prose_html(prose->text);
      } else {
        body += block_html(std::get<law::Block>(part));
      }
    }
    body += "</article>";
    return page_html(site_, site_.file_pages[index_], title, body);
  }

 private:
  std::string heading_id(const law::Heading& heading) {
    const std::string base = heading.article.empty() ? "h-" + anchor(heading.text)
                                                     : "article-" + anchor(heading.article);
    std::string id = base;
    for (int i = 2; !ids_.insert(id).second; ++i) id = base + "-" + std::to_string(i);
    return id;
  }

  std::string heading_html(const law::Heading& heading) {
    if (heading.level == 1) {
      return "<p class=\"subtitle\" lang=\"" +
             std::string(is_vietnamese(heading.text) ? "vi" : "en") + "\">" +
             escaped(heading.text) + "</p>";
    }
    const std::string tag = "h" + std::to_string(std::min(heading.level, 6));
    const Halves text = halves(site_, heading.text);
    std::string html =
        "<" + tag + " id=\"" + heading_id(heading) + "\">" + escaped(text.ours) + "</" + tag + ">";
    if (!text.other.empty()) {
      html += "<p class=\"other\" lang=\"" + std::string(is_vietnamese(text.other) ? "vi" : "en") +
              "\">" + escaped(text.other) + "</p>";
    }
    return html;
  }

  std::string contents() {
    std::string items;
    for (const auto& part : file_.parts) {
      const auto* heading = std::get_if<law::Heading>(&part);
      if (heading == nullptr || heading->level != 2) continue;
      items += "<li><a href=\"#" + heading_id(*heading) + "\">" +
               escaped(halves(site_, heading->text).ours) + "</a></li>";
    }
    ids_.clear();
    if (items.empty()) return "";
    return "<details class=\"contents\"><summary>" + site_.say("Mục lục", "Contents") +
           "</summary><ul>" + items + "</ul></details>";
  }

  // The line on which the block's fence closes.
  uint32_t last_line(const law::Block& block) const {
    uint32_t line = block.span.line + 1;
    while (line <= lines_.size() && !lines_[line - 1].starts_with("```")) ++line;
    return line - 1;
  }

  std::string text_between(uint32_t first, uint32_t last) const {
    std::string text;
    for (uint32_t line = first; line <= last && line <= lines_.size(); ++line) {
      text += std::string(lines_[line - 1]) + "\n";
    }
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }

  std::string block_html(const law::Block& block) {
    std::string html;
    const uint32_t block_end = last_line(block);
    for (size_t i = 0; i < block.items.size(); ++i) {
      const law::Item& item = block.items[i];
      const uint32_t end =
          i + 1 < block.items.size() ? block.items[i + 1].span.line - 1 : block_end;
      html += item_html(item, text_between(item.span.line, end), end);
    }
    return html;
  }

  std::string code_html(const law::Item& item, const std::string& code, bool open) const {
    const std::string name = name_of(item);
    return "<details class=\"text\"" + std::string(open ? " open" : "") + "><summary>" +
           site_.say("Lời văn chạy được", "As executed") +
           "</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" +
           site_.say("Lời văn chạy được", "As executed") + ": " + escaped(name) + "\"><pre><code>" +
           highlighted(site_, code) + "</code></pre></div></details>";
  }

  std::string item_html(const law::Item& item, const std::string& code, uint32_t end) {
    if (is_frame(item)) return code_html(item, code, false);
    std::string id = anchor_of(item);
    if (!id.empty() && !ids_.insert(id).second) id.clear();
    std::string html = "<section class=\"item\"" + (id.empty() ? "" : " id=\"" + id + "\"") + ">";
    if (std::holds_alternative<law::CaseItem>(item.value)) {
      for (const ShownCase& shown : site_.cases) {
        if (shown.item == &std::get<law::CaseItem>(item.value)) html += case_html(site_, shown);
      }
      return html + code_html(item, code, false) + "</section>";
    }
    const std::string name = name_of(item);
    const std::string label = site_.label(label_of(item), name);
    html += "<p class=\"kind\">" + escaped(site_.say(kind_of(item))) +
            (name.empty() || label == name ? "" : " <code>" + escaped(name) + "</code>") + "</p>";
    if (!label.empty()) html += "<p class=\"label\">" + escaped(label) + "</p>";
    const std::string words = words_of_item(site_, item, file_.source, end);
    return html + words + code_html(item, code, words.empty()) + "</section>";
  }

  const Site& site_;
  const law::File& file_;
  uint32_t index_;
  std::vector<std::string_view> lines_;
  std::set<std::string> ids_;
};

}  // namespace

std::string law_page(const Site& site, uint32_t file) { return LawPage(site, file).html(); }

void find_links(Site& site) {
  for (uint32_t index = 0; index < site.program.files.size(); ++index) {
    for (const auto& part : site.program.files[index]->parts) {
      const auto* block = std::get_if<law::Block>(&part);
      if (block == nullptr) continue;
      for (const law::Item& item : block->items) {
        const std::string name = name_of(item);
        const std::string id = anchor_of(item);
        if (!id.empty()) site.links.emplace(name, site.file_pages[index] + "#" + id);
        if (const auto* entity = std::get_if<law::EntityItem>(&item.value)) {
          const std::string page = site.file_pages[index] + "#" + id;
          if (!entity->list.empty()) site.links.emplace(entity->list, page);
          for (const law::FactItem& fact : entity->facts) site.links.emplace(fact.name, page);
        }
      }
    }
  }
}

std::string highlighted(const Site& site, std::string_view code) {
  std::string html;
  const auto mark = [&](const char* kind, std::string_view text) {
    html += "<span class=\"" + std::string(kind) + "\">" + escaped(text) + "</span>";
  };
  size_t at = 0;
  const auto is_word = [](char c) {
    return (static_cast<unsigned char>(c) & 0x80U) != 0 || c == '_' || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  while (at < code.size()) {
    const size_t begin = at;
    const char c = code[at];
    if (c == '"') {
      at = std::min(code.find('"', at + 1), code.size() - 1) + 1;
      mark("s", code.substr(begin, at - begin));
    } else if (c >= '0' && c <= '9') {
      while (at < code.size() && (is_word(code[at]) || code[at] == '.' || code[at] == '%' ||
                                  (code[at] == '-' && at + 1 < code.size() && code[at + 1] >= '0' &&
                                   code[at + 1] <= '9'))) {
        if (code[at] == '.' && at + 1 < code.size() && code[at + 1] == '.') break;
        ++at;
      }
      mark("n", code.substr(begin, at - begin));
    } else if (is_word(c)) {
      while (at < code.size() && is_word(code[at])) ++at;
      const std::string word(code.substr(begin, at - begin));
      if (law::is_keyword_word(word)) {
        mark("k", word);
      } else {
        html += link_to(site, word, word);
      }
    } else {
      html += escaped(code.substr(at++, 1));
    }
  }
  return html;
}

}  // namespace ansinh::cli
