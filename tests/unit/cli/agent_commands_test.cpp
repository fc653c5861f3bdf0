#include <gtest/gtest.h>

#include "cli_fixture.hpp"

namespace murmur {
namespace {

using testing_support::FakeMurmurd;

FakeMurmurd::Reply answer(const std::string& json, int status = 200) {
    return {"HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: application/json\r\nContent-Length: " +
            std::to_string(json.size()) + "\r\n\r\n" + json};
}

class AgentCommandsTest : public testing_support::CliFixture {
protected:
    AgentCommandsTest() { ::unsetenv("MURMUR_WORKFLOW_ID"); }
    /// Within the session of an agent.
    static void be_agent(const char* slug) {
        ::setenv("MURMUR_SLUG", slug, 1);
        ::setenv("MURMUR_WORKSPACE", "api", 1);
    }
    /// The request without its id, which is another every time.
    std::string asked(std::size_t request) {
        const json::value sent = json::parse(body(request));
        json::object object;
        for (const auto& member : sent.as_object())
            if (member.key() != "requestId") object.emplace(member.key(), member.value());
        return method(request) + " " + json::serialize(object);
    }
    ~AgentCommandsTest() override {
        ::unsetenv("MURMUR_SLUG");
        ::unsetenv("MURMUR_WORKSPACE");
    }
};

TEST_F(AgentCommandsTest, TasksAreMadeAndChanged) {
    serve({answer(R"({"task":{"id":"3"}})"), answer(R"({"task":{"id":"3","status":"TASK_STATUS_IN_PROGRESS"}})"),
           answer(R"({"task":{"id":"4"}})")});
    EXPECT_EQ(run({"task", "create", "fix", "Run the tests", "-d", "all", "--activate-when", "files_modified",
                   "--pattern", "*.go"}),
              "0\n3\n");
    EXPECT_EQ(
        asked(0),
        R"(CreateTask {"agent":{"slug":"fix"},"subject":"Run the tests","description":"all","activateWhen":"files_modified","pattern":"*.go"})");
    EXPECT_EQ(run({"task", "update", "fix", "3", "-s", "in-progress", "--blocked-by", "1, 2", "--blocks", "5"}),
              "0\ntask 3 is in_progress\n");
    EXPECT_EQ(
        asked(1),
        R"(UpdateTask {"status":"in_progress","addBlockedBy":["1","2"],"addBlocks":["5"],"agent":{"slug":"fix"},"taskId":"3"})");
    be_agent("top/fix");
    EXPECT_EQ(run({"task", "create", "For myself"}), "0\n4\n");
    EXPECT_EQ(asked(2), R"(CreateTask {"agent":{"slug":"top/fix","workspace":"api"},"subject":"For myself"})");
}

TEST_F(AgentCommandsTest, TasksAreShown) {
    const std::string tasks =
        R"({"tasks":[{"id":"1","subject":"Write it","status":"TASK_STATUS_COMPLETED"},)"
        R"({"id":"2","subject":"Test it","status":"TASK_STATUS_PENDING","blockedBy":["1","3"],"active":true}]})";
    serve(
        {answer(tasks), answer(tasks), answer("{}"), answer("{}"),
         answer(
             R"({"task":{"id":"2","subject":"Test it","description":"a\nb","status":"TASK_STATUS_PENDING","blockedBy":["1"],)"
             R"("activateWhen":"files_modified","pattern":"*.go"}})")});
    EXPECT_EQ(run({"task", "ls", "fix"}),
              "0\nID  SUBJECT   STATUS                 BLOCKED_BY\n"
              "1   Write it  TASK_STATUS_COMPLETED\n"
              "2   Test it   TASK_STATUS_PENDING    1,3\n");
    EXPECT_EQ(run({"task", "ls", "--json", "--active", "fix"}), R"(0
[
  {
    "id": "1",
    "subject": "Write it",
    "status": "completed",
    "active": false
  },
  {
    "id": "2",
    "subject": "Test it",
    "status": "pending",
    "blocked_by": [
      "1",
      "3"
    ],
    "active": true
  }
]
)");
    EXPECT_EQ(asked(1), R"(ListTasks {"agent":{"slug":"fix"},"active":true})");
    EXPECT_EQ(run({"task", "ls", "fix"}), "0\n");
    EXPECT_EQ(run({"task", "ls", "fix", "--json"}), "0\n[]\n");
    EXPECT_EQ(run({"task", "get", "fix", "2"}),
              "0\nid:          2\nsubject:     Test it\nstatus:      TASK_STATUS_PENDING\n"
              "description: a\n             b\nblocked by:  1\nwhen:        files_modified *.go\nactive:      no\n");
}

TEST_F(AgentCommandsTest, TasksThatCannotBe) {
    EXPECT_EQ(run({"task", "update", "fix", "1", "-s", "bogus_status"}),
              "2\nstderr: murmur: unknown task status \"bogus_status\"\n"
              "hint: It is pending, in_progress, completed or deleted.\n");
    EXPECT_EQ(run({"task", "update", "fix", "1"}),
              "2\nstderr: murmur: nothing is to be changed\nhint: Say what: murmur task update fix 1 -s completed.\n");
    EXPECT_EQ(
        run({"task", "update", "fix", "1", "--blocks", "2,"}),
        "2\nstderr: murmur: --blocks \"2,\" has an empty id\nhint: Give ids with commas between them: --blocks 1,2.\n");
    EXPECT_EQ(run({"task", "create", "fix", "x", "--pattern", "*"}),
              "2\nstderr: murmur: --pattern needs --activate-when files_modified\nhint: Without it a task is active "
              "from the start.\n");
    EXPECT_EQ(run({"task", "create", "alone"}),
              "2\nstderr: murmur: missing <slug>\nhint: Only an agent may leave it out, to mean itself; murmur ls "
              "shows the slugs.\n");
}

TEST_F(AgentCommandsTest, EventsAndFollowUps) {
    serve({answer("{}"), answer("{}"), answer("{}"), answer("{}")});
    EXPECT_EQ(run({"notify", "fix", "the", "build", "is", "red"}), "0\nnotified fix\n");
    EXPECT_EQ(asked(0), R"(NotifyAgent {"agent":{"slug":"fix"},"message":"the build is red"})");
    EXPECT_EQ(run({"queue", "add", "fix", "Also this", "--agent", "architect", "--task", "a", "--task", "b"}),
              "0\nFollow-up sent to fix\n");
    EXPECT_EQ(asked(1),
              R"(AddFollowUp {"agent":{"slug":"fix"},"message":"Also this","persona":"architect","tasks":["a","b"]})");
    EXPECT_EQ(run({"queue", "conflict-resolution", "fix", "acme/api", "rebase"}),
              "0\nconflict resolution of acme/api set to rebase for fix\n");
    EXPECT_EQ(asked(2), R"(SetConflictResolution {"agent":{"slug":"fix"},"repo":"acme/api","resolution":"rebase"})");
    EXPECT_EQ(run({"report-pr", "fix", "https://x/1", "--state", "merged", "--checks", "success"}),
              "0\nreported https://x/1 for fix\n");
    EXPECT_EQ(asked(3),
              R"(ReportPullRequest {"agent":{"slug":"fix"},"url":"https://x/1","state":"merged","checks":"success"})");
    EXPECT_EQ(run({"queue", "conflict-resolution", "fix", "acme/api", "rebas"}),
              "2\nstderr: murmur: unknown conflict resolution \"rebas\"\nhint: Did you mean \"rebase\"?\n");
}

TEST_F(AgentCommandsTest, AnAgentsOwnPullRequest) {
    be_agent("fix");
    serve({answer("{}")});
    EXPECT_EQ(run({"report-pr", "https://x/1"}), "0\nreported https://x/1 for self\n");
    EXPECT_EQ(asked(0), R"(ReportPullRequest {"agent":{"slug":"fix","workspace":"api"},"url":"https://x/1"})");
}

TEST_F(AgentCommandsTest, Budgets) {
    const std::string agent =
        R"({"agent":{"budget":{"maxCostUsd":5,"maxTurns":10},"spent":{"costUsd":1.5,"turns":12,"timeMs":"61000"}}})";
    serve({answer(agent), answer("{}"), answer(agent)});
    EXPECT_EQ(run({"budget", "fix"}),
              "0\nLIMIT         MOST   SPENT  LEFT\n"
              "max-cost      $5.00  $1.50  $3.50\n"
              "max-turns     10     12     0\n"
              "max-time      none   1m1s\n"
              "max-children  none   0\n");
    // What is not given stays as it is.
    EXPECT_TRUE(begins(run({"budget", "fix", "--max-turns", "none", "--max-time", "2h"}), "0\nLIMIT"));
    EXPECT_EQ(asked(1), R"(SetBudget {"agent":{"slug":"fix"},"budget":{"maxTurns":0,"maxTimeMs":"7200000"}})");
}

TEST_F(AgentCommandsTest, KillsWithoutSaving) {
    serve({answer("{}"), answer("{}")});
    EXPECT_EQ(run({"kill", "fix", "--discard"}), "0\nkilled fix\n");
    EXPECT_EQ(asked(0), R"(KillAgent {"agent":{"slug":"fix"},"discard":true})");
    EXPECT_EQ(run({"kill", "--service", "bot/nightly"}), "0\nkilled bot/nightly\n");
    EXPECT_EQ(asked(1), R"(KillAgent {"agent":{"slug":"/s/bot/nightly"}})");
    EXPECT_EQ(run({"kill", "--service"}),
              "2\nstderr: murmur: service kill requires a slug\nhint: Usage: murmur kill --service <profile>/<slug>\n");
    EXPECT_EQ(run({"status", "--service", "nightly"}),
              "2\nstderr: murmur: --service does not say which service profile\n"
              "hint: Write <profile>/nightly, or set service_profile in murmur.yaml.\n");
}

TEST_F(AgentCommandsTest, AnAgentSeesItsChildren) {
    be_agent("top");
    serve({answer(R"({"agents":[{"slug":"top","phase":"PHASE_RUNNING"},{"slug":"top/a","phase":"PHASE_RUNNING"},)"
                  R"({"slug":"topmost/b","phase":"PHASE_RUNNING"},{"slug":"top/a/b","phase":"PHASE_IDLE"}]})")});
    EXPECT_EQ(run({"ls", "-q"}), "0\ntop/a\ntop/a/b\n");
    EXPECT_EQ(asked(0), R"(ListAgents {"workspace":"api"})");
}

TEST_F(AgentCommandsTest, EachIsOneCall) {
    serve({answer(
        R"({"results":[{"slug":"fix-a"},{"slug":"fix-b","code":"already_exists","message":"agent \"fix-b\" runs","hint":"Use queue add."}]})")});
    EXPECT_EQ(run_with_input("a\nb\n", {"each", "fix-{}", "Fix {}", "--repo", "https://x/a", "--agent", "p"}),
              "1\nSpawned: fix-a\nSpawned 1/2 agents (1 failed)\n"
              "stderr: murmur each: spawn fix-b: rpc error: code = AlreadyExists desc = agent \"fix-b\" runs\n"
              "murmur: 1 spawn(s) failed\nhint: Use queue add.\n");
    const json::object request = json::parse(body(0)).as_object();
    EXPECT_EQ(method(0), "SpawnAgents");
    EXPECT_EQ(json::serialize(request.at("template")),
              R"({"repos":[{"cloneUrl":"https://x/a"}],"persona":"p","sessionMode":"autonomous"})");
    EXPECT_EQ(request.at("items").at(0).at("slug"), "fix-a");
    EXPECT_EQ(request.at("items").at(1).at("prompt"), "Fix b");
    EXPECT_NE(request.at("items").at(0).at("requestId"), request.at("items").at(1).at("requestId"));
}

TEST_F(AgentCommandsTest, EachRefusedAsAWhole) {
    serve({answer(R"({"code":"not_found","message":"workspace \"x\" not found"})", 404)});
    EXPECT_EQ(run_with_input("a\nb\n", {"each", "fix-{}", "Fix {}", "--repo", "https://x/a", "-w", "x"}),
              "1\nSpawned 0/2 agents (2 failed)\n"
              "stderr: murmur each: spawn fix-a: rpc error: code = NotFound desc = workspace \"x\" not found\n"
              "murmur each: spawn fix-b: rpc error: code = NotFound desc = workspace \"x\" not found\n"
              "murmur: 2 spawn(s) failed\n");
}

TEST_F(AgentCommandsTest, EachWithoutASpawn) {
    EXPECT_EQ(run_with_input("one\ntwo\n", {"each", "audit-{}", "Audit {}", "--dry-run"}),
              "0\naudit-one  Audit one\naudit-two  Audit two\n(2 agents)\n");
    EXPECT_EQ(run_with_input("\n\n", {"each", "audit-{}", "Audit {}"}), "0\nSpawned 0/0 agents\n");
    EXPECT_TRUE(begins(run_with_input("a", {"each", "audit-{}", "{}", "--resurrect"}),
                       "2\nstderr: murmur: unknown flag \"--resurrect\"\n"));
}

}
}
