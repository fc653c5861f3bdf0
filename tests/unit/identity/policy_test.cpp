#include "identity/policy.hpp"

#include <gtest/gtest.h>

#include "unit/identity/policy_support.hpp"

namespace murmur {
namespace {

constexpr const char* no_grant = "denied: no matching grant";

std::string reason(const Policy& policy, const Principal& principal, const std::string& permission,
                   const ResourceName& resource = {}) {
    const Verdict verdict = policy.evaluate(principal, parse_permission(permission), resource);
    EXPECT_EQ(verdict.allowed, verdict.reason != no_grant);
    return verdict.reason;
}

const Principal alice = user_principal(acme, "alice");
const Principal bob = user_principal(acme, "bob");
const Principal ci_bot = service_profile_principal(acme, "ci-bot");

TEST(Policy, WithoutAGrantOnlyTheOperatorMayAnything) {
    const Policy policy({role("all", R"(["*"])"), group("everyone", R"("all_tenant_members":{})")});
    EXPECT_EQ(reason(policy, alice, "workspace.read"), no_grant);
    EXPECT_EQ(reason(policy, admin_principal("alice"), "workspace.read"), no_grant);
    Principal root = alice;
    root.is_root = true;
    EXPECT_EQ(reason(policy, root, "workspace.read"), "root");
    EXPECT_EQ(reason(policy, root, "anything.whatever", {"of any name"}), "root");
}

TEST(Policy, ABindingGrantsItsRoleToItsUsers) {
    const Policy policy({role("reader", R"(["workspace.read","flight.*"])"),
                         binding("alice-reader", R"({"users":["alice"],"role":"reader"})")});
    EXPECT_EQ(reason(policy, alice, "workspace.read"), "tenant-binding:alice-reader");
    EXPECT_EQ(reason(policy, alice, "workspace.read", {"api"}), "tenant-binding:alice-reader");
    EXPECT_EQ(reason(policy, alice, "flight.delete", {"nightly"}), "tenant-binding:alice-reader");
    EXPECT_EQ(reason(policy, alice, "workspace.edit"), no_grant);
    EXPECT_EQ(reason(policy, bob, "workspace.read"), no_grant);
    EXPECT_EQ(reason(policy, user_principal(acme, "alice2"), "workspace.read"), no_grant);
}

TEST(Policy, InlinePermissionsNeedNoRole) {
    const Policy policy({binding("inline", R"({"users":["alice"],"inline":{"permissions":["secret.list"]}})")});
    EXPECT_EQ(reason(policy, alice, "secret.list"), "tenant-binding:inline");
    EXPECT_EQ(reason(policy, alice, "secret.read"), no_grant);
}

TEST(Policy, GroupsAreThoseOfTheirSource) {
    const Policy policy({group("team", R"("static":{"members":["alice","service-profile:ci-bot"]})"),
                         group("owners", R"("github_admin":{})"), group("everyone", R"("all_tenant_members":{})"),
                         binding("team", R"({"groups":["team"],"inline":{"permissions":["a.team"]}})"),
                         binding("owners", R"({"groups":["owners"],"inline":{"permissions":["a.owner"]}})"),
                         binding("everyone", R"({"groups":["everyone"],"inline":{"permissions":["a.member"]}})")});
    EXPECT_EQ(reason(policy, alice, "a.team"), "tenant-binding:team");
    EXPECT_EQ(reason(policy, bob, "a.team"), no_grant);
    EXPECT_EQ(reason(policy, ci_bot, "a.team"), "tenant-binding:team");
    EXPECT_EQ(reason(policy, alice, "a.owner"), no_grant);
    EXPECT_EQ(reason(policy, admin_principal("bob"), "a.owner"), "tenant-binding:owners");
    EXPECT_EQ(reason(policy, bob, "a.member"), "tenant-binding:everyone");
    EXPECT_EQ(reason(policy, ci_bot, "a.member"), no_grant) << "a profile is no member";
    EXPECT_EQ(reason(policy, agent_of("alice", {"fix"}), "a.team"), no_grant) << "an agent is not its owner";
    EXPECT_EQ(reason(policy, agent_of("alice", {"fix"}), "a.member"), no_grant);
    EXPECT_EQ(policy.groups_of(alice), (std::vector<std::string>{"everyone", "team"}));
    EXPECT_EQ(policy.groups_of(admin_principal("bob")), (std::vector<std::string>{"everyone", "owners"}));
    EXPECT_EQ(policy.groups_of(ci_bot), (std::vector<std::string>{"team"}));
    EXPECT_TRUE(policy.groups_of(agent_of("alice", {"fix"})).empty());
}

TEST(Policy, ServiceProfilesAreNamedWithTheirPrefix) {
    const Policy policy(
        {binding("one", R"({"users":["service-profile:ci-bot"],"inline":{"permissions":["agent.create"]}})"),
         binding("every", R"({"users":["service-profile:*"],"inline":{"permissions":["flight.read"]}})"),
         binding("user", R"({"users":["ci-bot"],"inline":{"permissions":["secret.list"]}})")});
    EXPECT_EQ(reason(policy, ci_bot, "agent.create"), "tenant-binding:one");
    EXPECT_EQ(reason(policy, ci_bot, "flight.read"), "tenant-binding:every");
    EXPECT_EQ(reason(policy, ci_bot, "secret.list"), no_grant) << "a user of the same name is somebody else";
    EXPECT_EQ(reason(policy, user_principal(acme, "ci-bot"), "secret.list"), "tenant-binding:user");
    EXPECT_EQ(reason(policy, user_principal(acme, "ci-bot"), "agent.create"), no_grant);
    EXPECT_EQ(reason(policy, service_profile_principal(acme, "other"), "agent.create"), no_grant);
    EXPECT_EQ(reason(policy, service_profile_principal(acme, "other"), "flight.read"), "tenant-binding:every");
    EXPECT_EQ(reason(policy, alice, "flight.read"), no_grant);
}

TEST(Policy, AProfilesOwnGrantsAreAboutItAlone) {
    const Policy policy({profile("ci-bot", R"([{"users":["alice"],"inline":{"permissions":["service-profile.assume"]}},
                                               {"users":["bob"],"inline":{"permissions":["*"]}}])")});
    EXPECT_EQ(reason(policy, alice, "service-profile.assume", {"ci-bot"}), "service-profile:ci-bot");
    EXPECT_EQ(reason(policy, alice, "service-profile.edit", {"ci-bot"}), no_grant);
    EXPECT_EQ(reason(policy, alice, "service-profile.assume", {"other"}), no_grant);
    EXPECT_EQ(reason(policy, alice, "service-profile.assume"), no_grant) << "one is not every";
    EXPECT_EQ(reason(policy, bob, "service-profile.edit", {"ci-bot"}), "service-profile:ci-bot");
    EXPECT_EQ(reason(policy, bob, "secret.read", {"ci-bot"}), no_grant) << "a profile gives nothing of other kinds";
}

TEST(Policy, ANamePatternLimitsTheGrantToThoseNames) {
    const Policy policy(
        {group("everyone", R"("all_tenant_members":{})"),
         binding("own", R"({"groups":["everyone"],"inline":{"permissions":["agent.*","user-secret.*"]},)"
                        R"("name_pattern":"${username}/*"})"),
         binding("staging",
                 R"({"users":["bob"],"inline":{"permissions":["workspace.edit"]},"name_pattern":"staging-*"})")});
    EXPECT_EQ(reason(policy, alice, "agent.kill", agent_name("alice", {"fix"})), "tenant-binding:own");
    EXPECT_EQ(reason(policy, alice, "agent.kill", agent_name("alice", {"fix", "tests"})), "tenant-binding:own");
    EXPECT_EQ(reason(policy, alice, "agent.kill", agent_name("bob", {"fix"})), no_grant);
    EXPECT_EQ(reason(policy, alice, "user-secret.read", {"alice/NPM_TOKEN"}), "tenant-binding:own");
    EXPECT_EQ(reason(policy, alice, "user-secret.read", {"bob/NPM_TOKEN"}), no_grant);
    EXPECT_EQ(reason(policy, alice, "agent.kill"), no_grant) << "some are not every";
    EXPECT_EQ(reason(policy, bob, "workspace.edit", {"staging-api"}), "tenant-binding:staging");
    EXPECT_EQ(reason(policy, bob, "workspace.edit", {"api"}), no_grant);
}

TEST(Policy, TheAgentsOfAProfileAreNotThoseOfAUserOfThatName) {
    const Policy policy({group("everyone", R"("all_tenant_members":{})"),
                         binding("own", R"({"groups":["everyone"],"users":["service-profile:*"],)"
                                        R"("inline":{"permissions":["agent.*"]},"name_pattern":"${username}/*"})")});
    const AgentId of_profile{acme, "service_profile", "ci-bot", "api", {"nightly"}};
    const ResourceName nightly{agent_resource_name(of_profile), of_profile.workflow_id()};
    EXPECT_EQ(nightly.name, "service-profile:ci-bot/nightly");
    EXPECT_EQ(agent_resource_name(of_profile.workflow_id(), "ci-bot", "nightly"), nightly.name);
    EXPECT_EQ(reason(policy, ci_bot, "agent.kill", nightly), "tenant-binding:own");
    EXPECT_EQ(reason(policy, user_principal(acme, "ci-bot"), "agent.kill", nightly), no_grant);
    EXPECT_EQ(reason(policy, ci_bot, "agent.kill", agent_name("ci-bot", {"nightly"})), no_grant);
}

TEST(Policy, TheReasonIsTheFirstBindingThatGrants) {
    std::vector<PolicyResource> resources{
        binding("c", R"({"users":["alice"],"inline":{"permissions":["*"]}})"),
        binding("b", R"({"users":["alice"],"inline":{"permissions":["secret.read"]}})"),
        binding("a", R"({"users":["alice"],"inline":{"permissions":["secret.list"]}})"),
        profile("0", R"([{"users":["alice"],"inline":{"permissions":["*"]}}])")};
    for (int turn = 0; turn < 4; ++turn) {
        std::rotate(resources.begin(), resources.begin() + 1, resources.end());
        const Policy policy(resources);
        EXPECT_EQ(reason(policy, alice, "secret.list"), "tenant-binding:a");
        EXPECT_EQ(reason(policy, alice, "secret.read"), "tenant-binding:b");
        EXPECT_EQ(reason(policy, alice, "secret.delete"), "tenant-binding:c");
        EXPECT_EQ(reason(policy, alice, "service-profile.assume", {"0"}), "tenant-binding:c");
    }
}

TEST(Policy, WhatIsWrongGrantsNothingAndIsSaid) {
    const Policy policy({role("half", R"(["no permission","workspace.read"])"),
                         binding("a", R"({"users":["alice"],"role":"gone"})"),
                         binding("b", R"({"groups":["gone"],"role":"half"})"),
                         binding("c", R"({"users":["alice"],"role":"half","name_pattern":"${nobody}/*"})"),
                         binding("d", R"({"users":["bob"],"role":"half"})"),
                         {"tenant-binding", "e", body_of("{}")}});
    EXPECT_EQ(reason(policy, alice, "workspace.read", {"x"}), no_grant);
    EXPECT_EQ(reason(policy, bob, "workspace.read"), "tenant-binding:d");
    EXPECT_EQ(policy.problems(),
              (std::vector<std::string>{
                  "role:half: invalid permission \"no permission\": must be \"{kind}.{verb}\"",
                  "tenant-binding:a: role \"gone\" does not exist", "tenant-binding:b: group \"gone\" does not exist",
                  "tenant-binding:c: unknown variable ${nobody} in name_pattern", "tenant-binding:e: has no grant"}));
}

TEST(Policy, AnyResourceIsAnsweredWithItsLimit) {
    const Policy policy({binding("a-own", R"({"users":["alice"],"inline":{"permissions":["agent.*"]},)"
                                          R"("name_pattern":"${username}/*"})"),
                         binding("b-all", R"({"users":["alice"],"inline":{"permissions":["agent.read"]}})"),
                         profile("ci-bot", R"([{"users":["alice"],"inline":{"permissions":["*.assume"]}}])")});
    const auto any = [&](const Principal& principal, const std::string& permission) {
        const Verdict verdict = policy.evaluate_any(principal, parse_permission(permission));
        EXPECT_EQ(verdict.allowed, verdict.reason != no_grant);
        return verdict.reason;
    };
    EXPECT_EQ(any(alice, "agent.kill"), "tenant-binding:a-own (only alice/*)");
    EXPECT_EQ(any(alice, "agent.read"), "tenant-binding:b-all");
    EXPECT_EQ(any(alice, "service-profile.assume"), "service-profile:ci-bot (only ci-bot)");
    EXPECT_EQ(any(alice, "placement-sa.assume"), no_grant);
    EXPECT_EQ(any(bob, "agent.read"), no_grant);
    EXPECT_EQ(any(agent_of("alice", {"fix"}), "agent.edit"), "own agent (only itself and below)");
    EXPECT_EQ(any(agent_of("alice", {"fix"}), "agent-persona.list"), "any agent");
    EXPECT_EQ(any(agent_of("alice", {"fix"}), "secret.list"), no_grant);
}

}
}
