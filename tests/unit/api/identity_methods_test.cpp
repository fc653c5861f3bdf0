#include "api/identity_methods.hpp"

#include "unit/api/api_world.hpp"

namespace murmur {
namespace {

class IdentityMethods : public ApiWorld {
protected:
    /// The reason for one permission, after a check that `granted` fits it.
    std::string reason(const Caller& caller, const std::string& permission, const std::string& resource = "") {
        json::object request{{"permissions", json::array{json::string(permission)}}};
        if (!resource.empty()) request.emplace("resource", resource);
        try {
            const json::object answer = check_permissions(*context_, caller, FieldReader(request));
            const json::object& check = answer.at("checks").as_array().at(0).as_object();
            const std::string text(check.at("reason").as_string());
            EXPECT_EQ(check.at("permission"), json::value(permission));
            EXPECT_EQ(check.at("granted").as_bool(), !text.starts_with("denied"));
            return text;
        } catch (const Error& error) {
            return std::string(errc_name(error.code())) + ": " + error.message();
        }
    }
    Caller agent_caller(const Agent& agent) { return caller_of(agent_principal(agent.id)); }
};

constexpr const char* denied = "denied: no matching grant";
constexpr const char* own = "tenant-binding:murmur-all-members-own-agents";

TEST_F(IdentityMethods, CheckPermissionsNotesWhatIsOfNoKind) {
    const auto note = [&](const char* permission) {
        const json::object request{{"permissions", json::array{permission}}};
        const json::object answer = check_permissions(*context_, member("alice"), FieldReader(request));
        const json::object& check = answer.at("checks").as_array().at(0).as_object();
        return check.contains("note") ? std::string(check.at("note").as_string()) : std::string();
    };
    EXPECT_EQ(note("wrkspace.read"), "no kind is called \"wrkspace\" here. Did you mean \"workspace\"?");
    EXPECT_EQ(note("workspace.reed"), "kind \"workspace\" has no verb \"reed\". Did you mean \"read\"?");
    EXPECT_EQ(note("zebra.ride"), "no kind is called \"zebra\" here");
    for (const char* known : {"workspace.read", "agent.kill", "plugin.list", "service-profile.assume", "secret.access"})
        EXPECT_EQ(note(known), "") << known;
}

TEST_F(IdentityMethods, WhoAmISaysPrincipalTenantAndGroups) {
    const auto answer = [&](const Caller& caller) {
        return json::serialize(who_am_i(*context_, caller, FieldReader(json::object())));
    };
    EXPECT_EQ(
        answer(member("alice")),
        R"({"tenant":"github_app/acme","principal":"user:alice","isAdmin":false,"groups":["murmur-all-members"]})");
    EXPECT_EQ(answer(admin(other_tenant)), R"({"tenant":"github_app/other","principal":"user:root","isAdmin":true,)"
                                           R"("groups":["murmur-all-members","murmur-org-admins"]})");
    EXPECT_EQ(answer(profile("ci-bot")), R"({"tenant":"github_app/acme","principal":"service-profile:ci-bot",)"
                                         R"("isAdmin":false,"groups":[]})");
    EXPECT_EQ(answer(agent_caller(make_agent(acme, "alice", {"fix", "tests"}))),
              R"({"tenant":"github_app/acme","principal":"agent:fix/tests","isAdmin":false,"groups":[]})");
}

TEST_F(IdentityMethods, AnAgentIsNamedAsItsUserNamesIt) {
    make_agent(acme, "alice", {"fix"});
    make_agent(acme, "alice", {"bob", "x"});
    EXPECT_EQ(reason(member("alice"), "agent.kill", "agent/fix"), own);
    EXPECT_EQ(reason(member("alice"), "agent.kill", "agent/alice/fix"), own);
    EXPECT_EQ(reason(member("alice"), "agent.kill", "agent//w/web/u/alice/fix"), own);
    EXPECT_EQ(reason(member("bob"), "agent.kill", "agent/alice/fix"), denied);
    EXPECT_EQ(reason(member("bob"), "agent.kill", "agent//u/alice/fix"), denied);
    EXPECT_EQ(reason(member("alice"), "agent.kill", "agent/bob/x"), own) << "alice has a child of that path";
    EXPECT_EQ(reason(member("alice"), "agent.kill", "agent/bob/y"), denied);
    EXPECT_EQ(reason(member("alice"), "agent.kill", "agent/service-profile:alice/x"), denied);
    EXPECT_EQ(reason(profile("alice"), "agent.kill", "agent/fix"), denied);
}

TEST_F(IdentityMethods, AnAgentAsksAboutItselfAndWhatIsBelow) {
    const Caller fix = agent_caller(make_agent(acme, "alice", {"fix"}));
    EXPECT_EQ(reason(fix, "agent.edit", "agent/fix"), "own agent");
    EXPECT_EQ(reason(fix, "agent.edit", "agent/tests"), "own agent") << "a child";
    EXPECT_EQ(reason(fix, "agent.edit", "agent/fix/tests"), "own agent");
    EXPECT_EQ(reason(fix, "agent.edit", "agent//w/web/u/alice/other"), denied);
    EXPECT_EQ(reason(fix, "agent-persona.list"), "any agent");
    EXPECT_EQ(reason(fix, "user-secret.read", "user-secret/NPM_TOKEN"), denied);
}

TEST_F(IdentityMethods, AUserSecretIsOnesOwnUnlessSaidOtherwise) {
    EXPECT_EQ(reason(member("alice"), "user-secret.delete", "user-secret/NPM_TOKEN"), own);
    EXPECT_EQ(reason(member("alice"), "user-secret.delete", "user-secret/bob/NPM_TOKEN"), denied);
    EXPECT_EQ(reason(profile("alice"), "user-secret.delete", "user-secret/NPM_TOKEN"), denied);
}

TEST_F(IdentityMethods, WhatIsAskedWronglyIsRefused) {
    EXPECT_EQ(reason(member("alice"), "agent"),
              "invalid_argument: invalid permission \"agent\": must be \"{kind}.{verb}\"");
    EXPECT_EQ(reason(member("alice"), "agent.*"),
              "invalid_argument: invalid permission \"agent.*\": must be \"{kind}.{verb}\"");
    for (const char* resource : {"fix", "/fix", "agent/", "/"})
        EXPECT_EQ(reason(member("alice"), "agent.read", resource),
                  "invalid_argument: resource \"" + std::string(resource) + "\" must be <kind>/<name>");
    EXPECT_EQ(reason(member("alice"), "agent.read", "secret/X"),
              "invalid_argument: permission \"agent.read\" is not about kind \"secret\"");
    EXPECT_THROW(check_permissions(*context_, member("alice"), FieldReader(json::object())), Error);
}

TEST_F(IdentityMethods, AChangeOfTheCatalogCountsAtOnce) {
    EXPECT_EQ(reason(member("alice"), "secret.list"), denied);
    set(acme, "tenant-binding", "alice-secrets",
        {{"name", "alice-secrets"},
         {"grant", json::object{{"users", json::array{"alice"}},
                                {"inline", json::object{{"permissions", json::array{"secret.list"}}}}}}});
    EXPECT_EQ(reason(member("alice"), "secret.list"), "tenant-binding:alice-secrets");
    EXPECT_EQ(reason(member("alice", other_tenant), "secret.list"), denied) << "a grant is for its tenant";
    catalog_->remove({tenant_key(acme), "tenant-binding", "", "alice-secrets"}, {"operator", {}});
    EXPECT_EQ(reason(member("alice"), "secret.list"), denied);
}

}
}
