#pragma once

#include <gtest/gtest.h>

#include <murmur/testing/fake_host.hpp>
#include <murmur/testing/plugin_under_test.hpp>
#include <ostream>
#include <string>
#include <vector>

namespace murmur::testing {

/// What the suite has to know about a backend.
struct BackendUnderTest {
    ProviderUnderTest provider;
    SessionMode mode = SessionMode::autonomous;  ///< of the sessions
    json::object session_settings = {};          ///< SessionSpec::settings; whatever it needs to be able to launch
    std::vector<std::string> installed_programs = {};  ///< SessionSpec::installed_programs
    /// Lines of a recorded turn on standard output, from the first to the last, and what they must come to.
    std::vector<std::string> transcript = {};
    std::vector<SessionEventKind> expected_events = {};
};

/// For the suite's messages.
inline void PrintTo(const BackendUnderTest& subject, std::ostream* out) { *out << subject.provider.provider; }

/// The promises that every backend keeps. Use it with MURMUR_BACKEND_CONTRACT.
class BackendContract : public ::testing::TestWithParam<BackendUnderTest> {
protected:
    BackendContract()
        : plugin_(GetParam().provider.plugin), backend_(plugin_.make_backend(GetParam().provider, host_)) {}

    Call call() const { return call_within(std::chrono::seconds(60)); }

    SessionSpec spec() const {
        SessionSpec spec;
        spec.session_id = "7b1c7e1e-5c0f-4f57-9d5b-3f3c3f3f9a10";
        spec.agent = "contract/fix-typo";
        spec.working_directory = "/srv/agent/repo";
        spec.home_directory = "/srv/agent/home";
        spec.mode = GetParam().mode;
        spec.settings = GetParam().session_settings;
        spec.installed_programs = GetParam().installed_programs;
        return spec;
    }

    BackendCapabilities can() const { return backend_->session_capabilities(spec()); }
    std::unique_ptr<BackendSession> open() { return backend_->open(spec(), call()); }

    static std::string describe(const Translation& translation) {
        std::string text = translation.to_standard_input + "|" + std::to_string(translation.signal) + "|";
        for (const SessionEvent& event : translation.events)
            text +=
                std::string(session_event_kind_name(event.kind)) + ":" + event.text + json::serialize(event.data) + ";";
        if (translation.turn_ended) text += "ended:" + translation.turn_ended->stop_reason;
        return text;
    }

    static bool says_something(const Translation& translation) {
        return !translation.to_standard_input.empty() || translation.close_standard_input || translation.signal != 0 ||
               !translation.keys.empty();
    }

    std::vector<Translation> play(BackendSession& session) {
        std::vector<Translation> answers;
        for (const std::string& line : GetParam().transcript)
            answers.push_back(session.on_line(OutputStream::standard_output, line));
        return answers;
    }

    const UserMessage prompt_{"message-1", "Fix the typo in the title, please: Mumrur -> Murmur"};
    FakeHost host_;
    PluginUnderTest plugin_;
    std::unique_ptr<Backend> backend_;
};

TEST_P(BackendContract, LaunchNamesAProgramAndPassesThePrompt) {
    const Launch launch = open()->launch({prompt_});
    ASSERT_FALSE(launch.argv.empty());
    EXPECT_FALSE(launch.argv.front().empty());
    std::string everything = launch.standard_input;
    for (const std::string& argument : launch.argv) everything += "\n" + argument;
    for (const auto& [name, value] : launch.environment) everything += "\n" + value;
    for (const auto& [path, content] : launch.files) everything += "\n" + content;
    EXPECT_NE(everything.find("Fix the typo in the title"), std::string::npos) << "the first message is lost";
}

TEST_P(BackendContract, FilesStayBelowTheHomeDirectory) {
    for (const auto& [path, content] : open()->launch({prompt_}).files) {
        EXPECT_TRUE(std::filesystem::path(path).is_relative()) << path;
        for (const auto& part : std::filesystem::path(path)) EXPECT_NE(part, "..") << path;
    }
}

TEST_P(BackendContract, EveryLineIsTaken) {
    const auto session = open();
    session->launch({prompt_});
    const std::vector<std::string> lines{"",
                                         "plain text",
                                         "{",
                                         "{}",
                                         "[1,2",
                                         "null",
                                         "{\"type\":\"no-such-type\"}",
                                         "{\"type\":7}",
                                         "\xff\xfe",
                                         std::string("a\0b", 3),
                                         "\"",
                                         std::string(1 << 20, 'x'),
                                         std::string(10'000, '['),
                                         "\x1b[31mred\x1b[0m"};
    for (const std::string& line : lines) {
        EXPECT_NO_THROW(session->on_line(OutputStream::standard_output, line)) << line.substr(0, 40);
        EXPECT_NO_THROW(session->on_line(OutputStream::standard_error, line)) << line.substr(0, 40);
    }
    EXPECT_NO_THROW(session->on_exit({}));
}

TEST_P(BackendContract, TheProcessEndingEndsTheTurn) {
    const auto ended = [&](ExitStatus status) {
        const auto session = open();
        session->launch({prompt_});
        return session->on_exit(status).turn_ended;
    };
    const bool per_turn = can().process_per_turn;
    const auto good = ended({0, 0});
    if (per_turn) {
        ASSERT_TRUE(good.has_value());
        EXPECT_TRUE(good->success);
    }
    for (const ExitStatus& status : {ExitStatus{3, 0}, ExitStatus{0, 9}}) {
        const auto bad = ended(status);
        ASSERT_TRUE(bad.has_value()) << "a turn that a failing process leaves open would never end";
        EXPECT_FALSE(bad->success);
        EXPECT_FALSE(bad->stop_reason.empty());
    }
}

TEST_P(BackendContract, InterruptAndStopAskTheProcess) {
    const auto interrupted = open();
    interrupted->launch({prompt_});
    EXPECT_TRUE(says_something(interrupted->interrupt()));
    const auto stopped = open();
    stopped->launch({prompt_});
    EXPECT_TRUE(says_something(stopped->stop()));
}

TEST_P(BackendContract, DeliverIsForLongProcesses) {
    const auto session = open();
    session->launch({prompt_});
    const UserMessage follow_up{"message-2", "And the second title"};
    if (can().process_per_turn) {
        EXPECT_EQ(thrown_code([&] { session->deliver({follow_up}); }), Errc::unimplemented);
        return;
    }
    play(*session);
    EXPECT_TRUE(says_something(session->deliver({follow_up})));
}

TEST_P(BackendContract, AMessageWithinATurnIsTakenIn) {
    if (can().process_per_turn || !can().message_mid_turn) GTEST_SKIP() << "it takes messages only between turns";
    const auto session = open();
    session->launch({prompt_});
    const Translation taken = session->deliver({{"message-2", "And the second title"}});
    EXPECT_TRUE(says_something(taken));
    EXPECT_FALSE(taken.turn_ended.has_value());
}

TEST_P(BackendContract, AModeThatItDoesNotHaveIsRefusedByName) {
    SessionSpec wanted = spec();
    wanted.mode = SessionMode::interactive;
    if (backend_->session_capabilities(wanted).interactive) {
        EXPECT_NO_THROW(backend_->open(wanted, call()));
        return;
    }
    EXPECT_EQ(thrown_code([&] { backend_->open(wanted, call()); }), Errc::invalid_argument);
}

TEST_P(BackendContract, TheTranscriptComesToItsEvents) {
    if (GetParam().transcript.empty()) GTEST_SKIP() << "no transcript was given to the suite";
    const auto session = open();
    session->launch({prompt_});
    std::vector<std::string> kinds, expected;
    for (const Translation& answer : play(*session))
        for (const SessionEvent& event : answer.events) kinds.emplace_back(session_event_kind_name(event.kind));
    for (const SessionEventKind kind : GetParam().expected_events) expected.emplace_back(session_event_kind_name(kind));
    EXPECT_EQ(kinds, expected);
}

TEST_P(BackendContract, SessionsDoNotShareMemory) {
    const auto text_of = [](const std::vector<Translation>& answers) {
        std::string text;
        for (const Translation& answer : answers) text += describe(answer) + "\n";
        return text;
    };
    const auto alone = open();
    alone->launch({prompt_});
    const std::string expected = text_of(play(*alone));
    const auto one = open();
    const auto two = open();
    one->launch({prompt_});
    two->launch({prompt_});
    std::string first, second;
    for (const std::string& line : GetParam().transcript) {
        first += describe(one->on_line(OutputStream::standard_output, line)) + "\n";
        second += describe(two->on_line(OutputStream::standard_output, line)) + "\n";
    }
    EXPECT_EQ(first, expected);
    EXPECT_EQ(second, expected);
}

TEST_P(BackendContract, ACheckpointCanBeResumedFrom) {
    if (!can().resume) GTEST_SKIP() << "this backend cannot resume a session";
    const auto session = open();
    session->launch({prompt_});
    std::optional<json::object> checkpoint;
    auto answers = play(*session);
    answers.push_back(session->on_exit({}));
    for (const Translation& answer : answers)
        if (answer.checkpoint) checkpoint = answer.checkpoint;
    ASSERT_TRUE(checkpoint.has_value()) << "a backend that can resume has to give checkpoints";
    SessionSpec again = spec();
    again.checkpoint = parse_json(json::serialize(*checkpoint)).as_object();
    EXPECT_FALSE(backend_->open(again, call())->launch({prompt_}).argv.empty());
}

}

/// Runs the suite: MURMUR_BACKEND_CONTRACT(Echo, {.provider = {MURMUR_PLUGIN_FILE, "echo"}}). Once per file.
#define MURMUR_BACKEND_CONTRACT(NAME, ...)                                                        \
    namespace murmur::testing {                                                                   \
    INSTANTIATE_TEST_SUITE_P(NAME, BackendContract,                                               \
                             ::testing::Values(::murmur::testing::BackendUnderTest(__VA_ARGS__)), \
                             [](const auto&) { return std::string("contract"); });                \
    }
