// Tables with bars and the map of tiles. Coordinates are whole numbers by exact arithmetic.

#include <algorithm>

#include "lab/report.h"

namespace ansinh::lab {

namespace {

constexpr int kBarUnits = 1'000;  // the width of a bar's drawing
constexpr int kTile = 60, kGap = 4;

struct Paint {
  const char* ground;
  const char* ink;
};
// From little to much; the ink on each has a contrast of at least 4.5:1.
constexpr Paint kMore[] = {{"#eef3f8", "#1b1f24"},
                           {"#c5d9ec", "#1b1f24"},
                           {"#8fb8dc", "#1b1f24"},
                           {"#2f6fa8", "#ffffff"},
                           {"#0b3f6e", "#ffffff"}};
constexpr Paint kLess = {"#a3342b", "#ffffff"};
constexpr size_t kShades = std::size(kMore);

Wide magnitude(Wide number) { return number < 0 ? -number : number; }

std::string rect(Wide part, Wide most, int y, int height, const char* mark) {
  const Wide width = most == 0 ? 0 : magnitude(part) * kBarUnits / most;
  return "<rect class=\"" + std::string(part < 0 ? "mark-loss" : mark) + "\" x=\"0\" y=\"" +
         std::to_string(y) + "\" width=\"" + to_string(width) + "\" height=\"" +
         std::to_string(height) + "\"/>";
}

// The caption stays where it is when the table is moved sideways.
std::string opened(const std::string& caption) {
  return "<p class=\"small\" aria-hidden=\"true\">" + html(caption) +
         "</p><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" + html(caption) +
         "\"><table aria-label=\"" + html(caption) + "\">";
}

}  // namespace

std::string html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else if (c == '"')
      escaped += "&quot;";
    else
      escaped += c;
  }
  return escaped;
}

std::string bar_table(const std::string& caption, const std::string& first,
                      const std::vector<std::string>& heads, const std::vector<Bar>& bars) {
  Wide most = 0;
  for (const Bar& bar : bars)
    most = std::max({most, magnitude(bar.part), magnitude(bar.second.value_or(0))});
  std::string text = opened(caption) + "<thead><tr><th scope=\"col\" class=\"left\">" +
                     html(first) + "</th><td class=\"drawn\" aria-hidden=\"true\"></td>";
  for (const std::string& head : heads) text += "<th scope=\"col\">" + html(head) + "</th>";
  text += "</tr></thead><tbody>";
  for (const Bar& bar : bars) {
    text += "<tr><th scope=\"row\" class=\"left\">" + html(bar.label) +
            "</th><td class=\"drawn\" aria-hidden=\"true\"><svg viewBox=\"0 0 1000 20\" "
            "preserveAspectRatio=\"none\" focusable=\"false\">";
    if (bar.second) {
      text +=
          rect(bar.part, most, 0, 9, "mark-before") + rect(*bar.second, most, 11, 9, "mark-after");
    } else {
      text += rect(bar.part, most, 2, 16, "mark-after");
    }
    text += "</svg></td>";
    for (const std::string& cell : bar.cells) text += "<td>" + html(cell) + "</td>";
    text += "</tr>";
  }
  return text + "</tbody></table></div>";
}

std::string plain_table(const std::string& caption, const std::vector<std::string>& heads,
                        const std::vector<std::vector<std::string>>& rows, size_t left) {
  std::string text = opened(caption) + "<thead><tr>";
  for (size_t c = 0; c < heads.size(); ++c)
    text += std::string("<th scope=\"col\"") + (c < left ? " class=\"left\">" : ">") +
            html(heads[c]) + "</th>";
  text += "</tr></thead><tbody>";
  for (const auto& row : rows) {
    text += "<tr>";
    for (size_t c = 0; c < row.size(); ++c) {
      if (c == 0)
        text += "<th scope=\"row\" class=\"left\">" + html(row[c]) + "</th>";
      else
        text += std::string("<td") + (c < left ? " class=\"left\">" : ">") + html(row[c]) + "</td>";
    }
    text += "</tr>";
  }
  return text + "</tbody></table></div>";
}

std::string tile_map(const Report& report) {
  const Statistics& statistics = report.statistics();
  if (!statistics.map_dimension || statistics.tiles.empty()) return "";
  const size_t d = *statistics.map_dimension;
  const Dimension& dimension = statistics.dimensions[d];
  const auto& changes = report.comparison.changes[d];
  const auto& people = report.comparison.before.people[d];
  // The mean change of a person a month, in whole steps.
  const auto mean = [&](uint32_t group) {
    return people[group] == 0 ? Wide{0} : changes[group].net() / (Wide{12} * people[group]);
  };
  Wide most = 0;
  uint32_t rows = 0, columns = 0;
  for (const Tile& tile : statistics.tiles) {
    most = std::max(most, mean(tile.group));
    rows = std::max(rows, tile.row + 1);
    columns = std::max(columns, tile.column + 1);
  }
  const auto paint = [&](Wide value) {
    if (value < 0) return kLess;
    if (most == 0) return kMore[0];
    return kMore[std::min<size_t>(static_cast<size_t>(value * kShades / most), kShades - 1)];
  };
  const std::string unit = " " + report.say(report.law().currency_label.vi, report.law().currency);
  std::string text =
      "<svg class=\"map\" viewBox=\"0 0 " + std::to_string(columns * kTile) + " " +
      std::to_string(rows * kTile) + "\" role=\"img\" aria-label=\"" +
      html(report.say("Bản đồ ô vuông: thay đổi bình quân một người mỗi tháng; số liệu ở bảng bên",
                      "Tile map: the mean change of a person a month; the figures are in the "
                      "table beside it")) +
      "\">";
  bool has_less = false;
  for (const Tile& tile : statistics.tiles) {
    const Wide value = mean(tile.group);
    const Paint colours = paint(value);
    has_less |= value < 0;
    const auto x = static_cast<int>(tile.column) * kTile, y = static_cast<int>(tile.row) * kTile;
    text += "<g><title>" + html(report.say(dimension.groups[tile.group])) + ": " +
            html(report.money(value) + unit) + "</title><rect x=\"" + std::to_string(x + kGap / 2) +
            "\" y=\"" + std::to_string(y + kGap / 2) + "\" width=\"" +
            std::to_string(kTile - kGap) + "\" height=\"" + std::to_string(kTile - kGap) +
            "\" rx=\"6\" fill=\"" + colours.ground + "\"/><text x=\"" +
            std::to_string(x + kTile / 2) + "\" y=\"" + std::to_string(y + kTile / 2 + 5) +
            "\" fill=\"" + colours.ink + "\">" + html(tile.label) + "</text></g>";
  }
  text += "</svg><ul class=\"legend\">";
  const auto entry = [&](const Paint& colours, const std::string& words) {
    text += "<li><span class=\"key\" style=\"background:" + std::string(colours.ground) +
            "\"></span>" + html(words) + "</li>";
  };
  if (has_less) entry(kLess, report.say("giảm", "less"));
  for (size_t i = 0; i < kShades && most != 0; ++i) {
    const Wide low = most * static_cast<Wide>(i) / static_cast<Wide>(kShades);
    const Wide high = most * static_cast<Wide>(i + 1) / static_cast<Wide>(kShades);
    entry(kMore[i], report.money(low) + "–" + report.money(high) + unit);
  }
  return text + "</ul>";
}

}  // namespace ansinh::lab
