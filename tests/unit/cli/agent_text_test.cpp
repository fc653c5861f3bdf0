#include "cli/agent_text.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "cli/agent_tree.hpp"
#include "cli/answer_fields.hpp"
#include "cli/event_text.hpp"
#include "cli/phase_text.hpp"
#include "cli/plugin_text.hpp"
#include "murmur/error.hpp"

namespace murmur {
namespace {

const TimePoint now = *parse_answer_time("2026-05-14T18:30:12.000Z");

TEST(AgentText, StatusHasThePublishedForm) {
    const json::object agent = json::parse(R"({"workflowId":"local/alice/w/api/fix","phase":"PHASE_TASK_COMPLETE",
        "machine":"m-1 (local) [running]","version":"0.1.0","progress":"[tool] StructuredOutput","progressAt":"2026-05-14T18:30:08.000Z",
        "mode":"autonomous","queued":0,"response":"hello world","costUsd":0.05})")
                                   .as_object();
    EXPECT_EQ(agent_status(agent, CapturedOut(), now),
              "workflow: local/alice/w/api/fix\n"
              "phase:    PHASE_TASK_COMPLETE\n"
              "vm:       m-1 (local) [running]\n"
              "version:  0.1.0\n"
              "progress: [tool] StructuredOutput (4s ago)\n"
              "response: hello world\n"
              "cost:     $0.05\n");
}

TEST(AgentText, StatusShowsEverythingThatIsSet) {
    const json::object agent =
        json::parse(R"({"phase":"PHASE_FAILED","mode":"streaming","workingOn":"a task","queued":2,
        "response":"one\ntwo\n","prs":["https://x/1","https://x/2"],"commits":3,"costUsd":1.234,"costEstimated":true,"branch":"murmur/w/a/u/b/c",
        "pullRequests":[{"url":"https://x/1","state":"open","checks":"pending"},{"url":"https://x/2","state":"merged","checks":"pending"}],
        "machineCostUsd":0.02,"budget":{"maxCostUsd":5,"maxTimeMs":"3600000"},"spent":{"costUsd":6.25,"turns":4,"timeMs":"90000"},
        "budgetHit":"max-cost","tasks":5,"tasksOpen":2,"snapshotId":"0123456789abcdef0123456789abcdef","snapshotAt":"2026-05-14T18:30:08.000Z",
        "persona":"architect","pilot":true,"serviceProfile":"bot","children":[{"slug":"child","phase":"PHASE_RUNNING"}],
        "backend":"command","reason":"the backend ended with exit status 1","hint":"Look.",
        "lastExit":{"code":1,"signal":0,"stderrTail":"bo\u001bom"}})")
            .as_object();
    EXPECT_EQ(agent_status(agent, CapturedOut(), now),
              "phase:        PHASE_FAILED\nmode:         streaming\nworking on:   a task\nqueued:       2\n"
              "response:     one\n              two\npr:           https://x/1 (open, checks pending)\n"
              "pr:           https://x/2 (merged)\ncommits:      3\ncost:         $1.23 (estimated)\n"
              "machine cost: $0.02\nmax-cost:     $5.00 ($6.25 spent, $0.00 left)\n"
              "max-time:     1h (1m30s spent, 58m30s left)\nlimit hit:    max-cost\nchildren:     child (running)\n"
              "tasks:        5 (2 open)\nbranch:       murmur/w/a/u/b/c\nbackend:      command\n"
              "persona:      architect\nidentity:     bot\npilot:        yes\nsnapshot:     0123456789ab (4s ago)\n"
              "reason:       the backend ended with exit status 1\nhint:         Look.\nexit:         status 1\n"
              "stderr:       boom\n");
}

TEST(AgentText, ChildrenAreATree) {
    const json::array agents = json::parse(R"([
        {"slug":"top/front","phase":"PHASE_RUNNING","costUsd":0.5,"costEstimated":true,"progress":"[text] hi"},
        {"slug":"top/back","phase":"PHASE_FAILED"},
        {"slug":"top/front/test","phase":"PHASE_TASK_COMPLETE","costUsd":0.25},
        {"slug":"top/lost/one","phase":"PHASE_SLEEPING"}])")
                                   .as_array();
    EXPECT_EQ(agent_tree("top", agents, CapturedOut(), now),
              "top\n"
              "├── back      failed\n"
              "├── front     running        ~$0.50  [text] hi\n"
              "│   └── test  task-complete  $0.25\n"
              "└── lost\n"
              "    └── one   sleeping\n");
    EXPECT_EQ(agent_tree("top", {}, CapturedOut(), now), "");
}

json::array two_agents() {
    return json::
        parse(R"([{"slug":"fix-auth","phase":"PHASE_RUNNING","vm":"m-1","progress":"[tool] Read(/a)\nx","progressAt":"2026-05-14T18:28:12Z","cost":0.5,"workspace":"api","owner":"alice"},
                           {"slug":"日本","phase":"PHASE_SLEEPING"}])")
            .as_array();
}

TEST(AgentText, TheListIsAligned) {
    EXPECT_EQ(agent_table(two_agents(), CapturedOut(), now),
              "SLUG      PHASE     VM   PROGRESS                     COST\n"
              "fix-auth  running   m-1  [tool] Read(/a)\\nx (2m ago)  $0.50\n"
              "日本      sleeping\n");
    EXPECT_EQ(agent_table({}, CapturedOut(), now), "");
}

TEST(AgentText, TheListFitsTheTerminal) {
    EXPECT_EQ(agent_table(two_agents(), CapturedOut(false, 50), now),
              "SLUG      PHASE     VM   PROGRESS            COST\n"
              "fix-auth  running   m-1  [tool] Read(/a)\\n…  $0.50\n"
              "日本      sleeping\n");
}

TEST(AgentText, SeveralWorkspacesOrOwnersAreTold) {
    json::array agents = two_agents();
    agents[1].as_object()["workspace"] = "web";
    EXPECT_EQ(agent_table(agents, CapturedOut(), now),
              "SLUG      PHASE     VM   PROGRESS                     COST   WORKSPACE\n"
              "fix-auth  running   m-1  [tool] Read(/a)\\nx (2m ago)  $0.50  api\n"
              "日本      sleeping                                           web\n");
    agents[1].as_object()["owner"] = "bob";
    EXPECT_EQ(agent_table(agents, CapturedOut(), now).substr(0, 77),
              "SLUG      PHASE     VM   PROGRESS                     COST   WORKSPACE  OWNER");
}

TEST(AgentText, ColourOnlyWherePhasesAre) {
    const std::string text = agent_table(two_agents(), CapturedOut(true), now);
    EXPECT_NE(text.find("fix-auth  \x1b[32mrunning\x1b[0m   m-1"), std::string::npos) << text;
}

TEST(AgentText, RowsForPrograms) {
    EXPECT_EQ(
        json::serialize(agent_row(two_agents()[0].as_object())),
        R"({"slug":"fix-auth","phase":"running","vm":"m-1","progress":"[tool] Read(/a)\nx","progress_at":"2026-05-14T18:28:12Z",)"
        R"("cost":5E-1,"cost_estimated":false,"workspace":"api","owner":"alice"})");
}

TEST(EventText, WatchLines) {
    const json::object event = {
        {"id", "1-0"}, {"at", "2026-05-14T18:30:12.345Z"}, {"text", "PR comment:\nplease \x1b[2Jfix\n"}};
    EXPECT_EQ(agent_event_text(event, CapturedOut()), "[2026-05-14T18:30:12Z] PR comment:\nplease [2Jfix\n");
}

TEST(EventText, WhatDoesNotSayWhatItIsIsNamed) {
    const auto line = [](const char* type, const char* text) {
        return agent_event_text({{"at", "2026-05-14T18:30:12Z"}, {"type", type}, {"text", text}}, CapturedOut())
            .substr(23);
    };
    EXPECT_EQ(line("spawned", "Fix it"), "spawned: Fix it\n");
    EXPECT_EQ(line("spawned", "spawned"), "spawned\n");
    EXPECT_EQ(line("push", "murmur/w/web/u/a/x at 0123456789"), "pushed murmur/w/web/u/a/x at 0123456789\n");
    EXPECT_EQ(line("on-idle", "keep-alive"), "on-idle keep-alive\n");
    EXPECT_EQ(line("turn", "turn 1 started"), "turn 1 started\n");
    const json::object error = {{"at", "2026-05-14T18:30:12Z"}, {"type", "error"}, {"text", "no machine"}};
    EXPECT_NE(agent_event_text(error, CapturedOut(true)).find("\x1b[31mno machine"), std::string::npos);
}

std::string session_line(const std::string& kind, const std::string& text, const std::string& more = "") {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    json::object event = {{"at", "2026-05-14T14:32:01.000Z"}, {"kind", kind}, {"text", text}};
    const json::object others = json::parse(more.empty() ? "{}" : more).as_object();
    for (const auto& member : others) event[member.key()] = member.value();
    return session_event_text({{"id", "1-0"}, {"event", event}}, CapturedOut());
}

TEST(EventText, SessionLines) {
    EXPECT_EQ(session_line("SESSION_START", ""), "[14:32:01] session started\n");
    EXPECT_EQ(session_line("ASSISTANT_TEXT", "Let me look.\nNow.\n"), "[14:32:01] ▍ Let me look.\n           ▍ Now.\n");
    EXPECT_EQ(session_line("TOOL_USE", "Read(/src/a.go)"), "[14:32:01] 🔧 Read(/src/a.go)\n");
    EXPECT_EQ(session_line("TOOL_RESULT", "package auth\n\nimport"), "[14:32:01]    → package auth\\n\\nimport\n");
    EXPECT_EQ(session_line("TURN_COMPLETE", "", R"({"data":{"stop_reason":"end_turn"}})"),
              "[14:32:01] turn complete (end_turn)\n");
    EXPECT_EQ(session_line("COST", "", R"({"costUsd":0.25})"), "[14:32:01] cost $0.25\n");
    EXPECT_EQ(session_line("COST", ""), "");
    EXPECT_EQ(session_line("TOOL_USE", "Read(x)", R"({"parent":"t1"})"), "[14:32:01] │ 🔧 Read(x)\n");
    EXPECT_EQ(session_line("USER_TEXT", "go on"), "[14:32:01] > go on\n");
    EXPECT_EQ(session_line("SOMETHING_NEW", "text"), "[14:32:01] SOMETHING_NEW text\n");
    const std::string long_result = session_line("TOOL_RESULT", std::string(500, 'x'));
    EXPECT_TRUE(long_result.ends_with("x…\n")) << long_result;
}

TEST(PluginText, RefusalsShowReasonAndRemedy) {
    const json::array plugins =
        json::parse(
            R"([{"file":"/p/local.so","name":"local","version":"1","state":"loaded","provides":["substrate:local"]},
        {"file":"/p/bad.so","state":"refused","reason":"built for SDK 9","hint":"Rebuild it."}])")
            .as_array();
    EXPECT_EQ(plugin_table(plugins, CapturedOut()),
              "NAME   VERSION  STATE    PROVIDES         FILE\n"
              "local  1        loaded   substrate:local  /p/local.so\n"
              "-      -        refused  -                /p/bad.so\n"
              "\n/p/bad.so is refused: built for SDK 9\nhint: Rebuild it.\n");
}

TEST(PhaseText, ReadsPhasesAsPeopleTypeThem) {
    EXPECT_EQ(parse_phase("PHASE_RUNNING"), "PHASE_RUNNING");
    EXPECT_EQ(parse_phase("task-complete"), "PHASE_TASK_COMPLETE");
    EXPECT_EQ(parse_phase("PHASE_CANCELED"), "PHASE_KILLED");
    try {
        parse_phase("PHASE_RUNING");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.message(), "unknown phase \"PHASE_RUNING\"");
        EXPECT_EQ(error.hint(), "Did you mean \"PHASE_RUNNING\"?");
    }
}

TEST(AnswerFields, AreReadLeniently) {
    const json::object answer = json::parse(R"({"n":"12","x":null,"o":[1],"t":"text"})").as_object();
    EXPECT_EQ(answer_number(answer, "n"), 12);
    EXPECT_EQ(answer_text(answer, "x"), "");
    EXPECT_EQ(answer_text(answer, "o"), "");
    EXPECT_TRUE(answer_object(answer, "t").empty());
    EXPECT_FALSE(parse_answer_time("yesterday"));
    EXPECT_EQ(pretty_json(json::parse(R"({"a":[1,{}],"b":[]})")),
              "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}\n");
}

}
}
