#include "base/branch_name.hpp"

#include <gtest/gtest.h>

namespace murmur {
namespace {

TEST(BranchName, WhatGitTakesIsOne) {
    for (const char* name : {"main", "release/1.2", "murmur/w/app/u/ada/fix-typo", "a@b", "ä", "x.lock.y", "v1.0-rc"})
        EXPECT_TRUE(is_branch_name(name)) << name;
}

TEST(BranchName, WhatGitRefusesIsNone) {
    for (const char* name :
         {"",   "/a",   "a/",  "a//b", ".a", "a/.b",       "a.lock", "a.lock/b", "a..b", "a.",   "@",    "a@{b",
          "-a", "HEAD", "a b", "a~1",  "a^", "there:more", "a?",     "a*",       "a[b",  "a\\b", "a\tb", "a\x7f"})
        EXPECT_FALSE(is_branch_name(name)) << name;
}

}
}
