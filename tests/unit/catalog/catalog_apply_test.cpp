#include "catalog/apply_order.hpp"
#include "catalog_world.hpp"

namespace murmur {
namespace {

class CatalogApply : public CatalogWorld {};

std::vector<std::string> names_of(const std::vector<AppliedChange>& applied) {
    std::vector<std::string> names;
    for (const AppliedChange& each : applied) names.push_back(each.change.resource.key.name);
    return names;
}

TEST_F(CatalogApply, OrdersByReferencesWhateverTheOrderOfTheFiles) {
    const auto applied = apply({item("workspace", workspace("w", "e")), item("environment", environment("e", "m")),
                                item("machine-type", machine("m")), item("role", "name: r\npermissions: [a.read]\n")});
    EXPECT_EQ(names_of(applied), (std::vector<std::string>{"m", "e", "w", "r"}));
    for (const AppliedChange& each : applied) {
        EXPECT_EQ(each.change.result, ChangeResult::created);
        EXPECT_EQ(each.change.resource.generation, 1);
        EXPECT_EQ(each.before, "");
        EXPECT_FALSE(each.after.empty());
    }
    EXPECT_EQ(complaint_of([&] { remove("machine-type", "m"); }).message,
              "machine-type \"m\" is referenced by environment \"e\"");
}

TEST_F(CatalogApply, AllOrNothing) {
    set("environment", "old", environment("old"));
    const Complaint refused = complaint_of([&] {
        apply({item("environment", environment("old", "murmur-n2-standard-8"), "a.yaml"),
               item("environment", environment("new"), "b.yaml"),
               item("workspace", workspace("w", "nowhere"), "c.yaml")});
    });
    EXPECT_EQ(refused.message, "environment \"nowhere\" does not exist");
    EXPECT_FALSE(refused.context.empty());
    EXPECT_EQ(get("environment", "old").generation, 1);
    EXPECT_FALSE(catalog().find(acme("environment", "new")));
    EXPECT_FALSE(catalog().find(acme("workspace", "w")));
}

TEST_F(CatalogApply, SaysWhichFileIsWrong) {
    const Complaint refused = complaint_of([&] {
        apply({{"environment", SourceDocument{{{"name", "x"}}, {}}, "envs/x.yaml"}});
    });
    EXPECT_EQ(refused.message, "substrate is required");
    ASSERT_FALSE(refused.context.empty());
    EXPECT_EQ(refused.context.back(), "envs/x.yaml");
}

TEST_F(CatalogApply, ADryRunShowsTheChangesAndMakesNone) {
    set("environment", "e", environment("e"));
    set("environment", "same", environment("same"));
    const std::string before = resource_text(parts.kinds.get("environment").spec, get("environment", "e"));
    const auto applied =
        apply({item("workspace", workspace("w", "e")), item("environment", environment("e", "murmur-n2-standard-8")),
               item("environment", environment("same"))},
              true);
    ASSERT_EQ(names_of(applied), (std::vector<std::string>{"e", "w", "same"}));
    EXPECT_EQ(applied[0].change.result, ChangeResult::updated);
    EXPECT_EQ(applied[0].before, before);
    EXPECT_NE(applied[0].after.find("murmur-n2-standard-8"), std::string::npos);
    EXPECT_EQ(applied[1].change.result, ChangeResult::created);
    EXPECT_EQ(applied[2].change.result, ChangeResult::unchanged);
    EXPECT_EQ(applied[2].before, applied[2].after);
    EXPECT_EQ(get("environment", "e").generation, 1);
    EXPECT_FALSE(catalog().find(acme("workspace", "w")));
    EXPECT_TRUE(parts.reader->resources().resource_holders("github_app/acme", {"environment", "e"}, 9).empty());
    EXPECT_EQ(complaint_of([&] { apply({item("workspace", workspace("w", "nowhere"))}, true); }).message,
              "environment \"nowhere\" does not exist");
}

TEST_F(CatalogApply, TheSameTwiceIsRefused) {
    const Complaint refused = complaint_of([&] {
        apply({item("environment", environment("e"), "a.yaml"), item("environment", environment("e"), "b.yaml")});
    });
    EXPECT_EQ(refused.code, Errc::invalid_argument);
    EXPECT_EQ(refused.message, "environment \"e\" is there twice");
    EXPECT_EQ(refused.context.front(), "first in a.yaml, then in b.yaml");
}

TEST_F(CatalogApply, TheSameTwiceInOneTextIsRefusedWithBothPlaces) {
    const std::string text =
        "kind: role\nname: r\npermissions: [a.read]\n---\nkind: role\nname: r\npermissions: [a.list]\n";
    for (const auto& [source, said] : std::vector<std::pair<std::string, std::string>>{
             {"", "first at line 2, column 1, then at line 6, column 1"},
             {"all.yaml", "first at all.yaml:2:1, then at all.yaml:6:1"}}) {
        std::vector<ApplyItem> items;
        for (StreamDocument& each : parse_stream(parts.kinds, text, source, ""))
            items.push_back({each.kind, std::move(each.document), source});
        const Complaint refused = complaint_of([&] { apply(std::move(items)); });
        EXPECT_EQ(refused.message, "role \"r\" is there twice");
        ASSERT_EQ(refused.context.size(), 1u);
        EXPECT_EQ(refused.context.front(), said);
    }
}

TEST_F(CatalogApply, SecretsAreStoredSealedAndNeverShown) {
    const auto applied = apply({item("workspace", workspace("w", "murmur-gcp-small", "secret_refs: [NPM_TOKEN]\n")),
                                item("secret", "name: NPM_TOKEN\nplaintext_value: npm-canary-1\n")});
    ASSERT_EQ(names_of(applied), (std::vector<std::string>{"NPM_TOKEN", "w"}));
    EXPECT_EQ(applied[0].after.find("canary"), std::string::npos);
    const auto row = parts.reader->resources().find_resource(acme("secret", "NPM_TOKEN"));
    EXPECT_EQ(parts.vault->open(*row).reveal(), "npm-canary-1");
    apply({item("secret", "name: OTHER\nplaintext_value: x\n")}, true);
    EXPECT_FALSE(catalog().find(acme("secret", "OTHER")));
}

TEST_F(CatalogApply, BuiltinsAndReservedNamesAreRefusedHereToo) {
    EXPECT_EQ(complaint_of([&] { apply({item("environment", environment("murmur-gcp-small"))}); }).code,
              Errc::permission_denied);
    EXPECT_EQ(complaint_of([&] { apply({item("environment", environment("murmur-mine"))}); }).code,
              Errc::invalid_argument);
}

ResourceDraft draft_of(const std::string& name, const std::vector<std::string>& targets) {
    ResourceDraft draft;
    draft.key = acme("flight", name);
    for (const std::string& target : targets) draft.references.push_back({{"alias", "flight"}, target, ""});
    return draft;
}

TEST(ApplyOrder, FollowsChainsAndCutsCircles) {
    EXPECT_EQ(order_by_references({draft_of("a", {"b"}), draft_of("b", {"c"}), draft_of("c", {})}),
              (std::vector<std::size_t>{2, 1, 0}));
    EXPECT_EQ(order_by_references({draft_of("a", {"b"}), draft_of("b", {"a"}), draft_of("c", {"a"})}),
              (std::vector<std::size_t>{0, 1, 2}));
    EXPECT_EQ(order_by_references({draft_of("a", {"a", "elsewhere"})}), (std::vector<std::size_t>{0}));
    EXPECT_TRUE(order_by_references({}).empty());
}

TEST(ApplyOrder, ALongChainIsNoDeepRecursion) {
    std::vector<ResourceDraft> drafts;
    for (int i = 0; i < 5000; ++i) drafts.push_back(draft_of("n" + std::to_string(i), {"n" + std::to_string(i + 1)}));
    const std::vector<std::size_t> order = order_by_references(drafts);
    ASSERT_EQ(order.size(), drafts.size());
    EXPECT_EQ(order.front(), drafts.size() - 1);
}

}
}
