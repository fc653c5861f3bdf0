#include "identity/name_pattern.hpp"

#include <gtest/gtest.h>

#include <murmur/error.hpp>

namespace murmur {
namespace {

struct NameCase {
    const char* pattern;
    const char* name;
    bool matches;
};

class NameTable : public testing::TestWithParam<NameCase> {};

TEST_P(NameTable, Matches) {
    const NameCase& row = GetParam();
    EXPECT_EQ(NamePattern(row.pattern).matches(row.name, {"github_oauth", "alice"}), row.matches)
        << row.pattern << " and " << row.name;
}

INSTANTIATE_TEST_SUITE_P(
    Names, NameTable,
    testing::Values(NameCase{"api", "api", true}, NameCase{"api", "api-2", false}, NameCase{"api", "ap", false},
                    NameCase{"api*", "api", true}, NameCase{"api*", "api-2", true}, NameCase{"api*", "my-api", false},
                    NameCase{"*", "", true}, NameCase{"*", "anything", true},
                    NameCase{"${username}/*", "alice/fix", true}, NameCase{"${username}/*", "alice/fix/tests", true},
                    NameCase{"${username}/*", "bob/fix", false}, NameCase{"${username}/*", "alice2/fix", false},
                    NameCase{"${username}/*", "alice", false}, NameCase{"${username}/*", "alice/", true},
                    NameCase{"${username}", "alice", true}, NameCase{"${username}", "alice/fix", false},
                    NameCase{"${username}*", "alice2/fix", true},
                    NameCase{"${provider}/${username}/*", "github_oauth/alice/fix", true},
                    NameCase{"${provider}/${username}/*", "local/alice/fix", false},
                    NameCase{"team-${username}-*", "team-alice-x", true},
                    NameCase{"team-${username}-*", "team-bob-x", false},
                    // Only the last one is a wildcard.
                    NameCase{"a*b", "axb", false}, NameCase{"a*b", "a*b", true}, NameCase{"a**", "a*x", true},
                    NameCase{"a**", "abc", false}));

TEST(NamePattern, TheValueOfAVariableIsNoPattern) {
    EXPECT_FALSE(NamePattern("${username}").matches("bob", {"local", "*"}));
    EXPECT_FALSE(NamePattern("${username}/*").matches("alice/fix", {"local", "*"}));
    EXPECT_FALSE(NamePattern("${username}").matches("alice", {"local", "${username}"}));
}

TEST(NamePattern, WhoHasNoNameIsNobodysNamesake) {
    EXPECT_FALSE(NamePattern("${username}*").matches("anything", {"local", ""}));
    EXPECT_FALSE(NamePattern("${username}/*").matches("/fix", {"local", ""}));
}

TEST(NamePattern, AnUnknownVariableIsRefused) {
    for (const char* text : {"${user}/*", "${}", "${username", "x${", "${USERNAME}"})
        EXPECT_THROW(NamePattern{text}, Error) << text;
    EXPECT_TRUE(NamePattern("$username").matches("$username", {"local", "alice"}));
}

TEST(NamePattern, IsShownWithItsVariablesFilledIn) {
    EXPECT_EQ(NamePattern("${provider}/${username}/x-*").text({"local", "alice"}), "local/alice/x-*");
}

}
}
