#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <murmur/testing/fake_host.hpp>
#include <murmur/testing/plugin_under_test.hpp>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace murmur::testing {

/// What the suite has to know about a catalog kind.
struct CatalogKindUnderTest {
    ProviderUnderTest provider;
    json::object valid;                      ///< a body that is in order
    std::vector<json::object> invalid = {};  ///< bodies that validate() must refuse
};

/// For the suite's messages.
inline void PrintTo(const CatalogKindUnderTest& subject, std::ostream* out) { *out << subject.provider.provider; }

/// The promises that every catalog kind keeps. Use it with MURMUR_CATALOG_KIND_CONTRACT.
class CatalogKindContract : public ::testing::TestWithParam<CatalogKindUnderTest> {
protected:
    CatalogKindContract()
        : plugin_(GetParam().provider.plugin), kind_(plugin_.make_catalog_kind(GetParam().provider, host_)) {}

    static bool is_snake_case(const std::string& name) {
        return !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
               std::all_of(name.begin(), name.end(),
                           [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
    }

    static void check_fields(const std::vector<FieldSpec>& fields, const std::string& path) {
        std::set<std::string> names;
        for (const FieldSpec& field : fields) {
            const std::string at = path + field.name;
            EXPECT_TRUE(is_snake_case(field.name)) << at;
            EXPECT_TRUE(names.insert(field.name).second) << at << " is there twice";
            EXPECT_FALSE(field.help.empty()) << at << " has no help";
            EXPECT_FALSE(field.read_only && field.write_only) << at;
            EXPECT_FALSE(field.required && field.read_only) << at << " cannot be given and must be";
            EXPECT_EQ(field.type == FieldType::enumeration, !field.values.empty()) << at;
            const bool nested = field.type == FieldType::object || field.type == FieldType::object_list;
            EXPECT_TRUE(nested || field.fields.empty()) << at << " is no object";
            check_fields(field.fields, at + ".");
        }
    }

    FakeHost host_;
    PluginUnderTest plugin_;
    std::unique_ptr<CatalogKind> kind_;
};

TEST_P(CatalogKindContract, ItsTableIsInOrder) {
    const CatalogKindSpec spec = kind_->spec();
    EXPECT_EQ(spec.name, GetParam().provider.provider) << "the kind has the name that it is registered under";
    EXPECT_FALSE(spec.description.empty());
    EXPECT_FALSE(spec.fields.empty());
    for (const char* verb : {"read", "list", "create", "edit", "delete"})
        EXPECT_NE(std::find(spec.verbs.begin(), spec.verbs.end(), verb), spec.verbs.end()) << verb;
    check_fields(spec.fields, "");
}

TEST_P(CatalogKindContract, ItsTableStaysTheSame) {
    const CatalogKindSpec one = kind_->spec();
    const CatalogKindSpec two = kind_->spec();
    ASSERT_EQ(one.fields.size(), two.fields.size());
    for (std::size_t i = 0; i < one.fields.size(); ++i) EXPECT_EQ(one.fields[i].name, two.fields[i].name);
}

TEST_P(CatalogKindContract, TakesAValidBody) { EXPECT_NO_THROW(kind_->validate(GetParam().valid)); }

TEST_P(CatalogKindContract, RefusesInvalidBodiesWithTheField) {
    for (const json::object& body : GetParam().invalid) {
        try {
            kind_->validate(body);
            ADD_FAILURE() << "accepted: " << json::serialize(body);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::invalid_argument) << error.message();
            bool names_a_field = false;
            for (const FieldSpec& field : kind_->spec().fields)
                names_a_field = names_a_field || error.message().find(field.name) != std::string::npos;
            EXPECT_TRUE(names_a_field) << error.message();
        }
    }
}

}

/// Runs the suite: MURMUR_CATALOG_KIND_CONTRACT(Room, {.provider = …, .valid = …, .invalid = …}). Once per file.
#define MURMUR_CATALOG_KIND_CONTRACT(NAME, ...)                                                       \
    namespace murmur::testing {                                                                       \
    INSTANTIATE_TEST_SUITE_P(NAME, CatalogKindContract,                                               \
                             ::testing::Values(::murmur::testing::CatalogKindUnderTest(__VA_ARGS__)), \
                             [](const auto&) { return std::string("contract"); });                    \
    }
