#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "faults.hpp"
#include "judge.hpp"
#include "machines.hpp"
#include "random.hpp"
#include "store/memory_store.hpp"
#include "timeline.hpp"

namespace murmur::simulation {

class Link;

/// One run: a daemon that crashes and comes back on its store, machines, runners and clients, all from one seed.
class World {
public:
    World(std::uint64_t seed, const SecretBox& box, bool traces);
    ~World();

    /// Lives through it, and returns what was violated.
    std::vector<std::string> run();
    std::int64_t happenings() const { return timeline.count(); }

    bool is_up() const { return engine_ && !has_crashed_; }
    Engine& engine() { return *engine_; }
    StoreReader& reader() { return *reader_; }
    const SecretBox& box() const { return box_; }
    /// The engine has something to do.
    void poke();
    std::int64_t next_number() { return ++numbers_; }
    std::int64_t lease_ms() const { return options_.lease.count(); }
    std::string workflow_id(const std::string& label) const;
    json::object make_assignment(const Agent& agent, const json::object& marker);
    void add_link(const std::shared_ptr<Link>& link) { links_.push_back(link); }
    void trace(const std::string& line);
    void crash(const std::string& why);

    Random random;
    Faults faults{random};
    Timeline timeline;
    SimulatedClock clock{timeline};
    Judge judge{*this};
    std::shared_ptr<SimulatedSubstrate> substrate = std::make_shared<SimulatedSubstrate>(*this);

private:
    void start_daemon();
    void step();
    void step_at(std::int64_t ms);
    void tear_down();
    void jump_clock();
    MemoryStore::Faults store_faults();

    const SecretBox& box_;
    const bool traces_;
    EngineOptions options_;
    MemoryStore store_;
    std::unique_ptr<StoreReader> reader_ = store_.open_reader();
    std::unique_ptr<Engine> engine_;
    bool has_crashed_ = false;
    std::int64_t step_wanted_at_ = -1;
    std::int64_t numbers_ = 0;
    std::vector<std::weak_ptr<Link>> links_;
};

}
