// A dated parameter as a step chart. Coordinates are whole pixels by exact arithmetic.

#include <algorithm>

#include "cli/site.h"
#include "law/check.h"

namespace ansinh::cli {

namespace {

constexpr int kWidth = 640, kHeight = 180, kLeft = 8, kRight = 8, kTop = 26, kBottom = 24;

int scaled(const Rational& value, const Rational& low, const Rational& high, int pixels) {
  if (high <= low) return pixels;
  int64_t at = 0;
  ((value - low) / (high - low) * Rational(pixels)).floor().to_int64(at);
  return static_cast<int>(at);
}

struct Step {
  Date from;
  Rational value;
};

}  // namespace

std::string chart_svg(const Site& site, const law::ParamInfo& param) {
  std::vector<Step> steps;
  for (const law::ParamRow& row : param.rows) {
    const auto* number = std::get_if<Rational>(&row.value.value);
    if (row.value.hole == law::Hole::kNotAHole && number != nullptr)
      steps.push_back({row.from, *number});
  }
  if (steps.size() < 3) return "";
  Rational high = steps.front().value;
  for (const Step& step : steps) high = std::max(high, step.value);
  const Rational low = 0;
  const Date first = steps.front().from;
  const Date last{steps.back().from.days +
                  std::max(365, (steps.back().from.days - first.days) / 12)};
  const auto x_of = [&](Date date) {
    return kLeft + scaled(Rational(date.days), Rational(first.days), Rational(last.days),
                          kWidth - kLeft - kRight);
  };
  const auto y_of = [&](const Rational& value) {
    return kHeight - kBottom - scaled(value, low, high, kHeight - kTop - kBottom);
  };
  std::string path =
      "M" + std::to_string(x_of(first)) + " " + std::to_string(y_of(steps.front().value));
  for (size_t i = 1; i < steps.size(); ++i) {
    path += "H" + std::to_string(x_of(steps[i].from)) + "V" + std::to_string(y_of(steps[i].value));
  }
  path += "H" + std::to_string(x_of(last));
  const std::string label = site.label(param.label, param.name);
  const std::string newest = law::show(steps.back().value, param.type, site.program, site.language);
  const std::string oldest =
      law::show(steps.front().value, param.type, site.program, site.language);
  const std::string summary = label + ": " +
                              site.say("từ " + oldest + " (" + first.to_display() + ") đến " +
                                           newest + " (" + steps.back().from.to_display() + ")",
                                       "from " + oldest + " (" + first.to_display() + ") to " +
                                           newest + " (" + steps.back().from.to_display() + ")");
  std::string svg = "<svg class=\"chart\" viewBox=\"0 0 " + std::to_string(kWidth) + " " +
                    std::to_string(kHeight) + "\" role=\"img\" aria-label=\"" + escaped(summary) +
                    "\"><line class=\"axis\" x1=\"" + std::to_string(kLeft) + "\" x2=\"" +
                    std::to_string(kWidth - kRight) + "\" y1=\"" +
                    std::to_string(kHeight - kBottom) + "\" y2=\"" +
                    std::to_string(kHeight - kBottom) + "\"/><path class=\"step\" d=\"" + path +
                    "\"/>";
  svg += "<text x=\"" + std::to_string(kLeft) + "\" y=\"" + std::to_string(kHeight - 6) + "\">" +
         std::to_string(first.year()) + "</text><text class=\"end\" x=\"" +
         std::to_string(kWidth - kRight) + "\" y=\"" + std::to_string(kHeight - 6) + "\">" +
         std::to_string(last.year()) + "</text>";
  svg += "<text class=\"end\" x=\"" + std::to_string(kWidth - kRight) + "\" y=\"" +
         std::to_string(std::max(14, y_of(steps.back().value) - 8)) + "\">" + escaped(newest) +
         "</text></svg>";
  return svg;
}

}  // namespace ansinh::cli
