#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <murmur/testing/fake_host.hpp>
#include <murmur/testing/field_table_expectations.hpp>
#include <murmur/testing/plugin_under_test.hpp>
#include <ostream>
#include <string>
#include <vector>

namespace murmur::testing {

/// What the suite has to know about a catalog kind. Bodies are as murmur hands them over: keys in snake_case and in the
/// order of the table, with `name`.
struct CatalogKindUnderTest {
    ProviderUnderTest provider;
    json::object valid;                                  ///< a body that is in order
    std::vector<json::object> invalid = {};              ///< bodies that validate() must refuse
    std::vector<CatalogBuiltin> beside = {};             ///< what else there is, for validate_with()
    std::vector<json::object> invalid_beside_them = {};  ///< in order by themselves; validate_with() must refuse them
};

/// For the suite's messages.
inline void PrintTo(const CatalogKindUnderTest& subject, std::ostream* out) { *out << subject.provider.provider; }

/// The promises that every catalog kind keeps. Use it with MURMUR_CATALOG_KIND_CONTRACT.
class CatalogKindContract : public ::testing::TestWithParam<CatalogKindUnderTest> {
protected:
    CatalogKindContract()
        : plugin_(GetParam().provider.plugin), kind_(plugin_.make_catalog_kind(GetParam().provider, host_)) {}

    /// Of the resources that the test named.
    static std::optional<json::object> look_up(std::string_view kind, std::string_view name) {
        for (const CatalogBuiltin& other : GetParam().beside)
            if (other.kind == kind && FieldReader(other.body).get_string("name") == name) return other.body;
        return std::nullopt;
    }

    /// Whether the message says which field is meant, or something that the table itself says.
    static bool names_a_field(const CatalogKindSpec& spec, const std::string& message) {
        const auto mentions = [&](const std::string& name) { return message.find(name) != std::string::npos; };
        return std::any_of(spec.fields.begin(), spec.fields.end(),
                           [&](const FieldSpec& field) { return mentions(field.name); }) ||
               (!spec.body_field.empty() && mentions(spec.body_field));
    }

    template <class Work>
    void expect_refused(const json::object& body, Work work) const {
        try {
            work();
            ADD_FAILURE() << "accepted: " << json::serialize(body);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::invalid_argument) << error.message();
            EXPECT_TRUE(names_a_field(kind_->spec(), error.message())) << error.message();
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
    EXPECT_TRUE(spec.markdown || !spec.fields.empty());
    EXPECT_TRUE(spec.read_only || !spec.example.empty()) << "there is no example of the least input";
    const auto has_verb = [&](const char* verb) {
        return std::find(spec.verbs.begin(), spec.verbs.end(), verb) != spec.verbs.end();
    };
    EXPECT_TRUE(has_verb("read"));
    EXPECT_TRUE(spec.read_only || has_verb("create") || has_verb("edit")) << "nobody could make one";
    FieldTableExpectations::check(spec);
}

TEST_P(CatalogKindContract, ItsTableStaysTheSame) {
    const CatalogKindSpec one = kind_->spec();
    const CatalogKindSpec two = kind_->spec();
    EXPECT_EQ(one.verbs, two.verbs);
    ASSERT_EQ(one.fields.size(), two.fields.size());
    for (std::size_t i = 0; i < one.fields.size(); ++i) EXPECT_EQ(one.fields[i].name, two.fields[i].name);
}

TEST_P(CatalogKindContract, TakesAValidBody) {
    EXPECT_NO_THROW(kind_->validate(GetParam().valid));
    EXPECT_NO_THROW(kind_->validate_with(GetParam().valid, look_up));
}

TEST_P(CatalogKindContract, TakesItWhereNothingElseIs) {
    const CatalogLookup nothing = [](std::string_view, std::string_view) { return std::nullopt; };
    EXPECT_NO_THROW(kind_->validate_with(GetParam().valid, nothing))
        << "what a reference leads to is checked by murmur; without it there is nothing to compare";
}

TEST_P(CatalogKindContract, RefusesInvalidBodiesWithTheField) {
    for (const json::object& body : GetParam().invalid) expect_refused(body, [&] { kind_->validate(body); });
}

TEST_P(CatalogKindContract, RefusesBodiesThatDoNotFitWhatElseThereIs) {
    for (const json::object& body : GetParam().invalid_beside_them) {
        EXPECT_NO_THROW(kind_->validate(body)) << json::serialize(body);
        expect_refused(body, [&] { kind_->validate_with(body, look_up); });
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
