#include "config/yaml_text.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "config/yaml_tree.hpp"

namespace murmur {
namespace {

std::string written(const std::string& text) {
    const std::string yaml = yaml_text({{"a", text}});
    return yaml.substr(3, yaml.size() - 4);
}

TEST(YamlText, QuotesWhatAnotherReaderWouldMistake) {
    for (const char* plain :
         {"a", "go-medium", "https://github.com/acme/a.git", "a b", "x#y", "a:b", "/srv/a", "1h30m", "9f86d081",
          "claude-opus-4-6", "it's", "Bash(git log*)", "e2", "E2E", "T1", "\u00e9t\u00e9", "\U0001F600"})
        EXPECT_EQ(written(plain), plain);
    for (const char* quoted : {"",    "yes",   "No",       "ON",         "off",
                               "y",   "true",  "False",    "null",       "NULL",
                               "~",   "nan",   ".inf",     "1",          "1.0",
                               "-1",  "+1",    "0755",     "0x1F",       "0o17",
                               "1e5", "1_000", "12:30:00", "2026-05-14", "2026-05-14T18:30:00Z",
                               " a",  "a ",    "- a",      "-",          "?",
                               ": a", "a:",    "a: b",     "a #b",       "#a",
                               "&a",  "*a",    "!a",       "|",          ">",
                               "'a'", "%a",    "@a",       "`a`",        "[a]",
                               "{a}", ",a",    "=",        "<<",         "---",
                               "...", "a\tb"})
        EXPECT_EQ(written(quoted).front(), '"') << quoted;
    EXPECT_EQ(written("a\"b\\c\x1b\x7f\u0085\u00a0\u2028\ufeff "),
              "\"a\\\"b\\\\c\\x1b\\x7f\\x85\u00a0\\u2028\\ufeff \"");
}

TEST(YamlText, WritesSeveralLinesAsABlock) {
    EXPECT_EQ(written("one\ntwo\n"), "|\n  one\n  two");
    EXPECT_EQ(written("one\n\n  two"), "|-\n  one\n\n    two");
    EXPECT_EQ(written("one\n\n\n"), "|+\n  one\n\n");
    EXPECT_EQ(written("#!/bin/bash\n\ttabs: yes\n"), "|\n  #!/bin/bash\n  \ttabs: yes");
    for (const char* quoted : {"\n", "\n\n", " one\ntwo\n", "\none\n", "\tone\ntwo\n", "one\n  ", "one\r\ntwo\n",
                               "one\ntwo \n\n", "a\n\x01"})
        EXPECT_EQ(written(quoted).front(), '"') << quoted;
}

TEST(YamlText, WritesNumbersThatReadBackTheSame) {
    EXPECT_EQ(yaml_number_text(0.19), "0.19");
    EXPECT_EQ(yaml_number_text(2), "2.0");
    EXPECT_EQ(yaml_number_text(1e300), "1.0e+300");
    EXPECT_EQ(yaml_number_text(1.5e-7), "1.5e-07");
    EXPECT_EQ(yaml_number_text(-0.0), "-0.0");
}

TEST(YamlText, FlowIsOneLine) {
    EXPECT_EQ(yaml_flow_text(parse_json(R"({"a":[1,"x, y",{"b":null}],"c d":"e\nf","g":{},"h":"no"})")),
              R"({a: [1, "x, y", {b: null}], c d: "e\nf", g: {}, h: "no"})");
}

/// Strings made of what YAML gives a meaning to.
class YamlValues {
public:
    explicit YamlValues(unsigned seed) : random_(seed) {}

    json::object object(int depth) {
        json::object made;
        for (std::size_t i = pick(5); i > 0; --i) made[text(12)] = value(depth - 1);
        return made;
    }

private:
    std::size_t pick(std::size_t count) { return random_() % count; }

    std::string text(std::size_t pieces_max) {
        static const std::vector<std::string> pieces = {"a",
                                                        "b",
                                                        "word",
                                                        " ",
                                                        "  ",
                                                        "\n",
                                                        "\n",
                                                        "\n\n",
                                                        "\t",
                                                        ":",
                                                        ": ",
                                                        "#",
                                                        " #",
                                                        "-",
                                                        "- ",
                                                        "'",
                                                        "\"",
                                                        "\\",
                                                        "{",
                                                        "}",
                                                        "[",
                                                        "]",
                                                        ",",
                                                        "&",
                                                        "*",
                                                        "!",
                                                        "|",
                                                        ">",
                                                        "%",
                                                        "@",
                                                        "`",
                                                        "?",
                                                        "~",
                                                        "null",
                                                        "yes",
                                                        "true",
                                                        "0",
                                                        "1",
                                                        ".5",
                                                        "e",
                                                        "+",
                                                        "---",
                                                        "...",
                                                        "\r",
                                                        "\x01",
                                                        "\x7f",
                                                        std::string(1, '\0'),
                                                        "é",
                                                        "\u0085",
                                                        "\u00a0",
                                                        "\u2028",
                                                        "\ufeff",
                                                        "\ufffe",
                                                        "😀",
                                                        "\U0010ffff",
                                                        "=",
                                                        "<<",
                                                        "\x1b[1m"};
        std::string made;
        for (std::size_t i = pick(pieces_max + 1); i > 0; --i) made += pieces[pick(pieces.size())];
        return made;
    }

    json::value value(int depth) {
        switch (pick(depth > 0 ? 8 : 5)) {
            case 0: return nullptr;
            case 1: return pick(2) == 0;
            case 2: return static_cast<std::int64_t>(random_()) * (pick(2) == 0 ? 1 : -1);
            case 3: {
                const double number = std::ldexp(static_cast<double>(random_()), static_cast<int>(pick(200)) - 100);
                // A whole one that fits is read back as an integer only where it was one.
                return number;
            }
            case 5: return object(depth);
            case 6:
            case 7: {
                json::array items;
                for (std::size_t i = pick(4); i > 0; --i) items.push_back(value(depth - 1));
                return items;
            }
            default: return json::string(text(16));
        }
    }

    std::mt19937 random_;
};

json::value read_back(const std::string& yaml) {
    try {
        return parse_yaml(yaml, {"written"}).top;
    } catch (const Error& error) {
        ADD_FAILURE() << error.message() << "\n" << yaml;
        return nullptr;
    }
}

TEST(YamlText, WhatIsWrittenReadsBackTheSame) {
    for (unsigned seed = 0; seed < 4000; ++seed) {
        const json::object before = YamlValues(seed).object(5);
        const std::string yaml = yaml_text(before);
        json::value after = read_back(yaml);
        if (after.is_null()) after = json::object();
        ASSERT_EQ(json::serialize(after), json::serialize(before)) << "seed " << seed << "\n" << yaml;
        const std::string flow = "x: " + yaml_flow_text(before) + "\n";
        ASSERT_EQ(json::serialize(read_back(flow).at("x")), json::serialize(before)) << flow;
    }
}

}
}
