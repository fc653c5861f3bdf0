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

    static Agent make_agent(const std::string& slug, const std::string& workspace = "web") {
        Agent agent;
        agent.id = {{"local", "alice"}, "local", "alice", workspace, {slug}};
        agent.generation = 1;
        agent.incarnation = 1;
        return agent;
    }
    Agent insert(Agent agent) {
        writer->begin();
        agent.row = writer->insert_agent(agent);
        writer->commit();
        return agent;
    }

    std::filesystem::path dir;
    std::unique_ptr<StoreWriter> writer;
    std::unique_ptr<StoreReader> reader;
};

TEST_F(StoreTest, GivesBackWhatWasStored) {
    Agent agent = insert(make_agent("one"));
    const auto found = reader->find_agent("local/alice/w/web/one");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->row, agent.row);
    EXPECT_EQ(found->id, agent.id);
    EXPECT_FALSE(reader->find_agent("local/alice/w/web/two"));
    EXPECT_EQ(writer->find_agent(agent.row)->id, agent.id);
}

TEST_F(StoreTest, RefusesAStaleGeneration) {
    Agent agent = insert(make_agent("one"));
    agent.generation = 2;
    writer->begin();
    writer->update_agent(agent, 1, true);
    writer->commit();
    agent.generation = 3;
    writer->begin();
    EXPECT_THROW(writer->update_agent(agent, 1, true), Error);
    writer->roll_back();
    EXPECT_EQ(reader->find_agent(agent.id.workflow_id())->generation, 2);
}

TEST_F(StoreTest, AColumnsOnlyUpdateIsWhatIsReadBack) {
    Agent agent = insert(make_agent("one"));
    agent.generation = 2;
    agent.reports_seen = 9;
    agent.progress_label = "tool";
    agent.progress = "Read(a)";
    agent.spent.cost_usd = 1.5;
    agent.last_session_event = {100, 3};
    writer->begin();
    writer->update_agent(agent, 1, false);
    writer->commit();
    for (const Agent& found : {*reader->find_agent(agent.id.workflow_id()), *writer->find_agent(agent.row)}) {
        EXPECT_EQ(found.generation, 2);
        EXPECT_EQ(found.reports_seen, 9);
        EXPECT_EQ(progress_line(found), "[tool] Read(a)");
        EXPECT_EQ(found.spent.cost_usd, 1.5);
        EXPECT_EQ(found.last_session_event, (EventPosition{100, 3}));
    }
}

TEST_F(StoreTest, WhatIsRolledBackNeverWas) {
    writer->begin();
    writer->insert_agent(make_agent("one"));
    writer->roll_back();
    EXPECT_TRUE(reader->list_agents({"local/alice", "", "", true}).empty());
}

TEST_F(StoreTest, ListsByWorkspaceOwnerAndLife) {
    insert(make_agent("one"));
    insert(make_agent("two", "api"));
    Agent ended = make_agent("three");
    ended.phase = Phase::killed;
    insert(ended);
    EXPECT_EQ(reader->list_agents({"local/alice", "", "", false}).size(), 2u);
    EXPECT_EQ(reader->list_agents({"local/alice", "", "", true}).size(), 3u);
    EXPECT_EQ(reader->list_agents({"local/alice", "api", "alice", false}).front().slug, "two");
    EXPECT_TRUE(reader->list_agents({"local/bob", "", "", true}).empty());
    Agent asleep = make_agent("four");
    asleep.phase = Phase::sleeping;
    insert(asleep);
    EXPECT_EQ(writer->count_alive(), 3);
    const std::vector<Agent> awake = writer->awake_agents();
    ASSERT_EQ(awake.size(), 2u);
    EXPECT_EQ(awake[0].id.slug(), "one");
    EXPECT_EQ(awake[1].id.slug(), "two");
}

TEST_F(StoreTest, EventsComeInOrderAfterACursor) {
    const Agent agent = insert(make_agent("one"));
    writer->begin();
    for (int i = 1; i <= 5; ++i)
        writer->append_event(
            agent.row, {{100, i}, from_ms(100), "note", "event " + std::to_string(i), {{"n", i}}, Phase::running});
    writer->append_session_line(agent.row, {{100, 1}, from_ms(100), "ASSISTANT_TEXT", "hello", {}, 0.5, "t-1"});
    writer->commit();
    const auto events = reader->events_after(agent.row, {100, 2}, 2);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].text, "event 3");
    EXPECT_EQ(events[0].data.at("n"), 3);
    EXPECT_EQ(events[1].position, (EventPosition{100, 4}));
    const auto lines = reader->session_after(agent.row, {}, 10);
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0].text, "hello");
    EXPECT_EQ(lines[0].parent, "t-1");
}

TEST_F(StoreTest, EffectsStayUntilTheyAreRemovedAndKeysAreUnique) {
    const Agent agent = insert(make_agent("one"));
    Effect effect;
    effect.agent_row = agent.row;
    effect.key = "1/1";
    effect.kind = EffectKind::start_machine;
    effect.incarnation = 1;
    effect.body = {{"a", 1}};
    writer->begin();
    effect.row = writer->add_effect(effect);
    writer->commit();
    ASSERT_EQ(writer->pending_effects().size(), 1u);
    EXPECT_EQ(writer->pending_effects().front().body.at("a"), 1);
    writer->begin();
    EXPECT_THROW(writer->add_effect(effect), Error);
    writer->roll_back();
    writer->begin();
    writer->postpone_effect(effect.row, from_ms(99), 2);
    writer->commit();
    EXPECT_EQ(writer->pending_effects().front().attempts, 2);
    writer->begin();
    writer->remove_effect(effect.row);
    writer->commit();
    EXPECT_TRUE(writer->pending_effects().empty());
}

TEST_F(StoreTest, OfAnEndedLifeOnlyNewsAndRemovalsOfMachinesStay) {
    const Agent agent = insert(make_agent("one")), other = insert(make_agent("two"));
    writer->begin();
    int made = 0;
    for (const Agent& each : {agent, other})
        for (const EffectKind kind : {EffectKind::timer, EffectKind::tell_agent, EffectKind::send_command,
                                      EffectKind::destroy_machine, EffectKind::start_machine}) {
            Effect effect;
            effect.agent_row = each.row;
            effect.key = "1/" + std::to_string(++made);
            effect.kind = kind;
            effect.incarnation = 1;
            effect.sequence = 1;
            writer->add_effect(effect);
        }
    writer->remove_effects_of_ended(agent.row);
    writer->commit();
    std::vector<EffectKind> left;
    for (const Effect& effect : writer->pending_effects())
        if (effect.agent_row == agent.row) left.push_back(effect.kind);
    EXPECT_EQ(left, (std::vector<EffectKind>{EffectKind::tell_agent, EffectKind::destroy_machine}));
    EXPECT_TRUE(writer->pending_commands(agent.row, 1, 0).empty());
    EXPECT_EQ(writer->pending_effects().size(), 6u) << "another's stay";
    EXPECT_EQ(writer->pending_commands(other.row, 1, 0).size(), 1u);
}

TEST_F(StoreTest, CommandsAreForgottenUpToWhatTheRunnerHas) {
    const Agent agent = insert(make_agent("one"));
    writer->begin();
    for (int i = 1; i <= 4; ++i) {
        Effect effect;
        effect.agent_row = agent.row;
        effect.key = "1/" + std::to_string(i);
        effect.kind = EffectKind::send_command;
        effect.incarnation = 1;
        effect.sequence = i;
        writer->add_effect(effect);
    }
    writer->remove_sent_commands(agent.row, 1, 2);
    writer->commit();
    EXPECT_TRUE(writer->pending_effects().empty()) << "commands wait for the runner, not for a worker";
    const auto commands = writer->pending_commands(agent.row, 1, 3);
    ASSERT_EQ(commands.size(), 1u);
    EXPECT_EQ(commands.front().sequence, 4);
    EXPECT_EQ(writer->pending_commands(agent.row, 1, 0).size(), 2u);
}

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
            "DROP INDEX agents_awake; DROP TABLE snapshots; DROP TABLE resources; DROP TABLE resource_references; DROP "
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
