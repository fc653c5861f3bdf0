#include "api/task_methods.hpp"

#include "api/methods.hpp"
#include "api_world.hpp"

namespace murmur {
namespace {

/// Calls by name, as the server does.
struct AgentMethods : ApiWorld {
    json::object call(const Caller& caller, std::string_view name, json::object request) {
        for (const UnaryMethod& method : unary_methods())
            if (method.name == name) return method.call(*context_, caller, FieldReader(request));
        throw Error(Errc::unimplemented, "no method \"" + std::string(name) + "\"");
    }
    Error refusal(const Caller& caller, std::string_view name, json::object request) {
        try {
            call(caller, name, std::move(request));
        } catch (const Error& error) {
            return error;
        }
        ADD_FAILURE() << name << " was not refused";
        return Error(Errc::unknown, "");
    }
    static json::object of(const std::string& slug, json::object fields = {}) {
        fields["agent"] = json::object{{"slug", slug}, {"workspace", "web"}};
        return fields;
    }
    static Caller agent_itself(const Agent& agent) { return caller_of(agent_principal(agent.id)); }
    Agent make_child(const Agent& parent, const std::string& slug) {
        AgentId id = parent.id;
        id.path.push_back(slug);
        engine->execute(parent.id.workflow_id(), command::AdoptChild{id});
        return make_agent(acme, "alice", id.path);
    }
    static std::string text(const json::object& object, std::string_view name) {
        return std::string(object.at(name).as_string());
    }

    const Caller alice = member("alice");
};

TEST_F(AgentMethods, TasksAreCreatedListedAndCompleted) {
    make_agent(acme, "alice", {"one"});
    const json::object made =
        call(alice, "CreateTask", of("one", {{"subject", "write tests"}, {"description", "all"}}));
    EXPECT_EQ(
        json::serialize(made),
        R"({"task":{"id":"1","subject":"write tests","status":"TASK_STATUS_PENDING","description":"all","active":true}})");
    call(alice, "CreateTask",
         of("one", {{"subject", "run them"}, {"activateWhen", "files_modified"}, {"pattern", "**/*_test.go"}}));
    call(alice, "UpdateTask", of("one", {{"taskId", "2"}, {"addBlockedBy", json::array{"1"}}}));
    json::object list = call(alice, "ListTasks", of("one"));
    EXPECT_EQ(
        json::serialize(list.at("tasks").as_array().at(0)),
        R"({"id":"1","subject":"write tests","status":"TASK_STATUS_PENDING","description":"all","blocks":["2"],"active":true})");
    EXPECT_EQ(
        json::serialize(list.at("tasks").as_array().at(1)),
        R"({"id":"2","subject":"run them","status":"TASK_STATUS_PENDING","blockedBy":["1"],"activateWhen":"files_modified","pattern":"**/*_test.go"})");
    call(alice, "UpdateTask", of("one", {{"taskId", "1"}, {"status", "completed"}, {"subject", "tests"}}));
    const json::object got = call(alice, "GetTask", of("one", {{"taskId", "1"}}));
    EXPECT_EQ(text(got.at("task").as_object(), "status"), "TASK_STATUS_COMPLETED");
    EXPECT_EQ(text(got.at("task").as_object(), "subject"), "tests");
    EXPECT_EQ(text(got.at("task").as_object(), "description"), "all");
    json::object only_active;
    only_active["active"] = true;
    EXPECT_EQ(json::serialize(call(alice, "ListTasks", of("one", only_active))), R"({"tasks":[]})");
    call(alice, "UpdateTask", of("one", {{"taskId", "1"}, {"status", "TASK_STATUS_DELETED"}}));
    EXPECT_EQ(call(alice, "ListTasks", of("one")).at("tasks").as_array().size(), 1u);
}

TEST_F(AgentMethods, TasksThatCannotBeAreRefusedByName) {
    make_agent(acme, "alice", {"one"});
    EXPECT_EQ(refusal(alice, "UpdateTask", of("one", {{"taskId", "1"}, {"status", "bogus_status"}})).message(),
              "unknown task status \"bogus_status\"");
    EXPECT_EQ(refusal(alice, "GetTask", of("one", {{"taskId", "7"}})).code(), Errc::not_found);
    EXPECT_EQ(refusal(alice, "CreateTask", of("one")).code(), Errc::invalid_argument);
    EXPECT_EQ(refusal(alice, "CreateTask", of("one", {{"subject", "x"}, {"activateWhen", "never"}})).code(),
              Errc::invalid_argument);
}

TEST_F(AgentMethods, ATaskThatIsAskedForTwiceIsOne) {
    make_agent(acme, "alice", {"one"});
    const json::object request = of("one", {{"subject", "x"}, {"requestId", "again"}});
    EXPECT_EQ(call(alice, "CreateTask", request), call(alice, "CreateTask", request));
    EXPECT_EQ(call(alice, "ListTasks", of("one")).at("tasks").as_array().size(), 1u);
}

TEST_F(AgentMethods, AnAgentHasItsOwnTasksAndThoseBelowIt) {
    const Agent one = make_agent(acme, "alice", {"one"});
    make_child(one, "child");
    make_agent(acme, "alice", {"other"});
    const Caller itself = agent_itself(one);
    call(itself, "CreateTask", of("one", {{"subject", "mine"}}));
    call(itself, "CreateTask", of("child", {{"subject", "its"}}));
    EXPECT_EQ(call(itself, "ListTasks", of("one")).at("tasks").as_array().size(), 1u);
    EXPECT_EQ(call(alice, "ListTasks", of("one/child")).at("tasks").as_array().size(), 1u);
    EXPECT_EQ(refusal(itself, "CreateTask", of("/w/web/u/alice/other", {{"subject", "x"}})).code(),
              Errc::permission_denied);
    EXPECT_EQ(refusal(member("bob"), "UpdateTask", of("/w/web/u/alice/one", {{"taskId", "1"}})).code(),
              Errc::permission_denied);
}

TEST_F(AgentMethods, ANotificationIsQueuedAsOne) {
    make_agent(acme, "alice", {"one"});
    call(alice, "NotifyAgent", of("one", {{"message", "the build is green"}}));
    const Agent after =
        *reader->find_agent(AgentId{acme, account_provider(acme), "alice", "web", {"one"}}.workflow_id());
    ASSERT_EQ(after.queue.size(), 1u);
    EXPECT_EQ(after.queue[0].source, "notify");
    EXPECT_EQ(refusal(alice, "NotifyAgent", of("none", {{"message", "x"}})).code(), Errc::not_found);
    EXPECT_EQ(refusal(alice, "NotifyAgent", of("one")).code(), Errc::invalid_argument);
}

TEST_F(AgentMethods, APullRequestIsReportedByItsUrl) {
    make_agent(acme, "alice", {"one"});
    const std::string url = "https://github.com/acme/api/pull/12";
    call(alice, "ReportPullRequest", of("one", {{"url", url}, {"state", "open"}, {"checks", "pending"}}));
    call(alice, "ReportPullRequest", of("one", {{"url", url}, {"state", "merged"}}));
    const Agent after =
        *reader->find_agent(AgentId{acme, account_provider(acme), "alice", "web", {"one"}}.workflow_id());
    ASSERT_EQ(after.pull_requests.size(), 1u);
    EXPECT_EQ(after.pull_requests[0].state, PullRequestState::merged);
    EXPECT_EQ(after.pull_requests[0].checks, ChecksState::pending);
    EXPECT_EQ(refusal(alice, "ReportPullRequest", of("one", {{"url", "12"}})).code(), Errc::invalid_argument);
    EXPECT_EQ(refusal(alice, "ReportPullRequest", of("one", {{"url", url}, {"state", "mergd"}})).hint(),
              "Did you mean \"merged\"?");
}

TEST_F(AgentMethods, ABudgetIsChangedInWhatTheRequestNames) {
    const Agent one = make_agent(acme, "alice", {"one"});
    call(alice, "SetBudget", of("one", {{"budget", json::object{{"maxCostUsd", 5}, {"maxTurns", 9}}}}));
    call(alice, "SetBudget", of("one", {{"budget", json::object{{"maxTimeMs", "5400000"}, {"maxTurns", 0}}}}));
    EXPECT_EQ(reader->find_agent(one.row)->budget, (Budget{.max_cost_usd = 5, .max_time_ms = 5'400'000}));
    EXPECT_EQ(refusal(alice, "SetBudget", of("one")).code(), Errc::invalid_argument);
    EXPECT_EQ(refusal(alice, "SetBudget", of("one", {{"budget", json::object{{"maxTurns", -1}}}})).code(),
              Errc::invalid_argument);
    EXPECT_EQ(refusal(alice, "SetBudget", of("one", {{"budget", json::object{{"maxTruns", 1}}}})).code(),
              Errc::invalid_argument);
}

TEST_F(AgentMethods, NoBudgetIsAboveWhatTheTenantAllows) {
    const Agent one = make_agent(acme, "alice", {"one"});
    set(acme, "pool-config", "default", {{"limits", json::object{{"max_cost", 10}, {"max_time", "1h"}}}});
    EXPECT_EQ(refusal(alice, "SetBudget", of("one", {{"budget", json::object{{"maxCostUsd", 11}}}})).code(),
              Errc::invalid_argument);
    call(alice, "SetBudget", of("one", {{"budget", json::object{{"maxCostUsd", 0}, {"maxTurns", 7}}}}));
    EXPECT_EQ(reader->find_agent(one.row)->budget, (Budget{.max_cost_usd = 10, .max_turns = 7}));
}

TEST_F(AgentMethods, AnAgentSetsTheBudgetsBelowItAndNotItsOwn) {
    const Agent one = make_agent(acme, "alice", {"one"});
    const Agent child = make_child(one, "child");
    const json::object budget{{"maxTurns", 3}};
    EXPECT_EQ(refusal(agent_itself(one), "SetBudget", of("one", {{"budget", budget}})).code(), Errc::permission_denied);
    call(agent_itself(one), "SetBudget", of("child", {{"budget", budget}}));
    EXPECT_EQ(reader->find_agent(child.row)->budget.max_turns, 3);
    EXPECT_EQ(refusal(agent_itself(child), "SetBudget", of("one/child", {{"budget", budget}})).code(),
              Errc::permission_denied);
}

TEST_F(AgentMethods, StatusShowsAllThatIsBelow) {
    const Agent one = make_agent(acme, "alice", {"one"});
    const Agent child = make_child(one, "child");
    make_child(child, "grandchild");
    make_child(one, "second");
    const json::object status = call(alice, "GetAgent", of("one", {{"children", true}, {"timeline", true}}));
    std::vector<std::string> slugs;
    for (const json::value& each : status.at("children").as_array()) slugs.push_back(text(each.as_object(), "slug"));
    EXPECT_EQ(slugs, (std::vector<std::string>{"one/child", "one/child/grandchild", "one/second"}));
    EXPECT_EQ(status.at("agent").at("children").as_array().size(), 2u);
    EXPECT_FALSE(status.at("timeline").as_array().empty());
    EXPECT_FALSE(call(alice, "GetAgent", of("one")).contains("children"));
    const json::object own = call(agent_itself(child), "GetAgent", of("one/child", {{"children", true}}));
    EXPECT_EQ(own.at("children").as_array().size(), 1u);
}

}
}
