#include "law/syntax_json.h"

#include <set>

#include "law/format.h"
#include "law/syntax_test_support.h"

namespace ansinh::law {
namespace {

using nlohmann::ordered_json;
using testing::fenced;
using testing::parsed;

ordered_json small() {
  return to_json(parsed("# T\n" + fenced("define x of Person : ratio  cite 1\n  = 45% + a\n")));
}

TEST(SyntaxJson, loses_nothing_of_the_reference_and_the_law_files) {
  std::vector<File> files = {parsed(testing::reference_examples())};
  for (const auto& path : testing::law_files()) {
    Diagnostics diagnostics;
    files.push_back(parse_file({path.string(), testing::read_file(path)}, 0, diagnostics));
    if (has_errors(diagnostics)) files.pop_back();
  }
  for (const File& file : files) {
    const ordered_json json = to_json(file);
    const auto back = from_json(ordered_json::parse(json.dump()));
    ASSERT_TRUE(back.has_value()) << file.path << " " << back.error().message.en;
    EXPECT_EQ(to_json(*back), json) << file.path;
    EXPECT_EQ(format_file(*back), format_file(file)) << file.path;
  }
}

TEST(SyntaxJson, numbers_are_strings_and_spans_are_left_out) {
  const ordered_json formula = small().at("parts").at(1).at("items").at(0).at("formula");
  EXPECT_EQ(formula.dump(), R"({"kind":"add","args":[{"kind":"number","number":"45","of":"%"},)"
                            R"({"kind":"name","name":"a"}]})");
}

std::string error_of(const ordered_json& json) {
  const auto file = from_json(json);
  return file ? "" : file.error().message.en;
}

TEST(SyntaxJson, an_error_names_its_place) {
  const auto changed = [](const char* pointer, const ordered_json& value) {
    ordered_json json = small();
    json[ordered_json::json_pointer(pointer)] = value;
    return error_of(json);
  };
  EXPECT_EQ(error_of(small()), "");
  EXPECT_EQ(error_of(ordered_json::array()), "/: an object is needed");
  EXPECT_EQ(error_of(ordered_json::object()), "/: `version` is missing");
  EXPECT_EQ(changed("/version", 2), "/version: only version 1 can be read");
  EXPECT_EQ(changed("/parts/1/items/0/formula/kind", "addd"),
            "/parts/1/items/0/formula/kind: there is no value `addd`; do you mean `add`?");
  EXPECT_EQ(changed("/parts/1/items/0/formula/args/0/number", "x"),
            "/parts/1/items/0/formula/args/0/number: a number in a string is needed, not `x`");
  EXPECT_EQ(changed("/parts/1/items/0/formula/args", ordered_json::array()),
            "/parts/1/items/0/formula: `add` cannot have 0 operands");
  EXPECT_EQ(changed("/parts/1/items/0/entiti", "P"),
            "/parts/1/items/0: there is no field `entiti`; do you mean `entity`?");
  EXPECT_EQ(changed("/parts/1/items/0/item", "law"), "/parts/1/items/0: there is no kind `law`");
  EXPECT_EQ(changed("/parts/1/items", 5), "/parts/1/items: an array is needed");
}

TEST(SyntaxJson, a_tree_that_is_no_program_is_refused) {
  const auto changed = [](const char* pointer, const ordered_json& value) {
    ordered_json json = small();
    json[ordered_json::json_pointer(pointer)] = value;
    return error_of(json);
  };
  EXPECT_NE(changed("/parts/1/items/0/name", "two words"), "");
  EXPECT_NE(changed("/parts/1/items/0/name", "month"), "");
  EXPECT_NE(changed("/parts/1/items/0/formula/args/0/number", "1/3"), "");
  EXPECT_NE(changed("/parts/1/items/0/formula/args/0/number", "-1"), "");
  EXPECT_NE(changed("/parts/1/items/0/formula/args/1/name", "a\nfund f"), "");
  EXPECT_NE(changed("/parts/0/text", "T\n```luat"), "");
}

TEST(SyntaxJson, deep_trees_are_refused_and_not_followed) {
  ordered_json json = small();
  ordered_json deep = {{"kind", "name"}, {"name", "a"}};
  for (int i = 0; i < 2000; ++i) {
    deep = {{"kind", "not"}, {"args", ordered_json::array({std::move(deep)})}};
  }
  json["parts"][1]["items"][0]["formula"] = std::move(deep);
  EXPECT_NE(error_of(json).find("nested too deeply"), std::string::npos);
}

TEST(SyntaxJson, the_published_schema_is_the_one_of_the_code) {
  const std::string text = testing::read_file(testing::source_dir() / "docs" / "law.schema.json");
  EXPECT_EQ(text, law_schema().dump(2) + "\n") << "write it anew: ansinh schema law";
}

TEST(SyntaxJson, the_schema_knows_every_kind_and_every_item) {
  const ordered_json definitions = law_schema().at("$defs");
  const auto& listed = definitions.at("expression").at("properties").at("kind").at("enum");
  std::set<std::string> names(listed.begin(), listed.end());
  EXPECT_EQ(names.size(), kinds().size());
  for (const KindInfo& one : kinds()) EXPECT_TRUE(names.contains(describe(one.kind)));
  EXPECT_EQ(definitions.at("item").at("oneOf").size(), std::variant_size_v<ItemValue>);
  for (const auto& choice : definitions.at("item").at("oneOf")) {
    const std::string name = choice.at("$ref").get<std::string>().substr(8);
    EXPECT_EQ(definitions.at(name).at("properties").at("item").at("const"), name);
  }
}

}  // namespace
}  // namespace ansinh::law
