#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <murmur/error.hpp>

#include "agents/children.hpp"
#include "agents/lifecycle.hpp"
#include "agents/tell.hpp"
#include "base/time_text.hpp"

namespace murmur {

/// A tree of agents under decide(), called by their slugs: "root/child". What one tells another is heard when listen()
/// says so, in order; what is told to an agent that is not there is lost.
struct TreeWorld {
    std::map<std::string, Agent> agents;
    std::map<std::string, std::vector<AgentEvent>> events;
    std::map<std::string, std::vector<Effect>> effects;
    std::deque<Tell> told;
    LifecyclePolicy policy;
    TimePoint now = from_ms(1'700'000'000'000);

    static AgentId id_of(const std::string& slug) {
        AgentId id{{"local", "alice"}, "local", "alice", "web", {}};
        for (std::size_t at = 0; at <= slug.size();) {
            const std::size_t end = std::min(slug.find('/', at), slug.size());
            id.path.push_back(slug.substr(at, end - at));
            at = end + 1;
        }
        return id;
    }

    Surroundings around(const std::string& slug) {
        Surroundings surroundings;
        for (auto id = parent_of(id_of(slug)); id; id = parent_of(*id))
            if (agents.count(id->slug()))
                surroundings.ancestors.push_back(std::make_shared<const Agent>(agents.at(id->slug())));
        return surroundings;
    }

    void apply(const std::string& slug, const Command& command) {
        now += std::chrono::milliseconds(1);
        Decision decision = decide(agents[slug], command, policy, now, around(slug));
        agents[slug] = decision.next;
        for (AgentEvent& event : decision.events) events[slug].push_back(std::move(event));
        for (Effect& effect : decision.effects) {
            if (effect.kind == EffectKind::tell_agent) told.push_back(read_tell(effect.body));
            effects[slug].push_back(std::move(effect));
        }
    }

    /// Until nobody has anything to tell.
    void listen() {
        while (!told.empty()) {
            const Tell tell = told.front();
            told.pop_front();
            for (const auto& [slug, agent] : agents)
                if (agent.id.workflow_id() == tell.to) {
                    apply(std::string(slug), tell.command);
                    break;
                }
        }
    }

    void adopt(const std::string& slug) {
        if (const auto parent = parent_of(id_of(slug))) apply(parent->slug(), command::AdoptChild{id_of(slug)});
    }

    /// Spawned by its parent, with its first turn running.
    void spawn(const std::string& slug, Budget budget = {}, bool force_new = false) {
        command::Spawn spawn;
        spawn.id = id_of(slug);
        spawn.spec.prompt = "do " + slug;
        spawn.spec.backend = "command";
        spawn.spec.substrate = "local";
        spawn.budget = budget;
        spawn.force_new = force_new;
        spawn.machine_id = "m-" + slug;
        spawn.session_id = "s-1";
        spawn.message_id = "f-1";
        adopt(slug);
        apply(slug, spawn);
        const std::int64_t incarnation = agents.at(slug).incarnation;
        apply(slug, command::MachineStarted{incarnation, {"m-" + slug, {}}});
        apply(slug, command::RunnerAttached{incarnation, "m-" + slug, {"r-" + slug, 42, "0.1.0"}});
        report(slug, "sessionStarted", {{"backend", "command"}});
        start_turn(slug);
        listen();
    }

    void report(const std::string& slug, const std::string& kind, json::object body) {
        const Agent& agent = agents.at(slug);
        apply(slug, command::RunnerReport{agent.incarnation,
                                          agent.runner->id,
                                          {{"seq", agent.reports_seen + 1}, {"at", to_ms(now)}, {kind, body}}});
    }
    void start_turn(const std::string& slug) {
        json::array ids;
        for (const FollowUp& message : agents.at(slug).sent) ids.emplace_back(message.id);
        report(slug, "turnStarted", {{"turn", agents.at(slug).turns + 1}, {"messageIds", std::move(ids)}});
    }
    void cost(const std::string& slug, double usd) {
        report(slug, "sessionEvent", {{"kind", "COST"}, {"costUsd", usd}});
    }
    void end_turn(const std::string& slug, const std::string& response = "done") {
        report(
            slug, "turnEnded",
            {{"turn", agents.at(slug).turns}, {"success", true}, {"stopReason", "end_turn"}, {"response", response}});
        listen();
    }
    void end_session(const std::string& slug) {
        report(slug, "sessionEnded", {{"outcome", "completed"}, {"saved", true}});
        apply(slug, command::MachineDestroyed{agents.at(slug).incarnation});
        listen();
    }

    std::vector<std::string> lifecycle_of(const std::string& slug) {
        std::vector<std::string> texts;
        for (const AgentEvent& event : events[slug])
            if (event.type == "child_lifecycle") texts.push_back(event.text);
        return texts;
    }
    bool was_told_to_stop(const std::string& slug) {
        const auto& list = effects[slug];
        return std::any_of(list.begin(), list.end(), [](const Effect& effect) { return effect.body.contains("stop"); });
    }
    /// The refusal of a command; the world stays as it is.
    Error refusal(const std::string& slug, const Command& command) {
        try {
            decide(agents[slug], command, policy, now, around(slug));
        } catch (const Error& error) {
            return error;
        }
        ADD_FAILURE() << "the command was not refused";
        return Error(Errc::unknown, "");
    }
};

}
