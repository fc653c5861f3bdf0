#include "world.hpp"

#include <cstdio>
#include <murmur/error.hpp>

#include "clients.hpp"
#include "executor.hpp"
#include "link.hpp"
#include "runner.hpp"

namespace murmur::simulation {

namespace {

constexpr std::int64_t trouble_ms = 120'000;  // how long clients and misfortunes are at work
constexpr std::int64_t let_go_ms = 600'000;   // until machines can be removed that could not
constexpr std::int64_t rest_ms =
    1'200'000;  // until everything has come to rest, the longest jump of the clock included
constexpr std::int64_t step_delay_ms = 5;

class Silence final : public Logger {
public:
    void log(LogLevel, std::string_view, std::initializer_list<LogField>) noexcept override {}
};

Silence silence;

}

World::World(std::uint64_t seed, const SecretBox& box, bool traces) : random(seed), box_(box), traces_(traces) {
    options_.lease = std::chrono::seconds(20);
    options_.runner_program = "/usr/bin/murmur-runner";
    options_.substrate = [this](const std::string&) -> std::shared_ptr<Substrate> { return substrate; };
    options_.policy.sleep_after = std::chrono::seconds(20);
    options_.policy.stop_deadline = std::chrono::seconds(60);
}

World::~World() {
    has_crashed_ = true;
    tear_down();
    for (const auto& [id, machine] : substrate->machines()) machine->runner.reset();  // they hold each other
}

void World::trace(const std::string& line) {
    if (traces_) std::printf("%9lld %s\n", static_cast<long long>(timeline.now()), line.c_str());
}

std::string World::workflow_id(const std::string& label) const {
    const std::size_t slash = label.find('/');
    return "local/alice/w/" + label.substr(0, slash) + label.substr(slash);
}

MemoryStore::Faults World::store_faults() {
    const auto crash_here = [this](const std::string& where) {
        if (faults.over || has_crashed_ || !random.chance(faults.crash_at_commit)) return;
        trace("the daemon crashes " + where + " a commit");
        has_crashed_ = true;
        throw Error(Errc::unavailable, "the process has crashed");
    };
    return {[this, crash_here] {
                crash_here("before");
                if (faults.over || !random.chance(faults.commit_fails)) return;
                trace("a commit fails");
                throw Error(Errc::resource_exhausted, "the disk is full");
            },
            [crash_here] { crash_here("after"); }};
}

void World::start_daemon() {
    trace("the daemon starts");
    has_crashed_ = false;
    EngineSeams seams;
    seams.executor = std::make_unique<SimulatedExecutor>(*this);
    seams.steady_now = [this] {
        return LeaseTable::SteadyClock::time_point(std::chrono::milliseconds(timeline.now()));
    };
    engine_ =
        std::make_unique<Engine>(options_, store_.open_writer(store_faults()), box_, clock, silence, std::move(seams));
    engine_->resume();
    poke();
}

void World::poke() {
    if (is_up()) step_at(timeline.now() + random.between(0, step_delay_ms));
}

void World::step_at(std::int64_t ms) {
    if (step_wanted_at_ >= 0 && step_wanted_at_ <= ms) return;
    step_wanted_at_ = ms;
    timeline.after(ms - timeline.now(), [this, ms] {
        if (step_wanted_at_ == ms) step();
    });
}

void World::step() {
    step_wanted_at_ = -1;
    if (!is_up()) return;
    engine_->step();
    if (has_crashed_) return tear_down();
    step_at(timeline.now() + std::max<std::int64_t>(engine_->idle_time().count(), 1));
}

void World::crash(const std::string& why) {
    if (!is_up()) return;
    trace("the daemon crashes: " + why);
    has_crashed_ = true;
    tear_down();
}

void World::tear_down() {
    engine_.reset();
    step_wanted_at_ = -1;
    std::vector<std::weak_ptr<Link>> links;
    links.swap(links_);
    for (const auto& each : links)
        if (const auto link = each.lock()) link->break_off("the daemon is gone");
    timeline.after(random.delay(2000, 30'000), [this] {
        if (!engine_) start_daemon();
    });
}

void World::jump_clock() {
    const std::int64_t ms = random.between(-200'000, 200'000);
    trace("the clock jumps by " + std::to_string(ms) + " ms");
    judge.excuse_all("the clock jumped");
    clock.jump(ms);
}

json::object World::make_assignment(const Agent& agent, const json::object& marker) {
    json::array messages;
    const std::string message_id(marker.at("messageId").as_string());
    if (!message_id.empty() && !agent.spec.prompt.empty()) messages.emplace_back(message_id);
    json::value restore;
    const std::string id = agent.snapshot ? agent.snapshot->id : agent.spec.restore;
    if (!id.empty()) {
        if (const auto snapshot = reader_->find_snapshot(id)) restore = snapshot->record.manifest;
        if (restore.is_null()) judge.violated("the snapshot that " + label_of(agent) + " goes on from is missing");
    }
    return {{"messages", std::move(messages)},
            {"sessionId", agent.session_id},
            {"restore", std::move(restore)},
            {"fork", agent.spec.is_fork && !agent.snapshot},
            {"rescue", agent.recovery.is_rescue}};
}

std::vector<std::string> World::run() {
    start_daemon();
    Clients clients(*this);
    clients.begin(trouble_ms);
    if (random.chance(faults.clock_jumps)) timeline.after(random.between(0, trouble_ms), [this] { jump_clock(); });
    for (std::int64_t crashes = random.between(0, 2); crashes > 0; --crashes)
        timeline.after(random.between(0, trouble_ms), [this] { crash("at any moment"); });
    while (timeline.run_next(trouble_ms)) {
    }
    trace("the misfortunes are over");
    faults.over = true;
    while (judge.violations().empty() && timeline.run_next(let_go_ms)) {
    }
    judge.before_let_go();
    substrate->let_go();
    while (judge.violations().empty() && timeline.run_next(rest_ms)) {
    }
    if (judge.violations().empty()) judge.at_rest();
    return judge.violations();
}

}
