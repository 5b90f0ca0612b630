// The law as a static site: text, rules in words, dated values, cases with their results, search.
//
// Two trees of pages, vi/ and en/, which need no server and make no request to anywhere else. The
// pages stand on the checked program and the results of its cases; they hold no rule of their own.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "law/program.h"

namespace ansinh::cli {

// A case with what came of it.
struct ShownCase {
  const law::CaseItem* item = nullptr;
  uint32_t file = 0;  // index into Program::files
  bool passed = false;
  std::vector<Text> faults;  // expected this, got that
};

struct SitePage {
  std::string path;  // relative to the folder of the site
  std::string bytes;
};

std::vector<SitePage> make_site(const law::Program& program, const std::vector<ShownCase>& cases);

// ---- Shared by site_*.cc -----------------------------------------------------------------------

// One language's tree while it is made.
struct Site {
  const law::Program& program;
  const std::vector<ShownCase>& cases;
  Language language = Language::kEnglish;
  std::vector<std::string> file_pages;                 // by file: "law-pension-2024.html"
  std::unordered_map<std::string, std::string> links;  // name -> "law-people.html#age"

  std::string say(std::string_view vi, std::string_view en) const {
    return std::string(language == Language::kVietnamese ? vi : en);
  }
  const std::string& say(const Text& text) const { return in_language(text, language); }
  std::string label(const Text& label, const std::string& name) const {
    return say(label).empty() ? name : say(label);
  }
};

// "Article 64. … · Điều 64. …": the half in the site's language, and the other; a text that is not
// two halves is all ours.
struct Halves {
  std::string ours, other;
};
Halves halves(const Site& site, const std::string& text);
bool is_vietnamese(std::string_view text);

// For HTML text and attribute values.
std::string escaped(std::string_view text);
// "Điều 66(1)(a) …", several joined.
std::string cites_html(const Site& site, const law::Cites& cites);
// The name as a link to where it is declared, if it is.
std::string link_to(const Site& site, const std::string& name, const std::string& shown);
std::string anchor(const std::string& text);
// The whole document around `body`. `page` is the file name within the language's tree.
std::string page_html(const Site& site, const std::string& page, const std::string& title,
                      const std::string& body);

// site_law.cc: the page of one law file; fills nothing else.
std::string law_page(const Site& site, uint32_t file);
// Names and where they are declared, found before any page is made.
void find_links(Site& site);

// site_words.cc: an item's rules in words; empty if the item has none.
std::string words_of_item(const Site& site, const law::Item& item, uint32_t source,
                          uint32_t last_line);
std::string case_html(const Site& site, const ShownCase& shown);
// A step chart of a dated parameter; empty if there is nothing to draw.
std::string chart_svg(const Site& site, const law::ParamInfo& param);

// site_index.cc: the pages beside the law files.
void add_index_pages(const Site& site, const std::string& folder, std::vector<SitePage>& pages);

// The text of a block as it stands, coloured, its names linked.
std::string highlighted(const Site& site, std::string_view code);

extern const char* const kSiteStyle;
extern const char* const kSiteScript;

}  // namespace ansinh::cli
