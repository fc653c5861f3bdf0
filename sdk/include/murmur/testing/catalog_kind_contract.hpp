#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <murmur/testing/fake_host.hpp>
#include <murmur/testing/plugin_under_test.hpp>
#include <ostream>
#include <set>
#include <string>
#include <utility>
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

/// What is wrong with a table of fields; the host refuses a plugin's kind for the same reasons.
class FieldTableExpectations {
public:
    static void check(const CatalogKindSpec& spec) {
        check_fields(spec.fields, spec.groups, "");
        for (const std::string& column : spec.columns)
            EXPECT_TRUE(leads_to_field(spec.fields, column)) << "column " << column << " is no field";
        EXPECT_TRUE(spec.sections_after.empty() || find(spec.fields, spec.sections_after)) << spec.sections_after;
        if (spec.markdown) {
            EXPECT_TRUE(is_snake_case(spec.body_field)) << "body_field names the text below the front matter";
            EXPECT_FALSE(find(spec.fields, spec.body_field)) << "body_field is the name of a field too";
        } else {
            const char* const key = spec.name_rule == NameRule::clone_url ? "clone_url" : "name";
            EXPECT_TRUE(find(spec.fields, key)) << "there is no field " << key;
        }
    }

private:
    static bool is_snake_case(const std::string& name) {
        return !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
               std::all_of(name.begin(), name.end(),
                           [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
    }

    static const FieldSpec* find(const std::vector<FieldSpec>& fields, const std::string& name) {
        const auto found =
            std::find_if(fields.begin(), fields.end(), [&](const FieldSpec& field) { return field.name == name; });
        return found == fields.end() ? nullptr : &*found;
    }

    static bool leads_to_field(const std::vector<FieldSpec>& fields, const std::string& path) {
        const std::size_t dot = path.find('.');
        const FieldSpec* const field = find(fields, path.substr(0, dot));
        return field && (dot == std::string::npos || leads_to_field(field->fields, path.substr(dot + 1)));
    }

    static bool has_inner_fields(FieldType type) {
        return type == FieldType::object || type == FieldType::object_list || type == FieldType::object_map;
    }

    static void check_fields(const std::vector<FieldSpec>& fields, const std::vector<FieldGroup>& groups,
                             const std::string& prefix) {
        std::set<std::string> names;
        for (const FieldSpec& field : fields) {
            check_field(field, prefix + field.name, names);
            if (!field.when) continue;
            EXPECT_TRUE(find(fields, field.when->field)) << prefix + field.name << " depends on no field";
        }
        for (const FieldGroup& group : groups) {
            EXPECT_FALSE(group.fields.empty()) << "a group of \"" << prefix << "\" has no fields";
            for (const std::string& name : group.fields)
                EXPECT_TRUE(find(fields, name)) << "a group names " << prefix << name << ", which is no field";
        }
    }

    static void check_field(const FieldSpec& field, const std::string& at, std::set<std::string>& names) {
        EXPECT_TRUE(is_snake_case(field.name)) << at;
        EXPECT_TRUE(names.insert(field.name).second) << at << " is there twice";
        for (const std::string& other : field.also) EXPECT_TRUE(names.insert(other).second) << at << ", also " << other;
        EXPECT_FALSE(field.help.empty()) << at << " has no help";
        EXPECT_FALSE(field.read_only && field.write_only) << at;
        EXPECT_FALSE(field.required && field.read_only) << at << " cannot be given and must be";
        // The host knows the values of a kind's own `substrate`.
        if (at != "substrate") EXPECT_EQ(field.type == FieldType::enumeration, !field.values.empty()) << at;
        EXPECT_TRUE(field.fields.empty() || has_inner_fields(field.type)) << at << " has fields and is no object";
        EXPECT_TRUE(field.type != FieldType::object_list || !field.fields.empty()) << at << " lists empty objects";
        EXPECT_TRUE(field.references.empty() || field.type == FieldType::string || field.type == FieldType::string_list)
            << at << " references resources and is no string";
        EXPECT_TRUE(!field.minimum || !field.maximum || *field.minimum <= *field.maximum) << at;
        check_fields(field.fields, field.groups, at + ".");
    }
};

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
