#include "catalog/catalog.hpp"
#include "identity/authorizer.hpp"

namespace murmur {

namespace {

constexpr const char* policy_kinds[] = {"role", "group", "tenant-binding", "service-profile"};
// Of one kind in one tenant. What lies beyond it grants nothing.
constexpr std::size_t policy_resources_max = 100'000;

}

PolicySource policy_source(const Catalog& catalog) {
    return {[&catalog] { return catalog.policy_revision(); },
            [&catalog](const std::string& tenant) {
                std::vector<PolicyResource> resources;
                for (const char* kind : policy_kinds)
                    for (Resource& resource : catalog.list({tenant, kind, "", "", policy_resources_max}))
                        resources.push_back({kind, std::move(resource.key.name), std::move(resource.body)});
                return resources;
            }};
}

}
