// The pages beside the law files: front, benefits, values, articles, cases, coverage, search.

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/coverage_count.h"
#include "cli/site.h"
#include "law/check.h"

namespace ansinh::cli {

namespace {

std::string title_of(const Site& site, uint32_t file) {
  std::string first, ours;
  for (const auto& part : site.program.files[file]->parts) {
    const auto* heading = std::get_if<law::Heading>(&part);
    if (heading == nullptr || heading->level != 1) continue;
    if (first.empty()) first = heading->text;
    if (ours.empty() && is_vietnamese(heading->text) == (site.language == Language::kVietnamese))
      ours = heading->text;
  }
  if (!ours.empty()) return ours;
  return first.empty() ? site.program.files[file]->stem : first;
}

std::string scroll(const std::string& label, const std::string& table) {
  return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" + escaped(label) +
         "\">" + table + "</div>";
}

std::string number_box(size_t number, const std::string& label) {
  return "<li><b>" + std::to_string(number) + "</b> " + escaped(label) + "</li>";
}

std::string front(const Site& site) {
  const law::Program& p = site.program;
  size_t passed = 0;
  for (const ShownCase& shown : site.cases) passed += shown.passed ? 1 : 0;
  std::string body =
      "<h1>" +
      site.say("Pháp luật an sinh xã hội, viết một lần",
               "The law of social protection, written once") +
      "</h1><p class=\"lead\">" +
      site.say(
          "Đây là chính văn bản mà chương trình thi hành: lời giải thích, quy tắc, mức theo ngày "
          "và các ca thử.",
          "This is the text that the program executes: prose, rules, values by date, and test "
          "cases.") +
      "</p><ul class=\"numbers\">" +
      number_box(p.benefits.size(),
                 site.say("chế độ và khoản đóng", "benefits and contributions")) +
      number_box(p.definitions.size(), site.say("định nghĩa", "definitions")) +
      number_box(p.params.size() + p.tables.size(),
                 site.say("dãy mức và bảng", "dated values and tables")) +
      number_box(passed, site.say("ca thử đúng trong " + std::to_string(site.cases.size()),
                                  "of " + std::to_string(site.cases.size()) + " cases pass")) +
      "</ul><h2>" + site.say("Các chủ đề", "Themes") + "</h2><ul class=\"cards\">";
  for (uint32_t file = 0; file < p.files.size(); ++file) {
    body += "<li><a href=\"" + site.file_pages[file] + "\">" + escaped(title_of(site, file)) +
            "</a></li>";
  }
  body += "</ul><h2>" + site.say("Các văn bản", "Acts") + "</h2><ul>";
  const CitedTexts texts(p);
  for (const CitedTexts::Entry& text : texts.all()) {
    const law::ActInfo& act = p.acts[text.act];
    body += "<li>" + escaped(site.label(act.label, act.name)) + " <span class=\"cite\">" +
            act.from.to_display() + " – " +
            (act.until ? act.until->to_display() : std::string("…")) + "</span></li>";
  }
  return page_html(site, "index.html", site.say("Pháp luật", "The law"), body + "</ul>");
}

std::string benefits(const Site& site) {
  std::string lists[2];
  for (const law::BenefitInfo& info : site.program.benefits) {
    std::string acts;
    for (const law::BenefitVersion& version : info.versions) {
      if (version.act == law::kNoId) continue;
      const law::ActInfo& act = site.program.acts[version.act];
      const std::string label = site.label(act.label, act.name);
      if (acts.find(label) == std::string::npos) acts += (acts.empty() ? "" : "; ") + label;
    }
    lists[info.is_contribution ? 1 : 0] +=
        "<li>" + link_to(site, info.name, site.label(info.label, info.name)) +
        " <span class=\"cite\">" + escaped(acts) + "</span></li>";
  }
  return page_html(site, "benefits.html", site.say("Chế độ", "Benefits"),
                   "<h1>" + site.say("Chế độ và khoản đóng", "Benefits and contributions") +
                       "</h1><h2>" + site.say("Chế độ", "Benefits") + "</h2><ul class=\"cards\">" +
                       lists[0] + "</ul><h2>" + site.say("Khoản đóng", "Contributions") +
                       "</h2><ul class=\"cards\">" + lists[1] + "</ul>");
}

std::string values(const Site& site) {
  const std::string label = site.say("Mức theo ngày", "Values by date");
  std::string rows;
  for (const law::ParamInfo& info : site.program.params) {
    if (info.rows.empty()) continue;
    const law::ParamRow& newest = info.rows.back();
    const bool has_value = newest.value.hole == law::Hole::kNotAHole;
    rows +=
        "<tr><th scope=\"row\">" + link_to(site, info.name, site.label(info.label, info.name)) +
        "</th><td class=\"num\">" +
        (has_value ? escaped(law::show(newest.value.value, info.type, site.program, site.language))
                   : std::string("–")) +
        "</td><td>" + newest.from.to_display() +
        (newest.unverified ? " <span class=\"unverified\">" +
                                 site.say("chưa kiểm chứng", "unverified") + "</span>"
                           : "") +
        "</td><td class=\"num\">" + std::to_string(info.rows.size()) + "</td></tr>";
  }
  return page_html(
      site, "values.html", label,
      "<h1>" + label + "</h1>" +
          scroll(label, "<table><thead><tr><th scope=\"col\">" + site.say("Tên", "Name") +
                            "</th><th scope=\"col\" class=\"num\">" +
                            site.say("Mức mới nhất", "Newest value") + "</th><th scope=\"col\">" +
                            site.say("từ ngày", "from") + "</th><th scope=\"col\" class=\"num\">" +
                            site.say("số lần đổi", "rows") + "</th></tr></thead><tbody>" + rows +
                            "</tbody></table>"));
}

// ---- By act and article ------------------------------------------------------------------------

struct ArticleUse {
  std::map<std::string, std::string> names;  // name -> label
};
using Articles = std::map<std::string, ArticleUse, ArticleLess>;

class ArticleIndex {
 public:
  explicit ArticleIndex(const Site& site) : site_(site), texts_(site.program) {
    const law::Program& p = site.program;
    for (const auto& info : p.params) {
      const std::string label = site.label(info.label, info.name);
      add(info.cite, info.name, label);
      for (const auto& row : info.rows) add(row.cite, info.name, label);
    }
    for (const auto& info : p.tables) {
      for (const auto& version : info.versions)
        add(version.cite, info.name, site.label(info.label, info.name));
    }
    for (const auto& info : p.definitions) {
      const std::string label = site.label(info.label, info.name);
      for (const auto& version : info.versions) {
        add(version.cite, info.name, label);
        for (const auto& branch : version.branches) add(branch.cite, info.name, label);
        for (const auto& rule : version.exceptions) add(rule.cite, info.name, label);
      }
    }
    for (const auto& info : p.benefits) {
      const std::string label = site.label(info.label, info.name);
      for (const auto& version : info.versions) {
        add(version.cite, info.name, label);
        for (const auto& rule : version.conditions) add(rule.cite, info.name, label);
      }
    }
  }

  std::string html() const {
    std::vector<std::pair<std::string, std::string>> rest;
    std::string html;
    for (size_t i = 0; i < uses_.size(); ++i) {
      if (uses_[i].empty()) continue;
      const CitedTexts::Entry& text = texts_.all()[i];
      const std::string title = site_.label(text.label, text.name);
      if (text.act != law::kNoId) {
        html += list(title, uses_[i]);
      } else {
        rest.emplace_back(title, list(title, uses_[i]));
      }
    }
    std::sort(rest.begin(), rest.end());
    for (const auto& [title, list] : rest) html += list;
    return html;
  }

 private:
  void add(const law::Cites& cites, const std::string& name, const std::string& label) {
    for (const law::Cite& cite : cites) {
      const size_t index = texts_.of(cite);
      if (uses_.size() <= index) uses_.resize(index + 1);
      uses_[index][article_of(cite)].names.emplace(name, label);
    }
  }

  std::string list(const std::string& title, const Articles& articles) const {
    std::string html =
        "<details class=\"act\"><summary><h2>" + escaped(title) + "</h2></summary><dl>";
    for (const auto& [article, use] : articles) {
      html += "<dt>" +
              (article.empty() ? site_.say("cả văn bản", "the whole text")
                               : site_.say("Điều ", "Article ") + escaped(article)) +
              "</dt><dd><ul>";
      for (const auto& [name, label] : use.names)
        html += "<li>" + link_to(site_, name, label) + "</li>";
      html += "</ul></dd>";
    }
    return html + "</dl></details>";
  }

  const Site& site_;
  CitedTexts texts_;
  std::vector<Articles> uses_;  // parallel to texts_.all()
};

std::string cases(const Site& site) {
  const std::string label = site.say("Ca thử", "Cases");
  size_t passed = 0;
  std::string rows;
  for (const ShownCase& shown : site.cases) {
    passed += shown.passed ? 1 : 0;
    const std::string href = site.file_pages[shown.file] + "#case-" + anchor(shown.item->name);
    rows += "<tr><td><span class=\"" + std::string(shown.passed ? "pass" : "fail") + "\">" +
            (shown.passed ? site.say("✓ đúng", "✓ passes") : site.say("✗ sai", "✗ fails")) +
            "</span></td><th scope=\"row\"><a href=\"" + href + "\">" + escaped(shown.item->name) +
            "</a></th><td>" + escaped(site.say(shown.item->label.text)) + "</td><td>" +
            shown.item->on.to_display() + "</td></tr>";
  }
  const std::string count = std::to_string(passed) + "/" + std::to_string(site.cases.size());
  return page_html(
      site, "cases.html", label,
      "<h1>" + label + "</h1><p>" +
          site.say(count + " ca cho đúng kết quả mong đợi.",
                   count + " cases give what is expected of them.") +
          "</p>" +
          scroll(label, "<table><thead><tr><th scope=\"col\">" + site.say("Kết quả", "Result") +
                            "</th><th scope=\"col\">" + site.say("Tên", "Name") +
                            "</th><th scope=\"col\">" + site.say("Về", "About") +
                            "</th><th scope=\"col\">" + site.say("Ngày", "Date") +
                            "</th></tr></thead><tbody>" + rows + "</tbody></table>"));
}

std::string coverage(const Site& site) {
  const auto all = count_coverage(site.program);
  const std::string label = site.say("Đã viết đến đâu", "Coverage");
  std::string rows, lists;
  for (const ActCoverage& act : all) {
    const std::string name = site.label(act.label, act.name);
    rows += "<tr><th scope=\"row\">" + escaped(name) + "</th><td class=\"num\">" +
            std::to_string(act.articles.size()) + "</td><td class=\"num\">" +
            std::to_string(act.unverified.size()) + "</td><td class=\"num\">" +
            std::to_string(act.not_yet.size()) + "</td></tr>";
    if (act.unverified.empty() && act.not_yet.empty()) continue;
    lists += "<details class=\"act\"><summary><h3>" + escaped(name) + "</h3></summary><ul>";
    for (const UnverifiedEntry& item : act.unverified) {
      lists += "<li><strong>" + site.say("Chưa kiểm chứng", "Unverified") + "</strong> " +
               link_to(site, item.name, item.name) + " – " +
               escaped(halves(site, site.say(item.reason)).ours) + "</li>";
    }
    for (const NotYetEntry& item : act.not_yet) {
      lists += "<li><strong>" + site.say("Chưa diễn đạt", "Not yet expressed") + "</strong> " +
               escaped(site.say(item.what)) + " <span class=\"cite\">" + escaped(item.cite) +
               "</span></li>";
    }
    lists += "</ul></details>";
  }
  return page_html(
      site, "coverage.html", label,
      "<h1>" + label + "</h1>" +
          scroll(label, "<table><thead><tr><th scope=\"col\">" + site.say("Văn bản", "Text") +
                            "</th><th scope=\"col\" class=\"num\">" +
                            site.say("số điều", "articles") +
                            "</th><th scope=\"col\" class=\"num\">" +
                            site.say("chưa kiểm chứng", "unverified") +
                            "</th><th scope=\"col\" class=\"num\">" +
                            site.say("chưa diễn đạt", "not yet expressed") +
                            "</th></tr></thead><tbody>" + rows + "</tbody></table>") +
          "<h2>" + site.say("Chi tiết", "Details") + "</h2>" + lists);
}

// ---- Search ------------------------------------------------------------------------------------

std::string search_page(const Site& site) {
  const std::string label = site.say("Tìm kiếm", "Search");
  return page_html(
      site, "search.html", label,
      "<h1>" + label + "</h1><noscript><p>" +
          site.say("Tìm kiếm cần JavaScript. Các mục lục ở trên dùng được khi không có.",
                   "Search needs JavaScript. The indexes above work without.") +
          "</p></noscript><p id=\"count\" role=\"status\"></p><ul id=\"results\" "
          "class=\"cards\"></ul>"
          "<script src=\"search-index.js\"></script><script src=\"../search.js\"></script>");
}

// What can be found: title, kind, page, and the folded text to look in.
std::string search_index(const Site& site) {
  nlohmann::json all = nlohmann::json::array();
  const auto add = [&](const std::string& title, const std::string& kind, const std::string& href,
                       const std::string& text) {
    all.push_back({{"t", title}, {"k", kind}, {"u", href}, {"x", fold(text)}});
  };
  const auto add_named = [&](const std::string& name, const Text& label, const std::string& kind) {
    const auto href = site.links.find(name);
    if (href != site.links.end())
      add(site.label(label, name), kind, href->second, label.vi + " " + label.en + " " + name);
  };
  const law::Program& p = site.program;
  for (const auto& info : p.benefits)
    add_named(info.name, info.label,
              info.is_contribution ? site.say("khoản đóng", "contribution")
                                   : site.say("chế độ", "benefit"));
  for (const auto& info : p.params)
    add_named(info.name, info.label, site.say("mức theo ngày", "value by date"));
  for (const auto& info : p.tables) add_named(info.name, info.label, site.say("bảng", "table"));
  for (const auto& info : p.definitions)
    add_named(info.name, info.label, site.say("định nghĩa", "definition"));
  for (const auto& info : p.facts) add_named(info.name, info.label, site.say("dữ kiện", "fact"));
  for (uint32_t file = 0; file < p.files.size(); ++file) {
    std::string heading_text = title_of(site, file), href = site.file_pages[file],
                prose = heading_text;
    std::map<std::string, int> used;
    const auto flush = [&] {
      if (!heading_text.empty())
        add(halves(site, heading_text).ours, site.say("điều", "article"), href, prose);
    };
    for (const auto& part : p.files[file]->parts) {
      if (const auto* heading = std::get_if<law::Heading>(&part);
          heading != nullptr && heading->level > 1) {
        flush();
        std::string id = heading->article.empty() ? "h-" + anchor(heading->text)
                                                  : "article-" + anchor(heading->article);
        if (const int count = ++used[id]; count > 1) id += "-" + std::to_string(count);
        heading_text = heading->text;
        href = site.file_pages[file] + "#" + id;
        prose = heading->text;
      } else if (const auto* text = std::get_if<law::Prose>(&part)) {
        prose += " " + text->text;
      }
    }
    flush();
  }
  for (const ShownCase& shown : site.cases) {
    add(shown.item->name, site.say("ca thử", "case"),
        site.file_pages[shown.file] + "#case-" + anchor(shown.item->name),
        shown.item->name + " " + shown.item->label.text.vi + " " + shown.item->label.text.en);
  }
  std::string json = all.dump();
  for (size_t at = json.find("</"); at != std::string::npos; at = json.find("</", at + 3))
    json.insert(at + 1, "\\");
  return "window.searchIndex=" + json + ";\n";
}

}  // namespace

void add_index_pages(const Site& site, const std::string& folder, std::vector<SitePage>& pages) {
  const std::string articles = site.say("Theo điều", "By article");
  pages.push_back({folder + "index.html", front(site)});
  pages.push_back({folder + "benefits.html", benefits(site)});
  pages.push_back({folder + "values.html", values(site)});
  pages.push_back({folder + "articles.html",
                   page_html(site, "articles.html", articles,
                             "<h1>" + articles + "</h1>" + ArticleIndex(site).html())});
  pages.push_back({folder + "cases.html", cases(site)});
  pages.push_back({folder + "coverage.html", coverage(site)});
  pages.push_back({folder + "search.html", search_page(site)});
  pages.push_back({folder + "search-index.js", search_index(site)});
}

}  // namespace ansinh::cli
