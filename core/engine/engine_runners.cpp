#include "engine/engine.hpp"

#include "base/planted_bug.hpp"

namespace murmur {

void Engine::attach(const SecretBox::RunnerClaim& claim, const std::string& machine_id, Runner runner,
                    std::int64_t down_ack, std::shared_ptr<RunnerSink> sink, Completion completion) {
    Item item;
    item.commands.push_back(
        {"", claim.agent_row, command::RunnerAttached{claim.incarnation, machine_id, std::move(runner)}});
    item.completion = [this, claim, down_ack, sink, completion](const Outcome& outcome) {
        Outcome answer = outcome;
        if (!answer.error) {
            try {
                auto commands = store_->pending_commands(claim.agent_row, claim.incarnation, down_ack);
                if (down_ack > 0 && is_planted(PlantedBug::reattached_runners_miss_commands)) commands.clear();
                AttachedRunner& current = runners_[claim.agent_row];
                if (current.sink && current.sink != sink)
                    current.sink->fence("another connection of this runner has replaced it");
                current = {claim.incarnation, sink};
                leases_.begin(claim.agent_row, claim.incarnation);
                leases_.renew(claim.agent_row, claim.incarnation);
                sink->welcome(*outcome.agent, commands);
            } catch (...) {
                answer.error = current_error();
            }
        }
        if (completion) completion(answer);
    };
    submit(std::move(item));
}

void Engine::detach(const SecretBox::RunnerClaim& claim, const std::string& runner_id, const RunnerSink* sink) {
    Item item;
    item.change = [this, claim, sink](StoreWriter&) {
        const auto current = runners_.find(claim.agent_row);
        if (current != runners_.end() && current->second.sink.get() == sink) runners_.erase(current);
    };
    item.commands.push_back({"", claim.agent_row, command::RunnerDetached{claim.incarnation, runner_id}});
    submit(std::move(item));
}

void Engine::acknowledge(const SecretBox::RunnerClaim& claim, std::int64_t down_ack) {
    Item item;
    item.change = [claim, down_ack](StoreWriter& store) {
        store.remove_sent_commands(claim.agent_row, claim.incarnation, down_ack);
    };
    submit(std::move(item));
}

/// Its lease and its connection belong to what the agent is now.
void Engine::follow_runner(const Agent& agent) {
    const bool is_running = agent.runner && agent.machine && agent.machine->phase == MachinePhase::running;
    if (is_running) leases_.begin(agent.row, agent.incarnation);
    if (!is_running) leases_.end(agent.row);
    call_off_start(agent);
    const auto attached = runners_.find(agent.row);
    if (attached == runners_.end()) return;
    const bool has_ended = is_terminal(agent.phase);
    if (!has_ended && attached->second.incarnation == agent.incarnation) return;
    attached->second.sink->fence(has_ended
                                     ? "agent has ended (" + phase_short_name(agent.phase) + ")"
                                     : "incarnation " + std::to_string(attached->second.incarnation) + " is over");
    runners_.erase(attached);
}

}
