#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <thread>

#include "fake_server.hpp"
#include "runner/supervisor.hpp"
#include "unit/git/git_fixture.hpp"

namespace murmur::runner {

/// Runs each message as a shell script, a process a turn.
class ShellSession final : public BackendSession {
public:
    explicit ShellSession(Launch pattern) : pattern_(std::move(pattern)) {}
    Launch launch(const std::vector<UserMessage>& messages) override {
        Launch launch = pattern_;
        std::string script;
        for (const UserMessage& message : messages) script += message.text + "\n";
        if (launch.argv.empty()) launch.argv = {"sh", "-c", script};
        launch.close_standard_input = true;
        return launch;
    }
    Translation on_line(OutputStream stream, std::string_view line) override {
        const bool out = stream == OutputStream::standard_output;
        return {.events = {{.kind = out ? SessionEventKind::assistant_text : SessionEventKind::standard_error,
                            .text = std::string(line)}}};
    }
    Translation on_exit(const ExitStatus&) override { return {}; }
    Translation interrupt() override { return {.signal = SIGINT}; }
    Translation stop() override { return {.signal = SIGTERM}; }

private:
    Launch pattern_;
};

/// One process for the session: a shell that takes a line a turn and answers "done".
class PipeSession final : public BackendSession {
public:
    Launch launch(const std::vector<UserMessage>& messages) override {
        return {.argv = {"sh", "-c", "while read -r line; do eval \"$line\"; echo done; done"},
                .standard_input = messages.front().text + "\n"};
    }
    Translation on_line(OutputStream, std::string_view line) override {
        if (line == "done") return {.turn_ended = TurnResult{true, "end_turn", ""}};
        return {.events = {{.text = std::string(line)}}};
    }
    Translation on_exit(const ExitStatus&) override { return {}; }
    Translation deliver(const std::vector<UserMessage>& messages) override {
        return {.to_standard_input = messages.front().text + "\n"};
    }
    Translation interrupt() override { return {}; }
    Translation stop() override { return {.close_standard_input = true}; }
};

class FakeBackend final : public Backend {
public:
    BackendCapabilities capabilities() const override {
        BackendCapabilities out = extra;
        out.process_per_turn = !persistent;
        return out;
    }
    std::unique_ptr<BackendSession> open(const SessionSpec& spec, const Call&) override {
        opened.lock()->push_back(spec);
        if (persistent) return std::make_unique<PipeSession>();
        return std::make_unique<ShellSession>(pattern);
    }
    std::vector<std::string> session_files(const SessionSpec& spec) const override {
        return {"transcript", "places/" + std::filesystem::path(spec.working_directory).filename().string()};
    }
    bool persistent = false;
    Launch pattern;
    BackendCapabilities extra = {};
    Locked<std::vector<SessionSpec>> opened;
};

/// murmurd's blobs in memory. Safe from any thread.
class FakeBlobs final {
public:
    class Client final : public BlobClient {
    public:
        explicit Client(FakeBlobs& owner) : owner_(owner) {}
        bool has(const std::string& sha256) override { return owner_.blobs.lock()->count(sha256) > 0; }
        void upload(const std::string& sha256, const std::filesystem::path& file) override {
            auto held = owner_.blobs.lock();
            if (owner_.failure) throw *owner_.failure;
            std::ifstream in(file, std::ios::binary);
            (*held)[sha256] = std::string(std::istreambuf_iterator<char>(in), {});
        }
        void download(const std::string& sha256, std::uint64_t, const std::filesystem::path& file) override {
            std::ofstream(file, std::ios::binary) << owner_.blobs.lock()->at(sha256);
        }

    private:
        FakeBlobs& owner_;
    };
    void fail_with(std::optional<Error> error) {
        auto held = blobs.lock();
        failure = std::move(error);
    }
    Locked<std::map<std::string, std::string>> blobs;
    std::optional<Error> failure;  ///< of uploads; under the lock of blobs
};

class SupervisorTest : public GitFixture {
protected:
    SupervisorTest() : origin(make_origin()) {
        backend->pattern.commit_changes = true;
        options.machine_directory = root / "machine";
        options.blobs = [this] { return std::make_unique<FakeBlobs::Client>(blobs); };
        std::filesystem::create_directories(options.machine_directory);
        options.hello = {"m-1", 1, "r-1", 1, "0.1.0"};
        options.connector = server.connector();
        options.backend = [this](const Assignment&) { return backend; };
        options.logger = &logger;
        options.channel.backoff_min = std::chrono::milliseconds(1);
        options.channel.backoff_max = std::chrono::milliseconds(5);
        options.session.interrupt_grace = options.session.term_grace = std::chrono::milliseconds(200);
        options.session.stop_grace = options.session.shutdown_grace = std::chrono::milliseconds(200);
    }
    ~SupervisorTest() override {
        if (!thread.joinable()) return;
        server.send({{"fenced", json::object{{"reason", "the test has failed"}}}});
        thread.join();
    }

    void start(const std::string& prompt, json::object more = {}) {
        server.command({{"assignment", assignment_for(prompt, std::move(more))}});
        thread = std::thread([this] { exit_code = supervise(options); });
    }
    json::object assignment_for(const std::string& prompt, json::object more = {}) const {
        json::object assignment = {
            {"workflowId", "w/team/u/alice/fix"},
            {"slug", "fix"},
            {"workspace", "team"},
            {"account", "alice"},
            {"backend", "fake"},
            {"sessionId", "session-1"},
            {"repos", json::array{json::object{{"cloneUrl", origin.string()}, {"branch", branch}}}},
            {"messages", json::array{json::object{{"id", "msg-1"}, {"text", prompt}}}},
            {"gitName", "Alice"},
            {"gitEmail", "alice@example.org"},
            {"baseCheckIntervalMs", 0}};
        for (const auto& entry : more) assignment.insert_or_assign(entry.key(), entry.value());
        return assignment;
    }
    void message(const std::string& id, const std::string& text) {
        server.command(
            {{"messages", json::object{{"messages", json::array{json::object{{"id", id}, {"text", text}}}}}}});
    }
    /// Ends the session and returns its last report.
    json::object stop(json::object more = {}) {
        more["reason"] = "test";
        server.command({{"stop", std::move(more)}});
        return ended();
    }
    /// Ends this life without a session_ended, as the loss of the machine's connection would.
    void lose_runner() {
        server.send({{"fenced", json::object{{"reason", "test"}}}});
        thread.join();
    }
    /// Another life of the runner, on the same machine, with a murmurd that knows nothing of the last one's reports.
    void next_life() {
        if (thread.joinable()) thread.join();
        server.begin_anew();
        ++options.hello.incarnation;
        options.hello.runner_id = "r-" + std::to_string(options.hello.incarnation);
    }
    /// The last report of this kind.
    json::object last(std::string_view field) {
        json::object found;
        for (const json::object& report : server.seen().reports)
            if (const json::value* value = report.if_contains(field)) found = value->as_object();
        return found;
    }
    std::size_t count(std::string_view field) {
        std::size_t found = 0;
        for (const json::object& report : server.seen().reports) found += report.contains(field);
        return found;
    }
    json::object ended() {
        const json::object report = server.wait_report("sessionEnded");
        thread.join();
        EXPECT_TRUE(server.seen().problems.empty());
        return report;
    }
    std::vector<std::string> texts(std::string_view kind) {
        std::vector<std::string> out;
        for (const json::object& report : server.seen().reports)
            if (const json::value* event = report.if_contains("sessionEvent");
                event && event->at("kind").as_string() == kind)
                out.emplace_back(event->at("text").as_string());
        return out;
    }
    std::string on_origin(const std::string& command) { return sh(origin, command + " " + branch); }

    static constexpr const char* branch = "murmur/w/team/u/alice/fix";
    std::filesystem::path origin;
    FakeServer server;
    QuietLogger logger;
    FakeBlobs blobs;
    std::shared_ptr<FakeBackend> backend = std::make_shared<FakeBackend>();
    SupervisorOptions options;
    std::thread thread;
    int exit_code = -1;
};

}
