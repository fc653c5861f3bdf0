#include "agents/tell.hpp"
#include "engine_world.hpp"

namespace murmur {
namespace {

using FamilyTest = EngineWorld;

AddressedCommand addressed(const command::Spawn& spawn) { return {spawn.id.workflow_id(), spawn}; }

TEST_F(FamilyTest, CommandsOfOneMatterAreStoredTogether) {
    spawn("one");
    const Agent last = engine->execute_family(
        {{id_of("one"), command::SetOnIdle{OnIdle::keep_alive}}, addressed(spawn_command("two"))});
    EXPECT_EQ(last.id.slug(), "two");
    EXPECT_EQ(reader->find_agent(id_of("one"))->on_idle, OnIdle::keep_alive);
    EXPECT_TRUE(reader->find_agent(id_of("two")));
}

TEST_F(FamilyTest, WhenOneIsRefusedNoneHasHappened) {
    spawn("one");
    spawn("two");
    const std::int64_t before = reader->find_agent(id_of("one"))->generation;
    for (const auto& last : {addressed(spawn_command("two")), AddressedCommand{id_of("none"), command::Wake{}}}) {
        EXPECT_THROW(
            engine->execute_family(
                {{id_of("one"), command::SetOnIdle{OnIdle::keep_alive}}, addressed(spawn_command("three")), last}),
            Error);
        EXPECT_EQ(reader->find_agent(id_of("one"))->on_idle, OnIdle::sleep);
        EXPECT_FALSE(reader->find_agent(id_of("three")));
    }
    wait_for("one", [](const Agent& agent) { return agent.machine->exists; });
    EXPECT_GE(reader->find_agent(id_of("one"))->generation, before) << "it still takes commands";
}

TEST_F(FamilyTest, EachSeesWhatThoseBeforeItHaveDecided) {
    const Agent agent = engine->execute_family({addressed(spawn_command("one")),
                                                {id_of("one"), command::SetOnIdle{OnIdle::keep_alive}},
                                                {id_of("one"), command::AddFollowUp{"f-2", "more"}}});
    EXPECT_EQ(agent.on_idle, OnIdle::keep_alive);
    EXPECT_EQ(agent.queue.size(), 1u);
    const Agent stored = *reader->find_agent(id_of("one"));
    EXPECT_EQ(stored.on_idle, OnIdle::keep_alive);
    EXPECT_EQ(stored.queue.size(), 1u);
    EXPECT_EQ(stored.row, agent.row);
}

TEST_F(FamilyTest, AThousandSpawnsAtOnceShareTransactions) {
    constexpr int count = 1000;
    std::promise<EngineCounters> done;
    int answered = 0, refused = 0;  // of the engine's thread
    std::vector<Engine::Submission> spawns(count);
    for (int i = 0; i < count; ++i) {
        spawns[i].commands = {addressed(spawn_command("a-" + std::to_string(i % (count - 1))))};
        spawns[i].completion = [&](const Outcome& outcome) {
            refused += outcome.error.has_value();
            if (++answered == count) done.set_value(engine->counters());
        };
    }
    engine->submit(std::move(spawns));
    EXPECT_LE(done.get_future().get().commits, 4);
    EXPECT_EQ(refused, 1) << "the one whose slug is taken, and no other";
    EXPECT_EQ(engine->alive_agents(), static_cast<std::size_t>(count - 1));
}

TEST_F(FamilyTest, WhatAnEndedAgentHadToTellIsToldAfterARestart) {
    const Agent teller = spawn("teller");
    spawn("told");
    for (const char* slug : {"teller", "told"})
        wait_for(slug, [](const Agent& agent) { return agent.machine->exists; });
    engine->execute(id_of("teller"), command::Kill{});
    wait_phase("teller", Phase::killed);
    close();
    {
        const auto writer = open_sqlite_writer(dir);
        Effect tell;
        tell.agent_row = teller.row;
        tell.key = "1/1000";
        tell.kind = EffectKind::tell_agent;
        tell.incarnation = teller.incarnation;
        tell.body = tell_kill(id_of("told"), {});
        Effect to_nobody = tell;
        to_nobody.key = "1/1001";
        to_nobody.body = tell_kill(id_of("nobody"), {});
        writer->begin();
        writer->add_effect(tell);
        writer->add_effect(to_nobody);
        writer->remove_effects_of_ended(teller.row);
        writer->commit();
        EXPECT_EQ(writer->pending_effects().size(), 3u) << "those two, and a timer of the other";
    }
    open();
    wait_phase("told", Phase::killed);
    engine->transact([](StoreWriter& store) { EXPECT_TRUE(store.pending_effects().empty()); });
}

TEST_F(FamilyTest, OneThatSleepsIsReadWhenItIsNeeded) {
    const Agent spawned = spawn("one");
    wait_for("one", [](const Agent& agent) { return agent.machine->exists; });
    attach(spawned, std::make_shared<RecordingSink>());
    report(spawned, 1, "turnStarted", {{"turn", 1}, {"messageIds", json::array{json::string("f-1")}}});
    report(spawned, 2, "turnEnded", {{"turn", 1}, {"success", true}});
    engine->execute(id_of("one"), command::Sleep{});
    wait_phase("one", Phase::sleeping);
    close();
    open();
    EXPECT_EQ(engine->alive_agents(), 1u);
    engine->execute(id_of("one"), command::AddFollowUp{"f-2", "more"});
    const Agent woken = wait_phase("one", Phase::running);
    EXPECT_EQ(woken.machine->phase, MachinePhase::running);
    EXPECT_EQ(substrate->state.lock()->machines.at("m-one"), MachineState::running);
}

}
}
