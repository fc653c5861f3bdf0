#include "agents/budget.hpp"
#include "agents/checklist.hpp"
#include "agents/decisions.hpp"
#include "agents/lifecycle_checks.hpp"

namespace murmur {

namespace {

// More than this is not a queue of follow-ups but a mistake; each is at most message_bytes_max.
constexpr std::size_t queue_length_max = 1000;
constexpr std::size_t message_bytes_max = 256 << 10;

void check_message(const std::string& text) {
    if (text.empty()) throw Error(Errc::invalid_argument, "message is empty");
    if (text.size() > message_bytes_max)
        throw Error(Errc::invalid_argument, "message of " + std::to_string(text.size()) + " bytes is longer than " +
                                                std::to_string(message_bytes_max))
            .with_hint("Put long material into a file of the repository and point to it.");
}

void check_queue_room(const Agent& agent) {
    if (agent.queue.size() + agent.sent.size() < queue_length_max) return;
    throw Error(Errc::resource_exhausted,
                "the queue of " + quoted_slug(agent) + " is full (" + std::to_string(queue_length_max) + ")")
        .with_hint("Wait until it has worked some off, or: murmur queue clear " + agent.id.slug());
}

/// Whether nothing of it runs but perhaps its assessor.
bool would_begin_turn(const Agent& agent) {
    return is_resting(agent) || (agent.phase == Phase::running && !agent.turn_running);
}

}

void decide_on(Step& step, const command::AddFollowUp& add) {
    Agent& agent = step.agent();
    check_message(add.text);
    if (would_begin_turn(agent)) check_budget_for_message(step);
    check_queue_room(agent);
    remember_request(agent, add.request_id);
    add_tasks(step, add.tasks);
    agent.queue.push_back({add.message_id, add.text, step.now(), add.source, add.persona, add.persona_prompt});
    json::object data{{"id", add.message_id}, {"text", add.text}};
    if (!add.source.empty()) data["source"] = add.source;
    if (add.source == "notify") step.note("notify", add.text);
    step.note("queue", "follow-up added", std::move(data));
    serve_queue(step);
}

void decide_on(Step& step, const command::SendMessage& send) {
    Agent& agent = step.agent();
    check_message(send.text);
    if (would_begin_turn(agent)) check_budget_for_message(step);
    check_queue_room(agent);
    remember_request(agent, send.request_id);
    const FollowUp message{send.message_id, send.text, step.now()};
    const bool is_free = agent.phase == Phase::running || is_waiting(agent);
    if (!is_free || !machine_is_running(agent)) {  // the first of the next turn
        agent.queue.insert(agent.queue.begin(), message);
        step.note("queue", "message added", {{"id", send.message_id}, {"text", send.text}});
        return serve_queue(step);
    }
    step.note("message", "message sent", {{"id", send.message_id}, {"text", send.text}});
    step.deliver({message}, agent.turn_running);
}

void decide_on(Step& step, const command::ClearQueue&) {
    if (step.agent().queue.empty()) return;
    const std::size_t count = step.agent().queue.size();
    step.agent().queue.clear();
    step.note("queue", "cleared " + std::to_string(count), {{"cleared", count}});
}

}
