#include "catalog_world.hpp"

namespace murmur {
namespace {

class CatalogSecrets : public CatalogWorld {
protected:
    ResourceRow row(const std::string& kind, const std::string& name, const std::string& owner = "") {
        return parts.reader->resources().find_resource(acme(kind, name, owner)).value();
    }
    std::string value(const std::string& kind, const std::string& name, const std::string& owner = "") {
        return std::string(parts.vault->open(row(kind, name, owner)).reveal());
    }
};

TEST_F(CatalogSecrets, TheValueIsNeitherInTheBodyNorInWhatIsShown) {
    const Change made = set("secret", "NPM_TOKEN", "name: NPM_TOKEN\nplaintext_value: canary-7f3a\n");
    EXPECT_EQ(made.result, ChangeResult::created);
    EXPECT_EQ(json::serialize(made.resource.body).find("canary"), std::string::npos);
    const ResourceRow stored = row("secret", "NPM_TOKEN");
    EXPECT_EQ((stored.body + stored.content + stored.sealed).find("canary"), std::string::npos);
    EXPECT_EQ(value("secret", "NPM_TOKEN"), "canary-7f3a");
    EXPECT_EQ(resource_text(parts.kinds.get("secret").spec, get("secret", "NPM_TOKEN")).find("canary"),
              std::string::npos);
}

TEST_F(CatalogSecrets, SettingAgainIsAlwaysANewVersion) {
    const std::string text = "name: T\nplaintext_value: same\n";
    set("secret", "T", text);
    const std::string sealed = row("secret", "T").sealed;
    const Change again = set("secret", "T", text);
    EXPECT_EQ(again.result, ChangeResult::updated);
    EXPECT_EQ(again.resource.generation, 2);
    EXPECT_NE(row("secret", "T").sealed, sealed);
    EXPECT_EQ(value("secret", "T"), "same");
}

TEST_F(CatalogSecrets, APatchOfSomethingElseKeepsTheValue) {
    set("secret", "T", "name: T\nplaintext_value: kept\n");
    EXPECT_EQ(patch("secret", "T", {{"description", "what for"}}).resource.generation, 2);
    EXPECT_EQ(value("secret", "T"), "kept");
    EXPECT_EQ(patch("secret", "T", {{"description", "what for"}}).result, ChangeResult::unchanged);
    patch("secret", "T", {{"plaintext_value", "other", true}});
    EXPECT_EQ(value("secret", "T"), "other");
    EXPECT_EQ(get("secret", "T").body.at("description").as_string(), "what for");
}

TEST_F(CatalogSecrets, AValueIsRequired) {
    EXPECT_EQ(complaint_of([&] { set("secret", "T", "name: T\n"); }).code, Errc::invalid_argument);
    EXPECT_EQ(complaint_of([&] { set("secret", "", "plaintext_value: x\n"); }).message,
              "secret name \"\" must match [A-Z][A-Z0-9_]*");
}

TEST_F(CatalogSecrets, EachUserHasTheirOwn) {
    set("user-secret", "MINE", "name: MINE\nplaintext_value: of-alice\n");
    user = "bob";
    EXPECT_EQ(complaint_of([&] { get("user-secret", "MINE"); }).code, Errc::not_found);
    EXPECT_EQ(set("user-secret", "MINE", "name: MINE\nplaintext_value: of-bob\n").result, ChangeResult::created);
    EXPECT_EQ(value("user-secret", "MINE", "alice"), "of-alice");
    EXPECT_EQ(value("user-secret", "MINE", "bob"), "of-bob");
    remove("user-secret", "MINE");
    EXPECT_EQ(value("user-secret", "MINE", "alice"), "of-alice");
    EXPECT_EQ(catalog().list({"github_app/acme", "user-secret", "alice", ""}).size(), 1u);
    EXPECT_TRUE(catalog().list({"github_app/acme", "user-secret", "bob", ""}).empty());
    EXPECT_EQ(complaint_of([&] { catalog().get(acme("user-secret", "MINE")); }).code, Errc::invalid_argument);
}

TEST_F(CatalogSecrets, ARemovedOneLeavesNothingOfItsValue) {
    set("secret", "T", "name: T\nplaintext_value: x\n");
    remove("secret", "T");
    EXPECT_EQ(row("secret", "T").sealed, "");
    set("secret", "T", "name: T\nplaintext_value: y\n");
    EXPECT_EQ(row("secret", "T").generation, 3);
    EXPECT_EQ(value("secret", "T"), "y");
}

TEST_F(CatalogSecrets, ARotationBetweenChangesLosesNothing) {
    set("secret", "T", "name: T\nplaintext_value: one\n");
    parts.vault->rotate("github_app/acme");
    EXPECT_EQ(value("secret", "T"), "one");
    patch("secret", "T", {{"description", "after"}});
    EXPECT_EQ(value("secret", "T"), "one");
    EXPECT_EQ(row("secret", "T").key_version, parts.reader->resources().tenant_keys("github_app/acme").back().version);
}

}
}
