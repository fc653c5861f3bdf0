// Every pair of phase and command: what the table says is what decide() does.

#include "agents/transition_table.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "agents/step.hpp"
#include "lifecycle_world.hpp"

namespace murmur {
namespace {

const std::vector<Phase> all_phases{Phase::starting,       Phase::running,  Phase::task_complete, Phase::idle,
                                    Phase::checks_pending, Phase::sleeping, Phase::destroying,    Phase::completed,
                                    Phase::failed,         Phase::killed};

/// An agent that came into the phase on the way that agents take.
LifecycleWorld world_in(Phase phase) {
    LifecycleWorld world;
    if (phase == Phase::starting) {
        world.spawn();
        world.start_machine();
        world.attach();
        return world;
    }
    world.run(phase == Phase::completed ? OnIdle::terminate : OnIdle::sleep);
    const auto rest = [&](const char* reason) {
        world.report("turnEnded", {{"turn", 1}, {"success", true}, {"stopReason", reason}});
    };
    switch (phase) {
        case Phase::task_complete: rest("end_turn"); break;
        case Phase::idle: rest("interrupted"); break;
        case Phase::checks_pending:
            world.apply(
                command::ReportPullRequest{"https://x/pull/1", "", PullRequestState::open, ChecksState::pending});
            rest("end_turn");
            break;
        case Phase::sleeping:
            rest("end_turn");
            world.apply(command::Sleep{});
            world.apply(command::MachineSuspended{1});
            break;
        case Phase::destroying: world.apply(command::Stop{}); break;
        case Phase::completed:
            rest("end_turn");
            world.end_session();
            world.destroy_machine();
            break;
        case Phase::failed:
            world.end_turn(false, 1);
            world.end_session();
            world.destroy_machine();
            break;
        case Phase::killed: world.kill(); break;
        default: break;
    }
    return world;
}

/// One of each command, such that nothing but the phase refuses it.
Command command_of(std::size_t index, const Agent& agent) {
    const std::int64_t life = agent.incarnation;
    const json::object report{{"seq", agent.reports_seen + 1}, {"preparing", json::object{{"step", "clone"}}}};
    const std::vector<Command> commands{
        LifecycleWorld::spawn_command(),
        command::AddFollowUp{"f-9", "more"},
        command::SendMessage{"f-9", "more"},
        command::ClearQueue{},
        command::SetDequeueStrategy{DequeueStrategy::one},
        command::SetOnIdle{OnIdle::keep_alive},
        command::SetConflictResolution{"/srv/web.git", ConflictResolution::rebase},
        command::SetBudget{.max_cost_usd = 9},
        command::CreateTask{Task{.id = {}, .subject = "test it", .description = {}}},
        command::UpdateTask{.id = "1", .subject = {}, .description = {}, .status = {}},
        command::ReportPullRequest{"https://x/pull/1", "Fix", PullRequestState::open, ChecksState::pending},
        command::Interrupt{},
        command::Stop{},
        command::Kill{},
        command::Sleep{},
        command::Wake{},
        command::AdoptChild{{{"local", "alice"}, "local", "alice", "web", {"fix-typo", "sub"}}},
        command::ChildChanged{},
        command::MachineStarted{life, {"m-1", {}}},
        command::MachineFailed{life, "resume", Error(Errc::unavailable, "x")},
        command::MachineInspected{life, {MachineState::running, ""}},
        command::MachineSuspended{life},
        command::MachineResumed{life},
        command::MachineDestroyed{life, "m-0"},
        command::RunnerAttached{life, "m-1", {"r-1", 42, ""}},
        command::AssignmentFailed{life, Error(Errc::data_loss, "x")},
        command::RunnerDetached{life, "r-1"},
        command::RunnerReport{life, "r-1", report},
        command::LeaseExpired{life, std::chrono::seconds(10)},
        command::TimerFired{life, "idle", agent.idle_count},
    };
    EXPECT_EQ(commands.size(), command_count);
    EXPECT_EQ(commands.at(index).index(), index);
    return commands.at(index);
}

Errc code_of(Refusal refusal) {
    switch (refusal) {
        case Refusal::exists: return Errc::already_exists;
        case Refusal::over: return Errc::aborted;
        case Refusal::unknown: return Errc::not_found;
        default: return Errc::failed_precondition;
    }
}

TEST(TransitionTable, EveryPhaseCanBeReachedByTheWayThatTheTestsTake) {
    for (const Phase phase : all_phases) EXPECT_EQ(world_in(phase).agent.phase, phase);
}

TEST(TransitionTable, EveryPairIsDecidedAsTheTableSays) {
    for (const Phase phase : all_phases) {
        const LifecycleWorld prepared = world_in(phase);
        for (std::size_t index = 0; index < command_count; ++index) {
            LifecycleWorld world = prepared;
            const Command command = command_of(index, world.agent);
            const Transition& transition = find_transition(phase, index);
            const std::string place = phase_short_name(phase) + " x " + std::string(command_name(index));
            const std::string before = encode_agent(world.agent);
            try {
                world.apply(command);
                EXPECT_NE(transition.answer, Answer::refuse) << place;
            } catch (const Error& error) {
                EXPECT_EQ(encode_agent(world.agent), before) << place;
                // What applies may still be refused for what it says (that is tested where it is decided), but
                // never as an internal error: that is a phase that the table does not foresee.
                EXPECT_NE(error.code(), Errc::internal) << place << ": " << error.message();
                if (transition.answer == Answer::apply) continue;
                EXPECT_EQ(transition.answer, Answer::refuse) << place;
                EXPECT_EQ(error.code(), code_of(transition.refusal)) << place;
                const bool is_for_people = error.code() != Errc::aborted;
                EXPECT_EQ(error.hint().empty(), !is_for_people) << place;
                continue;
            }
            if (transition.answer == Answer::ignore) {
                EXPECT_EQ(encode_agent(world.agent), before) << place;
            }
            EXPECT_TRUE(world.agent.phase == phase || transition.next.has(world.agent.phase))
                << place << " led to " << phase_short_name(world.agent.phase);
        }
    }
}

TEST(TransitionTable, WhoIsNotThereCanOnlyBeSpawned) {
    for (std::size_t index = 1; index < command_count; ++index)
        EXPECT_EQ(find_transition(std::nullopt, index).answer, Answer::refuse) << command_name(index);
    EXPECT_EQ(find_transition(std::nullopt, 0).answer, Answer::apply);
}

TEST(TransitionTable, NothingButASpawnLeadsOutOfATerminalPhase) {
    for (const Phase phase : {Phase::completed, Phase::failed, Phase::killed})
        for (std::size_t index = 1; index < command_count; ++index)
            EXPECT_EQ(find_transition(phase, index).next, PhaseSet{}) << command_name(index);
}

TEST(TransitionTable, FromDestroyingOnlyTheEndFollows) {
    for (std::size_t index = 0; index < command_count; ++index)
        for (const Phase phase : all_phases)
            if (find_transition(Phase::destroying, index).next.has(phase)) {
                EXPECT_TRUE(is_terminal(phase)) << command_name(index);
            }
}

TEST(TransitionTable, APhaseThatTheTableDoesNotForeseeIsABug) {
    LifecycleWorld world = world_in(Phase::running);
    const LifecyclePolicy policy;
    const Surroundings nobody;
    Step step(world.agent, policy, world.now, nobody, {Phase::idle});
    step.set_phase(Phase::idle);
    EXPECT_THROW(step.set_phase(Phase::completed), Error);
}

TEST(TransitionTable, ItsDocumentIsPublished) {
    const std::filesystem::path file = std::filesystem::path(MURMUR_SOURCE_DIR) / "share/doc/lifecycle.md";
    const char* const accept = std::getenv("MURMUR_ACCEPT");
    if (accept && std::string(accept) == "1") std::ofstream(file, std::ios::binary) << lifecycle_document();
    std::ifstream stream(file, std::ios::binary);
    const std::string published(std::istreambuf_iterator<char>(stream), {});
    EXPECT_TRUE(published == lifecycle_document()) << file << " is not what the table says: run scripts/test --accept.";
}

}
}
