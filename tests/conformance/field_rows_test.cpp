// Every row of the documentation of every kind, tried on real input: that the field is there with its type, default and
// values, that it takes its value and shows it again, refuses other types by its path, and is missed in its turn.

#include "catalog/field_table.hpp"
#include "conformance_support.hpp"

namespace murmur::conformance {
namespace {

const FieldRow* find_row(const std::vector<FieldRow>& rows, const std::string& path) {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const FieldRow& row) { return row.path == path; });
    return found == rows.end() ? nullptr : &*found;
}

std::string label_of(const ::testing::TestParamInfo<FieldCase>& field) {
    return test_label(field.param.kind + "_" + field.param.path);
}

std::vector<FieldCase> cases_where(bool (*holds)(const FieldCase&)) {
    std::vector<FieldCase> cases;
    std::copy_if(field_cases().begin(), field_cases().end(), std::back_inserter(cases), holds);
    return cases;
}

/// The name that the input is set as, when the case may change it.
std::string name_for(const FieldCase& field, const MinimumInput& base) {
    const bool is_name = field.path == "name" || (field.kind == "repo-config" && field.path == "clone_url");
    return is_name ? std::string(parse_json(field.value).as_string()) : base.name;
}

class FieldRowOf : public ::testing::TestWithParam<FieldCase> {};

TEST_P(FieldRowOf, IsDeclared) {
    const FieldCase& field = GetParam();
    const std::vector<FieldRow> rows = field_table(kinds().get(field.kind).spec);
    const FieldRow* const row = find_row(rows, field.path);
    ASSERT_TRUE(row);
    EXPECT_EQ(row->type, field.type);
    EXPECT_EQ(row->default_value, field.default_value);
    for (const std::string& value : field.values)
        EXPECT_TRUE(std::find(row->field->values.begin(), row->field->values.end(), value) != row->field->values.end())
            << value;
    EXPECT_EQ(row->field->read_only, field.access == Access::read_only);
    EXPECT_EQ(row->field->write_only, field.access == Access::write_only);
    switch (field.need) {
        case Need::yes: EXPECT_EQ(row->required, "yes"); break;
        case Need::no:
            EXPECT_TRUE(row->required == "no" || row->required.find("at least") == 0) << row->required;
            break;
        case Need::one_of: EXPECT_NE(row->required.find("one of "), std::string::npos) << row->required; break;
        case Need::when: EXPECT_EQ(row->required.find("when substrate is SUBSTRATE_"), 0u) << row->required; break;
    }
}

TEST_P(FieldRowOf, TakesItsValueAndShowsIt) {
    const FieldCase& field = GetParam();
    const MinimumInput& base = base_of(field);
    json::object fields = fields_of(base);
    const json::value value = parse_json(field.value);
    put(fields, field.path, value);
    const CheckedBody checked = set_text(field.kind, name_for(field, base), text_of(field.kind, fields));
    const json::value* const kept = look(checked.body, field.path);
    const std::string shown = get_text(field.kind, checked.body);
    if (field.access == Access::read_only) {
        EXPECT_FALSE(kept) << "it is ignored on input";
        return;
    }
    if (field.access == Access::write_only) {
        EXPECT_FALSE(kept);
        EXPECT_EQ(shown.find(std::string(value.as_string())), std::string::npos) << shown;
        EXPECT_EQ(checked.secret.at(field.path), value);
        return;
    }
    ASSERT_TRUE(kept) << shown;
    EXPECT_EQ(*kept, value);
    std::string printed = shown;
    // The one thing that is never printed has to be given again.
    for (const auto& [key, secret] : checked.secret)
        printed += std::string(key) + ": " + json::serialize(secret) + "\n";
    const CheckedBody again = set_text(field.kind, checked.name, printed);
    EXPECT_EQ(again.body, checked.body) << "what get prints is what set takes:\n" << shown;
}

INSTANTIATE_TEST_SUITE_P(Documented, FieldRowOf, ::testing::ValuesIn(field_cases()), label_of);

/// What murmur itself writes: only read, by everybody's names for it.
class AgentRowOf : public ::testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(AgentRowOf, IsDeclaredAndNotWritten) {
    const auto& [path, type] = GetParam();
    const std::vector<FieldRow> rows = field_table(kinds().get("agent").spec);
    const FieldRow* const row = find_row(rows, path);
    ASSERT_TRUE(row);
    EXPECT_EQ(row->type, type);
    EXPECT_TRUE(row->field->read_only);
}

INSTANTIATE_TEST_SUITE_P(Documented, AgentRowOf,
                         ::testing::Values(std::pair("name", "string"), std::pair("agent_id", "string"),
                                           std::pair("grants", "list of strings"), std::pair("created_at", "timestamp"),
                                           std::pair("terminated_at", "timestamp"), std::pair("session_url", "string"),
                                           std::pair("purpose", "string"), std::pair("service_profile", "string")),
                         [](const auto& row) { return test_label("agent_" + row.param.first); });

/// The only one there is: it must be called so, and need not be.
TEST(FieldRows, PoolConfigName) {
    const std::vector<FieldRow> rows = field_table(kinds().get("pool-config").spec);
    const FieldRow* const row = find_row(rows, "name");
    ASSERT_TRUE(row);
    EXPECT_EQ(row->type, "string");
    EXPECT_EQ(row->required, "yes");
    for (const char* text : {"max_vms: 50\n", "name: default\nmax_vms: 50\n", "name: ''\nmax_vms: 50\n"})
        EXPECT_EQ(complaint_about("pool-config", "default", text), "accepted") << text;
    EXPECT_EQ(complaint_about("pool-config", "default", "name: other\nmax_vms: 50\n"), "name must be default");
}

/// Whether the field has a case of its own: with those inside a grant, that of a tenant-binding's grant is meant.
bool is_tried(const std::string& kind, const std::string& path) {
    const std::size_t grant = path.find("grants[].");
    if (grant != std::string::npos) return is_tried("tenant-binding", "grant." + path.substr(grant + 9));
    if (kind == "pool-config" && path == "name") return true;
    return std::any_of(field_cases().begin(), field_cases().end(),
                       [&](const FieldCase& field) { return field.kind == kind && field.path == path; });
}

/// Whether the kind is one of those that are tried here; another one is tried by its example and its own tests.
bool is_documented(const std::string& kind) {
    return std::any_of(minimum_inputs().begin(), minimum_inputs().end(),
                       [&](const MinimumInput& input) { return input.kind == kind; });
}

/// A field that was added to a documented kind is tried as those of the documentation are.
TEST(FieldRows, EachDeclaredFieldHasACase) {
    std::string untried;
    for (const auto& kind : kinds().all()) {
        if (!is_documented(kind->spec.name)) continue;
        const std::vector<FieldRow> rows = field_table(kind->spec);
        for (const FieldRow& row : rows)
            if (!is_tried(kind->spec.name, row.path))
                untried += kind->spec.name + " " + row.path + ": " + row.type + "\n";
    }
    EXPECT_EQ(untried, "");
}

/// Something that is no value of the type, and what is said of it behind the path.
std::pair<json::value, std::string> misfit(const std::string& type) {
    if (type == "integer") return {"many", "must be a whole number"};
    if (type == "number") return {"much", "must be a number"};
    if (type == "boolean") return {"maybe", "must be true or false"};
    if (type == "duration") return {"soon", "must be a duration such as 30m or 1h30m"};
    if (type == "list of strings") return {"one", "must be a list of strings"};
    if (type == "list of objects") return {"one", "must be a list of objects"};
    if (type == "map of objects") return {"one", "must be an object (names with objects)"};
    if (type == "object") return {"one", "must be an object (fields with values)"};
    return {5, "must be a string"};
}

class WrongType : public ::testing::TestWithParam<FieldCase> {};

TEST_P(WrongType, IsRefusedByPath) {
    const FieldCase& field = GetParam();
    const MinimumInput& base = base_of(field);
    json::object fields = fields_of(base);
    const auto [value, words] = misfit(field.type);
    put(fields, field.path, value);
    EXPECT_EQ(complaint_about(field.kind, base.name, text_of(field.kind, fields)),
              shown_path(fields, field.path) + " " + words);
}

INSTANTIATE_TEST_SUITE_P(Documented, WrongType, ::testing::ValuesIn(cases_where([](const FieldCase& field) {
                             return field.access == Access::both && field.type != "enum";
                         })),
                         label_of);

class MissingField : public ::testing::TestWithParam<FieldCase> {
protected:
    static std::string expected(const json::object& fields) {
        const FieldCase& field = GetParam();
        return field.complaint.empty() ? shown_path(fields, field.path) + " is required" : field.complaint;
    }
};

TEST_P(MissingField, IsNamed) {
    const FieldCase& field = GetParam();
    const MinimumInput& base = base_of(field);
    json::object fields = fields_of(base);
    const std::string complaint = expected(fields);
    drop(fields, field.path);
    EXPECT_EQ(complaint_about(field.kind, base.name, text_of(field.kind, fields)), complaint);
}

/// The documentation has users find the fields one by one: what stands behind must not be asked for before.
TEST_P(MissingField, IsNamedBeforeAllThatStandBehindIt) {
    const FieldCase& field = GetParam();
    const MinimumInput& base = base_of(field);
    json::object fields = fields_of(base);
    const std::string complaint = expected(fields);
    drop(fields, field.path);
    const std::vector<FieldSpec>& table = kinds().get(field.kind).spec.fields;
    const std::string top = steps_of(field.path).front();
    bool is_behind = false;
    for (const FieldSpec& other : table) {
        if (is_behind) fields.stable_erase(other.name);
        is_behind = is_behind || other.name == top;
    }
    EXPECT_EQ(complaint_about(field.kind, base.name, text_of(field.kind, fields)), complaint);
}

TEST_P(MissingField, NullAndEmptyAreAsGoodAsNone) {
    const FieldCase& field = GetParam();
    const MinimumInput& base = base_of(field);
    json::object fields = fields_of(base);
    const std::string complaint = expected(fields);
    put(fields, field.path, nullptr);
    EXPECT_EQ(complaint_about(field.kind, base.name, text_of(field.kind, fields)), complaint);
    if (field.type != "string" && field.type.find("list") != 0) return;
    put(fields, field.path, field.type == "string" ? json::value("") : json::value(json::array{}));
    EXPECT_EQ(complaint_about(field.kind, base.name, text_of(field.kind, fields)), complaint);
}

INSTANTIATE_TEST_SUITE_P(Documented, MissingField, ::testing::ValuesIn(cases_where([](const FieldCase& field) {
                             // Those of which another one is there are not missed.
                             return field.need != Need::no && look(fields_of(base_of(field)), field.path) != nullptr;
                         })),
                         label_of);

class DefaultOf : public ::testing::TestWithParam<FieldCase> {};

TEST_P(DefaultOf, IsNotStored) {
    const FieldCase& field = GetParam();
    const MinimumInput& base = base_of(field);
    EXPECT_FALSE(look(set_text(field.kind, base.name, base.text).body, field.path));
}

INSTANTIATE_TEST_SUITE_P(Documented, DefaultOf, ::testing::ValuesIn(cases_where([](const FieldCase& field) {
                             return !field.default_value.empty();
                         })),
                         label_of);

}
}
