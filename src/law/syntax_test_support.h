// For the tests of the parser, the formatter and the JSON form: short ways to a tree.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "law/parse.h"

namespace ansinh::law::testing {

inline std::string fenced(const std::string& block, bool vietnamese = false) {
  return (vietnamese ? "```luat vi\n" : "```luat\n") + block + "```\n";
}

inline File parse_text(const std::string& text, Diagnostics& diagnostics) {
  return parse_file({"law/test.md", text}, 0, diagnostics);
}

inline std::string all_messages(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& one : diagnostics) {
    out += std::to_string(one.span.line) + " " + one.code + ": " + one.message.en + "\n";
  }
  return out;
}

// A file without errors.
inline File parsed(const std::string& text) {
  Diagnostics diagnostics;
  File file = parse_text(text, diagnostics);
  EXPECT_EQ(all_messages(diagnostics), "") << text;
  return file;
}

// The items of all blocks.
inline std::vector<Item> items_of(const File& file) {
  std::vector<Item> items;
  for (const auto& part : file.parts) {
    if (const auto* block = std::get_if<Block>(&part)) {
      items.insert(items.end(), block->items.begin(), block->items.end());
    }
  }
  return items;
}

// The first item of a block without errors, which must be a T.
template <typename T>
T item(const std::string& block) {
  const auto items = items_of(parsed(fenced(block)));
  const T* found = items.empty() ? nullptr : std::get_if<T>(&items.front().value);
  EXPECT_NE(found, nullptr) << block;
  return found == nullptr ? T{} : *found;
}

inline Expr formula(const std::string& text, const std::string& type = "number") {
  const auto define = item<DefineItem>("define x of Person : " + type + "\n  = " + text + "\n");
  EXPECT_TRUE(define.formula.has_value()) << text;
  return define.formula.value_or(Expr{});
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

inline std::filesystem::path source_dir() {
#ifdef ANSINH_SOURCE_DIR
  return ANSINH_SOURCE_DIR;
#else
  return std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
#endif
}

inline std::vector<std::filesystem::path> law_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(source_dir() / "law")) {
    if (entry.path().extension() == ".md") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The examples of the language reference, as blocks.
inline std::string reference_examples() {
  std::istringstream in(read_file(source_dir() / "docs" / "language.md"));
  std::string out;
  std::string line;
  bool inside = false;
  std::string block;
  while (std::getline(in, line)) {
    if (line == "```") {
      if (inside && !block.starts_with(' ')) out += fenced(block) + "\n";
      inside = !inside;
      block.clear();
    } else if (inside) {
      block += line + "\n";
    }
  }
  return out;
}

}  // namespace ansinh::law::testing
