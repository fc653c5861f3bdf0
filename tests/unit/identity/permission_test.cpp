#include "catalog/permission.hpp"

#include <gtest/gtest.h>

#include <murmur/error.hpp>

namespace murmur {
namespace {

std::string complaint(const std::string& text, bool is_pattern) {
    try {
        if (is_pattern) {
            parse_permission_pattern(text);
        } else {
            parse_permission(text);
        }
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        return error.message();
    }
    return {};
}

struct PatternCase {
    const char* pattern;
    const char* permission;
    bool matches;
};

class PatternTable : public testing::TestWithParam<PatternCase> {};

TEST_P(PatternTable, Matches) {
    const PatternCase& row = GetParam();
    EXPECT_EQ(parse_permission_pattern(row.pattern).matches(parse_permission(row.permission)), row.matches)
        << row.pattern << " and " << row.permission;
}

INSTANTIATE_TEST_SUITE_P(
    Permissions, PatternTable,
    testing::Values(PatternCase{"*", "agent.read", true}, PatternCase{"*", "secret.delete", true},
                    PatternCase{"*.*", "agent.read", true}, PatternCase{"*.*", "tenant-binding.create", true},
                    PatternCase{"agent.*", "agent.read", true}, PatternCase{"agent.*", "agent.kill", true},
                    PatternCase{"agent.*", "agent-persona.read", false}, PatternCase{"agent.*", "secret.read", false},
                    PatternCase{"*.read", "agent.read", true}, PatternCase{"*.read", "secret.read", true},
                    PatternCase{"*.read", "agent.edit", false}, PatternCase{"agent.read", "agent.read", true},
                    PatternCase{"agent.read", "agent.list", false}, PatternCase{"agent.read", "secret.read", false},
                    PatternCase{"user-secret.*", "secret.read", false},
                    PatternCase{"secret.*", "user-secret.read", false}));

TEST(Permission, IsAKindAndAVerb) {
    const Permission permission = parse_permission("agent-persona.read");
    EXPECT_EQ(permission.kind, "agent-persona");
    EXPECT_EQ(permission.verb, "read");
    EXPECT_EQ(permission.text(), "agent-persona.read");
}

TEST(Permission, WhatIsMalformedIsRefusedInTheAgreedWords) {
    for (const char* text :
         {"", "agent", ".", "agent.", ".read", "agent.read.all", "Agent.read", "agent.READ", "agent read", "agent/read",
          "agent.rea*", "ag*.read", "**", "*.*.*", "agent..read", "1.2"}) {
        EXPECT_EQ(complaint(text, false),
                  "invalid permission \"" + std::string(text) + "\": must be \"{kind}.{verb}\"");
        EXPECT_EQ(complaint(text, true), complaint(text, false));
    }
}

TEST(Permission, NoWildcardCanBeAskedFor) {
    for (const char* text : {"*", "*.*", "agent.*", "*.read"}) {
        EXPECT_EQ(complaint(text, false),
                  "invalid permission \"" + std::string(text) + "\": must be \"{kind}.{verb}\"");
        EXPECT_EQ(complaint(text, true), "");
    }
}

}
}
