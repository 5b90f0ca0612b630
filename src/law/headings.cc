#include "law/headings.h"

#include <algorithm>

namespace ansinh::law {

namespace {

bool is_vietnamese(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// "Law on … · Luật …" is two titles in one heading.
std::vector<std::string> titles_in(const std::string& heading) {
  const std::string mark = " · ";
  const size_t at = heading.find(mark);
  if (at == std::string::npos) return {heading};
  return {heading.substr(0, at), heading.substr(at + mark.size())};
}

}  // namespace

void Headings::enter(const Heading& heading) {
  while (!open_.empty() && open_.back().level >= heading.level) open_.pop_back();
  open_.push_back({heading.level, heading.article});
  if (heading.level != 1) {
    in_titles_ = false;
    return;
  }
  if (!in_titles_) titles_.clear();
  in_titles_ = true;
  titles_.push_back(heading.text);
}

std::string Headings::article() const {
  for (auto open = open_.rbegin(); open != open_.rend(); ++open) {
    if (!open->article.empty()) return open->article;
  }
  return {};
}

Label Headings::act_label() const {
  Label label;
  for (const std::string& heading : titles_) {
    for (const std::string& title : titles_in(heading)) {
      std::string& into = is_vietnamese(title) ? label.text.vi : label.text.en;
      if (into.empty()) into = title;
    }
  }
  if (label.text.vi.empty()) label.text.vi = label.text.en;
  if (label.text.en.empty()) label.text.en = label.text.vi;
  return label;
}

}  // namespace ansinh::law
