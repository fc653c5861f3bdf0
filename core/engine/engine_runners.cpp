#include "engine/engine.hpp"

namespace murmur {

void Engine::attach(const SecretBox::RunnerClaim& claim, const std::string& machine_id, Runner runner,
                    std::int64_t down_ack, std::shared_ptr<RunnerSink> sink, Completion completion) {
    Item item;
    item.agent_row = claim.agent_row;
    item.command = command::RunnerAttached{claim.incarnation, machine_id, std::move(runner)};
    item.completion = [this, claim, down_ack, sink, completion](const Outcome& outcome) {
        Outcome answer = outcome;
        if (!answer.error) {
            try {
                const auto commands = store_->pending_commands(claim.agent_row, claim.incarnation, down_ack);
                std::shared_ptr<RunnerSink>& current = sinks_[claim.agent_row];
                if (current && current != sink) current->fence("another connection of this runner has replaced it");
                current = sink;
                leases_.begin(claim.agent_row, claim.incarnation);
                leases_.renew(claim.agent_row, claim.incarnation);
                sink->welcome(*outcome.agent, commands);
            } catch (...) {
                answer.error = current_error();
            }
        }
        completion(answer);
    };
    submit(std::move(item));
}

void Engine::detach(const SecretBox::RunnerClaim& claim, const std::string& runner_id, const RunnerSink* sink) {
    Item item;
    item.agent_row = claim.agent_row;
    item.change = [this, claim, sink](StoreWriter&) {
        const auto current = sinks_.find(claim.agent_row);
        if (current != sinks_.end() && current->second.get() == sink) sinks_.erase(current);
    };
    item.command = command::RunnerDetached{claim.incarnation, runner_id};
    submit(std::move(item));
}

void Engine::acknowledge(const SecretBox::RunnerClaim& claim, std::int64_t down_ack) {
    Item item;
    item.change = [claim, down_ack](StoreWriter& store) {
        store.remove_sent_commands(claim.agent_row, claim.incarnation, down_ack);
    };
    submit(std::move(item));
}

}
