// What holds for every kind in a tenant's catalog: the least input is stored and comes back, a reference must lead
// somewhere, what is referenced stays, builtins stay, and the agreed messages say so.

#include "conformance_support.hpp"
#include "unit/catalog/catalog_world.hpp"

namespace murmur::conformance {
namespace {

/// What an input refers to beside the builtins, in the order in which it can be set.
std::vector<std::string> needed_for(const std::string& kind) {
    if (kind == "tenant-binding") return {"group", "role"};
    if (kind == "flight") return {"workspace"};
    return {};
}

class CatalogOf : public CatalogWorld {
protected:
    void set_with_needs(const MinimumInput& input) {
        for (const std::string& label : needed_for(input.kind)) {
            const MinimumInput& needed = minimum_input(label);
            set(needed.kind, needed.name, needed.text);
        }
        change = set(input.kind, input.name, input.text);
    }

    Change change;
};

class StoredInput : public CatalogOf, public ::testing::WithParamInterface<MinimumInput> {};

TEST_P(StoredInput, ComesBackAsItCanBeSetAgain) {
    const MinimumInput& input = GetParam();
    set_with_needs(input);
    EXPECT_EQ(change.result, ChangeResult::created);
    const Resource stored = get(input.kind, input.name);
    EXPECT_EQ(stored.generation, 1);
    EXPECT_EQ(stored.author, "alice");
    EXPECT_FALSE(stored.platform);
    std::string printed = get_text(input.kind, stored.body);
    if (input.kind.find("secret") != std::string::npos) printed += "plaintext_value: again\n";
    const Change again = set(input.kind, input.name, printed);
    const bool has_secret = input.kind == "secret" || input.kind == "user-secret";
    EXPECT_EQ(again.result, has_secret ? ChangeResult::updated : ChangeResult::unchanged) << printed;
    EXPECT_EQ(get(input.kind, input.name).generation, has_secret ? 2 : 1);
}

TEST_P(StoredInput, IsRemovedAndThenNotFound) {
    const MinimumInput& input = GetParam();
    set_with_needs(input);
    EXPECT_EQ(remove(input.kind, input.name).result, ChangeResult::removed);
    const Complaint again = complaint_of([&] { remove(input.kind, input.name); });
    EXPECT_EQ(again.code, Errc::not_found);
    EXPECT_EQ(again.message, input.kind + " \"" + input.name + "\" not found");
    if (input.kind == "pool-config") {  // exactly one record per tenant: it is there without having been written
        EXPECT_EQ(get(input.kind, input.name).body, (json::object{{"name", "default"}}));
        return;
    }
    EXPECT_EQ(complaint_of([&] { get(input.kind, input.name); }).message, again.message);
}

TEST_P(StoredInput, IsRefusedAtAStaleGeneration) {
    const MinimumInput& input = GetParam();
    set_with_needs(input);
    const Complaint complaint = complaint_of([&] { set(input.kind, input.name, input.text, 5); });
    EXPECT_EQ(complaint.code, Errc::aborted);
    EXPECT_EQ(complaint.message, input.kind + " \"" + input.name + "\" is at generation 1, not 5");
}

TEST_P(StoredInput, RefusesAPathThatIsNoField) {
    const MinimumInput& input = GetParam();
    set_with_needs(input);
    const Complaint complaint = complaint_of([&] { patch(input.kind, input.name, {{"noSuchField", "1"}}); });
    EXPECT_EQ(complaint.code, Errc::invalid_argument);
    EXPECT_EQ(complaint.message, "unknown field path \"noSuchField\" in update mask");
}

INSTANTIATE_TEST_SUITE_P(Documented, StoredInput, ::testing::ValuesIn(minimum_inputs()),
                         [](const auto& input) { return test_label(input.param.label); });

/// A field that names a resource of another kind.
struct ReferenceCase {
    std::string kind;
    std::string path;
    std::string target;
    std::string value;  ///< JSON, with the name "ghost" or, of a secret, "GHOST"
};
void PrintTo(const ReferenceCase& reference, std::ostream* out) { *out << reference.kind << " " << reference.path; }

class ReferenceOf : public CatalogOf, public ::testing::WithParamInterface<ReferenceCase> {
protected:
    const MinimumInput& input() const { return minimum_input(GetParam().kind); }
    /// The text of the input with the reference in it.
    std::string with_reference() const {
        json::object fields = fields_of(input());
        put(fields, GetParam().path, parse_json(GetParam().value));
        return text_of(GetParam().kind, fields);
    }
    static std::string ghost() { return GetParam().target == "secret" ? "GHOST" : "ghost"; }
    /// Makes what the reference names: the least input of its kind under that name.
    void make_target() {
        const MinimumInput& base = minimum_input(GetParam().target);
        json::object fields = fields_of(base);
        if (fields.contains("name")) fields["name"] = ghost();
        set(base.kind, ghost(), text_of(base.kind, fields));
    }
    void set_needs() {
        for (const std::string& label : needed_for(GetParam().kind)) {
            const MinimumInput& needed = minimum_input(label);
            set(needed.kind, needed.name, needed.text);
        }
    }
};

TEST_P(ReferenceOf, MustLeadSomewhere) {
    set_needs();
    const Complaint complaint = complaint_of([&] { set(GetParam().kind, input().name, with_reference()); });
    EXPECT_EQ(complaint.code, Errc::invalid_argument);
    EXPECT_EQ(complaint.message, GetParam().target + " \"" + ghost() + "\" does not exist");
}

TEST_P(ReferenceOf, KeepsWhatItNames) {
    set_needs();
    make_target();
    set(GetParam().kind, input().name, with_reference());
    const Complaint complaint = complaint_of([&] { remove(GetParam().target, ghost()); });
    EXPECT_EQ(complaint.code, Errc::failed_precondition);
    EXPECT_EQ(complaint.message, GetParam().target + " \"" + ghost() + "\" is referenced by " + GetParam().kind +
                                     " \"" + input().name + "\"");
    remove(GetParam().kind, input().name);
    EXPECT_EQ(remove(GetParam().target, ghost()).result, ChangeResult::removed);
}

const ReferenceCase reference_cases[] = {
    {"tenant-binding", "grant.groups", "group", R"(["backend-team", "ghost"])"},
    {"tenant-binding", "grant.role", "role", R"("ghost")"},
    {"service-profile", "grants", "role", R"([{"users": ["alice"], "role": "ghost"}])"},
    {"service-profile", "anthropic_api_key_secret", "secret", R"("GHOST")"},
    {"service-profile", "github_token_secret", "secret", R"("GHOST")"},
    {"service-profile", "signing_key_secret", "secret", R"("GHOST")"},
    {"recipe", "base_image_gce_ref", "image", R"("ghost")"},
    {"recipe", "secret_allowlist", "secret", R"(["GHOST"])"},
    {"environment", "machine_type_ref", "machine-type", R"("ghost")"},
    {"environment", "disk_type_ref", "disk-type", R"("ghost")"},
    {"workspace", "image_ref", "image", R"("ghost")"},
    {"workspace", "environment_ref", "environment", R"("ghost")"},
    {"workspace", "placement", "placement", R"("ghost")"},
    {"workspace", "secret_refs", "secret", R"(["GHOST"])"},
    {"flight", "workspace", "workspace", R"("ghost")"},
    {"flight", "persona", "agent-persona", R"("ghost")"},
    {"flight", "service_profile", "service-profile", R"("ghost")"},
};
INSTANTIATE_TEST_SUITE_P(Documented, ReferenceOf, ::testing::ValuesIn(reference_cases), [](const auto& reference) {
    return test_label(reference.param.kind + "_" + reference.param.path);
});

/// A builtin, and a text that would replace it.
class BuiltinOf : public CatalogOf, public ::testing::WithParamInterface<std::pair<std::string, std::string>> {
protected:
    std::string title() const { return GetParam().first + " \"" + GetParam().second + "\""; }
};

TEST_P(BuiltinOf, IsThereAndStaysAsItIs) {
    const auto& [kind, name] = GetParam();
    const Resource builtin = get(kind, name);
    EXPECT_TRUE(builtin.platform);
    const std::string message = title() + " is a platform builtin and cannot be changed";
    const std::string text = get_text(kind, builtin.body);
    for (const Complaint& complaint : {complaint_of([&] { set(kind, name, text); }), complaint_of([&] {
                                           patch(kind, name, {{"description", "mine"}});
                                       }),
                                       complaint_of([&] { remove(kind, name); })}) {
        EXPECT_EQ(complaint.code, Errc::permission_denied);
        EXPECT_EQ(complaint.message, message);
    }
}

INSTANTIATE_TEST_SUITE_P(Documented, BuiltinOf, ::testing::ValuesIn([] {
                             std::vector<std::pair<std::string, std::string>> named;
                             for (const CatalogBuiltin& builtin :
                                  load_builtins(kinds(), MURMUR_SOURCE_DIR "/share/catalog"))
                                 named.emplace_back(builtin.kind, builtin.body.at("name").as_string());
                             return named;
                         }()),
                         [](const auto& builtin) {
                             return test_label(builtin.param.first + "_" + builtin.param.second);
                         });

class ReservedName : public CatalogOf, public ::testing::WithParamInterface<std::string> {};

TEST_P(ReservedName, BelongsToBuiltins) {
    const MinimumInput& base = minimum_input(GetParam());
    json::object fields = fields_of(base);
    if (fields.contains("name")) fields["name"] = "murmur-mine";
    const Complaint complaint = complaint_of([&] { set(base.kind, "murmur-mine", text_of(base.kind, fields)); });
    EXPECT_EQ(complaint.code, Errc::invalid_argument);
    EXPECT_EQ(complaint.message,
              "name \"murmur-mine\" is reserved: names that begin with \"murmur-\" belong to platform builtins");
}

INSTANTIATE_TEST_SUITE_P(Documented, ReservedName,
                         ::testing::Values("group", "role", "tenant-binding", "service-profile", "machine-type",
                                           "disk-type", "image", "placement", "recipe", "environment", "workspace",
                                           "alias", "agent-persona", "flight"),
                         [](const auto& kind) { return test_label(kind.param); });

TEST_F(CatalogOf, AWorkspaceMayNameTheNewestImageOfARecipe) {
    set("recipe", "go-stack", "name: go-stack\nbase_image_gce_ref: murmur-debian12-gce\nprovisioning_timeout: 25m\n");
    set("workspace", "api",
        workspace("api", "murmur-gcp-small")
            .replace(workspace("api", "x").find("murmur-debian12-gce"), 19, "go-stack"));
    EXPECT_EQ(complaint_of([&] { remove("recipe", "go-stack"); }).message,
              "recipe \"go-stack\" is referenced by workspace \"api\"");
}

TEST_F(CatalogOf, EveryHolderIsNamed) {
    set("environment", "go-medium", environment("go-medium"));
    set("workspace", "acme-api", workspace("acme-api", "go-medium"));
    set("workspace", "b", workspace("b", "go-medium"));
    EXPECT_EQ(complaint_of([&] { remove("environment", "go-medium"); }).message,
              "environment \"go-medium\" is referenced by workspace \"acme-api\", workspace \"b\"");
}

TEST_F(CatalogOf, TheContentOfATextAndItsFieldsExcludeEachOther) {
    set("agent-persona", "reviewer", "---\nmodel: opus\n---\nYou review.\n");
    EXPECT_EQ(complaint_of([&] {
                  patch("agent-persona", "reviewer", {{"content", "You.\n", true}, {"model", "sonnet"}});
              }).message,
              "content and structured fields are mutually exclusive");
}

TEST_F(CatalogOf, AnAgentIsNotSet) {
    EXPECT_EQ(complaint_of([&] {
                  catalog().remove(acme("agent", "fix-bug"), {user, {}});
              }).code,
              Errc::invalid_argument);
}

}
}
