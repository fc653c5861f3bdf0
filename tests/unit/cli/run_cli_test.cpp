#include "cli/run_cli.hpp"

#include <fstream>

#include "unit/cli/cli_fixture.hpp"

namespace murmur {
namespace {

using namespace testing_support;

using RunCliTest = CliFixture;

std::string event(const std::string& id, const std::string& phase) {
    return R"({"event":{"id":")" + id + R"(","at":"2026-05-14T18:30:12.345Z","type":"phase","text":"now )" + phase +
           R"(","phase":")" + phase + R"("}})";
}
std::string session(const std::string& id, const std::string& kind, const std::string& text = "") {
    return R"({"id":")" + id + R"(","event":{"at":"2026-05-14T14:32:01.000Z","kind":")" + kind + R"(","text":")" +
           text + R"("}})";
}
const std::string agent_reply = json_reply(R"({"agent":{"workflowId":"w","phase":"PHASE_COMPLETED"}})");

TEST_F(RunCliTest, SimpleCommandsSayWhatTheyDid) {
    serve({{json_reply("{}")},
           {json_reply("{}")},
           {json_reply("{}")},
           {json_reply("{}")},
           {json_reply("{}")},
           {json_reply("{\"cleared\":2}")},
           {json_reply("{}")},
           {json_reply("{}")},
           {json_reply("{}")},
           {json_reply("{}")}});
    EXPECT_EQ(run({"kill", "fix"}), "0\nkilled fix\n");
    EXPECT_EQ(run({"sleep", "fix"}), "0\nVM stopped\n");
    EXPECT_EQ(run({"wake", "fix"}), "0\nVM started\n");
    EXPECT_EQ(run({"on-idle", "fix", "keep_alive"}), "0\non-idle set to keep-alive for fix\n");
    EXPECT_EQ(run({"queue", "add", "-w", "api", "fix", "also", "this"}), "0\nFollow-up sent to fix\n");
    EXPECT_EQ(run({"queue", "clear", "fix"}), "0\ncleared 2 follow-ups\n");
    EXPECT_EQ(run({"queue", "strategy", "fix", "one"}), "0\nstrategy set to one for fix\n");
    EXPECT_EQ(run({"session", "send", "fix", "hello there"}), "0\nsent\n");
    EXPECT_EQ(run({"session", "interrupt", "fix"}), "0\nsent\n");
    EXPECT_EQ(run({"session", "stop", "/w/a/u/b/fix"}), "0\nsent\n");
    EXPECT_EQ(body(0), R"({"agent":{"slug":"fix"}})");
    EXPECT_EQ(body(3), R"({"agent":{"slug":"fix"},"onIdle":"keep-alive"})");
    // The request's own id, by which a repeated one is known, differs each time.
    EXPECT_TRUE(body(4).starts_with(R"({"agent":{"slug":"fix","workspace":"api"},"message":"also this","requestId":")"))
        << body(4);
    EXPECT_EQ(body(9), R"({"agent":{"slug":"/w/a/u/b/fix"}})");
}

TEST_F(RunCliTest, AnAgentMayMeanItself) {
    serve({{json_reply("{}")}});
    EXPECT_EQ(run({"kill"}),
              "2\nstderr: murmur: missing <slug>\nhint: Only an agent may leave it out, to mean itself; murmur ls "
              "shows the slugs.\n");
    ::setenv("MURMUR_SLUG", "me", 1);
    ::setenv("MURMUR_WORKSPACE", "api", 1);
    EXPECT_EQ(run({"kill"}), "0\nkilled self\n");
    EXPECT_EQ(body(0), R"({"agent":{"slug":"me","workspace":"api"}})");
}

TEST_F(RunCliTest, ErrorsOfTheServerAndOfOurs) {
    serve(
        {{json_reply(
             R"({"code":"not_found","message":"agent \"x\" not found","details":[{"type":"murmur.api.v1.ErrorInfo","debug":{"hint":"Run murmur ls.","context":["loading agent"]}}]})",
             "404 Not Found")},
         {json_reply(
             R"({"code":"not_found","message":"agent \"x\" not found","details":[{"type":"murmur.api.v1.ErrorInfo","debug":{"hint":"Run murmur ls.","context":["loading agent"]}}]})",
             "404 Not Found")}});
    EXPECT_EQ(run({"status", "x"}),
              "1\nstderr: murmur: rpc error: code = NotFound desc = agent \"x\" not found\nhint: Run murmur ls.\n");
    EXPECT_EQ(run({"status", "x", "-v"}),
              "1\nstderr: murmur: rpc error: code = NotFound desc = agent \"x\" not found\n  while loading "
              "agent\nhint: Run murmur ls.\n");
    ::setenv("MURMUR_SERVER", "nonsense", 1);
    EXPECT_EQ(
        run({"ls"}),
        "1\nstderr: murmur: \"nonsense\" is not a server address\nhint: Write it as http://host:port or unix:/path.\n");
    ::unsetenv("MURMUR_SERVER");
    EXPECT_EQ(run({"ls"}).substr(0, 41), "1\nstderr: murmur: MURMURD names \"/no/such");
}

TEST_F(RunCliTest, TheConfigurationIsFoundAndChecked) {
    std::filesystem::create_directory(dir_ / ".murmur");
    std::ofstream(dir_ / ".murmur/murmur.yaml") << "workspace: api\n";
    serve({{json_reply("{}")}, {json_reply("{}")}, {json_reply("{}")}, {json_reply("{}")}});
    EXPECT_EQ(run({"ls"}), "0\n");
    EXPECT_EQ(run({"ls", "--json"}), "0\n[]\n");
    EXPECT_EQ(run({"-w", "other", "ls", "-a", "-A"}), "0\n");
    EXPECT_EQ(body(0), R"({"workspace":"api"})");
    EXPECT_EQ(body(2), R"({"workspace":"other","includeEnded":true,"allDevelopers":true})");
    EXPECT_EQ(run({"ls", "--context", "prod"}),
              "1\nstderr: murmur: there is no context \"prod\"\nhint: Create .murmur/murmur.prod.yaml, or leave out "
              "the context.\n");
    EXPECT_EQ(run({"ls", "--context", "prod", "--config", "x"}),
              "2\nstderr: murmur: --config and --context exclude each other\n");
    std::ofstream(dir_ / ".murmur/murmur.yaml") << "workspce: api\n";
    EXPECT_EQ(run({"ls"}), "0\nstderr: note: " + (std::filesystem::current_path() / ".murmur/murmur.yaml").string() +
                               ":1:1: workspce is not a known key; going on without this configuration\n");
}

TEST_F(RunCliTest, ADeclaredWorkspaceNeedNotExistYet) {
    const std::string not_found =
        json_reply(R"({"code":"not_found","message":"workspace \"api\" not found"})", "404 Not Found");
    serve({{not_found}, {not_found}});
    std::filesystem::create_directory(dir_ / ".murmur");
    std::ofstream(dir_ / ".murmur/murmur.yaml") << "workspace: api\n";
    EXPECT_EQ(run({"ls"}), "0\n");
    EXPECT_EQ(run({"ls", "-w", "api"}),
              "1\nstderr: murmur: rpc error: code = NotFound desc = workspace \"api\" not found\n");
}

TEST_F(RunCliTest, ARepositoryMayNotSendTheTokenElsewhere) {
    ::setenv("MURMUR_TOKEN", "secret", 1);
    serve({{json_reply("{}")}, {json_reply("{}")}});
    EXPECT_EQ(run({"ls"}), "0\n");
    ::unsetenv("MURMUR_SERVER");
    std::filesystem::create_directory(dir_ / ".murmur");
    std::ofstream(dir_ / ".murmur/murmur.yaml") << "server: " << server_->address() << "\n";
    EXPECT_EQ(run({"ls"}), "0\n");
    EXPECT_NE(server_->requests().at(0).find("Authorization: Bearer secret\r\n"), std::string::npos);
    EXPECT_EQ(server_->requests().at(1).find("Authorization"), std::string::npos);
}

TEST_F(RunCliTest, TheTenantIsThatOfTheFlagOrOfTheConfiguration) {
    serve({{json_reply("{}")}, {json_reply("{}")}, {json_reply("{}")}, {json_reply("{}")}});
    EXPECT_EQ(run({"ls"}), "0\n");
    std::filesystem::create_directory(dir_ / ".murmur");
    std::ofstream(dir_ / ".murmur/murmur.yaml") << "tenant: {provider: github_app, org: acme}\n";
    EXPECT_EQ(run({"ls"}), "0\n");
    EXPECT_EQ(run({"ls", "--tenant", "github_oauth/ada"}), "0\n");
    ::setenv("MURMUR_WORKFLOW_ID", "local/ada/w/api/fix", 1);  // on an agent's machine
    EXPECT_EQ(run({"ls"}), "0\n");
    ::unsetenv("MURMUR_WORKFLOW_ID");
    const auto requests = server_->requests();
    EXPECT_EQ(requests.at(0).find("Murmur-Tenant"), std::string::npos);
    EXPECT_NE(requests.at(1).find("Murmur-Tenant: github_app/acme\r\n"), std::string::npos);
    EXPECT_NE(requests.at(2).find("Murmur-Tenant: github_oauth/ada\r\n"), std::string::npos);
    EXPECT_EQ(requests.at(3).find("Murmur-Tenant"), std::string::npos);
    EXPECT_EQ(run({"ls", "--tenant", "acme"}),
              "1\nstderr: murmur: tenant \"acme\" must be github_app/<org>, github_oauth/<user> or local/<user>\n");
}

TEST_F(RunCliTest, SpawnPrintsWhatToDoNext) {
    serve({{json_reply(R"({"slug":"fix","workspace":"api"})")}});
    EXPECT_EQ(run({"spawn", "fix", "do it", "--repo", "https://x/y"}),
              "0\nSpawned: fix\n\n"
              "  To get the status of the task:    murmur status fix\n"
              "  To kill the task:                 murmur kill fix\n"
              "  To send a follow-up:              murmur queue add fix \"additional context\"\n");
}

TEST_F(RunCliTest, SpawnWaits) {
    serve({{json_reply(R"({"slug":"fix","workspace":"api"})")},
           {stream_reply({event("1-0", "PHASE_STARTING")}) + stream_end()},
           {stream_reply({event("1-1", "PHASE_RUNNING"), event("1-2", "PHASE_TASK_COMPLETE")}), true},
           {json_reply(R"({"agent":{"phase":"PHASE_TASK_COMPLETE"}})")}});
    EXPECT_TRUE(run({"spawn", "fix", "do it", "--repo", "https://x/y", "--wait"})
                    .ends_with("\n\nphase: PHASE_TASK_COMPLETE\n"));
    EXPECT_NE(body(2).find(R"("from":"1-0")"), std::string::npos);
}

TEST_F(RunCliTest, SpawnWaitsForTheChecksOfPullRequestsToo) {
    serve({{json_reply(R"({"slug":"fix","workspace":"api"})")},
           {stream_reply({event("1-0", "PHASE_STARTING")}) + stream_end()},
           {stream_reply({event("1-1", "PHASE_CHECKS_PENDING")})},
           {stream_reply({event("1-2", "PHASE_TASK_COMPLETE")}), true},
           {json_reply(R"({"agent":{"phase":"PHASE_TASK_COMPLETE"}})")}});
    const std::string said = run({"spawn", "fix", "do it", "--repo", "https://x/y", "--wait"});
    EXPECT_NE(said.find("\n\nphase: PHASE_TASK_COMPLETE\n"), std::string::npos) << said;
    EXPECT_NE(body(3).find(R"("from":"1-1")"), std::string::npos) << "it went on behind the checks";
}

TEST_F(RunCliTest, WaitIgnoresWhatWasBefore) {
    serve({{stream_reply({event("1-0", "PHASE_RUNNING"), event("1-1", "PHASE_SLEEPING")}) + stream_end()},
           {stream_reply({event("1-2", "PHASE_SLEEPING"), event("1-3", "PHASE_RUNNING")}), true},
           {json_reply(R"({"agent":{"phase":"PHASE_RUNNING"}})")}});
    EXPECT_EQ(run({"wait", "fix"}), "0\nphase: PHASE_RUNNING\n");
    EXPECT_NE(body(0).find(R"("follow":false)"), std::string::npos);
}

TEST_F(RunCliTest, WaitEndsWithTheAgent) {
    const std::string failed = stream_reply({event("1-0", "PHASE_FAILED")}) + stream_end();
    const std::string answer = json_reply(R"({"agent":{"phase":"PHASE_FAILED","reason":"no disk"}})");
    serve({{failed}, {answer}, {failed}, {answer}});
    EXPECT_EQ(run({"wait", "fix"}), "1\nphase:  PHASE_FAILED\nreason: no disk\n");
    EXPECT_EQ(run({"wait", "fix", "--phase", "failed"}), "0\nphase:  PHASE_FAILED\nreason: no disk\n");
    EXPECT_EQ(run({"wait", "fix", "--phase", "PHASE_BOGUS"}).substr(0, 46),
              "2\nstderr: murmur: unknown phase \"PHASE_BOGUS\"\n");
}

TEST_F(RunCliTest, WatchResumesAfterABreak) {
    serve({{stream_reply({event("1-0", "PHASE_STARTING")})},
           {stream_reply({event("1-1", "PHASE_RUNNING")}) + stream_end()}});
    EXPECT_EQ(run({"watch", "fix", "--from", "0"}),
              "0\n[2026-05-14T18:30:12Z] now PHASE_STARTING\n[2026-05-14T18:30:12Z] now PHASE_RUNNING\n"
              "stderr: murmur: the connection is lost (the server closed the connection in the middle of its answer); "
              "trying again\n");
    EXPECT_NE(body(0).find(R"("from":"0")"), std::string::npos);
    EXPECT_NE(body(1).find(R"("from":"1-0")"), std::string::npos);
}

TEST_F(RunCliTest, SessionWatchUntilIdleEndsWithTheTurn) {
    // Its three kinds of requests come in an order that only the position and the history fix; the watch for rest and
    // the session itself run side by side, so both get the same stream of both kinds of messages.
    const std::string both = stream_reply({session("2-1", "ASSISTANT_TEXT", "done"), session("2-2", "TURN_COMPLETE"),
                                           session("2-3", "USER_TEXT", "next")});
    serve({{stream_reply({event("1-0", "PHASE_RUNNING")}) + stream_end()},
           {stream_reply({session("2-0", "SESSION_START")}) + stream_end()},
           {both, true},
           {both, true}});
    EXPECT_EQ(run({"session", "watch", "fix", "--until-idle"}),
              "0\n[14:32:01] session started\n[14:32:01] ▍ done\n[14:32:01] turn complete\n");
}

TEST_F(RunCliTest, SessionWatchUntilIdleEndsAtOnceWhenNothingRuns) {
    serve({{stream_reply({event("1-0", "PHASE_IDLE")}) + stream_end()},
           {stream_reply({session("2-0", "SESSION_START"), session("2-1", "TURN_COMPLETE")}) + stream_end()}});
    EXPECT_EQ(run({"session", "watch", "fix", "--until-idle", "--json"}),
              "0\n" + session("2-0", "SESSION_START") + "\n" + session("2-1", "TURN_COMPLETE") + "\n");
}

TEST_F(RunCliTest, DaemonStatusDoesNotStartIt) {
    EXPECT_EQ(run({"daemon", "status"}),
              "1\nmurmurd is not running\nsocket:  " + (dir_ / "run/murmurd.sock").string() + "\n");
    EXPECT_EQ(run({"daemon", "stop"}), "0\nmurmurd is not running\n");
    EXPECT_FALSE(std::filesystem::exists(dir_ / "run"));
    serve({{json_reply(R"({"version":"0.1.0","pid":"12","stateDir":"/s","startedAt":"2026-05-14T18:30:12.000Z"})")}});
    EXPECT_EQ(run({"daemon", "status"}), "0\nmurmurd is running\npid:     12\nversion: 0.1.0\nserver:  " +
                                             server_->address() + "\nstate:   /s\nstarted: 2026-05-14T18:30:12.000Z\n");
}

TEST_F(RunCliTest, HelpIsThere) {
    EXPECT_TRUE(run({"help"}).starts_with("0\nusage: murmur <command> [flags] [arguments]\n"));
    EXPECT_TRUE(run({"session", "--help"}).starts_with("0\nusage: murmur session <command>"));
    EXPECT_TRUE(run({"help", "queue", "add"}).starts_with("0\nusage: murmur queue add [flags] <slug> <message...>\n"));
    EXPECT_TRUE(run({}).starts_with("2\nstderr: usage: murmur"));
    EXPECT_TRUE(run({"version", "--client"}).starts_with("0\nClient: "));
}

}
}
