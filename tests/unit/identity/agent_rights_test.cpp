#include <gtest/gtest.h>

#include "unit/identity/policy_support.hpp"

namespace murmur {
namespace {

/// Everybody may do everything; what an agent still may not do, no grant can give it.
const Policy& generous() {
    static const Policy policy({group("everyone", R"("all_tenant_members":{})"),
                                binding("all", R"({"groups":["everyone"],"users":["alice","fix","agent:fix",)"
                                               R"("service-profile:*"],"inline":{"permissions":["*"]}})")});
    return policy;
}

bool may(const Principal& agent, const std::string& permission, const ResourceName& resource = {}) {
    const Verdict verdict = generous().evaluate(agent, parse_permission(permission), resource);
    EXPECT_EQ(verdict.allowed, verdict.reason != "denied: no matching grant");
    return verdict.allowed;
}

const Principal fix = agent_of("alice", {"fix"});

TEST(AgentRights, ItselfAndWhatIsBelowIt) {
    for (const char* permission : {"agent.read", "agent.list", "agent.edit", "agent.kill"}) {
        EXPECT_TRUE(may(fix, permission, agent_name("alice", {"fix"}))) << permission;
        EXPECT_TRUE(may(fix, permission, agent_name("alice", {"fix", "tests"}))) << permission;
        EXPECT_TRUE(may(fix, permission, agent_name("alice", {"fix", "tests", "unit"}))) << permission;
        EXPECT_FALSE(may(fix, permission)) << permission << " of every agent";
        EXPECT_FALSE(may(fix, permission, agent_name("alice", {"other"}))) << permission;
        EXPECT_FALSE(may(fix, permission, agent_name("alice", {"fix-2"}))) << permission;
        EXPECT_FALSE(may(fix, permission, agent_name("bob", {"fix"}))) << permission;
        EXPECT_FALSE(may(fix, permission, agent_name("alice", {"fix"}, "other-workspace"))) << permission;
        EXPECT_FALSE(may(fix, permission, {"alice/fix"})) << permission << ": the name alone is no proof";
        EXPECT_FALSE(may(agent_of("alice", {"fix", "tests"}), permission, agent_name("alice", {"fix"})))
            << permission << " of its parent";
        EXPECT_FALSE(may(agent_of("alice", {"fix", "tests"}), permission, agent_name("alice", {"fix", "docs"})))
            << permission << " of its sibling";
    }
}

TEST(AgentRights, ChildrenOfItsOwn) {
    EXPECT_TRUE(may(fix, "agent.create", agent_name("alice", {"fix", "tests"})));
    EXPECT_FALSE(may(fix, "agent.create", agent_name("alice", {"fix"})));
    EXPECT_FALSE(may(fix, "agent.create", agent_name("alice", {"root"})));
    EXPECT_FALSE(may(fix, "agent.create", agent_name("bob", {"fix", "tests"})));
    EXPECT_FALSE(may(fix, "agent.create", agent_name("alice", {"fix", "tests"}, "other-workspace")));
}

TEST(AgentRights, NothingElse) {
    const char* kinds[] = {"pool-config",     "user",      "group",       "role",         "tenant-binding",
                           "service-profile", "secret",    "user-secret", "machine-type", "image",
                           "disk-type",       "placement", "recipe",      "environment",  "repo-config",
                           "workspace",       "alias",     "flight",      "agent-persona"};
    for (const std::string kind : kinds)
        for (const std::string verb : {"read", "list", "create", "edit", "delete", "assume", "access", "kill"}) {
            const bool is_right = kind == "agent-persona" && (verb == "read" || verb == "list");
            for (const ResourceName& resource :
                 {ResourceName{}, ResourceName{"alice/fix"}, agent_name("alice", {"fix"})})
                EXPECT_EQ(may(fix, kind + "." + verb, resource), is_right) << kind << "." << verb;
        }
    EXPECT_FALSE(may(fix, "agent.delete", agent_name("alice", {"fix"})));
}

TEST(AgentRights, AnAgentThatIsCalledLikeAProviderOwnsNoStrangers) {
    // Both have the id local/ada/w/api/local/bob/x.
    const Tenant laptop{"local", "ada"};
    const Principal agent = agent_principal({laptop, "local", "ada", "api", {"local"}});
    const AgentId stranger{laptop, "local", "bob", "api", {"x"}};
    ASSERT_EQ(stranger.workflow_id(), agent.workflow_id + "/bob/x");
    EXPECT_FALSE(may(agent, "agent.edit", {agent_resource_name(stranger), stranger.workflow_id()}));
}

TEST(AgentRights, AServiceProfilesAgentTheSame) {
    const AgentId id{acme, "service_profile", "ci-bot", "api", {"nightly"}};
    AgentId child = id;
    child.path.push_back("tests");
    EXPECT_TRUE(may(agent_principal(id), "agent.edit", {agent_resource_name(child), child.workflow_id()}));
    EXPECT_FALSE(may(agent_principal(id), "agent.edit", agent_name("ci-bot", {"nightly", "tests"})));
}

}
}
