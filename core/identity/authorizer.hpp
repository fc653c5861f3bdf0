#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <murmur/log.hpp>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/locked.hpp"
#include "identity/policy.hpp"

namespace murmur {

class Catalog;

/// Where policies come from. Both are called from any thread.
struct PolicySource {
    /// Rises after something that decides about permissions has changed and can be read.
    std::function<std::uint64_t()> revision;
    /// Roles, groups, tenant-bindings and service profiles of a tenant, builtins included.
    std::function<std::vector<PolicyResource>(const std::string& tenant)> load;
};

/// The catalog must outlive it.
PolicySource policy_source(const Catalog& catalog);

/// The policies of the tenants, each compiled once for every change of the source. Safe from any thread; nothing is
/// locked while a policy is asked.
class Authorizer {
public:
    Authorizer(PolicySource source, Logger& logger);

    /// As it is now. Loads it when something has changed since; throws what loading throws.
    std::shared_ptr<const Policy> policy(const std::string& tenant);

private:
    struct Compiled {
        std::uint64_t revision = 0;
        std::shared_ptr<const Policy> policy;
    };
    std::shared_ptr<const Policy> find(const std::string& tenant, std::uint64_t revision);

    const PolicySource source_;
    Logger& logger_;
    Locked<std::unordered_map<std::string, Compiled>> compiled_;
    std::mutex compiling_;  ///< held by the one thread that loads; the others wait for what it makes
};

}
