#include "cli/phase_text.hpp"

#include <algorithm>
#include <cctype>
#include <murmur/nearest.hpp>

#include "cli/arguments.hpp"

namespace murmur {

const std::vector<std::string>& phase_names() {
    static const std::vector<std::string> names = {
        "PHASE_STARTING", "PHASE_RUNNING",    "PHASE_TASK_COMPLETE", "PHASE_IDLE",   "PHASE_CHECKS_PENDING",
        "PHASE_SLEEPING", "PHASE_DESTROYING", "PHASE_COMPLETED",     "PHASE_FAILED", "PHASE_KILLED"};
    return names;
}

std::string short_phase(std::string_view phase) {
    if (phase.starts_with("PHASE_")) phase.remove_prefix(6);
    std::string text(phase);
    for (char& c : text) c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

std::string parse_phase(const std::string& text) {
    std::string name;
    for (const char c : text) name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (!name.starts_with("PHASE_")) name = "PHASE_" + name;
    if (name == "PHASE_CANCELED" || name == "PHASE_CANCELLED") name = "PHASE_KILLED";
    const auto& known = phase_names();
    if (std::find(known.begin(), known.end(), name) != known.end()) return name;
    std::string hint = did_you_mean(name, known);
    if (hint.empty()) {
        hint = "The phases are";
        for (const std::string& phase : known) hint += (&phase == &known.front() ? " " : ", ") + phase;
        hint += ".";
    }
    throw usage_error("unknown phase \"" + text + "\"").with_hint(hint);
}

bool is_terminal_phase(std::string_view phase) {
    return phase == "PHASE_COMPLETED" || phase == "PHASE_FAILED" || phase == "PHASE_KILLED";
}

bool is_resting_phase(std::string_view phase) {
    return is_terminal_phase(phase) || phase == "PHASE_TASK_COMPLETE" || phase == "PHASE_IDLE" ||
           phase == "PHASE_SLEEPING" || phase == "PHASE_CHECKS_PENDING";
}

Out::Style phase_style(std::string_view phase) {
    const std::string name = short_phase(phase);
    if (name == "running") return Out::Style::green;
    if (name == "failed") return Out::Style::red;
    if (name == "starting" || name == "destroying" || name == "checks-pending") return Out::Style::yellow;
    if (name == "task-complete" || name == "idle") return Out::Style::cyan;
    return Out::Style::dim;
}

}
