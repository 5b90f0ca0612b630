#include <algorithm>

#include "base/text.h"
#include "law/formatter.h"

namespace ansinh::law {

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string label_text(const Text& text) {
  return in_quotes(text.vi) + kWeakestBreak + in_quotes(text.en);
}

std::string on_one_line(std::string_view text) {
  std::string out(text);
  std::replace_if(out.begin(), out.end(), is_break, ' ');
  return out;
}

std::string weakened(std::string text) {
  constexpr int kSteps = 4;
  for (char& c : text) {
    if (is_break(c)) c = static_cast<char>(std::min<int>(c + kSteps, kWeakestBreak));
  }
  return text;
}

namespace {

class Layout {
 public:
  Layout(size_t indent, size_t further) : line_(indent, ' '), width_(indent), further_(further) {}

  // Breaks at the strongest marks first, at weaker ones only in what is too long for a line.
  void put(std::string_view text, char mark) {
    while (!text.empty()) {
      const size_t end = std::min(text.find(mark), text.size());
      put_piece(text.substr(0, end), mark);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  std::string take() { return out_ + line_; }

 private:
  void put_piece(std::string_view piece, char mark) {
    const std::string flat = on_one_line(piece);
    const size_t width = display_width(flat);
    if (!empty_ && width_ + 1 + width > kLineWidth) {
      out_ += line_ + "\n";
      line_.assign(further_, ' ');
      width_ = further_;
      empty_ = true;
    }
    if (width_ + width > kLineWidth && mark < kWeakestBreak) {
      put(piece, static_cast<char>(mark + 1));
      return;
    }
    if (!empty_) line_ += ' ';
    width_ += width + (empty_ ? 0 : 1);
    line_ += flat;
    empty_ = false;
  }

  std::string out_;
  std::string line_;
  size_t width_;
  size_t further_;
  bool empty_ = true;
};

}  // namespace

std::string laid_out(std::string_view text, size_t indent, size_t further) {
  Layout layout(indent, further);
  layout.put(text, kBreak);
  return layout.take();
}

}  // namespace ansinh::law
