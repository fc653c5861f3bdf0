// Durable appends per second: one session event a time through the engine, each acknowledged only when it is on disk,
// beside a bare SQLite loop that inserts and commits one row a time with the same settings, in the same run.

#include <stdlib.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <future>
#include <thread>
#include <vector>

#include "engine/engine.hpp"
#include "store/database.hpp"
#include "store/statement.hpp"

namespace murmur {
namespace {

constexpr std::chrono::seconds run_time{2};
const std::string text(300, 'x');  // a record of about 400 bytes

class NullSubstrate final : public Substrate {
public:
    SubstrateCapabilities capabilities() const override { return {}; }
    MachineHandle start(const MachineSpec& spec, const Call&) override { return {spec.id, {}}; }
    MachineStatus inspect(const MachineHandle&, const Call&) override { return {MachineState::running, ""}; }
    void destroy(const MachineHandle&, const Call&) override {}
};

class NullLogger final : public Logger {
public:
    void log(LogLevel, std::string_view, std::initializer_list<LogField>) noexcept override {}
};

struct BareSink final : Engine::RunnerSink {
    void welcome(const Agent&, const std::vector<Effect>&) override {}
    void send(const Agent&, const Effect&) override {}
    void fence(const std::string&) override {}
};

std::filesystem::path make_dir() {
    std::string name = (std::filesystem::current_path() / "murmur-bench-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw system_error(errno, "mkdtemp");
    return name;
}

double per_second(std::int64_t count, std::chrono::steady_clock::time_point began) {
    return static_cast<double>(count) / std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

double bare_sqlite() {
    const std::filesystem::path dir = make_dir();
    std::int64_t count = 0;
    double rate = 0;
    {
        Database database(dir / "bare.db", Database::Mode::write);
        database.execute("CREATE TABLE log (a INTEGER, n INTEGER, text TEXT, PRIMARY KEY (a, n)) WITHOUT ROWID");
        Statement insert(database.handle(), "INSERT INTO log VALUES (1, ?, ?)");
        const auto began = std::chrono::steady_clock::now();
        while (std::chrono::steady_clock::now() - began < run_time) insert.run(++count, text);
        rate = per_second(count, began);
    }
    std::filesystem::remove_all(dir);
    return rate;
}

Agent spawn_attached(Engine& engine, int number) {
    command::Spawn spawn;
    spawn.id = {{"local", "bench"}, "local", "bench", "web", {"a" + std::to_string(number)}};
    spawn.spec.prompt = "bench";
    spawn.spec.backend = "command";
    spawn.spec.substrate = "null";
    spawn.repos = {{"/srv/web.git", "main", "b", ""}};
    spawn.machine_id = "m-" + std::to_string(number);
    const Agent agent = engine.execute(spawn.id.workflow_id(), spawn);
    std::promise<void> attached;
    engine.attach({agent.row, agent.incarnation}, spawn.machine_id, {"r", 1, "bench"}, 0, std::make_shared<BareSink>(),
                  [&](const Outcome&) { attached.set_value(); });
    attached.get_future().wait();
    return agent;
}

/// `writers` threads, each with an agent of its own and one event under way at a time.
double through_engine(int writers) {
    const std::filesystem::path dir = make_dir();
    std::int64_t count = 0;
    double rate = 0;
    {
        SystemClock clock;
        NullLogger logger;
        const SecretBox box(dir);
        EngineOptions options;
        options.lease = std::chrono::hours(1);
        options.substrate = [](const std::string&) { return std::make_shared<NullSubstrate>(); };
        Engine engine(options, open_sqlite_writer(dir), box, clock, logger);
        engine.start();
        std::vector<Agent> agents;
        for (int i = 0; i < writers; ++i) agents.push_back(spawn_attached(engine, i));
        std::vector<std::int64_t> counts(agents.size());
        std::vector<std::thread> threads;
        const auto began = std::chrono::steady_clock::now();
        for (std::size_t i = 0; i < agents.size(); ++i)
            threads.emplace_back([&, i] {
                const Agent& agent = agents[i];
                const std::string id = agent.id.workflow_id();
                while (std::chrono::steady_clock::now() - began < run_time) {
                    const json::object event{{"kind", "ASSISTANT_TEXT"}, {"text", text}};
                    engine.execute(id, command::RunnerReport{
                                           agent.incarnation, "r", {{"seq", ++counts[i]}, {"sessionEvent", event}}});
                }
            });
        for (std::thread& thread : threads) thread.join();
        for (const std::int64_t each : counts) count += each;
        rate = per_second(count, began);
        engine.stop();
    }
    std::filesystem::remove_all(dir);
    return rate;
}

int run() {
    const double bare = bare_sqlite();
    std::printf("%-34s %10.0f /s\n", "bare SQLite, 1 row a commit", bare);
    for (const int writers : {1, 4, 16, 64}) {
        const double rate = through_engine(writers);
        std::printf("engine, %2d writers%16s %10.0f /s   %.2f x bare\n", writers, "", rate, rate / bare);
    }
    std::printf("bare SQLite again%17s %10.0f /s\n", "", bare_sqlite());
    return 0;
}

}
}

int main() { return murmur::run(); }
