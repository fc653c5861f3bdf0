#include "catalog/catalog.hpp"

#include "catalog/resource_text.hpp"
#include "catalog_world.hpp"

namespace murmur {
namespace {

TEST_F(CatalogWorld, ASetResourceIsReadBackWithItsHistory) {
    const Change made = set("environment", "go-medium", environment("go-medium"));
    EXPECT_EQ(made.result, ChangeResult::created);
    const Resource found = get("environment", "go-medium");
    EXPECT_EQ(found.generation, 1);
    EXPECT_EQ(found.author, "alice");
    EXPECT_EQ(found.body, made.resource.body);
    EXPECT_EQ(found.body.at("disk_size_gb").as_int64(), 100);
    EXPECT_FALSE(found.platform);
    user = "bob";
    EXPECT_EQ(set("environment", "go-medium", environment("go-medium", "murmur-n2-standard-8")).result,
              ChangeResult::updated);
    const Resource changed = get("environment", "go-medium");
    EXPECT_EQ(changed.generation, 2);
    EXPECT_EQ(changed.author, "bob");
    EXPECT_EQ(changed.created_at, found.created_at);
    EXPECT_GE(changed.updated_at, found.updated_at);
}

TEST_F(CatalogWorld, AnIdenticalBodyChangesNothing) {
    set("environment", "e", environment("e"));
    user = "bob";
    const Change same = set("environment", "e", environment("e") + "description: ''\n");
    EXPECT_EQ(same.result, ChangeResult::unchanged);
    EXPECT_EQ(same.resource.generation, 1);
    EXPECT_EQ(get("environment", "e").author, "alice");
}

TEST_F(CatalogWorld, TheOrderOfKeysIsNoDifference) {
    const std::string head = "name: m\nvcpus: 2\nmemory_gb: 8\ngce: {machine_type: e2, regions: {";
    const std::string west = "us-west1: {cost_per_hour: 0.1}", east = "us-east1: {cost_per_hour: 0.2}";
    set("machine-type", "m", head + west + ", " + east + "}}\n");
    EXPECT_EQ(set("machine-type", "m", head + east + ", " + west + "}}\n").result, ChangeResult::unchanged);
    EXPECT_EQ(set("machine-type", "m", head + east + "}}\n").result, ChangeResult::updated);
}

TEST_F(CatalogWorld, TheSameFieldsKeepTheTextOfAMarkdownKind) {
    const std::string text = "---\n# why this one\nmodel: \"opus\"  # the best\n---\nYou review.\n";
    const auto persona = [&] { return get("agent-persona", "p"); };
    set("agent-persona", "p", text);
    const CatalogKindSpec& spec = parts.kinds.get("agent-persona").spec;
    EXPECT_EQ(set("agent-persona", "p", json::serialize(to_api_json(spec, persona().body))).result,
              ChangeResult::unchanged);
    EXPECT_EQ(patch("agent-persona", "p", {{"model", "opus"}}).result, ChangeResult::unchanged);
    EXPECT_EQ(resource_text(spec, persona()), text);
    EXPECT_EQ(patch("agent-persona", "p", {{"model", "sonnet"}}).result, ChangeResult::updated);
    EXPECT_EQ(resource_text(spec, persona()), "---\nmodel: sonnet\n---\nYou review.\n");
    // As a text it is another one, also when only a comment is.
    EXPECT_EQ(set("agent-persona", "p", "---\nmodel: sonnet  # cheap\n---\nYou review.\n").result,
              ChangeResult::updated);
}

TEST_F(CatalogWorld, TheNameMayComeFromTheDocument) {
    EXPECT_EQ(set("environment", "", environment("e")).resource.key.name, "e");
    EXPECT_EQ(set("pool-config", "", "max_vms: 50").resource.key.name, "default");
    EXPECT_EQ(complaint_of([&] { set("environment", "x", environment("y")); }).message,
              "ref name \"x\" does not match payload name \"y\"");
}

TEST_F(CatalogWorld, ASingletonIsThereBeforeItIsWritten) {
    const Resource unwritten = get("pool-config", "default");
    EXPECT_EQ(unwritten.generation, 0);
    EXPECT_EQ(unwritten.body, (json::object{{"name", "default"}}));
    ASSERT_EQ(catalog().list({"github_app/acme", "pool-config", "", ""}).size(), 1u);
    const Change written = patch("pool-config", "default", {{"max_vms", "200"}}, 0);
    EXPECT_EQ(written.result, ChangeResult::created);
    EXPECT_EQ(written.resource.generation, 1);
    EXPECT_EQ(get("pool-config", "default").body.at("max_vms").as_int64(), 200);
    EXPECT_EQ(catalog().list({"github_app/acme", "pool-config", "", ""}).size(), 1u);
    EXPECT_EQ(complaint_of([&] { patch("pool-config", "other", {{"max_vms", "1"}}); }).code, Errc::not_found);
}

TEST_F(CatalogWorld, WhatPrintsIsWhatSetsTheSame) {
    set("workspace", "w", workspace("w", "murmur-gcp-small", "min_idle: 2\nports: [{label: web, port: 3000}]\n"));
    const Resource found = get("workspace", "w");
    const std::string text = resource_text(parts.kinds.get("workspace").spec, found);
    EXPECT_EQ(set("workspace", "w", text).result, ChangeResult::unchanged);
    const std::string flight = "---\nworkspace: w\n---\n# Look  at\n\n  it\n";
    set("flight", "f", flight);
    EXPECT_EQ(resource_text(parts.kinds.get("flight").spec, get("flight", "f")), flight);
    EXPECT_EQ(set("flight", "f", flight).result, ChangeResult::unchanged);
}

TEST_F(CatalogWorld, AMissingReferenceIsNamedWithThePlaceAndTheNearestName) {
    set("environment", "go-medium", environment("go-medium"));
    Complaint found = complaint_of([&] { set("workspace", "w", workspace("w", "go-meduim")); });
    EXPECT_EQ(found.code, Errc::invalid_argument);
    EXPECT_EQ(found.message, "environment \"go-meduim\" does not exist");
    EXPECT_EQ(found.hint, "Did you mean \"go-medium\"?");
    ASSERT_EQ(found.context.size(), 1u);
    EXPECT_NE(found.context.front().find("line 3"), std::string::npos) << found.context.front();
    EXPECT_NE(found.context.front().find("environment_ref"), std::string::npos) << found.context.front();
    EXPECT_FALSE(catalog().find(acme("workspace", "w")));
    found = complaint_of(
        [&] { set("tenant-binding", "b", "name: b\ngrant: {users: [alice], role: something-else-entirely}\n"); });
    EXPECT_EQ(found.message, "role \"something-else-entirely\" does not exist");
    EXPECT_EQ(found.hint, "Create it first: murmur set role something-else-entirely.");
}

TEST_F(CatalogWorld, AReferenceToAnotherTenantsResourceIsMissing) {
    catalog().set({"github_app/other", "environment", "", "theirs"}, document("environment", environment("theirs")),
                  {"eve", {}});
    EXPECT_EQ(complaint_of([&] { set("workspace", "w", workspace("w", "theirs")); }).message,
              "environment \"theirs\" does not exist");
    EXPECT_FALSE(catalog().find(acme("environment", "theirs")));
}

TEST_F(CatalogWorld, AReferencedResourceCannotBeRemovedAndEveryHolderIsNamed) {
    set("environment", "go-medium", environment("go-medium"));
    set("workspace", "acme-api", workspace("acme-api", "go-medium"));
    set("workspace", "b", workspace("b", "go-medium"));
    const Complaint held = complaint_of([&] { remove("environment", "go-medium"); });
    EXPECT_EQ(held.code, Errc::failed_precondition);
    EXPECT_EQ(held.message, "environment \"go-medium\" is referenced by workspace \"acme-api\", workspace \"b\"");
    set("workspace", "b", workspace("b", "murmur-gcp-small"));
    EXPECT_EQ(complaint_of([&] { remove("environment", "go-medium"); }).message,
              "environment \"go-medium\" is referenced by workspace \"acme-api\"");
    remove("workspace", "acme-api");
    EXPECT_EQ(remove("environment", "go-medium").result, ChangeResult::removed);
}

TEST_F(CatalogWorld, ARemovedOneGoesOnCountingWhenItComesAgain) {
    set("environment", "e", environment("e"));
    const Change gone = remove("environment", "e");
    EXPECT_EQ(gone.resource.generation, 1);
    EXPECT_EQ(gone.resource.body.at("name").as_string(), "e");
    EXPECT_FALSE(catalog().find(acme("environment", "e")));
    const Complaint missing = complaint_of([&] { remove("environment", "e"); });
    EXPECT_EQ(missing.code, Errc::not_found);
    EXPECT_EQ(missing.message, "environment \"e\" not found");
    const Change again = set("environment", "e", environment("e"));
    EXPECT_EQ(again.result, ChangeResult::created);
    EXPECT_EQ(again.resource.generation, 3);
}

TEST_F(CatalogWorld, WhatIsNotThereIsNotFoundWithTheNearestName) {
    set("environment", "go-medium", environment("go-medium"));
    for (const Complaint& missing : {complaint_of([&] { get("environment", "go-mediun"); }),
                                     complaint_of([&] { remove("environment", "go-mediun"); }), complaint_of([&] {
                                         patch("environment", "go-mediun", {{"disk_size_gb", "5"}});
                                     })}) {
        EXPECT_EQ(missing.code, Errc::not_found);
        EXPECT_EQ(missing.message, "environment \"go-mediun\" not found");
        EXPECT_EQ(missing.hint, "Did you mean \"go-medium\"?");
    }
    EXPECT_EQ(complaint_of([&] { get("enviroment", "x"); }).code, Errc::invalid_argument);
}

TEST_F(CatalogWorld, BuiltinsAreThereForEveryTenantAndNeverChange) {
    const Resource builtin = get("machine-type", "murmur-n2-standard-4");
    EXPECT_TRUE(builtin.platform);
    const std::string text = resource_text(parts.kinds.get("machine-type").spec, builtin);
    const std::string expected = "machine-type \"murmur-n2-standard-4\" is a platform builtin and cannot be changed";
    for (const Complaint& refused : {complaint_of([&] { set("machine-type", "murmur-n2-standard-4", text); }),
                                     complaint_of([&] { set("machine-type", "", text); }), complaint_of([&] {
                                         patch("machine-type", "murmur-n2-standard-4", {{"vcpus", "5"}});
                                     }),
                                     complaint_of([&] { remove("machine-type", "murmur-n2-standard-4"); })}) {
        EXPECT_EQ(refused.code, Errc::permission_denied);
        EXPECT_EQ(refused.message, expected);
    }
    EXPECT_FALSE(get("agent-persona", "murmur-programmer").content.empty());
}

TEST_F(CatalogWorld, NamesOfBuiltinsAreReservedButNotThoseOfAccounts) {
    const Complaint refused = complaint_of([&] { set("environment", "murmur-x", environment("murmur-x")); });
    EXPECT_EQ(refused.code, Errc::invalid_argument);
    EXPECT_EQ(refused.message,
              "name \"murmur-x\" is reserved: names that begin with \"murmur-\" belong to platform builtins");
    EXPECT_EQ(set("user", "murmur-fan", "name: murmur-fan").result, ChangeResult::created);
}

TEST_F(CatalogWorld, AStaleGenerationIsRefusedForEveryVerb) {
    set("environment", "e", environment("e"));
    set("environment", "e", environment("e", "murmur-n2-standard-8"));
    for (const Complaint& stale :
         {complaint_of([&] { set("environment", "e", environment("e"), 1); }), complaint_of([&] {
              patch("environment", "e", {{"disk_size_gb", "5"}}, 1);
          }),
          complaint_of([&] { remove("environment", "e", 1); })}) {
        EXPECT_EQ(stale.code, Errc::aborted);
        EXPECT_EQ(stale.message, "environment \"e\" is at generation 2, not 1");
    }
    EXPECT_EQ(complaint_of([&] { set("environment", "e", environment("e"), 0); }).message,
              "environment \"e\" is at generation 2, not 0");
    EXPECT_EQ(set("environment", "e", environment("e"), 2).resource.generation, 3);
    EXPECT_EQ(patch("environment", "e", {{"disk_size_gb", "5"}}, 3).resource.generation, 4);
    remove("environment", "e", 4);
    EXPECT_EQ(set("environment", "e", environment("e"), 0).resource.generation, 6);
    EXPECT_EQ(complaint_of([&] { set("environment", "f", environment("f"), 5); }).message,
              "environment \"f\" is at generation 0, not 5");
}

TEST_F(CatalogWorld, APatchLeavesWhatItDoesNotName) {
    set("workspace", "w", workspace("w", "murmur-gcp-small", "description: mine\n"));
    const Change patched = patch("workspace", "w", {{"min_idle", "4"}, {"repos[0].base_branch", "dev"}});
    EXPECT_EQ(patched.result, ChangeResult::updated);
    EXPECT_EQ(patched.resource.body.at("min_idle").as_int64(), 4);
    EXPECT_EQ(patched.resource.body.at("repos").at(0).at("base_branch").as_string(), "dev");
    EXPECT_EQ(patched.resource.body.at("description").as_string(), "mine");
    EXPECT_EQ(patch("workspace", "w", {{"min_idle", "4"}}).result, ChangeResult::unchanged);
    EXPECT_EQ(complaint_of([&] {
                  patch("workspace", "w", {{"minIdel", "4"}});
              }).message,
              "unknown field path \"minIdel\" in update mask");
    EXPECT_EQ(complaint_of([&] {
                  patch("workspace", "w", {{"environment_ref", "gone"}});
              }).message,
              "environment \"gone\" does not exist");
}

TEST_F(CatalogWorld, APatchOfMarkdownWritesTheTextAnewOrTakesItWhole) {
    set("agent-persona", "reviewer", "---\ndescription: old\nmax_turns: 3\n---\nYou review.\n");
    patch("agent-persona", "reviewer", {{"description", "new"}});
    const Resource patched = get("agent-persona", "reviewer");
    EXPECT_NE(patched.content.find("description: new"), std::string::npos) << patched.content;
    EXPECT_NE(patched.content.find("max_turns: 3"), std::string::npos) << patched.content;
    EXPECT_NE(patched.content.find("You review."), std::string::npos) << patched.content;
    const std::string whole = "---\nmodel: opus\n---\nYou write.\n";
    patch("agent-persona", "reviewer", {{"content", whole, true}});
    EXPECT_EQ(get("agent-persona", "reviewer").content, whole);
    EXPECT_FALSE(get("agent-persona", "reviewer").body.contains("description"));
    EXPECT_EQ(complaint_of([&] {
                  patch("agent-persona", "reviewer", {{"content", whole, true}, {"model", "haiku"}});
              }).message,
              "content and structured fields are mutually exclusive");
}

TEST_F(CatalogWorld, RightsAreAskedForWhatIsReallyDone) {
    std::vector<ChangeAction> asked;
    const ChangeRight right{"bob", [&](const Kind& kind, const ResourceKey& key, ChangeAction action) {
                                EXPECT_EQ(kind.spec.name, "environment");
                                EXPECT_EQ(key.name, "e");
                                asked.push_back(action);
                            }};
    catalog().set(acme("environment", "e"), document("environment", environment("e")), right);
    catalog().set(acme("environment", "e"), document("environment", environment("e")), right);
    catalog().remove(acme("environment", "e"), right);
    EXPECT_EQ(asked.front(), ChangeAction::create);
    EXPECT_EQ(asked.at(1), ChangeAction::replace);
    EXPECT_EQ(asked.back(), ChangeAction::remove);
    const ChangeRight none{
        "eve", [](const Kind&, const ResourceKey&, ChangeAction) { throw Error(Errc::permission_denied, "no"); }};
    EXPECT_EQ(complaint_of([&] {
                  catalog().set(acme("environment", "x"), document("environment", environment("x")), none);
              }).code,
              Errc::permission_denied);
    EXPECT_FALSE(catalog().find(acme("environment", "x")));
    // Whoever may not, is not told what there is.
    EXPECT_EQ(complaint_of([&] { catalog().remove(acme("environment", "nowhere"), none); }).code,
              Errc::permission_denied);
    EXPECT_EQ(complaint_of([&] { catalog().patch(acme("environment", "nowhere"), {}, none); }).code,
              Errc::permission_denied);
}

TEST_F(CatalogWorld, AKindThatOnlyMurmurWritesIsRefused) {
    EXPECT_EQ(complaint_of([&] { set("agent", "x", "name: x"); }).code, Errc::invalid_argument);
    EXPECT_EQ(complaint_of([&] { remove("agent", "x"); }).code, Errc::invalid_argument);
}

TEST_F(CatalogWorld, PagesHaveBuiltinsFirstAndNothingTwice) {
    for (const char* name : {"a", "n", "z"}) set("environment", name, environment(name));
    const std::vector<Resource> all = catalog().list({"github_app/acme", "environment", "", ""});
    ASSERT_GT(all.size(), 5u);
    EXPECT_TRUE(all.front().platform);
    EXPECT_EQ(all.back().key.name, "z");
    std::vector<std::string> paged, whole;
    for (const Resource& resource : all) whole.push_back(resource.key.name);
    for (std::string after;;) {
        const std::vector<Resource> page = catalog().list({"github_app/acme", "environment", "", after, 2});
        if (page.empty()) break;
        EXPECT_LE(page.size(), 2u);
        for (const Resource& resource : page) paged.push_back(resource.key.name);
        after = page.back().key.name;
    }
    EXPECT_EQ(paged, whole);
}

TEST_F(CatalogWorld, ThePolicyRevisionRisesWithWhatDecidesPermissions) {
    const auto revision = [&] { return catalog().policy_revision(); };
    std::uint64_t before = revision();
    set("environment", "e", environment("e"));
    EXPECT_EQ(revision(), before);
    const std::string role = "name: dev\npermissions: [workspace.read]\n";
    set("role", "dev", role);
    EXPECT_GT(revision(), before);
    before = revision();
    set("role", "dev", role);
    EXPECT_EQ(revision(), before) << "nothing was changed";
    apply({item("group", "name: g\nall_tenant_members: {}\n")}, true);
    EXPECT_EQ(revision(), before) << "nothing was done";
    apply({item("group", "name: g\nall_tenant_members: {}\n")});
    EXPECT_GT(revision(), before);
    before = revision();
    remove("role", "dev");
    EXPECT_GT(revision(), before);
}

}
}
