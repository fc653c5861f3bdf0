#include "config/yaml_tree.hpp"

#include <gtest/gtest.h>

#include "config/yaml_scalar.hpp"

namespace murmur {
namespace {

TEST(YamlTree, TheTopMayBeAnything) {
    EXPECT_EQ(json::serialize(parse_yaml("[a, 1]", {"x"}).top), R"(["a",1])");
    EXPECT_EQ(json::serialize(parse_yaml("text", {"x"}).top), R"("text")");
    EXPECT_TRUE(parse_yaml("", {"x"}).top.is_null());
}

TEST(YamlTree, PlainScalarsFollowTheCoreSchema) {
    const std::vector<std::pair<std::string, std::string>> table = {
        {"", "null"},         {"~", "null"},     {"Null", "null"},   {"True", "true"},
        {"yes", "\"yes\""},   {"12", "12"},      {"+12", "12"},      {"-4", "-4"},
        {"0755", "\"0755\""}, {"1.50", "1.5E0"}, {"1e5", "\"1e5\""}, {"1.0e400", "\"1.0e400\""},
        {".5", "\".5\""},     {"-", "\"-\""}};
    for (const auto& [text, value] : table) EXPECT_EQ(json::serialize(yaml_plain_value(text)), value) << text;
}

TEST(YamlTree, PlacesAreTold) {
    const YamlSource file{"a.yaml", YamlSource::Style::file, 10}, stream{"stdin", YamlSource::Style::stream, 10};
    EXPECT_EQ(file.where({3, 4}), "a.yaml:3:4");
    EXPECT_EQ(stream.where({3, 4}), "line 3, column 4");
    EXPECT_EQ(file.error({3, 4}, "is bad").message(), "a.yaml:3:4: is bad");
    EXPECT_EQ(stream.error({3, 4}, "is\nbad").message(), "parse stdin: line 3, column 4: is\\nbad");
    EXPECT_EQ(stream.error({}, "is bad").message(), "parse stdin: is bad");
    EXPECT_EQ(parse_yaml("a: 1\nb: 2\n", file).positions.at("b").line, 11);
}

TEST(YamlTree, ALineOfManyItemsIsReadInOneGo) {
    // Counting its columns anew for each item would take minutes.
    std::string text = "a: [";
    for (int i = 0; i < 19'000; ++i) text += "\"" + std::string(50, 'x') + "\",";
    EXPECT_EQ(parse_yaml(text + "]\n", {"x"}).positions.at("a[18999]").column, 5 + 18'999 * 53);
}

TEST(YamlTree, DividesDocuments) {
    std::string said;
    for (const YamlPart& part : split_yaml_documents("a: 1\n---\n# nothing\n--- # c\nb: |\n  ---\n--- c\n---x\n"))
        said += std::to_string(part.first_line) + "<" + std::string(part.text) + ">";
    EXPECT_EQ(said, "1<a: 1\n>5<b: |\n  ---\n>7<--- c\n---x\n>");
    EXPECT_TRUE(split_yaml_documents("---\n---").empty());
}

}
}
