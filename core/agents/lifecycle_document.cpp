#include "agents/transition_table.hpp"

namespace murmur {

namespace {

constexpr std::array<Phase, phase_count - 1> phases_in_order{
    Phase::starting, Phase::running,    Phase::task_complete, Phase::idle,   Phase::checks_pending,
    Phase::sleeping, Phase::destroying, Phase::completed,     Phase::failed, Phase::killed};

std::string state_name(Phase phase) { return boost::describe::enum_to_string(phase, "?"); }

std::string answer_text(const Transition& transition) {
    if (transition.answer == Answer::ignore) return "·";
    if (transition.answer == Answer::refuse) {
        switch (transition.refusal) {
            case Refusal::exists: return "no: exists";
            case Refusal::busy: return "no: busy";
            case Refusal::no_turn: return "no: no turn";
            case Refusal::ending: return "no: ending";
            case Refusal::ended: return "no: ended";
            case Refusal::over: return "no: over";
            case Refusal::unknown: return "no: unknown";
            case Refusal::none: return "no";
        }
    }
    std::string text;
    for (const Phase next : phases_in_order)
        if (transition.next.has(next)) text += (text.empty() ? "→ " : ", ") + phase_short_name(next);
    return text.empty() ? "yes" : text;
}

/// One arrow for each pair of phases, with the commands that may lead along it. What leads from a phase to where
/// everything may end is left to the table: it would hide the rest.
std::string arrow(Phase from, Phase to) {
    std::string label;
    for (std::size_t command = 0; command < command_count; ++command)
        if (from != to && find_transition(from, command).next.has(to))
            label += (label.empty() ? "" : "<br>") + std::string(command_name(command));
    return label.empty() ? "" : "    " + state_name(from) + " --> " + state_name(to) + ": " + label + "\n";
}

std::string diagram() {
    std::string text = "```mermaid\nstateDiagram-v2\n    [*] --> starting: Spawn\n";
    for (const Phase from : phases_in_order)
        for (const Phase to : phases_in_order) {
            const bool is_end_at_once = is_terminal(to) && from != Phase::destroying;
            if (!is_end_at_once && !is_terminal(from)) text += arrow(from, to);
        }
    for (const Phase end : {Phase::completed, Phase::failed, Phase::killed})
        text += "    " + state_name(end) + " --> starting: Spawn\n";
    return text + "```\n";
}

std::string table() {
    std::string head = "| command | none yet |";
    std::string line = "|---|---|";
    for (const Phase phase : phases_in_order) {
        head += " " + phase_short_name(phase) + " |";
        line += "---|";
    }
    std::string text = head + "\n" + line + "\n";
    for (std::size_t command = 0; command < command_count; ++command) {
        text += "| " + std::string(command_name(command)) + " | " +
                answer_text(find_transition(std::nullopt, command)) + " |";
        for (const Phase phase : phases_in_order) text += " " + answer_text(find_transition(phase, command)) + " |";
        text += "\n";
    }
    return text;
}

}

std::string lifecycle_document() {
    return "# The life of an agent\n\n"
           "Made from the table in `core/agents/transition_table.cpp`; do not edit.\n\n"
           "The diagram leaves out that what `destroying` has nothing to wait for ends at once.\n\n" +
           diagram() +
           "\n## What each command does in each phase\n\n"
           "- `yes`: it is carried out, and the phase stays. `→ …`: it is carried out, and the phase stays or becomes\n"
           "  one of these; which one depends on the agent (its queue, its limits, what its on-idle says).\n"
           "- `·`: nothing happens; it is done already, or no news.\n"
           "- `no: …`: it is refused, and nothing happens. *exists*: there is such an agent, `queue add` gives it "
           "more\n"
           "  to do. *busy*: wait for its turn to end. *no turn*: there is none to interrupt. *ending*, *ended*: go "
           "on\n"
           "  with it by `spawn --resurrect`, or anew by `--force-new`. *over*: told by a life that is over.\n"
           "  *unknown*: there is no such agent. *SetBudget* is refused by one that ends or has ended, too, unless\n"
           "  what it has spawned may still live and share its budget. *MachineFailed* of one that has ended is about "
           "the\n"
           "  removal of its machine, else it is refused as *over*.\n\n"
           "A request that comes again is answered as the first time. What is told of an earlier incarnation is\n"
           "refused as *over* before the table is asked.\n\n" +
           table();
}

}
