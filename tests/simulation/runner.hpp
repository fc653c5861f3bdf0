#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <murmur/json.hpp>
#include <optional>

#include "machines.hpp"

namespace murmur::simulation {

class Link;

/// A runner process with the session that it supervises: speaks the runner protocol as murmur-runner does, and may die
/// or hang at any moment.
class SimulatedRunner final : public std::enable_shared_from_this<SimulatedRunner> {
public:
    SimulatedRunner(World& world, std::shared_ptr<SimulatedMachine> machine);

    void boot();
    void die(const std::string& why);
    bool is_alive() const { return is_alive_; }
    bool turn_is_running() const { return turn_running_; }
    bool is_connected() const { return is_welcomed_; }
    /// Reports of which it does not know that they have arrived.
    bool has_untold() const { return !reports_.empty(); }
    /// Runs it now; or when the process goes on, if it is suspended or hangs; or never, if it is dead.
    void act(std::function<void()> action);
    void thaw();
    /// Nothing of it moves for that long.
    void hang(std::int64_t ms);
    void break_link();

    // What the daemon says.
    void on_welcome(std::int64_t reports_seen);
    void on_command(const json::object& command);
    void on_acknowledged(std::int64_t sequence);
    void on_fenced(const std::string& reason);
    void on_link_broken(const Link* link);

private:
    void later(std::int64_t ms, void (SimulatedRunner::*action)());
    bool is_frozen() const;
    void dial();
    void keep_lease();
    void suffer();
    void report(const char* kind, json::object fields);
    void send_unsent();

    void begin_assignment();
    void begin_session();
    void take_pending();
    void take_mid_turn();
    json::array hand_over(std::deque<std::string>& messages);
    void look_at_bases();
    void begin_turn();
    void end_turn();
    void finish_turn(bool success, const std::string& reason);
    void tell_turn_end();
    void save();
    void save_again();
    void finish_save();
    void after_save();
    void assess();
    void end_session(bool saved);

    World& world_;
    const std::shared_ptr<SimulatedMachine> machine_;
    std::string id_, token_;
    std::int64_t incarnation_ = 0;
    bool is_alive_ = true;
    std::int64_t hangs_until_ = 0;
    std::deque<std::function<void()>> frozen_;

    std::shared_ptr<Link> link_;
    bool is_welcomed_ = false;
    std::int64_t down_seen_ = 0;
    std::int64_t reports_made_ = 0, reports_sent_ = 0;
    std::deque<json::object> reports_;  ///< not acknowledged yet

    std::optional<json::object> assignment_;
    std::deque<std::string> pending_;   ///< messages for the next turn
    std::deque<std::string> mid_turn_;  ///< messages that the turn which runs will take in
    std::optional<json::object> stop_;
    std::optional<json::object> turn_end_;  ///< not told yet
    std::optional<std::int64_t> assessing_;
    std::int64_t turns_ = 0, turn_number_ = 0;
    bool session_runs_ = false, turn_running_ = false, saving_ = false, ended_ = false;
    std::int64_t saved_work_ = -1;
};

}
