// What the builtins of share/catalog give to whom: nothing more, and nothing less.

#include <gtest/gtest.h>

#include <set>

#include "base/file.hpp"
#include "catalog/kind_registry.hpp"
#include "catalog/source_document.hpp"
#include "catalog/validation.hpp"
#include "unit/identity/policy_support.hpp"

namespace murmur {
namespace {

using Names = std::set<std::string>;

struct BuiltinPolicy : testing::Test {
    KindRegistry kinds;
    std::unique_ptr<Policy> policy;

    BuiltinPolicy() {
        const std::string file = std::string(MURMUR_SOURCE_DIR) + "/share/catalog/access.yaml";
        std::vector<PolicyResource> resources;
        for (StreamDocument& found : parse_stream(kinds, read_file(file, document_bytes_max), file, "")) {
            found.document.fields.erase("kind");
            CheckedBody checked = check_resource(kinds.get(found.kind), "", found.document);
            resources.push_back({found.kind, checked.name, checked.body});
        }
        policy = std::make_unique<Policy>(resources);
        EXPECT_TRUE(policy->problems().empty());
    }

    /// Every permission there is that the principal has for resources of this name (empty: for all).
    Names allowed(const Principal& principal, const std::string& name) const {
        Names names;
        for (const auto& kind : kinds.all())
            for (const std::string& verb : kind->spec.verbs) {
                const Permission permission{kind->spec.name, verb};
                if (policy->evaluate(principal, permission, {name}).allowed) names.insert(permission.text());
            }
        return names;
    }
    std::string reason(const Principal& principal, const char* permission, const std::string& name = "") const {
        return policy->evaluate(principal, parse_permission(permission), {name}).reason;
    }
};

const Principal member = user_principal(acme, "alice");
const Names of_every_resource{"agent.create",   "agent.read",       "agent.list",         "workspace.read",
                              "workspace.list", "environment.read", "environment.list",   "image.read",
                              "image.list",     "placement.read",   "placement.list",     "recipe.read",
                              "recipe.list",    "pool-config.read", "agent-persona.read", "agent-persona.list",
                              "flight.read",    "flight.list",      "alias.read"};

TEST_F(BuiltinPolicy, MembersSpawnAndSeeWhatAgentsRunOn) {
    EXPECT_EQ(allowed(member, ""), of_every_resource);
    EXPECT_EQ(reason(member, "agent.create"), "tenant-binding:murmur-all-members-tenant-member");
}

TEST_F(BuiltinPolicy, MembersWorkWithTheirOwn) {
    Names own = of_every_resource;
    for (const char* kind : {"agent", "user-secret"})
        for (const std::string& verb : kinds.get(kind).spec.verbs) own.insert(std::string(kind) + "." + verb);
    EXPECT_EQ(allowed(member, "alice/anything"), own);
    EXPECT_EQ(allowed(member, "bob/anything"), of_every_resource);
    EXPECT_EQ(allowed(member, "alice2/anything"), of_every_resource);
    EXPECT_EQ(reason(member, "agent.kill", "alice/fix"), "tenant-binding:murmur-all-members-own-agents");
    Names self = of_every_resource;
    self.insert({"user.read", "user.edit"});
    EXPECT_EQ(allowed(member, "alice"), self);
    EXPECT_EQ(allowed(member, "bob"), of_every_resource);
}

TEST_F(BuiltinPolicy, MembersSeeNothingOfWhatIsNotForThem) {
    for (const char* kind : {"disk-type", "group", "machine-type", "repo-config", "role", "secret", "service-profile",
                             "tenant-binding", "user-secret"})
        for (const char* verb : {"read", "list"})
            EXPECT_EQ(reason(member, (std::string(kind) + "." + verb).c_str(), "bob/x"), "denied: no matching grant")
                << kind << "." << verb;
}

TEST_F(BuiltinPolicy, AdminsMayEverything) {
    Names everything;
    for (const auto& kind : kinds.all())
        for (const std::string& verb : kind->spec.verbs) everything.insert(kind->spec.name + "." + verb);
    EXPECT_EQ(allowed(admin_principal("alice"), ""), everything);
    EXPECT_EQ(reason(admin_principal("alice"), "tenant-binding.create"),
              "tenant-binding:murmur-org-admins-tenant-admin");
}

TEST_F(BuiltinPolicy, ServiceProfilesGetNothingByThemselves) {
    EXPECT_EQ(allowed(service_profile_principal(acme, "ci-bot"), ""), Names{});
    EXPECT_EQ(allowed(service_profile_principal(acme, "ci-bot"), "service-profile:ci-bot/x"), Names{});
    EXPECT_EQ(allowed(service_profile_principal(acme, "murmur-default-service-profile"), ""), Names{});
}

}
}
