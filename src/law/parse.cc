#include "law/parse.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "law/headings.h"
#include "law/markdown.h"
#include "law/parser.h"

namespace ansinh::law {

namespace {

constexpr size_t kDiagnosticsMax = 500;  // of one file: enough to work with

// Cites the article of the nearest heading above where an item has no citation of its own.
struct Inherit {
  const std::string& article;

  void add(std::vector<Citation>& cite) const {
    if (cite.empty() && !article.empty()) cite.push_back({article, true});
  }
  template <typename T>
  void operator()(T& item) const {
    if constexpr (requires { item.common.cite; }) {
      add(item.common.cite);
    } else if constexpr (requires { item.cite; }) {
      add(item.cite);
    }
  }
};

// The text in normal form, as the spans count it; nothing if it is no text of ours.
std::optional<std::string> text_of(const SourceFile& source, uint32_t source_index,
                                   Diagnostics& diagnostics) {
  if (source.text.size() > kSourceBytesMax) {
    diagnostics.push_back({"file-too-large",
                           Severity::kError,
                           {source_index, 0, 0, 0},
                           {"Tệp lớn hơn 16 MiB.", "The file is larger than 16 MiB."},
                           {"Chia thành nhiều tệp.", "Split it into several files."}});
    return std::nullopt;
  }
  auto normalized = normalize(source.text);
  if (normalized) return std::move(*normalized);
  const std::string byte = std::to_string(normalized.error());
  diagnostics.push_back(
      {"not-utf8",
       Severity::kError,
       {source_index, 0, 0, 0},
       {"Tệp không phải UTF-8 (byte " + byte + ").", "The file is not UTF-8 (byte " + byte + ")."},
       {"Lưu lại tệp với mã UTF-8.", "Save the file as UTF-8."}});
  return std::nullopt;
}

Block read_block(const Piece& piece, uint32_t source_index, Diagnostics& diagnostics) {
  Block block;
  block.vietnamese = piece.vietnamese;
  block.span = {source_index, piece.line, 1, 0};
  const auto tokens =
      tokenize_block(piece.text, source_index, piece.line + 1, piece.vietnamese, diagnostics);
  block.items = Parser(tokens.list, piece.vietnamese, diagnostics).items();
  return block;
}

void complete(Block& block, const Headings& headings) {
  const std::string article = headings.article();
  for (Item& item : block.items) {
    std::visit(Inherit{article}, item.value);
    auto* act = std::get_if<ActItem>(&item.value);
    if (act != nullptr && !act->label.given()) act->label = headings.act_label();
  }
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

std::string stem_of(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  std::string stem = slash == std::string::npos ? path : path.substr(slash + 1);
  if (stem.ends_with(".md")) stem.resize(stem.size() - 3);
  return stem;
}

File parse_file(const SourceFile& source, uint32_t source_index, Diagnostics& diagnostics) {
  File file;
  file.path = source.path;
  file.stem = stem_of(source.path);
  file.source = source_index;
  const auto text = text_of(source, source_index, diagnostics);
  if (!text) return file;
  Diagnostics found;
  Headings headings;
  for (const Piece& piece : split_markdown(*text, source_index, found)) {
    if (piece.kind == PieceKind::kHeading) {
      Heading heading{piece.level,
                      std::string(piece.text),
                      article_of(piece.text),
                      {source_index, piece.line, 1, 0}};
      headings.enter(heading);
      file.parts.emplace_back(std::move(heading));
    } else if (piece.kind == PieceKind::kProse) {
      if (!is_blank(piece.text)) headings.leave_titles();
      Prose prose{std::string(piece.text)};
      if (!prose.text.ends_with('\n')) prose.text += '\n';
      file.parts.emplace_back(std::move(prose));
    } else {
      headings.leave_titles();
      Block block = read_block(piece, source_index, found);
      complete(block, headings);
      file.parts.emplace_back(std::move(block));
    }
  }
  if (found.size() > kDiagnosticsMax) found.resize(kDiagnosticsMax);
  std::stable_sort(found.begin(), found.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return a.span.line < b.span.line;
  });
  diagnostics.insert(diagnostics.end(), std::make_move_iterator(found.begin()),
                     std::make_move_iterator(found.end()));
  return file;
}

}  // namespace ansinh::law
