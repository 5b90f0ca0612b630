// Splits a law file into headings, prose and fenced `luat` blocks, without reading what is inside.
//
// A fence of another language is prose, with everything in it. Nothing of the text is lost: the
// pieces in order make the file again (headings without their closing #s and outer blanks).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ansinh::law {

enum class PieceKind : uint8_t { kHeading, kProse, kBlock };

struct Piece {
  PieceKind kind = PieceKind::kProse;
  uint32_t line = 1;        // 1-based line of the heading, of the first prose line, of the fence
  std::string_view text;    // heading text; prose lines with their line feeds; block without fences
  int level = 0;            // headings: 1 to 6
  bool vietnamese = false;  // blocks: ```luat vi
};

// The pieces point into `text`, which must outlive them. A block that is never closed goes on to
// the end of the file and is reported.
std::vector<Piece> split_markdown(std::string_view text, uint32_t source, Diagnostics& diagnostics);

// "66" or "12a" where the heading names an "Article N" or "Điều N"; empty otherwise.
std::string article_of(std::string_view heading);

}  // namespace ansinh::law
