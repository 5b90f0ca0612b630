#include "agency/card_print.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <qrencode.h>

#include <memory>

namespace ansinh::agency {

namespace {

constexpr int kQuietModules = 4;  // ISO/IEC 18004 wants so many around it
constexpr int kDotsAModule = 8;
constexpr double kMillimetre = 72.0 / 25.4;  // in points

// The modules of a QR code, row by row.
class QrModules {
 public:
  // Version 0: the smallest that holds it. Letters of base 45 are found to be alphanumeric, in 5.5
  // bits each.
  explicit QrModules(const std::string& text)
      : code_(QRcode_encodeString(text.c_str(), 0, QR_ECLEVEL_M, QR_MODE_8, 1), QRcode_free) {}
  bool is_made() const { return code_ != nullptr; }
  int width() const { return code_->width; }
  bool is_dark(int row, int column) const {
    return (code_->data[row * width() + column] & 1U) != 0;
  }

 private:
  std::unique_ptr<QRcode, void (*)(QRcode*)> code_;
};

std::unexpected<Failure> no_qr_code() {
  return std::unexpected(refused(
      "card-too-long", {"không mã QR nào chứa được thẻ này", "no QR code holds this card"}));
}

// Draws it with its quiet zone into a square of `side`.
void draw_qr(cairo_t* cairo, const QrModules& modules, double x, double y, double side) {
  const double module = side / (modules.width() + 2 * kQuietModules);
  cairo_save(cairo);
  cairo_set_source_rgb(cairo, 1, 1, 1);
  cairo_rectangle(cairo, x, y, side, side);
  cairo_fill(cairo);
  cairo_set_source_rgb(cairo, 0, 0, 0);
  cairo_set_antialias(cairo, CAIRO_ANTIALIAS_NONE);
  for (int row = 0; row < modules.width(); ++row) {
    for (int column = 0; column < modules.width(); ++column) {
      if (!modules.is_dark(row, column)) continue;
      int end = column;  // a run of dark ones is one rectangle
      while (end + 1 < modules.width() && modules.is_dark(row, end + 1)) ++end;
      cairo_rectangle(cairo, x + (column + kQuietModules) * module,
                      y + (row + kQuietModules) * module, (end - column + 1) * module, module);
      column = end;
    }
  }
  cairo_fill(cairo);
  cairo_restore(cairo);
}

cairo_status_t append_bytes(void* to, const unsigned char* data, unsigned size) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(data), size);
  return CAIRO_STATUS_SUCCESS;
}

struct CairoClose {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};
using CairoSurface = std::unique_ptr<cairo_surface_t, CairoClose>;
using Cairo = std::unique_ptr<cairo_t, CairoClose>;

// ---- The page -----------------------------------------------------------------------------------

constexpr double kA4Width = 595.276, kA4Height = 841.89;
constexpr double kCardWidth = 171.2 * kMillimetre, kCardHeight = 62 * kMillimetre;
constexpr double kCardLeft = (kA4Width - kCardWidth) / 2, kCardTop = 60;
constexpr double kQrSide = 56 * kMillimetre;

// Text in a column; `at` moves down.
class CardColumn {
 public:
  CardColumn(cairo_t* cairo, double x, double y, double width)
      : cairo_(cairo), x_(x), at_(y), width_(width) {}

  void line(const std::string& text, double points, bool is_bold, double after) {
    PangoLayout* const layout = pango_cairo_create_layout(cairo_);
    PangoFontDescription* const font = pango_font_description_from_string("DejaVu Sans");
    pango_font_description_set_absolute_size(font, points * PANGO_SCALE);
    if (is_bold) pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_width(layout, static_cast<int>(width_ * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(layout, text.data(), static_cast<int>(text.size()));
    cairo_move_to(cairo_, x_, at_);
    pango_cairo_show_layout(cairo_, layout);
    PangoRectangle size;
    pango_layout_get_extents(layout, nullptr, &size);
    at_ += static_cast<double>(size.height) / PANGO_SCALE + after;
    pango_font_description_free(font);
    g_object_unref(layout);
  }

 private:
  cairo_t* cairo_;
  double x_, at_, width_;
};

class CardWords {
 public:
  explicit CardWords(Language language) : language_(language) {}
  std::string say(std::string_view vi, std::string_view en) const {
    return std::string(language_ == Language::kVietnamese ? vi : en);
  }

  std::string coverage(const card::Coverage& one) const {
    std::string line = in_language(one.label, language_);
    if (one.kind == card::CoverageKind::kInPayment) line += say(" – đang hưởng", " – paid");
    if (one.kind == card::CoverageKind::kInsured) line += say(" – đang tham gia", " – insured");
    if (one.kind == card::CoverageKind::kEntitled) {
      line += say(" – đủ điều kiện", " – entitled, not yet paid");
    }
    if (one.from) line += say(", từ ", ", from ") + one.from->to_display();
    if (one.until) line += say(" đến ", " to ") + one.until->to_display();
    return line;
  }

  std::string gender(card::CardGender gender) const {
    if (gender == card::CardGender::kMale) return say("Nam", "Male");
    if (gender == card::CardGender::kFemale) return say("Nữ", "Female");
    return say("Khác", "Other");
  }

 private:
  Language language_;
};

void draw_face(cairo_t* cairo, const CardWords& words, const card::Card& card,
               const IssuedCard& issued, const QrModules& modules) {
  cairo_set_line_width(cairo, 0.5);
  cairo_set_source_rgb(cairo, 0.45, 0.45, 0.45);
  cairo_rectangle(cairo, kCardLeft, kCardTop, kCardWidth, kCardHeight);
  cairo_stroke(cairo);
  cairo_set_source_rgb(cairo, 0, 0, 0);
  const double inset = 4 * kMillimetre;
  CardColumn face(cairo, kCardLeft + inset, kCardTop + inset, kCardWidth - kQrSide - 3 * inset);
  face.line(words.say("THẺ AN SINH XÃ HỘI", "SOCIAL PROTECTION CARD"), 11, true, 6);
  face.line(card.name, 15, true, 5);
  face.line(words.say("Số: ", "Number: ") + card.id, 10, false, 2);
  if (card.birth_date) {
    face.line(words.say("Ngày sinh: ", "Date of birth: ") + card.birth_date->to_display(), 10,
              false, 2);
  }
  if (card.gender != card::CardGender::kNotSaid) {
    face.line(words.say("Giới tính: ", "Sex: ") + words.gender(card.gender), 10, false, 2);
  }
  Date last_day = issued.expires_on;
  --last_day.days;
  face.line(words.say("Có giá trị từ ", "Valid from ") + issued.issued_on.to_display() +
                words.say(" đến hết ", " to ") + last_day.to_display(),
            10, false, 6);
  face.line(words.say("Nơi cấp: ", "Issued by: ") + card.issuer, 8, false, 1);
  face.line(words.say("Thẻ số ", "Card no. ") + std::to_string(issued.person) + "-" +
                std::to_string(issued.card) + words.say("; khóa ", "; key ") + issued.key_id,
            8, false, 0);
  draw_qr(cairo, modules, kCardLeft + kCardWidth - kQrSide - inset,
          kCardTop + (kCardHeight - kQrSide) / 2, kQrSide);
}

void draw_below(cairo_t* cairo, const CardWords& words, const card::Card& card) {
  CardColumn below(cairo, kCardLeft, kCardTop + kCardHeight + 24, kCardWidth);
  below.line(words.say("Trên thẻ có", "What the card says"), 12, true, 4);
  for (const card::Coverage& one : card.coverages) {
    below.line("• " + words.coverage(one), 10, false, 2);
  }
  if (card.coverages.empty()) {
    below.line(words.say("Chưa có chế độ nào vào ngày cấp.", "No scheme on the day of issue."), 10,
               false, 2);
  }
  if (card.coverages_left_out > 0) {
    const std::string count = std::to_string(card.coverages_left_out);
    below.line(words.say("và " + count + " chế độ nữa, không đủ chỗ trong mã",
                         "and " + count + " more, for which the code has no room"),
               10, false, 2);
  }
  below.line("", 6, false, 2);
  below.line(
      words.say(
          "Ai cũng kiểm tra được thẻ không cần mạng: quét mã bằng trang kiểm tra thẻ, hoặc dùng "
          "`ansinh card verify`. Thông tin trên giấy chỉ đúng khi mã nói như vậy. Mất thẻ: báo "
          "cơ quan cấp để thu hồi và xin thẻ mới, không mất tiền.",
          "Anybody can check the card without a network: scan the code with the page that checks "
          "cards, or use `ansinh card verify`. What the paper says holds only if the code says "
          "so. If it is lost, tell the issuer, who revokes it and gives you a new one; it costs "
          "nothing."),
      9, false, 0);
}

bool has_fonts() {
  PangoFontFamily** families = nullptr;
  int count = 0;
  pango_font_map_list_families(pango_cairo_font_map_get_default(), &families, &count);
  g_free(static_cast<void*>(families));
  return count > 0;
}

}  // namespace

Expected<std::string> card_svg(const std::string& text) {
  const QrModules modules(text);
  if (!modules.is_made()) return no_qr_code();
  const std::string side = std::to_string(modules.width() + 2 * kQuietModules);
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + side + " " + side +
                    "\" shape-rendering=\"crispEdges\"><rect width=\"" + side + "\" height=\"" +
                    side + "\" fill=\"#fff\"/><path fill=\"#000\" d=\"";
  for (int row = 0; row < modules.width(); ++row) {
    for (int column = 0; column < modules.width(); ++column) {
      if (!modules.is_dark(row, column)) continue;
      int end = column;
      while (end + 1 < modules.width() && modules.is_dark(row, end + 1)) ++end;
      const std::string run = std::to_string(end - column + 1);
      out += "M" + std::to_string(column + kQuietModules) + " " +
             std::to_string(row + kQuietModules) + "h" + run + "v1h-" + run + "z";
      column = end;
    }
  }
  return out + "\"/></svg>\n";
}

Expected<std::string> card_png(const std::string& text) {
  const QrModules modules(text);
  if (!modules.is_made()) return no_qr_code();
  const int side = (modules.width() + 2 * kQuietModules) * kDotsAModule;
  const CairoSurface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, side, side));
  {
    const Cairo cairo(cairo_create(surface.get()));
    draw_qr(cairo.get(), modules, 0, 0, side);
  }
  std::string bytes;
  cairo_surface_write_to_png_stream(surface.get(), append_bytes, &bytes);
  return bytes;
}

Expected<std::string> card_pdf(const card::Card& card, const IssuedCard& issued,
                               Language language) {
  if (!has_fonts()) {
    return std::unexpected(
        refused("no-font", {"máy chưa có phông chữ nào; cài gói fonts-dejavu-core",
                            "no font is installed; install fonts-dejavu-core"}));
  }
  const QrModules modules(issued.text);
  if (!modules.is_made()) return no_qr_code();
  const CardWords words(language);
  std::string bytes;
  const CairoSurface surface(
      cairo_pdf_surface_create_for_stream(append_bytes, &bytes, kA4Width, kA4Height));
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE,
                                 words.say("Thẻ an sinh xã hội", "Social protection card").c_str());
  {
    const Cairo cairo(cairo_create(surface.get()));
    draw_face(cairo.get(), words, card, issued, modules);
    draw_below(cairo.get(), words, card);
    cairo_show_page(cairo.get());
  }
  cairo_surface_finish(surface.get());
  return bytes;
}

}  // namespace ansinh::agency
