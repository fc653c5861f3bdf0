#include <gtest/gtest.h>

#include "catalog/validation.hpp"

namespace murmur {
namespace {

CatalogKindSpec spec_of(NameRule rule, bool per_user = false) {
    CatalogKindSpec spec;
    spec.name = "kind";
    spec.name_rule = rule;
    spec.per_user = per_user;
    return spec;
}

std::string said_about(const CatalogKindSpec& spec, const std::string& name) {
    try {
        check_name(spec, name);
        return "good";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        return error.message();
    }
}

TEST(ResourceNames, LowerCaseLettersDigitsAndDashes) {
    const CatalogKindSpec spec = spec_of(NameRule::resource);
    const std::string pattern = "name must match [a-z][a-z0-9-]{0,62}";
    EXPECT_EQ(said_about(spec, ""), "name is required");
    for (const std::string& name :
         {std::string("a"), std::string("go-medium"), std::string("a1-"), std::string(63, 'a')})
        EXPECT_EQ(said_about(spec, name), "good") << name;
    for (const std::string& name :
         {std::string("1a"), std::string("-a"), std::string("A"), std::string("a_b"), std::string("a.b"),
          std::string("é"), std::string("a b"), std::string("a\n"), std::string(64, 'a')})
        EXPECT_EQ(said_about(spec, name), pattern) << name;
}

TEST(ResourceNames, SecretsAreNamedLikeVariables) {
    const CatalogKindSpec spec = spec_of(NameRule::secret);
    EXPECT_EQ(said_about(spec, "NPM_TOKEN"), "good");
    EXPECT_EQ(said_about(spec, ""), "secret name \"\" must match [A-Z][A-Z0-9_]*");
    EXPECT_EQ(said_about(spec, "foo"), "secret name \"foo\" must match [A-Z][A-Z0-9_]*");
    EXPECT_EQ(said_about(spec, "A\nB"), "secret name \"A\\nB\" must match [A-Z][A-Z0-9_]*");
    EXPECT_EQ(said_about(spec, "1A"), "secret name \"1A\" must match [A-Z][A-Z0-9_]*");
    EXPECT_EQ(said_about(spec, "MURMUR_X"), "secret name \"MURMUR_X\" is reserved (MURMUR_* is internal)");
    EXPECT_EQ(said_about(spec, "GH_TOKEN"),
              "secret name \"GH_TOKEN\" is reserved — it is automatically populated from the developer profile");
    EXPECT_EQ(said_about(spec, std::string(64, 'A')), "good");
    EXPECT_EQ(said_about(spec, std::string(256, 'A')), "secret name is longer than 255 characters");
    EXPECT_EQ(said_about(spec_of(NameRule::secret, true), "GH_TOKEN"), "good");
    EXPECT_EQ(said_about(spec_of(NameRule::secret, true), "MURMUR_X"),
              "secret name \"MURMUR_X\" is reserved (MURMUR_* is internal)");
}

TEST(ResourceNames, ImagesMayCarryTheHashOfABake) {
    const CatalogKindSpec spec = spec_of(NameRule::image);
    for (const char* name : {"go-stack", "go-stack@9f86d081", "a@0"}) EXPECT_EQ(said_about(spec, name), "good") << name;
    for (const char* name : {"go-stack@", "@9f86", "go@9f86@9f86", "go-stack@9F86", "Go", "go@xyz"})
        EXPECT_EQ(said_about(spec, name), "name must match [a-z][a-z0-9-]{0,62}") << name;
}

TEST(ResourceNames, RepositoriesAreNamedByTheirUrl) {
    const CatalogKindSpec spec = spec_of(NameRule::clone_url);
    EXPECT_EQ(said_about(spec, ""), "clone_url is required");
    for (const char* name : {"https://github.com/acme/backend", "git@github.com:acme/backend.git", "/srv/git/a.git"})
        EXPECT_EQ(said_about(spec, name), "good") << name;
    for (const std::string& name :
         {std::string("backend"), std::string("https://a b"), "https://" + std::string(1024, 'a')})
        EXPECT_EQ(said_about(spec, name), "clone_url must be the URL of a git repository");
}

TEST(ResourceNames, UsersAreNamedLikeTheirAccounts) {
    const CatalogKindSpec spec = spec_of(NameRule::account);
    for (const char* name : {"alice", "Alice-B", "acme[bot]", "a.b_c"})
        EXPECT_EQ(said_about(spec, name), "good") << name;
    for (const std::string& name : {std::string("a/b"), std::string("a b"), std::string(64, 'a')})
        EXPECT_EQ(said_about(spec, name), "name must match [A-Za-z0-9._\\[\\]-]{1,63}");
    EXPECT_EQ(said_about(spec, ""), "name is required");
}

TEST(ResourceNames, AKindMayHaveItsOwnWords) {
    CatalogKindSpec spec = spec_of(NameRule::resource);
    spec.fields = {{.name = "name", .required = true, .missing = "name is required for alias"}};
    EXPECT_EQ(said_about(spec, ""), "name is required for alias");
}

}
}
