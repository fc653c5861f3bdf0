// What every store of agents promises.

#include "store/store.hpp"

#include <gtest/gtest.h>

#include <stdlib.h>
#include <algorithm>

#include <murmur/error.hpp>

#include "base/time_text.hpp"
#include "store_kinds.hpp"

namespace murmur {
namespace {

class StoreContract : public testing::TestWithParam<StoreKind> {
protected:
    StoreContract() {
        char name[] = "/tmp/murmur-store-XXXXXX";
        dir = ::mkdtemp(name);
        writer = GetParam().open_writer(dir);
        reader = GetParam().open_reader(dir);
    }
    ~StoreContract() override {
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

TEST_P(StoreContract, GivesBackWhatWasStored) {
    Agent agent = insert(make_agent("one"));
    const auto found = reader->find_agent("local/alice/w/web/one");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->row, agent.row);
    EXPECT_EQ(found->id, agent.id);
    EXPECT_FALSE(reader->find_agent("local/alice/w/web/two"));
    EXPECT_EQ(writer->find_agent(agent.row)->id, agent.id);
}

TEST_P(StoreContract, RefusesAStaleGeneration) {
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

TEST_P(StoreContract, AColumnsOnlyUpdateIsWhatIsReadBack) {
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

TEST_P(StoreContract, WhatIsRolledBackNeverWas) {
    writer->begin();
    writer->insert_agent(make_agent("one"));
    writer->roll_back();
    EXPECT_TRUE(reader->list_agents({"local/alice", "", "", true}).empty());
}

TEST_P(StoreContract, AgentsThatAreNotOverHoldTheirWorkspace) {
    insert(make_agent("two"));
    insert(make_agent("one"));
    insert(make_agent("elsewhere", "api"));
    Agent asleep = make_agent("asleep");
    asleep.phase = Phase::sleeping;
    insert(asleep);
    Agent ended = make_agent("ended");
    ended.phase = Phase::killed;
    insert(ended);
    const auto holders = [&](const std::string& tenant, const ResourceReference& target, std::size_t count_max) {
        std::string names;
        for (const ResourceKey& holder : reader->resources().resource_holders(tenant, target, count_max))
            names += holder.kind + "/" + holder.owner + "/" + holder.name + " ";
        return names;
    };
    EXPECT_EQ(holders("local/alice", {"workspace", "web"}, 9), "agent/alice/asleep agent/alice/one agent/alice/two ");
    EXPECT_EQ(holders("local/alice", {"workspace", "web"}, 2), "agent/alice/asleep agent/alice/one ");
    EXPECT_EQ(holders("local/alice", {"placement", "web"}, 9), "");
    EXPECT_EQ(holders("local/bob", {"workspace", "web"}, 9), "");
    ResourceRow flight;
    flight.key = {"local/alice", "flight", "", "f"};
    flight.body = "{}";
    writer->begin();
    writer->resources().put_resource(flight, {{"workspace", "web"}});
    writer->commit();
    EXPECT_EQ(holders("local/alice", {"workspace", "web"}, 9),
              "agent/alice/asleep agent/alice/one agent/alice/two flight//f ");
}

TEST_P(StoreContract, ListsByWorkspaceOwnerAndLife) {
    insert(make_agent("one"));
    Agent two = make_agent("two", "api");
    two.cost_estimated = true;
    insert(two);
    Agent ended = make_agent("three");
    ended.phase = Phase::killed;
    insert(ended);
    EXPECT_EQ(reader->list_agents({"local/alice", "", "", false}).size(), 2u);
    EXPECT_EQ(reader->list_agents({"local/alice", "", "", true}).size(), 3u);
    EXPECT_EQ(reader->list_agents({"local/alice", "api", "alice", false}).front().slug, "two");
    EXPECT_TRUE(reader->list_agents({"local/alice", "api", "alice", false}).front().cost_estimated);
    EXPECT_FALSE(reader->list_agents({"local/alice", "", "alice", false}).front().cost_estimated);
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

TEST_P(StoreContract, EventsComeInOrderAfterACursor) {
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

TEST_P(StoreContract, EffectsStayUntilTheyAreRemovedAndKeysAreUnique) {
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
    effect.not_before = from_ms(99);
    effect.attempts = 2;
    writer->postpone_effect(effect);
    writer->commit();
    EXPECT_EQ(writer->pending_effects().front().attempts, 2);
    writer->begin();
    writer->remove_effect(effect);
    writer->commit();
    EXPECT_TRUE(writer->pending_effects().empty());
}

TEST_P(StoreContract, OfAnEndedLifeOnlyNewsAndRemovalsOfMachinesStay) {
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

TEST_P(StoreContract, CommandsAreForgottenUpToWhatTheRunnerHas) {
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

TEST_P(StoreContract, ARowThatIsTakenAgainIsNotTheEffectThatWasThere) {
    const Agent agent = insert(make_agent("one"));
    Effect gone, there;
    gone.agent_row = there.agent_row = agent.row;
    gone.key = "1/1";
    there.key = "1/2";
    writer->begin();
    gone.row = writer->add_effect(gone);
    writer->remove_effect(gone);
    there.row = gone.row = writer->add_effect(there);
    writer->remove_effect(gone);
    gone.attempts = 7;
    writer->postpone_effect(gone);
    writer->commit();
    ASSERT_EQ(writer->pending_effects().size(), 1u);
    EXPECT_EQ(writer->pending_effects().front().key, "1/2");
    EXPECT_EQ(writer->pending_effects().front().attempts, 0);
}

TEST_P(StoreContract, WhatIsNotCommittedIsNotRead) {
    writer->begin();
    const Agent agent = make_agent("one");
    writer->insert_agent(agent);
    EXPECT_TRUE(writer->find_agent(agent.id.workflow_id()));
    EXPECT_FALSE(reader->find_agent(agent.id.workflow_id()));
    writer->commit();
    EXPECT_TRUE(reader->find_agent(agent.id.workflow_id()));
}

TEST_P(StoreContract, SnapshotsAreRenewedListedAndRemoved) {
    const Agent one = insert(make_agent("one")), two = insert(make_agent("two"));
    const auto snapshot = [](const char* id, std::int64_t incarnation, std::int64_t turn, std::int64_t at) {
        return SnapshotRecord{id, incarnation, turn, from_ms(at), 10, {{"turn", turn}}};
    };
    writer->begin();
    writer->add_snapshot(one.row, snapshot("a", 1, 1, 100));
    writer->add_snapshot(one.row, snapshot("b", 1, 2, 200));
    writer->add_snapshot(two.row, snapshot("a", 1, 1, 150));
    writer->add_snapshot(one.row, snapshot("a", 2, 3, 300));
    writer->add_snapshot(one.row, snapshot("a", 1, 4, 400));
    writer->commit();
    std::vector<std::int64_t> turns;
    for (const StoredSnapshot& each : reader->snapshots_of(one.row)) turns.push_back(each.record.turn);
    EXPECT_EQ(turns, (std::vector<std::int64_t>{4, 3, 2}));
    turns.clear();
    reader->visit_snapshots([&](const StoredSnapshot& each) { turns.push_back(each.record.turn); });
    EXPECT_EQ(turns, (std::vector<std::int64_t>{2, 4, 3, 1})) << "by agent, life and time";
    ASSERT_TRUE(reader->find_snapshot("a"));
    EXPECT_EQ(reader->find_snapshot("a")->record.turn, 4) << "the newest of that id";
    EXPECT_EQ(reader->find_snapshot("b")->workflow_id, one.id.workflow_id());
    EXPECT_FALSE(reader->find_snapshot("c"));
    writer->begin();
    writer->remove_snapshot(one.row, "a", 1);
    writer->commit();
    EXPECT_EQ(reader->snapshots_of(one.row).size(), 2u);
    EXPECT_EQ(reader->snapshots_of(two.row).size(), 1u);
}

TEST_P(StoreContract, TellsWhichSnapshotsTheLivingUse) {
    Agent fork = make_agent("fork"), saved = make_agent("saved"), ended = make_agent("ended");
    fork.spec.restore = "a";
    saved.spec.restore = "a";
    saved.snapshot = SnapshotNote{"b", from_ms(1), 1};
    ended.snapshot = SnapshotNote{"c", from_ms(1), 1};
    ended.phase = Phase::completed;
    for (const Agent& agent : {fork, saved, ended, make_agent("new")}) insert(agent);
    std::vector<std::string> ids = reader->snapshots_in_use();
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(ids, (std::vector<std::string>{"a", "b"}));
}

TEST_P(StoreContract, CountsPhasesAndFindsSlugs) {
    insert(make_agent("one"));
    insert(make_agent("one", "api"));
    Agent ended = make_agent("two");
    ended.phase = Phase::killed;
    insert(ended);
    using Counts = std::vector<std::pair<std::string, std::int64_t>>;
    EXPECT_EQ(reader->count_phases(), (Counts{{"PHASE_KILLED", 1}, {"PHASE_STARTING", 2}}));
    EXPECT_EQ(reader->find_slug("local/alice", "alice", "one").size(), 2u);
    EXPECT_TRUE(reader->find_slug("local/alice", "bob", "one").empty());
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, store_kinds(), store_kind_name);

}
}
