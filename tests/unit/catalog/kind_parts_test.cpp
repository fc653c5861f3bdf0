// The checks that several kinds share: what they take and what they refuse.

#include "catalog/kind_parts.hpp"

#include <gtest/gtest.h>

#include <murmur/error.hpp>

namespace murmur {
namespace {

template <class Work>
std::string complaint_of_part(Work work) {
    try {
        work();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        EXPECT_FALSE(error.hint().empty()) << error.message();
        return error.message();
    }
    return "";
}

TEST(KindParts, CloneUrlsOfEveryFormAreTaken) {
    for (const char* url :
         {"https://github.com/acme/api", "https://github.com/acme/api.git", "http://git.local:3000/acme/api",
          "https://bob@github.com/acme/api", "ssh://git@github.com:22/acme/api.git", "git://host/x",
          "file:///srv/git/x", "git@github.com:acme/api.git", "/srv/git/api.git", "https://[::1]/acme/api"})
        EXPECT_EQ(complaint_of_part([&] { check_clone_url(url, "u"); }), "") << url;
}

TEST(KindParts, WhatIsNoCloneUrlIsRefused) {
    for (const char* url : {"api", "acme/api", "https://", "https://github.com", "https://github.com/", "ftp://h/x",
                            "--upload-pack=touch x", "git@github.com", "git@:x", "@host:x", "https://-x/y",
                            "https://github.com/a b", "file://host/x", "ext::sh -c x", "https://h/\"x"})
        EXPECT_EQ(complaint_of_part([&] { check_clone_url(url, "u"); }),
                  "u is not a clone URL: \"" + std::string(url) + "\"");
    EXPECT_EQ(complaint_of_part([] { check_clone_url("https://bob:secret@github.com/acme/api", "u"); }),
              "u has a password in it")
        << "which the message does not show";
}

TEST(KindParts, BranchesAreThoseThatGitTakes) {
    for (const char* branch : {"main", "release/2.x", "murmur/w/api/u/alice/fix-1", "feature_x", "v1.2"})
        EXPECT_EQ(complaint_of_part([&] { check_branch(branch, "b"); }), "") << branch;
    for (const char* branch : {"", "-b", "/main", "main/", "a..b", "a b", "a~1", "a^", "a:b", "a?", "a*", "a[b", "a\\b",
                               "a//b", "a@{b", "@", "end."})
        EXPECT_EQ(complaint_of_part([&] { check_branch(branch, "b"); }),
                  "b is not the name of a branch: \"" + std::string(branch) + "\"");
}

TEST(KindParts, SecretNamesAreThoseOfVariables) {
    for (const char* name : {"A", "NPM_TOKEN", "X9"})
        EXPECT_EQ(complaint_of_part([&] { check_secret_name(name, "s"); }), "") << name;
    for (const char* name : {"", "npm", "9X", "_X", "A-B"})
        EXPECT_EQ(complaint_of_part([&] { check_secret_name(name, "s"); }), "s must match [A-Z][A-Z0-9_]*") << name;
    EXPECT_EQ(complaint_of_part([] { check_secret_name("MURMUR_KEY", "s"); }), "s must not begin with MURMUR_");
}

TEST(KindParts, GrantsNamePeopleAndServiceProfiles) {
    const auto grant_to = [](const char* user) { return json::object{{"users", json::array{user}}, {"role", "r"}}; };
    for (const char* user : {"alice", "Alice-B", "dependabot[bot]", "service-profile:ci-bot", "service-profile:*"})
        EXPECT_EQ(complaint_of_part([&] { check_grant(grant_to(user), "grant"); }), "") << user;
    for (const char* user : {"a b", "github/alice", "service-profile:", "service-profile:CI", "*"})
        EXPECT_EQ(complaint_of_part([&] { check_grant(grant_to(user), "grant"); }),
                  "grant.users[0] \"" + std::string(user) + "\" is not the login of a user");
}

TEST(KindParts, ASectionIsForItsSubstrate) {
    const json::object gce{{"vcpus", 4}, {"gce", json::object{}}};
    EXPECT_TRUE(has_section_for(gce, "SUBSTRATE_GCP"));
    EXPECT_FALSE(has_section_for(gce, "SUBSTRATE_AWS"));
    EXPECT_TRUE(has_section_for({{"vcpus", 4}}, "SUBSTRATE_AWS")) << "one that says nothing fits everywhere";
    EXPECT_TRUE(has_section_for({{"bare_metal", json::object{}}}, "SUBSTRATE_BARE_METAL"));
    EXPECT_TRUE(has_section_for({{"docker", json::object{}}}, "SUBSTRATE_GCP"));
}

}
}
