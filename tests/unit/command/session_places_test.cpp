#include "session_places.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "command_backend.hpp"

namespace murmur::command_backend {
namespace {

SessionSpec spec_with(json::object settings, json::object checkpoint = {}) {
    SessionSpec spec;
    spec.session_id = "new-1";
    spec.working_directory = "/srv/m 1/workspace/a.b";
    spec.settings = std::move(settings);
    spec.checkpoint = std::move(checkpoint);
    spec.installed_programs = {"claude"};
    return spec;
}

CommandBackend backend() { return CommandBackend(PluginSettings(command_settings_table(), {}, "command")); }

TEST(SessionPlaces, ClaudeKeepsATranscriptForEachWorkingDirectory) {
    EXPECT_EQ(backend().session_files(spec_with({{"preset", "claude"}, {"home", "agent"}})),
              (std::vector<std::string>{".claude/projects/-srv-m-1-workspace-a-b/new-1.jsonl",
                                        ".claude/projects/-srv-m-1-workspace-a-b/new-1"}));
    EXPECT_EQ(backend().session_files(spec_with({{"preset", "claude"}}))[0],
              "~/.claude/projects/-srv-m-1-workspace-a-b/new-1.jsonl");
}

TEST(SessionPlaces, OfOtherProgramsOnlyWhatTheSettingsSay) {
    EXPECT_TRUE(backend().session_files(spec_with({{"command", "true"}})).empty());
    EXPECT_EQ(backend().session_files(spec_with(
                  {{"command", "true"}, {"home", "agent"}, {"session_files", json::array{".x/{session_id}", "y-*"}}})),
              (std::vector<std::string>{".x/new-1", "y-*"}));
}

TEST(SessionPlaces, FilesMoveWithTheWorkingDirectoryAndTheHome) {
    const SessionSpec agents = spec_with({{"preset", "claude"}, {"home", "agent"}});
    const SessionSpec users = spec_with({{"preset", "claude"}});
    const std::string saved = ".claude/projects/-other/new-1/subagents/a.jsonl";
    const std::string here = ".claude/projects/-srv-m-1-workspace-a-b/new-1/subagents/a.jsonl";
    EXPECT_EQ(backend().restored_path(saved, agents), here);
    EXPECT_EQ(backend().restored_path("~/" + saved, agents), here);
    EXPECT_EQ(backend().restored_path(saved, users), "~/" + here);
}

TEST(SessionPlaces, AForkGetsTheFilesUnderItsOwnNameUnlessItsProgramCanFork) {
    const json::object other{{"turns", 2}, {"session", "old-1"}};
    const SessionSpec plain =
        spec_with({{"command", "true"}, {"home", "agent"}, {"session_files", json::array{".x/{session_id}"}}}, other);
    EXPECT_EQ(forked_session(plain), "old-1");
    EXPECT_EQ(backend().restored_path(".x/old-1", plain), ".x/new-1");
    const SessionSpec claude = spec_with({{"preset", "claude"}, {"home", "agent"}}, other);
    EXPECT_EQ(backend().restored_path(".claude/projects/-other/old-1.jsonl", claude),
              ".claude/projects/-srv-m-1-workspace-a-b/old-1.jsonl");
    EXPECT_EQ(forked_session(spec_with({}, {{"turns", 2}, {"session", "new-1"}})), "");

    const auto session = backend().open(claude, Call{});
    const std::vector<std::string> first = session->launch({{"m", "hi"}}).argv;
    EXPECT_NE(std::find(first.begin(), first.end(), "--fork-session"), first.end());
    EXPECT_NE(std::find(first.begin(), first.end(), "old-1"), first.end());
    const Translation end = session->on_exit({});
    ASSERT_TRUE(end.checkpoint);
    EXPECT_EQ(end.checkpoint->at("session"), "new-1");
    const std::vector<std::string> second = session->launch({{"m", "hi"}}).argv;
    EXPECT_EQ(std::find(second.begin(), second.end(), "--fork-session"), second.end());
    EXPECT_EQ(std::find(second.begin(), second.end(), "old-1"), second.end());
}

}
}
