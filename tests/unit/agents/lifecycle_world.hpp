#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <murmur/error.hpp>

#include "agents/lifecycle.hpp"
#include "base/time_text.hpp"

namespace murmur {

/// An agent under decide(), with a clock that moves only when told, and everything decided so far.
struct LifecycleWorld {
    Agent agent;
    LifecyclePolicy policy;
    TimePoint now = from_ms(1'700'000'000'000);
    std::vector<AgentEvent> events;
    std::vector<SessionLine> lines;
    std::vector<Effect> effects;
    std::int64_t reports = 0;

    Decision apply(const Command& command) {
        now += std::chrono::milliseconds(1);
        Decision decision = decide(agent, command, policy, now);
        agent = decision.next;
        events.insert(events.end(), decision.events.begin(), decision.events.end());
        lines.insert(lines.end(), decision.session_lines.begin(), decision.session_lines.end());
        effects.insert(effects.end(), decision.effects.begin(), decision.effects.end());
        return decision;
    }

    /// The code that refuses the command; fails the test when nothing does. The agent stays as it is.
    Errc refusal(const Command& command) {
        const std::string before = encode_agent(agent);
        try {
            decide(agent, command, policy, now);
        } catch (const Error& error) {
            EXPECT_EQ(before, encode_agent(agent));
            return error.code();
        }
        ADD_FAILURE() << "the command was not refused";
        return Errc::unknown;
    }

    static command::Spawn spawn_command(const std::string& prompt = "fix it") {
        command::Spawn spawn;
        spawn.id = {{"local", "alice"}, "local", "alice", "web", {"fix-typo"}};
        spawn.spec.prompt = prompt;
        spawn.spec.backend = "command";
        spawn.spec.substrate = "local";
        spawn.repos = {{"/srv/web.git", "main", spawn.id.branch(), ""}};
        spawn.machine_id = "m-1";
        spawn.session_id = "s-1";
        spawn.message_id = "f-1";
        return spawn;
    }

    void report(const std::string& kind, json::object body) {
        apply(command::RunnerReport{
            agent.incarnation,
            agent.runner->id,
            {{"seq", reports = agent.reports_seen + 1}, {"at", to_ms(now)}, {kind, std::move(body)}}});
    }

    void spawn(OnIdle on_idle = OnIdle::sleep) {
        command::Spawn command = spawn_command();
        command.on_idle = on_idle;
        reports = 0;
        apply(command);
    }
    void start_machine() { apply(command::MachineStarted{agent.incarnation, {agent.machine->id, {{"pid", 42}}}}); }
    void attach() {
        apply(command::RunnerAttached{
            agent.incarnation, agent.machine->id, {"r-" + std::to_string(agent.incarnation), 42, "0.1.0"}});
    }
    void start_turn(const std::string& message_id = "f-1") {
        report("turnStarted",
               {{"turn", agent.turns + 1}, {"messageIds", json::array{json::string(message_id)}}, {"text", "fix it"}});
    }
    void end_turn(bool success = true, int exit_code = 0) {
        report("turnEnded", {{"turn", agent.turns},
                             {"success", success},
                             {"exitCode", exit_code},
                             {"response", "done"},
                             {"stopReason", success ? "end_turn" : "exit " + std::to_string(exit_code)}});
    }
    /// Spawned, with its first turn running.
    void run(OnIdle on_idle = OnIdle::sleep) {
        spawn(on_idle);
        start_machine();
        attach();
        report("workspaceReady", {{"repos", json::array{json::object{{"cloneUrl", "/srv/web.git"}, {"branch", "b"}}}}});
        report("sessionStarted", {{"backend", "command"}});
        start_turn();
    }

    /// The runner has saved the turn.
    void save() {
        report("snapshot",
               {{"backend", "command"},
                {"sessionId", "s-1"},
                {"turn", 1},
                {"files", json::array{json::object{{"path", "a"}, {"sha256", std::string(64, 'a')}, {"size", 10}}}},
                {"repos", json::array{}},
                {"machineId", "m-1"}});
    }
    void end_session(bool saved = true) { report("sessionEnded", {{"outcome", "completed"}, {"saved", saved}}); }
    void destroy_machine() { apply(command::MachineDestroyed{agent.incarnation, agent.machine->id}); }
    /// Killed in good order, as far as there is a runner to save its work.
    void kill() {
        apply(command::Kill{});
        if (agent.runner) end_session();
        destroy_machine();
    }
    void lose_runner() { apply(command::LeaseExpired{agent.incarnation, std::chrono::seconds(10)}); }
    /// The next runner, on whatever machine the agent has now.
    void restart(const json::array& delivered = {}, bool resumed = true) {
        start_machine();
        attach();
        report("sessionStarted", {{"backend", "command"}, {"resumed", resumed}, {"delivered", delivered}});
    }
    bool has_event(const std::string& type, const std::string& part) const {
        return std::any_of(events.begin(), events.end(), [&](const AgentEvent& event) {
            return event.type == type && event.text.find(part) != std::string::npos;
        });
    }

    std::size_t count(EffectKind kind) const {
        return static_cast<std::size_t>(
            std::count_if(effects.begin(), effects.end(), [&](const Effect& e) { return e.kind == kind; }));
    }
    const Effect& last(EffectKind kind) const {
        const auto found =
            std::find_if(effects.rbegin(), effects.rend(), [&](const Effect& e) { return e.kind == kind; });
        EXPECT_NE(found, effects.rend());
        return *found;
    }
    std::vector<std::string> delivered_texts() const {
        std::vector<std::string> texts;
        for (const Effect& effect : effects)
            if (const json::value* messages = effect.body.if_contains("messages"))
                for (const json::value& message : messages->at("messages").as_array())
                    texts.emplace_back(message.at("text").as_string());
        return texts;
    }
};

}
