#include "cli/each_plan.hpp"

#include <gtest/gtest.h>

#include <murmur/error.hpp>

namespace murmur {
namespace {

std::vector<EachItem> plan(std::string_view input, const std::string& slug = "fix-{}",
                           const std::string& description = "Fix {} and {}", const std::string& delimiter = "\n") {
    return plan_each(input, delimiter, slug, description);
}

std::string failure(std::string_view input, const std::string& slug = "fix-{}") {
    try {
        plan(input, slug);
    } catch (const Error& error) {
        return error.message() + " | " + error.hint();
    }
    return "no error";
}

TEST(EachPlan, FillsBothTemplates) {
    EXPECT_EQ(plan("Api/User.go\n\n  \nweb\r\nlast"),
              (std::vector<EachItem>{{"fix-api-user-go", "Fix Api/User.go and Api/User.go"},
                                     {"fix-web", "Fix web and web"},
                                     {"fix-last", "Fix last and last"}}));
    EXPECT_EQ(plan(""), std::vector<EachItem>{});
}

TEST(EachPlan, TheSlugsPartIsOfLettersDigitsAndDashes) {
    EXPECT_EQ(slug_part("A b_c.9"), "a-b-c-9");
    EXPECT_EQ(slug_part("Größe"), "gr--e");  // one dash for a character, however many bytes it has
    EXPECT_EQ(slug_part("\xff!"), "--");
    EXPECT_EQ(slug_part(std::string(100, 'x')), std::string(60, 'x'));
    // With the rest of the template it still has to be a slug.
    EXPECT_EQ(plan(std::string(100, 'x'), "audit-{}")[0].slug, "audit-" + std::string(57, 'x'));
}

TEST(EachPlan, DelimitersAsInC) {
    EXPECT_EQ(parse_delimiter("\\0"), std::string(1, '\0'));
    EXPECT_EQ(parse_delimiter("\\n"), "\n");
    EXPECT_EQ(parse_delimiter(", "), ", ");
    EXPECT_EQ(parse_delimiter("\\\\t"), "\\t");
    EXPECT_EQ(parse_delimiter("\\x"), "\\x");
    EXPECT_THROW(parse_delimiter(""), Error);
    const std::string input("a\nb\0c\0", 6);
    EXPECT_EQ(plan(input, "fix-{}", "{}", parse_delimiter("\\0")),
              (std::vector<EachItem>{{"fix-a-b", "a\nb"}, {"fix-c", "c"}}));
}

TEST(EachPlan, DifferentLinesWithOneSlugAreToldApart) {
    const std::vector<EachItem> items = plan("a.go\na-go\nA/go\na-go-2", "fix-{}", "{}");
    EXPECT_EQ(items,
              (std::vector<EachItem>{
                  {"fix-a-go", "a.go"}, {"fix-a-go-2", "a-go"}, {"fix-a-go-3", "A/go"}, {"fix-a-go-2-2", "a-go-2"}}));
    const std::string longest(60, 'x');
    EXPECT_EQ(plan(longest + "1\n" + longest + "2", "fix-{}", "{}")[1].slug, "fix-" + std::string(57, 'x') + "-2");
}

TEST(EachPlan, WhatCannotBeIsRefusedWithItsLine) {
    EXPECT_EQ(failure("a\nb\n\na"),
              "line 4 is the same as line 1: \"a\" | Give each line once, for example with sort -u.");
    EXPECT_EQ(failure("a\nb", "fix"),
              "the slug template \"fix\" has no {}, so all agents would have one slug | Put {} where the line belongs: "
              "\"fix-{}\".");
    EXPECT_EQ(failure("a", "fix"), "no error");
    EXPECT_EQ(failure("a\n1", "{}"),
              "line 2 gives the slug \"1\" must match [a-z][a-z0-9-]{0,62} | Begin the template with a letter, and use "
              "only lower case, digits and dashes: \"fix-{}\".");
    EXPECT_EQ(failure("a\xff"), "line 1 is not UTF-8 text | Convert it, for example with iconv.");
}

TEST(EachPlan, TheTableOfADryRun) {
    EXPECT_EQ(each_table(plan("a\nlonger", "fix-{}", "Fix {}")),
              "fix-a       Fix a\nfix-longer  Fix longer\n(2 agents)\n");
    EXPECT_EQ(each_table(plan("a", "fix-{}", "one\ntwo")), "fix-a  one\\ntwo\n(1 agent)\n");
    EXPECT_EQ(each_table({}), "(0 agents)\n");
}

}
}
