#include <signal.h>
#include <sys/resource.h>

#include "engine_world.hpp"

namespace murmur {
namespace {

class TransactTest : public EngineWorld {
protected:
    /// Holds the engine's thread until the end of the scope, so that everything submitted meanwhile is one batch.
    class Pause {
    public:
        explicit Pause(Engine& engine) {
            std::promise<void> begun;
            engine.submit_change([&begun, go = go_.get_future().share()](StoreWriter&) {
                begun.set_value();
                go.wait();
            });
            begun.get_future().wait();
        }
        ~Pause() { go_.set_value(); }

    private:
        std::promise<void> go_;
    };

    static ResourceRow role(const std::string& name) {
        ResourceRow row;
        row.key = {"local/alice", "role", "", name};
        row.generation = 1;
        row.body = "{}";
        return row;
    }
    std::future<std::optional<Error>> submit(std::function<void(StoreWriter&)> change) {
        auto promise = std::make_shared<std::promise<std::optional<Error>>>();
        engine->submit_change(std::move(change),
                              [promise](const Outcome& outcome) { promise->set_value(outcome.error); });
        return promise->get_future();
    }
    std::future<std::optional<Error>> put(const std::string& name) {
        return submit([name](StoreWriter& store) { store.resources().put_resource(role(name), {}); });
    }
    bool is_stored(const std::string& name) { return reader->resources().find_resource(role(name).key).has_value(); }
};

TEST_F(TransactTest, IsDurableWhenItReturns) {
    engine->transact([](StoreWriter& store) { store.resources().put_resource(role("admin"), {}); });
    EXPECT_TRUE(is_stored("admin"));
}

TEST_F(TransactTest, AChangeThatThrowsIsTakenBackAloneAndTheRestOfItsBatchIsStored) {
    std::future<std::optional<Error>> before, bad, after, spawned;
    std::int64_t commits = 0;
    {
        const Pause pause(*engine);
        commits = engine->counters().commits;
        before = put("before");
        bad = submit([](StoreWriter& store) {
            store.resources().put_resource(role("bad"), {});
            throw Error(Errc::failed_precondition, "not so");
        });
        after = put("after");
        auto promise = std::make_shared<std::promise<std::optional<Error>>>();
        spawned = promise->get_future();
        engine->submit(id_of("one"), spawn_command("one"),
                       [promise](const Outcome& outcome) { promise->set_value(outcome.error); });
    }
    EXPECT_FALSE(before.get());
    EXPECT_FALSE(after.get());
    EXPECT_FALSE(spawned.get());
    const std::optional<Error> refused = bad.get();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->message(), "not so");
    EXPECT_TRUE(is_stored("before"));
    EXPECT_TRUE(is_stored("after"));
    EXPECT_FALSE(is_stored("bad"));
    EXPECT_TRUE(reader->find_agent(id_of("one")));
    EXPECT_EQ(engine->counters().commit_failures, 0);
    EXPECT_GT(engine->counters().commits, commits);
}

TEST_F(TransactTest, AChangeSeesWhatWasDecidedBeforeItInItsBatch) {
    spawn("one");
    engine->execute(id_of("one"), command::Kill{});
    const auto alive_with = [&](Command command, const std::string& slug) {
        std::size_t holders = 0;
        std::future<std::optional<Error>> seen;
        {
            const Pause pause(*engine);
            engine->submit(id_of(slug), std::move(command));
            seen = submit([&holders](StoreWriter& store) {
                holders = store.resources().resource_holders("local/alice", {"workspace", "web"}, 10).size();
            });
        }
        EXPECT_FALSE(seen.get());
        return holders;
    };
    wait_phase("one", Phase::killed);
    EXPECT_EQ(alive_with(command::SetOnIdle{OnIdle::keep_alive}, "one"), 0u);
    command::Spawn again = spawn_command("one");
    again.force_new = true;
    EXPECT_EQ(alive_with(again, "one"), 1u) << "the same row, which had ended";
    EXPECT_EQ(alive_with(spawn_command("two"), "two"), 2u);
}

TEST_F(TransactTest, WhatTheChangeThrowsIsWhatTheCallerGets) {
    try {
        engine->transact([](StoreWriter&) { throw Error(Errc::aborted, "lost").with_hint("Again."); });
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::aborted);
        EXPECT_EQ(error.hint(), "Again.");
    }
}

TEST_F(TransactTest, OneOnTheEnginesOwnThreadIsRefusedInsteadOfWaitingForever) {
    const auto refused = submit([this](StoreWriter&) { engine->transact([](StoreWriter&) {}); }).get();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->code(), Errc::internal);
}

TEST_F(TransactTest, ACommitThatFailsIsReportedToAll) {
    put("first").get();
    std::future<std::optional<Error>> one, two;
    rlimit whole{};
    ::getrlimit(RLIMIT_FSIZE, &whole);
    ::signal(SIGXFSZ, SIG_IGN);
    {
        const Pause pause(*engine);
        one = put("one");
        two = put("two");
        const rlimit nothing{1, whole.rlim_max};  // a disk that takes no more
        ::setrlimit(RLIMIT_FSIZE, &nothing);
    }
    const std::optional<Error> first = one.get(), second = two.get();
    ::setrlimit(RLIMIT_FSIZE, &whole);
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(is_stored("one"));
    EXPECT_FALSE(is_stored("two"));
    EXPECT_GE(engine->counters().commit_failures, 1);
    EXPECT_FALSE(put("three").get()) << "with space on the disk it goes on";
    EXPECT_TRUE(is_stored("three"));
}

TEST_F(TransactTest, AfterTheEndNothingIsTaken) {
    engine->stop();
    try {
        engine->transact([](StoreWriter&) {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::unavailable);
    }
}

}
}
