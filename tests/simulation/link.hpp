#pragma once

#include <memory>

#include "engine/engine.hpp"

namespace murmur::simulation {

class World;
class SimulatedRunner;

/// One connection between a runner and the daemon: the daemon's end, and the wire. What is under way when it breaks is
/// lost; before that everything arrives in order, after a while.
class Link final : public Engine::RunnerSink, public std::enable_shared_from_this<Link> {
public:
    Link(World& world, std::shared_ptr<SimulatedRunner> runner, SecretBox::RunnerClaim claim);

    // What the runner says.
    void hello(const std::string& machine_id, Runner runner, std::int64_t down_ack);
    void say(std::vector<json::object> reports, std::int64_t down_ack);
    /// It breaks, for both ends.
    void break_off(const std::string& why);
    bool is_open() const { return is_open_; }

    void welcome(const Agent& agent, const std::vector<Effect>& commands) override;
    void send(const Agent& agent, const Effect& command) override;
    void fence(const std::string& reason) override;

private:
    void to_runner(std::function<void(SimulatedRunner&)> message);
    void to_daemon(std::function<void(Engine&)> message);
    void hand_on(const Agent& agent, const Effect& effect, bool is_new);
    void check(const Outcome& outcome);

    World& world_;
    const std::weak_ptr<SimulatedRunner> runner_;
    const SecretBox::RunnerClaim claim_;
    std::string runner_id_;
    bool is_open_ = true;
    bool is_refused_ = false;
    std::int64_t acknowledged_ = 0;
    std::int64_t next_down_ = 0, next_up_ = 0;  ///< when the last message of each direction arrives
};

}
