#include <gtest/gtest.h>

#include <set>

#include "base/file.hpp"
#include "catalog/kind_registry.hpp"
#include "catalog/validation.hpp"
#include "unit/identity/policy_support.hpp"

namespace murmur {
namespace {

/// A role of examples/roles, as `murmur set role` would store it.
PolicyResource example_role(const KindRegistry& kinds, const std::string& name) {
    const Kind& kind = kinds.get("role");
    const std::string file = std::string(MURMUR_SOURCE_DIR) + "/examples/roles/" + name + ".yaml";
    const CheckedBody checked =
        check_resource(kind, name, parse_resource(kind.spec, read_file(file, document_bytes_max), file));
    return {"role", checked.name, checked.body};
}

/// Of all permissions that there are, those that the role gives to somebody it is bound to.
std::set<std::string> permissions_of(const KindRegistry& kinds, const std::string& name) {
    const Policy policy({example_role(kinds, name), binding("b", R"({"users":["alice"],"role":")" + name + "\"}")});
    EXPECT_TRUE(policy.problems().empty());
    std::set<std::string> allowed;
    for (const auto& kind : kinds.all())
        for (const std::string& verb : kind->spec.verbs) {
            const Permission permission{kind->spec.name, verb};
            if (policy.evaluate(user_principal(acme, "alice"), permission, {}).allowed)
                allowed.insert(permission.text());
            EXPECT_FALSE(policy.evaluate(user_principal(acme, "bob"), permission, {}).allowed);
        }
    return allowed;
}

/// Every verb of these kinds.
std::set<std::string> all_of(const KindRegistry& kinds, const std::set<std::string>& names) {
    std::set<std::string> permissions;
    for (const auto& kind : kinds.all())
        if (names.contains(kind->spec.name))
            for (const std::string& verb : kind->spec.verbs) permissions.insert(kind->spec.name + "." + verb);
    return permissions;
}

TEST(StarterRoles, TenantAdminMayEverything) {
    const KindRegistry kinds;
    std::set<std::string> names;
    for (const auto& kind : kinds.all()) names.insert(kind->spec.name);
    EXPECT_EQ(permissions_of(kinds, "tenant-admin"), all_of(kinds, names));
}

TEST(StarterRoles, WorkspaceAdminManagesWorkspacesAndNoSecrets) {
    const KindRegistry kinds;
    std::set<std::string> expected = all_of(kinds, {"workspace", "environment", "recipe", "agent-persona", "flight"});
    expected.insert({"image.read", "placement.read"});
    EXPECT_EQ(permissions_of(kinds, "workspace-admin"), expected);
}

TEST(StarterRoles, DeveloperWorksWithAgents) {
    const KindRegistry kinds;
    std::set<std::string> expected = all_of(kinds, {"agent", "user-secret"});
    expected.insert({"workspace.read", "workspace.list", "secret.list"});
    EXPECT_EQ(permissions_of(kinds, "developer"), expected);
}

}
}
