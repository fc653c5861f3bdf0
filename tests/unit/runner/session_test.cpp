#include "runner/session.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <murmur/testing/fake_host.hpp>
#include <murmur/testing/temp_dir.hpp>

namespace murmur::runner {
namespace {

/// A turn is one run of `true`.
class TrueSession final : public BackendSession {
public:
    Launch launch(const std::vector<UserMessage>&) override { return {.argv = {"true"}}; }
    Translation on_line(OutputStream, std::string_view) override { return {}; }
    Translation on_exit(const ExitStatus& status) override {
        return {.turn_ended = TurnResult{.success = status.success(), .stop_reason = "end_turn", .response = ""}};
    }
    Translation interrupt() override { return {}; }
    Translation stop() override { return {}; }
};

class TrueBackend final : public Backend {
public:
    BackendCapabilities capabilities() const override { return {.process_per_turn = true}; }
    std::unique_ptr<BackendSession> open(const SessionSpec&, const Call&) override {
        return std::make_unique<TrueSession>();
    }
};

struct SessionReports final : ReportSink {
    void report(json::object body) override {
        if (body.contains("turnStarted")) ++turns;
    }
    int turns = 0;
};

/// Posts a message when a turn is saved, and a stop while the bases are looked at.
class StoppingObserver final : public TurnObserver {
public:
    explicit StoppingObserver(Inbox& inbox) : inbox_(inbox) {}
    void follow_bases() override { inbox_.post(RunnerCommand{.stop = StopCommand{.reason = "enough"}}); }
    void commit_changes(const std::string&) override {}
    void publish() override {}
    bool save(const TurnSaver::Pause&) override {
        inbox_.post(RunnerCommand{.messages = std::vector<UserMessage>{{"m2", "again"}}});
        return true;
    }
    void apply_settings(const std::vector<RepoAssignment>&) override {}
    std::filesystem::path copy_work() override { return {}; }
    void remove_copy() override {}
    void forbid_pushing() override {}

private:
    Inbox& inbox_;
};

TEST(SessionTest, AStopThatComesRightBeforeATurnEndsIt) {
    const testing::TempDir directory;
    Inbox inbox;
    SessionReports reports;
    testing::RecordingLogger log;
    TrueBackend backend;
    StoppingObserver observer(inbox);
    DeliveryJournal journal(directory.path() / "delivered");
    SessionMemory memory(directory.path() / "session.json", "s-1");
    SessionSpec spec;
    spec.session_id = "s-1";
    spec.working_directory = directory.path();
    spec.environment["PATH"] = std::getenv("PATH");
    Session session({.backend = backend,
                     .backend_name = "true",
                     .inbox = inbox,
                     .sink = reports,
                     .observer = observer,
                     .journal = journal,
                     .memory = memory,
                     .logger = log},
                    spec);
    auto result = std::async(std::launch::async, [&] { return session.run({{"m1", "begin"}}); });
    const bool is_over = result.wait_for(std::chrono::seconds(60)) == std::future_status::ready;
    if (!is_over) inbox.post(ShutdownNotice{});
    EXPECT_TRUE(is_over) << "nobody would have told it again";
    EXPECT_EQ(result.get().end, Session::End::stopped);
    EXPECT_EQ(reports.turns, 1);
}

}
}
