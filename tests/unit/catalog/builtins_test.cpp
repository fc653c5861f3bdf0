#include "catalog/builtins.hpp"

#include "base/file.hpp"
#include "catalog_world.hpp"

namespace murmur {
namespace {

class BuiltinFiles : public testing::Test {
protected:
    void write(const std::string& name, const std::string& text) {
        std::filesystem::create_directories((directory.path / name).parent_path());
        write_file_atomically(directory.path / name, text, 0644);
    }
    std::vector<CatalogBuiltin> load() { return load_builtins(kinds, directory.path); }

    CatalogDirectory directory;
    KindRegistry kinds;
};

TEST_F(BuiltinFiles, ThoseOfThePlatformAreInOrder) {
    const BuiltinTable table(kinds, load_builtins(kinds, MURMUR_SOURCE_DIR "/share/catalog"));
    EXPECT_TRUE(table.find("machine-type", "murmur-n2-standard-4"));
    EXPECT_FALSE(table.find("machine-type", "murmur-n2-standard-5"));
    EXPECT_FALSE(table.find("no-kind", "murmur-n2-standard-4"));
    for (const auto& [name, resource] : table.of_kind("agent-persona")) {
        EXPECT_FALSE(resource.content.empty()) << name;
        EXPECT_FALSE(resource.body.contains("name")) << "it is no field of that kind";
    }
}

TEST_F(BuiltinFiles, StreamsAndTextsAreRead) {
    write("a.yaml",
          "kind: role\nname: murmur-r\npermissions: [a.read]\n---\nkind: group\nname: murmur-g\n"
          "all_tenant_members: {}\n");
    write("agent-persona/murmur-p.md", "---\nmodel: opus\n---\nHello.\n");
    write("readme.txt", "not ours");
    const BuiltinTable table(kinds, load());
    EXPECT_TRUE(table.find("role", "murmur-r"));
    EXPECT_TRUE(table.find("group", "murmur-g"));
    ASSERT_TRUE(table.find("agent-persona", "murmur-p"));
    EXPECT_TRUE(table.find("agent-persona", "murmur-p")->platform);
}

TEST_F(BuiltinFiles, AnEmptyFolderIsAnEmptyCatalog) { EXPECT_TRUE(load().empty()); }

TEST_F(BuiltinFiles, WhatIsNotInOrderIsDamageWithThePlace) {
    write("a.yaml", "kind: role\nname: murmur-r\n");
    const Complaint damaged = complaint_of([&] { load(); });
    EXPECT_EQ(damaged.code, Errc::data_loss);
    EXPECT_NE(damaged.context.front().find("a.yaml"), std::string::npos) << damaged.context.front();
}

TEST_F(BuiltinFiles, ReferencesMustLeadSomewhere) {
    write("a.yaml", "kind: tenant-binding\nname: murmur-b\ngrant: {users: [a], role: murmur-none}\n");
    EXPECT_EQ(complaint_of([&] { load(); }).message,
              "tenant-binding \"murmur-b\": grant.role: role \"murmur-none\" does not exist");
}

TEST_F(BuiltinFiles, NothingIsThereTwice) {
    const std::string text = "kind: role\nname: murmur-r\npermissions: [a.read]\n";
    write("a.yaml", text);
    write("b.yaml", text);
    EXPECT_EQ(complaint_of([&] { load(); }).message, "role \"murmur-r\" is there twice");
}

}
}
