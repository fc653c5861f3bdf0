#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <future>
#include <iterator>
#include <murmur/testing/fake_host.hpp>
#include <murmur/testing/field_table_expectations.hpp>
#include <murmur/testing/plugin_under_test.hpp>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace murmur::testing {

/// What the suite has to know about a substrate.
struct SubstrateUnderTest {
    ProviderUnderTest provider;
    json::object shape = {};  ///< MachineSpec::shape of the machines that the suite makes
    /// Programs on a machine see this computer's files: then the suite also looks at what the runner was given.
    bool runs_here = true;
    std::chrono::seconds limit{60};  ///< for one call, and for a machine to come up
};

/// For the suite's messages.
inline void PrintTo(const SubstrateUnderTest& subject, std::ostream* out) { *out << subject.provider.provider; }

/// The promises that every substrate keeps. Use it with MURMUR_SUBSTRATE_CONTRACT.
class SubstrateContract : public ::testing::TestWithParam<SubstrateUnderTest> {
protected:
    SubstrateContract() : plugin_(GetParam().provider.plugin), substrate_(make()) {}

    void TearDown() override {
        for (const MachineHandle& handle : started_) substrate_->destroy(handle, call());
    }

    std::unique_ptr<Substrate> make() { return plugin_.make_substrate(GetParam().provider, host_); }
    Call call() const { return call_within(GetParam().limit); }

    /// A machine whose runner says that it was started, and stays.
    MachineSpec spec(const std::string& id) const {
        MachineSpec spec;
        spec.id = id;
        spec.label = "contract/" + id;
        spec.runner.argv = {
            "/bin/sh", "-c",
            "echo life >> disk; sleep 601 & echo \"$$ $! $(grep -c life disk)\" >> \"$CONTRACT_FILE.lives\"\n"
            "echo \"$MURMUR_RUNNER_TOKEN\" >> \"$CONTRACT_FILE\"; exec sleep 600"};
        spec.runner.environment = {{"MURMUR_RUNNER_TOKEN", token_}, {"CONTRACT_FILE", boot_file(id)}};
        spec.shape = GetParam().shape;
        return spec;
    }

    MachineHandle start(const std::string& id) {
        started_.push_back(substrate_->start(spec(id), call()));
        return started_.back();
    }

    std::string boot_file(const std::string& id) const { return (files_ / (id + ".boots")).string(); }

    std::vector<std::string> boots(const std::string& id) const {
        std::ifstream file(boot_file(id));
        std::vector<std::string> lines;
        for (std::string line; std::getline(file, line);) lines.push_back(line);
        return lines;
    }

    /// The same machine for another life of its runner.
    MachineSpec next_spec(const std::string& id, const std::string& token) const {
        MachineSpec next = spec(id);
        next.runner.environment["MURMUR_RUNNER_TOKEN"] = token;
        return next;
    }

    MachineHandle restart(const MachineHandle& handle, const std::string& token) {
        started_.push_back(substrate_->restart(handle, next_spec(handle.id, token), call()));
        return started_.back();
    }

    /// A substrate may say `unavailable` when the machine's processes do not stop in time, as on a busy computer.
    void suspend(const MachineHandle& handle) {
        insist(call(), [&] { substrate_->suspend(handle, call()); });
    }

    /// What each life of the runner wrote down: its process, one that it left behind, and which life it is by the disk.
    struct Life {
        pid_t runner = 0, other = 0;
        int number = 0;
    };
    std::vector<Life> lives(const std::string& id) const {
        std::ifstream file(boot_file(id) + ".lives");
        std::vector<Life> out;
        for (Life life; file >> life.runner >> life.other >> life.number;) out.push_back(life);
        return out;
    }

    /// Ended, if perhaps not yet reaped. Only where the suite sees the machine's processes under their own numbers.
    static bool has_ended(pid_t pid) {
        std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
        const std::string text(std::istreambuf_iterator<char>(stat), {});
        const std::size_t name_end = text.rfind(") ");
        return name_end == std::string::npos || text[name_end + 2] == 'Z' || text[name_end + 2] == 'X';
    }

    /// Inspects until `wanted(status)`; a machine is watched by asking, so there is no event to wait for.
    template <class Wanted>
    bool inspect_until(const MachineHandle& handle, Wanted wanted) {
        const Call whole = call();
        SystemClock clock;
        while (!wanted(substrate_->inspect(handle, call()))) {
            if (whole.remaining().count() == 0) return false;
            clock.sleep_for(std::chrono::milliseconds(10), {});
        }
        return true;
    }

    /// Waits until it runs and, where that can be seen, its runner has said so.
    bool comes_up(const MachineHandle& handle) {
        return inspect_until(handle, [&](const MachineStatus& status) {
            return status.state == MachineState::running && (!GetParam().runs_here || !boots(handle.id).empty());
        });
    }

    const std::string token_ = "token-5d2c8c1f";
    TempDir files_;
    FakeHost host_;
    PluginUnderTest plugin_;
    std::unique_ptr<Substrate> substrate_;
    std::vector<MachineHandle> started_;
};

TEST_P(SubstrateContract, InspectFindsAStartedMachine) {
    const MachineHandle handle = start("m-found");
    EXPECT_EQ(handle.id, "m-found");
    EXPECT_TRUE(comes_up(handle));
}

TEST_P(SubstrateContract, StartTwiceWithOneIdMakesOneMachine) {
    const MachineHandle first = start("m-twice");
    ASSERT_TRUE(comes_up(first));
    const MachineHandle second = start("m-twice");
    EXPECT_EQ(json::serialize(first.data), json::serialize(second.data));
    ASSERT_TRUE(comes_up(second));
    substrate_->destroy(first, call());
    EXPECT_EQ(substrate_->inspect(second, call()).state, MachineState::gone);
    if (GetParam().runs_here) {
        EXPECT_EQ(boots("m-twice").size(), 1u) << "the runner was started more than once";
    }
}

TEST_P(SubstrateContract, TheRunnerGetsItsEnvironment) {
    if (!GetParam().runs_here) GTEST_SKIP() << "the suite cannot see the files of these machines";
    const MachineHandle handle = start("m-environment");
    ASSERT_TRUE(inspect_until(handle, [&](const MachineStatus&) { return !boots("m-environment").empty(); }));
    EXPECT_EQ(boots("m-environment").front(), token_);
}

TEST_P(SubstrateContract, TheTokenIsNeitherLoggedNorStored) {
    const MachineHandle handle = start("m-secret");
    ASSERT_TRUE(comes_up(handle));
    EXPECT_FALSE(host_.logger().contains(token_));
    EXPECT_EQ(json::serialize(handle.data).find(token_), std::string::npos);
    EXPECT_LE(json::serialize(handle.data).size(), 4096u) << "handles are small";
}

TEST_P(SubstrateContract, DestroyTwiceSucceedsAndTheMachineIsGone) {
    const MachineHandle handle = start("m-destroyed");
    ASSERT_TRUE(comes_up(handle));
    substrate_->destroy(handle, call());
    EXPECT_EQ(substrate_->inspect(handle, call()).state, MachineState::gone);
    EXPECT_NO_THROW(substrate_->destroy(handle, call()));
}

TEST_P(SubstrateContract, AHandleOutlivesTheHost) {
    const MachineHandle handle = start("m-recovered");
    ASSERT_TRUE(comes_up(handle));
    // What a restart of the host leaves: the handle as text, and a provider that was just made.
    const std::string stored = json::serialize(handle.data);
    substrate_ = make();
    const MachineHandle recovered{handle.id, parse_json(stored).as_object()};
    EXPECT_EQ(substrate_->inspect(recovered, call()).state, MachineState::running);
    substrate_->destroy(recovered, call());
    EXPECT_EQ(substrate_->inspect(recovered, call()).state, MachineState::gone);
}

TEST_P(SubstrateContract, StartAfterARestartFindsTheMachine) {
    const MachineHandle handle = start("m-again");
    ASSERT_TRUE(comes_up(handle));
    substrate_ = make();
    ASSERT_TRUE(comes_up(start("m-again")));
    if (GetParam().runs_here) {
        EXPECT_EQ(boots("m-again").size(), 1u) << "the runner was started more than once";
    }
}

TEST_P(SubstrateContract, SuspendAndResume) {
    const MachineHandle handle = start("m-suspended");
    ASSERT_TRUE(comes_up(handle));
    if (!substrate_->capabilities().suspend) {
        EXPECT_EQ(thrown_code([&] { substrate_->suspend(handle, call()); }), Errc::unimplemented);
        EXPECT_EQ(thrown_code([&] { substrate_->resume(handle, call()); }), Errc::unimplemented);
        return;
    }
    suspend(handle);
    EXPECT_TRUE(inspect_until(handle, [](const MachineStatus& s) { return s.state == MachineState::suspended; }));
    EXPECT_NO_THROW(suspend(handle)) << "it is suspended already";
    substrate_->resume(handle, call());
    EXPECT_TRUE(comes_up(handle));
    EXPECT_NO_THROW(substrate_->resume(handle, call())) << "it is running already";
    suspend(handle);
    substrate_->destroy(handle, call());
    EXPECT_EQ(substrate_->inspect(handle, call()).state, MachineState::gone) << "a suspended machine can be destroyed";
    EXPECT_EQ(thrown_code([&] { substrate_->suspend(handle, call()); }), Errc::not_found);
    EXPECT_EQ(thrown_code([&] { substrate_->resume(handle, call()); }), Errc::not_found);
}

TEST_P(SubstrateContract, RestartEndsTheLastRunnerAndKeepsTheDisk) {
    const MachineHandle handle = start("m-restarted");
    ASSERT_TRUE(comes_up(handle));
    if (!substrate_->capabilities().restart) {
        EXPECT_EQ(thrown_code([&] { restart(handle, "token-second"); }), Errc::unimplemented);
        return;
    }
    const MachineHandle second = restart(handle, "token-second");
    EXPECT_EQ(second.id, handle.id);
    EXPECT_TRUE(inspect_until(second, [&](const MachineStatus& s) {
        return s.state == MachineState::running && (!GetParam().runs_here || boots("m-restarted").size() == 2);
    }));
    if (GetParam().runs_here) {
        EXPECT_EQ(boots("m-restarted"), (std::vector<std::string>{token_, "token-second"}));
        const std::vector<Life> seen = lives("m-restarted");
        ASSERT_EQ(seen.size(), 2u);
        EXPECT_EQ(seen[1].number, 2) << "the disk is as the last runner left it";
        EXPECT_TRUE(has_ended(seen[0].runner)) << "there is never more than one runner on a machine";
        EXPECT_TRUE(has_ended(seen[0].other)) << "what the last runner left running is ended, too";
    }
    EXPECT_EQ(json::serialize(second.data).find("token-second"), std::string::npos);
    EXPECT_FALSE(host_.logger().contains("token-second"));
    substrate_->destroy(second, call());
    EXPECT_EQ(substrate_->inspect(second, call()).state, MachineState::gone);
}

TEST_P(SubstrateContract, RestartRepeatedStartsOneRunner) {
    const MachineHandle handle = start("m-repeated");
    ASSERT_TRUE(comes_up(handle));
    if (!substrate_->capabilities().restart) GTEST_SKIP() << "this substrate cannot restart";
    const MachineHandle second = restart(handle, "token-second");
    ASSERT_TRUE(inspect_until(second, [&](const MachineStatus& s) {
        return s.state == MachineState::running && (!GetParam().runs_here || boots("m-repeated").size() == 2);
    }));
    substrate_ = make();
    const MachineHandle again = restart(handle, "token-second");
    EXPECT_EQ(json::serialize(second.data), json::serialize(again.data));
    EXPECT_EQ(substrate_->inspect(again, call()).state, MachineState::running);
    if (GetParam().runs_here) {
        EXPECT_EQ(boots("m-repeated").size(), 2u) << "the runner was started more than once";
    }
}

TEST_P(SubstrateContract, RestartBringsBackAMachineWhoseRunnerHasEnded) {
    if (!substrate_->capabilities().restart) GTEST_SKIP() << "this substrate cannot restart";
    MachineSpec brief = spec("m-ended");
    brief.runner.argv = {"/bin/sh", "-c", "echo life >> disk; echo \"$MURMUR_RUNNER_TOKEN\" >> \"$CONTRACT_FILE\""};
    started_.push_back(substrate_->start(brief, call()));
    const MachineHandle handle = started_.back();
    ASSERT_TRUE(inspect_until(handle, [](const MachineStatus& s) { return s.state == MachineState::gone; }));
    EXPECT_TRUE(inspect_until(restart(handle, "token-second"), [&](const MachineStatus& s) {
        return s.state == MachineState::running && (!GetParam().runs_here || boots("m-ended").size() == 2);
    }));
    if (GetParam().runs_here) {
        EXPECT_EQ(boots("m-ended"), (std::vector<std::string>{token_, "token-second"}));
    }
}

TEST_P(SubstrateContract, RestartOfAMachineThatIsGoneIsNotFound) {
    if (!substrate_->capabilities().restart) GTEST_SKIP() << "this substrate cannot restart";
    const MachineHandle handle = start("m-no-more");
    ASSERT_TRUE(comes_up(handle));
    substrate_->destroy(handle, call());
    EXPECT_EQ(thrown_code([&] { restart(handle, "token-second"); }), Errc::not_found);
    EXPECT_EQ(substrate_->inspect(handle, call()).state, MachineState::gone) << "and stays so";
}

TEST_P(SubstrateContract, ASuspendedMachineCanBeRestarted) {
    const SubstrateCapabilities can = substrate_->capabilities();
    if (!can.restart || !can.suspend) GTEST_SKIP() << "this substrate cannot both suspend and restart";
    const MachineHandle handle = start("m-frozen");
    ASSERT_TRUE(comes_up(handle));
    suspend(handle);
    EXPECT_TRUE(inspect_until(restart(handle, "token-second"), [&](const MachineStatus& s) {
        return s.state == MachineState::running && (!GetParam().runs_here || boots("m-frozen").size() == 2);
    }));
}

TEST_P(SubstrateContract, ExecRunsAProgram) {
    const MachineHandle handle = start("m-exec");
    ASSERT_TRUE(comes_up(handle));
    if (!substrate_->capabilities().exec) {
        EXPECT_EQ(thrown_code([&] { substrate_->exec(handle, {"true"}, call()); }), Errc::unimplemented);
        return;
    }
    const ExecResult result = substrate_->exec(handle, {"/bin/sh", "-c", "echo out; echo err >&2; exit 3"}, call());
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_EQ(result.standard_output, "out\n");
    EXPECT_EQ(result.standard_error, "err\n");
    const auto code = thrown_code([&] {
        substrate_->exec(handle, {"/bin/sleep", "600"}, call_within(std::chrono::milliseconds(200)));
    });
    EXPECT_EQ(code, Errc::deadline_exceeded) << "exec() has to end with its call";
}

TEST_P(SubstrateContract, APersonGetsOntoAMachineThatIsUp) {
    const MachineHandle handle = start("m-attach");
    ASSERT_TRUE(comes_up(handle));
    const auto attach = [&](const std::vector<std::string>& argv) {
        return substrate_->attach_command(handle, argv, call());
    };
    if (!substrate_->capabilities().attach) {
        EXPECT_EQ(thrown_code([&] { attach({"true"}); }), Errc::unimplemented);
        return;
    }
    const AttachCommand command = attach({"/bin/sh", "-c", "cat disk; echo \"$0\"; exit 3", "it's one"});
    ASSERT_FALSE(command.argv.empty());
    std::string line;
    for (const std::string& word : command.argv) {
        EXPECT_EQ(word.find(token_), std::string::npos) << "everybody can read arguments";
        line += (line.empty() ? "'" : " '");
        for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
        line += "'";
    }
    std::string said;
    FILE* const program = ::popen(line.c_str(), "r");
    ASSERT_NE(program, nullptr);
    char piece[256];
    while (std::fgets(piece, sizeof piece, program)) said += piece;
    EXPECT_EQ(WEXITSTATUS(::pclose(program)), 3) << line;
    EXPECT_EQ(said, "life\nit's one\n") << "in the directory of the runner";
    if (substrate_->capabilities().suspend) {
        suspend(handle);
        EXPECT_EQ(thrown_code([&] { attach({"true"}); }), Errc::failed_precondition);
    }
    substrate_->destroy(handle, call());
    EXPECT_EQ(thrown_code([&] { attach({"true"}); }), Errc::not_found);
}

TEST_P(SubstrateContract, ItsCornerOfTheCatalogIsInOrder) {
    const CatalogContribution contribution = substrate_->catalog();
    for (const CatalogSection& section : contribution.sections) FieldTableExpectations::check(section);
    std::set<std::pair<std::string, std::string>> names;
    for (const CatalogBuiltin& builtin : contribution.builtins) {
        const std::string name = FieldReader(builtin.body, builtin.kind).get_string("name");
        EXPECT_EQ(name.rfind("murmur-", 0), 0u) << builtin.kind << " " << name;
        EXPECT_TRUE(names.emplace(builtin.kind, name).second) << builtin.kind << " " << name << " is there twice";
    }
}

TEST_P(SubstrateContract, ACancelledCallIsObeyed) {
    std::stop_source stop;
    stop.request_stop();
    const Call cancelled = call_within(GetParam().limit, stop.get_token());
    EXPECT_EQ(thrown_code([&] { started_.push_back(substrate_->start(spec("m-cancelled"), cancelled)); }),
              Errc::cancelled);
    EXPECT_TRUE(boots("m-cancelled").empty());
    const Call late = call_within(std::chrono::milliseconds(-1));
    EXPECT_EQ(thrown_code([&] { started_.push_back(substrate_->start(spec("m-late"), late)); }),
              Errc::deadline_exceeded);
}

TEST_P(SubstrateContract, CallsForDifferentMachinesMayOverlap) {
    constexpr int machines = 6;
    std::vector<std::future<MachineHandle>> starts;
    for (int i = 0; i < machines; ++i)
        starts.push_back(std::async(std::launch::async, [this, i] {
            return substrate_->start(spec("m-parallel-" + std::to_string(i)), call());
        }));
    for (auto& one : starts) started_.push_back(one.get());
    for (const MachineHandle& handle : started_) EXPECT_TRUE(comes_up(handle)) << handle.id;
    std::vector<std::future<MachineState>> ends;
    for (const MachineHandle& handle : started_)
        ends.push_back(std::async(std::launch::async, [this, handle] {
            substrate_->destroy(handle, call());
            return substrate_->inspect(handle, call()).state;
        }));
    for (auto& one : ends) EXPECT_EQ(one.get(), MachineState::gone);
}

}

/// Runs the suite: MURMUR_SUBSTRATE_CONTRACT(Scratch, {.provider = {MURMUR_PLUGIN_FILE, "scratch"}}). Once per file.
#define MURMUR_SUBSTRATE_CONTRACT(NAME, ...)                                                        \
    namespace murmur::testing {                                                                     \
    INSTANTIATE_TEST_SUITE_P(NAME, SubstrateContract,                                               \
                             ::testing::Values(::murmur::testing::SubstrateUnderTest(__VA_ARGS__)), \
                             [](const auto&) { return std::string("contract"); });                  \
    }
