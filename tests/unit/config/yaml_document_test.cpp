#include "config/yaml_document.hpp"

#include <gtest/gtest.h>

namespace murmur {
namespace {

std::string yaml_failure(std::string_view text) {
    try {
        YamlDocument::parse(text, "x.yaml");
    } catch (const Error& error) {
        return error.message();
    }
    return "no error";
}

TEST(YamlDocument, ReadsScalarsByTheCoreSchema) {
    const auto document = YamlDocument::parse(
        "a: 1\nb: true\nc: yes\nd: 1.5\ne: '1'\nf: ~\ng:\nh: 0755\ni: 1.2.3\nj: 12345678901234567890123\nk: -4\nl: [x, "
        "{y: z}]\n",
        "x.yaml");
    EXPECT_EQ(json::serialize(document.root()),
              R"({"a":1,"b":true,"c":"yes","d":1.5E0,"e":"1","f":null,"g":null,"h":"0755","i":"1.2.3",)"
              R"("j":"12345678901234567890123","k":-4,"l":["x",{"y":"z"}]})");
}

TEST(YamlDocument, KnowsWhereEverythingStands) {
    const auto document = YamlDocument::parse("a:\n  b:\n    - c: 1\n    - 2\n", "x.yaml");
    EXPECT_EQ(document.where("a.b"), "x.yaml:2:3");
    EXPECT_EQ(document.where("a.b[0].c"), "x.yaml:3:7");
    EXPECT_EQ(document.where("a.b[1]"), "x.yaml:4:7");
    EXPECT_EQ(document.where("nowhere"), "x.yaml");
    EXPECT_EQ(document.error("a.b", "must be a string").message(), "x.yaml:2:3: a.b must be a string");
}

TEST(YamlDocument, AnEmptyFileIsAnEmptyMapping) {
    EXPECT_TRUE(YamlDocument::parse("", "x.yaml").root().empty());
    EXPECT_TRUE(YamlDocument::parse("# only a comment\n", "x.yaml").root().empty());
}

TEST(YamlDocument, RefusesWhatHidesMistakes) {
    EXPECT_EQ(yaml_failure("a: 1\nb: 2\na: 3\n"), "x.yaml:3:1: the key \"a\" appears a second time");
    EXPECT_EQ(yaml_failure("- a\n"), "x.yaml: the top must be a mapping (key: value)");
    EXPECT_EQ(yaml_failure("a: 1\n---\nb: 2\n").substr(0, 9), "x.yaml:2:");
    EXPECT_EQ(yaml_failure("a: &x {b: 1}\nc:\n  <<: *x\n"), "x.yaml:3:3: merge keys (<<) are not supported");
    EXPECT_EQ(yaml_failure("[a]: 1\n").substr(0, 9), "x.yaml:1:");
    EXPECT_EQ(yaml_failure("a: [1, 2\n").substr(0, 7), "x.yaml:");
    EXPECT_EQ(yaml_failure(std::string("a: \0", 4)), "x.yaml:1:4: a NUL character: this is not a text");
}

TEST(YamlDocument, ATagMakesAValueOfItsTypeOrIsRefused) {
    const auto document = YamlDocument::parse(
        "a: !!str 12\nb: !!int \"100\"\nc: !!bool true\nd: !!null \"\"\ne: !!float 1.5\nf: !!map {a: 1}\ng: !!seq "
        "[1]\nh: ! 12\n",
        "x.yaml");
    EXPECT_EQ(json::serialize(document.root()),
              R"({"a":"12","b":100,"c":true,"d":null,"e":1.5E0,"f":{"a":1},"g":[1],"h":"12"})");
    for (const char* text :
         {"a: !Ref x\n", "a: !!binary aGVsbG8=\n", "a: !!timestamp 2026-01-01\n", "a: !secret {b: 1}\n",
          "a: !list [1]\n", "a: !!set {b}\n", "!x a: 1\n", "a: !<tag:x.org,2026:y> z\n"})
        EXPECT_NE(yaml_failure(text).find(" are not supported"), std::string::npos) << text << yaml_failure(text);
    EXPECT_EQ(yaml_failure("a: !Ref x\n"), "x.yaml:1:4: tags (!Ref) are not supported");
    EXPECT_EQ(yaml_failure("a: !!binary aGVsbG8=\n"), "x.yaml:1:4: tags (!!binary) are not supported");
    EXPECT_EQ(yaml_failure("a: !!int many\n"), "x.yaml:1:4: this is no !!int");
    EXPECT_EQ(yaml_failure("a: !!bool yes\n"), "x.yaml:1:4: this is no !!bool");
    EXPECT_EQ(yaml_failure("a: !!seq {b: 1}\n"), "x.yaml:1:4: this is no !!seq");
    EXPECT_EQ(yaml_failure("a: !!map [b]\n"), "x.yaml:1:4: this is no !!map");
    EXPECT_EQ(yaml_failure("a: !!str [b]\n"), "x.yaml:1:4: this is no !!str");
}

TEST(YamlDocument, LimitsSizeDepthAndAliases) {
    EXPECT_EQ(yaml_failure(std::string((1 << 20) + 1, '#')), "x.yaml is larger than 1 MiB");
    EXPECT_EQ(yaml_failure("a: " + std::string(40, '[') + std::string(40, ']')),
              "x.yaml:1:35: nested deeper than 32 levels");
    EXPECT_EQ(yaml_failure("a: " + std::string(200'000, '[')).substr(0, 7), "x.yaml:");
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
        for (int n = 1; n < 10; ++n) bomb += ", " + before;
        bomb += "]\n";
    }
    EXPECT_NE(yaml_failure(bomb).find("more than 20000 values"), std::string::npos) << yaml_failure(bomb);
}

TEST(YamlDocument, ExpandsAliases) {
    const auto document = YamlDocument::parse("a: &x [1, 2]\nb: *x\n", "x.yaml");
    EXPECT_EQ(json::serialize(document.root().at("b")), "[1,2]");
}

}
}
