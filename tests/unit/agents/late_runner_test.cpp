#include "lifecycle_world.hpp"

namespace murmur {
namespace {

TEST(LateRunner, ARunnerThatComesWhenItsMachineIsBeingRemovedIsTurnedAway) {
    LifecycleWorld world;
    world.spawn();
    world.start_machine();
    world.apply(command::Stop{});
    ASSERT_EQ(world.agent.machine->phase, MachinePhase::destroying);
    EXPECT_EQ(world.refusal(command::RunnerAttached{1, "m-1", {"r-1", 42, ""}}), Errc::aborted);
    world.destroy_machine();
    EXPECT_EQ(world.agent.phase, Phase::completed);
}

TEST(LateRunner, OneThatComesBeforeTheAnswerToAStartThatIsNoLongerWantedDoesNotKeepTheAgent) {
    LifecycleWorld world;
    world.spawn();
    world.apply(command::Stop{});
    EXPECT_EQ(world.refusal(command::RunnerAttached{1, "m-1", {"r-1", 42, ""}}), Errc::aborted);
    world.start_machine();
    world.destroy_machine();
    EXPECT_EQ(world.agent.phase, Phase::completed);
}

}
}
