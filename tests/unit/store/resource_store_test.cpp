// What every store of resources promises.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <murmur/error.hpp>

#include "base/time_text.hpp"
#include "store/store.hpp"
#include "store_kinds.hpp"

namespace murmur {
namespace {

class ResourceStoreContract : public testing::TestWithParam<StoreKind> {
protected:
    ResourceStoreContract() {
        char name[] = "/tmp/murmur-resources-XXXXXX";
        dir = ::mkdtemp(name);
        open();
    }
    ~ResourceStoreContract() override {
        store_writer.reset();
        store_reader.reset();
        std::filesystem::remove_all(dir);
    }
    void open() {
        store_writer.reset();
        store_reader.reset();
        store_writer = GetParam().open_writer(dir);
        store_reader = GetParam().open_reader(dir);
    }
    ResourceWriter& writer() { return store_writer->resources(); }
    ResourceReader& reader() { return store_reader->resources(); }

    static ResourceKey key(const std::string& kind, const std::string& name, const std::string& owner = "") {
        return {"github_app/acme", kind, owner, name};
    }
    static ResourceRow row_of(const ResourceKey& key, std::int64_t generation = 1) {
        ResourceRow row;
        row.key = key;
        row.generation = generation;
        row.author = "alice";
        row.created_at = from_ms(100);
        row.updated_at = from_ms(100 + generation);
        row.body = R"({"name":")" + key.name + R"("})";
        return row;
    }
    template <class Change>
    void change(Change in_transaction) {
        store_writer->begin();
        in_transaction();
        store_writer->commit();
    }
    void put(const ResourceRow& row, const std::vector<ResourceReference>& references = {}) {
        change([&] { writer().put_resource(row, references); });
    }
    static std::vector<std::string> names(const std::vector<ResourceKey>& keys) {
        std::vector<std::string> names;
        for (const ResourceKey& each : keys)
            names.push_back(each.kind + "/" + (each.owner.empty() ? "" : each.owner + ":") + each.name);
        return names;
    }
    static std::vector<std::string> names(const std::vector<ResourceRow>& rows) {
        std::vector<ResourceKey> keys;
        for (const ResourceRow& row : rows) keys.push_back(row.key);
        return names(keys);
    }
    using Names = std::vector<std::string>;

    std::filesystem::path dir;
    std::unique_ptr<StoreWriter> store_writer;
    std::unique_ptr<StoreReader> store_reader;
};

TEST_P(ResourceStoreContract, GivesBackEveryColumn) {
    ResourceRow row = row_of(key("user-secret", "TOKEN", "alice"), 7);
    row.content = "--- text";
    row.sealed = "00ff";
    row.key_version = 3;
    put(row);
    for (ResourceLookup* end : {static_cast<ResourceLookup*>(&reader()), static_cast<ResourceLookup*>(&writer())}) {
        const auto found = end->find_resource(row.key);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->key, row.key);
        EXPECT_EQ(found->generation, 7);
        EXPECT_FALSE(found->removed);
        EXPECT_EQ(found->author, "alice");
        EXPECT_EQ(found->created_at, row.created_at);
        EXPECT_EQ(found->updated_at, row.updated_at);
        EXPECT_EQ(found->body, row.body);
        EXPECT_EQ(found->content, row.content);
        EXPECT_EQ(found->sealed, row.sealed);
        EXPECT_EQ(found->key_version, 3);
    }
}

TEST_P(ResourceStoreContract, EveryPartOfTheKeyCounts) {
    put(row_of(key("user-secret", "TOKEN", "alice")));
    EXPECT_FALSE(reader().find_resource(key("user-secret", "TOKEN", "bob")));
    EXPECT_FALSE(reader().find_resource(key("user-secret", "TOKEN")));
    EXPECT_FALSE(reader().find_resource(key("secret", "TOKEN", "alice")));
    EXPECT_FALSE(reader().find_resource({"github_app/other", "user-secret", "alice", "TOKEN"}));
}

TEST_P(ResourceStoreContract, ARemovedOneIsFoundButNeitherListedNorThere) {
    put(row_of(key("role", "dev")));
    EXPECT_TRUE(writer().has_resource(key("role", "dev")));
    ResourceRow gone = row_of(key("role", "dev"), 2);
    gone.removed = true;
    gone.body.clear();
    put(gone);
    EXPECT_FALSE(writer().has_resource(key("role", "dev")));
    EXPECT_TRUE(reader().list_resources({"github_app/acme", "role", "", ""}).empty());
    const auto found = reader().find_resource(key("role", "dev"));
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->removed);
    EXPECT_EQ(found->generation, 2);
}

TEST_P(ResourceStoreContract, ListsPageByPageInTheOrderOfNames) {
    for (const char* name : {"d", "b", "a", "c", "e"}) put(row_of(key("role", name)));
    put(row_of(key("group", "b2")));
    put(row_of({"github_app/other", "role", "", "b3"}));
    EXPECT_EQ(names(reader().list_resources({"github_app/acme", "role", "", "", 2})), (Names{"role/a", "role/b"}));
    EXPECT_EQ(names(reader().list_resources({"github_app/acme", "role", "", "b", 2})), (Names{"role/c", "role/d"}));
    EXPECT_EQ(names(reader().list_resources({"github_app/acme", "role", "", "d", 2})), (Names{"role/e"}));
}

TEST_P(ResourceStoreContract, HoldersFollowEveryChangeOfReferences) {
    const ResourceReference machine{"machine-type", "big"}, disk{"disk-type", "fast"};
    const auto holders = [&](const ResourceReference& target) {
        return names(reader().resource_holders("github_app/acme", target, 10));
    };
    put(row_of(key("environment", "z")), {machine, disk, machine});
    put(row_of(key("environment", "a")), {machine});
    put(row_of(key("alias", "m")), {machine});
    EXPECT_EQ(holders(machine), (Names{"alias/m", "environment/a", "environment/z"}));
    EXPECT_EQ(holders(disk), (Names{"environment/z"}));
    put(row_of(key("environment", "z"), 2), {disk});
    EXPECT_EQ(holders(machine), (Names{"alias/m", "environment/a"}));
    put(row_of(key("environment", "z"), 3), {disk});
    EXPECT_EQ(holders(disk), (Names{"environment/z"}));
    put(row_of(key("environment", "z"), 4), {});
    EXPECT_TRUE(holders(disk).empty());
    EXPECT_EQ(names(reader().resource_holders("github_app/acme", machine, 1)), (Names{"alias/m"}));
    EXPECT_TRUE(reader().resource_holders("github_app/other", machine, 10).empty());
}

TEST_P(ResourceStoreContract, HoldersOfDifferentUsersAreDifferent) {
    const ResourceReference target{"user-secret", "TOKEN"};
    put(row_of(key("profile", "p", "alice")), {target});
    put(row_of(key("profile", "p", "bob")), {target});
    put(row_of(key("profile", "p", "alice"), 2), {});
    EXPECT_EQ(names(reader().resource_holders("github_app/acme", target, 10)), (Names{"profile/bob:p"}));
}

TEST_P(ResourceStoreContract, ASavepointIsTakenBackOrKept) {
    change([&] {
        writer().put_resource(row_of(key("role", "before")), {});
        writer().savepoint();
        writer().put_resource(row_of(key("role", "undone")), {{"group", "g"}});
        writer().roll_back_savepoint();
        writer().savepoint();
        writer().put_resource(row_of(key("role", "kept")), {});
        writer().keep_savepoint();
    });
    EXPECT_EQ(names(reader().list_resources({"github_app/acme", "role", "", ""})), (Names{"role/before", "role/kept"}));
    EXPECT_TRUE(reader().resource_holders("github_app/acme", {"group", "g"}, 10).empty());
}

TEST_P(ResourceStoreContract, AChangeTakenBackLeavesTheRestOfTheTransaction) {
    change([&] {
        writer().put_resource(row_of(key("role", "before")), {});
        store_writer->begin_change();
        writer().savepoint();
        writer().put_resource(row_of(key("role", "undone")), {});
        writer().keep_savepoint();
        store_writer->undo_change();
        store_writer->begin_change();
        writer().put_resource(row_of(key("role", "kept")), {});
        store_writer->keep_change();
    });
    EXPECT_EQ(names(reader().list_resources({"github_app/acme", "role", "", ""})), (Names{"role/before", "role/kept"}));
}

TEST_P(ResourceStoreContract, TenantKeysComeInTheOrderOfVersions) {
    change([&] {
        writer().put_tenant_key({"github_app/acme", 2, "bb", "file:1", from_ms(2)});
        writer().put_tenant_key({"github_app/acme", 1, "aa", "file:1", from_ms(1)});
        writer().put_tenant_key({"github_app/acme", 2, "cc", "file:2", from_ms(3)});
    });
    auto keys = reader().tenant_keys("github_app/acme");
    ASSERT_EQ(keys.size(), 2u);
    EXPECT_EQ(keys[0].version, 1);
    EXPECT_EQ(keys[1].wrapped, "cc");
    EXPECT_EQ(keys[1].key_service, "file:2");
    EXPECT_EQ(keys[1].created_at, from_ms(3));
    change([&] { writer().remove_tenant_key("github_app/acme", 1); });
    EXPECT_EQ(reader().tenant_keys("github_app/acme").size(), 1u);
    EXPECT_TRUE(reader().tenant_keys("github_app/other").empty());
}

TEST_P(ResourceStoreContract, FindsSecretsThatAnotherKeySealed) {
    for (int version = 1; version <= 3; ++version) {
        ResourceRow row = row_of(key("secret", "S" + std::to_string(version)));
        row.sealed = "00";
        row.key_version = version;
        put(row);
    }
    put(row_of(key("role", "no-secret")));
    EXPECT_EQ(names(reader().secrets_not_sealed_by("github_app/acme", 2, 10)), (Names{"secret/S1", "secret/S3"}));
    EXPECT_EQ(reader().secrets_not_sealed_by("github_app/acme", 2, 1).size(), 1u);
    EXPECT_TRUE(reader().secrets_not_sealed_by("github_app/other", 2, 10).empty());
}

TEST_P(ResourceStoreContract, NamesEveryTenantOnce) {
    EXPECT_TRUE(reader().tenants().empty());
    put(row_of({"b", "role", "", "x"}));
    put(row_of({"b", "role", "", "y"}));
    put(row_of({"a", "role", "", "x"}));
    change([&] { writer().put_tenant_key({"c", 1, "aa", "file:1", from_ms(1)}); });
    EXPECT_EQ(reader().tenants(), (Names{"a", "b", "c"}));
}

TEST_P(ResourceStoreContract, EverythingIsThereAfterReopening) {
    put(row_of(key("environment", "e"), 4), {{"disk-type", "fast"}});
    open();
    EXPECT_EQ(reader().find_resource(key("environment", "e"))->generation, 4);
    put(row_of(key("environment", "e"), 5), {});
    EXPECT_TRUE(reader().resource_holders("github_app/acme", {"disk-type", "fast"}, 10).empty());
}

INSTANTIATE_TEST_SUITE_P(Stores, ResourceStoreContract, store_kinds(), store_kind_name);

}
}
