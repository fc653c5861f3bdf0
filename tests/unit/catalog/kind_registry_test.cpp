#include "catalog/kind_registry.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <murmur/error.hpp>

namespace murmur {
namespace {

/// A kind as a plugin would bring it, to be spoilt by each test.
CatalogKindSpec runbook_spec() {
    CatalogKindSpec spec;
    spec.name = "runbook";
    spec.description = "What to do when something happens.";
    spec.fields = {{.name = "name", .required = true, .help = "Its name."},
                   {.name = "steps", .type = FieldType::string_list, .required = true, .help = "What to do."},
                   {.name = "workspace", .references = {"workspace"}, .help = "Where."}};
    spec.verbs = {"read", "list", "create", "edit", "delete"};
    spec.example = "name: restart\nsteps: [stop, start]\n";
    return spec;
}

class GivenKind final : public CatalogKind {
public:
    explicit GivenKind(CatalogKindSpec spec) : spec_(std::move(spec)) {}
    CatalogKindSpec spec() const override { return spec_; }

private:
    CatalogKindSpec spec_;
};

/// What add() says of a table, without the part that is always the same.
std::string complaint_about(CatalogKindSpec spec) {
    KindRegistry kinds;
    const std::string beginning = "catalog kind \"" + spec.name + "\": ";
    try {
        kinds.add(std::make_shared<GivenKind>(std::move(spec)));
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        EXPECT_EQ(error.message().substr(0, beginning.size()), beginning);
        return error.message().substr(std::min(beginning.size(), error.message().size()));
    }
    return "";
}

const FieldSpec& field_of(const std::vector<FieldSpec>& fields, const std::string& name) {
    for (const FieldSpec& field : fields)
        if (field.name == name) return field;
    throw Error(Errc::not_found, "no field " + name);
}

std::vector<std::string> field_names(const std::vector<FieldSpec>& fields) {
    std::vector<std::string> names;
    for (const FieldSpec& field : fields) names.push_back(field.name);
    return names;
}

TEST(KindRegistry, HasTheTwentyKindsInTheOrderOfTheDocumentation) {
    const std::vector<std::string> documented{
        "pool-config", "user",         "group",     "role",  "tenant-binding", "service-profile", "secret",
        "user-secret", "machine-type", "disk-type", "image", "placement",      "recipe",          "environment",
        "repo-config", "workspace",    "alias",     "agent", "agent-persona",  "flight"};
    const KindRegistry kinds;
    std::vector<std::string> names;
    for (const auto& kind : kinds.all())  // a new one is one file, and not a line here too
        if (std::find(documented.begin(), documented.end(), kind->spec.name) != documented.end())
            names.push_back(kind->spec.name);
    EXPECT_EQ(names, documented);
    EXPECT_EQ(kinds.find("workspace")->spec.name, "workspace");
    EXPECT_EQ(kinds.find("workspaces"), nullptr);
}

TEST(KindRegistry, AnUnknownKindGetsTheNearestOne) {
    const KindRegistry kinds;
    try {
        kinds.get("worksapce");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        EXPECT_EQ(error.message(), "unknown catalog kind \"worksapce\"");
        EXPECT_EQ(error.hint(), "Did you mean \"workspace\"?");
    }
}

TEST(KindRegistry, SectionsStandWhereTheDocumentationHasThem) {
    const KindRegistry kinds;
    EXPECT_EQ(field_names(kinds.get("machine-type").spec.fields),
              (std::vector<std::string>{"name", "vcpus", "memory_gb", "architecture", "gce", "aws", "platform",
                                        "description"}));
    EXPECT_EQ(field_names(kinds.get("disk-type").spec.fields),
              (std::vector<std::string>{"name", "substrate", "gcp", "aws", "platform", "description"}));
    EXPECT_EQ(field_names(field_of(kinds.get("image").spec.fields, "source").fields),
              (std::vector<std::string>{"gce", "aws", "docker"}));
    const FieldSpec& gcp = field_of(kinds.get("placement").spec.fields, "gcp");
    ASSERT_TRUE(gcp.when.has_value());
    EXPECT_EQ(gcp.when->field, "substrate");
    EXPECT_EQ(gcp.when->value, "SUBSTRATE_GCP");
    EXPECT_FALSE(field_of(kinds.get("machine-type").spec.fields, "gce").when.has_value());
}

TEST(KindRegistry, ASubstrateAddsItsValueAndItsSections) {
    KindRegistry kinds;
    const CatalogContribution contribution{
        .sections = {{"placement",
                      {.name = "moon",
                       .type = FieldType::object,
                       .help = "The crater.",
                       .fields = {{.name = "crater", .required = true, .help = "Its name."}}}},
                     {"image", {.name = "moon", .type = FieldType::object, .help = "A rock."}, "source"}},
        .builtins = {{"placement",
                      {{"name", "murmur-moon"}, {"substrate", "SUBSTRATE_MOON"}, {"moon", {{"crater", "Tycho"}}}}}}};
    kinds.add_substrate("moon", contribution);
    kinds.add_substrate("moon", contribution);  // its plugin may come again
    for (const char* kind : {"disk-type", "placement", "environment"})
        EXPECT_EQ(field_of(kinds.get(kind).spec.fields, "substrate").values,
                  (std::vector<std::string>{"SUBSTRATE_GCP", "SUBSTRATE_AWS", "SUBSTRATE_MOON"}))
            << kind;
    EXPECT_EQ(field_names(kinds.get("placement").spec.fields),
              (std::vector<std::string>{"name", "substrate", "platform", "gcp", "aws", "moon", "service_account",
                                        "service_account_bindings", "description"}));
    const FieldSpec& source = field_of(kinds.get("image").spec.fields, "source");
    EXPECT_EQ(source.groups.front().fields, (std::vector<std::string>{"gce", "aws", "docker", "moon"}));
    EXPECT_EQ(source.groups.front().missing, "source must name exactly one of gce, aws, docker, moon");
    ASSERT_EQ(kinds.builtins().size(), 1u);
    EXPECT_EQ(kinds.builtins().front().kind, "placement");
}

TEST(KindRegistry, AKindThatComesLaterKnowsTheSubstratesToo) {
    KindRegistry kinds;
    kinds.add_substrate(
        "bare-metal",
        {.sections = {{"runbook", {.name = "bare_metal", .type = FieldType::object, .help = "The rack."}}},
         .builtins = {}});
    CatalogKindSpec spec = runbook_spec();
    spec.fields.insert(spec.fields.begin() + 1,
                       {.name = "substrate", .type = FieldType::enumeration, .help = "For which."});
    kinds.add(std::make_shared<GivenKind>(spec));
    EXPECT_EQ(field_of(kinds.get("runbook").spec.fields, "substrate").values,
              (std::vector<std::string>{"SUBSTRATE_GCP", "SUBSTRATE_AWS", "SUBSTRATE_BARE_METAL"}));
    EXPECT_EQ(field_of(kinds.get("runbook").spec.fields, "bare_metal").when->value, "SUBSTRATE_BARE_METAL");
}

TEST(KindRegistry, BuiltinsOfASubstrateHaveReservedNames) {
    KindRegistry kinds;
    EXPECT_THROW(kinds.add_substrate("moon", {.sections = {}, .builtins = {{"placement", {{"name", "tycho"}}}}}),
                 Error);
    EXPECT_THROW(kinds.add_substrate("moon", {.sections = {}, .builtins = {{"crater", {{"name", "murmur-tycho"}}}}}),
                 Error);
    EXPECT_THROW(kinds.add_substrate("moon", {.sections = {}, .builtins = {{"placement", {{"name", "murmur-moon"}}}}}),
                 Error)
        << "a placement needs a substrate";
    EXPECT_TRUE(kinds.builtins().empty());
}

TEST(KindRegistry, OfASubstrateThatIsRefusedNothingStays) {
    KindRegistry kinds;
    const CatalogContribution bad{
        .sections = {{"placement", {.name = "moon", .type = FieldType::object, .help = "The crater."}}},
        .builtins = {{"placement", {{"name", "murmur-moon"}, {"substrate", "SUBSTRATE_MOON"}, {"sun", 1}}}}};
    EXPECT_THROW(kinds.add_substrate("moon", bad), Error);
    EXPECT_EQ(field_of(kinds.get("placement").spec.fields, "substrate").values,
              (std::vector<std::string>{"SUBSTRATE_GCP", "SUBSTRATE_AWS"}));
    EXPECT_EQ(field_names(kinds.get("placement").spec.fields),
              field_names(KindRegistry().get("placement").spec.fields));
    EXPECT_TRUE(kinds.builtins().empty());
}

TEST(KindRegistry, NamesOfSubstratesGoBothWays) {
    EXPECT_EQ(substrate_enum_name("gcp"), "SUBSTRATE_GCP");
    EXPECT_EQ(substrate_enum_name("bare-metal"), "SUBSTRATE_BARE_METAL");
    EXPECT_EQ(substrate_of_enum_name("SUBSTRATE_BARE_METAL"), "bare-metal");
    EXPECT_EQ(substrate_of_enum_name("gcp"), "");
}

TEST(KindRegistry, PermissionsFollowFromTheVerbs) {
    const KindRegistry kinds;
    EXPECT_EQ(kinds.get("workspace").create_permission(), "workspace.create");
    EXPECT_EQ(kinds.get("workspace").replace_permission(), "workspace.edit");
    EXPECT_EQ(kinds.get("pool-config").create_permission(), "pool-config.edit");
    EXPECT_EQ(kinds.get("secret").replace_permission(), "secret.create");
    EXPECT_TRUE(kinds.get("agent").has_verb("kill"));
}

TEST(KindRegistry, TakesAKindFromAPluginOnce) {
    KindRegistry kinds;
    kinds.add(std::make_shared<GivenKind>(runbook_spec()));
    EXPECT_EQ(kinds.all().back()->spec.name, "runbook");
    try {
        kinds.add(std::make_shared<GivenKind>(runbook_spec()));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::already_exists);
        EXPECT_EQ(error.message(), "there is a catalog kind \"runbook\" already");
    }
}

/// One thing that is wrong with a table, and what is said about it.
struct BadTable {
    const char* label;
    void (*spoil)(CatalogKindSpec&);
    std::string complaint;
};
void PrintTo(const BadTable& bad, std::ostream* out) { *out << bad.label; }

class BadTables : public ::testing::TestWithParam<BadTable> {};

TEST_P(BadTables, IsRefusedWithTheReason) {
    CatalogKindSpec spec = runbook_spec();
    GetParam().spoil(spec);
    EXPECT_EQ(complaint_about(spec), GetParam().complaint);
}

const BadTable bad_tables[] = {
    {"name", [](CatalogKindSpec& s) { s.name = "RunBook"; }, "the name must match [a-z][a-z0-9-]{0,62}"},
    {"description", [](CatalogKindSpec& s) { s.description = ""; }, "there is no description"},
    {"fields", [](CatalogKindSpec& s) { s.fields.clear(); }, "there are no fields"},
    {"camel_case", [](CatalogKindSpec& s) { s.fields[1].name = "nextSteps"; },
     "field \"nextSteps\" must be written in snake_case"},
    {"twice", [](CatalogKindSpec& s) { s.fields[2].name = "steps"; }, "field \"steps\" is there twice"},
    {"also_taken", [](CatalogKindSpec& s) { s.fields[2].also = {"steps"}; },
     "field \"workspace\" is also called \"steps\", which is taken or not in snake_case"},
    {"help", [](CatalogKindSpec& s) { s.fields[1].help = ""; }, "field \"steps\" has no help"},
    {"values_missing",
     [](CatalogKindSpec& s) { s.fields[2] = {.name = "mood", .type = FieldType::enumeration, .help = "How."}; },
     "field \"mood\" is an enumeration without values"},
    {"values_of_text", [](CatalogKindSpec& s) { s.fields[2].values = {"a"}; },
     "field \"workspace\" has values and is no enumeration"},
    {"inner_fields", [](CatalogKindSpec& s) { s.fields[1].fields = {{.name = "a", .help = "A."}}; },
     "field \"steps\" has fields and is no object"},
    {"inner_help",
     [](CatalogKindSpec& s) {
         s.fields.push_back({.name = "more", .type = FieldType::object, .help = "More.", .fields = {{.name = "a"}}});
     },
     "field \"more.a\" has no help"},
    {"read_and_write_only", [](CatalogKindSpec& s) { s.fields[2].read_only = s.fields[2].write_only = true; },
     "field \"workspace\" is both read-only and write-only"},
    {"required_read_only", [](CatalogKindSpec& s) { s.fields[1].read_only = true; },
     "field \"steps\" must be given, and is read-only"},
    {"unknown_reference", [](CatalogKindSpec& s) { s.fields[2].references = {"wokspace"}; },
     "field \"workspace\" references kind \"wokspace\", which is unknown"},
    {"reference_of_number", [](CatalogKindSpec& s) { s.fields[2].type = FieldType::integer; },
     "field \"workspace\" references other resources and is no string"},
    {"range_of_text", [](CatalogKindSpec& s) { s.fields[2].minimum = 1; },
     "field \"workspace\" has a range and is no number"},
    {"empty_range",
     [](CatalogKindSpec& s) {
         s.fields.push_back({.name = "n", .type = FieldType::integer, .help = "N.", .minimum = 2, .maximum = 1});
     },
     "field \"n\" has an empty range"},
    {"default", [](CatalogKindSpec& s) { s.fields[2].default_value = 4; },
     "field \"workspace\" has a default of another type"},
    {"empty_group", [](CatalogKindSpec& s) { s.groups = {{}}; }, "a group of \"\" has no fields"},
    {"group",
     [](CatalogKindSpec& s) {
         s.groups = {{.fields = {"steps", "stages"}}};
     },
     "a group names \"stages\", which is no field"},
    {"condition",
     [](CatalogKindSpec& s) {
         s.fields[2].when = {"mood", "good"};
     },
     "field \"workspace\" depends on \"mood\", which is no field"},
    {"verb", [](CatalogKindSpec& s) { s.verbs.push_back("Run"); }, "\"Run\" is not the name of a verb"},
    {"no_read", [](CatalogKindSpec& s) { s.verbs = {"create"}; }, "the verb \"read\" is missing"},
    {"no_create", [](CatalogKindSpec& s) { s.verbs = {"read"}; }, "the verb \"create\" or \"edit\" is missing"},
    {"no_name", [](CatalogKindSpec& s) { s.fields.erase(s.fields.begin()); },
     "there is no field \"name\" of type string"},
    {"column", [](CatalogKindSpec& s) { s.columns = {"steps.first"}; }, "column \"steps.first\" is no field"},
    {"sections_after", [](CatalogKindSpec& s) { s.sections_after = "stages"; },
     "sections_after names \"stages\", which is no field"},
    {"no_example", [](CatalogKindSpec& s) { s.example = ""; }, "there is no example"},
    {"bad_example", [](CatalogKindSpec& s) { s.example = "name: restart\n"; },
     "its example is refused: steps is required"},
    {"no_body_field", [](CatalogKindSpec& s) { s.markdown = true; },
     "body_field must name what the text below the front matter is"},
    {"body_field", [](CatalogKindSpec& s) { s.body_field = "text"; }, "only a kind of Markdown has a body_field"},
};
INSTANTIATE_TEST_SUITE_P(Kinds, BadTables, ::testing::ValuesIn(bad_tables),
                         [](const auto& bad) { return std::string(bad.param.label); });

}
}
