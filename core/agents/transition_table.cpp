#include "agents/transition_table.hpp"

#include "agents/lifecycle_checks.hpp"
#include "agents/removal.hpp"

namespace murmur {

namespace {

constexpr PhaseSet ends{Phase::destroying, Phase::completed, Phase::failed, Phase::killed};
constexpr PhaseSet over{Phase::completed, Phase::failed, Phase::killed};
constexpr PhaseSet works{Phase::running};
constexpr PhaseSet again{Phase::starting};
constexpr PhaseSet rests{Phase::task_complete, Phase::idle, Phase::checks_pending};

constexpr Transition go(PhaseSet next = {}) { return {Answer::apply, Refusal::none, next}; }
constexpr Transition stay = go();
constexpr Transition ignore{Answer::ignore, Refusal::none, {}};
constexpr Transition no(Refusal refusal) { return {Answer::refuse, refusal, {}}; }
constexpr Transition nobody = no(Refusal::unknown);

/// One command in every phase. The three in which an agent waits are alike but for a few commands, the three terminal
/// ones always.
struct Row {
    std::string_view command;
    Transition starting, running, task_complete, idle, checks_pending, sleeping, destroying, ended;
    Transition none = nobody;
};

constexpr Row row(std::string_view command, Transition starting, Transition running, Transition waiting,
                  Transition sleeping, Transition destroying, Transition ended) {
    return {command, starting, running, waiting, waiting, waiting, sleeping, destroying, ended};
}

constexpr Row spawn_row() {
    constexpr Transition exists = no(Refusal::exists);
    Row spawn = row("Spawn", exists, exists, exists, exists, exists, go(again | ends));
    spawn.none = go(again | ends);
    return spawn;
}

constexpr Row pull_request_row() {
    Row report = row("ReportPullRequest", stay, stay, go(ends), go(ends), stay, stay);
    report.task_complete = go(PhaseSet{Phase::checks_pending} | ends);
    report.checks_pending = go(PhaseSet{Phase::task_complete} | works | ends);
    return report;
}

constexpr Transition is_ending = no(Refusal::ending);
constexpr Transition has_ended = no(Refusal::ended);
constexpr Transition is_over = no(Refusal::over);
constexpr Transition is_busy = no(Refusal::busy);
constexpr Transition has_no_turn = no(Refusal::no_turn);
constexpr Transition turn_or_end = go(works | ends);
constexpr Transition lost_or_end = go(again | ends);

// In the order of Command. Columns: starting, running, waiting (task-complete, idle, checks-pending), sleeping,
// destroying, ended (completed, failed, killed).
constexpr std::array<Row, command_count> rows{{
    spawn_row(),
    row("AddFollowUp", stay, stay, turn_or_end, stay, is_ending, has_ended),
    row("SendMessage", stay, stay, turn_or_end, stay, is_ending, has_ended),
    row("ClearQueue", stay, stay, stay, stay, stay, stay),
    row("SetDequeueStrategy", stay, stay, stay, stay, is_ending, has_ended),
    row("SetOnIdle", stay, stay, go(ends), go(ends), is_ending, has_ended),
    row("SetConflictResolution", stay, stay, stay, stay, is_ending, has_ended),
    row("SetBudget", stay, stay, stay, stay, stay, stay),
    row("CreateTask", stay, stay, stay, stay, is_ending, has_ended),
    row("UpdateTask", stay, stay, stay, stay, is_ending, has_ended),
    pull_request_row(),
    row("Interrupt", has_no_turn, stay, has_no_turn, has_no_turn, is_ending, has_ended),
    row("Stop", go(ends), go(ends), go(ends), go(ends), ignore, ignore),
    row("Kill", go(ends), go(ends), go(ends), go(ends), go(over), stay),
    row("Sleep", is_busy, is_busy, stay, ignore, is_ending, has_ended),
    row("Wake", ignore, ignore, stay, stay, is_ending, has_ended),
    row("AdoptChild", stay, stay, stay, stay, is_ending, has_ended),
    row("ChildChanged", stay, stay, turn_or_end, stay, stay, stay),
    row("MachineStarted", go(ends), stay, turn_or_end, ignore, go(over), is_over),
    row("MachineFailed", go(ends), lost_or_end, go(PhaseSet{Phase::idle} | works | again | ends), lost_or_end, go(over),
        stay),
    row("MachineInspected", go(ends), lost_or_end, lost_or_end, ignore, go(over), is_over),
    row("MachineSuspended", ignore, ignore, go({Phase::sleeping}), ignore, stay, is_over),
    row("MachineResumed", ignore, ignore, go(PhaseSet{Phase::idle} | works | ends),
        go(PhaseSet{Phase::idle} | works | ends), stay, is_over),
    row("MachineDestroyed", stay, stay, stay, stay, go(over), stay),
    row("RunnerAttached", stay, stay, stay, stay, stay, is_over),
    row("AssignmentFailed", go(ends), ignore, ignore, ignore, go(over), is_over),
    row("RunnerDetached", stay, stay, stay, ignore, stay, is_over),
    row("RunnerReport", go(works | rests | ends), go(rests | ends), go(works | rests | ends), go(works | ends),
        go(over), is_over),
    row("LeaseExpired", go(ends), lost_or_end, lost_or_end, ignore, go(over), is_over),
    row("TimerFired", go(ends), go(ends), turn_or_end, ignore, go(over), ignore),
}};

}

const Transition& find_transition(std::optional<Phase> phase, std::size_t command) {
    const Row& found = rows.at(command);
    if (!phase) return found.none;
    switch (*phase) {
        case Phase::starting: return found.starting;
        case Phase::running: return found.running;
        case Phase::task_complete: return found.task_complete;
        case Phase::idle: return found.idle;
        case Phase::checks_pending: return found.checks_pending;
        case Phase::sleeping: return found.sleeping;
        case Phase::destroying: return found.destroying;
        case Phase::completed:
        case Phase::failed:
        case Phase::killed: return found.ended;
    }
    throw Error(Errc::internal, "phase " + std::to_string(static_cast<int>(*phase)) + " is not one");
}

std::string_view command_name(std::size_t command) { return rows.at(command).command; }

Error refusal_error(Refusal refusal, const Agent& agent) {
    const std::string who = quoted_slug(agent);
    const std::string slug = agent.id.slug();
    const std::string in_phase = " (" + phase_short_name(agent.phase) + ")";
    switch (refusal) {
        case Refusal::exists:
            if (agent.phase == Phase::destroying) break;
            return Error(Errc::already_exists, who + " is already there" + in_phase)
                .with_hint("Give it more to do with: murmur queue add " + slug + " \"…\"");
        case Refusal::busy:
            return Error(Errc::failed_precondition, who + " is busy" + in_phase)
                .with_hint("Wait for its turn to end, or: murmur session interrupt " + slug);
        case Refusal::no_turn:
            return Error(Errc::failed_precondition, who + " has no turn to interrupt" + in_phase)
                .with_hint("To end its session: murmur session stop " + slug);
        case Refusal::ended:
            return Error(Errc::failed_precondition, who + " has ended" + in_phase)
                .with_hint("Go on with it: " + spawn_with("--resurrect", agent) + " \"…\", or anew: " +
                           spawn_with("--force-new", agent) + " \"…\"" + only_within_parent(agent));
        case Refusal::over:
            return Error(Errc::aborted, "incarnation " + std::to_string(agent.incarnation) + " of " + who + " is over");
        case Refusal::unknown: return Error(Errc::not_found, "there is no such agent");
        case Refusal::ending:
        case Refusal::none: break;
    }
    if (removal_fails(agent))
        return Error(refusal == Refusal::exists ? Errc::already_exists : Errc::failed_precondition,
                     who + " is ending" + in_phase + ", and its machine cannot be removed")
            .with_hint("Its status says why. To let it end before that: murmur kill --discard " + slug +
                       "; then begin anew with: " + spawn_with("--force-new", agent) + " \"…\"" +
                       only_within_parent(agent));
    return Error(refusal == Refusal::exists ? Errc::already_exists : Errc::failed_precondition,
                 who + " is ending" + in_phase)
        .with_hint("Wait for it: murmur wait " + slug + "; then go on with: " + spawn_with("--resurrect", agent) +
                   " \"…\"" + only_within_parent(agent));
}

}
