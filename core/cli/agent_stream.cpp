#include "cli/agent_stream.hpp"

#include "base/time_text.hpp"
#include "cli/agent_text.hpp"
#include "cli/answer_fields.hpp"
#include "cli/interrupt.hpp"
#include "cli/phase_text.hpp"

namespace murmur {

namespace {

std::string stream_message_id(const json::object& message) {
    const std::string id = answer_text(message, "id");  // WatchSession's; WatchAgent's stands in the event
    return id.empty() ? answer_text(answer_object(message, "event"), "id") : id;
}

}

std::string run_agent_stream(CommandContext& context, ApiClient& client, const AgentStream& stream,
                             const std::function<bool(const json::object&)>& on_message) {
    ResumingStream::Options options;
    options.method = stream.method;
    options.request = {{"agent", stream.ref}, {"follow", stream.follow}};
    options.from = stream.from;
    options.id_of = stream_message_id;
    options.on_interruption = [&](const Error& error) {
        context.out.note("murmur: the connection is lost (" + error.message() + "); trying again\n");
    };
    ResumingStream resuming(client, std::move(options));
    try {
        resuming.run(on_message);
    } catch (const Error& error) {
        const bool gives_up = error.code() == Errc::unavailable || is_interrupted();
        if (gives_up && stream.follow && !resuming.last_id().empty())
            context.out.note("last event id: " + resuming.last_id() + "\n");
        throw;
    }
    return resuming.last_id();
}

AgentPosition find_position(CommandContext& context, const json::object& ref) {
    AgentPosition position;
    const AgentStream history{.method = "WatchAgent", .ref = ref, .follow = false};
    position.last_event = run_agent_stream(context, context.client(), history, [&](const json::object& message) {
        if (std::string phase = answer_text(answer_object(message, "event"), "phase"); !phase.empty())
            position.phase = std::move(phase);
        return true;
    });
    return position;
}

std::string wait_for_phase(CommandContext& context, const json::object& ref, AgentPosition position,
                           const std::function<bool(const std::string&)>& is_wanted) {
    if (is_wanted(position.phase)) return position.phase;
    const AgentStream events{.method = "WatchAgent", .ref = ref, .from = position.last_event};
    run_agent_stream(context, context.client(), events, [&](const json::object& message) {
        if (std::string phase = answer_text(answer_object(message, "event"), "phase"); !phase.empty())
            position.phase = std::move(phase);
        return !is_wanted(position.phase);
    });
    return position.phase;
}

int report_waited(CommandContext& context, const json::object& ref, const std::string& phase,
                  const std::string& awaited) {
    const json::object answer = context.client().call("GetAgent", {{"agent", ref}});
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    context.out.print(agent_status(answer_object(answer, "agent"), context.out, now));
    const bool ended_badly = phase == "PHASE_FAILED" || phase == "PHASE_KILLED";
    return ended_badly && phase != awaited ? 1 : 0;
}

}
