#include "agents/agent.hpp"

#include <algorithm>
#include <charconv>
#include <murmur/error.hpp>
#include <murmur/nearest.hpp>

#include "base/described_json.hpp"

namespace murmur {

namespace {

template <class Enum>
std::string enum_text(Enum value) {
    return boost::describe::enum_to_string(value, "unknown");
}

std::string with(std::string text, char from, char to) {
    std::replace(text.begin(), text.end(), from, to);
    return text;
}

template <class Enum>
Enum parse_enum(const std::string& text, Enum fallback, const std::string& what) {
    if (text.empty()) return fallback;
    Enum value;
    if (boost::describe::enum_from_string(with(text, '-', '_').c_str(), value)) return value;
    std::vector<std::string> known;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
        [&](auto enumerator) { known.push_back(with(enumerator.name, '_', '-')); });
    std::string list;
    for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
    const std::string nearest = did_you_mean(text, known);
    throw Error(Errc::invalid_argument, "unknown " + what + " \"" + text + "\"")
        .with_hint(nearest.empty() ? "Use one of " + list + "." : nearest);
}

}

bool is_terminal(Phase phase) { return phase == Phase::completed || phase == Phase::failed || phase == Phase::killed; }

std::string phase_enum_name(Phase phase) {
    std::string text = "PHASE_" + enum_text(phase);
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
    return text;
}

std::string phase_short_name(Phase phase) { return with(enum_text(phase), '_', '-'); }
std::string on_idle_name(OnIdle on_idle) { return with(enum_text(on_idle), '_', '-'); }
OnIdle parse_on_idle(const std::string& text) { return parse_enum(text, OnIdle::sleep, "--on-idle"); }

DequeueStrategy parse_dequeue_strategy(const std::string& text) {
    return parse_enum(text, DequeueStrategy::all, "dequeue strategy");
}

ConflictResolution parse_conflict_resolution(const std::string& text) {
    return parse_enum(text, ConflictResolution::merge, "conflict resolution");
}

EventPosition parse_event_position(const std::string& text) {
    EventPosition position;
    if (text.empty()) return position;
    const char* end = text.data() + text.size();
    auto [next, error] = std::from_chars(text.data(), end, position.ms);
    // "<ms>" alone means: everything of that millisecond has been seen.
    position.n = text.find('-') == std::string::npos && position.ms > 0 ? INT64_MAX : 0;
    if (error == std::errc() && next != end && *next == '-') {
        const auto rest = std::from_chars(next + 1, end, position.n);
        next = rest.ptr;
        error = rest.ec;
    }
    if (error != std::errc() || next != end || position.ms < 0 || position.n < 0)
        throw Error(Errc::invalid_argument, "event id \"" + text + "\" must have the form <ms>-<n>")
            .with_hint("Use an id that watch printed, or 0 for the start.");
    return position;
}

double own_cost(const Agent& agent, TimePoint now) {
    constexpr double ms_per_hour = 3'600'000;
    double awake_ms = 0;
    if (agent.machine) {
        awake_ms = static_cast<double>(agent.machine->awake_ms);
        if (agent.machine->awake_since != TimePoint{} && now > agent.machine->awake_since)
            awake_ms += static_cast<double>((now - agent.machine->awake_since).count());
    }
    return agent.spent.cost_usd + awake_ms / ms_per_hour * agent.spec.machine_price;
}

Spending total_spending(const Agent& agent, TimePoint now) {
    Spending total = agent.family.spent;
    total.cost_usd += own_cost(agent, now);
    total.turns += agent.spent.turns;
    total.time_ms += agent.spent.time_ms;
    if (agent.turn_running && agent.turn_began != TimePoint{} && now > agent.turn_began)
        total.time_ms += (now - agent.turn_began).count();
    total.children += agent.spent.children;
    return total;
}

std::string machine_line(const Agent& agent) {
    if (!agent.machine) return {};
    std::string state;
    switch (agent.machine->phase) {
        case MachinePhase::requested: state = "starting"; break;
        case MachinePhase::suspended: state = "stopped"; break;
        default: state = enum_text(agent.machine->phase);
    }
    return agent.machine->id + " (" + agent.machine->substrate + ") [" + state + "]";
}

std::string progress_line(const Agent& agent) { return progress_text(agent.progress_label, agent.progress); }

std::string progress_text(const std::string& label, const std::string& detail) {
    return label.empty() ? std::string() : "[" + label + "] " + detail;
}

std::string encode_agent(const Agent& agent) { return json::serialize(to_stored(agent)); }

Agent decode_agent(std::string_view document) {
    try {
        Agent agent;
        from_stored(parse_json(document, "stored agent"), agent);
        return agent;
    } catch (const Error& error) {
        throw Error(Errc::data_loss, error.message());
    }
}

}
