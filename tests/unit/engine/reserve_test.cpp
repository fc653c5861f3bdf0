// The disk of the store is full, and what the engine does with what is held back for that.

#include "engine_world.hpp"
#include "store/memory_store.hpp"

namespace murmur {
namespace {

class FakeReserve final : public DiskReserve {
public:
    struct State {
        bool is_held = true, is_low = false, can_be_filled = false;
    };
    explicit FakeReserve(State& state) : state_(state) {}
    bool fill() override { return state_.is_held = state_.is_held || state_.can_be_filled; }
    bool give_up() override { return std::exchange(state_.is_held, false); }
    bool is_low() override { return state_.is_low; }

private:
    State& state_;
};

class NoExecutor final : public Executor {
public:
    void post(std::int64_t, Work) override {}
    void stop() override {}
};

class ReserveTest : public EngineWorld {
protected:
    ReserveTest() {
        close();
        EngineSeams seams;
        seams.executor = std::make_unique<NoExecutor>();
        seams.reserve = std::make_unique<FakeReserve>(reserve);
        engine = std::make_unique<Engine>(options, store.open_writer({[this] { before_commit(); }, {}}), *box, clock,
                                          logger, std::move(seams));
        engine->resume();
    }
    ~ReserveTest() override { engine.reset(); }
    void before_commit() {
        if (reserve.is_held && is_full) throw Error(Errc::resource_exhausted, "the disk is full").with_hint("Room!");
    }
    Outcome ask(const std::string& slug, Command command) {
        Outcome answer;
        engine->submit(id_of(slug), std::move(command), [&](const Outcome& outcome) { answer = outcome; });
        engine->step();
        return answer;
    }

    MemoryStore store;
    FakeReserve::State reserve;
    bool is_full = false;
};

TEST_F(ReserveTest, IsGivenUpWhenTheDiskIsFullAndNobodyNotices) {
    is_full = true;
    EXPECT_FALSE(ask("one", spawn_command("one")).error);
    EXPECT_FALSE(reserve.is_held);
    EXPECT_TRUE(store.open_reader()->find_agent(id_of("one")));
    EXPECT_FALSE(ask("one", command::AddFollowUp{"f-2", "more"}).error) << "there is enough of it left";
}

TEST_F(ReserveTest, WhenLittleIsLeftThatIsForWhatEndsAgents) {
    is_full = true;
    ask("one", spawn_command("one"));
    reserve.is_low = true;
    const Outcome refused = ask("one", command::AddFollowUp{"f-2", "more"});
    ASSERT_TRUE(refused.error);
    EXPECT_EQ(refused.error->code(), Errc::resource_exhausted);
    EXPECT_EQ(refused.error->hint(), "Room!");
    EXPECT_FALSE(refused.is_stored);
    EXPECT_TRUE(ask("two", spawn_command("two")).error);
    EXPECT_FALSE(ask("one", command::Kill{.discard = true}).error);
    EXPECT_EQ(store.open_reader()->find_agent(id_of("one"))->phase, Phase::destroying);
}

TEST_F(ReserveTest, AndForWhatRemovesThings) {
    is_full = true;
    ask("one", spawn_command("one"));
    reserve.is_low = true;
    std::vector<std::string> made;
    std::optional<Outcome> refused;
    engine->submit_change([&](StoreWriter&) { made.push_back("takes"); },
                          [&](const Outcome& outcome) { refused = outcome; });
    engine->submit_change([&](StoreWriter&) { made.push_back("makes"); }, {}, Engine::Room::makes);
    engine->step();
    EXPECT_EQ(made, std::vector<std::string>{"makes"});
    EXPECT_TRUE(refused && refused->error);
}

TEST_F(ReserveTest, ComesBackAndThenAllIsAsBefore) {
    is_full = true;
    ask("one", spawn_command("one"));
    reserve.is_low = true;
    EXPECT_TRUE(ask("two", spawn_command("two")).error);
    is_full = false;
    reserve.can_be_filled = true;
    engine->step();
    EXPECT_TRUE(reserve.is_held);
    EXPECT_FALSE(ask("two", spawn_command("two")).error);
}

TEST_F(ReserveTest, AChangeOfTheStoreIsNotMadeTwice) {
    is_full = true;
    int made = 0;
    std::optional<Outcome> answer;
    engine->submit_change([&](StoreWriter&) { ++made; }, [&](const Outcome& outcome) { answer = outcome; });
    engine->submit(id_of("one"), spawn_command("one"));
    engine->step();
    EXPECT_EQ(made, 1);
    ASSERT_TRUE(answer && answer->error);
    EXPECT_FALSE(answer->is_stored);
    EXPECT_TRUE(store.open_reader()->find_agent(id_of("one"))) << "the rest of its batch is stored";
}

}
}
