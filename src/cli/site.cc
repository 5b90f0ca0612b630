#include "cli/site.h"

#include <set>

#include "base/text.h"
#include "law/check.h"

namespace ansinh::cli {

namespace {

struct NavEntry {
  const char* page;
  const char* vi;
  const char* en;
};

constexpr NavEntry kNav[] = {
    {"index.html", "Pháp luật", "The law"},
    {"benefits.html", "Chế độ", "Benefits"},
    {"values.html", "Mức và ngày", "Values by date"},
    {"articles.html", "Theo điều", "By article"},
    {"cases.html", "Ca thử", "Cases"},
    {"coverage.html", "Đã viết đến đâu", "Coverage"},
};

std::string nav_html(const Site& site, const std::string& page) {
  std::string html = "<nav aria-label=\"" + site.say("Chính", "Main") + "\"><ul>";
  for (const NavEntry& entry : kNav) {
    const std::string current = page == entry.page ? " aria-current=\"page\"" : "";
    html += "<li><a href=\"" + std::string(entry.page) + "\"" + current + ">" +
            escaped(site.say(entry.vi, entry.en)) + "</a></li>";
  }
  return html + "</ul></nav>";
}

std::string front_html() {
  return "<!doctype html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
         "<title>An Sinh</title><link rel=\"stylesheet\" href=\"style.css\"></head>"
         "<body><main id=\"main\" class=\"front\"><h1>An Sinh</h1>"
         "<p lang=\"vi\"><a class=\"button\" href=\"vi/index.html\">Pháp luật an sinh – tiếng "
         "Việt</a></p>"
         "<p lang=\"en\"><a class=\"button\" href=\"en/index.html\">The law of social protection – "
         "English</a></p>"
         "</main></body></html>\n";
}

}  // namespace

// By the share of marked letters: one Vietnamese name does not make an English paragraph
// Vietnamese.
bool is_vietnamese(std::string_view text) {
  constexpr size_t kShareMin = 25;  // one byte in 25
  const size_t plain = fold(text).size();
  return plain < text.size() && (text.size() - plain) * kShareMin > text.size();
}

Halves halves(const Site& site, const std::string& text) {
  const std::string_view dot = " · ";
  const size_t at = text.find(dot);
  if (at == std::string::npos || text.find(dot, at + dot.size()) != std::string::npos)
    return {text, ""};
  const std::string first = text.substr(0, at);
  const std::string second = text.substr(at + dot.size());
  if (is_vietnamese(first) == is_vietnamese(second)) return {text, ""};
  const bool first_is_ours = is_vietnamese(first) == (site.language == Language::kVietnamese);
  return first_is_ours ? Halves{first, second} : Halves{second, first};
}

std::string escaped(std::string_view text) {
  std::string html;
  html.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string cites_html(const Site& site, const law::Cites& cites) {
  std::string html;
  for (const law::Cite& cite : cites) {
    html += (html.empty() ? "" : "; ") + escaped(law::sentence(cite, site.program, site.language));
  }
  return html.empty() ? "" : "<span class=\"cite\">" + html + "</span>";
}

std::string link_to(const Site& site, const std::string& name, const std::string& shown) {
  const auto found = site.links.find(name);
  if (found == site.links.end()) return escaped(shown);
  return "<a href=\"" + escaped(found->second) + "\">" + escaped(shown) + "</a>";
}

std::string anchor(const std::string& text) {
  std::string id;
  for (const char c : fold(text)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (is_plain) {
      id += c;
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
  }
  while (!id.empty() && id.back() == '-') id.pop_back();
  return id.empty() ? "x" : id;
}

std::string page_html(const Site& site, const std::string& page, const std::string& title,
                      const std::string& body) {
  const bool is_vietnamese = site.language == Language::kVietnamese;
  const std::string other = is_vietnamese ? "en" : "vi";
  return "<!doctype html>\n<html lang=\"" + std::string(is_vietnamese ? "vi" : "en") +
         "\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" +
         escaped(title) + " – An Sinh</title><link rel=\"stylesheet\" href=\"../style.css\">" +
         "<link rel=\"alternate\" hreflang=\"" + other + "\" href=\"../" + other + "/" +
         escaped(page) + "\"></head><body><a class=\"skip\" href=\"#main\">" +
         site.say("Đến nội dung chính", "Skip to the content") +
         "</a><header class=\"top\"><div class=\"bar\"><a class=\"home\" href=\"index.html\">An "
         "Sinh</a>"
         "<form role=\"search\" action=\"search.html\" method=\"get\"><label for=\"q\" "
         "class=\"hidden\">" +
         site.say("Tìm trong pháp luật", "Search the law") +
         "</label><input id=\"q\" name=\"q\" type=\"search\" placeholder=\"" +
         site.say("Tìm điều, chế độ, mức…", "Search articles, benefits, values…") + "\"><button>" +
         site.say("Tìm", "Search") + "</button></form>" + "<a class=\"switch\" lang=\"" + other +
         "\" hreflang=\"" + other + "\" href=\"../" + other + "/" + escaped(page) + "\">" +
         (is_vietnamese ? "English" : "Tiếng Việt") + "</a></div>" + nav_html(site, page) +
         "</header><main id=\"main\" tabindex=\"-1\">" + body + "</main><footer><p>" +
         site.say(
             "Trang này được tạo từ chính các tệp luật mà chương trình thi hành; không có quy tắc "
             "nào nằm ở đây.",
             "Made from the law files that the program executes; no rule lives here.") +
         "</p><p class=\"digest\">" + site.say("Mã luật", "Law digest") + " <code>" +
         escaped(site.program.digest.substr(0, 16)) + "</code></p></footer></body></html>\n";
}

std::vector<SitePage> make_site(const law::Program& program, const std::vector<ShownCase>& cases) {
  std::vector<SitePage> pages;
  pages.push_back({"style.css", kSiteStyle});
  pages.push_back({"search.js", kSiteScript});
  pages.push_back({"index.html", front_html()});
  for (const Language language : {Language::kVietnamese, Language::kEnglish}) {
    Site site{program, cases, language, {}, {}};
    std::set<std::string> used;
    for (const auto& file : program.files) {
      std::string page = "law-" + anchor(file->stem) + ".html";
      for (int i = 2; !used.insert(page).second; ++i) {
        page = "law-" + anchor(file->stem) + "-" + std::to_string(i) + ".html";
      }
      site.file_pages.push_back(page);
    }
    find_links(site);
    const std::string folder = language == Language::kVietnamese ? "vi/" : "en/";
    for (uint32_t file = 0; file < program.files.size(); ++file) {
      pages.push_back({folder + site.file_pages[file], law_page(site, file)});
    }
    add_index_pages(site, folder, pages);
  }
  return pages;
}

}  // namespace ansinh::cli
