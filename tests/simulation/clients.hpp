#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/engine.hpp"

namespace murmur::simulation {

class World;

/// People who ask for this and that, and ask again when they get no answer.
class Clients {
public:
    explicit Clients(World& world) : world_(world) {}
    /// Spreads what they will ask over that time.
    void begin(std::int64_t ms);

private:
    using Done = std::function<void(const Agent& agent, bool was_repeated)>;
    void ask(std::vector<AddressedCommand> commands, Done done, std::int64_t tries = 0);
    void ask(const std::string& label, Command command, Done done = {});
    void act();
    void act_on(const std::string& label);
    void spawn(const std::string& label);
    void copy_another(command::Spawn& spawn, const std::string& label);
    void add_follow_up(const std::string& label);
    void change_settings(const std::string& label);
    void change_budget(const std::string& label);
    void change_tasks(const std::string& label);
    void discard_stuck(const Agent& agent);
    void end(const std::string& label);

    World& world_;
    std::vector<std::string> labels_;
};

}
