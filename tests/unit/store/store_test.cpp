#include "store/store.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <murmur/error.hpp>

#include "base/time_text.hpp"
#include "store/database.hpp"
#include "store/rows.hpp"

namespace murmur {
namespace {

class StoreTest : public testing::Test {
protected:
    StoreTest() {
        char name[] = "/tmp/murmur-store-XXXXXX";
        dir = ::mkdtemp(name);
        writer = open_sqlite_writer(dir);
        reader = open_sqlite_reader(dir);
    }
    ~StoreTest() override {
        writer.reset();
        reader.reset();
        std::filesystem::remove_all(dir);
    }

    std::filesystem::path dir;
    std::unique_ptr<StoreWriter> writer;
    std::unique_ptr<StoreReader> reader;
};

TEST_F(StoreTest, AStoreOfANewerVersionIsRefusedByName) {
    writer.reset();
    reader.reset();
    {
        Database database(dir / database_file_name, Database::Mode::write);
        database.execute("PRAGMA user_version = 1000");
    }
    try {
        open_sqlite_writer(dir);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::failed_precondition);
        EXPECT_NE(error.message().find("newer murmur (schema 1000"), std::string::npos) << error.message();
        EXPECT_FALSE(error.hint().empty());
    }
}

TEST_F(StoreTest, AFileThatIsNoDatabaseIsRefused) {
    writer.reset();
    reader.reset();
    std::filesystem::remove_all(dir / database_file_name);
    std::filesystem::remove_all((dir / database_file_name).string() + "-wal");
    FILE* file = std::fopen((dir / database_file_name).c_str(), "w");
    for (int i = 0; i < 5000; ++i) std::fputs("rubbish ", file);
    std::fclose(file);
    try {
        open_sqlite_writer(dir);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::data_loss);
    }
}

TEST_F(StoreTest, WorkspacesOfTheFirstVersionBecomeResources) {
    writer.reset();
    reader.reset();
    {
        Database database(dir / database_file_name, Database::Mode::write);
        database.execute(
            "DROP INDEX agents_awake; ALTER TABLE agents DROP COLUMN cost_estimated; DROP TABLE snapshots; DROP TABLE "
            "resources; DROP TABLE resource_references; DROP "
            "TABLE tenant_keys;"
            "CREATE TABLE workspaces (tenant TEXT NOT NULL, name TEXT NOT NULL, repos TEXT NOT NULL, "
            "created_at INTEGER NOT NULL, PRIMARY KEY (tenant, name)) STRICT, WITHOUT ROWID;"
            "INSERT INTO workspaces VALUES ('local/alice', 'web', '[{\"clone_url\":\"/srv/web.git\","
            "\"base_branch\":\"main\"},{\"clone_url\":\"/srv/b \\\"x\\\".git\"}]', 7), ('local/alice', 'none', '[]', "
            "8);"
            "PRAGMA user_version = 1;");
    }
    writer = open_sqlite_writer(dir);
    reader = open_sqlite_reader(dir);
    const auto row = reader->resources().find_resource({"local/alice", "workspace", "", "web"});
    ASSERT_TRUE(row);
    EXPECT_EQ(row->body,
              R"({"name":"web","image_ref":"murmur-local","environment_ref":"murmur-local","placement":"murmur-local",)"
              R"("repos":[{"clone_url":"/srv/web.git","base_branch":"main"},)"
              R"({"clone_url":"/srv/b \"x\".git","base_branch":"HEAD"}]})");
    EXPECT_EQ(row->body, json::serialize(parse_json(row->body))) << "the form that the program itself writes";
    EXPECT_EQ(row->generation, 1);
    EXPECT_EQ(row->author, "alice");
    EXPECT_EQ(row->created_at, from_ms(7));
    EXPECT_EQ(row->updated_at, from_ms(7));
    EXPECT_FALSE(row->removed);
    EXPECT_TRUE(reader->resources().find_resource({"local/alice", "workspace", "", "none"}));
    Database database(dir / database_file_name, Database::Mode::write);
    EXPECT_THROW(Statement(database.handle(), "SELECT 1 FROM workspaces"), Error);
}

}
}
