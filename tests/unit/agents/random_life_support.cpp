#include "random_life.hpp"

#include <algorithm>

#include "agents/transition_table.hpp"
#include "base/time_text.hpp"

namespace murmur {

namespace {

constexpr std::size_t story_length = 12, past_length = 40;

AgentId own_id() { return {{"local", "alice"}, "local", "alice", "web", {"lead", "fix"}}; }

std::string describe(const Command& command) {
    std::string text(command_name(command.index()));
    if (const auto* told = std::get_if<command::RunnerReport>(&command)) text += " " + json::serialize(told->report);
    if (const auto* failed = std::get_if<command::MachineFailed>(&command))
        text += " " + failed->what + " " + std::string(errc_name(failed->error.code()));
    if (const auto* timer = std::get_if<command::TimerFired>(&command)) text += " " + timer->what;
    if (const auto* kill = std::get_if<command::Kill>(&command)) text += kill->discard ? " discard" : "";
    std::visit(
        [&](const auto& each) {
            if constexpr (requires { each.incarnation; }) text += " of " + std::to_string(each.incarnation);
        },
        command);
    return text;
}

/// A request without an id of its own is another one when it comes again, with another message.
bool can_come_again(const Command& command) {
    return std::visit(
        [](const auto& each) {
            if constexpr (requires { each.request_id; }) return !each.request_id.empty();
            return true;
        },
        command);
}

}

RandomLife::RandomLife(std::uint64_t seed, bool is_rogue)
    : engine_(seed), is_rogue_(is_rogue), now_(from_ms(1'700'000'000'000)) {
    policy_.losses_max = 1 + below(3);
    policy_.rescues_max = 1 + below(2);
    policy_.children_max = 2;
    if (chance(40)) return;
    auto parent = std::make_shared<Agent>();
    parent->id = own_id();
    parent->id.path.pop_back();
    parent->incarnation = 1;
    parent->phase = pick({Phase::running, Phase::idle, Phase::sleeping, Phase::completed});
    if (chance(50)) parent->budget.max_turns = 2 + below(8);
    if (chance(30)) parent->budget.max_time_ms = 1 + below(600'000);
    parent->family.spent.turns = below(3);
    surroundings_.ancestors.push_back(std::move(parent));
}

std::string RandomLife::story() const {
    std::string text;
    for (const std::string& each : story_) text += "\n  " + each;
    return text;
}

Error RandomLife::any_error() {
    return Error(pick({Errc::unavailable, Errc::not_found, Errc::unimplemented, Errc::unknown, Errc::deadline_exceeded,
                       Errc::permission_denied}),
                 "no luck");
}

bool RandomLife::apply(const Command& command) {
    std::string line =
        phase_short_name(agent_.phase) + " " + std::to_string(agent_.incarnation) + ": " + describe(command);
    const std::size_t known = judge.violations().size();
    bool is_accepted = false;
    try {
        const Decision decision = decide(agent_, command, policy_, now_, surroundings_);
        judge.on_decision(agent_, command, decision, now_);
        const bool is_next = decision.next.incarnation != agent_.incarnation;
        agent_ = decision.next;
        if (is_next) runner_ = {};
        take_effects(decision);
        line += " -> " + phase_short_name(agent_.phase);
        is_accepted = true;
    } catch (const Error& error) {
        judge.on_refusal(agent_, command, error);
        line += " refused: " + error.message();
    }
    if (!is_rogue_ && agent_.incarnation > 0 && judge.violations().size() == known)
        judge.check_way_on(agent_, calls_, timers_);
    story_.push_back(std::move(line));
    if (story_.size() > story_length) story_.pop_front();
    past_.push_back(command);
    if (past_.size() > past_length) past_.pop_front();
    return is_accepted;
}

void RandomLife::take_effects(const Decision& decision) {
    for (const Effect& effect : decision.effects) {
        if (effect.kind == EffectKind::timer) timers_.push_back(effect);
        if (effect.kind == EffectKind::send_command) runner_.commands.push_back(effect.body);
        const bool is_call = effect.kind != EffectKind::timer && effect.kind != EffectKind::send_command &&
                             effect.kind != EffectKind::tell_agent;
        if (is_call) calls_.push_back(effect);
    }
    if (agent_.machine && agent_.machine->id != journal_machine_) {
        journal_machine_ = agent_.machine->id;
        journal_.clear();
    }
    if (!is_terminal(agent_.phase)) return;
    timers_.clear();
    runner_ = {};
}

void RandomLife::pass_time() {
    std::int64_t ms = below(5000);
    if (chance(5)) ms = below(3'600'000);
    if (chance(2)) ms = -below(60'000);
    now_ += std::chrono::milliseconds(ms);
}

void RandomLife::step() {
    pass_time();
    if (agent_.incarnation == 0 || (is_terminal(agent_.phase) && chance(25))) {
        apply(any_spawn());
        return;
    }
    if (is_rogue_ && chance(35)) return anything();
    const std::int64_t dice = below(100);
    if (dice < 30 && !calls_.empty()) return answer_call();
    if (dice < 65 && agent_.machine && agent_.machine->phase != MachinePhase::suspended) return run_runner();
    if (dice < 72) return ring();
    if (dice < 75) return misfortune();
    apply(any_request());
}

Task RandomLife::any_task() {
    Task task;
    task.subject = "write a test";
    if (chance(30)) {
        task.activate_when = "files_modified";
        task.pattern = "src/**";
    }
    if (chance(20)) task.blocked_by.push_back(std::to_string(1 + below(4)));
    return task;
}

command::Spawn RandomLife::any_spawn() {
    command::Spawn spawn;
    spawn.id = own_id();
    spawn.spec.prompt = chance(80) ? "do it" : "";
    spawn.spec.backend = "command";
    spawn.spec.substrate = "local";
    spawn.spec.pilot = chance(30);
    spawn.spec.machine_price = chance(50) ? 3.6 : 0;
    spawn.spec.sleep_after_ms = chance(50) ? 60'000 : 0;
    spawn.repos = {{"/srv/web.git", "main", "b", ""}, {"/srv/api.git", "main", "b", ""}};
    spawn.on_idle = pick(
        {OnIdle::sleep, OnIdle::sleep, OnIdle::keep_alive, OnIdle::terminate, OnIdle::terminate_when_prs_resolved});
    spawn.dequeue_strategy = pick({DequeueStrategy::all, DequeueStrategy::one, DequeueStrategy::five});
    if (chance(30)) spawn.budget.max_turns = 1 + below(12);
    if (chance(20)) spawn.budget.max_cost_usd = 2;
    if (chance(20)) spawn.budget.max_time_ms = 1 + below(600'000);
    if (chance(20)) spawn.tasks.push_back(any_task());
    spawn.resurrect = agent_.incarnation > 0 && chance(60);
    spawn.force_new = agent_.incarnation > 0 && !spawn.resurrect && chance(90);
    spawn.machine_id = name("m-");
    spawn.session_id = name("s-");
    spawn.message_id = name("p-");
    spawn.request_id = chance(50) ? name("q-") : "";
    return spawn;
}

Command RandomLife::any_request() {
    switch (below(12)) {
        case 0:
        case 1:
        case 2: {
            command::AddFollowUp add{name("f-"), "more", chance(50) ? name("q-") : ""};
            if (chance(10)) add.source = "notify";
            if (chance(10)) add.tasks.push_back(any_task());
            return add;
        }
        case 3: return command::SendMessage{name("f-"), chance(98) ? "now" : "", chance(50) ? name("q-") : ""};
        case 4: return command::Sleep{};
        case 5: return command::Wake{};
        case 6: return command::Interrupt{};
        case 7:
            if (chance(60)) return command::Wake{};
            if (chance(40)) return command::Stop{};
            return command::Kill{chance(30), chance(30) ? surroundings_.ancestors.empty() ? "" : "parent" : ""};
        default: return any_small_request();
    }
}

Command RandomLife::any_small_request() {
    switch (below(10)) {
        case 0: return command::ClearQueue{};
        case 1: return command::SetDequeueStrategy{pick({DequeueStrategy::all, DequeueStrategy::one})};
        case 2:
            return command::SetOnIdle{pick({OnIdle::sleep, OnIdle::keep_alive, OnIdle::terminate_when_prs_resolved,
                                            chance(20) ? OnIdle::terminate : OnIdle::sleep})};
        case 3:
            return command::SetConflictResolution{pick<std::string>({"/srv/web.git", "api", "srv", "none"}),
                                                  pick({ConflictResolution::merge, ConflictResolution::rebase})};
        case 4: {
            command::SetBudget set;
            if (chance(50)) set.max_turns = below(2) * (agent_.turns + below(10));
            if (chance(50)) set.max_cost_usd = static_cast<double>(below(4));
            if (chance(50)) set.max_time_ms = below(2) * (agent_.spent.time_ms + below(300'000));
            return set;
        }
        case 5: return command::CreateTask{any_task(), chance(50) ? name("q-") : ""};
        case 6: {
            command::UpdateTask update;
            update.id = std::to_string(1 + below(4));
            update.status = pick({TaskStatus::completed, TaskStatus::pending, TaskStatus::deleted});
            if (chance(10)) update.add_blocked_by.push_back(std::to_string(1 + below(4)));
            return update;
        }
        case 7:
            return command::ReportPullRequest{
                "https://x/pull/" + std::to_string(1 + below(2)), "Fix",
                pick({PullRequestState::open, PullRequestState::open, PullRequestState::merged,
                      PullRequestState::closed}),
                pick({ChecksState::none, ChecksState::pending, ChecksState::success, ChecksState::failure})};
        case 8: {
            command::AdoptChild adopt{agent_.id, chance(50) ? name("q-") : ""};
            adopt.child.path.push_back("kid-" + std::to_string(below(3)));
            return adopt;
        }
        default: break;
    }
    command::ChildChanged changed;
    AgentId child = agent_.id;
    child.path.push_back("kid-" + std::to_string(below(3)));
    changed.child.slug = child.path.back();
    changed.child.workflow_id = child.workflow_id();
    changed.child.phase = pick({Phase::running, Phase::task_complete, Phase::failed, Phase::completed, Phase::killed});
    changed.child.generation = is_rogue_ ? below(100) : ++child_generation_;
    changed.child.spent = child_spent_;
    changed.child.spent.turns = child_spent_.turns += below(2);
    changed.text = "done";
    return changed;
}

void RandomLife::anything() {
    if (!past_.empty() && chance(40)) {  // once more, or much too late
        const Command again = past_[static_cast<std::size_t>(below(static_cast<std::int64_t>(past_.size())))];
        if (can_come_again(again)) apply(again);
        return;
    }
    const std::int64_t life = agent_.incarnation - (chance(20) ? 1 : 0);
    const std::string machine = agent_.machine && chance(80) ? agent_.machine->id : "m-0";
    const std::string runner = agent_.runner && chance(90) ? agent_.runner->id : "r-0";
    switch (below(12)) {
        case 0: apply(command::MachineStarted{life, {machine, {}}}); return;
        case 1:
            apply(command::MachineFailed{
                life, pick<std::string>({"find", "start", "restart", "suspend", "resume", "destroy"}), any_error()});
            return;
        case 2: apply(command::MachineInspected{life, {pick({MachineState::running, MachineState::gone}), ""}}); return;
        case 3: apply(command::MachineSuspended{life}); return;
        case 4: apply(command::MachineResumed{life}); return;
        case 5: apply(command::MachineDestroyed{life, chance(50) ? machine : ""}); return;
        case 6: apply(command::RunnerAttached{life, machine, {name("r-"), 42, "1"}}); return;
        case 7: apply(command::AssignmentFailed{life, any_error()}); return;
        case 8: apply(command::RunnerDetached{life, runner}); return;
        case 9: apply(command::LeaseExpired{life, std::chrono::seconds(10)}); return;
        case 10:
            apply(command::TimerFired{life, pick<std::string>({"start", "stop", "idle", "max-time", "x"}),
                                      pick({agent_.idle_count, agent_.recovery.deadlines, agent_.spent.turns})});
            return;
        default: break;
    }
    const std::string kind =
        pick<std::string>({"sessionEvent", "preparing", "workspaceReady", "sessionStarted", "turnStarted",
                           "messagesTaken", "turnEnded", "commits", "pushed", "pushFailed", "checkpoint", "snapshot",
                           "saveFailed", "baseMoved", "assessed", "sessionEnded", "somethingNew"});
    const std::int64_t seq = agent_.reports_seen + pick<std::int64_t>({1, 1, 1, 0, 2, -1});
    apply(command::RunnerReport{
        life, runner, {{"seq", std::max<std::int64_t>(seq, 0)}, {"at", to_ms(now_)}, {kind, any_report_body(kind)}}});
}

}
