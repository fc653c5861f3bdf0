#include "agents/glob.hpp"

#include <gtest/gtest.h>

#include <murmur/error.hpp>
#include <string>

namespace murmur {
namespace {

struct GlobCase {
    const char* pattern;
    const char* path;
    bool matches;
};

TEST(Glob, MatchesAsItsHeaderSays) {
    const GlobCase cases[] = {
        {"a.go", "a.go", true},
        {"*.go", "a.go", true},
        {"*.go", "x/a.go", false},
        {"*.go", ".go", true},
        {"*_test.go", "a_test.go", true},
        {"**/*_test.go", "a_test.go", true},
        {"**/*_test.go", "x/y/a_test.go", true},
        {"**/*_test.go", "x/y/a.go", false},
        {"docs/**", "docs/a", true},
        {"docs/**", "docs/a/b.md", true},
        {"docs/**", "docs", false},
        {"docs/**", "mydocs/a", false},
        {"a/**/z", "a/z", true},
        {"a/**/z", "a/b/z", true},
        {"a/**/z", "a/b/c/z", true},
        {"a/**/z", "a/bz", false},
        {"a/**/z", "az", false},
        {"**", "a/b/c", true},
        {"**/b", "ab", false},
        {"**/**/b", "a/b", true},
        {"a**z", "a/b/z", true},
        {"a?c", "abc", true},
        {"a?c", "a/c", false},
        {"?", "", false},
        {"*", "", true},
        {"[a-c]x", "bx", true},
        {"[a-c]x", "dx", false},
        {"[^a-c]x", "dx", true},
        {"[!a-c]x", "ax", false},
        {"[^a]", "/", false},
        {"[]]", "]", true},
        {"[a\\]]", "]", true},
        {"[a-]", "-", true},
        {"a\\*b", "a*b", true},
        {"a\\*b", "axb", false},
        {"*/", "a/", true},
        {"*a*b*c*", "xxaxxbxxcxx", true},
        {"*a*b*c*", "xxaxxcxxbxx", false},
    };
    for (const GlobCase& each : cases)
        EXPECT_EQ(glob_matches(each.pattern, each.path), each.matches) << each.pattern << " and " << each.path;
}

TEST(Glob, ManyStarsTakeNoTime) {
    const std::string path(3000, 'a');
    std::string pattern;
    for (int i = 0; i < 200; ++i) pattern += "*a";
    EXPECT_FALSE(glob_matches(pattern + "b", path));
    EXPECT_TRUE(glob_matches(pattern, path));
}

TEST(Glob, RefusesWhatCannotBeRead) {
    for (const std::string pattern : {"", "/a", "[a", "[", "[]", "[b-a]", "a\\"}) {
        EXPECT_FALSE(glob_matches(pattern, "a")) << pattern;
        try {
            check_glob(pattern);
            ADD_FAILURE() << pattern;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::invalid_argument);
            EXPECT_NE(error.hint(), "");
        }
    }
    EXPECT_THROW(check_glob(std::string(5000, 'a')), Error);
    check_glob("**/*_test.go");
}

}
}
