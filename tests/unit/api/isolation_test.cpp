// Every method of the API, called by those who must not: from another tenant, without rights, and as an agent. The
// requests name what is there; a method that is added to the table and not to these requests fails here.

#include <map>

#include "api/methods.hpp"
#include "unit/api/api_world.hpp"

namespace murmur {
namespace {

constexpr const char* canary = "CANARY-of-acme";
const json::object zebra_agent{{"slug", "/w/web/u/alice/zebrafix"}};

/// A request of each method that would do something in acme, by exact names.
const std::map<std::string_view, json::object>& requests() {
    static const json::object about_agent{{"agent", zebra_agent}};
    const auto with = [](json::object more) {
        more.emplace("agent", zebra_agent);
        return more;
    };
    static const std::map<std::string_view, json::object> table{
        {"ListPlugins", {}},
        {"SpawnAgent",
         {{"slug", "zebrafix"},
          {"workspace", "zebraspace"},
          {"prompt", "x"},
          {"repos", json::array{json::object{{"cloneUrl", "/srv/web.git"}}}}}},
        {"SpawnAgents",
         {{"template", json::object{{"workspace", "zebraspace"}}},
          {"items", json::array{json::object{{"slug", "zebrafix"}}}}}},
        {"ListAgents", {{"allDevelopers", true}, {"includeEnded", true}}},
        {"GetAgent", with({{"timeline", true}})},
        {"KillAgent", about_agent},
        {"SleepAgent", about_agent},
        {"WakeAgent", about_agent},
        {"UpdateOnIdle", with({{"onIdle", "keep-alive"}})},
        {"SendSessionMessage", with({{"message", "x"}})},
        {"InterruptSession", about_agent},
        {"StopSession", about_agent},
        {"AddFollowUp", with({{"message", "x"}})},
        {"ClearQueue", about_agent},
        {"SetDequeueStrategy", with({{"strategy", "one"}})},
        {"SetConflictResolution", with({{"repo", "/srv/web.git"}, {"resolution", "none"}})},
        {"SetBudget", with({{"budget", json::object{{"maxTurns", 3}}}})},
        {"NotifyAgent", with({{"message", "x"}})},
        {"ReportPullRequest", with({{"url", "https://github.com/acme/web/pull/1"}})},
        {"CreateTask", with({{"subject", "x"}})},
        {"UpdateTask", with({{"taskId", "1"}, {"status", "completed"}})},
        {"ListTasks", about_agent},
        {"AttachAgent", about_agent},
        {"ListSnapshots", about_agent},
        {"GetSnapshot", about_agent},
        {"ReadSnapshotFile", with({{"sha256", std::string(64, '0')}})},
        {"GetTask", with({{"taskId", "1"}})},
        {"ListResources", {{"kind", "secret"}}},
        {"GetResource", {{"kind", "role"}, {"name", "zebrarole"}}},
        {"SetResource",
         {{"kind", "role"}, {"name", "zebrarole"}, {"text", "name: zebrarole\npermissions: [agent.read]"}}},
        {"PatchResource",
         {{"kind", "role"},
          {"name", "zebrarole"},
          {"changes", json::array{json::object{{"path", "description"}, {"value", "x"}}}}}},
        {"DeleteResource", {{"kind", "role"}, {"name", "zebrarole"}}},
        {"ApplyResources",
         {{"documents", json::array{json::object{{"text", "kind: role\nname: zebrarole\npermissions: [agent.read]\n"},
                                                 {"source", "x.yaml"}}}}}},
        {"RotateSecretKey", {}},
    };
    return table;
}

class IsolationTest : public ApiWorld {
protected:
    IsolationTest() {
        zebra_ = make_agent(acme, "alice", {"zebrafix"}, canary);
        engine->execute(zebra_.id.workflow_id(), command::CreateTask{{.subject = canary}});
        set(acme, "role", "zebrarole",
            {{"name", "zebrarole"}, {"permissions", json::array{"agent.read"}}, {"description", canary}});
        set(acme, "secret", "ZEBRA_TOKEN",
            {{"name", "ZEBRA_TOKEN"}, {"plaintext_value", "zebra value"}, {"description", canary}});
        wait_until_settled();
        before_ = state();
    }
    void wait_until_settled() {
        while (!reader->find_agent(zebra_.row)->machine->exists) std::this_thread::yield();
    }
    /// Everything of acme that a call could have changed.
    std::string state() {
        const auto agent = reader->find_agent(zebra_.row);
        std::string text = std::to_string(agent->generation) + " " + phase_enum_name(agent->phase);
        for (const char* kind : {"role", "secret", "workspace", "user-secret", "tenant-binding"})
            for (const ResourceRow& row : reader->resources().list_resources({tenant_key(acme), kind, "", "", 100}))
                text += " " + row.key.name + "@" + std::to_string(row.generation);
        for (const TenantKeyRow& key : reader->resources().tenant_keys(tenant_key(acme)))
            text += " key " + std::to_string(key.version);
        return text + " " + std::to_string(reader->list_agents({tenant_key(acme), "", "", true}).size());
    }
    struct Answer {
        bool ok = false;
        Errc code{};
        std::string text;  ///< everything that the caller is told
    };
    Answer call(const UnaryMethod& method, const Caller& caller, const json::object& request) {
        try {
            return {true, {}, json::serialize(method.call(*context_, caller, FieldReader(request)))};
        } catch (const Error& error) {
            std::string text = error.message() + " | " + error.hint();
            for (const std::string& line : error.context()) text += " | " + line;
            return {false, error.code(), text};
        }
    }
    const json::object& request_of(const UnaryMethod& method) {
        static const json::object none;
        const auto found = requests().find(method.name);
        if (found != requests().end()) return found->second;
        EXPECT_EQ(method.check, Check::none) << method.name << " has no request in this test";
        return none;
    }

    Agent zebra_;
    std::string before_;
};

TEST_F(IsolationTest, NoMethodReachesIntoAnotherTenant) {
    for (const Caller& stranger : {admin(other_tenant), member("alice", other_tenant)})
        for (const UnaryMethod& method : unary_methods()) {
            const Answer answer = call(method, stranger, request_of(method));
            EXPECT_EQ(answer.text.find(canary), std::string::npos) << method.name << ": " << answer.text;
            EXPECT_EQ(answer.text.find("ZEBRA_TOKEN"), std::string::npos) << method.name << ": " << answer.text;
            const bool is_nothing =
                !answer.ok && (answer.code == Errc::not_found || answer.code == Errc::permission_denied);
            EXPECT_TRUE(method.check != Check::agent || is_nothing) << method.name << ": " << answer.text;
            EXPECT_EQ(state(), before_) << method.name << " by " << stranger.principal.text();
        }
}

TEST_F(IsolationTest, NoComplaintNamesWhatAnotherTenantHas) {
    for (const UnaryMethod& method : unary_methods()) {
        std::string request = json::serialize(request_of(method));
        for (const auto& [name, misspelt] : {std::pair<std::string, std::string>{"zebrafix", "zebrafi"},
                                             {"zebrarole", "zebrarol"},
                                             {"zebraspace", "zebraspac"}})
            for (std::size_t at = 0; (at = request.find(name, at)) != std::string::npos; at += misspelt.size())
                request.replace(at, name.size(), misspelt);
        const Answer answer = call(method, admin(other_tenant), parse_json(request, "request").as_object());
        for (const char* name : {"zebrafix", "zebrarole", "zebraspace", "ZEBRA_TOKEN"})
            EXPECT_EQ(answer.text.find(name), std::string::npos) << method.name << ": " << answer.text;
    }
}

TEST_F(IsolationTest, EveryMethodIsDeniedToWhoHasNoRights) {
    for (const UnaryMethod& method : unary_methods()) {
        if (method.check == Check::none) continue;
        const Answer answer = call(method, profile("ci-bot"), request_of(method));
        EXPECT_TRUE(!answer.ok && answer.code == Errc::permission_denied) << method.name << ": " << answer.text;
        EXPECT_NE(answer.text.find("denied: no matching grant"), std::string::npos)
            << method.name << " gives no reason: " << answer.text;
        EXPECT_EQ(answer.text.find(canary), std::string::npos) << method.name;
        EXPECT_EQ(state(), before_) << method.name;
    }
}

TEST_F(IsolationTest, WhoHasNoRightsDoesNotLearnWhetherSomethingIsThere) {
    for (const UnaryMethod& method : unary_methods()) {
        if (method.check != Check::agent && method.name != "GetResource" && method.name != "DeleteResource" &&
            method.name != "PatchResource")
            continue;
        std::string request = json::serialize(request_of(method));
        for (const std::string name : {"zebrafix", "zebrarole"})
            if (const std::size_t at = request.find(name); at != std::string::npos)
                request.replace(at, name.size(), "nothing");
        const Answer answer = call(method, profile("ci-bot"), parse_json(request, "request").as_object());
        EXPECT_TRUE(!answer.ok && answer.code == Errc::permission_denied) << method.name << ": " << answer.text;
    }
}

TEST_F(IsolationTest, AMemberReadsOthersAgentsAndChangesNone) {
    for (const UnaryMethod& method : unary_methods()) {
        if (method.check != Check::agent) continue;
        const Answer answer = call(method, member("bob"), request_of(method));
        if (method.only_reads()) {
            // It has no snapshot yet: that much is told to who may read it.
            const bool is_told =
                answer.ok || (answer.code == Errc::not_found && answer.text.find("snapshot") != std::string::npos);
            EXPECT_TRUE(is_told) << method.name << ": " << answer.text;
        } else {
            EXPECT_EQ(answer.text.substr(0, answer.text.find(" | ")),
                      "user:bob may not " + std::string(method.permission) +
                          " on agent \"alice/zebrafix\": denied: no matching grant");
        }
        EXPECT_EQ(state(), before_) << method.name;
    }
}

TEST_F(IsolationTest, AnAgentReachesItselfAndNothingElse) {
    const Agent agent = make_agent(acme, "alice", {"mouse"});
    const Caller mouse = caller_of(agent_principal(agent.id));
    for (const UnaryMethod& method : unary_methods()) {
        if (method.check == Check::none || method.name == "ListAgents") continue;
        json::object request = request_of(method);
        if (method.name == "SpawnAgent") request["slug"] = "child";  // of itself, but not in this workspace
        if (method.name == "SpawnAgents") request["items"] = json::array{json::object{{"slug", "child"}}};
        const Answer answer = call(method, mouse, request);
        EXPECT_TRUE(!answer.ok && answer.code == Errc::permission_denied) << method.name << ": " << answer.text;
        EXPECT_EQ(answer.text.find(canary), std::string::npos) << method.name;
    }
    EXPECT_EQ(state().substr(0, before_.rfind(' ')), before_.substr(0, before_.rfind(' ')));
    for (const UnaryMethod& method : unary_methods()) {
        if (method.name != "GetAgent" && method.name != "AddFollowUp" && method.name != "ListAgents") continue;
        json::object request = request_of(method);
        if (method.check == Check::agent) request["agent"] = json::object{{"slug", "mouse"}};
        const Answer answer = call(method, mouse, request);
        EXPECT_TRUE(answer.ok) << method.name << ": " << answer.text;
        EXPECT_EQ(answer.text.find("zebra"), std::string::npos) << method.name << ": " << answer.text;
        EXPECT_TRUE(method.name == "AddFollowUp" || answer.text.find("\"mouse\"") != std::string::npos) << answer.text;
    }
}

}
}
