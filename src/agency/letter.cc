#include "agency/letter.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <memory>

#include "agency/steps.h"
#include "agency/vocabulary.h"
#include "base/text.h"

namespace ansinh::agency {

namespace {

// What a letter says, before it has a form.
struct LetterText {
  std::string title, to, verdict;
  std::vector<std::string> body;  // lines
  std::string payments_head;
  std::vector<std::string> payments;
  std::string appeal, number;
};

std::string money(int64_t amount, Language language, const law::Program& program) {
  const bool is_vietnamese = language == Language::kVietnamese;
  const Text& label = program.currency_label;
  return group_digits(std::to_string(amount), is_vietnamese) + " " +
         (is_vietnamese ? label.vi : program.currency);
}

std::string line_of(const Term& term, Language language, const law::Program& program) {
  const auto say = [&](std::string_view vi, std::string_view en) {
    return std::string(language == Language::kVietnamese ? vi : en);
  };
  std::string line = money(term.amount, language, program);
  const std::string from = Month{static_cast<int32_t>(term.from_month)}.to_display();
  if (term.each == "once") return line + say(", một lần", ", once");
  line += say(" mỗi tháng, từ tháng ", " each month, from ") + from;
  if (term.until_month != Term::kOpenTerm) {
    line += say(" đến tháng ", " to ") + Month{static_cast<int32_t>(term.until_month)}.to_display();
  }
  return line;
}

LetterText text_of_letter(const LawBook& book, const DecisionRules& rules, const Decision& decision,
                          const std::string& name, Language language) {
  const auto say = [&](std::string_view vi, std::string_view en) {
    return std::string(language == Language::kVietnamese ? vi : en);
  };
  const law::Program& program = book.law();
  const Finding& finding = decision.finding;
  const auto found = program.benefit_by_name.find(finding.benefit);
  const std::string label = found == program.benefit_by_name.end()
                                ? finding.benefit
                                : in_language(program.benefits[found->second].label, language);
  LetterText out;
  const bool is_entitled = finding.status == "entitled";
  out.title = say("Quyết định về “", "Decision on “") + label + "”";
  out.to = (name.empty() ? say("Kính gửi Quý vị", "Dear Sir or Madam")
                         : say("Kính gửi ", "Dear ") + name) +
           ",";
  out.verdict =
      is_entitled
          ? say("Quý vị được hưởng chế độ này.", "You are entitled to this benefit.")
          : say("Quý vị không được hưởng chế độ này. Lý do và điều luật ở dưới đây.",
                "You are not entitled to this benefit. The reasons, with their articles, follow.");
  if (decision.kind == "revision") {
    out.verdict =
        say("Chúng tôi đã xem lại quyết định trước vì có dữ kiện hoặc quy định thay đổi. ",
            "We looked at the earlier decision again, because a fact or a rule has changed. ") +
        out.verdict;
  } else if (decision.kind == "appeal") {
    out.verdict = say("Theo khiếu nại của Quý vị, chúng tôi đã quyết định lại. ",
                      "On your appeal we decided anew. ") +
                  out.verdict;
  }
  const std::string& words = in_language(finding.words, language);
  for (size_t begin = 0; begin < words.size();) {
    const size_t end = std::min(words.find('\n', begin), words.size());
    if (end > begin) out.body.push_back(words.substr(begin, end - begin));
    begin = end + 1;
  }
  if (!finding.terms.empty()) {
    out.payments_head = say("Số tiền được trả", "What is paid");
    for (const Term& term : finding.terms) out.payments.push_back(line_of(term, language, program));
  }
  out.appeal =
      say("Nếu không đồng ý, Quý vị có quyền khiếu nại", "If you do not agree, you may appeal");
  if (rules.appeal_within_days > 0) {
    const std::string days = std::to_string(rules.appeal_within_days);
    out.appeal += say(" trong vòng " + days + " ngày kể từ ngày nhận thư này",
                      " within " + days + " days of receiving this letter");
  }
  out.appeal +=
      say(", bằng đơn hoặc trực tiếp tại cơ quan đã ra quyết định; xin ghi số quyết định ở dưới. "
          "Khiếu nại không mất tiền.",
          ", in writing or in person at the office that decided; please give the number below. "
          "An appeal costs nothing.");
  const std::string id = std::to_string(decision.person) + "-" + std::to_string(decision.decision);
  out.number = say("Quyết định số ", "Decision no. ") + id +
               say(", áp dụng pháp luật tại ngày ", ", by the law as of ") +
               finding.decided_for.to_display() + say("; mã luật ", "; law ") +
               finding.law_digest.substr(0, 12) + say(", mã dữ kiện ", ", facts ") +
               finding.facts_digest.substr(0, 12);
  return out;
}

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

constexpr const char* kLetterStyle =
    "body{font:16px/1.5 'DejaVu Serif',Georgia,serif;max-width:42em;margin:2em auto;padding:0 1em;"
    "color:#111;background:#fff}h1{font-size:1.4em}h2{font-size:1.1em}.verdict{font-weight:bold}"
    "li{margin:.2em 0}.in{padding-left:1.5em}footer{margin-top:2em;font-size:.85em;color:#444}";

// ---- PDF ---------------------------------------------------------------------------------------

constexpr double kPageWidth = 595.276, kPageHeight = 841.89, kMargin = 62;  // A4, in points

class Page {
 public:
  Page()
      : surface_(cairo_pdf_surface_create_for_stream(write, &bytes_, kPageWidth, kPageHeight)),
        cairo_(cairo_create(surface_)) {}
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;
  ~Page() {
    cairo_destroy(cairo_);
    cairo_surface_destroy(surface_);
  }

  void title(const std::string& text) {
    cairo_pdf_surface_set_metadata(surface_, CAIRO_PDF_METADATA_TITLE, text.c_str());
  }

  // A paragraph of `points`, `indent` to the right; goes over pages line by line.
  void paragraph(const std::string& text, double points, bool is_bold, double indent,
                 double after) {
    PangoLayout* const layout = pango_cairo_create_layout(cairo_);
    PangoFontDescription* const font = pango_font_description_from_string("DejaVu Serif");
    pango_font_description_set_absolute_size(font, points * PANGO_SCALE);
    if (is_bold) pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_width(layout,
                           static_cast<int>((kPageWidth - 2 * kMargin - indent) * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(layout, text.data(), static_cast<int>(text.size()));
    PangoLayoutIter* const lines = pango_layout_get_iter(layout);
    do {
      PangoRectangle size;
      pango_layout_iter_get_line_extents(lines, nullptr, &size);
      const double height = static_cast<double>(size.height) / PANGO_SCALE;
      if (at_ + height > kPageHeight - kMargin) {
        cairo_show_page(cairo_);
        at_ = kMargin;
      }
      const double baseline =
          static_cast<double>(pango_layout_iter_get_baseline(lines) - size.y) / PANGO_SCALE;
      cairo_move_to(cairo_, kMargin + indent, at_ + baseline);
      pango_cairo_show_layout_line(cairo_, pango_layout_iter_get_line_readonly(lines));
      at_ += height * 1.2;
    } while (pango_layout_iter_next_line(lines) != 0);
    pango_layout_iter_free(lines);
    pango_font_description_free(font);
    g_object_unref(layout);
    at_ += after;
  }

  std::string finish() {
    cairo_show_page(cairo_);
    cairo_surface_finish(surface_);
    return bytes_;
  }

 private:
  static cairo_status_t write(void* to, const unsigned char* data, unsigned size) {
    static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(data), size);
    return CAIRO_STATUS_SUCCESS;
  }

  std::string bytes_;
  cairo_surface_t* surface_;
  cairo_t* cairo_;
  double at_ = kMargin;
};

std::string name_of_person(const Steps& steps, int64_t person) {
  const auto row = steps.one("SELECT name FROM profile WHERE person = $1", {person});
  return row ? cell_text((*row)[0]) : std::string();
}

}  // namespace

std::string letter_html(const LawBook& book, const DecisionRules& rules, const Decision& decision,
                        const std::string& name, Language language) {
  const LetterText text = text_of_letter(book, rules, decision, name, language);
  std::string out = std::string("<!doctype html>\n<html lang=\"") +
                    (language == Language::kVietnamese ? "vi" : "en") +
                    "\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                    "content=\"width=device-width,initial-scale=1\"><title>" +
                    html_escaped(text.title) + "</title><style>" + kLetterStyle +
                    "</style></head>\n<body>\n<h1>" + html_escaped(text.title) + "</h1>\n<p>" +
                    html_escaped(text.to) + "</p>\n<p class=\"verdict\">" +
                    html_escaped(text.verdict) + "</p>\n";
  if (!text.payments.empty()) {
    out += "<h2>" + html_escaped(text.payments_head) + "</h2>\n<ul>\n";
    for (const std::string& line : text.payments) out += "<li>" + html_escaped(line) + "</li>\n";
    out += "</ul>\n";
  }
  for (const std::string& line : text.body) {
    const bool is_below = line.starts_with(' ');
    out += (is_below ? "<p class=\"in\">" : "<p>") +
           html_escaped(line.substr(std::min(line.find_first_not_of(' '), line.size()))) + "</p>\n";
  }
  return out + "<p>" + html_escaped(text.appeal) + "</p>\n<footer>" + html_escaped(text.number) +
         "</footer>\n</body>\n</html>\n";
}

Expected<std::string> letter_pdf(const LawBook& book, const DecisionRules& rules,
                                 const Decision& decision, const std::string& name,
                                 Language language) {
  PangoFontMap* const fonts = pango_cairo_font_map_get_default();
  PangoFontFamily** families = nullptr;
  int count = 0;
  pango_font_map_list_families(fonts, &families, &count);
  g_free(static_cast<void*>(families));
  if (count == 0) {
    return std::unexpected(
        refused("no-font", {"máy chưa có phông chữ nào; cài gói fonts-dejavu-core",
                            "no font is installed; install fonts-dejavu-core"}));
  }
  const LetterText text = text_of_letter(book, rules, decision, name, language);
  Page page;
  page.title(text.title);
  page.paragraph(text.title, 16, true, 0, 10);
  page.paragraph(text.to, 11, false, 0, 6);
  page.paragraph(text.verdict, 11, true, 0, 8);
  if (!text.payments.empty()) {
    page.paragraph(text.payments_head, 12, true, 0, 2);
    for (const std::string& line : text.payments) page.paragraph("• " + line, 11, false, 10, 2);
    page.paragraph(" ", 6, false, 0, 0);
  }
  for (const std::string& line : text.body) {
    const size_t begin = std::min(line.find_first_not_of(' '), line.size());
    page.paragraph(line.substr(begin), 10, false, static_cast<double>(begin) * 5, 3);
  }
  page.paragraph(" ", 6, false, 0, 0);
  page.paragraph(text.appeal, 11, false, 0, 12);
  page.paragraph(text.number, 8, false, 0, 0);
  return page.finish();
}

Text letter_texts(const LawBook& book, const DecisionRules& rules, const Decision& decision,
                  const std::string& name) {
  return {letter_html(book, rules, decision, name, Language::kVietnamese),
          letter_html(book, rules, decision, name, Language::kEnglish)};
}

Expected<Letter> write_letter(store::Connection& connection, const LawBook& book,
                              const Decision& decision) {
  return guarded(connection, [&](const Steps& steps) {
    const DecisionRules rules = kept(decision_rules(book));
    Letter letter;
    letter.person = decision.person;
    letter.letter = steps.next("letter", "letter", decision.person);
    letter.decision = decision.decision;
    letter.html = letter_texts(book, rules, decision, name_of_person(steps, decision.person));
    letter.recorded_at = steps.now();
    steps.run(
        "INSERT INTO letter (person, letter, decision, vi, en, recorded_at) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        {letter.person, letter.letter, letter.decision, letter.html.vi, letter.html.en,
         letter.recorded_at});
    return letter;
  });
}

Expected<std::vector<Letter>> letters_of(store::Connection& connection, int64_t person) {
  return guarded(connection, [&](const Steps& steps) {
    std::vector<Letter> all;
    for (const Record& row : steps.all("SELECT letter, decision, vi, en, recorded_at FROM letter "
                                       "WHERE person = $1 ORDER BY letter",
                                       {person})) {
      all.push_back({person,
                     cell_number(row[0]),
                     cell_number(row[1]),
                     {cell_text(row[2]), cell_text(row[3])},
                     cell_number(row[4])});
    }
    return all;
  });
}

}  // namespace ansinh::agency
