#include "api/agent_lookup.hpp"

#include "unit/api/api_world.hpp"

namespace murmur {
namespace {

class AgentLookup : public ApiWorld {
protected:
    std::string found(const Caller& caller, const std::string& slug, const std::string& workspace = "") {
        const json::object request{{"agent", json::object{{"slug", slug}, {"workspace", workspace}}}};
        try {
            return find_agent(*context_, caller, FieldReader(request), "agent.read").id.workflow_id();
        } catch (const Error& error) {
            return std::string(errc_name(error.code())) + ": " + error.message();
        }
    }
};

TEST_F(AgentLookup, AUserMeansTheirOwnAnAgentWhatIsBelowIt) {
    const Agent fix = make_agent(acme, "alice", {"fix"});
    make_agent(acme, "alice", {"fix", "tests"});
    make_agent(acme, "alice", {"tests"});
    make_agent(acme, "bob", {"fix"});
    const std::string root = "github_app/acme/w/web/github_oauth/";
    EXPECT_EQ(found(member("alice"), "fix"), root + "alice/fix");
    EXPECT_EQ(found(member("bob"), "fix"), root + "bob/fix");
    EXPECT_EQ(found(member("bob"), "/w/web/u/alice/fix"), root + "alice/fix");
    EXPECT_EQ(found(member("alice"), "tests"), root + "alice/tests");
    const Caller agent = caller_of(agent_principal(fix.id));
    EXPECT_EQ(found(agent, "fix"), root + "alice/fix");
    EXPECT_EQ(found(agent, "tests"), root + "alice/fix/tests");
    EXPECT_EQ(found(agent, "fix/tests"), root + "alice/fix/tests");
    EXPECT_EQ(found(agent, "/w/web/u/alice/fix/tests"), root + "alice/fix/tests");
    EXPECT_EQ(found(agent, "/w/web/u/alice/tests"),
              "permission_denied: agent:fix may not agent.read on agent \"alice/tests\": denied: no matching grant");
    EXPECT_EQ(found(agent, "/w/web/x/alice/fix"), "invalid_argument: unknown owner_provider 'x'");
}

TEST_F(AgentLookup, AnAgentThatNamesNobodyMeansItself) {
    const Agent fix = make_agent(acme, "alice", {"fix"});
    const Agent tests = make_agent(acme, "alice", {"fix", "tests"});
    const auto found_by = [&](const Caller& caller, const json::object& request) {
        return find_agent(*context_, caller, FieldReader(request), "agent.edit").id.workflow_id();
    };
    for (const json::object& request :
         {json::object(), json::object{{"agent", json::object()}}, json::object{{"agent", json::object{{"slug", ""}}}}})
        for (const Agent& agent : {fix, tests}) {
            EXPECT_EQ(found_by(caller_of(agent_principal(agent.id)), request), agent.id.workflow_id());
            EXPECT_THROW(found_by(member("alice"), request), Error);
            EXPECT_THROW(found_by(profile("ci-bot"), request), Error);
        }
    EXPECT_EQ(found(member("alice"), ""), "invalid_argument: slug required");
}

TEST_F(AgentLookup, WhoeverMayAssumeAProfileMayWithItsAgentsWhatTheyMayWithTheirOwn) {
    for (const char* name : {"build-bot", "other-bot"}) {
        set(acme, "service-profile", name, {{"name", name}});
        command::Spawn command = spawn_command("nightly");
        command.id = {acme, "service_profile", name, "web", {"nightly"}};
        engine->execute(command.id.workflow_id(), command);
    }
    const Agent of_bob = make_agent(acme, "bob", {"fix"});
    const auto may = [&](const Caller& caller, const char* permission, const std::string& profile) {
        const Agent agent = *reader->find_agent("github_app/acme/w/web/service_profile/" + profile + "/nightly");
        try {
            authorize(*context_, caller, permission, agent.id);
            return true;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::permission_denied);
            return false;
        }
    };
    const char* verbs[] = {"agent.edit", "agent.kill"};
    for (const char* verb : verbs) EXPECT_FALSE(may(member("bob"), verb, "build-bot")) << verb;
    const auto grant = [&](const std::string& user, const char* profile) {
        set(acme, "tenant-binding", "assumes",
            {{"name", "assumes"},
             {"grant", json::object{{"users", json::array{json::string(user)}},
                                    {"inline", json::object{{"permissions", json::array{"service-profile.assume"}}}},
                                    {"name_pattern", profile}}}});
    };
    grant("bob", "build-bot");
    for (const char* verb : verbs) {
        EXPECT_TRUE(may(member("bob"), verb, "build-bot")) << verb;
        EXPECT_FALSE(may(member("bob"), verb, "other-bot")) << verb;
        EXPECT_FALSE(may(member("alice"), verb, "build-bot")) << verb;
        EXPECT_FALSE(may(caller_of(agent_principal(of_bob.id)), verb, "build-bot")) << "an agent is not its owner";
        EXPECT_FALSE(may(profile("ci-bot"), verb, "build-bot")) << verb;
    }
    EXPECT_FALSE(may(member("bob"), "secret.read", "build-bot")) << "not about who owns an agent";
    // One that may assume it and nothing else has nothing to compare with.
    grant("service-profile:ci-bot", "build-bot");
    for (const char* verb : {"agent.read", "agent.edit", "agent.kill", "agent.create"})
        EXPECT_FALSE(may(profile("ci-bot"), verb, "build-bot")) << verb;
    EXPECT_FALSE(may(member("bob"), "agent.kill", "build-bot")) << "it was taken away";
}

TEST_F(AgentLookup, AServiceProfilesAgentIsNotThatOfTheUserOfItsName) {
    command::Spawn command = spawn_command("nightly");
    command.id = {acme, "service_profile", "alice", "web", {"nightly"}};
    engine->execute(command.id.workflow_id(), command);
    EXPECT_EQ(found(member("alice"), "nightly"), "not_found: agent \"nightly\" not found");
    EXPECT_EQ(found(member("alice"), "/w/web/s/alice/nightly"), "github_app/acme/w/web/service_profile/alice/nightly");
    EXPECT_EQ(found(profile("alice"), "nightly"),
              "permission_denied: service-profile:alice may not agent.read on agent "
              "\"service-profile:alice/nightly\": denied: no matching grant");
}

TEST_F(AgentLookup, WhatIsMadeIsOnesOwnAndAnAgentsIsItsChild) {
    EXPECT_EQ(new_agent_id(member("alice"), "fix", "api").workflow_id(),
              "github_app/acme/w/api/github_oauth/alice/fix");
    EXPECT_EQ(new_agent_id(profile("ci-bot"), "fix", "api").branch(), "murmur/w/api/s/ci-bot/fix");
    const AgentId parent{acme, "github_oauth", "alice", "api", {"fix"}};
    const Caller agent = caller_of(agent_principal(parent));
    EXPECT_EQ(new_agent_id(agent, "tests", "").workflow_id(), "github_app/acme/w/api/github_oauth/alice/fix/tests");
    EXPECT_EQ(new_agent_id(agent, "fix", "").slug(), "fix/fix");
    EXPECT_EQ(new_agent_id(agent, "tests", "other").workspace, "other") << "the right to it is asked for later";
}

}
}
