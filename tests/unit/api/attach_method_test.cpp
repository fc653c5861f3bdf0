#include "api/attach_method.hpp"

#include <gtest/gtest.h>

#include "unit/api/api_world.hpp"

namespace murmur {
namespace {

class AttachMethodTest : public ApiWorld {
protected:
    AttachMethodTest() {
        agent_.id = {acme, account_provider(acme), "alice", "web", {"fix"}};
        agent_.phase = Phase::running;
        agent_.spec.session_mode = "interactive";
        agent_.machine.emplace();
        agent_.machine->exists = true;
        agent_.machine->substrate = "fake";
    }
    std::string complaint(const json::object& request) {
        try {
            attach_agent(*context_, agent_, FieldReader(request));
        } catch (const Error& error) {
            return error.message() + " | " + error.hint();
        }
        return "no error";
    }

    Agent agent_;
    const json::object shell_ = {};
    const json::object terminal_ = {{"terminal", true}};
};

TEST_F(AttachMethodTest, WhoCannotBeReachedIsRefusedWithTheWayOut) {
    agent_.phase = Phase::sleeping;
    EXPECT_EQ(complaint(shell_), "agent \"fix\" is asleep | Wake it first: murmur wake fix");
    agent_.phase = Phase::destroying;
    EXPECT_EQ(complaint(terminal_), "agent \"fix\" is ending | Watch it with: murmur watch fix");
    agent_.phase = Phase::starting;
    EXPECT_EQ(complaint(shell_), "agent \"fix\" is still starting | Wait for it: murmur wait --phase running fix");
    for (const Phase phase : {Phase::completed, Phase::failed, Phase::killed}) {
        agent_.phase = phase;
        EXPECT_EQ(
            complaint(terminal_),
            "agent \"fix\" has ended | What is saved of it: murmur snapshot ls fix. It goes on with: murmur spawn "
            "--resurrect fix");
    }
}

TEST_F(AttachMethodTest, OnlyInteractiveSessionsHaveATerminal) {
    for (const std::string mode : {"", "autonomous", "streaming"}) {
        agent_.spec.session_mode = mode;
        EXPECT_EQ(complaint(terminal_),
                  "agent \"fix\" has no terminal to attach to: it is " + (mode.empty() ? "autonomous" : mode) +
                      " | Agents spawned with -i have one. A shell where it works: murmur ssh fix");
    }
    agent_.spec.session_mode = "interactive";
    EXPECT_EQ(complaint({{"terminal", true}, {"command", json::array{"ls"}}}),
              "a command cannot be given together with terminal | ");
}

TEST_F(AttachMethodTest, ASubstrateThatCannotIsNamed) {
    EXPECT_EQ(complaint(shell_),
              "substrate \"fake\" cannot connect a terminal with its machines | Talk to the agent with: murmur session "
              "send fix \"…\"");
}

}
}
