// The least input of every kind, as the documentation has it: accepted as it stands, printed and accepted again, also
// as JSON in camelCase, as the API writes it.

#include "conformance_support.hpp"

namespace murmur::conformance {
namespace {

class MinimumInputOf : public ::testing::TestWithParam<MinimumInput> {};

TEST_P(MinimumInputOf, IsAccepted) {
    const MinimumInput& input = GetParam();
    EXPECT_EQ(set_text(input.kind, input.name, input.text).name, input.name);
}

TEST_P(MinimumInputOf, IsAcceptedAgainAsItIsPrinted) {
    const MinimumInput& input = GetParam();
    const CheckedBody checked = set_text(input.kind, input.name, input.text);
    std::string printed = get_text(input.kind, checked.body);
    // The one thing that is never printed has to be given again.
    for (const auto& [key, value] : checked.secret) printed += std::string(key) + ": " + json::serialize(value) + "\n";
    EXPECT_EQ(set_text(input.kind, input.name, printed).body, checked.body) << printed;
}

TEST_P(MinimumInputOf, IsAcceptedAsJsonOfTheApi) {
    const MinimumInput& input = GetParam();
    const CatalogKindSpec& spec = kinds().get(input.kind).spec;
    const CheckedBody checked = set_text(input.kind, input.name, input.text);
    json::object api = to_api_json(spec, checked.body);
    for (const auto& [key, value] : checked.secret) api[key] = value;
    EXPECT_EQ(set_text(input.kind, input.name, json::serialize(api)).body, checked.body) << json::serialize(api);
}

TEST_P(MinimumInputOf, IsRefusedUnderAnotherName) {
    const MinimumInput& input = GetParam();
    const CatalogKindSpec& spec = kinds().get(input.kind).spec;
    if (spec.markdown) {
        EXPECT_EQ(set_text(input.kind, "other", input.text).name, "other") << "a text has the name that it is set as";
        return;
    }
    const std::string other = spec.name_rule == NameRule::secret ? "OTHER" : "other";
    EXPECT_EQ(complaint_about(input.kind, other, input.text),
              "ref name \"" + other + "\" does not match payload name \"" + input.name + "\"");
}

INSTANTIATE_TEST_SUITE_P(Documented, MinimumInputOf, ::testing::ValuesIn(minimum_inputs()),
                         [](const auto& input) { return test_label(input.param.label); });

/// The verbs that the documentation lists for a kind.
struct Permissions {
    std::string kind;
    std::vector<std::string> verbs;
};
void PrintTo(const Permissions& subject, std::ostream* out) { *out << subject.kind; }

class PermissionsOf : public ::testing::TestWithParam<Permissions> {};

TEST_P(PermissionsOf, AreThoseOfTheDocumentation) {
    for (const std::string& verb : GetParam().verbs)
        EXPECT_TRUE(kinds().get(GetParam().kind).has_verb(verb)) << GetParam().kind << "." << verb;
}

const std::vector<std::string> all_five = {"read", "list", "create", "edit", "delete"};
const std::vector<std::string> without_list = {"read", "create", "edit", "delete"};
const std::vector<std::string> write_once = {"read", "create", "delete"};
INSTANTIATE_TEST_SUITE_P(Documented, PermissionsOf,
                         ::testing::ValuesIn(std::vector<Permissions>{
                             {"pool-config", {"read", "edit"}},
                             {"user", {"read", "edit"}},
                             {"group", all_five},
                             {"role", all_five},
                             {"tenant-binding", write_once},
                             {"service-profile", all_five},
                             {"secret", {"read", "create", "delete", "list", "access"}},
                             {"user-secret", write_once},
                             {"machine-type", {"read", "list"}},
                             {"disk-type", {"read", "list"}},
                             {"image", {"read", "list"}},
                             {"placement", {"read", "list"}},
                             {"recipe", without_list},
                             {"environment", {"read", "list", "create", "edit", "delete"}},
                             {"repo-config", all_five},
                             {"workspace", all_five},
                             {"alias", write_once},
                             {"agent", {"read", "list", "create", "edit", "delete", "kill"}},
                             {"agent-persona", without_list},
                             {"flight", without_list}}),
                         [](const auto& subject) { return test_label(subject.param.kind); });

TEST(Kinds, PersonasAndFlightsAreMarkdownAndTheRestIsYaml) {
    for (const auto& kind : kinds().all())
        EXPECT_EQ(kind->spec.markdown, kind->spec.name == "agent-persona" || kind->spec.name == "flight")
            << kind->spec.name;
}

TEST(Kinds, AnAgentIsShownOnly) {
    const CatalogKindSpec& spec = kinds().get("agent").spec;
    EXPECT_TRUE(spec.read_only);
    std::vector<std::string> names;
    for (const FieldSpec& field : spec.fields) {
        EXPECT_TRUE(field.read_only) << field.name;
        names.push_back(field.name);
    }
    EXPECT_EQ(names, (std::vector<std::string>{"name", "agent_id", "grants", "created_at", "terminated_at",
                                               "session_url", "purpose", "service_profile"}));
}

}
}
