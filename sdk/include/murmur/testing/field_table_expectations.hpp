#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <murmur/catalog_kind.hpp>
#include <set>
#include <string>
#include <vector>

namespace murmur::testing {

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

    /// A section that a substrate adds to a kind.
    static void check(const CatalogSection& section) {
        EXPECT_FALSE(section.kind.empty());
        EXPECT_EQ(section.field.type, FieldType::object) << section.kind << ": " << section.field.name;
        EXPECT_FALSE(section.field.required) << section.field.name << ": it is for one substrate of several";
        check_fields({section.field}, {}, section.kind + ": ");
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
        EXPECT_TRUE(at == "substrate" || (field.type == FieldType::enumeration) == !field.values.empty()) << at;
        EXPECT_TRUE(field.fields.empty() || has_inner_fields(field.type)) << at << " has fields and is no object";
        EXPECT_TRUE(field.type != FieldType::object_list || !field.fields.empty()) << at << " lists empty objects";
        EXPECT_TRUE(field.references.empty() || field.type == FieldType::string || field.type == FieldType::string_list)
            << at << " references resources and is no string";
        EXPECT_TRUE(!field.minimum || !field.maximum || *field.minimum <= *field.maximum) << at;
        check_fields(field.fields, field.groups, at + ".");
    }
};

}
