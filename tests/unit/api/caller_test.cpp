#include "api/caller.hpp"

#include <unistd.h>

#include "base/paths.hpp"
#include "unit/api/api_world.hpp"

namespace murmur {
namespace {

class CallerTest : public ApiWorld {
protected:
    static http::Request request(const std::string& token, const std::string& tenant = "") {
        http::Request request;
        if (!token.empty()) request.headers["authorization"] = "Bearer " + token;
        if (!tenant.empty()) request.headers["murmur-tenant"] = tenant;
        request.peer.address = "127.0.0.1:5";
        return request;
    }
    static http::Request from_user(uid_t uid, const std::string& token = "", const std::string& tenant = "") {
        http::Request made = request(token, tenant);
        made.peer.uid = uid;
        return made;
    }
    Caller identified(const http::Request& asked) { return identify(asked, *context_); }
    /// "code: message"
    std::string refusal(const http::Request& asked) {
        try {
            identified(asked);
        } catch (const Error& error) {
            return std::string(errc_name(error.code())) + ": " + error.message();
        }
        return "";
    }
    std::string token_of_agent(const Agent& agent) {
        return std::string(box->agent_token(agent.row, agent.incarnation).reveal());
    }
};

TEST_F(CallerTest, TheUserOfMurmurdIsRootInEveryTenant) {
    const Caller own = identified(from_user(::getuid()));
    EXPECT_EQ(own.principal.text(), "user:" + user_name());
    EXPECT_TRUE(own.principal.is_root);
    EXPECT_EQ(own.tenant, (Tenant{"local", "operator"}));
    EXPECT_EQ(own.provider, "local");
    const Caller there = identified(from_user(::getuid(), "", "github_app/anything"));
    EXPECT_TRUE(there.principal.is_root);
    EXPECT_EQ(there.tenant, (Tenant{"github_app", "anything"}));
    EXPECT_EQ(there.provider, "github_oauth");
}

TEST_F(CallerTest, AnotherUserOfTheComputerIsRefused) {
    EXPECT_EQ(refusal(from_user(::getuid() + 77)), "permission_denied: this murmurd belongs to user " + user_name());
}

TEST_F(CallerTest, ATokenSaysWhoAndInWhichTenant) {
    const Caller alice = identified(request(token_of("alice", acme)));
    EXPECT_EQ(alice.principal.text(), "user:alice");
    EXPECT_EQ(alice.tenant, acme);
    EXPECT_FALSE(alice.principal.is_root);
    EXPECT_FALSE(alice.principal.is_org_admin);
    EXPECT_TRUE(identified(request(token_of("root", acme))).principal.is_org_admin);
    EXPECT_FALSE(identified(request(token_of("root", acme))).principal.is_root);
    EXPECT_EQ(identified(request(token_of("ci-bot", acme))).principal.text(), "service-profile:ci-bot");
    EXPECT_EQ(identified(request(token_of("alice", acme), "github_app/acme")).tenant, acme);
}

TEST_F(CallerTest, ATokenWinsOverTheUserOfTheSocket) {
    const Caller alice = identified(from_user(::getuid(), token_of("alice", acme)));
    EXPECT_EQ(alice.principal.text(), "user:alice");
    EXPECT_FALSE(alice.principal.is_root);
    EXPECT_EQ(refusal(from_user(::getuid(), "nobody's")), "unauthenticated: a valid bearer token is required");
    EXPECT_EQ(identified(from_user(::getuid() + 77, token_of("alice", acme))).principal.text(), "user:alice")
        << "a token is good from anywhere";
}

TEST_F(CallerTest, WithoutATokenNobodyComesOverTcp) {
    EXPECT_EQ(refusal(request("")), "unauthenticated: a valid bearer token is required");
    EXPECT_EQ(refusal(request("wrong")), "unauthenticated: a valid bearer token is required");
    http::Request basic = request("");
    basic.headers["authorization"] = "Basic " + token_of("alice", acme);
    EXPECT_EQ(refusal(basic), "unauthenticated: a valid bearer token is required");
}

TEST_F(CallerTest, ATenantOfSomebodyElseIsRefused) {
    EXPECT_EQ(refusal(request(token_of("alice", acme), "github_app/other")),
              "permission_denied: user:alice does not belong to tenant \"github_app/other\", but to "
              "\"github_app/acme\"");
    EXPECT_EQ(refusal(request(token_of("root", acme), "github_app/other")),
              "permission_denied: user:root does not belong to tenant \"github_app/other\", but to "
              "\"github_app/acme\"");
    EXPECT_EQ(refusal(from_user(::getuid(), token_of("alice", acme), "local/operator")),
              "permission_denied: user:alice does not belong to tenant \"local/operator\", but to "
              "\"github_app/acme\"");
}

TEST_F(CallerTest, OneTokenMayBeInSeveralTenants) {
    context_->options.tokens.push_back(
        {token_digest(token_of("alice", acme)), user_principal(other_tenant, "alice-o")});
    EXPECT_EQ(identified(request(token_of("alice", acme))).tenant, acme);
    EXPECT_EQ(identified(request(token_of("alice", acme), "github_app/other")).account, "alice-o");
    EXPECT_NE(
        refusal(request(token_of("alice", acme), "github_app/third")).find("\"github_app/acme\", \"github_app/other\""),
        std::string::npos);
}

TEST_F(CallerTest, AHeaderThatNamesNoTenantIsRefused) {
    for (const char* text : {"acme", "github_app/", "/acme", "github/acme", "github_app/a/b", "github_app/a b",
                             "GITHUB_APP/acme", "github_app/..%2f", "local/*"})
        EXPECT_EQ(refusal(from_user(::getuid(), "", text)),
                  "invalid_argument: tenant \"" + std::string(text) +
                      "\" must be github_app/<org>, github_oauth/<user> or local/<user>");
}

TEST_F(CallerTest, AnAgentsTokenIsThatAgentAsLongAsItsIncarnationLives) {
    const Agent agent = make_agent(acme, "alice", {"fix"});
    const std::string token = token_of_agent(agent);
    const Caller caller = identified(from_user(::getuid(), token));
    EXPECT_EQ(caller.principal.text(), "agent:fix");
    EXPECT_EQ(caller.account, "alice");
    EXPECT_EQ(caller.tenant, acme);
    EXPECT_FALSE(caller.principal.is_root);
    EXPECT_EQ(
        refusal(request(token, "github_app/other")),
        "permission_denied: agent:fix does not belong to tenant \"github_app/other\", but to \"github_app/acme\"");

    engine->execute(agent.id.workflow_id(), command::Kill{});
    const auto ended = [&] { return is_terminal(reader->find_agent(agent.row)->phase); };
    while (!ended()) std::this_thread::yield();
    EXPECT_EQ(refusal(request(token)), "unauthenticated: this agent's token is no longer valid: its life has ended");

    command::Spawn again = spawn_command("fix");
    again.id = agent.id;
    again.force_new = true;
    const Agent reborn = engine->execute(agent.id.workflow_id(), again);
    ASSERT_GT(reborn.incarnation, agent.incarnation);
    EXPECT_EQ(refusal(request(token)), "unauthenticated: this agent's token is no longer valid: its life has ended");
    EXPECT_EQ(identified(request(token_of_agent(reborn))).principal.text(), "agent:fix");
}

TEST_F(CallerTest, ARunnersTokenIsNoAgentsTokenAndTheOtherWayRound) {
    const Agent agent = make_agent(acme, "alice", {"fix"});
    const std::string runner(box->runner_token(agent.row, agent.incarnation).reveal());
    EXPECT_EQ(refusal(request(runner)), "unauthenticated: a valid bearer token is required");
    EXPECT_FALSE(box->check_runner_token(token_of_agent(agent)));
    EXPECT_EQ(refusal(request("a" + runner.substr(1))), "unauthenticated: a valid bearer token is required");
    const std::string token = token_of_agent(agent);
    EXPECT_EQ(refusal(request("a." + std::to_string(agent.row + 1) + token.substr(token.find('.', 2)))),
              "unauthenticated: a valid bearer token is required");
}

}
}
