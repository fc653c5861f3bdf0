#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <future>
#include <map>
#include <murmur/error.hpp>
#include <set>

#include "engine/engine.hpp"

namespace murmur {

/// For anything that has to come by itself; far above what it takes, also with sanitizers on a busy machine.
constexpr std::chrono::seconds event_patience{60};

/// A substrate in memory that counts, and fails when told.
class RecordingSubstrate final : public Substrate {
public:
    struct State {
        std::map<std::string, MachineState> machines;
        std::map<std::string, int> starts;
        std::vector<std::map<std::string, std::string>> environments;
        int failures_left = 0;
        Errc failure = Errc::unavailable;
        bool keeps_machines = false;  ///< destroy() is not permitted
        int refused_destroys = 0;
        bool hangs = false;  ///< start() returns when it is called off
        int called_off = 0;
    };
    Locked<State> state;

    SubstrateCapabilities capabilities() const override { return {true, false}; }
    MachineHandle start(const MachineSpec& spec, const Call& call) override {
        const std::stop_callback wake(call.stop, [this] {
            { auto held = state.lock(); }
            state.notify_all();
        });
        auto held = state.lock();
        if (held->hangs) {
            ++held->starts[spec.id];
            state.notify_all();
            held.wait([&](const State&) { return call.stop.stop_requested(); });
            ++held->called_off;
            call.check();
        }
        if (held->failures_left > 0) {
            --held->failures_left;
            throw Error(held->failure, "no room").with_hint("Make room.");
        }
        ++held->starts[spec.id];
        held->machines[spec.id] = MachineState::running;
        held->environments.push_back(spec.runner.environment);
        return {spec.id, {{"place", spec.id}}};
    }
    MachineStatus inspect(const MachineHandle& handle, const Call&) override {
        auto held = state.lock();
        const auto found = held->machines.find(handle.id);
        return {found == held->machines.end() ? MachineState::gone : found->second, ""};
    }
    void destroy(const MachineHandle& handle, const Call&) override {
        auto held = state.lock();
        if (held->keeps_machines) {
            ++held->refused_destroys;
            state.notify_all();
            throw Error(Errc::permission_denied, "a file is immutable").with_hint("Make it mutable.");
        }
        held->machines.erase(handle.id);
        state.notify_all();
    }
    bool wait_until(const std::function<bool(const State&)>& holds) {
        return state.lock().wait_until(std::chrono::steady_clock::now() + std::chrono::seconds(20), holds);
    }
    void suspend(const MachineHandle& handle, const Call&) override {
        state.lock()->machines[handle.id] = MachineState::suspended;
    }
    void resume(const MachineHandle& handle, const Call&) override {
        state.lock()->machines[handle.id] = MachineState::running;
    }
};

/// A runner's connection that remembers what it got.
class RecordingSink final : public Engine::RunnerSink {
public:
    struct State {
        int welcomes = 0;
        std::vector<std::int64_t> sequences;
        std::vector<std::string> fences;
    };
    Locked<State> state;

    void welcome(const Agent&, const std::vector<Effect>& commands) override {
        auto held = state.lock();
        ++held->welcomes;
        for (const Effect& command : commands) held->sequences.push_back(command.sequence);
        state.notify_all();
    }
    void send(const Agent&, const Effect& command) override {
        state.lock()->sequences.push_back(command.sequence);
        state.notify_all();
    }
    void fence(const std::string& reason) override {
        state.lock()->fences.push_back(reason);
        state.notify_all();
    }
    bool wait_for_commands(std::size_t count) {
        return state.lock().wait_until(std::chrono::steady_clock::now() + event_patience,
                                       [&](const State& s) { return s.sequences.size() >= count; });
    }
};

class QuietLogger final : public Logger {
public:
    void log(LogLevel, std::string_view, std::initializer_list<LogField>) noexcept override {}
};

/// An engine on a store in a temporary directory, which can be ended and started again.
class EngineWorld : public testing::Test {
protected:
    EngineWorld() {
        char name[] = "/tmp/murmur-engine-XXXXXX";
        dir = ::mkdtemp(name);
        box = std::make_unique<SecretBox>(dir);
        options.runner_program = "/bin/true";
        options.substrate = [this](const std::string& substrate_name) -> std::shared_ptr<Substrate> {
            if (substrate_name != "fake")
                throw Error(Errc::not_found, "substrate \"" + substrate_name + "\" not found");
            return substrate;
        };
        open();
    }
    ~EngineWorld() override {
        close();
        std::filesystem::remove_all(dir);
    }
    void open() {
        engine = std::make_unique<Engine>(options, open_sqlite_writer(dir), *box, clock, logger);
        reader = open_sqlite_reader(dir);
        engine->start();
    }
    void close() {
        if (engine) engine->stop();
        engine.reset();
        reader.reset();
    }

    static command::Spawn spawn_command(const std::string& slug, const std::string& substrate_name = "fake") {
        command::Spawn spawn;
        spawn.id = {{"local", "alice"}, "local", "alice", "web", {slug}};
        spawn.spec.prompt = "do " + slug;
        spawn.spec.backend = "command";
        spawn.spec.substrate = substrate_name;
        spawn.repos = {{"/srv/web.git", "", "b", ""}};
        spawn.machine_id = "m-" + slug;
        spawn.message_id = "f-1";
        return spawn;
    }
    Agent spawn(const std::string& slug, const std::string& substrate_name = "fake") {
        const command::Spawn command = spawn_command(slug, substrate_name);
        return engine->execute(command.id.workflow_id(), command);
    }
    static std::string id_of(const std::string& slug) { return "local/alice/w/web/" + slug; }

    /// Waits, by the hub's notices, until the stored agent is as wanted.
    template <class Predicate>
    Agent wait_for(const std::string& slug, Predicate predicate) {
        const auto current = [&] { return *reader->find_agent(id_of(slug)); };
        const auto notices = std::make_shared<Locked<int>>();
        const auto token = engine->hub().subscribe(current().row, [notices] {
            ++*notices->lock();
            notices->notify_all();
        });
        const auto deadline = std::chrono::steady_clock::now() + event_patience;
        for (int seen = 0;;) {
            const Agent agent = current();
            if (predicate(agent)) return agent;
            auto held = notices->lock();
            if (!held.wait_until(deadline, [&](int count) { return count > seen; })) {
                ADD_FAILURE() << "phase is " << phase_enum_name(agent.phase) << " " << agent.reason;
                return agent;
            }
            seen = *held;
        }
    }
    Agent wait_phase(const std::string& slug, Phase phase) {
        return wait_for(slug, [phase](const Agent& agent) { return agent.phase == phase; });
    }

    SecretBox::RunnerClaim claim_of(const Agent& agent) { return {agent.row, agent.incarnation}; }
    Outcome attach(const Agent& agent, std::shared_ptr<RecordingSink> sink, const std::string& runner_id = "r-1",
                   std::int64_t down_ack = 0) {
        std::promise<Outcome> promise;
        engine->attach(claim_of(agent), agent.machine->id, {runner_id, 7, "test"}, down_ack, std::move(sink),
                       [&](const Outcome& outcome) { promise.set_value(outcome); });
        return promise.get_future().get();
    }
    Agent report(const Agent& agent, std::int64_t sequence, const std::string& kind, json::object body,
                 const std::string& runner_id = "r-1") {
        return engine->execute(
            agent.id.workflow_id(),
            command::RunnerReport{agent.incarnation, runner_id, {{"seq", sequence}, {kind, std::move(body)}}});
    }

    std::filesystem::path dir;
    EngineOptions options;
    SystemClock clock;
    QuietLogger logger;
    std::shared_ptr<RecordingSubstrate> substrate = std::make_shared<RecordingSubstrate>();
    std::unique_ptr<SecretBox> box;
    std::unique_ptr<Engine> engine;
    std::unique_ptr<StoreReader> reader;
};

}
